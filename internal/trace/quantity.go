package trace

import (
	"maps"
	"math/big"
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/quantity"
)

// quantities works out how much of the starts is in each object that a forward
// walk reached alive: edge by edge in topological order, through a lot in
// proportion to what it was made of.
func (w *walk) quantities() {
	var ready, waiting []*reached
	for _, r := range w.found {
		if r.best().removed {
			w.edgeOnly(r)
			continue
		}
		for _, a := range r.node.in {
			if w.carries(a) {
				a.carriedBy = w
				r.waits++
			}
		}
		if r.waits == 0 {
			ready = append(ready, r)
		} else {
			waiting = append(waiting, r)
		}
	}
	for {
		w.passOn(ready)
		// A loop: broken at its first object in the order of answers.
		waiting = slices.DeleteFunc(waiting, func(r *reached) bool { return r.done || r.waits <= 0 })
		if len(waiting) == 0 {
			return
		}
		first := slices.MinFunc(waiting, func(a, b *reached) int { return a.node.compare(b.node) })
		ready = append(ready[:0], first)
	}
}

// passOn passes on what objects have, and then what those have that waited for
// nothing else.
func (w *walk) passOn(ready []*reached) {
	for len(ready) > 0 {
		r := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		if r.done {
			continue
		}
		r.done = true
		for _, a := range r.node.out {
			if a.carriedBy != w {
				continue
			}
			w.pass(r, a)
			to := w.found[a.to.ID]
			if to.waits--; to.waits == 0 {
				ready = append(ready, to)
			}
		}
	}
}

// carries says whether an arc is part of the alive way from the starts.
func (w *walk) carries(a *arc) bool {
	from, to := w.found[a.from.ID], w.found[a.to.ID]
	if from == nil || to == nil || a.end != never || w.start[a.to.ID] || from.best().removed || to.best().removed {
		return false
	}
	if a.kind == orderLotArc && !w.start[a.from.ID] || a.kind == memberArc && w.start[a.to.ID] {
		return false
	}
	for _, l := range from.labels {
		if !l.removed {
			if _, ok := w.cross(a, l, from.depth); ok {
				return true
			}
		}
	}
	return false
}

// passes says whether any way from the starts goes over an arc.
func (w *walk) passes(a *arc) bool {
	from := w.found[a.from.ID]
	if from == nil {
		return false
	}
	for _, l := range from.labels {
		if _, ok := w.cross(a, l, from.depth); ok {
			return true
		}
	}
	return false
}

// edgeOnly gives an object that had been reached the quantity of its last edges.
func (w *walk) edgeOnly(r *reached) {
	for _, a := range r.node.in {
		if a.kind != memberArc && a.kind != orderLotArc && w.passes(a) {
			r.max += a.max
			r.min += a.min
		}
	}
}

// pass adds what an arc carries of the starts.
func (w *walk) pass(r *reached, a *arc) {
	to := w.found[a.to.ID]
	least, most := w.least(a), a.max
	switch {
	case w.start[a.from.ID] && r.best().may:
		least = 0
	case w.start[a.from.ID]:
	case a.kind == memberArc:
		least, most = r.min-r.pooledMin, r.max-r.pooledMax
	case a.from.Kind == genealogy.UnitKind:
		least, most = r.min, r.max
	default:
		size := max(a.from.Size, most)
		least, most = share(r.min-r.listedMin, least, size, false), min(share(r.max-r.listedMax, most, size, true), r.max-r.listedMax)
	}
	to.min += least
	to.max += most
	if a.kind == memberArc {
		to.listedMin += least
		to.listedMax += most
	}
	if a.pool != nil {
		to.pooledMin += least
		to.pooledMax += most
	}
}

// least is how much of its component an arc surely carries. What several lots of
// a pool, or several candidates, surely have only together is told of the first.
func (w *walk) least(a *arc) quantity.Quantity {
	switch {
	case !w.sure(a):
		return 0
	case a.group != "":
		var first *arc
		least := a.max
		for _, other := range a.to.in {
			if other.group == a.group && other.position == a.position {
				least = min(least, other.max)
				if first == nil {
					first = other
				}
			}
		}
		if first != a {
			return 0
		}
		return least
	case a.pool != nil && w.whole[a.from.ID]:
		return a.pool.own(a.from.ID, w.portion(a))
	}
	return a.min
}

// portion is a lot's part of what all lots of its pool that come from the
// starts surely have together: what it has alone, and of the rest as much as
// those before it leave.
func (w *walk) portion(a *arc) quantity.Quantity {
	p, to := a.pool, a.to.ID
	left, _ := p.bounds(to, w.together(p))
	for lot, rest := range p.rest {
		if w.whole[lot] {
			alone, _ := p.bounds(to, rest)
			left -= alone
		}
	}
	for _, lot := range slices.Sorted(maps.Keys(p.rest)) {
		if !w.whole[lot] {
			continue
		}
		alone, most := p.bounds(to, p.rest[lot])
		more := max(0, min(left, most-alone))
		if lot == a.from.ID {
			return alone + more
		}
		left -= more
	}
	return 0
}

// share is q × d / size, rounded at the lot.
func share(q, d, size quantity.Quantity, up bool) quantity.Quantity {
	if size == 0 {
		return 0
	}
	r := new(big.Rat).Mul(q.Rat(), big.NewRat(int64(d), int64(size)))
	s, err := quantity.FromRat(r, up)
	if err != nil {
		return q
	}
	return s
}

// exact gives a backward walk the classes and quantities of the forward walks
// from each object it found: A is in B's backward trace just as B is in A's
// forward trace.
func (w *walk) exact(start *node, arcs []*arc) {
	simple := !slices.ContainsFunc(arcs, func(a *arc) bool {
		return a.pool != nil || a.group != "" || !a.must || a.into != "" || a.kind == genealogy.SplitEdge
	})
	simple = simple && start.Kind == genealogy.UnitKind
	among := maps.Clone(w.found)
	for id, r := range among {
		if id == start.ID || simple && w.plain(start, r) {
			continue
		}
		f := forward([]*node{r.node}, among)
		to := f.found[start.ID]
		if to == nil {
			delete(w.found, id)
			continue
		}
		if !simple || r.best().removed {
			r.labels, r.listed = []label{to.best()}, nil
		}
		f.quantities()
		r.min, r.max = to.min, to.max
	}
}

// plain gives an object its quantity in a unit where nothing is pooled, split
// or mixed: what went straight into units that are in it now. It answers false
// where a walk must tell.
func (w *walk) plain(start *node, r *reached) bool {
	if r.best().removed {
		return false
	}
	var sum quantity.Quantity
	for _, a := range r.node.out {
		to := w.found[a.to.ID]
		switch {
		case a.kind == orderLotArc:
			return false
		case a.kind == memberArc || a.end != never || to == nil || a.to != start && to.best().removed:
		default:
			sum += a.max
		}
	}
	r.min, r.max = sum, sum
	return true
}
