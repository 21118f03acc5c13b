package workbook_test

import (
	"testing"

	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
	"lotline/internal/workbook"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// take imports and fails the test if anything is wrong.
func take(t *testing.T, l *ledger.Ledger, path string, opt workbook.Options) workbook.Report {
	t.Helper()
	report, err := workbook.Import(t.Context(), l, path, opt)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range report.Problems {
		t.Error(p)
	}
	return report
}

func size(t *testing.T, l *ledger.Ledger) (n int64) {
	t.Helper()
	err := l.Read(t.Context(), func(tx *store.Tx) (err error) {
		n, _, err = journal.Head(tx, l.Company())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheSameWorkbookTwice(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		dry := take(t, p.Ledger, "testdata/plant", workbook.Options{DryRun: true})
		if got := size(t, p.Ledger); got != 0 || dry.Stored {
			t.Errorf("a dry run recorded %d entries", got)
		}
		first := take(t, p.Ledger, "testdata/plant", workbook.Options{})
		if !first.Stored || first.Unchanged != 0 || first.Recorded != dry.Recorded {
			t.Errorf("first: %+v, dry: %+v", first, dry)
		}
		entries := size(t, p.Ledger)
		again := take(t, p.Ledger, "testdata/plant", workbook.Options{})
		if again.Recorded != 0 || again.Unchanged != first.Recorded || size(t, p.Ledger) != entries {
			t.Errorf("again: %+v, %d entries; want nothing recorded", again, size(t, p.Ledger)-entries)
		}
	})
}
