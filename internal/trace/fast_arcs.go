package trace

import (
	"cmp"
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/graph"
	"lotline/internal/moment"
	"lotline/internal/quantity"
)

// arcs gives visit the arcs out of an object and where each leads. The arc is
// good until the next; it names no nodes, but knows that it leaves a lot.
func (f *fast) arcs(from uint32, first bool, visit func(a *arc, to uint32) error) error {
	t := f.view.Thing(from)
	source := &node{Row: genealogy.Row{ID: t.ID, Kind: t.Kind, Size: quantity.Quantity(t.Size), Origin: t.Origin, Order: t.Order}}
	a := &arc{}
	var failed error
	f.view.HopsOut(from, func(h *graph.Hop) {
		if failed == nil && f.passable(h) {
			*a = f.arcOf(h)
			a.from = source
			failed = visit(a, h.Other)
		}
	})
	if failed != nil {
		return failed
	}
	if t.Kind == genealogy.LotKind {
		failed = f.units(source, from, t, first, visit)
	} else if t.Member && f.known(t.Lot) {
		lot := f.view.Thing(t.Lot)
		if lot.Kind == genealogy.LotKind && lot.Order != "" {
			failed = visit(&arc{from: source, kind: memberArc, must: true, begin: ever, end: never, min: one, max: one}, t.Lot)
		}
	}
	if failed != nil {
		return failed
	}
	return f.issues(source, from, visit)
}

// arcOf is an edge as an arc, as linkEdges makes it.
func (f *fast) arcOf(h *graph.Hop) arc {
	removed, ended := f.ended(h)
	a := arc{kind: h.Kind, fact: h.ID, must: h.Certainty == genealogy.Must, begin: moment.Time(h.At), end: ended, max: quantity.Quantity(h.Quantity) - removed,
		position: h.Position, group: h.Group, at: moment.Time(h.At)}
	if ended != never {
		a.max = quantity.Quantity(h.Quantity)
	}
	if a.must {
		a.min = a.max
	}
	if h.Kind == genealogy.MergeEdge {
		a.must, a.min, a.into = true, a.max, mergeMix
	}
	return a
}

// ended is what was removed of an edge and when it ended, as far as the
// question sees removals.
func (f *fast) ended(h *graph.Hop) (removed quantity.Quantity, ended moment.Time) {
	if !f.past() || h.Removed == 0 && f.q.KnownAt == 0 {
		return quantity.Quantity(h.Removed), moment.Time(h.Ended)
	}
	ended = never
	f.view.RemovalsOf(h.Edge, func(id, q, at, voided int64) {
		if f.sees(id, moment.Time(at), voided) {
			if removed += quantity.Quantity(q); int64(removed) == h.Quantity {
				ended = moment.Time(at)
			}
		}
	})
	return removed, ended
}

// units are the arcs from a lot to the units that belong to it.
func (f *fast) units(source *node, lot uint32, t graph.Thing, first bool, visit func(a *arc, to uint32) error) error {
	made := source.madeByOrder()
	if made && !first {
		return nil
	}
	var failed error
	last := int64(-1) // a unit may stand here twice
	f.view.Units(lot, func(unit uint32) {
		if failed != nil || int64(unit) == last {
			return
		}
		last = int64(unit)
		id, at, voided := f.view.Recorded(unit)
		if !f.sees(id, moment.Time(at), voided) {
			return
		}
		a := arc{from: source, kind: belongsArc, must: true, begin: moment.Time(max(at, t.At)), end: never, min: one, max: one}
		if made {
			a.kind, a.begin = orderLotArc, ever
		}
		failed = visit(&a, unit)
	})
	return failed
}

// issues are the arcs from an object to what it was issued for.
func (f *fast) issues(source *node, from uint32, visit func(a *arc, to uint32) error) error {
	var orders []string
	f.view.Issued(from, func(order string, id, at, voided int64) {
		if f.sees(id, moment.Time(at), voided) && !slices.Contains(orders, order) {
			orders = append(orders, order)
		}
	})
	for _, name := range orders {
		o, err := f.given(name)
		if err != nil {
			return err
		}
		for i := range o.arcs[source.ID] {
			x := &o.arcs[source.ID][i]
			a := x.arc
			a.from = source
			if err := visit(&a, x.place); err != nil {
				return err
			}
		}
	}
	return nil
}

// sureOf is walk.sure for an arc between two places.
func (f *fast) sureOf(a *arc, from, to uint32) (bool, error) {
	lot := a.from.Kind == genealogy.LotKind
	switch {
	case a.pool != nil && lot && f.whole[from]:
		if least, _ := a.pool.bounds(f.view.ObjectID(to), f.together(a.pool)); least <= 0 {
			return false, nil
		}
	case a.group != "":
		return f.allCandidates(a, to), nil
	case !a.must:
		return false, nil
	}
	if !lot || f.whole[from] || a.kind == memberArc {
		return true, nil
	}
	content, err := f.content(from)
	if err != nil || len(content) == 0 {
		return err == nil, err
	}
	return a.carriesOurs(content, f.ours), nil
}

// allCandidates says whether all that may be at a position come from the starts.
func (f *fast) allCandidates(a *arc, to uint32) bool {
	all := true
	f.view.HopsIn(to, func(h *graph.Hop) {
		if h.Group == a.group && h.Position == a.position && !f.whole[h.Other] && f.sees(h.ID, moment.Time(h.At), h.Voided) {
			all = false
		}
	})
	return all
}

// together is what a pool holds of lots that surely come from the starts.
func (f *fast) together(p *pool) (sum quantity.Quantity) {
	for id, rest := range p.rest {
		if f.isWhole(id) {
			sum += rest
		}
	}
	return sum
}

// content is of what a lot is made.
func (f *fast) content(lot uint32) (map[string]*mix, error) {
	if known, ok := f.made[lot]; ok {
		return known, nil
	}
	t := f.view.Thing(lot)
	holder := &node{Row: genealogy.Row{ID: t.ID, Kind: t.Kind}}
	if t.Kind == genealogy.LotKind && t.Origin == genealogy.OriginMade && t.Order != "" {
		o, err := f.given(t.Order)
		if err != nil {
			return nil, err
		}
		for name, m := range o.content[t.ID] {
			into := mixOf(holder, name)
			into.rest, into.sum, into.per = m.rest, m.sum, m.per
		}
	}
	var edges []genealogy.Edge
	f.view.HopsIn(lot, func(h *graph.Hop) {
		if !f.sees(h.ID, moment.Time(h.At), h.Voided) {
			return
		}
		removed, ended := f.ended(h)
		edges = append(edges, genealogy.Edge{ID: h.ID, Kind: h.Kind, FromID: f.view.ObjectID(h.Other), Quantity: quantity.Quantity(h.Quantity), Removed: removed,
			EndedAt: ended, Certainty: h.Certainty, Position: h.Position, At: moment.Time(h.At), Before: quantity.Quantity(h.Before)})
	})
	slices.SortFunc(edges, func(a, b genealogy.Edge) int { return cmp.Compare(a.ID, b.ID) })
	for i := range edges {
		holder.takeIn(&edges[i])
	}
	f.made[lot] = holder.content
	return holder.content, nil
}
