package genealogy

import (
	"cmp"
	"slices"

	"lotline/internal/journal"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// redraw works out anew what installations drew on an order, once a line that
// changed what the order had was undone: first on what it was issued, then on
// stock, as if the line had never been recorded.
func redraw(set *store.Set, line journal.Line) {
	name, component := drawn(line)
	row, ok := Objects.Get(set, component.key())
	if name == "" || !ok || row.Kind != LotKind {
		return
	}
	type event struct {
		id   int64
		left quantity.Quantity
		edge *Edge
	}
	var all []event
	for _, i := range issuesOf.All(set, row.ID) {
		if i.Voided == 0 && i.Order == name {
			all = append(all, event{id: i.ID, left: i.Quantity})
		}
	}
	for _, m := range movesOf.All(set, row.ID) {
		if m.Voided == 0 && m.Term == TermScrapped && m.Order == name {
			all = append(all, event{id: m.ID, left: -m.Quantity})
		}
	}
	for _, e := range edgesFrom.All(set, row.ID) {
		if e.Voided == 0 && e.Kind == InstallEdge && e.Order == name {
			all = append(all, event{id: e.ID, edge: e})
		}
	}
	slices.SortFunc(all, func(a, b event) int { return cmp.Compare(a.id, b.id) })
	var left, more quantity.Quantity
	for _, e := range all {
		left += e.left
		if e.edge == nil {
			continue
		}
		draw := max(0, min(left, e.edge.Quantity))
		left -= draw
		if draw != e.edge.FromOrder {
			more += draw - e.edge.FromOrder
			change := *e.edge
			change.FromOrder = draw
			Edges.Put(set, change)
		}
	}
	if more != 0 {
		change := *row
		change.OnHand += more
		Objects.Put(set, change)
		openMore(set, name, row.ID, -more)
	}
}

// drawn is the order and the component of a line that changes what the order
// has of it.
func drawn(line journal.Line) (string, Object) {
	switch f := line.What.(type) {
	case *Issued:
		return f.Order, f.Component
	case *Returned:
		return f.Order, f.Component
	case *Scrapped:
		return f.Order, f.Object
	case *Installed:
		return f.Order, f.Component
	}
	return "", Object{}
}
