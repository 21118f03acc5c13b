package store

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"github.com/jackc/pgx/v5"
)

// Sizes of statements of many rows. SQLite's loads are padded to one of a few
// sizes, so that the texts of statements repeat and stay prepared; PostgreSQL
// is given an array for each column.
const (
	sqliteRows = 20
	copyFrom   = 300 // rows from which PostgreSQL is better served by COPY, which asks what the columns are first
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
	if tx.db.engine == postgres && n > 1 {
		return tx.each(tx.lookupArrays(l, by), tx.arrays(company, by, n, tuple), each)
	}
	for first := 0; first < n; {
		size := lookups[len(lookups)-1]
		for _, fit := range lookups {
			if fit >= n-first {
				size = fit
				break
			}
		}
		var args []any
		if size == 1 {
			args = append(args, company)
		}
		for i := range size {
			args = tuple(args, min(first+i, n-1))
		}
		if size > 1 {
			args = append(args, company)
		}
		if err := tx.each(tx.lookupText(l, by, size), args, each); err != nil {
			return err
		}
		first += size
	}
	return nil
}

// arrays is the company and an array for each column of n tuples.
func (tx *Tx) arrays(company string, columns []column, n int, tuple func(args []any, i int) []any) []any {
	args := []any{company}
	for _, c := range columns {
		args = append(args, c.array(n))
	}
	var cells []any
	for i := range n {
		cells = tuple(cells[:0], i)
		for j, cell := range cells {
			switch cell := cell.(type) {
			case string:
				args[j+1].([]string)[i] = cell
			case int64:
				args[j+1].([]int64)[i] = cell
			case bool:
				args[j+1].([]bool)[i] = cell
			case []byte:
				args[j+1].([][]byte)[i] = cell
			}
		}
	}
	return args
}

// array is room for n values of the column.
func (c column) array(n int) any {
	switch c.kind {
	case reflect.Int64:
		return make([]int64, n)
	case reflect.Bool:
		return make([]bool, n)
	case reflect.String:
		return make([]string, n)
	default:
		return make([][]byte, n)
	}
}

// unnest is a table v of arrays from parameter $2 on, one for each column.
func unnest(columns []column) string {
	var types, names []string
	for i, c := range columns {
		types = append(types, fmt.Sprintf("CAST($%d AS %s[])", i+2, sqlType(c.kind)))
		names = append(names, "column"+strconv.Itoa(i+1))
	}
	return "unnest(" + strings.Join(types, ", ") + ") AS v(" + strings.Join(names, ", ") + ")"
}

// lookupArrays looks every tuple up by itself: OFFSET 0 keeps the planner,
// whose statistics are old during an import, from joining with all rows of the
// company.
func (tx *Tx) lookupArrays(l *layout, by []column) string {
	text := "SELECT t.* FROM " + unnest(by) + " CROSS JOIN LATERAL (SELECT " + l.text + " FROM " + l.name + " AS r WHERE r.company = $1"
	for i, c := range by {
		text += fmt.Sprintf(" AND r.%q = v.column%d", c.name, i+1)
	}
	return text + " OFFSET 0) AS t"
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

// lookupText is the lookup of one tuple, or of several on SQLite.
func (tx *Tx) lookupText(l *layout, by []column, size int) string {
	var b strings.Builder
	if size == 1 {
		fmt.Fprintf(&b, "SELECT %s FROM %s WHERE company = $1", l.text, l.name)
		for i, c := range by {
			fmt.Fprintf(&b, ` AND %q = $%d`, c.name, i+2)
		}
		return b.String()
	}
	tuple := "(" + strings.Repeat("?, ", len(by)-1) + "?)"
	fmt.Fprintf(&b, "SELECT t.%s FROM (VALUES %s%s) AS v CROSS JOIN %s AS t WHERE t.company = ?",
		strings.ReplaceAll(l.text, ", ", ", t."), strings.Repeat(tuple+", ", size-1), tuple, l.name)
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
	if tx.db.engine == postgres && len(rows) > 1 {
		args := tx.arrays(company, l.columns, len(rows), func(args []any, i int) []any { return l.cells(args, rows[i], l.columns) })
		_, err := tx.Exec("INSERT INTO "+l.name+" (company, "+l.text+") SELECT $1, v.* FROM "+unnest(l.columns)+end, args...)
		if err != nil {
			return fmt.Errorf("write %s: %w", l.name, err)
		}
		return nil
	}
	args := make([]any, 0, min(len(rows), sqliteRows)*(len(l.columns)+1))
	for len(rows) > 0 {
		n := min(len(rows), sqliteRows)
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

// Empty says whether the company has no rows in a table.
func (tx *Tx) Empty(company string, table AnyTable) (bool, error) {
	var one int64
	found, err := tx.One([]any{&one}, `SELECT 1 FROM `+table.Name()+` WHERE company = $1 LIMIT 1`, company)
	return !found, err
}
