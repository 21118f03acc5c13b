package genealogy

import (
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Return takes back from a customer what was shipped, or gives back to a
// supplier what was received. A held object may be returned.
type Return struct {
	SentBack
	At moment.Time `json:"at,omitempty"`
}

// SentBack says that something came back from a customer, or went back to a
// supplier.
type SentBack struct {
	Object
	Quantity quantity.Quantity `json:"quantity"`
	Customer string            `json:"from,omitempty"`
	Supplier string            `json:"to,omitempty"`
	Location string            `json:"location,omitempty"`
	Reason   string            `json:"reason,omitempty"`
}

// Kind names the fact.
func (SentBack) Kind() string { return "object.returned/1" }

// SetAt fills in when, if it was left open.
func (c *Return) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide returns.
func (c *Return) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.SentBack
	f.Object = f.alone()
	if err := whole(f.Object, &f.Quantity); err != nil {
		return nil, err
	}
	if (f.Customer == "") == (f.Supplier == "") {
		return nil, refuse.New(refuse.Invalid, "Say from which customer %s came back, or to which supplier it went.", f.Object).At("from")
	}
	if _, err := catalog.FindPartner(set, f.Customer+f.Supplier); err != nil {
		return nil, field(map[bool]string{true: "to", false: "from"}[f.Customer == ""], err)
	}
	row, err := Find(set, f.Object)
	if err != nil {
		return nil, err
	}
	if f.Supplier != "" {
		if row.Kind == UnitKind {
			return one(c.At, &f), field("serial", free(set, row, c.At))
		}
		return one(c.At, &f), enough(set, row, f.Quantity, c.At, anyway)
	}
	return one(c.At, &f), field("from", c.shippedTo(set, row, &f))
}

// shippedTo refuses what the customer does not have.
func (c *Return) shippedTo(set *store.Set, row *Row, f *SentBack) error {
	if row.Kind == UnitKind {
		if row.ParentEdge != 0 {
			return free(set, row, c.At)
		}
		customer, at := shippedTo(set, row)
		switch {
		case customer == "":
			return refuse.New(refuse.Conflict, "%s was not shipped.", f.Object)
		case customer != f.Customer:
			return refuse.New(refuse.Conflict, "%s was shipped to %s, not to %s.", f.Object, customer, f.Customer)
		case c.At < at:
			return refuse.New(refuse.Conflict, "%s was shipped on %s, after %s.", f.Object, at, c.At).At("at")
		}
		return nil
	}
	var has quantity.Quantity
	for _, m := range movesOf.All(set, row.ID) {
		if m.Voided == 0 && m.Customer == f.Customer && m.At <= c.At {
			switch m.Term {
			case TermShipped:
				has += m.Quantity
			case TermReturned:
				has -= m.Quantity
			}
		}
	}
	if has < f.Quantity {
		return refuse.New(refuse.Conflict, "%s has %s of %s, %s cannot come back.", f.Customer, has, f.Object, f.Quantity).At("quantity")
	}
	return nil
}

// shippedTo is the customer that has a unit now, and since when; empty for none.
func shippedTo(set *store.Set, row *Row) (string, moment.Time) {
	if row.Shipped == 0 {
		return "", 0
	}
	if m, ok := Movements.Get(set, movementKey{row.Shipped, row.ID}); ok {
		return m.Customer, m.At
	}
	return "", 0
}

// customerAt is the customer that had a unit at a time, with all that the unit
// was in then; empty for none. What is recorded late, of the time before a
// shipment, happened in the plant.
func customerAt(set *store.Set, row *Row, at moment.Time) string {
	for now := row; at >= now.LastMoved; {
		next := above(set, now)
		if next == nil {
			customer, _ := shippedTo(set, now)
			return customer
		}
		now = next
	}
	for next := row; next != nil; next = aboveAt(set, row, at) {
		row = next
	}
	customer, last := "", moment.Time(0)
	for _, m := range movesOf.All(set, row.ID) {
		if m.Voided != 0 || m.At > at || m.At < last {
			continue
		}
		switch m.Term {
		case TermShipped, TermFielded, TermToSupplier:
			customer, last = m.Customer, m.At
		case TermReturned:
			customer, last = "", m.At
		}
	}
	return customer
}

// aboveAt is what a unit was in at a time; nil for nothing.
func aboveAt(set *store.Set, row *Row, at moment.Time) *Row {
	for _, e := range edgesFrom.All(set, row.ID) {
		if e.Voided == 0 && e.Kind == InstallEdge && e.At <= at && at < e.EndedAt {
			return byNumber(set, e.ToID)
		}
	}
	return nil
}

func projectSentBack(set *store.Set, line journal.Line, f *SentBack) {
	old, ok := Objects.Get(set, f.key())
	if !ok {
		return
	}
	row := *old
	row.LastMoved = max(row.LastMoved, line.At)
	m := Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermReturned, Quantity: f.Quantity, Customer: f.Customer, Location: f.Location, Reason: f.Reason}
	if f.Supplier != "" {
		m.Term, m.Customer = TermToSupplier, f.Supplier
	} else if f.Location != "" {
		row.Location = f.Location
	}
	switch {
	case row.Kind == LotKind && f.Supplier != "":
		row.OnHand -= f.Quantity
	case row.Kind == LotKind:
		row.OnHand += f.Quantity
	case f.Supplier != "":
		row.Shipped = line.ID() // gone, until it is received from there again
	default:
		row.Shipped = 0
	}
	Objects.Put(set, row)
	Movements.New(set, m)
}

// The events of the field.
const (
	FieldInstalled = "installed"
	FieldRemoved   = "removed"
	FieldServiced  = "serviced"
)

// Field records what happened to a shipped unit at its customer: installed
// into a system or a unit there, removed from it, serviced.
type Field struct {
	Fielded
	At moment.Time `json:"at,omitempty"`
}

// Fielded says what happened to a unit in the field.
type Fielded struct {
	Event      string            `json:"event"`
	PartNumber string            `json:"part_number"`
	Serial     string            `json:"serial"`
	Parent     string            `json:"parent,omitempty"` // PART/SERIAL of the unit it went into, or out of
	Quantity   quantity.Quantity `json:"quantity,omitempty"`
	Customer   string            `json:"customer,omitempty"`
	System     string            `json:"system,omitempty"`
	Location   string            `json:"location,omitempty"`
	Hours      string            `json:"hours,omitempty"`
	Cycles     string            `json:"cycles,omitempty"`
	Reason     string            `json:"reason,omitempty"`
}

// Kind names the fact.
func (Fielded) Kind() string { return "unit.fielded/1" }

// SetAt fills in when, if it was left open.
func (c *Field) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide records the event; with a parent, what it did to the parent too.
func (c *Field) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.Fielded
	if f.Event != FieldInstalled && f.Event != FieldRemoved && f.Event != FieldServiced {
		return nil, refuse.New(refuse.Invalid, "event is %q: it must be installed, removed or serviced.", f.Event).At("event")
	}
	row, err := Find(set, Object{PartNumber: f.PartNumber, Serial: f.Serial})
	if err != nil {
		return nil, field("serial", err)
	}
	top := outermost(set, row)
	customer, at := shippedTo(set, top)
	switch {
	case customer == "":
		return nil, refuse.New(refuse.Conflict, "%s is not in the field: it was not shipped, or came back.", row.Object()).At("serial")
	case f.Customer != "" && f.Customer != customer:
		return nil, refuse.New(refuse.Conflict, "%s is at %s, not at %s.", row.Object(), customer, f.Customer).At("customer")
	case c.At < at:
		return nil, refuse.New(refuse.Conflict, "%s was shipped on %s, after %s.", row.Object(), at, c.At).At("at")
	}
	f.Customer = customer
	facts := one(c.At, &f)
	if f.Parent == "" || f.Event == FieldServiced {
		if top != row && f.Event != FieldServiced {
			return nil, refuse.New(refuse.Conflict, "%s is in %s: name it as the parent.", row.Object(), top.Object()).At("parent")
		}
		return facts, nil
	}
	change, err := c.change(set)
	if err != nil {
		return nil, err
	}
	return append(facts, change...), nil
}

// change is the installation or removal that the event is.
func (c *Field) change(set *store.Set) ([]journal.Fact, error) {
	ways, err := ParseRef(c.Parent)
	if err != nil {
		return nil, field("parent", err)
	}
	var parent Object
	for _, way := range ways {
		if _, ok := Get(set, way.key()); ok && way.Kind() == UnitKind {
			parent = way
		}
	}
	if parent.Serial == "" {
		return nil, refuse.New(refuse.NotFound, "Unit %s is not recorded: receive or make it first.", c.Parent).At("parent")
	}
	if c.Event == FieldInstalled {
		in := &Install{PartNumber: parent.PartNumber, Serial: parent.Serial, Component: c.PartNumber, ComponentSerial: c.Serial, At: c.At}
		facts, err := in.Decide(set)
		return facts, field("parent", err)
	}
	out := &Remove{PartNumber: parent.PartNumber, Serial: parent.Serial, Component: c.PartNumber, ComponentSerial: c.Serial, To: ToStock, Reason: c.Reason, At: c.At}
	facts, err := out.Decide(set)
	return facts, field("parent", err)
}

// outermost is the unit that a unit is in, through all levels; itself when it
// is in none.
func outermost(set *store.Set, row *Row) *Row {
	for next := row; next != nil; next = above(set, row) {
		row = next
	}
	return row
}

// above is what a unit is in now; nil for nothing.
func above(set *store.Set, row *Row) *Row {
	if row.ParentEdge == 0 {
		return nil // and nothing is looked for
	}
	edge, ok := Edges.Get(set, row.ParentEdge)
	if !ok {
		return nil
	}
	return byNumber(set, edge.ToID)
}

func projectFielded(set *store.Set, line journal.Line, f *Fielded) {
	row, ok := Objects.Get(set, ObjectKey{f.PartNumber, UnitKind, f.Serial})
	if !ok {
		return
	}
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermFielded, Quantity: quantity.One, Customer: f.Customer, System: f.System,
		Location: f.Location, Shipment: "", Reason: f.Event})
}
