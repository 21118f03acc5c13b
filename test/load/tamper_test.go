package load_test

import (
	"fmt"
	"strings"
	"testing"

	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/store"
	"lotline/internal/workbook"
	"lotline/test/load"
)

// place is a column of one row, and what names it when it was changed.
type place struct {
	table, column string
	keys          []string
	named         string
}

// tamperer changes rows behind the program's back.
type tamperer struct {
	*ledgertest.Plant
	db *store.DB
}

func TestEveryChangeIsFoundAndNamed(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		dir := t.TempDir()
		if _, err := (load.Plant{Seed: 3, Systems: 1}).Folder(dir); err != nil {
			t.Fatal(err)
		}
		if report, err := workbook.Import(t.Context(), p.Ledger, dir, workbook.Options{}); err != nil || !report.OK() {
			t.Fatal(err, report)
		}
		for i := range 260 { // enough entries for a tile
			p.Do(define(i))
		}
		tamper := tamperer{p, p.Ledger.DB()}
		tamper.unseal()
		for _, at := range places() {
			tamper.change(at)
		}
	})
}

func places() []place {
	all := []place{
		{"head", "size", nil, "head"}, {"head", "hashes", nil, "head"}, {"head", "company", nil, "head"},
		{"tile", "hashes", []string{"level", "number"}, "tile 0/0"}, {"tile", "number", []string{"level", "number"}, "tile 0/0"},
	}
	for _, column := range []string{"seq", "recorded_at", "request", "hash", "body", "company"} {
		all = append(all, place{"journal", column, []string{"seq"}, "entry "})
	}
	for _, t := range ledger.Tables() {
		named := "table " + t.Name() + ", row "
		if strings.HasPrefix(t.Name(), "order_bom_") {
			named = `order BOM of order "`
		}
		for _, column := range t.AllColumns() {
			all = append(all, place{t.Name(), column, t.KeyColumns(), named})
		}
	}
	return all
}

// unseal takes the triggers away, as one with the database's password could.
func (p tamperer) unseal() {
	for _, table := range []string{"journal", "tile", "order_bom_header", "order_bom_line", "order_bom_total"} {
		drop := []string{"DROP TRIGGER " + table + "_sealed_update"}
		if p.db.Engine() == "postgres" {
			drop = []string{"DROP TRIGGER " + table + "_sealed ON " + table}
		}
		for _, statement := range drop {
			p.exec(statement)
		}
	}
}

func (p tamperer) exec(statement string, args ...any) {
	p.Helper()
	err := p.db.Write(p.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(statement, args...)
		return err
	})
	if err != nil {
		p.Fatal(statement, err)
	}
}

// change changes a column of the first row of a table, asks what verify says,
// and changes it back.
func (p tamperer) change(at place) {
	p.Helper()
	key := make([]any, len(at.keys))
	var old any
	dest := []any{&old}
	for i := range key {
		dest = append(dest, &key[i])
	}
	found := false
	p.Read(func(tx *store.Tx) (err error) {
		columns := strings.Join(append([]string{at.column}, at.keys...), ", ")
		found, err = tx.One(dest, "SELECT "+columns+" FROM "+at.table+" WHERE company = $1 LIMIT 1", p.Ledger.Company())
		return err
	})
	if !found {
		return
	}
	for _, changed := range variants(old) {
		p.set(at, key, changed, old)
		after := make([]any, len(key))
		copy(after, key)
		for i, k := range at.keys {
			if k == at.column {
				after[i] = changed
			}
		}
		v, err := p.Ledger.Verify(p.Context())
		if err == nil && !strings.Contains(strings.Join(v.Findings, "\n"), at.named) {
			p.Errorf("%s.%s changed from %v to %v: found %q, want one with %q", at.table, at.column, old, changed, v.Findings, at.named)
		} else if err != nil {
			p.Errorf("%s.%s changed from %v to %v: %v", at.table, at.column, old, changed, err)
		}
		p.set(at, after, old, changed)
	}
}

// set writes a column of the row that has a key, in the company or, when that
// is what was changed, outside it.
func (p tamperer) set(at place, key []any, value, before any) {
	p.Helper()
	company := any(p.Ledger.Company())
	if at.column == "company" {
		company = before
	}
	where, args := "company = $2", []any{value, company}
	for i, k := range at.keys {
		where += fmt.Sprintf(" AND %s = $%d", k, i+3)
		args = append(args, key[i])
	}
	p.exec("UPDATE "+at.table+" SET "+at.column+" = $1 WHERE "+where, args...)
}

// variants of a value that differ from it in one byte.
func variants(old any) (all []any) {
	switch old := old.(type) {
	case int64:
		return []any{old ^ 1<<40}
	case bool:
		return []any{!old}
	case string:
		if old == "" {
			return []any{"x"}
		}
		return []any{old[:len(old)-1] + string(rune(old[len(old)-1]^1))}
	case []byte:
		for i := 0; i < len(old); i += max(1, len(old)/5) {
			changed := append([]byte{}, old...)
			changed[i] ^= 1
			all = append(all, changed)
		}
	}
	return all
}
