package store

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unsafe"
)

// AnyTable is a derived table whatever its rows are.
type AnyTable interface {
	Name() string
	KeyColumns() []string
	AllColumns() []string
	layout() *layout
}

// layout is where the columns of a row lie in its struct.
type layout struct {
	name    string
	columns []column
	keys    int
	byFact  bool   // the key begins with the number of a fact
	text    string // of all columns, for SELECT
}

type column struct {
	name   string
	kind   reflect.Kind // String, Int64, Bool or Slice (bytes)
	offset uintptr
}

// isFact says whether the column holds numbers of facts, which its name tells.
func (c column) isFact() bool {
	return c.kind == reflect.Int64 && (c.name == "id" || strings.HasSuffix(c.name, "_id"))
}

// Table is a derived table with rows of type T and keys of type K.
type Table[K comparable, T any] struct {
	layout_ layout
	key     func(*T) K
	indexes []indexer[K, T]
}

// NewTable describes a table by the struct of its rows, whose fields are
// tagged `col:"name"`, key columns first and as `col:"name,key"`.
func NewTable[K comparable, T any](name string, key func(*T) K) *Table[K, T] {
	t := &Table[K, T]{key: key, layout_: layout{name: name}}
	typ := reflect.TypeFor[T]()
	t.layout_.add(typ, 0)
	t.layout_.byFact = t.layout_.columns[0].isFact()
	names := make([]string, len(t.layout_.columns))
	for i, c := range t.layout_.columns {
		names[i] = `"` + c.name + `"`
	}
	t.layout_.text = strings.Join(names, ", ")
	return t
}

func (l *layout) add(typ reflect.Type, base uintptr) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			l.add(f.Type, base+f.Offset)
			continue
		}
		tag, ok := f.Tag.Lookup("col")
		if !ok {
			continue
		}
		name, key := strings.CutSuffix(tag, ",key")
		kind := f.Type.Kind()
		if kind != reflect.String && kind != reflect.Int64 && kind != reflect.Bool && (kind != reflect.Slice || f.Type.Elem().Kind() != reflect.Uint8) {
			panic(fmt.Sprintf("table %s: column %s has type %s", l.name, name, f.Type))
		}
		if key {
			if l.keys != len(l.columns) {
				panic(fmt.Sprintf("table %s: key column %s after others", l.name, name))
			}
			l.keys++
		}
		l.columns = append(l.columns, column{name, kind, base + f.Offset})
	}
}

// Name is the table's name.
func (t *Table[K, T]) Name() string { return t.layout_.name }

// KeyColumns are the columns of the key, without the company.
func (t *Table[K, T]) KeyColumns() []string { return t.AllColumns()[:t.layout_.keys] }

// AllColumns are the columns in their order, without the company.
func (t *Table[K, T]) AllColumns() []string {
	names := make([]string, len(t.layout_.columns))
	for i, c := range t.layout_.columns {
		names[i] = c.name
	}
	return names
}

// Columns is the list of columns for a SELECT whose rows Scan reads.
func (t *Table[K, T]) Columns() string { return t.layout_.text }

func (t *Table[K, T]) layout() *layout { return &t.layout_ }

// Scan reads the row at which rows stands.
func (t *Table[K, T]) Scan(rows *Rows) (T, error) {
	var row T
	cells := make([]any, len(t.layout_.columns))
	for i := range cells {
		cells[i] = new(any)
	}
	if err := rows.Scan(cells...); err != nil {
		return row, fmt.Errorf("read a row of %s: %w", t.Name(), err)
	}
	return row, t.layout_.fill(unsafe.Pointer(&row), cells)
}

// fill puts scanned cells (each *any) into the row at p.
func (l *layout) fill(p unsafe.Pointer, cells []any) error {
	for i, c := range l.columns {
		at := unsafe.Add(p, c.offset)
		switch v := (*cells[i].(*any)).(type) {
		case string:
			if c.kind != reflect.String {
				return fmt.Errorf("column %s.%s holds text", l.name, c.name)
			}
			*(*string)(at) = v
		case int64:
			switch c.kind {
			case reflect.Int64:
				*(*int64)(at) = v
			case reflect.Bool:
				*(*bool)(at) = v != 0
			default:
				return fmt.Errorf("column %s.%s holds a number", l.name, c.name)
			}
		case bool:
			*(*bool)(at) = v
		case []byte:
			if c.kind == reflect.String {
				*(*string)(at) = string(v)
			} else {
				*(*[]byte)(at) = bytes.Clone(v)
			}
		case nil:
		default:
			return fmt.Errorf("column %s.%s holds a %T", l.name, c.name, v)
		}
	}
	return nil
}

// cells appends the values of the columns from first to last of the row at p.
func (l *layout) cells(args []any, p unsafe.Pointer, columns []column) []any {
	for _, c := range columns {
		at := unsafe.Add(p, c.offset)
		switch c.kind {
		case reflect.String:
			args = append(args, *(*string)(at))
		case reflect.Int64:
			args = append(args, *(*int64)(at))
		case reflect.Bool:
			args = append(args, *(*bool)(at))
		default:
			b := *(*[]byte)(at)
			if b == nil {
				b = []byte{}
			}
			args = append(args, b)
		}
	}
	return args
}

// compare orders two rows by key, by code point.
func (l *layout) compare(a, b unsafe.Pointer) int {
	for _, c := range l.columns[:l.keys] {
		x, y := unsafe.Add(a, c.offset), unsafe.Add(b, c.offset)
		var order int
		switch c.kind {
		case reflect.String:
			order = cmp.Compare(*(*string)(x), *(*string)(y))
		case reflect.Int64:
			order = cmp.Compare(*(*int64)(x), *(*int64)(y))
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

// Select reads the rows that meet the condition where, whose parameters begin
// at $2 ($1 is the company), in key order.
func (t *Table[K, T]) Select(tx *Tx, company, where string, args ...any) ([]T, error) {
	return t.SelectOrdered(tx, company, where, "ORDER BY "+strings.Join(quoted(t.KeyColumns()), ", "), args...)
}

// SelectOrdered is Select with an ORDER BY, and a LIMIT if wanted, of its own.
func (t *Table[K, T]) SelectOrdered(tx *Tx, company, where, order string, args ...any) ([]T, error) {
	query := "SELECT " + t.Columns() + " FROM " + t.Name() + " WHERE company = $1"
	if where != "" {
		query += " AND (" + where + ")"
	}
	rows, err := tx.Query(query+" "+order, append([]any{company}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		row, err := t.Scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

func quoted(names []string) []string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = `"` + n + `"`
	}
	return q
}

// show is the cell as text, for reports of differences.
func show(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case []byte:
		return hex.EncodeToString(v)
	default:
		return fmt.Sprint(v)
	}
}
