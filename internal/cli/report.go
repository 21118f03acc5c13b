package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"lotline/internal/api"
	"lotline/internal/blob"
	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/report"

	"github.com/spf13/cobra"
)

// report has a command for each kind of document.
func (a *app) report() *cobra.Command {
	cmd := &cobra.Command{
		Use: "report", Short: "Documents to hand over, as PDF or XLSX, each with a checkpoint and a code that leads back",
	}
	for i := range report.Kinds {
		cmd.AddCommand(a.reportOf(&report.Kinds[i]))
	}
	return cmd
}

func (a *app) reportOf(kind *report.Kind) *cobra.Command {
	var to, base string
	var number int64
	use := kind.Kind
	for _, n := range kind.Named {
		use += " " + strings.ToUpper(n.Field)
	}
	cmd := &cobra.Command{
		Use: use, Short: kind.Title + ": " + kind.Doc, Args: usage(cobra.ExactArgs(len(kind.Named))),
		RunE: func(cmd *cobra.Command, args []string) error {
			asked := report.Asked{Kind: kind.Kind, Name: args[0], Notice: number}
			if len(args) > 1 {
				asked.Customer = args[1]
			}
			return a.asking(cmd.Context(), func(l *ledger.Ledger) error {
				return a.hand(cmd.Context(), l, asked, to, base)
			})
		},
	}
	cmd.Flags().StringVar(&to, "output", "", "a new file to write it to, FILE.pdf or FILE.xlsx; a PDF with the document's own name when left out")
	urlFlag(cmd, &base)
	if kind.Kind == "notice" {
		cmd.Flags().Int64Var(&number, "notice", 0, "its number; the last when left out")
	}
	return cmd
}

// handed is a document that was written to a file.
type handed struct {
	File   string `json:"file"`
	Title  string `json:"title"`
	About  string `json:"about"`
	Pages  int    `json:"pages,omitempty"` // of a PDF
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"` // of the journal that it shows
}

// hand makes a document and writes it to a file.
func (a *app) hand(ctx context.Context, l *ledger.Ledger, asked report.Asked, to, base string) error {
	d, err := api.Report(ctx, l, asked, base)
	if err != nil {
		return err
	}
	body, pages, err := d.As(formatOf(to))
	if err != nil {
		return err
	}
	if to == "" {
		to = d.File + ".pdf"
	}
	if err := writeNew(to, body); err != nil {
		return err
	}
	h := handed{to, d.Kind, d.Subject, pages, len(body), blob.Hash(body), d.Size}
	return a.put(h, func(w io.Writer) {
		how := ""
		if pages > 0 {
			how = ", " + plural(pages, "page")
		}
		fmt.Fprintf(w, "%s of %s: %s%s, after entry %d.\n", h.Title, h.About, to, how, h.Size)
	})
}

// formatOf is what the name of a file says that is in it; a PDF where there is
// none.
func formatOf(file string) string {
	if file == "" {
		return "pdf"
	}
	return strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
}

// writeNew writes a file that must not be there yet.
func writeNew(to string, body []byte) error {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if os.IsExist(err) {
		return refuse.New(refuse.Conflict, "%s is there already: name a new file with --output.", to)
	}
	if err == nil {
		_, err = f.Write(body)
		if closing := f.Close(); err == nil {
			err = closing
		}
	}
	if err != nil {
		return refuse.New(refuse.Invalid, "%s cannot be written: %v.", to, err)
	}
	return nil
}
