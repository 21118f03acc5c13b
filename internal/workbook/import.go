package workbook

import (
	"context"
	"errors"
	"fmt"

	"lotline/internal/ledger"
	"lotline/internal/refuse"
)

// errNotKept rolls an import back that was only a check, or that found
// something wrong; it never leaves this package.
var errNotKept = errors.New("not kept")

// Import brings a workbook in: a folder of CSV files, a .zip of them, an
// .xlsx, or one .csv. All rows are checked; if anything is wrong the report
// says what, and nothing is stored. A workbook that was imported before
// changes nothing. The error is a refusal when the source is no workbook, and
// otherwise a failure; what is wrong with rows is in the report.
func Import(ctx context.Context, l *ledger.Ledger, path string, opt Options) (report Report, err error) {
	src, err := openSource(path, opt.zone())
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	sorter := newSorter(sortMax)
	defer func() { err = errors.Join(err, sorter.close()) }()
	report.DryRun = opt.DryRun
	in := &reader{ctx: ctx, opt: &opt, src: src, sorter: sorter, problems: newProblems()}
	if err := in.read(); err != nil {
		return report, fmt.Errorf("read the workbook: %w", err)
	}
	report.Sheets, report.Rows = in.counts, in.rows
	if in.rows > RowsMax && opt.InParts == 0 {
		in.problems.add(Problem{Sheet: "workbook", Message: fmt.Sprintf("The workbook has %d rows; at most %d are taken at once.", in.rows, RowsMax),
			Remedy: "Import it in parts (--in-parts)."})
		report.close(in.problems)
		return report, nil
	}
	if err := in.decide(l, &report); err != nil {
		return report, err
	}
	report.close(in.problems)
	if opt.KeepGoing != "" && !opt.DryRun && !report.OK() {
		report.Set, err = setAside(src, in.problems, opt.KeepGoing)
	}
	return report, err
}

// decide has the ledger decide all rows, at once or in parts.
func (in *reader) decide(l *ledger.Ledger, report *Report) error {
	ctx, cancel := context.WithCancel(in.ctx)
	defer cancel()
	batches, failed := makeTasks(ctx, in.sorter, in.src)
	d := &decider{ctx: ctx, opt: in.opt, now: l.Now(), problems: in.problems, report: report, batches: batches, failed: failed, total: in.sorter.count}
	part := in.opt.InParts
	if in.opt.DryRun {
		part = 0 // what a part stores, the next may need
	}
	for more := true; more; {
		if part > 0 && !in.problems.none() && in.opt.KeepGoing == "" {
			break // the parts before stay; this one was rolled back
		}
		before := *report
		done, err := l.Import(ctx, in.opt.request(), func(imp *ledger.Importer) (err error) {
			if more, err = d.run(imp, part); err != nil {
				return err
			}
			if in.opt.DryRun || !in.problems.none() && in.opt.KeepGoing == "" {
				return errNotKept
			}
			return nil
		})
		switch {
		case errors.Is(err, errNotKept) && !in.opt.DryRun:
			report.Recorded, report.Unchanged = before.Recorded, before.Unchanged
		case err != nil && !errors.Is(err, errNotKept):
			cancel()
			if _, refused := refuse.As(err); refused {
				return err
			}
			return fmt.Errorf("import the workbook: %w", err)
		}
		if done.Repeated {
			report.Repeated, more = true, false
		}
		report.Entries += done.Entries
		report.Facts += done.Lines
		report.Stored = report.Stored || err == nil
	}
	in.opt.progress("decide", d.done, d.total)
	return nil
}

// close puts the problems into the report.
func (r *Report) close(p *problems) {
	r.Problems, r.More, r.Follow = p.sorted(), p.more, p.follow
}
