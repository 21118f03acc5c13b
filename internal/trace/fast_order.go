package trace

import (
	"cmp"
	"maps"
	"slices"

	"lotline/internal/genealogy"
)

// givenOrder is what an order hands on of what was issued to it.
type givenOrder struct {
	arcs    map[int64][]placedArc     // by what was issued
	content map[int64]map[string]*mix // of the lots that it made
}

// placedArc is an arc of an order, with the place of what it leads to.
type placedArc struct {
	arc
	place uint32
}

// given is an order as the question knows it.
func (f *fast) given(name string) (*givenOrder, error) {
	if o := f.orders[name]; o != nil {
		return o, nil
	}
	l := &loader{tx: f.tx, company: f.company, q: f.q, net: newNet(), forward: true, edges: map[int64]*genealogy.Edge{}, start: map[int64]bool{}}
	if err := l.order(name); err != nil {
		return nil, err
	}
	part := l.net.orders[name]
	for i := range part.issues {
		id := part.issues[i].ObjectID
		if l.net.nodes[id] == nil {
			l.net.nodes[id] = &node{Row: genealogy.Row{ID: id}}
		}
	}
	l.sortEdges()
	l.linkOrder(part)
	o := &givenOrder{arcs: map[int64][]placedArc{}, content: map[int64]map[string]*mix{}}
	for _, a := range l.net.arcs {
		if place, ok := f.view.Find(a.to.ID); ok {
			x := placedArc{*a, place}
			x.from, x.to = nil, nil
			o.arcs[a.from.ID] = append(o.arcs[a.from.ID], x)
		}
	}
	for _, lot := range part.lots {
		o.content[lot.ID] = lot.content
	}
	f.orders[name] = o
	return o, nil
}

// sortEdges lists the loaded edges by number, by what they go into and by the
// order they drew on.
func (l *loader) sortEdges() {
	l.into, l.under = map[int64][]*genealogy.Edge{}, map[string][]*genealogy.Edge{}
	l.sorted = slices.SortedFunc(maps.Values(l.edges), func(a, b *genealogy.Edge) int { return cmp.Compare(a.ID, b.ID) })
	for _, e := range l.sorted {
		l.into[e.ToID] = append(l.into[e.ToID], e)
		if e.FromOrder != 0 {
			l.under[e.Order] = append(l.under[e.Order], e)
		}
	}
}
