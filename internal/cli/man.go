package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func (a *app) man() *cobra.Command {
	return &cobra.Command{
		Use: "man FOLDER", Short: "Write the manual pages, one for each command", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return refuse.New(refuse.Invalid, "The folder %s cannot be made: %v.", args[0], err)
			}
			if err := doc.GenManTree(cmd.Root(), &doc.GenManHeader{Title: "LOTLINE", Section: "1", Source: "Lotline"}, args[0]); err != nil {
				return err
			}
			pages, err := filepath.Glob(filepath.Join(args[0], "*.1"))
			if err != nil {
				return err
			}
			return a.put(map[string]any{"folder": args[0], "pages": len(pages)}, func(w io.Writer) {
				fmt.Fprintf(w, "%s in %s: man %s\n", plural(len(pages), "manual page"), args[0], filepath.Join(args[0], "lotline.1"))
			})
		},
	}
}

func (a *app) upgrade() *cobra.Command {
	return &cobra.Command{
		Use: "upgrade", Short: "Bring the tables up to this program, and verify everything",
		Long: "The journal never changes. Tables that another version of the program made are made again from it; any command does that when it opens the database, and this one tells how it went and verifies every company.",
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.anyCompany(cmd.Context(), func(all []ledger.Company) error {
				var upgraded []ledger.Verified
				for _, c := range all {
					a.company = c.Company
					err := a.with(cmd.Context(), store.Options{}, func(l *ledger.Ledger) error {
						v, err := l.Verify(cmd.Context())
						upgraded = append(upgraded, v)
						return err
					})
					if err != nil {
						return err
					}
				}
				return a.upgraded(upgraded)
			})
		},
	}
}

func (a *app) upgraded(all []ledger.Verified) error {
	findings := 0
	for _, v := range all {
		findings += len(v.Findings)
	}
	err := a.put(map[string]any{"companies": all}, func(w io.Writer) {
		for _, v := range all {
			for _, finding := range v.Findings {
				fmt.Fprintln(w, finding)
			}
			if len(v.Findings) == 0 {
				fmt.Fprintf(w, "%s: %d entries, every table is as this program makes it and follows from them.\n", v.Company, v.Entries)
			}
		}
	})
	if err == nil && findings > 0 {
		err = refuse.New(refuse.Conflict, "What is stored is not what was recorded: %s.", plural(findings, "finding"))
	}
	return err
}
