package cli

import (
	"fmt"
	"io"

	"lotline/internal/recall"
	"lotline/internal/store"
	"lotline/internal/trace"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func (a *app) find() *cobra.Command {
	var from string
	var limit int
	cmd := &cobra.Command{
		Use: "find TEXT", Short: "Everything that a text names", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 1 || limit > trace.FindMax {
				return misuse{fmt.Errorf("find: --limit must be from 1 to %d", trace.FindMax)}
			}
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				found, err := trace.Find(tx, company, args[0], from, limit)
				if err != nil {
					return err
				}
				return a.put(found, func(w io.Writer) {
					if len(found.Matches) == 0 {
						fmt.Fprintf(w, "Nothing is named %s.\n", args[0])
						return
					}
					rows := make([][]string, len(found.Matches))
					for i, m := range found.Matches {
						rows[i] = []string{m.Kind, m.Ref, m.What}
					}
					table(w, []string{"KIND", "NAME", "FOUND BY"}, rows)
					if found.Next != "" {
						fmt.Fprintf(w, "\nThere is more: go on with --from %s.\n", found.Next)
					}
				})
			})
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "begin with this: what the answer before named as next")
	cmd.Flags().IntVar(&limit, "limit", trace.FindMax, "at most so many matches")
	return cmd
}

// triggers are the flags of a trigger, and --any for several.
type triggers struct {
	flags *pflag.FlagSet
	any   []string
}

// shorter are flags of a trigger that have another name too.
var shorter = map[string]string{"object": "lot", "part_number": "item"}

func (t *triggers) add(cmd *cobra.Command) {
	t.flags = cmd.Flags()
	for _, f := range recall.Fields() {
		if f.Flag {
			t.flags.Bool(flagOf(f.Name), false, f.Help)
			continue
		}
		t.flags.String(flagOf(f.Name), "", f.Help)
		if other := shorter[f.Name]; other != "" {
			t.flags.String(other, "", "the same as --"+flagOf(f.Name))
		}
	}
	t.flags.StringArrayVar(&t.any, "any", nil, `one trigger of several as JSON, {"supplier_lot": "S-991"}; give the flag once for each`)
}

// question is what the flags ask: one trigger, or any of several.
func (t *triggers) question() (q recall.Question, err error) {
	one, err := recall.ReadTrigger(func(name string) string {
		for _, flag := range []string{flagOf(name), shorter[name]} {
			if f := t.flags.Lookup(flag); f != nil && f.Changed {
				return f.Value.String()
			}
		}
		return ""
	})
	if err != nil {
		return q, err
	}
	if len(t.any) == 0 || one != (recall.Trigger{Zone: one.Zone}) {
		q.Any = append(q.Any, one)
	}
	for _, text := range t.any {
		more, err := recall.ReadQuestion([]byte(text))
		if err != nil {
			return q, err
		}
		q.Any = append(q.Any, more.Any...)
	}
	for i := range q.Any {
		if q.Any[i].Zone == "" {
			q.Any[i].Zone = one.Zone
		}
	}
	return q, nil
}

func (a *app) recall() *cobra.Command {
	cmd := &cobra.Command{Use: "recall", Short: "Recalls"}
	cmd.AddCommand(a.recallPlan(), a.recallOpen(), a.recallList(), a.recallShow(), a.recallScope(), a.recallWhy())
	cmd.AddCommand(a.recallObjects("exclude"), a.recallObjects("include"))
	cmd.AddCommand(a.recallActs()...)
	return cmd
}

func (a *app) recallPlan() *cobra.Command {
	var t times
	var asked triggers
	var full, counts bool
	plan := &cobra.Command{
		Use: "plan", Short: "What a trigger reaches: the units that are surely and possibly affected, and who has them", Args: usage(cobra.NoArgs),
		Long: "All flags that are given must match. Several triggers, any of which may match, are given as JSON with --any.",
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			question, err := asked.question()
			if err != nil {
				return err
			}
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				q, err := t.question(tx, company)
				if err != nil {
					return err
				}
				q.Full, q.Counts = full, counts
				plan, err := recall.Plan(tx, company, question, q)
				if err != nil {
					return err
				}
				return a.put(plan, func(w io.Writer) { printPlan(w, plan, counts) })
			})
		},
	}
	t.flags(plan)
	asked.add(plan)
	plan.Flags().BoolVar(&full, "full", false, "with receipts, operations and inspections")
	plan.Flags().BoolVar(&counts, "counts", false, "only the counts, by class, state, customer and system, without the objects")
	return plan
}

func printPlan(w io.Writer, p *recall.Answer, counts bool) {
	if !counts {
		fmt.Fprintf(w, "The trigger matches %s; ", plural(len(p.Start), "object"))
	}
	fmt.Fprintf(w, "%d objects are surely affected, %d possibly, %d had been.\n", p.Must, p.May, p.HadBeen.Must+p.HadBeen.May)
	for i, n := range p.Matched {
		if n == 0 {
			fmt.Fprintf(w, "Nothing matches %s.\n", p.Trigger.Any[i])
		}
	}
	printCustomers(w, p.ByCustomer)
	if counts {
		return
	}
	fmt.Fprintln(w)
	printObjects(w, p.Objects)
	printGaps(w, p.Gaps)
}
