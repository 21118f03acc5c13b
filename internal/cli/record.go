package cli

import (
	"context"
	"fmt"
	"io"

	"lotline/internal/blob"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"

	"github.com/spf13/cobra"
)

func (a *app) verify() *cobra.Command {
	return &cobra.Command{
		Use: "verify", Short: "Recompute everything that is stored, and name what differs", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.asking(cmd.Context(), func(l *ledger.Ledger) error {
				v, err := l.Verify(cmd.Context())
				if err != nil {
					return err
				}
				err = a.put(v, func(w io.Writer) {
					for _, finding := range v.Findings {
						fmt.Fprintln(w, finding)
					}
					if len(v.Findings) == 0 {
						fmt.Fprintf(w, "%d entries, root %s: every entry is as it was recorded, and every table follows from them.\n", v.Entries, v.Root)
					}
				})
				if err == nil && len(v.Findings) > 0 {
					err = refuse.New(refuse.Conflict, "What is stored is not what was recorded: %s.", plural(len(v.Findings), "finding"))
				}
				return err
			})
		},
	}
}

func (a *app) rebuild() *cobra.Command {
	return &cobra.Command{
		Use: "rebuild", Short: "Throw the derived tables away and make them again from the journal", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.asking(cmd.Context(), func(l *ledger.Ledger) error {
				if err := l.Rebuild(cmd.Context()); err != nil {
					return err
				}
				return a.put(map[string]bool{"rebuilt": true}, func(w io.Writer) { fmt.Fprintln(w, "The tables are made again from the journal.") })
			})
		},
	}
}

func (a *app) journal() *cobra.Command {
	var from, limit int64
	cmd := &cobra.Command{
		Use: "journal", Short: "The facts, in the order in which they were recorded", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
				return journal.ReadText(tx, company, from, from+limit-1, func(e journal.EntryText) error {
					return a.put(e, func(w io.Writer) {
						fmt.Fprintf(w, "entry %d, %s, by %s through %s\n", e.Seq, e.RecordedAt, e.By, e.Via)
						for k, line := range e.Text {
							fmt.Fprintf(w, "  %d.%d %s\n", e.Seq, k+1, line)
						}
					})
				})
			})
		},
	}
	cmd.Flags().Int64Var(&from, "from", 1, "first entry")
	cmd.Flags().Int64Var(&limit, "limit", 20, "how many entries")
	return cmd
}

func (a *app) checkpoint() *cobra.Command {
	return &cobra.Command{
		Use: "checkpoint", Short: "A signed note of the journal's size and root (C2SP tlog-checkpoint)", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.asking(cmd.Context(), func(l *ledger.Ledger) error {
				signer, err := l.Signer()
				if err != nil {
					return err
				}
				return l.Read(cmd.Context(), func(tx *store.Tx) error {
					text, err := journal.Checkpoint(tx, l.Company(), signer)
					if err == nil {
						err = a.put(map[string]string{"checkpoint": string(text)}, func(w io.Writer) { fmt.Fprint(w, string(text)) })
					}
					return err
				})
			})
		},
	}
}

func (a *app) prove() *cobra.Command {
	return &cobra.Command{
		Use: "prove ENTRY.LINE", Short: "A proof of one fact that shows no other", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			fact, err := journal.ParseFactName(args[0])
			if err != nil {
				return err
			}
			return a.asking(cmd.Context(), func(l *ledger.Ledger) error {
				signer, err := l.Signer()
				if err != nil {
					return err
				}
				return l.Read(cmd.Context(), func(tx *store.Tx) error {
					text, err := journal.Prove(tx, l.Company(), fact, signer)
					if err == nil {
						_, err = fmt.Fprintln(a.stdout, string(text))
					}
					return err
				})
			})
		},
	}
}

// proofMax bounds the file of a proof, in bytes.
const proofMax = 1 << 20

func (a *app) checkProof() *cobra.Command {
	var public string
	cmd := &cobra.Command{
		Use: "check-proof FILE", Short: "Check a proof with nothing but the public key", Args: usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			if public == "" {
				public = a.keyFile() + ".pub"
			}
			key, err := readFile(public, proofMax)
			if err != nil {
				return err
			}
			verifier, err := journal.Verifier(string(key))
			if err != nil {
				return err
			}
			text, err := readFile(args[0], proofMax)
			if err != nil {
				return err
			}
			proven, err := journal.CheckProof(text, verifier)
			if err != nil {
				return err
			}
			return a.put(proven, func(w io.Writer) {
				fmt.Fprintf(w, "Fact %s was recorded on %s by %s, and stands in the journal of %s with %d entries:\n%s\n",
					proven.Fact, proven.Header.RecordedAt, proven.Header.By, proven.Header.Company, proven.Size, proven.Line)
			})
		},
	}
	cmd.Flags().StringVar(&public, "public", "", "file of the public key; by default the one beside the database")
	return cmd
}

func (a *app) copy() *cobra.Command {
	return &cobra.Command{
		Use: "copy DEST", Short: "Copy the journal byte for byte into another, empty database", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.asking(ctx, func(from *ledger.Ledger) error {
				to, err := ledger.Open(ctx, args[0], ledger.Options{Company: a.company, New: true})
				if err != nil {
					return err
				}
				defer to.Close()
				n, err := copyAll(ctx, from, to)
				if err != nil {
					return err
				}
				return a.put(map[string]any{"entries": n, "to": args[0]}, func(w io.Writer) {
					fmt.Fprintf(w, "%d entries copied; size and root are equal.\n", n)
				})
			})
		},
	}
}

func copyAll(ctx context.Context, from, to *ledger.Ledger) (n int64, err error) {
	err = from.Read(ctx, func(source *store.Tx) error {
		return to.DB().Write(ctx, func(dest *store.Tx) error {
			if n, err = journal.Copy(source, dest, from.Company(), nil); err != nil {
				return err
			}
			return blob.Copy(source, dest, from.Company())
		})
	})
	if err != nil {
		return 0, err
	}
	return n, to.Rebuild(ctx)
}
