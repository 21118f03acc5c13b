package store

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"github.com/jackc/pgx/v5"
)

// Sizes of statements of many rows. Loads are padded to one of a few sizes, so
// that the texts of statements repeat and stay prepared.
const (
	sqliteRows  = 20
	copyFrom    = 40 // rows from which PostgreSQL is better served by COPY
	postgresMax = 256
)

var lookups = []int{1, 4, 16, 64, 256}

// place writes the nth parameter, counted from 1; SQLite binds ? by order,
// which is much faster for long statements.
func (tx *Tx) place(b *strings.Builder, n int) {
	if tx.db.engine == sqlite {
		b.WriteByte('?')
		return
	}
	b.WriteByte('$')
	b.WriteString(strconv.Itoa(n))
}

// lookup reads the rows whose columns by equal one of n tuples.
func (tx *Tx) lookup(l *layout, company string, by []column, n int, tuple func(args []any, i int) []any, each func(*Rows) error) error {
	for first := 0; first < n; {
		size := lookups[len(lookups)-1]
		for _, fit := range lookups {
			if fit >= n-first {
				size = fit
				break
			}
		}
		var args []any
		if size == 1 || tx.db.engine == postgres {
			args = append(args, company)
		}
		for i := range size {
			args = tuple(args, min(first+i, n-1))
		}
		if size > 1 && tx.db.engine == sqlite {
			args = append(args, company)
		}
		if err := tx.each(tx.lookupText(l, by, size), args, each); err != nil {
			return err
		}
		first += size
	}
	return nil
}

func (tx *Tx) each(query string, args []any, f func(*Rows) error) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (tx *Tx) lookupText(l *layout, by []column, size int) string {
	var b strings.Builder
	if size == 1 {
		fmt.Fprintf(&b, "SELECT %s FROM %s WHERE company = $1", l.text, l.name)
		for i, c := range by {
			fmt.Fprintf(&b, ` AND %q = $%d`, c.name, i+2)
		}
		return b.String()
	}
	b.WriteString("SELECT ")
	for i, c := range l.columns {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "t.%q", c.name)
	}
	b.WriteString(" FROM (VALUES ")
	n := 1
	for row := range size {
		if row > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for i, c := range by {
			if i > 0 {
				b.WriteString(", ")
			}
			if tx.db.engine == sqlite {
				b.WriteByte('?')
				continue
			}
			n++
			b.WriteString("CAST(")
			tx.place(&b, n)
			b.WriteString(" AS " + sqlType(c.kind) + ")")
		}
		b.WriteByte(')')
	}
	fmt.Fprintf(&b, ") AS v CROSS JOIN %s AS t WHERE t.company = ", l.name)
	tx.place(&b, 1)
	for i, c := range by {
		fmt.Fprintf(&b, " AND t.%q = v.column%d", c.name, i+1)
	}
	return b.String()
}

func sqlType(kind reflect.Kind) string {
	switch kind {
	case reflect.Int64:
		return "BIGINT"
	case reflect.Bool:
		return "BOOLEAN"
	case reflect.String:
		return "TEXT"
	default:
		return "BYTEA"
	}
}

// insert writes rows whose keys are not in the table.
func (tx *Tx) insert(l *layout, company string, rows []unsafe.Pointer) error {
	if tx.db.engine == postgres && len(rows) >= copyFrom {
		return tx.copyIn(l, company, rows)
	}
	return tx.write(l, company, rows, "")
}

// upsert writes rows over those with the same key.
func (tx *Tx) upsert(l *layout, company string, rows []unsafe.Pointer) error {
	var set []string
	for _, c := range l.columns[l.keys:] {
		set = append(set, fmt.Sprintf("%q = excluded.%q", c.name, c.name))
	}
	keys := make([]string, 0, l.keys+1)
	keys = append(keys, "company")
	for _, c := range l.columns[:l.keys] {
		keys = append(keys, `"`+c.name+`"`)
	}
	action := "DO NOTHING"
	if len(set) > 0 {
		action = "DO UPDATE SET " + strings.Join(set, ", ")
	}
	return tx.write(l, company, rows, " ON CONFLICT ("+strings.Join(keys, ", ")+") "+action)
}

func (tx *Tx) write(l *layout, company string, rows []unsafe.Pointer, end string) error {
	max := sqliteRows
	if tx.db.engine == postgres {
		max = postgresMax
	}
	args := make([]any, 0, min(len(rows), max)*(len(l.columns)+1))
	for len(rows) > 0 {
		n := 1
		for n*4 <= max && n*4 <= len(rows) {
			n *= 4
		}
		if len(rows) >= max {
			n = max
		}
		args = args[:0]
		for _, p := range rows[:n] {
			args = l.cells(append(args, company), p, l.columns)
		}
		if _, err := tx.Exec(tx.writeText(l, n, end), args...); err != nil {
			return fmt.Errorf("write %s: %w", l.name, err)
		}
		rows = rows[n:]
	}
	return nil
}

func (tx *Tx) writeText(l *layout, n int, end string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (company, %s) VALUES ", l.name, l.text)
	at := 0
	for row := range n {
		if row > 0 {
			b.WriteString(", ")
		}
		for i := range len(l.columns) + 1 {
			b.WriteByte("(,"[min(i, 1)])
			at++
			tx.place(&b, at)
		}
		b.WriteByte(')')
	}
	b.WriteString(end)
	return b.String()
}

// copyIn is insert by COPY.
func (tx *Tx) copyIn(l *layout, company string, rows []unsafe.Pointer) error {
	columns := make([]string, 0, len(l.columns)+1)
	columns = append(columns, "company")
	for _, c := range l.columns {
		columns = append(columns, c.name)
	}
	args := make([]any, 0, len(columns))
	err := tx.conn.rawPgx(func(pg *pgx.Conn) error {
		_, err := pg.CopyFrom(tx.ctx, pgx.Identifier{l.name}, columns, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
			args = l.cells(append(args[:0], company), rows[i], l.columns)
			return args, nil
		}))
		return err
	})
	if err != nil {
		return fmt.Errorf("copy into %s: %w", l.name, err)
	}
	return nil
}

// deleteKeys deletes the rows of n keys.
func (tx *Tx) deleteKeys(l *layout, company string, n int, key func(args []any, i int) []any) error {
	text := "DELETE FROM " + l.name + " WHERE company = $1"
	for i, c := range l.columns[:l.keys] {
		text += fmt.Sprintf(` AND %q = $%d`, c.name, i+2)
	}
	for i := range n {
		if _, err := tx.Exec(text, key([]any{company}, i)...); err != nil {
			return fmt.Errorf("delete from %s: %w", l.name, err)
		}
	}
	return nil
}
