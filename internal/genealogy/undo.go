package genealogy

import (
	"maps"
	"slices"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// A fact that is voided keeps its rows, marked with what voided them, so that
// what was known before can be asked for; its effect on objects is taken back.

// undo takes back what a line did.
func undo(set *store.Set, by, line journal.Line) {
	touched := touches(set, line.ID())
	for _, old := range movesBy.All(set, line.ID()) {
		m := *old
		m.Voided = by.ID()
		Movements.Put(set, m)
		undoMovement(set, &m)
	}
	undoEdge(set, by, line.ID())
	undoIssue(set, by, line.ID())
	if old, ok := Receipts.Get(set, line.ID()); ok {
		r := *old
		r.Voided = by.ID()
		Receipts.Put(set, r)
	}
	if old, ok := BreachRows.Get(set, line.ID()); ok {
		b := *old
		b.Voided = by.ID()
		BreachRows.Put(set, b)
	}
	if old, ok := Memberships.Get(set, line.ID()); ok {
		m := *old
		m.Voided = by.ID()
		Memberships.Put(set, m)
		touched[m.ObjectID] = true
		remember(set, m.Order)
	}
	undoKind(set, by, line)
	redraw(set, line)
	for _, id := range slices.Sorted(maps.Keys(touched)) {
		settle(set, by, id)
		relink(set, id)
	}
}

// touches are the objects that a fact speaks of.
func touches(set *store.Set, id int64) map[int64]bool {
	all := map[int64]bool{}
	for _, m := range movesBy.All(set, id) {
		all[m.ObjectID] = true
	}
	edge, ok := Edges.Get(set, id)
	if r, removed := Removals.Get(set, id); removed {
		edge, ok = Edges.Get(set, r.Edge)
	}
	if ok {
		all[edge.FromID], all[edge.ToID] = true, true
	}
	if e, split := Edges.Get(set, id); split {
		all[e.FromID], all[e.ToID] = true, true
	}
	if i, ok := Issues.Get(set, id); ok {
		all[i.ObjectID] = true
	}
	if r, ok := Receipts.Get(set, id); ok {
		all[r.ObjectID] = true
	}
	if row := byNumber(set, id); row != nil {
		all[row.ID] = true
	}
	return all
}

// sizeTerms are what makes a lot larger.
var sizeTerms = map[string]bool{TermReceived: true, TermProduced: true, TermSplitIn: true, TermMergedIn: true, TermUp: true}

func undoMovement(set *store.Set, m *Movement) {
	row := byNumber(set, m.ObjectID)
	if row == nil {
		return
	}
	change := *row
	if m.Term == TermScrapped && m.Order != "" {
		openMore(set, m.Order, m.ObjectID, m.Quantity)
	} else if row.Kind == LotKind {
		change.OnHand -= StockSign(m.Term) * m.Quantity
	}
	if row.Kind == LotKind && sizeTerms[m.Term] {
		change.Size -= m.Quantity
	}
	if row.Kind == UnitKind && (m.Term == TermReceived || m.Term == TermSerialized) {
		if lot := byNumber(set, row.LotID); lot != nil && m.Term == TermReceived {
			less := *lot
			less.Size -= quantity.One
			Objects.Put(set, less)
		}
	}
	if m.Term == TermMoved && change.Location == m.Location {
		change.Location = m.Reason
	}
	Objects.Put(set, change)
}

func undoEdge(set *store.Set, by journal.Line, id int64) {
	if old, ok := Removals.Get(set, id); ok {
		r := *old
		r.Voided = by.ID()
		Removals.Put(set, r)
		if old, ok := Edges.Get(set, r.Edge); ok {
			e := *old
			e.Removed -= r.Quantity
			e.EndedAt = moment.Never
			Edges.Put(set, e)
		}
	}
	old, ok := Edges.Get(set, id)
	if !ok {
		return
	}
	e := *old
	e.Voided = by.ID()
	Edges.Put(set, e)
	if e.Kind == InstallEdge {
		useDeviation(set, e.Deviation, -e.Quantity, e.ID)
		if row := byNumber(set, e.FromID); row != nil && row.Kind == LotKind {
			change := *row
			change.OnHand += e.Quantity - e.FromOrder
			Objects.Put(set, change)
			if e.FromOrder > 0 {
				openMore(set, e.Order, e.FromID, e.FromOrder)
				remember(set, e.Order)
			}
		}
	}
}

func undoIssue(set *store.Set, by journal.Line, id int64) {
	old, ok := Issues.Get(set, id)
	if !ok {
		return
	}
	i := *old
	i.Voided = by.ID()
	Issues.Put(set, i)
	openMore(set, i.Order, i.ObjectID, -i.Quantity)
	if row := byNumber(set, i.ObjectID); row != nil && row.Kind == LotKind {
		change := *row
		change.OnHand += i.Quantity
		Objects.Put(set, change)
	}
	remember(set, i.Order)
}

func undoKind(set *store.Set, by, line journal.Line) {
	switch f := line.What.(type) {
	case *UnitSerialized:
		countUnit(set, f.Order, f.PartNumber, -quantity.One)
		if order.Makes(set, f.Order, f.PartNumber) {
			useDeviation(set, f.Deviation, -quantity.One, line.ID())
		}
	case *LotProduced:
		made := outputOf(set, f.Order)
		made.Produced -= f.Quantity - f.Scrapped
		outputs.Put(set, made)
		useDeviation(set, f.Deviation, -f.Quantity, line.ID())
	case *LotSplit:
		undoSplit(set, line.ID(), f)
	case *Held:
		for _, m := range movesBy.All(set, line.ID()) {
			undoHold(set, m.ObjectID, line.ID())
		}
	case *Removed:
		for id := range touches(set, line.ID()) {
			undoHold(set, id, line.ID())
		}
	case *Unheld:
		for _, m := range movesBy.All(set, line.ID()) {
			if old, ok := Holds.Get(set, holdKey{m.ObjectID, f.Hold}); ok {
				h := *old
				h.ReleasedAt, h.ReleaseReason = 0, ""
				Holds.Put(set, h)
				h.Quantity = -h.Quantity
				liftHold(set, &h)
			}
		}
	case *LotsMerged:
		useDeviation(set, f.Deviation, -f.Quantity, line.ID())
	case *Issued:
		useDeviation(set, f.Deviation, -f.Quantity, line.ID())
	case *Shipped:
		useDeviation(set, f.Deviation, -f.Quantity, line.ID())
	case *UnitCompleted:
		useDeviation(set, f.Deviation, -quantity.One, line.ID())
	case *Reassigned:
		for _, m := range movesBy.All(set, line.ID()) {
			if row := byNumber(set, m.ObjectID); row != nil && row.Order == f.Order {
				change := *row
				change.Order = f.From
				Objects.Put(set, change)
			}
		}
		countUnit(set, f.From, f.PartNumber, quantity.One)
		countUnit(set, f.Order, f.PartNumber, -quantity.One)
		remember(set, f.From)
		remember(set, f.Order)
	case *Reidentified:
		undoName(set, line.ID(), f)
	case *DeviationGranted:
		if d, ok := Deviations.Get(set, f.Deviation); ok && d.Fact == line.ID() {
			Deviations.Delete(set, f.Deviation)
		}
	}
}

// undoHold takes away the hold that a fact laid on an object.
func undoHold(set *store.Set, object, fact int64) {
	for _, old := range holdsOn.All(set, object) {
		if old.Fact != fact {
			continue
		}
		h := *old
		Holds.Delete(set, holdKey{h.ObjectID, h.Hold})
		if h.ReleasedAt == 0 {
			liftHold(set, &h)
		}
	}
}

func undoSplit(set *store.Set, id int64, f *LotSplit) {
	e, ok := Edges.Get(set, id)
	if !ok {
		return
	}
	for _, serial := range f.Serials {
		unit, ok := Objects.Get(set, ObjectKey{f.PartNumber, UnitKind, serial})
		if ok && unit.LotID == e.ToID {
			change := *unit
			change.LotID = e.FromID
			Objects.Put(set, change)
		}
	}
}

func undoName(set *store.Set, id int64, f *Reidentified) {
	for _, m := range movesBy.All(set, id) {
		row := byNumber(set, m.ObjectID)
		if row == nil {
			continue
		}
		if f.NewSerial == "" {
			identifiers.Delete(set, identifierKey{f.Identifier, f.Name, row.ID})
			continue
		}
		identifiers.Delete(set, identifierKey{f.Serial, oldName, row.ID})
		if row.Name == f.NewSerial {
			rename(set, *row, f.Serial)
		}
	}
}

// settle works out anew what is true of an object after something was undone.
func settle(set *store.Set, by journal.Line, id int64) {
	row := byNumber(set, id)
	if row == nil {
		return
	}
	change := *row
	if !made(set, row) {
		change.Voided = by.ID()
	}
	if row.Kind == LotKind && row.Origin != OriginMade && change.Voided == 0 {
		change.At, change.Origin = cameIn(set, row), originOf(set, row)
	}
	if row.Kind == UnitKind {
		s, _ := live(set, row)
		change.ParentEdge, change.Shipped, change.ScrappedAt = s.parent, s.shipped, s.scrapped
		change.CompletedAt = completedAt(set, row)
	}
	Objects.Put(set, change)
}

// originOf is where a lot came from, after something was undone.
func originOf(set *store.Set, row *Row) string {
	if row.Origin == OriginUnknown {
		return row.Origin
	}
	for _, r := range receiptsOf.All(set, row.ID) {
		if r.Voided == 0 {
			return OriginReceived
		}
	}
	origin := row.Origin
	for _, e := range edgesTo.All(set, row.ID) {
		switch {
		case e.Voided != 0:
		case e.Kind == SplitEdge:
			return OriginSplit
		case e.Kind == MergeEdge:
			origin = OriginMerged
		}
	}
	return origin
}

// cameIn is when the first that is left of a lot came in.
func cameIn(set *store.Set, row *Row) moment.Time {
	first := moment.Never
	for _, m := range movesOf.All(set, row.ID) {
		if m.Voided == 0 && sizeTerms[m.Term] && m.Term != TermUp {
			first = min(first, m.At)
		}
	}
	for _, r := range receiptsOf.All(set, row.ID) {
		if r.Voided == 0 {
			first = min(first, r.At)
		}
	}
	if first == moment.Never {
		return row.At
	}
	return first
}

// made says whether anything that still holds made the object.
func made(set *store.Set, row *Row) bool {
	for _, m := range movesOf.All(set, row.ID) {
		if m.Voided == 0 && (sizeTerms[m.Term] && m.Term != TermUp || m.Term == TermSerialized && row.Kind == UnitKind || m.Term == TermAssumed) {
			return true
		}
	}
	for _, r := range receiptsOf.All(set, row.ID) {
		if r.Voided == 0 {
			return true
		}
	}
	for _, e := range edgesTo.All(set, row.ID) {
		if e.Voided == 0 && e.Kind == SplitEdge {
			return true
		}
	}
	o, err := order.Find(set, row.Order) // which makes its own lot when it is released
	return err == nil && row.Kind == LotKind && row.Origin == OriginMade && o.ReleasedAt != 0 && o.Lot == row.Name
}

func completedAt(set *store.Set, row *Row) moment.Time {
	if row.Origin != OriginMade {
		return 0
	}
	var at moment.Time
	first := int64(0)
	see := func(id int64, when moment.Time) {
		if first == 0 || id < first {
			first, at = id, when
		}
	}
	for _, m := range movesOf.All(set, row.ID) {
		if m.Voided == 0 && (m.Term == TermCompleted || m.Term == TermShipped) {
			see(m.ID, m.At)
		}
	}
	for _, e := range edgesFrom.All(set, row.ID) {
		if e.Voided == 0 && e.Kind == InstallEdge {
			see(e.ID, e.At)
		}
	}
	if o, err := order.Find(set, row.Order); err == nil && first == 0 && o.ClosedAt != 0 {
		return o.ClosedAt
	}
	return at
}
