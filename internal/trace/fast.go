package trace

import (
	"slices"
	"sync"

	"lotline/internal/genealogy"
	"lotline/internal/graph"
	"lotline/internal/moment"
	"lotline/internal/store"
)

// fast is a forward walk over the genealogy in memory: the walk of walk.go,
// that keeps of each object it reaches only where it lies and how it was
// arrived at. It loads nothing before it walks.
//
// Most of what a recall reaches is reached surely, over edges that last. Such
// objects it only marks (fast_sure.go); labels are kept of the others. Both go
// on level by level, so that depths are those of one walk.
type fast struct {
	loader
	view    *graph.View
	scratch *scratch
	spots   []spot
	marks   []mark
	sure    []uint32  // spots that were reached surely, from which the walk goes on
	queue   []hopStep // labels from which the walk goes on
	plains  *plains   // nil: every object is walked with labels
	whole   map[uint32]bool
	orders  map[string]*givenOrder
	made    map[uint32]map[string]*mix
}

// spot is an object that was reached.
type spot struct {
	object uint32
	depth  int32
	class  uint8 // the best of its labels
	start  bool
	maybe  bool   // of a start: only possibly affected
	via    uint32 // 1 + the spot from which it was reached surely; 0 where a mark tells more
	labels int32  // 1 + the place of its first mark; 0 for none
	listed int32  // and as the lot of a member
}

// mark is a label in a list of those of one object.
type mark struct {
	label
	next int32
}

// hopStep is a label at an object, from which the walk goes on.
type hopStep struct {
	spot  uint32
	label label
	depth int32
}

// scratch tells which spot an object has: 1 + its place, 0 for none, and beside
// it whether it was reached surely. It is used again by the next walk.
type scratch struct {
	places []uint32
	spots  []spot
	sure   []uint32
	queue  []hopStep
	marks  []mark
}

// scratchMax is how many spots are kept for the next walk: what a large one
// took is given back.
const scratchMax = 1 << 20

// surelyBit says that an object was reached surely, over edges that all last.
const surelyBit = 1 << 31

var scratches = sync.Pool{New: func() any { return &scratch{} }}

// fastWalk walks from what is surely and what is possibly affected; nil where
// nothing is kept in memory. Give it back with done.
func fastWalk(tx *store.Tx, company string, starts map[int64]bool, q Question) (*fast, error) {
	r := memoryOf(tx)
	if r == nil {
		return nil, nil
	}
	f := &fast{loader: loader{tx: tx, company: company, q: q}, view: r.view, scratch: scratches.Get().(*scratch),
		whole: map[uint32]bool{}, orders: map[string]*givenOrder{}, made: map[uint32]map[string]*mix{}}
	if p := r.plains.Load(); p != nil && p.edit <= r.view.Edits && !f.past() { // what is plain now need not have been
		f.plains = p
	}
	f.spots, f.sure, f.queue, f.marks = f.scratch.spots, f.scratch.sure, f.scratch.queue, f.scratch.marks
	if n := f.view.Objects(); len(f.scratch.places) < n {
		f.scratch.places = make([]uint32, n+n/8)
	}
	err := f.walk(starts)
	if err == errWhen {
		f.plains = nil
		f.forget()
		err = f.walk(starts)
	}
	if err != nil {
		f.done()
		return nil, err
	}
	return f, nil
}

// done gives the scratch back as clean as it was.
func (f *fast) done() {
	f.forget()
	if cap(f.spots) <= scratchMax && cap(f.marks) <= scratchMax {
		f.scratch.spots, f.scratch.sure, f.scratch.queue, f.scratch.marks = f.spots, f.sure, f.queue, f.marks
	}
	scratches.Put(f.scratch)
	f.scratch = nil
}

// forget takes the walk back to its beginning.
func (f *fast) forget() {
	for i := range f.spots {
		f.scratch.places[f.spots[i].object] = 0
	}
	f.spots, f.marks, f.queue, f.sure = f.spots[:0], f.marks[:0], f.queue[:0], f.sure[:0]
	clear(f.whole)
	clear(f.made)
}

func (f *fast) walk(starts map[int64]bool) error {
	ids := make([]int64, 0, len(starts))
	for id := range starts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var surely []uint32
	for _, id := range ids {
		i, ok := f.view.Find(id)
		if !ok {
			continue
		}
		t := f.view.Thing(i)
		if !f.sees(t.ID, moment.Time(t.At), t.Voided) {
			continue
		}
		l := label{may: starts[id], lo: ever, hi: never}
		s := f.reach(i, 0)
		f.spots[s].start, f.spots[s].maybe = true, l.may
		f.add(&f.spots[s].labels, s, l)
		if f.plains == nil || l.may {
			f.queue = append(f.queue, hopStep{s, l, 0})
		} else {
			f.scratch.places[i] |= surelyBit
			f.sure = append(f.sure, s)
		}
		if !l.may && t.Kind == genealogy.LotKind {
			surely = append(surely, i)
		}
	}
	if err := f.spreadWhole(surely); err != nil {
		return err
	}
	return f.levels()
}

// levels walks from level to level until there is nothing more.
func (f *fast) levels() error {
	surely, labels := 0, 0
	for surely < len(f.sure) || labels < len(f.queue) {
		sureEnd, labelsEnd := len(f.sure), len(f.queue)
		for ; surely < sureEnd; surely++ {
			if err := f.leaveSurely(f.sure[surely]); err != nil {
				return err
			}
		}
		for ; labels < labelsEnd; labels++ {
			if err := f.leave(f.queue[labels]); err != nil {
				return err
			}
		}
	}
	return nil
}

// reach is the spot of an object.
func (f *fast) reach(i uint32, depth int32) uint32 {
	if known := f.scratch.places[i]; known != 0 {
		return known&^surelyBit - 1
	}
	f.spots = append(f.spots, spot{object: i, depth: depth, class: unreached})
	f.scratch.places[i] = uint32(len(f.spots))
	return uint32(len(f.spots) - 1)
}

// unreached is the class of what has no label.
const unreached = 255

// add adds a label to a list; false when it brings nothing new.
func (f *fast) add(list *int32, s uint32, l label) bool {
	for at := *list; at != 0; at = f.marks[at-1].next {
		if f.marks[at-1].covers(l) {
			return false
		}
	}
	f.marks = append(f.marks, mark{l, *list})
	*list = int32(len(f.marks))
	for at := list; *at != 0; { // those that it covers are of no use any more
		m := &f.marks[*at-1]
		if *at != int32(len(f.marks)) && l.covers(m.label) {
			*at = m.next
			continue
		}
		at = &m.next
	}
	f.spots[s].class = min(f.spots[s].class, uint8(l.class()))
	return true
}

// leave goes on from an object with a label over all arcs out of it.
func (f *fast) leave(at hopStep) error {
	from := f.spots[at.spot].object
	return f.arcs(from, at.depth == 0, func(a *arc, to uint32) error {
		sure, err := f.sureOf(a, from, to)
		if err != nil {
			return err
		}
		l, ok := crossed(a, at.label, int(at.depth), sure)
		if ok {
			f.arrive(a, to, l, at.depth+1)
		}
		return nil
	})
}

// arrive notes a label at an object, and goes on from it where it brings
// something new.
func (f *fast) arrive(a *arc, to uint32, l label, depth int32) {
	s := f.reach(to, depth)
	if a.kind == memberArc {
		f.add(&f.spots[s].listed, s, l)
		return
	}
	if f.scratch.places[to]&surelyBit != 0 && f.surest(&f.spots[s]) == never {
		f.add(&f.spots[s].labels, s, label{lo: f.since(s), hi: never})
	}
	if f.add(&f.spots[s].labels, s, l) {
		f.queue = append(f.queue, hopStep{s, l, depth})
	}
}

// spreadWhole marks the splits of lots that are starts.
func (f *fast) spreadWhole(queue []uint32) error {
	for k := 0; k < len(queue); k++ {
		from := queue[k]
		if f.whole[from] {
			continue
		}
		f.whole[from] = true
		if f.plains != nil {
			if _, plain := f.plains.of(f.view, from); plain {
				continue
			}
		}
		var failed error
		f.view.HopsOut(from, func(h *graph.Hop) {
			if h.Kind != genealogy.SplitEdge && h.Kind != genealogy.MergeEdge || failed != nil || !f.passable(h) {
				return
			}
			if h.Kind == genealogy.MergeEdge {
				var holds map[string]*mix
				if holds, failed = f.content(h.Other); failed != nil || !holds[mergeMix].allOf(f.isWhole) {
					return
				}
			}
			queue = append(queue, h.Other)
		})
		if failed != nil {
			return failed
		}
	}
	return nil
}

// passable says whether the question knows an edge and what it goes into.
func (f *fast) passable(h *graph.Hop) bool {
	if !f.sees(h.ID, moment.Time(h.At), h.Voided) {
		return false
	}
	return f.known(h.Other)
}

// known says whether the question knows an object.
func (f *fast) known(i uint32) bool {
	id, at, voided := f.view.Recorded(i)
	return f.sees(id, moment.Time(at), voided)
}

// isWhole says whether a lot surely comes wholly from the starts.
func (f *fast) isWhole(id int64) bool {
	i, ok := f.view.Find(id)
	return ok && f.whole[i]
}

// ours says whether an object surely is or comes wholly from the starts.
func (f *fast) ours(id int64) bool {
	i, ok := f.view.Find(id)
	if !ok || f.whole[i] {
		return ok
	}
	known := f.scratch.places[i]
	if known == 0 {
		return false
	}
	s := &f.spots[known&^surelyBit-1]
	return s.start && !s.maybe
}
