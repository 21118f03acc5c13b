package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"

	"github.com/spf13/cobra"
)

func (a *app) companies() *cobra.Command {
	cmd := &cobra.Command{Use: "company", Short: "The companies that share the database, each with a journal of its own"}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "All companies, and how many entries each has", Args: usage(cobra.NoArgs),
			RunE: func(cmd *cobra.Command, _ []string) error {
				return a.anyCompany(cmd.Context(), func(all []ledger.Company) error {
					return a.put(all, func(w io.Writer) {
						rows := make([][]string, len(all))
						for i, c := range all {
							rows[i] = []string{c.Company, strconv.FormatInt(c.Entries, 10)}
						}
						table(w, []string{"COMPANY", "ENTRIES"}, rows)
					})
				})
			}},
		&cobra.Command{Use: "add NAME", Short: "Begin the journal of a company", Args: usage(cobra.ExactArgs(1)),
			RunE: func(cmd *cobra.Command, args []string) error {
				a.company = args[0]
				return a.opened(cmd.Context(), ledger.Options{New: true}, func(l *ledger.Ledger) error {
					return a.put(map[string]string{"company": l.Company()}, func(w io.Writer) {
						fmt.Fprintf(w, "%s is a company of %s. Name it with --company %s.\n", l.Company(), a.db, strconv.Quote(l.Company()))
					})
				})
			}},
	)
	return cmd
}

// anyCompany tells the companies of a database; which one is named does not
// matter.
func (a *app) anyCompany(ctx context.Context, f func([]ledger.Company) error) error {
	return a.onDatabase(func() error {
		db, err := store.Open(ctx, a.db, store.Options{ReadOnly: true})
		if err != nil {
			return err
		}
		defer db.Close()
		return db.Read(ctx, func(tx *store.Tx) error {
			all, err := ledger.Companies(tx)
			if err != nil {
				return err
			}
			return f(all)
		})
	})
}

func (a *app) backup() *cobra.Command {
	return &cobra.Command{
		Use: "backup FILE", Short: "A whole, verified copy of a SQLite database, all its companies and their keys", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, path := cmd.Context(), args[0]
			if _, err := os.Stat(path); err == nil {
				return refuse.New(refuse.Conflict, "%s is there already: name a new file.", path)
			}
			return a.asking(ctx, func(l *ledger.Ledger) error {
				if err := l.DB().BackupTo(ctx, path); err != nil {
					return err
				}
				var all []ledger.Company
				err := l.Read(ctx, func(tx *store.Tx) (err error) {
					all, err = ledger.Companies(tx)
					return err
				})
				if err != nil {
					return err
				}
				verified := make([]ledger.Verified, len(all))
				for i, c := range all {
					if verified[i], err = a.checkBackup(ctx, path, c.Company); err != nil {
						return err
					}
				}
				return a.put(map[string]any{"file": path, "companies": verified}, func(w io.Writer) {
					for _, v := range verified {
						fmt.Fprintf(w, "%s holds %s entries of %s and verifies; root %s.\n", filepath.Base(path), strconv.FormatInt(v.Entries, 10), v.Company, v.Root)
					}
				})
			})
		},
	}
}

// checkBackup copies the key of a company and verifies its part of the copy.
func (a *app) checkBackup(ctx context.Context, path, company string) (ledger.Verified, error) {
	if key, err := os.ReadFile(ledger.KeyFileOf(a.keyBase(), company)); err == nil {
		if err := os.WriteFile(ledger.KeyFileOf(path+".key", company), key, 0o600); err != nil {
			return ledger.Verified{}, err
		}
	}
	copied, err := ledger.Open(ctx, path, ledger.Options{Company: company})
	if err != nil {
		return ledger.Verified{}, err
	}
	defer copied.Close()
	v, err := copied.Verify(ctx)
	if err == nil && len(v.Findings) > 0 {
		err = refuse.New(refuse.Conflict, "The backup does not verify: %s.", strings.TrimSuffix(v.Findings[0], "."))
	}
	return v, err
}

// keyFile is where the key of the company that is meant lies.
func (a *app) keyFile() string { return ledger.KeyFileOf(a.keyBase(), a.company) }

// keyBase is where the key of main lies; those of other companies lie beside.
func (a *app) keyBase() string {
	switch {
	case a.key != "":
		return a.key
	case store.IsServer(a.db):
		return ""
	}
	return a.db + ".key"
}
