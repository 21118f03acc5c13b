package store

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"lotline/internal/refuse"
)

// reader goes through all rows of a table in key order.
type reader struct {
	rows  *Rows
	l     *layout
	cells []any
	done  bool
}

func (tx *Tx) readAll(company string, l *layout) (*reader, error) {
	var keys []string
	for _, c := range l.columns[:l.keys] {
		keys = append(keys, `"`+c.name+`"`)
	}
	rows, err := tx.Query("SELECT "+l.text+" FROM "+l.name+" WHERE company = $1 ORDER BY "+strings.Join(keys, ", "), company)
	if err != nil {
		return nil, err
	}
	return &reader{rows: rows, l: l}, nil
}

func (r *reader) next() error {
	if !r.rows.Next() {
		r.done = true
		return r.rows.Err()
	}
	scan := make([]any, len(r.l.columns))
	r.cells = make([]any, len(scan))
	for i := range scan {
		scan[i] = &r.cells[i]
	}
	if err := r.rows.Scan(scan...); err != nil {
		return err
	}
	for i, cell := range r.cells {
		if b, ok := cell.(bool); ok {
			r.cells[i] = int64(0)
			if b {
				r.cells[i] = int64(1)
			}
		}
	}
	return nil
}

func (r *reader) key() []string {
	parts := make([]string, r.l.keys)
	for i := range parts {
		parts[i] = show(r.cells[i])
	}
	return parts
}

// compareKeys orders two rows by key, by code point.
func compareKeys(a, b *reader) int {
	for i := range a.l.keys {
		var order int
		switch x := a.cells[i].(type) {
		case string:
			y, _ := b.cells[i].(string)
			order = strings.Compare(x, y)
		case int64:
			y, _ := b.cells[i].(int64)
			if x < y {
				order = -1
			} else if x > y {
				order = 1
			}
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

// Compare goes through a table of two databases and names what differs: a
// column with both values, or "" for the whole row where one side has none.
func Compare(a, b *Tx, company string, t AnyTable, each func(key []string, column, got, want string) error) error {
	ra, err := a.readAll(company, t.layout())
	if err != nil {
		return err
	}
	defer ra.rows.Close()
	rb, err := b.readAll(company, t.layout())
	if err != nil {
		return err
	}
	defer rb.rows.Close()
	if err := ra.next(); err != nil {
		return err
	}
	if err := rb.next(); err != nil {
		return err
	}
	for !ra.done || !rb.done {
		if err := step(ra, rb, each); err != nil {
			return err
		}
	}
	return nil
}

func step(a, b *reader, each func(key []string, column, got, want string) error) error {
	order := 0
	switch {
	case a.done:
		order = 1
	case b.done:
		order = -1
	default:
		order = compareKeys(a, b)
	}
	switch {
	case order < 0:
		if err := each(a.key(), "", "a row", "none"); err != nil {
			return err
		}
		return a.next()
	case order > 0:
		if err := each(b.key(), "", "no row", "one"); err != nil {
			return err
		}
		return b.next()
	}
	for i, c := range a.l.columns {
		if !same(a.cells[i], b.cells[i]) {
			if err := each(a.key(), c.name, show(a.cells[i]), show(b.cells[i])); err != nil {
				return err
			}
		}
	}
	if err := a.next(); err != nil {
		return err
	}
	return b.next()
}

func same(a, b any) bool {
	x, ok := a.([]byte)
	if !ok {
		return a == b
	}
	y, ok := b.([]byte)
	return ok && bytes.Equal(x, y)
}

// BackupTo writes a whole and consistent copy of a SQLite database to a file
// that is not there yet.
func (db *DB) BackupTo(ctx context.Context, path string) error {
	if db.engine != sqlite {
		return refuse.New(refuse.Unsupported, "A PostgreSQL database is backed up with pg_dump.")
	}
	c := <-db.readers
	defer func() { db.readers <- c }()
	if err := c.connect(ctx); err != nil {
		return err
	}
	if _, err := c.sql.ExecContext(ctx, "PRAGMA query_only = 0"); err != nil {
		return err
	}
	defer c.sql.ExecContext(context.WithoutCancel(ctx), "PRAGMA query_only = 1")
	if _, err := c.sql.ExecContext(ctx, "VACUUM INTO $1", path); err != nil {
		return fmt.Errorf("back up to %s: %w", path, err)
	}
	return nil
}
