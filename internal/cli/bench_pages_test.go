package cli

import (
	"path/filepath"
	"testing"

	"lotline/internal/ledger"
	"lotline/internal/web"
	"lotline/internal/workbook"
	"lotline/test/load"
)

// Every page that the bench measures is there, in the smallest plant that has
// them.
func TestPagesOfTheBenchAnswer(t *testing.T) {
	if testing.Short() {
		t.Skip("a plant is imported")
	}
	dir := t.TempDir()
	truth, err := load.Plant{Seed: 1, Systems: 300}.Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "plant.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if report, err := workbook.Import(t.Context(), l, dir, workbook.Options{}); err != nil || !report.OK() {
		t.Fatal(err, report.Problems)
	}
	if err := benchRecall(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	b, handler := bench{ctx: t.Context(), times: 1}, web.Handler(l)
	for _, page := range benchPages(truth.BadSystems[0]) {
		if run, err := b.page(handler, page); err != nil || run.Times != 1 || run.Bytes == 0 {
			t.Errorf("%s: %v %+v", page, err, run)
		}
	}
	if _, err := b.page(handler, "/nowhere"); err == nil {
		t.Error("a page that is not there is measured")
	}
}
