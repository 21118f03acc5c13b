package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/store"
	"lotline/internal/trace"

	"github.com/spf13/cobra"
)

// times are the flags of a question about the past.
type times struct{ asOf, knownAt string }

func (t *times) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.asOf, "as-of", "", "what was true at this time (RFC 3339 or a date)")
	cmd.Flags().StringVar(&t.knownAt, "known-at", "", "what was recorded by then: an entry number or a time")
}

func (t *times) question(tx *store.Tx, company string) (trace.Question, error) {
	return trace.ReadQuestion(tx, company, func(name string) string {
		return map[string]string{"as_of": t.asOf, "known_at": t.knownAt}[name]
	})
}

func (a *app) trace() *cobra.Command {
	var t times
	var forward, backward, full bool
	var limit int
	cmd := &cobra.Command{
		Use:   "trace OBJECT --forward|--backward",
		Short: "Where an object went, or what went into it",
		Long:  "Forward (where used): everything that contains or may contain the object. Backward (composition): everything that is or may be in it.",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if forward == backward {
				return misuse{fmt.Errorf("trace: say --forward or --backward")}
			}
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				q, err := t.question(tx, company)
				if err != nil {
					return err
				}
				q.Full, q.Limit = full, limit
				ask := trace.Forward
				if backward {
					ask = trace.Backward
				}
				answer, err := ask(tx, company, args[0], q)
				if err != nil {
					return err
				}
				return a.put(answer, func(w io.Writer) { printTrace(w, answer) })
			})
		},
	}
	t.flags(cmd)
	cmd.Flags().BoolVar(&forward, "forward", false, "where it went")
	cmd.Flags().BoolVar(&backward, "backward", false, "what went into it")
	cmd.Flags().BoolVar(&full, "full", false, "with receipts, operations and inspections")
	cmd.Flags().IntVar(&limit, "limit", 0, "at most so many objects; the answer then says that it is not complete")
	return cmd
}

func printTrace(w io.Writer, a *trace.Answer) {
	where := "reaches"
	if a.Direction == "backward" {
		where = "surely or possibly contains"
	}
	fmt.Fprintf(w, "%s %s %s: %d must, %d may; %d had been.\n", a.Object, where, plural(len(a.Objects), "object"),
		a.Counts.Must, a.Counts.May, a.Counts.HadBeen.Must+a.Counts.HadBeen.May)
	if !a.Complete {
		fmt.Fprintln(w, "The answer was cut at the limit that was asked for.")
	}
	for _, customer := range slices.Sorted(maps.Keys(a.Counts.ByCustomer)) {
		fmt.Fprintf(w, "  %s has %d\n", customer, a.Counts.ByCustomer[customer])
	}
	fmt.Fprintln(w)
	printObjects(w, a.Objects)
	printGaps(w, a.Gaps)
}

func printObjects(w io.Writer, objects []trace.Object) {
	rows := make([][]string, len(objects))
	for i, o := range objects {
		certainty := o.Certainty
		if o.Removed {
			certainty = "had been (" + certainty + ")"
		}
		amount := o.QuantityMin.String()
		if o.QuantityMin != o.QuantityMax {
			amount += " to " + o.QuantityMax.String()
		}
		var states []string
		for _, p := range o.Places {
			states = append(states, p.State)
		}
		rows[i] = []string{strconv.Itoa(o.Depth), o.Ref, certainty, amount, strings.Join(slices.Compact(states), ", "), o.End, o.Customer, o.System}
	}
	table(w, []string{"DEPTH", "OBJECT", "CERTAINTY", "QUANTITY", "STATE", "END", "CUSTOMER", "SYSTEM"}, rows)
}

func printGaps(w io.Writer, gaps []trace.Gap) {
	if len(gaps) == 0 {
		return
	}
	fmt.Fprintf(w, "\nThe record has %s:\n", plural(len(gaps), "gap"))
	for _, g := range gaps {
		fmt.Fprintf(w, "  %s %s %s\n", g.Object, g.Position, g.Reason)
	}
}

func (a *app) unit() *cobra.Command {
	var t times
	var levels int
	show := &cobra.Command{
		Use: "show PART/SERIAL", Short: "A unit with what fills each position, and each difference", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.showUnit(cmd, args[0], 1, &t) },
	}
	bom := &cobra.Command{
		Use: "bom PART/SERIAL", Short: "The serialized BOM of a unit: what is in it, level by level", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.showUnit(cmd, args[0], levels, &t) },
	}
	bom.Flags().IntVar(&levels, "levels", 0, "how many levels; 0 for all")
	t.flags(show)
	t.flags(bom)
	cmd := &cobra.Command{Use: "unit", Short: "Units as they were built"}
	cmd.AddCommand(show, bom)
	return cmd
}

func (a *app) showUnit(cmd *cobra.Command, object string, levels int, t *times) error {
	return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
		q, err := t.question(tx, company)
		if err != nil {
			return err
		}
		unit, err := trace.UnitBOM(tx, company, object, levels, q)
		if err != nil {
			return err
		}
		return a.put(unit, func(w io.Writer) {
			fmt.Fprintf(w, "%s, order %s, %s; %s unexplained.\n", unit.Object, unit.Order, unit.State, plural(unit.Unexplained, "difference"))
			if unit.Seal != "" {
				fmt.Fprintf(w, "Order BOM sealed as %s\n", unit.Seal)
			}
			fmt.Fprintln(w)
			var rows [][]string
			positionRows(unit, "", &rows)
			table(w, []string{"POSITION", "ITEM", "QUANTITY", "FILLED BY", "HOW", "DIFFERENCE"}, rows)
		})
	})
}

// positionRows unfolds a unit's positions; levels are bounded where they are
// loaded.
func positionRows(u *trace.Unit, indent string, rows *[][]string) {
	for _, p := range u.Positions {
		if len(p.Filled) == 0 {
			*rows = append(*rows, []string{indent + p.FindNumber, p.PartNumber, p.Quantity.String(), "", p.By, p.Difference})
		}
		for _, f := range p.Filled {
			by := p.By
			if f.Removed {
				by = "removed"
			}
			*rows = append(*rows, []string{indent + p.FindNumber, p.PartNumber, f.Quantity.String(), f.Ref, by, p.Difference})
			if f.Unit != nil {
				positionRows(f.Unit, indent+"  ", rows)
			}
		}
	}
}

func (a *app) lot() *cobra.Command {
	cmd := &cobra.Command{Use: "lot", Short: "Lots"}
	cmd.AddCommand(&cobra.Command{
		Use: "show PART/LOT", Short: "A lot, where it is, and its life", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.showPassport(cmd, args[0], &times{}) },
	})
	return cmd
}

func (a *app) passport() *cobra.Command {
	var t times
	cmd := &cobra.Command{
		Use: "passport OBJECT", Short: "Everything about an object: both traces, its life, its quality", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.showPassport(cmd, args[0], &t) },
	}
	t.flags(cmd)
	return cmd
}

func (a *app) showPassport(cmd *cobra.Command, object string, t *times) error {
	return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
		q, err := t.question(tx, company)
		if err != nil {
			return err
		}
		p, err := trace.ShowPassport(tx, company, object, q)
		if err != nil {
			return err
		}
		return a.put(p, func(w io.Writer) { printPassport(w, p) })
	})
}

func printPassport(w io.Writer, p *trace.Passport) {
	o := p.Object
	fmt.Fprintf(w, "%s revision %s\n", o.Ref, o.Revision)
	for _, place := range o.Places {
		fmt.Fprintf(w, "  %s %s %s %s %s\n", place.State, place.Quantity, place.Order, place.Customer, place.System)
	}
	for _, r := range o.Receipts {
		fmt.Fprintf(w, "  received %s as %s from %s, their lot %s, certificate %s\n", r.At, r.Receipt, r.Supplier, r.SupplierLot, r.Certificate)
	}
	fmt.Fprintln(w, "\nLife")
	rows := make([][]string, len(p.Life))
	for i, e := range p.Life {
		rows[i] = []string{e.At.String(), e.What, e.Quantity.String(), e.Other, e.Order, e.Customer, e.System, e.Text}
	}
	table(w, []string{"AT", "WHAT", "QUANTITY", "OTHER", "ORDER", "CUSTOMER", "SYSTEM", "NOTE"}, rows)
	fmt.Fprintln(w)
	printTrace(w, p.Backward)
	fmt.Fprintln(w)
	printTrace(w, p.Forward)
}

func (a *app) balance() *cobra.Command {
	return &cobra.Command{
		Use: "balance PART/LOT", Short: "The mass balance of a lot: what came in, and where it is", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				row, err := trace.Resolve(tx, company, args[0])
				if err != nil {
					return err
				}
				b, err := genealogy.BalanceOf(tx, company, row)
				if err != nil {
					return err
				}
				return a.put(b, func(w io.Writer) {
					fmt.Fprintf(w, "%s: %s missing.\n\n", b.Object, b.Missing)
					table(w, []string{"TERM", "QUANTITY"}, [][]string{
						{"received", b.Received.String()}, {"produced", b.Produced.String()}, {"split in", b.SplitIn.String()},
						{"in stock", b.InStock.String()}, {"in work", b.InWork.String()}, {"in units", b.InUnits.String()}, {"scrapped", b.Scrapped.String()},
						{"shipped", b.Shipped.String()}, {"split away", b.SplitAway.String()}, {"missing", b.Missing.String()},
					})
				})
			})
		},
	}
}
