package trace

import (
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/graph"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

func timeOf(t int64) moment.Time { return moment.Time(t) }

// answer gives each the rows of a table whose column is one of ids, as the
// table would; false for what only the table knows.
func answer[K comparable, T any](r *recalled, t *store.Table[K, T], column string, ids []int64, each func(*T)) bool {
	switch t.Name() + "." + column {
	case "object.id", "object.lot_id", "edge.from_id", "edge.to_id", "removal.edge_id", "issue.object_id", "membership.object_id", "movement.object_id", "breach.object_id":
	default:
		return false
	}
	switch f := any(each).(type) {
	case func(*genealogy.Row):
		r.objects(column, ids, f)
	case func(*genealogy.Edge):
		r.edges(column == "from_id", ids, f)
	case func(*genealogy.Removal):
		for _, id := range ids {
			r.view.Removals(id, func(x graph.Removal) {
				f(&genealogy.Removal{ID: x.ID, Edge: x.Edge, Quantity: quantity.Quantity(x.Quantity), At: timeOf(x.At), Voided: x.Voided})
			})
		}
	case func(*genealogy.IssueRow):
		r.each(ids, func(i uint32) { r.view.IssuesOf(i, func(x graph.Issue) { f(issueRow(x)) }) })
	case func(*genealogy.Membership):
		r.each(ids, func(i uint32) { r.view.MembershipsOf(i, func(x graph.Membership) { f(membership(x)) }) })
	case func(*genealogy.Movement):
		r.each(ids, func(i uint32) { r.view.Movements(i, func(x graph.Movement) { f(movement(x)) }) })
	case func(*genealogy.BreachRow):
		r.each(ids, func(i uint32) {
			r.view.Breaches(i, func(x graph.Breach) {
				f(&genealogy.BreachRow{ID: x.ID, ObjectID: x.Object, At: timeOf(x.At), Voided: x.Voided})
			})
		})
	default:
		return false
	}
	return true
}

// each gives f the places of the objects that are known.
func (r *recalled) each(ids []int64, f func(i uint32)) {
	for _, id := range ids {
		if i, ok := r.view.Find(id); ok {
			f(i)
		}
	}
}

func (r *recalled) objects(column string, ids []int64, f func(*genealogy.Row)) {
	r.each(ids, func(i uint32) {
		if column == "id" {
			f(r.row(i))
			return
		}
		var units []uint32
		r.view.Units(i, func(unit uint32) { units = append(units, unit) })
		slices.Sort(units)
		for _, unit := range slices.Compact(units) {
			f(r.row(unit))
		}
	})
}

func (r *recalled) row(i uint32) *genealogy.Row {
	o := r.view.Object(i)
	return &genealogy.Row{PartNumber: o.Part, Kind: o.Kind, Name: o.Name, ID: o.ID, Revision: o.Revision, LotID: o.Lot, Order: o.Order, At: timeOf(o.At),
		CompletedAt: timeOf(o.CompletedAt), Size: quantity.Quantity(o.Size), Location: o.Location, Origin: o.Origin, Voided: o.Voided}
}

func (r *recalled) edges(forward bool, ids []int64, f func(*genealogy.Edge)) {
	r.each(ids, func(i uint32) {
		id := r.view.ObjectID(i)
		if forward {
			r.view.Out(i, func(to, edge uint32) { f(edgeRow(r.view.Edge(edge, id, r.view.ObjectID(to)))) })
		} else {
			r.view.In(i, func(from, edge uint32) { f(edgeRow(r.view.Edge(edge, r.view.ObjectID(from), id))) })
		}
	})
}

func edgeRow(x graph.Edge) *genealogy.Edge {
	return &genealogy.Edge{ID: x.ID, Kind: x.Kind, FromID: x.From, ToID: x.To, Quantity: quantity.Quantity(x.Quantity), Certainty: x.Certainty,
		Position: x.Position, Group: x.Group, Order: x.Order, Line: x.Line, FromOrder: quantity.Quantity(x.FromOrder), At: timeOf(x.At),
		EndedAt: timeOf(x.EndedAt), Removed: quantity.Quantity(x.Removed), Deviation: x.Deviation, Before: quantity.Quantity(x.Before), Voided: x.Voided}
}

func issueRow(x graph.Issue) *genealogy.IssueRow {
	return &genealogy.IssueRow{ID: x.ID, Order: x.Order, Line: x.Line, ObjectID: x.Object, Quantity: quantity.Quantity(x.Quantity), At: timeOf(x.At),
		Deviation: x.Deviation, Voided: x.Voided}
}

func membership(x graph.Membership) *genealogy.Membership {
	return &genealogy.Membership{ID: x.ID, ObjectID: x.Object, Order: x.Order, Kind: x.Kind, At: timeOf(x.At), Until: timeOf(x.Until), Voided: x.Voided}
}

func movement(x graph.Movement) *genealogy.Movement {
	return &genealogy.Movement{ID: x.ID, ObjectID: x.Object, At: timeOf(x.At), Term: x.Term, Quantity: quantity.Quantity(x.Quantity), Order: x.Order,
		Customer: x.Customer, System: x.System, Shipment: x.Shipment, Location: x.Location, Reason: x.Reason, Voided: x.Voided}
}

// made are the objects that name an order, in the order of the table.
func (r *recalled) made(name string) []genealogy.Row {
	var places []uint32
	r.view.Named(name, func(i uint32) { places = append(places, i) })
	slices.Sort(places)
	all := make([]genealogy.Row, 0, len(places))
	for _, i := range slices.Compact(places) {
		all = append(all, *r.row(i))
	}
	slices.SortFunc(all, func(a, b genealogy.Row) int { return (&node{Row: a}).compare(&node{Row: b}) })
	return all
}

func (r *recalled) issuesTo(name string) (all []genealogy.IssueRow) {
	r.view.IssuesTo(name, func(x graph.Issue) { all = append(all, *issueRow(x)) })
	return all
}

func (r *recalled) membersOf(name string) (all []genealogy.Membership) {
	r.view.MembershipsIn(name, func(x graph.Membership) { all = append(all, *membership(x)) })
	return all
}
