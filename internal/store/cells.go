package store

import (
	"reflect"
	"unsafe"
)

// state is what is known of a row of a set.
type state uint8

const (
	clean   state = iota // as in the database
	absent               // not in the database, not made
	fresh                // to be inserted: not in the database
	changed              // to be written over
	deleted              // to be deleted
)

type cell[T any] struct {
	row    *T
	state  state
	queued bool // for the next flush
}

// tableSet is the part of a set that belongs to one table.
type tableSet[K comparable, T any] struct {
	set    *Set
	table  *Table[K, T]
	cells  map[K]*cell[T]
	wanted map[K]struct{}
	queue  []K
	groups []groups[K, T]
}

// groups is what a set knows of one index of a table.
type groups[K comparable, T any] interface {
	move(k K, old, row *T)
	load() error
	forget()
}

func (t *Table[K, T]) in(s *Set) *tableSet[K, T] {
	if p := s.parts[&t.layout_]; p != nil {
		return p.(*tableSet[K, T])
	}
	ts := &tableSet[K, T]{set: s, table: t, cells: map[K]*cell[T]{}, wanted: map[K]struct{}{}}
	for _, ix := range t.indexes {
		ts.groups = append(ts.groups, ix.groups(ts))
	}
	s.parts[&t.layout_] = ts
	s.order = append(s.order, ts)
	return ts
}

// Get is the row of a key. What it answers is only to be read: change a copy
// and Put it.
func (t *Table[K, T]) Get(s *Set, k K) (*T, bool) {
	ts := t.in(s)
	c := ts.cells[k]
	if c == nil && ts.unstored(t.layout_.byFact, unsafe.Pointer(&k)) {
		return nil, false
	}
	if c == nil {
		ts.wanted[k] = struct{}{}
		if s.probing {
			s.missed++
			return nil, false
		}
		if s.err == nil {
			s.err = ts.loadKeys()
		}
		if c = ts.cells[k]; c == nil {
			return nil, false
		}
	}
	if c.state == absent || c.state == deleted {
		return nil, false
	}
	return c.row, true
}

// unstored says that the database cannot hold rows of a key or group: none of
// its table, or none of the fact whose number it begins with.
func (ts *tableSet[K, T]) unstored(byFact bool, k unsafe.Pointer) bool {
	return byFact && *(*int64)(k) >= ts.set.born || ts.set.blank[&ts.table.layout_]
}

// Put makes row the row of its key.
func (t *Table[K, T]) Put(s *Set, row T) { t.put(s, row, changed) }

// New is Put of a row that is known not to be in the database.
func (t *Table[K, T]) New(s *Set, row T) { t.put(s, row, fresh) }

func (t *Table[K, T]) put(s *Set, row T, to state) {
	ts := t.in(s)
	k := t.key(&row)
	c := ts.cells[k]
	switch {
	case c == nil:
		if ts.unstored(t.layout_.byFact, unsafe.Pointer(&k)) {
			to = fresh
		}
		c = &cell[T]{state: to}
		ts.cells[k] = c
		s.clean++
	case c.state == absent || c.state == fresh:
		c.state = fresh
	default:
		c.state = changed
	}
	for _, g := range ts.groups {
		g.move(k, c.row, &row)
	}
	c.row = &row
	ts.enqueue(k, c)
}

func (ts *tableSet[K, T]) enqueue(k K, c *cell[T]) {
	if !c.queued {
		c.queued = true
		ts.queue = append(ts.queue, k)
	}
}

// Delete removes the row of a key.
func (t *Table[K, T]) Delete(s *Set, k K) {
	ts := t.in(s)
	c := ts.cells[k]
	if c == nil {
		t.Get(s, k)
		if c = ts.cells[k]; c == nil {
			return
		}
	}
	if c.row != nil {
		for _, g := range ts.groups {
			g.move(k, c.row, nil)
		}
	}
	switch c.state {
	case fresh:
		c.state = absent
	case clean, changed:
		c.state = deleted
		ts.enqueue(k, c)
	}
	c.row = nil
}

// take is a row that was read from the database.
func (ts *tableSet[K, T]) take(row T) {
	k := ts.table.key(&row)
	if ts.cells[k] != nil {
		return // read before, or changed since
	}
	c := &cell[T]{row: &row}
	ts.cells[k] = c
	ts.set.clean++
	for _, g := range ts.groups {
		g.move(k, nil, c.row)
	}
}

func (ts *tableSet[K, T]) load() error {
	if len(ts.wanted) > 0 {
		if err := ts.loadKeys(); err != nil {
			return err
		}
	}
	for _, g := range ts.groups {
		if err := g.load(); err != nil {
			return err
		}
	}
	return nil
}

// loadKeys loads the wanted keys; what is not there is known to be absent.
func (ts *tableSet[K, T]) loadKeys() error {
	keys := make([]K, 0, len(ts.wanted))
	for k := range ts.wanted {
		keys = append(keys, k)
	}
	clear(ts.wanted)
	if err := ts.set.Wait(); err != nil {
		return err
	}
	l := &ts.table.layout_
	err := ts.set.tx.lookup(l, ts.set.company, l.columns[:l.keys], len(keys), func(args []any, i int) []any {
		return spread(args, keys[i])
	}, func(rows *Rows) error {
		row, err := ts.table.Scan(rows)
		if err == nil {
			ts.take(row)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, k := range keys {
		if ts.cells[k] == nil {
			ts.cells[k] = &cell[T]{state: absent}
			ts.set.clean++
		}
	}
	return nil
}

// spread appends the columns of a key: itself, or its fields.
func spread(args []any, k any) []any {
	switch k := k.(type) {
	case string:
		return append(args, k)
	case int64:
		return append(args, k)
	}
	v := reflect.ValueOf(k)
	switch v.Kind() {
	case reflect.String:
		return append(args, v.String())
	case reflect.Int64:
		return append(args, v.Int())
	}
	for i := range v.NumField() {
		args = spread(args, fieldValue(v.Field(i)))
	}
	return args
}

func fieldValue(v reflect.Value) any {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Int64:
		return v.Int()
	}
	return v.Interface()
}

// collect takes the queue. Rows are never changed in place, so that they can
// be written while the set goes on.
func (ts *tableSet[K, T]) collect() func() error {
	l := &ts.table.layout_
	var inserts, upserts []unsafe.Pointer
	var keys []K
	for _, k := range ts.queue {
		c := ts.cells[k]
		c.queued = false
		switch c.state {
		case fresh:
			inserts = append(inserts, unsafe.Pointer(c.row))
		case changed:
			upserts = append(upserts, unsafe.Pointer(c.row))
		case deleted:
			keys = append(keys, k)
		}
		if c.state == deleted || c.state == absent {
			c.state = absent
		} else {
			c.state = clean
		}
	}
	ts.queue = ts.queue[:0]
	tx, company := ts.set.tx, ts.set.company
	return func() error {
		if err := tx.deleteKeys(l, company, len(keys), func(args []any, i int) []any { return spread(args, keys[i]) }); err != nil {
			return err
		}
		if err := tx.insert(l, company, inserts); err != nil {
			return err
		}
		return tx.upsert(l, company, upserts)
	}
}

func (ts *tableSet[K, T]) evict() int {
	n := len(ts.cells)
	clear(ts.cells)
	for _, g := range ts.groups {
		g.forget()
	}
	return n
}
