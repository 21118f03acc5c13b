package store

import (
	"slices"
	"strings"
	"unsafe"
)

// Index finds the rows of a table by other columns than its key.
type Index[G comparable, K comparable, T any] struct {
	table   *Table[K, T]
	number  int
	columns []column
	byFact  bool
	of      func(*T) G
}

type indexer[K comparable, T any] interface {
	groups(ts *tableSet[K, T]) groups[K, T]
}

// NewIndex describes an index by its columns, separated by commas, and how a
// row tells its group. The database has an index over the same columns.
func NewIndex[G comparable, K comparable, T any](t *Table[K, T], columns string, of func(*T) G) *Index[G, K, T] {
	ix := &Index[G, K, T]{table: t, number: len(t.indexes), of: of}
	for name := range strings.SplitSeq(columns, ",") {
		name = strings.TrimSpace(name)
		i := slices.IndexFunc(t.layout_.columns, func(c column) bool { return c.name == name })
		if i < 0 {
			panic("table " + t.Name() + " has no column " + name)
		}
		ix.columns = append(ix.columns, t.layout_.columns[i])
	}
	ix.byFact = ix.columns[0].isFact()
	t.indexes = append(t.indexes, ix)
	return ix
}

// group is the rows of a set that share the columns of an index.
type group[K comparable] struct {
	keys   map[K]struct{}
	loaded bool
}

type groupSet[G comparable, K comparable, T any] struct {
	ix     *Index[G, K, T]
	ts     *tableSet[K, T]
	all    map[G]*group[K]
	wanted map[G]struct{}
}

func (ix *Index[G, K, T]) groups(ts *tableSet[K, T]) groups[K, T] {
	return &groupSet[G, K, T]{ix: ix, ts: ts, all: map[G]*group[K]{}, wanted: map[G]struct{}{}}
}

func (ix *Index[G, K, T]) in(s *Set) *groupSet[G, K, T] {
	return ix.table.in(s).groups[ix.number].(*groupSet[G, K, T])
}

// All is the rows of a group in key order, as the set has them.
func (ix *Index[G, K, T]) All(s *Set, g G) []*T {
	gs := ix.in(s)
	if found := gs.all[g]; (found == nil || !found.loaded) && !gs.ts.unstored(ix.byFact, unsafe.Pointer(&g)) {
		gs.wanted[g] = struct{}{}
		if s.probing {
			s.missed++
			return nil
		}
		if s.err == nil {
			s.err = gs.load()
		}
	}
	found := gs.all[g]
	if found == nil {
		return nil
	}
	return gs.ts.sorted(found.keys)
}

// Fresh says that the database has no rows of the group: its number is new.
func (ix *Index[G, K, T]) Fresh(s *Set, g G) { ix.in(s).group(g).loaded = true }

func (gs *groupSet[G, K, T]) group(g G) *group[K] {
	found := gs.all[g]
	if found == nil {
		found = &group[K]{keys: map[K]struct{}{}}
		gs.all[g] = found
	}
	return found
}

// move follows a row from one group to another; old or row may be nil.
func (gs *groupSet[G, K, T]) move(k K, old, row *T) {
	switch {
	case old == nil:
		gs.group(gs.ix.of(row)).keys[k] = struct{}{}
	case row == nil:
		delete(gs.group(gs.ix.of(old)).keys, k)
	default:
		from, to := gs.ix.of(old), gs.ix.of(row)
		if from != to {
			delete(gs.group(from).keys, k)
			gs.group(to).keys[k] = struct{}{}
		}
	}
}

// load loads the wanted groups.
func (gs *groupSet[G, K, T]) load() error {
	if len(gs.wanted) == 0 {
		return nil
	}
	wanted := make([]G, 0, len(gs.wanted))
	for g := range gs.wanted {
		wanted = append(wanted, g)
	}
	clear(gs.wanted)
	if err := gs.ts.set.Wait(); err != nil {
		return err
	}
	err := gs.ts.set.tx.lookup(&gs.ts.table.layout_, gs.ts.set.company, gs.ix.columns, len(wanted), func(args []any, i int) []any {
		return spread(args, wanted[i])
	}, func(rows *Rows) error {
		row, err := gs.ts.table.Scan(rows)
		if err == nil {
			gs.ts.take(row)
		}
		return err
	})
	for _, g := range wanted {
		gs.group(g).loaded = true
	}
	return err
}

func (gs *groupSet[G, K, T]) forget() { clear(gs.all) }

// sorted gives the rows of some keys in key order.
func (ts *tableSet[K, T]) sorted(keys map[K]struct{}) []*T {
	rows := make([]*T, 0, len(keys))
	for k := range keys {
		if c := ts.cells[k]; c != nil && c.row != nil {
			rows = append(rows, c.row)
		}
	}
	l := &ts.table.layout_
	slices.SortFunc(rows, func(a, b *T) int { return l.compare(unsafe.Pointer(a), unsafe.Pointer(b)) })
	return rows
}
