package genealogy

import (
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// What building with lots and units, and sending them away, does to the tables.

func projectIssue(set *store.Set, line journal.Line, name string, component Object, bomLine int64, q quantity.Quantity, operator, deviation string) {
	old, ok := Objects.Get(set, component.key())
	if !ok {
		return
	}
	row := *old
	row.OnHand -= q
	row.LastMoved = max(row.LastMoved, line.At)
	Objects.Put(set, row)
	openMore(set, name, row.ID, q)
	used(set, row.ID, name, q)
	Issues.New(set, IssueRow{ID: line.ID(), Order: name, Line: bomLine, ObjectID: row.ID, Quantity: q, At: line.At, Operator: operator, Deviation: deviation})
	relink(set, row.ID)
	remember(set, name)
}

// openMore changes what an order has left of a lot.
func openMore(set *store.Set, name string, object int64, q quantity.Quantity) {
	left := openIssue{Order: name, ObjectID: object}
	if old, ok := open.Get(set, openKey{name, object}); ok {
		left = *old
	}
	left.Open += q
	open.Put(set, left)
}

func projectInstalled(set *store.Set, line journal.Line, f *Installed) {
	parent, ok1 := Objects.Get(set, f.Parent.key())
	component, ok2 := Objects.Get(set, f.Component.key())
	if !ok1 || !ok2 {
		return
	}
	edge := Edge{ID: line.ID(), Kind: InstallEdge, FromID: component.ID, ToID: parent.ID, Quantity: f.Quantity, Certainty: f.Certainty,
		Position: f.Position, Designator: f.Designator, Group: f.CandidateGroup, Order: f.Order, Line: f.Line, At: line.At, EndedAt: moment.Never,
		SubstituteFor: f.SubstituteFor, Deviation: f.Deviation, Operator: f.Operator, Machine: f.Machine}
	row := *component
	row.LastMoved = max(row.LastMoved, line.At)
	if row.Kind == UnitKind {
		row.ParentEdge = edge.ID
		if row.CompletedAt == 0 && row.Origin == OriginMade {
			row.CompletedAt = line.At
		}
	} else {
		edge.FromOrder = f.FromOrder
		row.OnHand -= f.Quantity - f.FromOrder
		if f.FromOrder > 0 {
			openMore(set, f.Order, row.ID, -f.FromOrder)
		}
	}
	if outermost(set, parent).Shipped != 0 {
		row.Shipped = 0 // it is where its parent is
	}
	Objects.Put(set, row)
	Edges.New(set, edge)
	useDeviation(set, f.Deviation, f.Quantity, line.ID())
	used(set, row.ID, f.Order, f.Quantity-f.FromOrder)
	relink(set, row.ID)
	if f.FromOrder > 0 {
		remember(set, f.Order)
	}
}

func projectRemoved(set *store.Set, line journal.Line, f *Removed) {
	old, ok := Edges.Get(set, f.Edge)
	if !ok {
		return
	}
	edge := *old
	edge.Removed += f.Quantity
	if edge.Removed == edge.Quantity {
		edge.EndedAt = line.At
	}
	Edges.Put(set, edge)
	Removals.New(set, Removal{ID: line.ID(), Edge: edge.ID, Quantity: f.Quantity, At: line.At, To: f.To, Reason: f.Reason, Operator: f.Operator})
	component, ok := Objects.Get(set, f.Component.key())
	if !ok {
		return
	}
	if component.Kind == UnitKind {
		projectRemovedUnit(set, line, f, *component)
		return
	}
	term := TermRemovedBad
	if f.NewLot != "" {
		term = TermRemoved
		row := again(set, splitLot(component, f.NewLot, line, f.Quantity))
		Objects.Put(set, row)
		Edges.New(set, Edge{ID: line.ID(), Kind: SplitEdge, FromID: component.ID, ToID: row.ID, Quantity: f.Quantity, Certainty: Must, Line: -1, At: line.At, EndedAt: moment.Never})
		Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermSplitIn, Quantity: f.Quantity, Reason: f.Reason})
		if f.To == ToQuarantine {
			layHold(set, line, row.ID, &Held{Reason: or(f.Reason, "removed to quarantine"), Source: FromRemoval})
		}
	}
	Movements.New(set, Movement{ID: line.ID(), ObjectID: component.ID, At: line.At, Term: term, Quantity: f.Quantity, Reason: f.Reason})
	relink(set, component.ID)
}

func projectRemovedUnit(set *store.Set, line journal.Line, f *Removed, row Row) {
	if parent, ok := Objects.Get(set, f.Parent.key()); ok {
		row.Shipped = 0
		if top := outermost(set, parent); top.Shipped != 0 { // taken out in the field, it is still at the customer
			row.Shipped = line.ID()
			if m, ok := Movements.Get(set, movementKey{top.Shipped, top.ID}); ok {
				Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermFielded, Quantity: quantity.One, Customer: m.Customer,
					Location: m.Location, Shipment: m.Shipment, Reason: FieldRemoved})
			}
		}
	}
	row.ParentEdge = 0
	row.LastMoved = max(row.LastMoved, line.At)
	if f.To == ToScrap {
		row.ScrappedAt = line.At
		if row.Shipped == 0 {
			Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermScrapped, Quantity: quantity.One, Reason: f.Reason})
		}
	}
	Objects.Put(set, row)
	if f.To == ToQuarantine {
		layHold(set, line, row.ID, &Held{Reason: or(f.Reason, "removed to quarantine"), Source: FromRemoval})
	}
	relink(set, row.ID)
}

func projectScrapped(set *store.Set, line journal.Line, f *Scrapped) {
	old, ok := Objects.Get(set, f.key())
	if !ok {
		return
	}
	row := *old
	row.LastMoved = max(row.LastMoved, line.At)
	switch {
	case row.Kind == UnitKind:
		row.ScrappedAt = line.At
	case f.Order != "":
		openMore(set, f.Order, row.ID, -f.Quantity)
	default:
		row.OnHand -= f.Quantity
	}
	Objects.Put(set, row)
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermScrapped, Quantity: f.Quantity, Order: f.Order, Reason: f.Reason})
}

func projectShipped(set *store.Set, line journal.Line, f *Shipped) {
	old, ok := Objects.Get(set, f.key())
	if !ok {
		return
	}
	row := *old
	row.LastMoved = max(row.LastMoved, line.At)
	if row.Kind == UnitKind {
		row.Shipped = line.ID()
		if row.CompletedAt == 0 && row.Origin == OriginMade {
			row.CompletedAt = line.At
		}
	} else {
		row.OnHand -= f.Quantity
	}
	useDeviation(set, f.Deviation, f.Quantity, line.ID())
	Objects.Put(set, row)
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermShipped, Quantity: f.Quantity, Customer: f.Customer,
		System: f.System, Shipment: f.Shipment, Location: f.Destination, Reason: f.SalesOrder})
}
