package order

import (
	"encoding/json"

	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// project says what each fact does to the tables.
func project(set *store.Set, line journal.Line) {
	switch f := line.What.(type) {
	case *OrderPlanned:
		orders.Put(set, Order{
			Order: f.Order, PartNumber: f.PartNumber, Revision: f.Revision, Quantity: f.Quantity, Lot: f.Lot, State: Planned, PlannedAt: line.At,
			Customer: f.Customer, Project: f.Project, ParentOrder: f.ParentOrder, Serialize: f.Serialize, Tolerance: f.Tolerance,
			Properties: catalog.Canonical(f.Properties), Changed: line.ID(),
		})
		keepDraft(set, f.Order)
	case *OrderRefreshed:
		change(set, line, f.Order, func(o *Order) { o.Revision = f.Revision })
		keepDraft(set, f.Order)
	case *OrderReleased:
		headers.New(set, headerRow{f.Order, encode(f.Header)})
		drafts.Delete(set, f.Order)
		change(set, line, f.Order, func(o *Order) {
			o.State, o.ReleasedAt, o.Seal, o.Fact, o.Predecessor = Released, line.At, f.Seal, line.ID(), f.Header.Predecessor
		})
		if f.Header.Predecessor != "" { // a sealed successor may also come in with a workbook
			change(set, line, f.Header.Predecessor, func(o *Order) { o.Gone += quantity.Pieces(int64(len(f.Header.Units))) })
		}
	case *OrderListed:
		projectListed(set, f)
	case *OrderClosed:
		change(set, line, f.Order, func(o *Order) { o.State, o.ClosedAt, o.ClosedFact = Closed, line.At, line.ID() })
	case *OrderSucceeded: // told by the header of the successor
	case *OrderCancelled:
		change(set, line, f.Order, func(o *Order) { o.State, o.CancelledAt = Cancelled, line.At })
	case *OrderBlocked:
		change(set, line, f.Order, func(o *Order) { o.BlockedFor, o.BlockedAt = f.Reason, line.At })
	case *OrderUnblocked:
		change(set, line, f.Order, func(o *Order) { o.BlockedFor, o.BlockedAt = "", 0 })
	}
}

func change(set *store.Set, line journal.Line, name string, f func(*Order)) {
	if old, ok := orders.Get(set, name); ok {
		o := *old
		f(&o)
		o.Changed = line.ID()
		orders.Put(set, o)
	}
}

func projectListed(set *store.Set, f *OrderListed) {
	if t := f.Total; t != nil {
		totals.New(set, totalRow{f.Order, t.PartNumber, t.Revision, encode(t)})
		return
	}
	l := f.Line
	byOwner.Fresh(set, ownerKey{f.Order, l.PartNumber})
	lines.New(set, Line{
		Order: f.Order, Line: l.Line, ParentLine: l.ParentLine, OwnerLine: l.OwnerLine, OwnerPart: l.OwnerPart, Position: l.Position,
		Level: l.Level, FindNumber: l.FindNumber, PartNumber: l.PartNumber, Revision: l.Revision, RevisionRule: l.RevisionRule,
		QuantityPer: l.QuantityPer, PerOwner: l.PerOwner, Quantity: l.Quantity, UOM: l.UOM, Tracking: l.Tracking, Source: l.Source,
		Phantom: l.Phantom, Optional: l.Optional, Blown: l.Blown, Body: encode(l),
	})
}

func encode(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts and amounts always encode
	}
	return string(text)
}
