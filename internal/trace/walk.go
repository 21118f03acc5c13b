package trace

import (
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/quantity"
)

// label is how a walk arrived at an object: surely or possibly, over edges
// that all last or not, and during which moments all edges since the last lot
// were alive together.
type label struct {
	may, removed bool
	lo, hi       moment.Time
}

// class orders labels from best to worst.
func (l label) class() int {
	c := 0
	if l.may {
		c++
	}
	if l.removed {
		c += 2
	}
	return c
}

// covers says that whatever b can do, a can do too.
func (a label) covers(b label) bool {
	return (!a.may || b.may) && (!a.removed || b.removed) && a.lo <= b.lo && a.hi >= b.hi
}

// reached is what a walk knows of an object.
type reached struct {
	node   *node
	depth  int
	labels []label
	listed []label // as the lot of a member, from which the walk does not go on
	via    *arc    // the first of the shortest ways here
	waits  int     // arcs that carry something here and were not passed yet
	done   bool    // what it carries on was passed on
	min    quantity.Quantity
	max    quantity.Quantity
	// of both, what came from the pools of its order, which its order's lot has
	// from the issue itself
	pooledMin, pooledMax quantity.Quantity
	// and what a lot lists for its members: it is in those, and not in what is
	// drawn from it
	listedMin, listedMax quantity.Quantity
}

func (r *reached) best() (best label) {
	found := false
	for _, labels := range [2][]label{r.labels, r.listed} {
		for _, l := range labels {
			if !found || l.class() < best.class() {
				best, found = l, true
			}
		}
	}
	return best
}

// add adds a label to others; false when it brings nothing new.
func add(labels *[]label, l label) bool {
	for _, old := range *labels {
		if old.covers(l) {
			return false
		}
	}
	*labels = append(slices.DeleteFunc(*labels, func(old label) bool { return l.covers(old) }), l)
	return true
}

// walk is one way through a net from a set of starts.
type walk struct {
	found map[int64]*reached
	start map[int64]bool
	maybe map[int64]bool     // starts that are only possibly affected
	whole map[int64]bool     // lots that surely come wholly from the starts
	only  map[int64]*reached // where given, the walk stays among these
}

type step struct {
	node  *node
	label label
	depth int
}

// forward walks from components to what they went into, exactly.
func forward(starts []*node, only map[int64]*reached) *walk { return forwardOf(starts, nil, only) }

// forwardOf walks forward from what is surely and what is possibly affected.
func forwardOf(surely, possibly []*node, only map[int64]*reached) *walk {
	w := &walk{found: map[int64]*reached{}, start: map[int64]bool{}, maybe: map[int64]bool{}, whole: map[int64]bool{}, only: only}
	var queue []step
	begin := func(n *node, l label) {
		w.start[n.ID], w.maybe[n.ID] = true, l.may
		w.found[n.ID] = &reached{node: n, labels: []label{l}}
		queue = append(queue, step{n, l, 0})
	}
	for _, n := range surely {
		begin(n, label{lo: ever, hi: never})
	}
	for _, n := range possibly {
		begin(n, label{may: true, lo: ever, hi: never})
	}
	w.spreadWhole(surely)
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		for _, a := range next.node.out {
			if only != nil && only[a.to.ID] == nil {
				continue
			}
			if l, ok := w.cross(a, next.label, next.depth); ok && w.arrive(a, a.to, l, next.depth+1, a.kind == memberArc) {
				queue = append(queue, step{a.to, l, next.depth + 1})
			}
		}
	}
	return w
}

// spreadWhole marks the splits of lots that are starts.
func (w *walk) spreadWhole(starts []*node) {
	queue := slices.Clone(starts)
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if n.Kind != genealogy.LotKind || w.whole[n.ID] {
			continue
		}
		w.whole[n.ID] = true
		for _, a := range n.out {
			if a.kind == genealogy.SplitEdge || a.kind == genealogy.MergeEdge && a.to.content[mergeMix].allOf(func(id int64) bool { return w.whole[id] }) {
				queue = append(queue, a.to)
			}
		}
	}
}

// cross is the label beyond an arc; false when there is no way over it.
func (w *walk) cross(a *arc, l label, depth int) (label, bool) {
	return crossed(a, l, depth, w.sure(a))
}

// crossed is the label beyond an arc that is or is not sure.
func crossed(a *arc, l label, depth int, sure bool) (label, bool) {
	if a.kind == orderLotArc && depth > 0 {
		return l, false
	}
	next := label{may: l.may || !sure, removed: l.removed || a.end != never, lo: a.begin, hi: a.until()}
	if a.from.Kind == genealogy.LotKind {
		return next, a.timeless() || l.lo <= a.begin && a.begin < l.hi
	}
	next.lo, next.hi = max(l.lo, a.begin), min(l.hi, a.until())
	return next, next.lo < next.hi
}

// until is when an arc was no more; what was taken out at once was in for an
// instant, and is not forgotten.
func (a *arc) until() moment.Time { return max(a.end, a.begin+1) }

// sure says whether an arc surely carries some of the starts, given that its
// component surely holds some.
func (w *walk) sure(a *arc) bool {
	from := a.from
	switch {
	case a.pool != nil && from.Kind == genealogy.LotKind && w.whole[from.ID]:
		least, _ := a.pool.bounds(a.to.ID, w.together(a.pool))
		if least <= 0 {
			return false
		}
	case a.group != "":
		for _, id := range a.to.candidates[choice{a.group, a.position}] {
			if !w.whole[id] {
				return false
			}
		}
		return true
	case !a.must:
		return false
	}
	if from.Kind != genealogy.LotKind || w.whole[from.ID] || a.kind == memberArc || len(from.content) == 0 {
		return true
	}
	return a.carriesOurs(from.content, w.ours)
}

// carriesOurs says whether so much of a lot made of several things goes over an
// arc that it surely holds some of what ours tells.
func (a *arc) carriesOurs(content map[string]*mix, isOurs func(id int64) bool) bool {
	for _, m := range content {
		if m.parts != nil {
			if m.surely(a.min, a, isOurs) {
				return true
			}
			continue
		}
		var ours quantity.Quantity
		for id, rest := range m.rest {
			if isOurs(id) {
				ours += rest
			}
		}
		if m.sure(a.min, max(a.from.Size, a.min), ours) {
			return true
		}
	}
	return false
}

// ours says whether an object surely is or comes wholly from the starts.
func (w *walk) ours(id int64) bool { return w.whole[id] || w.start[id] && !w.maybe[id] }

// together is what a pool holds of lots that surely come from the starts.
func (w *walk) together(p *pool) (sum quantity.Quantity) {
	for id, rest := range p.rest {
		if w.whole[id] {
			sum += rest
		}
	}
	return sum
}

// arrive notes a label at an object, and says whether the walk goes on from it
// with that: not where it brings nothing new, and not where the object is only
// listed, as the lot of its member.
func (w *walk) arrive(a *arc, to *node, l label, depth int, listed bool) bool {
	r := w.found[to.ID]
	if r == nil {
		r = &reached{node: to, depth: depth, via: a}
		w.found[to.ID] = r
	}
	if listed {
		add(&r.listed, l)
		return false
	}
	return add(&r.labels, l)
}

// backward walks from an object to what went into it. Its classes are upper
// bounds: exact where nothing is pooled.
func backward(start *node) *walk {
	all := label{lo: ever, hi: never}
	w := &walk{found: map[int64]*reached{start.ID: {node: start, labels: []label{all}}}, start: map[int64]bool{start.ID: true}}
	queue := []step{{start, all, 0}}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		for _, a := range next.node.in {
			if a.kind == memberArc && next.depth > 0 {
				continue
			}
			l, ok := crossBack(a, next.label)
			if ok && w.arrive(a, a.from, l, next.depth+1, a.kind == orderLotArc) {
				queue = append(queue, step{a.from, l, next.depth + 1})
			}
		}
	}
	return w
}

// crossBack is the label below an arc: below a lot, all must have been alive at
// the moment when something was taken out of it.
func crossBack(a *arc, l label) (label, bool) {
	next := label{may: l.may || !a.must, removed: l.removed || a.end != never, lo: max(l.lo, a.begin), hi: min(l.hi, a.until())}
	if next.lo >= next.hi {
		return next, false
	}
	if a.from.Kind == genealogy.LotKind {
		next.lo, next.hi = a.begin, a.begin
		if next.hi != never {
			next.hi++
		}
		if a.timeless() {
			next.lo, next.hi = ever, never
		}
	}
	return next, true
}
