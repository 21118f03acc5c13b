package cli

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/quality"
	"lotline/internal/store"

	"github.com/spf13/cobra"
)

// quality are the questions of quality.
func (a *app) quality() []*cobra.Command {
	return []*cobra.Command{a.nonconformities(), a.deviations(), a.suppliers()}
}

func (a *app) nonconformities() *cobra.Command {
	var state, from string
	var limit int
	cmd := &cobra.Command{
		Use: "nonconformities [NUMBER]", Short: "Nonconformities: all, or those that are open, pending, disposed or overdue; or one, with its signatures", Args: usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.asking(cmd.Context(), func(l *ledger.Ledger) error {
				return l.Read(cmd.Context(), func(tx *store.Tx) error {
					if len(args) == 1 {
						one, err := quality.ShowNCR(tx, l.Company(), args[0], l.Now())
						if err != nil {
							return err
						}
						return a.put(one, func(w io.Writer) { printNCR(w, &one) })
					}
					all, err := quality.PageNCRs(tx, l.Company(), state, l.Now(), from, limit)
					if err != nil {
						return err
					}
					return a.put(all, func(w io.Writer) { printNCRs(w, &all) })
				})
			})
		},
	}
	cmd.Flags().StringVar(&state, "state", "", "only those that are open, pending, disposed or overdue")
	pageFlags(cmd, &from, &limit)
	return cmd
}

// pageFlags are where a page begins, and how many lines it has.
func pageFlags(cmd *cobra.Command, from *string, limit *int) {
	cmd.Flags().StringVar(from, "from", "", "go on with this: what the answer before named as next")
	cmd.Flags().IntVar(limit, "limit", linesMax, "at most so many")
}

func printNCRs(w io.Writer, all *quality.NCRList) {
	rows := make([][]string, len(all.Nonconformities))
	for i, n := range all.Nonconformities {
		state := n.State
		if n.Overdue {
			state += ", overdue"
		}
		rows[i] = []string{n.Nonconformity, state, cmp.Or(n.Object, n.Order), n.Severity, n.Disposition, signedCount(&n), n.CAPA, n.Owner, n.DueAt.String(), n.Description}
	}
	table(w, []string{"NUMBER", "STATE", "ABOUT", "SEVERITY", "DISPOSITION", "SIGNED", "ACTION", "OWNER", "DUE", "WHAT"}, rows)
	goOn(w, all.Next)
}

func goOn(w io.Writer, next string) {
	if next != "" {
		fmt.Fprintf(w, "\nThere is more: go on with --from %s.\n", next)
	}
}

func signedCount(n *quality.ShownNCR) string {
	if n.Needed == 0 && len(n.SignedBy) == 0 {
		return ""
	}
	return strconv.Itoa(len(n.SignedBy)) + " of " + strconv.FormatInt(n.Needed, 10)
}

func printNCR(w io.Writer, n *quality.ShownNCR) {
	fmt.Fprintf(w, "Nonconformity %s is %s: %s, %s\n", n.Nonconformity, n.State, cmp.Or(n.Object, n.Order), n.Description)
	if n.Disposition != "" {
		fmt.Fprintf(w, "Disposition: %s on %s\n", n.Disposition, n.DisposedAt)
	}
	if n.Needed > 0 {
		fmt.Fprintf(w, "Signatures: %s\n", signedCount(n))
	}
	printSignatures(w, n.Signatures)
	if n.CAPA != "" || n.DueAt != 0 {
		fmt.Fprintf(w, "Action: %s, owner %s, due %s, done %s\n", cmp.Or(n.CAPA, "none"), cmp.Or(n.Owner, "nobody"), cmp.Or(n.DueAt.String(), "at no time"), cmp.Or(n.DoneAt.String(), "not yet"))
	}
}

// printSignatures shows who signed: the printed name, when, and what it means.
func printSignatures(w io.Writer, all []journal.ShownSignature) {
	for _, s := range all {
		verified := "unverified"
		if s.Verified {
			verified = "verified"
		}
		where := fmt.Sprint("entry ", s.Entry)
		if s.Carried {
			where = "carried from another journal"
		}
		fmt.Fprintf(w, "Signed by %s (%s) on %s: %s; %s, %s\n", s.SignedBy, verified, s.At, s.Meaning, where, s.Hash)
	}
}

func (a *app) deviations() *cobra.Command {
	var from string
	var limit int
	cmd := &cobra.Command{
		Use: "deviations", Short: "Deviations with their limits, what of them is used, and who signed", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				all, err := quality.PageDeviations(tx, company, from, limit)
				if err != nil {
					return err
				}
				return a.put(all, func(w io.Writer) { printDeviations(w, &all) })
			})
		},
	}
	pageFlags(cmd, &from, &limit)
	return cmd
}

func printDeviations(w io.Writer, all *quality.DeviationList) {
	rows := make([][]string, len(all.Deviations))
	for i, d := range all.Deviations {
		limit := "none"
		if d.Quantity != 0 {
			limit = d.Quantity.String()
		}
		var signers []string
		for _, s := range d.Signatures {
			signers = append(signers, s.SignedBy+" (unverified)")
		}
		rows[i] = []string{d.Deviation, d.Kind, cmp.Or(d.Object, d.PartNumber), d.Order, limit, d.Used.String(), d.At.String(), d.From.String(), d.Until.String(), strings.Join(signers, ", "), d.Reason}
	}
	table(w, []string{"DEVIATION", "KIND", "ABOUT", "ORDER", "LIMIT", "USED", "GRANTED", "FROM", "UNTIL", "SIGNED BY", "REASON"}, rows)
	goOn(w, all.Next)
}

func (a *app) suppliers() *cobra.Command {
	return &cobra.Command{
		Use: "suppliers [SUPPLIER]", Short: "How what each supplier sends is found: received, failed, rejected, to be sent back; of one its rejected lots and units", Args: usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				all, err := quality.Suppliers(tx, company, strings.Join(args, ""))
				if err != nil {
					return err
				}
				return a.put(all, func(w io.Writer) { printSuppliers(w, all) })
			})
		},
	}
}

func printSuppliers(w io.Writer, all []quality.Supplier) {
	n := func(n int64) string { return strconv.FormatInt(n, 10) }
	var rows, objects [][]string
	for _, s := range all {
		rows = append(rows, []string{s.Supplier, n(s.Lots), n(s.Units), n(s.Failures), n(s.Rejected), s.Share, n(s.OpenReturns), n(s.Returned)})
		for _, o := range s.Objects {
			state := ""
			switch {
			case o.Returned:
				state = "sent back"
			case o.OpenReturn:
				state = "to be sent back"
			}
			objects = append(objects, []string{o.Object, n(o.Failures), strings.Join(o.Nonconformities, ", "), state})
		}
	}
	table(w, []string{"SUPPLIER", "LOTS", "UNITS", "FAILURES", "REJECTED", "SHARE %", "OPEN RETURNS", "RETURNED"}, rows)
	if len(objects) > 0 {
		fmt.Fprintln(w)
		table(w, []string{"OBJECT", "FAILURES", "NONCONFORMITIES", "RETURN"}, objects)
	}
}
