package cli

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/order"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"

	"github.com/spf13/cobra"
)

func (a *app) order() *cobra.Command {
	cmd := &cobra.Command{Use: "order", Short: "Production orders and their sealed order BOMs"}
	cmd.AddCommand(a.say(orderCommands)...)
	cmd.AddCommand(a.compareOrder(), a.purchaseList(), a.listOrders())
	cmd.AddCommand(
		&cobra.Command{Use: "show ORDER", Short: "An order with its BOM, levels and totals", Args: usage(cobra.ExactArgs(1)),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
					shown, err := trace.ShowOrder(tx, company, args[0])
					if err != nil {
						return err
					}
					return a.put(shown, func(w io.Writer) { printOrder(w, &shown); printSignatures(w, shown.Signatures) })
				})
			}},
		&cobra.Command{Use: "export ORDER", Short: "Print the sealed order BOM as a file that order check can check", Args: usage(cobra.ExactArgs(1)),
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
					text, err := order.Export(tx, company, args[0])
					if err == nil {
						_, err = fmt.Fprintln(a.stdout, string(text))
					}
					return err
				})
			}},
		&cobra.Command{Use: "check FILE", Short: "Recompute the hashes and the seal of an exported order BOM; needs no database", Args: usage(cobra.ExactArgs(1)),
			RunE: func(_ *cobra.Command, args []string) error { return a.checkOrder(args[0]) }},
	)
	return cmd
}

func (a *app) checkOrder(path string) error {
	text, err := readFile(path, order.CheckMax)
	if err != nil {
		return err
	}
	differences, err := order.Check(text)
	if err != nil {
		return err
	}
	if differences == nil {
		differences = []order.Difference{}
	}
	err = a.put(map[string]any{"file": path, "differences": differences}, func(w io.Writer) {
		if len(differences) == 0 {
			fmt.Fprintf(w, "%s is as it was sealed.\n", path)
		}
		for _, d := range differences {
			fmt.Fprintln(w, d)
		}
	})
	if err == nil && len(differences) > 0 {
		err = refuse.New(refuse.Conflict, "%s is not the order BOM that was sealed.", path)
	}
	return err
}

// readFile reads a file that a person named, up to a limit.
func readFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, refuse.New(refuse.NotFound, "There is no file %s.", path)
	}
	if info.Size() > limit {
		return nil, refuse.New(refuse.TooLarge, "%s has more than %d MiB.", path, limit>>20)
	}
	return os.ReadFile(path)
}

func printOrder(w io.Writer, s *order.Shown) {
	fmt.Fprintf(w, "Order %s for %s of %s revision %s is %s.\n", s.Order, s.Quantity, s.PartNumber, s.Revision, s.State)
	if s.Seal != "" {
		fmt.Fprintf(w, "Released %s, sealed as %s\n", s.ReleasedAt, s.Seal)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		fmt.Fprintf(w, "%s: %s\n", name, s.Properties[name])
	}
	for _, document := range s.Documents {
		fmt.Fprintf(w, "Document %s\n", document)
	}
	fmt.Fprintln(w)
	var rows [][]string
	for _, l := range s.Lines {
		note := ""
		if l.Phantom {
			note = "phantom"
		}
		rows = append(rows, []string{strings.Repeat("  ", int(l.Level)) + l.FindNumber, l.PartNumber, l.Revision, l.QuantityPer.String(), l.Quantity.String(), l.UOM, l.Tracking,
			strings.Join(l.Designators, " "), note})
	}
	table(w, []string{"FIND", "ITEM", "REV", "EACH", "ORDER", "UOM", "TRACKING", "DESIGNATORS", ""}, rows)
	fmt.Fprintln(w, "\nTotals")
	rows = nil
	for _, t := range s.Totals {
		row := []string{t.PartNumber, t.Revision, t.Quantity.String(), t.QuantityGross.String(), t.UOM, t.Source}
		if t.OnHand != nil {
			row = append(row, t.OnHand.String(), t.Gap.String(), t.Supplier)
		}
		rows = append(rows, row)
	}
	table(w, []string{"ITEM", "REV", "NET", "GROSS", "UOM", "SOURCE", "ON HAND", "GAP", "SUPPLIER"}, rows)
	fmt.Fprintf(w, "\n%s, %s.\n", plural(len(s.Lines), "line"), strconv.Itoa(len(s.Totals))+" totals")
}

func (a *app) compareOrder() *cobra.Command {
	var with, unit string
	cmd := &cobra.Command{
		Use: "compare ORDER", Short: "What differs between an order's BOM and the design of now, another order, or a unit as built", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if unit != "" {
				return a.showUnit(cmd, unit, 1, &times{})
			}
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				c, err := order.CompareWith(tx, company, args[0], with)
				if err != nil {
					return err
				}
				return a.put(c, func(w io.Writer) {
					fmt.Fprintf(w, "Order %s compared with %s: %s.\n", c.Order, c.With, plural(len(c.Changes), "difference"))
					for _, change := range c.Changes {
						fmt.Fprintln(w, "  "+change.String())
					}
				})
			})
		},
	}
	cmd.Flags().StringVar(&with, "with", "", "another order; the design of now when left out")
	cmd.Flags().StringVar(&unit, "unit", "", "a unit as built, PART/SERIAL, compared with its own order")
	return cmd
}

func (a *app) purchaseList() *cobra.Command {
	return &cobra.Command{
		Use: "purchase [ORDER...]", Short: "What planned orders miss, by supplier and item", Args: usage(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				list, err := order.PurchaseList(tx, company, args, trace.Stock(tx, company))
				if err != nil {
					return err
				}
				return a.put(list, func(w io.Writer) {
					var rows [][]string
					for _, p := range list {
						rows = append(rows, []string{p.Supplier, p.PartNumber, p.SupplierPart, p.Source, p.Required.String(), p.OnHand.String(), p.Gap.String(), p.UOM,
							strconv.FormatInt(p.LeadTimeDays, 10), strings.Join(p.Orders, " ")})
					}
					table(w, []string{"SUPPLIER", "ITEM", "THEIR PART", "SOURCE", "REQUIRED", "ON HAND", "GAP", "UOM", "LEAD DAYS", "ORDERS"}, rows)
				})
			})
		},
	}
}
