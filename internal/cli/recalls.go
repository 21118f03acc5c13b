package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"lotline/internal/api"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/recall"
	"lotline/internal/store"
	"lotline/internal/trace"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// given is a command whose first word names a recall; the other words, and
// what else is not a flag, are fields too.
type given struct {
	spoken
	args   cobra.PositionalArgs
	hidden []string // fields that are no flags
	more   []string // flags of fields further in
	fields func(flags *pflag.FlagSet, args []string) (map[string]any, error)
}

func (a *app) give(g given) *cobra.Command {
	var id string
	cmd := &cobra.Command{Use: g.use, Short: g.short, Args: usage(g.args), RunE: func(cmd *cobra.Command, args []string) error {
		said := map[string]any{"recall": args[0]}
		if g.fields != nil {
			more, err := g.fields(cmd.Flags(), args[1:])
			if err != nil {
				return err
			}
			maps.Copy(said, more)
		}
		text, err := json.Marshal(said)
		if err != nil {
			return err
		}
		command := api.Commands[g.command]()
		if err := json.Unmarshal(text, command); err != nil {
			return err
		}
		if err := fill(cmd.Flags(), command, g.hidden...); err != nil {
			return err
		}
		return a.asking(cmd.Context(), func(l *ledger.Ledger) error {
			req := request()
			req.ID = id
			answer, err := l.Record(cmd.Context(), req, command)
			if err != nil {
				return err
			}
			return a.put(answer, func(w io.Writer) { fmt.Fprint(w, recorded(answer)) })
		})
	}}
	eachField(reflect.TypeOf(api.Commands[g.command]()).Elem(), func(name string, t reflect.Type) {
		if name != "recall" && !slices.Contains(g.hidden, name) {
			cmd.Flags().String(flagOf(name), "", kindOf(t))
		}
	})
	for _, name := range g.more {
		cmd.Flags().String(flagOf(name), "", "text")
	}
	cmd.Flags().StringVar(&id, "request", "", "a key of your own: the same command with it is recorded once")
	return cmd
}

func (a *app) recallOpen() *cobra.Command {
	var asked triggers
	cmd := a.give(given{spoken: recallCommands["open"], args: cobra.ExactArgs(1),
		hidden: []string{"any"}, fields: func(*pflag.FlagSet, []string) (map[string]any, error) {
			q, err := asked.question()
			return map[string]any{"any": q.Any}, err
		}})
	asked.add(cmd)
	return cmd
}

func (a *app) recallObjects(word string) *cobra.Command {
	return a.give(given{spoken: recallCommands[word], args: cobra.MinimumNArgs(2), hidden: []string{"objects"},
		fields: func(_ *pflag.FlagSet, args []string) (map[string]any, error) {
			return map[string]any{"objects": args}, nil
		}})
}

// recallAsk is a question about a recall.
func recallAsk[T any](a *app, use, short string, args cobra.PositionalArgs, ask func(tx *store.Tx, company string, words []string) (T, error), print func(io.Writer, T)) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: usage(args), RunE: func(cmd *cobra.Command, words []string) error {
		return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
			answer, err := ask(tx, company, words)
			if err != nil {
				return err
			}
			return a.put(answer, func(w io.Writer) { print(w, answer) })
		})
	}}
}

func (a *app) recallList() *cobra.Command {
	return recallAsk(a, "list", "All recalls, the open ones first", cobra.NoArgs, func(tx *store.Tx, company string, _ []string) ([]recall.Summary, error) {
		return recall.List(tx, company)
	}, func(w io.Writer, all []recall.Summary) {
		rows := make([][]string, len(all))
		for i, r := range all {
			rows[i] = []string{r.Recall, r.State, r.OpenedAt.String(), r.ClosedAt.String(), r.Reason}
		}
		table(w, []string{"RECALL", "STATE", "OPENED", "CLOSED", "REASON"}, rows)
	})
}

func (a *app) recallShow() *cobra.Command {
	return recallAsk(a, "show NAME", "A recall with what its scope comes to", cobra.ExactArgs(1), func(tx *store.Tx, company string, words []string) (*recall.Shown, error) {
		return recall.Show(tx, company, words[0])
	}, printRecall)
}

func printRecall(w io.Writer, r *recall.Shown) {
	fmt.Fprintf(w, "Recall %s is %s since %s: %s\n", r.Recall, r.State, max(r.OpenedAt, r.ClosedAt), r.Reason)
	for _, t := range r.Question.Any {
		fmt.Fprintf(w, "  It asks for %s.\n", t)
	}
	fmt.Fprintf(w, "Scope %d, frozen %s when the journal had %d entries: %d surely affected, %d possibly, %d had been.\n", r.Scope, r.ScopedAt, r.Size, r.Must, r.May, r.HadBeen.Must+r.HadBeen.May)
	for _, state := range slices.Sorted(maps.Keys(r.ByState)) {
		fmt.Fprintf(w, "  %s %d\n", strings.ReplaceAll(state, "_", " "), r.ByState[state])
	}
	printCustomers(w, r.ByCustomer)
	printHands(w, "Excluded", r.Excluded)
	printHands(w, "Included", r.Included)
}

func printCustomers(w io.Writer, all []recall.Customer) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(w)
	var rows [][]string
	for _, c := range all {
		var systems []string
		for _, s := range c.Systems {
			systems = append(systems, s.System)
		}
		rows = append(rows, []string{c.Customer, fmt.Sprint(c.Must), fmt.Sprint(c.May), fmt.Sprint(len(c.Systems)), strings.Join(systems, " ")})
	}
	table(w, []string{"CUSTOMER", "MUST", "MAY", "SYSTEMS", "NAMES"}, rows)
}

func printHands(w io.Writer, word string, all []recall.ByHand) {
	for _, h := range all {
		fmt.Fprintf(w, "%s by hand: %s, %s%s\n", word, h.Object, h.Reason, signatures(h.Signatures))
	}
}

// signatures says who signed, what it means, and that nobody has verified it.
func signatures(all []journal.ShownSignature) string {
	text := ""
	for _, s := range all {
		name := s.SignedBy
		if !s.Verified {
			name += " (unverified)"
		}
		text += fmt.Sprintf("; signed by %s on %s: %s", name, s.At, s.Meaning)
	}
	return text
}

func (a *app) recallScope() *cobra.Command {
	var again bool
	freeze := a.give(given{spoken: recallCommands["scope"], args: cobra.ExactArgs(1)})
	record := freeze.RunE
	freeze.Long = "With --again, the question is asked again: what came, what went, what changed, and why. With --reason the scope is frozen anew as the question answers today."
	freeze.Flags().BoolVar(&again, "again", false, "compare with today")
	freeze.RunE = func(cmd *cobra.Command, words []string) error {
		if cmd.Flags().Changed("reason") {
			return record(cmd, words)
		}
		return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
			if again {
				c, err := recall.Compare(tx, company, words[0])
				if err != nil {
					return err
				}
				return a.put(c, func(w io.Writer) { printCompared(w, c) })
			}
			s, err := recall.ShowScope(tx, company, words[0])
			if err != nil {
				return err
			}
			return a.put(s, func(w io.Writer) { printScope(w, s) })
		})
	}
	return freeze
}

func printScope(w io.Writer, s *recall.ScopeShown) {
	fmt.Fprintf(w, "Scope %d of recall %s, frozen %s when the journal had %d entries.\n\n", s.Scope, s.Recall, s.ScopedAt, s.Size)
	objects := make([]trace.Object, len(s.Objects))
	for i, o := range s.Objects {
		objects[i] = o.Object
		if o.Excluded {
			objects[i].Certainty += ", excluded"
		}
		if o.Included {
			objects[i].Certainty += ", by hand"
		}
	}
	printObjects(w, objects)
}

func printCompared(w io.Writer, c *recall.Compared) {
	fmt.Fprintf(w, "Since scope %d of recall %s was frozen (entry %d; now %d): %d came, %d went, %d changed.\n", c.Scope, c.Recall, c.Size, c.Now, c.Came, c.Went, c.Changed)
	if len(c.Differences) == 0 {
		return
	}
	fmt.Fprintln(w)
	rows := make([][]string, len(c.Differences))
	for i, d := range c.Differences {
		rows[i] = []string{d.What, d.Object, d.Before, d.After, d.Why}
	}
	table(w, []string{"WHAT", "OBJECT", "BEFORE", "AFTER", "WHY"}, rows)
}

func (a *app) recallWhy() *cobra.Command {
	return recallAsk(a, "why NAME OBJECT", "Why an object is in the scope: one shortest path, with entries, quantities and certainty", cobra.ExactArgs(2),
		func(tx *store.Tx, company string, words []string) (*recall.Explained, error) {
			return recall.Why(tx, company, words[0], words[1])
		},
		func(w io.Writer, e *recall.Explained) {
			for what, reason := range map[string]string{"excluded": e.Excluded, "included": e.Included} {
				if reason != "" {
					fmt.Fprintf(w, "%s was %s by hand: %s\n", e.Recall, what, reason)
				}
			}
			printPath(w, e.Path)
		})
}

func printPath(w io.Writer, p *trace.Path) {
	if len(p.Steps) == 0 {
		fmt.Fprintln(w, "The trigger selects it.")
		return
	}
	rows := make([][]string, len(p.Steps))
	for i, s := range p.Steps {
		q := s.QuantityMin.String()
		if s.QuantityMin != s.QuantityMax {
			q += " to " + s.QuantityMax.String()
		}
		until := ""
		if s.EndedBy != 0 {
			until = fmt.Sprintf("%s, by entry %d", s.EndedAt, s.EndedBy)
		}
		rows[i] = []string{s.From, s.To, strings.ReplaceAll(s.Kind, "_", " "), q, s.Certainty, s.At.String(), until, s.Fact}
	}
	table(w, []string{"FROM", "INTO", "BY", "QUANTITY", "CERTAINTY", "AT", "UNTIL", "FACT"}, rows)
	if p.Surest != nil {
		fmt.Fprintln(w, "\nA longer path is better known:")
		printPath(w, p.Surest)
	}
}
