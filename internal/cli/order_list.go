package cli

import (
	"fmt"
	"io"

	"lotline/internal/order"
	"lotline/internal/store"

	"github.com/spf13/cobra"
)

func (a *app) listOrders() *cobra.Command {
	var from string
	var limit int64
	cmd := &cobra.Command{
		Use: "list", Short: "Orders in the order of their names, a page at once", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 || limit > order.ListMax {
				return misuse{fmt.Errorf("order list: --limit must be from 1 to %d", order.ListMax)}
			}
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				page, err := order.Page(tx, company, from, limit)
				if err != nil {
					return err
				}
				return a.put(page, func(w io.Writer) {
					rows := make([][]string, len(page.Orders))
					for i, o := range page.Orders {
						rows[i] = []string{o.Order, o.State, o.PartNumber, o.Revision, o.Quantity.String(), o.Customer, o.ReleasedAt.String()}
					}
					table(w, []string{"ORDER", "STATE", "ITEM", "REV", "QUANTITY", "CUSTOMER", "RELEASED"}, rows)
					if page.Next != "" {
						fmt.Fprintf(w, "\nThere is more: go on with --from %s.\n", page.Next)
					}
				})
			})
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "the first name")
	cmd.Flags().Int64Var(&limit, "limit", order.ListMax, "at most so many orders")
	return cmd
}
