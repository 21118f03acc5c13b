package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"lotline/internal/api"
	"lotline/internal/ledger"
	"lotline/internal/mail"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// recallActs are the commands of what is done in a recall.
func (a *app) recallActs() []*cobra.Command {
	one := cobra.ExactArgs(1)
	return []*cobra.Command{
		a.give(given{spoken: recallCommands["contain"], args: one}),
		a.give(given{spoken: recallCommands["notify"], args: one}),
		a.give(given{spoken: recallCommands["remind"], args: one}),
		a.give(given{spoken: recallCommands["answer"],
			args: cobra.ExactArgs(3), hidden: []string{"answers"}, more: []string{"customer", "quantity", "system", "note", "answered_by"},
			fields: func(flags *pflag.FlagSet, args []string) (map[string]any, error) {
				said := map[string]any{"object": args[0], "state": args[1]}
				for _, name := range []string{"customer", "quantity", "system", "note", "answered_by"} {
					if flag := flags.Lookup(flagOf(name)); flag.Changed {
						said[name] = flag.Value.String()
					}
				}
				return map[string]any{"answers": []any{said}}, nil
			}}),
		a.recallAnswers(), a.recallNotices(), a.recallSend(), a.recallEffect(), a.recallTimeLine(), a.recallDrill(), a.recallDrills(),
		a.give(given{spoken: recallCommands["close"], args: one}),
	}
}

func (a *app) recallAnswers() *cobra.Command {
	return &cobra.Command{
		Use: "answers NAME FILE.csv", Short: "Record answers from a table, as a notice's units.csv that was filled in; all, or none", Args: usage(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := readFile(args[1], api.BodyMax)
			if err != nil {
				return err
			}
			said, err := recall.ReadAnswers(bytes.NewReader(text))
			if err != nil {
				return err
			}
			return a.asking(cmd.Context(), func(l *ledger.Ledger) error {
				answer, err := l.Record(cmd.Context(), request(), &recall.Respond{Recall: args[0], Answers: said})
				if err != nil {
					return err
				}
				return a.put(answer, func(w io.Writer) { fmt.Fprint(w, recorded(answer)) })
			})
		},
	}
}

// urlFlag is where the pages are served, for links of customers.
func urlFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "url", os.Getenv("LOTLINE_URL"), "where the pages are, as https://lotline.example: documents lead back to them, and notices have a link to answer by (LOTLINE_URL)")
}

func (a *app) recallNotices() *cobra.Command {
	var dir, base, customer string
	cmd := &cobra.Command{
		Use: "notices NAME", Short: "The notices, one of each customer; with --out as files in a folder: the letter as text and PDF, and a table to be filled in", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.asking(cmd.Context(), func(l *ledger.Ledger) error {
				var notices []*recall.Notice
				err := l.Read(cmd.Context(), func(tx *store.Tx) (err error) {
					notices, err = noticesOf(tx, l, args[0], customer, base)
					return err
				})
				if err != nil {
					return err
				}
				if dir != "" {
					if err := layReady(cmd.Context(), l, dir, base, notices); err != nil {
						return err
					}
				}
				return a.put(notices, func(w io.Writer) {
					for _, n := range notices {
						fmt.Fprintf(w, "%s: notice %d of %s, %s", n.Customer, n.Notice, n.At, plural(len(n.Units), "unit"))
						if dir != "" {
							fmt.Fprintf(w, ", in %s", noticeDir(dir, n))
						}
						fmt.Fprintln(w)
					}
				})
			})
		},
	}
	cmd.Flags().StringVar(&dir, "out", "", "a folder; one in it for each customer")
	cmd.Flags().StringVar(&customer, "customer", "", "only this customer")
	urlFlag(cmd, &base)
	return cmd
}

// noticesOf are the last notices of a recall, with all that each customer was
// told of.
func noticesOf(tx *store.Tx, l *ledger.Ledger, name, customer, base string) ([]*recall.Notice, error) {
	effect, err := recall.Effectiveness(tx, l.Company(), name)
	if err != nil {
		return nil, err
	}
	all := []*recall.Notice{}
	for _, c := range effect.Customers {
		if customer != "" && c.Customer != customer {
			continue
		}
		n, err := recall.ShowNotice(tx, l.Company(), name, c.Customer, 0)
		if err != nil {
			return nil, err
		}
		if base != "" {
			if n.Link, err = mail.Link(tx, l, n, base); err != nil {
				return nil, err
			}
		}
		all = append(all, n)
	}
	if len(all) == 0 {
		return nil, refuse.New(refuse.NotFound, "Nobody was notified yet: lotline recall notify %s does it.", name).At("customer")
	}
	return all, nil
}

func noticeDir(dir string, n *recall.Notice) string {
	return filepath.Join(dir, url.PathEscape(n.Recall), url.PathEscape(n.Customer))
}

// layReady writes notices as files.
func layReady(ctx context.Context, l *ledger.Ledger, dir, base string, notices []*recall.Notice) error {
	for _, n := range notices {
		printed, err := printNotice(ctx, l, n, base)
		if err != nil {
			return err
		}
		at := noticeDir(dir, n)
		if err := os.MkdirAll(at, 0o755); err != nil {
			return err
		}
		var letter, table bytes.Buffer
		n.Write(&letter)
		if err := n.WriteCSV(&table); err != nil {
			return err
		}
		for name, body := range map[string][]byte{"notice.txt": letter.Bytes(), "notice.pdf": printed, "units.csv": table.Bytes()} {
			if err := os.WriteFile(filepath.Join(at, name), body, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func printNotice(ctx context.Context, l *ledger.Ledger, n *recall.Notice, base string) (printed []byte, err error) {
	err = l.Read(ctx, func(tx *store.Tx) error {
		d, err := mail.Letter(tx, l, n, base)
		if err == nil {
			printed, _, err = d.PDF()
		}
		return err
	})
	return printed, err
}

// smtpFlag is the mail server that notices go through.
func smtpFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "smtp", os.Getenv("LOTLINE_SMTP"), "mail server of notices: smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, or smtps:// (LOTLINE_SMTP)")
	cmd.Flags().Lookup("smtp").DefValue = "" // it holds a password
}

func (a *app) recallSend() *cobra.Command {
	var smtp, base string
	cmd := &cobra.Command{
		Use: "send", Short: "Send the notices that wait in the outbox; the server does it by itself where it has a mail server", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			server, err := mail.ParseServer(smtp)
			if err != nil {
				return err
			}
			return a.asking(cmd.Context(), func(l *ledger.Ledger) error {
				all, err := (&mail.Sender{Ledger: l, Server: server, URL: base}).Send(cmd.Context())
				if err != nil {
					return err
				}
				waiting := 0
				err = a.put(all, func(w io.Writer) {
					for _, o := range all {
						said := "sent"
						if !o.Sent {
							said = "not sent: " + o.Error
						}
						fmt.Fprintf(w, "recall %s, %s, notice %d to %s: %s\n", o.Recall, o.Customer, o.Notice, o.To, said)
					}
				})
				for _, o := range all {
					if !o.Sent {
						waiting++
					}
				}
				if err == nil && waiting > 0 {
					err = refuse.New(refuse.Conflict, "Not sent: %s. Nothing is lost: what waits can be sent again.", plural(waiting, "notice"))
				}
				return err
			})
		},
	}
	smtpFlag(cmd, &smtp)
	urlFlag(cmd, &base)
	return cmd
}

func (a *app) recallEffect() *cobra.Command {
	return recallAsk(a, "effect NAME", "How well the recall works: who answered, what is accounted for, by customer and by day; what is held", cobra.ExactArgs(1),
		func(tx *store.Tx, company string, words []string) (*recall.Effect, error) {
			return recall.Effectiveness(tx, company, words[0])
		}, printEffect)
}

func printEffect(w io.Writer, e *recall.Effect) {
	fmt.Fprintf(w, "Of %s at customers %s are answered for (%s), %s accounted for (%s), %s not found.\n\n", e.Total.Units, e.Total.Answered, percent(e.Total.ShareAnswered), e.Total.Accounted, percent(e.Total.ShareAccounted), e.Total.NotFound)
	var rows [][]string
	for _, c := range e.Customers {
		silent := ""
		if c.Silent {
			silent = "silent"
		}
		rows = append(rows, []string{c.Customer, c.NotifiedAt.String(), fmt.Sprint(c.Notices), c.Units.String(), percent(c.ShareAnswered), percent(c.ShareAccounted), c.NotFound.String(), silent, c.Mail})
	}
	table(w, []string{"CUSTOMER", "NOTIFIED", "NOTICES", "UNITS", "ANSWERED", "ACCOUNTED", "NOT FOUND", "", "MAIL"}, rows)
	rows = nil
	for _, d := range e.Days {
		rows = append(rows, []string{d.Day, d.Units.String(), percent(d.ShareAnswered), percent(d.ShareAccounted)})
	}
	if len(rows) > 0 {
		fmt.Fprintln(w)
		table(w, []string{"DAY", "UNITS", "ANSWERED", "ACCOUNTED"}, rows)
	}
	fmt.Fprintf(w, "\nIn the house: %s held, %d not.\n", plural(e.Held, "object"), len(e.Loose))
	for _, o := range e.Loose {
		fmt.Fprintf(w, "  not held: %s\n", o)
	}
	for _, o := range e.NotHeld {
		fmt.Fprintf(w, "  cannot be held: %s, %s\n", o.Object, o.Why)
	}
	for _, o := range e.Orders {
		blocked := "blocked"
		if !o.Blocked {
			blocked = "was blocked, and goes on"
		}
		fmt.Fprintf(w, "  order %s (%s): %s\n", o.Order, o.State, blocked)
	}
}

// percent writes a share of 1 as a percentage.
func percent(share string) string {
	whole, rest, _ := strings.Cut(share, ".")
	digits := strings.TrimLeft(whole+rest[:2], "0")
	if digits == "" {
		digits = "0"
	}
	return digits + "." + rest[2:] + " %"
}

func (a *app) recallTimeLine() *cobra.Command {
	return recallAsk(a, "time-line NAME", "What was done in the recall, in order", cobra.ExactArgs(1),
		func(tx *store.Tx, company string, words []string) ([]recall.Event, error) {
			return recall.TimeLine(tx, company, words[0])
		},
		func(w io.Writer, all []recall.Event) {
			rows := make([][]string, len(all))
			for i, e := range all {
				rows[i] = []string{e.At.String(), fmt.Sprint(e.Entry), e.Action, e.Customer, fmt.Sprint(e.Count), e.Text}
			}
			table(w, []string{"AT", "ENTRY", "WHAT", "CUSTOMER", "COUNT", "NOTE"}, rows)
		})
}
