package workbook_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
	"lotline/internal/trace"
	"lotline/internal/workbook"

	"github.com/google/go-cmp/cmp"
)

// files are the lines of every file below a folder, sorted: rows of one sheet
// may come in another order from another journal.
func files(t *testing.T, folder string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		all[name] = strings.Split(string(text), "\n")
		slices.Sort(all[name])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func export(t *testing.T, l *ledger.Ledger, path string) workbook.Exported {
	t.Helper()
	done, err := workbook.Export(t.Context(), l, path)
	if err != nil {
		t.Fatal(err)
	}
	if len(done.LeftOut) > 0 {
		t.Errorf("left out: %v", done.LeftOut)
	}
	return done
}

// numbers of facts differ from journal to journal; nothing else may.
var factNumber = regexp.MustCompile(`"(entry|fact|id|shipped|seq)":\s*("?[0-9.]+"?)`)

func answers(t *testing.T, l *ledger.Ledger, objects ...string) (all []string) {
	t.Helper()
	err := l.Read(t.Context(), func(tx *store.Tx) error {
		for _, object := range objects {
			passport, err := trace.ShowPassport(tx, l.Company(), object, trace.Question{Full: true})
			if err != nil {
				return err
			}
			text, err := json.MarshalIndent(passport, "", " ")
			if err != nil {
				return err
			}
			all = append(all, factNumber.ReplaceAllString(string(text), `"$1": N`))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestExportAndBack(t *testing.T) {
	objects := []string{"unit:CART/cart-1", "unit:CART/cart-2", "unit:HUB/000001", "lot:AXLE/steel-7", "lot:AXLE/steel-7b", "lot:WHEEL/w-1",
		"lot:GREASE/g-1", "unit:SENSOR/sn-77", "lot:SENSOR/s-1", "lot:CART/PO-1"}
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		first := ledgertest.New(t, open())
		take(t, first.Ledger, "testdata/plant", workbook.Options{})
		before := filepath.Join(t.TempDir(), "before")
		export(t, first.Ledger, before)
		want, wantAnswers := files(t, before), answers(t, first.Ledger, objects...)
		for _, form := range []string{"folder", "book.zip", "book.xlsx"} {
			path := filepath.Join(t.TempDir(), form)
			export(t, first.Ledger, path)
			second := ledgertest.New(t, open())
			take(t, second.Ledger, path, workbook.Options{})
			second.Promises()
			if diff := cmp.Diff(wantAnswers, answers(t, second.Ledger, objects...)); diff != "" {
				t.Errorf("%s: answers differ (-before +after):\n%s", form, diff)
			}
			after := filepath.Join(t.TempDir(), "after")
			export(t, second.Ledger, after)
			if diff := cmp.Diff(want, files(t, after)); diff != "" {
				t.Errorf("%s: exports differ (-before +after):\n%s", form, diff)
			}
			again := take(t, second.Ledger, path, workbook.Options{})
			if again.Recorded != 0 {
				t.Errorf("%s again: %+v", form, again)
			}
		}
		if _, err := workbook.Export(t.Context(), first.Ledger, before); err == nil {
			t.Error("an export overwrote a workbook")
		}
	})
}
