package trace

import (
	"maps"
	"slices"

	"lotline/internal/genealogy"
)

// linkEdges makes arcs of the loaded edges.
func (l *loader) linkEdges() {
	for _, e := range l.sorted {
		from, to := l.net.nodes[e.FromID], l.net.nodes[e.ToID]
		if to == nil {
			continue // loaded for a pool's sake only
		}
		a := &arc{from: from, to: to, kind: e.Kind, fact: e.ID, must: e.Certainty == genealogy.Must, begin: e.At, end: e.EndedAt,
			max: e.Quantity - e.Removed, position: e.Position, group: e.Group, at: e.At, deviation: e.Deviation}
		if e.EndedAt != never {
			a.max = e.Quantity
		}
		if a.must {
			a.min = a.max
		}
		if e.Kind == genealogy.MergeEdge {
			a.must, a.min, a.into = true, a.max, mergeMix // the lot surely got it; what is drawn from it is another matter
		}
		if to.Kind == genealogy.LotKind && e.Kind == genealogy.InstallEdge {
			a.into = "install " + e.Position
		}
		to.takeIn(e)
		if e.Group != "" {
			if to.candidates == nil {
				to.candidates = map[choice][]int64{}
			}
			to.candidates[choice{e.Group, e.Position}] = append(to.candidates[choice{e.Group, e.Position}], e.FromID)
		}
		if from != nil {
			l.net.link(a)
		}
	}
}

// takeIn says of an edge what it adds to the object that it goes into.
func (n *node) takeIn(e *genealogy.Edge) {
	switch {
	case e.Kind == genealogy.MergeEdge:
		m := mixOf(n, mergeMix)
		if len(m.parts) == 0 {
			m.own = e.Before
		}
		m.parts = append(m.parts, merged{e.FromID, e.Quantity, e.At, e.Certainty == genealogy.Must})
	case e.Kind == genealogy.InstallEdge && n.Kind == genealogy.LotKind && e.EndedAt != never:
		mixOf(n, "install "+e.Position).add(e.FromID, e.Quantity)
	case e.Kind == genealogy.InstallEdge && n.Kind == genealogy.LotKind:
		mixOf(n, "install "+e.Position).add(e.FromID, e.Quantity-e.Removed)
	}
}

// mergeMix is the mix of what was merged into a lot.
const mergeMix = "merge"

func mixOf(n *node, name string) *mix {
	if n.content == nil {
		n.content = map[string]*mix{}
	}
	m := n.content[name]
	if m == nil {
		m = &mix{rest: map[int64]quantityOf{}}
		n.content[name] = m
	}
	return m
}

func (l *loader) linkBelonging() {
	for _, id := range slices.Sorted(maps.Keys(l.net.nodes)) {
		unit := l.net.nodes[id]
		lot := l.net.nodes[unit.LotID]
		if unit.Kind != genealogy.UnitKind || lot == nil {
			continue
		}
		if !lot.madeByOrder() {
			l.net.link(&arc{from: lot, to: unit, kind: belongsArc, fact: unit.ID, must: true,
				begin: max(unit.At, lot.At), end: never, min: one, max: one, at: unit.At}) // split off, it belongs to the new lot from then on
			continue
		}
		l.net.link(&arc{from: lot, to: unit, kind: orderLotArc, fact: unit.ID, must: true, begin: ever, end: never, min: one, max: one, at: unit.At})
		l.net.link(&arc{from: unit, to: lot, kind: memberArc, fact: unit.ID, must: true, begin: ever, end: never, min: one, max: one, at: unit.At})
	}
}
