package genealogy

import (
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// project says what each fact does to the tables.
func project(set *store.Set, line journal.Line) {
	switch f := line.What.(type) {
	case *Received:
		projectReceived(set, line, f)
	case *UnitReceived:
		projectUnitReceived(set, line, f)
	case *order.OrderReleased:
		projectReleased(set, line, f)
	case *order.OrderClosed:
		for _, row := range byOrder.All(set, f.Order) {
			complete(set, *row, line.At)
		}
	case *UnitSerialized:
		projectSerialized(set, line, f)
	case *UnitCompleted:
		if row, ok := Objects.Get(set, (Object{PartNumber: f.PartNumber, Serial: f.Serial}).key()); ok {
			complete(set, *row, line.At)
			Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermCompleted, Order: row.Order, Quantity: quantity.One})
		}
	case *LotProduced:
		projectProduced(set, line, f)
	case *LotSplit:
		projectSplit(set, line, f)
	case *Issued:
		projectIssue(set, line, f.Order, f.Component, f.Line, f.Quantity, f.Operator)
	case *Returned:
		projectIssue(set, line, f.Order, f.Component, f.Line, -f.Quantity, f.Operator)
	case *Installed:
		projectInstalled(set, line, f)
	case *Removed:
		projectRemoved(set, line, f)
	case *Scrapped:
		projectScrapped(set, line, f)
	case *Held:
		projectHeld(set, line, f.Object, 1, f.Reason, TermHeld)
	case *Unheld:
		projectHeld(set, line, f.Object, -1, f.Reason, TermUnheld)
	case *Shipped:
		projectShipped(set, line, f)
	}
}

func complete(set *store.Set, row Row, at moment.Time) {
	if row.Kind == UnitKind && row.CompletedAt == 0 && row.Origin == OriginMade {
		row.CompletedAt = at
		Objects.Put(set, row)
	}
}

func receipt(line journal.Line, object int64, q quantity.Quantity, p *Purchase) Receipt {
	return Receipt{
		ID: line.ID(), Receipt: p.Receipt, ObjectID: object, At: line.At, Quantity: q, Supplier: p.Supplier, PurchaseOrder: p.PurchaseOrder,
		SupplierLot: p.SupplierLot, Manufacturer: p.Manufacturer, ManufacturerPart: p.ManufacturerPart, ManufacturerLot: p.ManufacturerLot,
		ManufacturerSerial: p.ManufacturerSerial, DateCode: p.DateCode, Heat: p.Heat, Country: p.Country, ManufacturedOn: p.ManufacturedOn,
		ExpiresOn: p.ExpiresOn, Certificate: p.Certificate, Location: p.Location, Properties: catalog.Canonical(p.Properties),
	}
}

// identify lets find find an object by what others call it.
func identify(set *store.Set, object int64, texts map[string]string) {
	for kind, text := range texts {
		if text != "" {
			identifiers.Put(set, identifier{text, kind, object})
		}
	}
}

func projectReceived(set *store.Set, line journal.Line, f *Received) {
	row := Row{PartNumber: f.PartNumber, Kind: LotKind, Name: f.Lot, ID: line.ID(), Revision: f.Revision, At: line.At, Origin: OriginReceived}
	if old, ok := Objects.Get(set, f.key()); ok {
		row = *old
		row.At = min(row.At, line.At)
	}
	row.OnHand += f.Quantity
	row.Size += f.Quantity
	row.LastMoved = max(row.LastMoved, line.At)
	row.Location, row.ExpiresOn = f.Location, f.ExpiresOn
	Objects.Put(set, row)
	Receipts.New(set, receipt(line, row.ID, f.Quantity, &f.Purchase))
	if f.Quantity > 0 {
		Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermReceived, Quantity: f.Quantity, Location: f.Location, Reason: f.Receipt})
	}
	identify(set, row.ID, map[string]string{"supplier_lot": f.SupplierLot, "manufacturer_lot": f.ManufacturerLot, "certificate": f.Certificate})
}

func projectUnitReceived(set *store.Set, line journal.Line, f *UnitReceived) {
	row := Row{PartNumber: f.PartNumber, Kind: UnitKind, Name: f.Serial, ID: line.ID(), Revision: f.Revision, At: line.At, Origin: OriginReceived,
		LastMoved: line.At, Location: f.Location, ExpiresOn: f.ExpiresOn}
	if lot, ok := Objects.Get(set, ObjectKey{f.PartNumber, LotKind, f.Lot}); ok && f.Lot != "" {
		row.LotID = lot.ID
		grown := *lot
		grown.Size += quantity.One
		Objects.Put(set, grown)
	}
	Objects.Put(set, row)
	Receipts.New(set, receipt(line, row.ID, quantity.One, &f.Purchase))
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermReceived, Quantity: quantity.One, Location: f.Location, Reason: f.Receipt})
	identify(set, row.ID, map[string]string{"supplier_lot": f.SupplierLot, "maker_serial": f.ManufacturerSerial, "certificate": f.Certificate})
}

// projectReleased makes the order's lot, when what it makes is followed.
func projectReleased(set *store.Set, line journal.Line, f *order.OrderReleased) {
	h := &f.Header
	key := ObjectKey{h.PartNumber, LotKind, h.Lot}
	if _, ok := Objects.Get(set, key); ok || f.Tracking == catalog.None {
		return
	}
	Objects.Put(set, Row{PartNumber: h.PartNumber, Kind: LotKind, Name: h.Lot, ID: line.ID(), Revision: h.Revision, Order: f.Order, At: line.At, Origin: OriginMade, LastMoved: line.At})
}

func projectSerialized(set *store.Set, line journal.Line, f *UnitSerialized) {
	row := Row{PartNumber: f.PartNumber, Kind: UnitKind, Name: f.Serial, ID: line.ID(), Revision: f.Revision, Order: f.Order, At: line.At, Origin: OriginMade, LastMoved: line.At}
	if lot, ok := Objects.Get(set, ObjectKey{f.PartNumber, LotKind, f.Lot}); ok && f.Lot != "" {
		row.LotID = lot.ID
		if row.Order == "" {
			row.Order = lot.Order
		}
		if row.Revision == "" {
			row.Revision = lot.Revision
		}
		if lot.Origin != OriginMade {
			row.Origin = lot.Origin
		}
		if f.FromStock {
			given := *lot
			given.OnHand -= quantity.One
			given.LastMoved = max(given.LastMoved, line.At)
			Objects.Put(set, given)
			Movements.New(set, Movement{ID: line.ID(), ObjectID: lot.ID, At: line.At, Term: TermSerialized, Quantity: quantity.One, Reason: f.Serial})
		}
	}
	Objects.Put(set, row)
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermSerialized, Quantity: quantity.One, Order: f.Order})
	identify(set, row.ID, map[string]string{"uii": f.UII})
}

func projectProduced(set *store.Set, line journal.Line, f *LotProduced) {
	row := Row{PartNumber: f.PartNumber, Kind: LotKind, Name: f.Lot, ID: line.ID(), Revision: f.Revision, Order: f.Order, At: line.At, Origin: OriginMade}
	old, ok := Objects.Get(set, f.key())
	if ok {
		row = *old
	}
	row.OnHand += f.Quantity
	row.Size += f.Quantity
	row.LastMoved = max(row.LastMoved, line.At)
	Objects.Put(set, row)
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermProduced, Quantity: f.Quantity, Order: f.Order})
}

func projectSplit(set *store.Set, line journal.Line, f *LotSplit) {
	old, ok := Objects.Get(set, ObjectKey{f.PartNumber, LotKind, f.Lot})
	if !ok {
		return
	}
	from := *old
	moved := f.Quantity
	row := splitLot(&from, f.NewLot, line, f.Quantity)
	Objects.Put(set, row)
	for _, serial := range f.Serials {
		if unit, ok := Objects.Get(set, ObjectKey{f.PartNumber, UnitKind, serial}); ok {
			change := *unit
			change.LotID = row.ID
			Objects.Put(set, change)
			moved += quantity.One
		}
	}
	from.OnHand -= f.Quantity
	from.LastMoved = max(from.LastMoved, line.At)
	Objects.Put(set, from)
	Edges.New(set, Edge{ID: line.ID(), Kind: SplitEdge, FromID: from.ID, ToID: row.ID, Quantity: moved, Certainty: Must, Line: -1, At: line.At, EndedAt: moment.Never})
	Movements.New(set, Movement{ID: line.ID(), ObjectID: from.ID, At: line.At, Term: TermSplitOut, Quantity: f.Quantity, Reason: f.NewLot})
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermSplitIn, Quantity: f.Quantity, Reason: f.Lot})
}

// splitLot is the lot that a split makes: it inherits what is true of all of
// its lot, holds too.
func splitLot(from *Row, name string, line journal.Line, q quantity.Quantity) Row {
	return Row{PartNumber: from.PartNumber, Kind: LotKind, Name: name, ID: line.ID(), Revision: from.Revision, Order: from.Order, At: line.At,
		OnHand: q, Size: q, LastMoved: line.At, Location: from.Location, ExpiresOn: from.ExpiresOn, Held: from.Held, Origin: OriginSplit}
}

func projectIssue(set *store.Set, line journal.Line, name string, component Object, bomLine int64, q quantity.Quantity, operator string) {
	old, ok := Objects.Get(set, component.key())
	if !ok {
		return
	}
	row := *old
	row.OnHand -= q
	row.LastMoved = max(row.LastMoved, line.At)
	Objects.Put(set, row)
	openMore(set, name, row.ID, q)
	Issues.New(set, IssueRow{ID: line.ID(), Order: name, Line: bomLine, ObjectID: row.ID, Quantity: q, At: line.At, Operator: operator})
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
	Objects.Put(set, row)
	Edges.New(set, edge)
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
		row := splitLot(component, f.NewLot, line, f.Quantity)
		if f.To == ToQuarantine {
			row.Held++
		}
		Objects.Put(set, row)
		Edges.New(set, Edge{ID: line.ID(), Kind: SplitEdge, FromID: component.ID, ToID: row.ID, Quantity: f.Quantity, Certainty: Must, Line: -1, At: line.At, EndedAt: moment.Never})
		Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermSplitIn, Quantity: f.Quantity, Reason: f.Reason})
	}
	Movements.New(set, Movement{ID: line.ID(), ObjectID: component.ID, At: line.At, Term: term, Quantity: f.Quantity, Reason: f.Reason})
}

func projectRemovedUnit(set *store.Set, line journal.Line, f *Removed, row Row) {
	row.ParentEdge = 0
	row.LastMoved = max(row.LastMoved, line.At)
	switch f.To {
	case ToScrap:
		row.ScrappedAt = line.At
		Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermScrapped, Quantity: quantity.One, Reason: f.Reason})
	case ToQuarantine:
		row.Held++
		Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermHeld, Reason: or(f.Reason, "removed to quarantine")})
	}
	Objects.Put(set, row)
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

func projectHeld(set *store.Set, line journal.Line, o Object, by int64, reason, term string) {
	old, ok := Objects.Get(set, o.key())
	if !ok {
		return
	}
	row := *old
	row.Held += by
	Objects.Put(set, row)
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: term, Reason: reason})
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
	Objects.Put(set, row)
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermShipped, Quantity: f.Quantity, Customer: f.Customer,
		System: f.System, Shipment: f.Shipment, Location: f.Destination, Reason: f.SalesOrder})
}
