package cli

import (
	"cmp"
	"fmt"
	"io"

	"lotline/internal/genealogy"
	"lotline/internal/store"

	"github.com/spf13/cobra"
)

// linesMax bounds what one answer lists, unless another number is asked for.
const linesMax = 1_000

func (a *app) stock() *cobra.Command {
	var location, from string
	var limit int
	cmd := &cobra.Command{
		Use: "stock [PART]", Short: "What is on the shelf: by item, or of one item by lot and unit", Args: usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 1 {
				return misuse{fmt.Errorf("stock: --limit must be 1 or more")}
			}
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) (err error) {
				var s genealogy.Stock
				if len(args) == 1 {
					s, err = genealogy.StockOfItem(tx, company, args[0], location, from, limit)
				} else {
					s, err = genealogy.StockOfItems(tx, company, location, from, limit)
				}
				if err != nil {
					return err
				}
				return a.put(s, func(w io.Writer) { printStock(w, &s) })
			})
		},
	}
	cmd.Flags().StringVar(&location, "location", "", "only what is there")
	cmd.Flags().StringVar(&from, "from", "", "begin with this: what the answer before named as next")
	cmd.Flags().IntVar(&limit, "limit", linesMax, "at most so many lines")
	return cmd
}

func printStock(w io.Writer, s *genealogy.Stock) {
	rows := make([][]string, len(s.Lines))
	for i, l := range s.Lines {
		rows[i] = []string{cmp.Or(l.Ref, l.PartNumber), l.Revision, l.OnHand.String(), l.Held.String(), l.Allocated.String(), l.Free.String(), l.UOM, l.Location, l.ExpiresOn.String()}
	}
	table(w, []string{"WHAT", "REV", "ON HAND", "HELD", "KEPT", "FREE", "UOM", "LOCATION", "EXPIRES"}, rows)
	if s.Next != "" {
		fmt.Fprintf(w, "\nThere is more: go on with --from %s.\n", s.Next)
	}
}
