package cli

import (
	"fmt"
	"io"
	"time"

	"lotline/internal/moment"
	"lotline/internal/recall"
	"lotline/internal/store"
	"lotline/internal/trace"

	"github.com/spf13/cobra"
)

func (a *app) find() *cobra.Command {
	return &cobra.Command{
		Use: "find TEXT", Short: "Everything that a text names", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				found, err := trace.Find(tx, company, args[0])
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
				})
			})
		},
	}
}

func (a *app) recall() *cobra.Command {
	var t times
	var trigger recall.Trigger
	var from, to string
	plan := &cobra.Command{
		Use: "plan", Short: "What a trigger reaches: the units that are surely and possibly affected, and who has them", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if from != "" {
				if trigger.From, err = moment.Parse(from, time.UTC); err != nil {
					return err
				}
			}
			if to != "" {
				if trigger.To, err = moment.EndOf(to, time.UTC); err != nil {
					return err
				}
			}
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				q, err := t.question(tx, company)
				if err != nil {
					return err
				}
				plan, err := recall.Plan(tx, company, []recall.Trigger{trigger}, q)
				if err != nil {
					return err
				}
				return a.put(plan, func(w io.Writer) { printPlan(w, plan) })
			})
		},
	}
	t.flags(plan)
	f := plan.Flags()
	f.StringVar(&trigger.Object, "lot", "", "a lot or unit: PART/NAME")
	f.StringVar(&trigger.Object, "object", "", "the same")
	f.StringVar(&trigger.Supplier, "supplier", "", "a supplier's code")
	f.StringVar(&trigger.SupplierLot, "supplier-lot", "", "the supplier's number of a lot")
	f.StringVar(&trigger.MakerLot, "manufacturer-lot", "", "the manufacturer's number of a lot")
	f.StringVar(&trigger.Certificate, "certificate", "", "a certificate")
	f.StringVar(&trigger.Heat, "heat", "", "a heat")
	f.StringVar(&trigger.DateCode, "date-code", "", "a date code")
	f.StringVar(&trigger.Order, "order", "", "an order")
	f.StringVar(&trigger.PartNumber, "item", "", "an item")
	f.StringVar(&trigger.Revision, "revision", "", "a revision of the item")
	f.StringVar(&trigger.Operation, "operation", "", "an operation")
	f.StringVar(&trigger.WorkCenter, "work-center", "", "a work center")
	f.StringVar(&trigger.Machine, "machine", "", "a machine")
	f.StringVar(&trigger.Operator, "operator", "", "an operator")
	f.StringVar(&trigger.Program, "program", "", "a program")
	f.StringVar(&trigger.Tool, "tool", "", "a tool")
	f.StringVar(&from, "from", "", "begin of the window (RFC 3339 or a date)")
	f.StringVar(&to, "to", "", "end of the window; a date alone is the end of that day")
	cmd := &cobra.Command{Use: "recall", Short: "Recalls"}
	cmd.AddCommand(plan)
	return cmd
}

func printPlan(w io.Writer, p *recall.Answer) {
	fmt.Fprintf(w, "The trigger matches %s; %d objects are surely affected, %d possibly, %d had been.\n\n", plural(len(p.Start), "object"), p.Must, p.May, p.HadBeen.Must+p.HadBeen.May)
	var rows [][]string
	for _, c := range p.ByCustomer {
		rows = append(rows, []string{c.Customer, fmt.Sprint(c.Must), fmt.Sprint(c.May), fmt.Sprint(len(c.Systems))})
	}
	table(w, []string{"CUSTOMER", "MUST", "MAY", "SYSTEMS"}, rows)
	fmt.Fprintln(w)
	printObjects(w, p.Objects)
	printGaps(w, p.Gaps)
}
