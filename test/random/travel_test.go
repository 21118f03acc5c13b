package random_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/store"
	"lotline/internal/trace"
	"lotline/internal/workbook"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// factNumber is what differs from journal to journal; nothing else may.
var factNumber = regexp.MustCompile(`"(entry|fact|id|shipped|seq)":\s*("?[0-9.]+"?)`)

// travel exports the plant, imports it into an empty database, and asks both
// the same questions.
func travel(t rapid.TB, from, fresh *ledgertest.Plant, refs []string, dir string) {
	done, err := workbook.Export(fresh.Context(), from.Ledger, filepath.Join(dir, "plant"))
	if err != nil || len(done.LeftOut) > 0 {
		t.Fatalf("export: %+v, %v", done, err)
	}
	report, err := workbook.Import(fresh.Context(), fresh.Ledger, filepath.Join(dir, "plant"), workbook.Options{})
	if err != nil || !report.OK() {
		t.Fatalf("import of an export: %v, %v", report.Problems, err)
	}
	before, after := told(t, from, refs), told(t, fresh, refs)
	for what, want := range before {
		if diff := gocmp.Diff(want, after[what]); diff != "" {
			t.Errorf("%s, before and after its travel:\n%s", what, diff)
		}
	}
	fresh.Promises()
}

// told are a plant's answers about every object.
func told(t rapid.TB, p *ledgertest.Plant, refs []string) map[string]string {
	l, all := p.Ledger, map[string]string{}
	put := func(name string, answer any) {
		text, err := json.MarshalIndent(answer, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		all[name] = factNumber.ReplaceAllString(string(text), `"$1": N`)
	}
	err := l.Read(p.Context(), func(tx *store.Tx) error {
		for _, ref := range refs {
			passport, err := trace.ShowPassport(tx, l.Company(), ref, trace.Question{Full: true})
			if err != nil {
				return err
			}
			passport.Life = slices.DeleteFunc(passport.Life, func(e genealogy.Event) bool { return e.Voided }) // it stays behind
			slices.SortFunc(passport.Life, func(a, b genealogy.Event) int {                                    // a workbook does not keep the order within an instant
				a.Fact, b.Fact = "", ""
				return cmp.Or(cmp.Compare(a.At, b.At), strings.Compare(fmt.Sprint(a), fmt.Sprint(b)))
			})
			put("passport of "+ref, passport)
			row, err := trace.Resolve(tx, l.Company(), ref)
			if err != nil {
				return err
			}
			if row.Kind == genealogy.UnitKind {
				continue
			}
			balance, err := genealogy.BalanceOf(tx, l.Company(), row)
			if err != nil {
				return err
			}
			put("balance of "+ref, balance)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
