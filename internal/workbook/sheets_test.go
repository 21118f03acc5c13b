package workbook_test

import (
	"path/filepath"
	"testing"

	"lotline/internal/ledger/ledgertest"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
	"lotline/internal/workbook"
)

func TestReferenceIsCurrent(t *testing.T) {
	isCurrent(t, "../../docs/reference/workbook.md", workbook.Reference())
}

func TestTemplateIsAWorkbookThatSaysNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		p := ledgertest.New(t, open())
		for _, form := range []string{"folder", "t.zip", "t.xlsx"} {
			path := filepath.Join(t.TempDir(), form)
			if err := workbook.Template(path); err != nil {
				t.Fatal(err)
			}
			report := take(t, p.Ledger, path, workbook.Options{})
			if len(report.Sheets) != len(workbook.Sheets) || report.Rows != 0 {
				t.Errorf("%s: %+v", form, report)
			}
			if err := workbook.Template(path); err == nil {
				t.Errorf("%s: a template overwrote a workbook", form)
			}
		}
	})
}
