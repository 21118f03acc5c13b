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
		for _, m := range membersIn.All(set, f.Order) {
			if m.Kind == ReworkMember && m.Until == moment.Never && m.Voided == 0 { // given back as they are
				done := *m
				done.Until = line.At
				Memberships.Put(set, done)
			}
		}
		freeOrder(set, f.Order)
	case *order.OrderCancelled:
		freeOrder(set, f.Order)
	case *UnitSerialized:
		projectSerialized(set, line, f)
	case *UnitCompleted:
		projectCompleted(set, line, f)
	case *LotProduced:
		projectProduced(set, line, f)
	case *LotSplit:
		projectSplit(set, line, f)
	case *Issued:
		useDeviation(set, f.Deviation, f.Quantity, line.ID())
		if f.Component.Kind() == UnitKind {
			projectRework(set, line, f)
			return
		}
		projectIssue(set, line, f.Order, f.Component, f.Line, f.Quantity, f.Operator, f.Deviation)
	case *Returned:
		projectIssue(set, line, f.Order, f.Component, f.Line, -f.Quantity, f.Operator, "")
	case *Installed:
		projectInstalled(set, line, f)
	case *Removed:
		projectRemoved(set, line, f)
	case *Scrapped:
		projectScrapped(set, line, f)
	case *Held:
		projectHeld(set, line, f)
	case *Unheld:
		projectUnheld(set, line, f)
	case *Shipped:
		projectShipped(set, line, f)
	default:
		projectMore(set, line)
	}
}

func projectMore(set *store.Set, line journal.Line) {
	switch f := line.What.(type) {
	case *LotsMerged:
		projectMerged(set, line, f)
	case *Moved:
		projectMoved(set, line, f)
	case *Adjusted:
		projectAdjusted(set, line, f)
	case *SentBack:
		projectSentBack(set, line, f)
	case *Fielded:
		projectFielded(set, line, f)
	case *Reassigned:
		projectReassigned(set, line, f)
	case *Reidentified:
		projectReidentified(set, line, f)
	case *Assumed:
		projectAssumed(set, line, f)
	case *Breached:
		projectBreached(set, line, f)
	case *NumbersTaken:
		sequences.Put(set, sequence(*f))
	case *Allocated:
		if row, ok := Objects.Get(set, ObjectKey{f.Component, LotKind, f.Lot}); ok {
			keep(set, row.ID, f.Order, f.Quantity)
		}
	case *DeviationGranted:
		if row, err := f.row(set, line.At); err == nil {
			row.Fact = line.ID()
			Deviations.Put(set, row)
		}
	}
}

// revived is an object that something makes that was made before: as it was,
// were it not that the record of it was voided.
func revived(row Row, line journal.Line, origin string) Row {
	if row.Voided != 0 {
		row.Voided, row.At, row.Origin = 0, line.At, origin
	}
	row.At = min(row.At, line.At)
	return row
}

func projectCompleted(set *store.Set, line journal.Line, f *UnitCompleted) {
	row, ok := Objects.Get(set, (Object{PartNumber: f.PartNumber, Serial: f.Serial}).key())
	if !ok {
		return
	}
	useDeviation(set, f.Deviation, quantity.One, line.ID())
	name := row.Order
	if m := reworking(set, row.ID); m != nil && (f.Order == m.Order || f.Order == "") {
		done := *m
		done.Until = line.At
		Memberships.Put(set, done)
		name = m.Order
	}
	complete(set, *row, line.At)
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermCompleted, Order: name, Quantity: quantity.One})
}

// projectRework takes a finished unit into a rework order: it stays the same
// unit.
func projectRework(set *store.Set, line journal.Line, f *Issued) {
	row, ok := Objects.Get(set, f.Component.key())
	if !ok {
		return
	}
	Memberships.New(set, Membership{ID: line.ID(), ObjectID: row.ID, Order: f.Order, Kind: ReworkMember, At: line.At, Until: moment.Never})
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermReworking, Quantity: quantity.One, Order: f.Order})
	remember(set, f.Order)
}

// reworking is the rework order that a unit passes now; nil for none.
func reworking(set *store.Set, id int64) *Membership {
	for _, m := range memberships.All(set, id) {
		if m.Kind == ReworkMember && m.Until == moment.Never && m.Voided == 0 {
			return m
		}
	}
	return nil
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
		row = revived(*old, line, OriginReceived)
		if row.Origin == OriginMerged || row.Origin == OriginSplit {
			row.Origin = OriginReceived // whichever was recorded first
		}
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
	row = again(set, row)
	Objects.Put(set, row)
	Receipts.New(set, receipt(line, row.ID, quantity.One, &f.Purchase))
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermReceived, Quantity: quantity.One, Location: f.Location, Reason: f.Receipt})
	identify(set, row.ID, map[string]string{"supplier_lot": f.SupplierLot, "maker_serial": f.ManufacturerSerial, "certificate": f.Certificate})
	relink(set, row.LotID)
}

// again is a new object under the number that it had, if the record of it was
// voided before.
func again(set *store.Set, row Row) Row {
	if old, ok := Objects.Get(set, ObjectKey{row.PartNumber, row.Kind, row.Name}); ok {
		row.ID = old.ID
	}
	return row
}

// projectReleased makes the order's lot, when what it makes is followed.
func projectReleased(set *store.Set, line journal.Line, f *order.OrderReleased) {
	h := &f.Header
	key := ObjectKey{h.PartNumber, LotKind, h.Lot}
	if _, ok := Get(set, key); ok || f.Tracking == catalog.None {
		return
	}
	Objects.Put(set, again(set, Row{PartNumber: h.PartNumber, Kind: LotKind, Name: h.Lot, ID: line.ID(), Revision: h.Revision, Order: f.Order, At: line.At, Origin: OriginMade, LastMoved: line.At}))
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
	row = again(set, row)
	Objects.Put(set, row)
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermSerialized, Quantity: quantity.One, Order: f.Order})
	identify(set, row.ID, map[string]string{"uii": f.UII})
	relink(set, row.LotID)
	remember(set, f.Order)
	countUnit(set, f.Order, f.PartNumber, quantity.One)
	if order.Makes(set, f.Order, f.PartNumber) {
		useDeviation(set, f.Deviation, quantity.One, line.ID())
	}
}

func projectProduced(set *store.Set, line journal.Line, f *LotProduced) {
	row := Row{PartNumber: f.PartNumber, Kind: LotKind, Name: f.Lot, ID: line.ID(), Revision: f.Revision, Order: f.Order, At: line.At, Origin: OriginMade}
	old, ok := Objects.Get(set, f.key())
	if ok {
		row = revived(*old, line, OriginMade)
	}
	row.OnHand += f.Quantity
	row.Size += f.Quantity
	row.LastMoved = max(row.LastMoved, line.At)
	Objects.Put(set, row)
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermProduced, Quantity: f.Quantity, Order: f.Order})
	made := outputOf(set, f.Order)
	made.Produced += f.Quantity - f.Scrapped
	outputs.Put(set, made)
	useDeviation(set, f.Deviation, f.Quantity, line.ID())
	remember(set, f.Order)
}

func projectSplit(set *store.Set, line journal.Line, f *LotSplit) {
	old, ok := Objects.Get(set, ObjectKey{f.PartNumber, LotKind, f.Lot})
	if !ok {
		return
	}
	from := *old
	moved := f.Quantity
	row := again(set, splitLot(&from, f.NewLot, line, f.Quantity))
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
	relink(set, from.ID)
}

// splitLot is the lot that a split makes: it inherits what is true of all of
// its lot.
func splitLot(from *Row, name string, line journal.Line, q quantity.Quantity) Row {
	return Row{PartNumber: from.PartNumber, Kind: LotKind, Name: name, ID: line.ID(), Revision: from.Revision, Order: from.Order, At: line.At,
		OnHand: q, Size: q, LastMoved: line.At, Location: from.Location, ExpiresOn: from.ExpiresOn, Origin: OriginSplit}
}
