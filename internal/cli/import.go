package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/workbook"
	"lotline/test/load"

	"github.com/spf13/cobra"
)

func (a *app) importCmd() *cobra.Command {
	var opt workbook.Options
	var zone string
	cmd := &cobra.Command{
		Use: "import WORKBOOK", Short: "Bring in a folder of CSV files, a .zip of them, or an .xlsx",
		Long: "Every row is checked before anything is stored; when a row cannot be taken, all such rows are listed and nothing is stored. The same workbook again changes nothing.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			place, err := time.LoadLocation(zone)
			if err != nil {
				return misuse{fmt.Errorf("import: there is no time zone %s", zone)}
			}
			opt.Zone, opt.By, opt.Progress = place, request().By, a.progress()
			return a.with(cmd.Context(), store.Options{}, func(l *ledger.Ledger) error {
				report, err := workbook.Import(cmd.Context(), l, args[0], opt)
				a.progressEnd()
				if err != nil {
					return err
				}
				if err := a.put(report, func(w io.Writer) { printReport(w, &report) }); err != nil {
					return err
				}
				if !report.OK() {
					return refuse.New(refuse.Invalid, "%s to mend.", plural(len(report.Problems)+int(report.More), "problem"))
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&opt.DryRun, "dry-run", false, "only check")
	cmd.Flags().BoolVar(&opt.History, "history", false, "records of the past, taken as they happened: a broken rule is recorded as a breach, which gaps show")
	cmd.Flags().StringVar(&opt.KeepGoing, "keep-going", "", "store what stands alone, and write the other rows with their reasons to this folder")
	cmd.Flags().IntVar(&opt.InParts, "in-parts", 0, "decide in parts of this many rows, each all or nothing")
	cmd.Flags().StringVar(&zone, "zone", "UTC", "time zone of dates without a time")
	return cmd
}

func printReport(w io.Writer, r *workbook.Report) {
	for _, p := range r.Problems {
		fmt.Fprintln(w, p)
	}
	if r.More > 0 {
		fmt.Fprintf(w, "and %s that are not listed.\n", plural(int(r.More), "problem"))
	}
	switch {
	case !r.OK() && !r.Stored:
		fmt.Fprintf(w, "%d rows read; nothing is stored.\n", r.Rows)
	case r.DryRun:
		fmt.Fprintf(w, "%d rows read, all of them can be taken; nothing is stored in a dry run.\n", r.Rows)
	case r.Facts == 0:
		fmt.Fprintf(w, "%d rows read; all of them were recorded before, nothing changed.\n", r.Rows)
	default:
		fmt.Fprintf(w, "%d rows read, %d facts recorded in %d entries.\n", r.Rows, r.Facts, r.Entries)
	}
	if r.Set != "" {
		fmt.Fprintf(w, "The rows that were not stored are in %s.\n", r.Set)
	}
}

// progress tells on stderr how far a long import is, when a person looks on.
func (a *app) progress() func(phase string, done, total int64) {
	file, ok := a.stderr.(*os.File)
	if !ok {
		return nil
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(phase string, done, total int64) {
		if total > 0 {
			fmt.Fprintf(file, "\r\033[K%s %d of %d rows (%d %%)", phase, done, total, done*100/total)
			return
		}
		fmt.Fprintf(file, "\r\033[K%s %d rows", phase, done)
	}
}

func (a *app) progressEnd() {
	if a.progress() != nil {
		fmt.Fprint(a.stderr, "\r\033[K")
	}
}

func (a *app) exportCmd() *cobra.Command {
	return &cobra.Command{
		Use: "export WORKBOOK", Short: "Write all records as a workbook: a new folder, a .zip or an .xlsx", Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.asking(cmd.Context(), func(l *ledger.Ledger) error {
				done, err := workbook.Export(cmd.Context(), l, args[0])
				if err != nil {
					return err
				}
				return a.put(done, func(w io.Writer) {
					for _, s := range done.Sheets {
						fmt.Fprintf(w, "%8d %s\n", s.Rows, s.Sheet)
					}
					for _, kind := range slices.Sorted(maps.Keys(done.LeftOut)) {
						fmt.Fprintf(w, "Left out, since no sheet can hold it: %d of %s.\n", done.LeftOut[kind], kind)
					}
					fmt.Fprintf(w, "%d sealed order BOMs; all in %s.\n", done.OrderBOMs, args[0])
				})
			})
		},
	}
}

func (a *app) demo() *cobra.Command {
	var systems int
	cmd := &cobra.Command{
		Use: "demo", Short: "Fill a new database with a sample plant: a maker of radar systems", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if systems < 1 || systems > 100_000 {
				return misuse{fmt.Errorf("demo: --systems must be from 1 to 100000")}
			}
			return a.with(cmd.Context(), store.Options{}, func(l *ledger.Ledger) error { return a.fill(cmd.Context(), l, systems) })
		},
	}
	cmd.Flags().IntVar(&systems, "systems", 500, "how many radar systems are made up")
	return cmd
}

// fill imports a made-up plant, as a person would import a workbook.
func (a *app) fill(ctx context.Context, l *ledger.Ledger, systems int) error {
	dir, err := os.MkdirTemp("", "lotline-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	truth, err := load.Plant{Seed: 1, Systems: systems}.Folder(dir)
	if err != nil {
		return err
	}
	report, err := workbook.Import(ctx, l, dir, workbook.Options{By: "demo", Progress: a.progress()})
	a.progressEnd()
	if err != nil {
		return err
	}
	if !report.OK() {
		return fmt.Errorf("the sample plant was not taken: %v", report.Problems[0])
	}
	return a.put(map[string]any{"rows": truth.Rows, "edges": truth.Edges, "bad_systems": len(truth.BadSystems), "database": a.db}, func(w io.Writer) {
		fmt.Fprintf(w, "The sample plant is in %s: %d radar systems, %d rows of records.\n", a.db, systems, truth.Rows)
		fmt.Fprintf(w, "Its supplier %s says that lot %s is bad. Ask where it went:\n\n", load.BadSupplier, load.BadSupplierLot)
		fmt.Fprintf(w, "  bin/lotline --db %s find %s\n", a.db, load.BadSupplierLot)
		fmt.Fprintf(w, "  bin/lotline --db %s recall plan --supplier-lot %s\n\n", a.db, load.BadSupplierLot)
	})
}
