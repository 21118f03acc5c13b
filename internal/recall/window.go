package recall

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/store"
)

// inWindow keeps what came in or was built in the window: what was being built
// at any moment of it, from its serial to its completion. Nil stands for
// everything.
func (s *scout) inWindow(found matches) (matches, error) {
	if found == nil {
		var err error
		if found, err = s.around(); err != nil {
			return nil, err
		}
	}
	kept := matches{}
	keep := func(id int64, begin, end moment.Time) {
		if (s.to == 0 || begin <= s.to) && end >= s.from {
			kept.add(id, found[id])
		}
	}
	began := map[int64]moment.Time{}
	err := pick(s, genealogy.Objects, "id", ids(found), func(r *genealogy.Row) {
		if s.q.Sees(r.ID, r.At, r.Voided) && cameToBe(r) {
			began[r.ID] = r.At
			keep(r.ID, r.At, r.At)
		}
	})
	if err != nil {
		return nil, err
	}
	err = pick(s, genealogy.Movements, "object_id", ids(found), func(m *genealogy.Movement) {
		if begin, seen := began[m.ObjectID]; seen && m.Term == genealogy.TermCompleted && s.q.Sees(m.ID, m.At, m.Voided) {
			keep(m.ObjectID, begin, m.At)
		}
	})
	if err != nil {
		return nil, err
	}
	return kept, pick(s, genealogy.Receipts, "object_id", ids(found), func(r *genealogy.Receipt) {
		if s.q.Sees(r.ID, r.At, r.Voided) {
			keep(r.ObjectID, r.At, r.At)
		}
	})
}

// cameToBe says whether an object came in or was made as itself: not a part of
// another lot, nor a lot that only gathers the units of its order.
func cameToBe(r *genealogy.Row) bool {
	return r.Origin != genealogy.OriginSplit && r.Origin != genealogy.OriginMerged &&
		(r.Kind == genealogy.UnitKind || r.Size > 0 || r.Origin != genealogy.OriginMade)
}

// around are all objects that may have come in or been built in the window.
func (s *scout) around() (matches, error) {
	found := matches{}
	c := conditions{}
	c.between("at", "at", s.from, s.to)
	objects, err := genealogy.Objects.Select(s.tx, s.company, c.where(), c.args...)
	if err != nil {
		return nil, err
	}
	for _, r := range objects {
		found.add(r.ID, false)
	}
	receipts, err := genealogy.Receipts.Select(s.tx, s.company, c.where(), c.args...)
	if err != nil {
		return nil, err
	}
	for _, r := range receipts {
		found.add(r.ObjectID, false)
	}
	completed := conditions{}
	completed.equal("term", genealogy.TermCompleted)
	completed.between("at", "at", s.from, 0)
	moves, err := genealogy.Movements.Select(s.tx, s.company, completed.where(), completed.args...)
	for _, m := range moves {
		found.add(m.ObjectID, false)
	}
	return found, err
}

// ids of a map's objects, in their order.
func ids[V any](of map[int64]V) []int64 { return slices.Sorted(maps.Keys(of)) }

// pickMax is how many values one statement asks for.
const pickMax = 500

// pick gives each row of a table whose column is one of the values.
func pick[V any, K comparable, T any](s *scout, t *store.Table[K, T], column string, values []V, each func(*T)) error {
	for some := range slices.Chunk(values, pickMax) {
		places, args := make([]string, len(some)), make([]any, len(some))
		for i, v := range some {
			places[i], args[i] = "$"+strconv.Itoa(i+2), v
		}
		rows, err := t.Select(s.tx, s.company, column+" IN ("+strings.Join(places, ", ")+")", args...)
		if err != nil {
			return err
		}
		for i := range rows {
			each(&rows[i])
		}
	}
	return nil
}
