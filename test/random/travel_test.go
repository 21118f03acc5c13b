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
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/store"
	"lotline/internal/trace"
	"lotline/internal/workbook"

	gocmp "github.com/google/go-cmp/cmp"
)

// factNumber is what differs from journal to journal; nothing else may.
var factNumber = regexp.MustCompile(`"(entry|fact|id|shipped|seq)":\s*("?[0-9.]+"?)`)

// travel exports the plant, imports it into an empty database, and asks both
// the same questions.
func (r *run) travel(fresh *ledgertest.Plant, dir string) {
	done, err := workbook.Export(fresh.Context(), r.program.Ledger, filepath.Join(dir, "plant"))
	if err != nil || len(done.LeftOut) > 0 {
		r.Fatalf("export: %+v, %v", done, err)
	}
	report, err := workbook.Import(fresh.Context(), fresh.Ledger, filepath.Join(dir, "plant"), workbook.Options{})
	if err != nil || !report.OK() {
		r.Fatalf("import of an export: %v, %v", report.Problems, err)
	}
	before, after := r.told(r.program.Ledger), r.told(fresh.Ledger)
	for what, want := range before {
		if diff := gocmp.Diff(want, after[what]); diff != "" {
			r.Errorf("%s, before and after its travel:\n%s", what, diff)
		}
	}
	fresh.Promises()
}

// told are a ledger's answers about every object.
func (r *run) told(l *ledger.Ledger) map[string]string {
	all := map[string]string{}
	put := func(name string, answer any) {
		text, err := json.MarshalIndent(answer, "", " ")
		if err != nil {
			r.Fatal(err)
		}
		all[name] = factNumber.ReplaceAllString(string(text), `"$1": N`)
	}
	err := l.Read(r.program.Context(), func(tx *store.Tx) error {
		for _, ref := range r.refs() {
			passport, err := trace.ShowPassport(tx, l.Company(), ref, trace.Question{Full: true})
			if err != nil {
				return err
			}
			passport.Life = slices.DeleteFunc(passport.Life, func(e genealogy.Event) bool { return e.Voided }) // it stays behind
			slices.SortFunc(passport.Life, func(a, b genealogy.Event) int { // a workbook does not keep the order within an instant
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
		r.Fatal(err)
	}
	return all
}
