package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"lotline/internal/api"
	"lotline/internal/ledger"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/store"

	"github.com/spf13/cobra"
)

func (a *app) recallDrill() *cobra.Command {
	var seed, raise, to, base string
	var keep bool
	cmd := &cobra.Command{
		Use: "drill", Short: "Try a recall out on a lot picked blind: each step timed, and a score with what pulled it down", Args: usage(cobra.NoArgs),
		Long: "A drill touches nothing: it only asks. With --keep what it found goes into the history of drills; with --raise each finding becomes a nonconformity.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			chosen, err := api.ParseSeed(seed)
			if err != nil {
				return err
			}
			return a.asking(cmd.Context(), func(l *ledger.Ledger) error {
				d, err := api.Drill(cmd.Context(), l, chosen)
				if err != nil {
					return err
				}
				if keep || raise != "" {
					if _, err := l.Record(cmd.Context(), request(), &recall.KeepDrill{Drill: *d, Raise: raise}); err != nil {
						return err
					}
				}
				if to != "" {
					if err := a.drillTo(cmd.Context(), l, d, to, base); err != nil {
						return err
					}
				}
				return a.put(d, func(w io.Writer) { printDrill(w, d) })
			})
		},
	}
	cmd.Flags().StringVar(&to, "output", "", "a new file to write the report to, FILE.pdf or FILE.xlsx")
	urlFlag(cmd, &base)
	cmd.Flags().StringVar(&seed, "seed", "", "what the lot is picked by: the same seed picks the same lot of the same plant")
	cmd.Flags().BoolVar(&keep, "keep", false, "keep what was found in the history of drills")
	cmd.Flags().StringVar(&raise, "raise", "", "keep it, and raise each finding as a nonconformity: the begin of their numbers")
	return cmd
}

// drillTo writes the report of a drill to a file.
func (a *app) drillTo(ctx context.Context, l *ledger.Ledger, d *recall.Drill, to, base string) error {
	doc, err := api.DrillReport(ctx, l, d, base)
	if err != nil {
		return err
	}
	body, _, err := doc.As(formatOf(to))
	if err != nil {
		return err
	}
	return writeNew(to, body)
}

func printDrill(w io.Writer, d *recall.Drill) {
	fmt.Fprintf(w, "Seed %d picked %s.\n%d surely affected, %d possibly, %d had been, at %s; of the lot %s are missing.\n\n", d.Seed, d.Lot, d.Must, d.May, d.HadBeen.Must+d.HadBeen.May, plural(d.Customers, "customer"), d.Balance.Missing)
	var rows [][]string
	for _, s := range d.Steps {
		rows = append(rows, []string{s.Step, fmt.Sprintf("%.3f s", s.Seconds)})
	}
	table(w, []string{"STEP", "TOOK"}, append(rows, []string{"all", fmt.Sprintf("%.3f s", d.Seconds)}))
	fmt.Fprintf(w, "\nThe score is %.1f of 100.\n", d.Score)
	printChecks(w, d.Checks)
	rows = nil
	for _, f := range d.Findings {
		rows = append(rows, []string{f.Kind, f.Object, f.What})
	}
	if len(rows) > 0 {
		fmt.Fprintln(w)
		table(w, []string{"FINDING", "WHERE", "WHAT"}, rows)
	}
	if d.More > 0 {
		fmt.Fprintf(w, "and %d more.\n", d.More)
	}
}

func printChecks(w io.Writer, checks []recall.Check) {
	for _, c := range checks {
		fmt.Fprintf(w, "  %s: %d looked at, %d wrong\n", c.Kind, c.Checked, c.Wrong)
	}
}

func (a *app) recallDrills() *cobra.Command {
	var limit int64
	cmd := recallAsk(a, "drills", "The drills that were kept, the latest first, with the trend of their scores", cobra.NoArgs,
		func(tx *store.Tx, company string, _ []string) (*recall.History, error) {
			return recall.Drills(tx, company, limit)
		},
		func(w io.Writer, h *recall.History) {
			if len(h.Drills) == 0 {
				fmt.Fprintln(w, "No drill was kept yet.")
				return
			}
			fmt.Fprintf(w, "The latest drills score %.1f on average, %+.1f against those before.\n\n", h.Mean, h.Trend)
			rows := make([][]string, len(h.Drills))
			for i, d := range h.Drills {
				rows[i] = []string{d.At.String(), d.Lot, d.Seed, fmt.Sprintf("%.1f", d.Score), fmt.Sprintf("%.3f s", d.Seconds), fmt.Sprint(d.Findings)}
			}
			table(w, []string{"AT", "LOT", "SEED", "SCORE", "TOOK", "FINDINGS"}, rows)
		})
	cmd.Flags().Int64Var(&limit, "limit", 100, "at most so many")
	return cmd
}

func (a *app) completeness() *cobra.Command {
	return recallAsk(a, "completeness", "How complete the record of the whole plant is, and the gaps worth closing first", cobra.NoArgs,
		func(tx *store.Tx, company string, _ []string) (*recall.Completeness, error) {
			return recall.Complete(tx, company)
		},
		func(w io.Writer, c *recall.Completeness) {
			fmt.Fprintf(w, "The record of the plant scores %.1f of 100.\n", c.Score)
			printChecks(w, c.Checks)
			rows := make([][]string, len(c.Gaps))
			for i, g := range c.Gaps {
				rows[i] = []string{fmt.Sprint(g.Count), g.Kind, g.Where, g.What}
			}
			if len(rows) > 0 {
				fmt.Fprintln(w)
				table(w, []string{"TIMES", "GAP", "WHERE", "WHAT"}, rows)
			}
		})
}

// nightly is when drills run each day: hours and minutes of UTC.
type nightly struct{ hour, minute int }

func parseNightly(text string) (n nightly, err error) {
	at, err := time.Parse("15:04", strings.TrimSpace(text))
	if err != nil {
		return n, refuse.New(refuse.Invalid, "--drill is %q: write the time of day in UTC, as 02:30.", text)
	}
	return nightly{at.Hour(), at.Minute()}, nil
}

// after is the next time that a drill is due.
func (n nightly) after(now time.Time) time.Time {
	now = now.UTC()
	next := time.Date(now.Year(), now.Month(), now.Day(), n.hour, n.minute, 0, 0, time.UTC)
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// drillNightly runs a drill each night and keeps what it found, until ctx ends.
func drillNightly(ctx context.Context, l *ledger.Ledger, n nightly, wait func(time.Duration) <-chan time.Time, log *slog.Logger) {
	for {
		now := l.Now().Go()
		select {
		case <-ctx.Done():
			return
		case <-wait(n.after(now).Sub(now)):
		}
		d, err := api.Drill(ctx, l, nil)
		if err == nil {
			_, err = l.Record(ctx, ledger.Request{By: "nightly drill", Via: "machine"}, &recall.KeepDrill{Drill: *d})
		}
		switch {
		case ctx.Err() != nil:
		case err != nil:
			log.Error("drill", "error", err)
		default:
			log.Info("drill", "lot", d.Lot, "score", d.Score, "seconds", d.Seconds, "findings", len(d.Findings)+d.More)
		}
	}
}
