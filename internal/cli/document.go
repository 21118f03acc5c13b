package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"lotline/internal/blob"
	"lotline/internal/refuse"
	"lotline/internal/store"

	"github.com/spf13/cobra"
)

func (a *app) document() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use: "document SHA256", Short: "The bytes of a document that was attached from a file", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				body, err := blob.Get(tx, company, strings.TrimPrefix(args[0], "sha256:"))
				if err != nil {
					return err
				}
				if to == "" {
					_, err = a.stdout.Write(body)
					return err
				}
				if _, err := os.Stat(to); err == nil {
					return refuse.New(refuse.Conflict, "%s is there already: name a new file.", to)
				}
				if err := os.WriteFile(to, body, 0o644); err != nil {
					return refuse.New(refuse.Invalid, "%s cannot be written: %v.", to, err)
				}
				return a.put(map[string]any{"file": to, "size": len(body)}, func(w io.Writer) { fmt.Fprintf(w, "%d bytes in %s.\n", len(body), to) })
			})
		},
	}
	cmd.Flags().StringVar(&to, "output", "", "a new file to write them to; else they are printed")
	return cmd
}
