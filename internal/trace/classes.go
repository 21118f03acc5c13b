package trace

import (
	"cmp"
	"slices"

	"lotline/internal/store"
)

// Class is how surely an object was reached, and over how many edges.
type Class struct {
	ID      int64 // the number of the fact that made it
	Depth   int
	May     bool
	Removed bool
}

// Extent counts what a set reaches by class, from memory: the least that a walk
// can tell. False where nothing is kept in memory.
func Extent(tx *store.Tx, company string, starts map[int64]bool, q Question) (c Counts, ok bool, err error) {
	f, err := fastWalk(tx, company, starts, q)
	if f == nil || err != nil {
		return c, false, err
	}
	defer f.done()
	var s Scope
	for i := range f.spots {
		if f.spots[i].class != unreached {
			s.add(f.spots[i].class)
		}
	}
	return s.Counts, true, nil
}

// Classes are all objects that a set reaches with their classes, by number: the
// reach without quantities, places and edges.
func Classes(tx *store.Tx, company string, starts map[int64]bool, q Question) ([]Class, error) {
	f, err := fastWalk(tx, company, starts, q)
	if err != nil {
		return nil, err
	}
	all := []Class{}
	if f != nil {
		defer f.done()
		for i := range f.spots {
			s := &f.spots[i]
			if s.class == unreached {
				continue
			}
			all = append(all, Class{f.view.ObjectID(s.object), int(s.depth), s.class&1 != 0, s.class&2 != 0})
		}
	} else {
		_, surely, possibly, err := loadStarts(tx, company, starts, q)
		if err != nil {
			return nil, err
		}
		for id, r := range forwardOf(surely, possibly, nil).found {
			best := r.best()
			all = append(all, Class{id, r.depth, best.may, best.removed})
		}
	}
	slices.SortFunc(all, func(a, b Class) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}
