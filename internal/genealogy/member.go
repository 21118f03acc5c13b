package genealogy

import (
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Membership is that a unit was a member of an order beside the one that it
// names now: the order it was moved from, or a rework order that it passes.
type Membership struct {
	ID       int64       `col:"id,key"`
	ObjectID int64       `col:"object_id"`
	Order    string      `col:"order_name"`
	Kind     string      `col:"kind"`
	At       moment.Time `col:"at"`
	Until    moment.Time `col:"until"` // moment.Never while it lasts
	Voided   int64       `col:"voided"`
}

// Kinds of memberships.
const (
	FormerMember = "former"
	ReworkMember = "rework"
)

// The memberships of a company.
var (
	Memberships = store.NewTable("membership", func(r *Membership) int64 { return r.ID })
	membersIn   = store.NewIndex(Memberships, "order_name", func(r *Membership) string { return r.Order })
	memberships = store.NewIndex(Memberships, "object_id", func(r *Membership) int64 { return r.ObjectID })
)

// Reassign moves a unit to another order of its item.
type Reassign struct {
	PartNumber string      `json:"part_number"`
	Serial     string      `json:"serial"`
	Order      string      `json:"order"`
	Reason     string      `json:"reason,omitempty"`
	At         moment.Time `json:"at,omitempty"`
}

// Reassigned says that a unit is a member of another order from now on. What
// its old order was issued before stays with it, as may.
type Reassigned struct {
	PartNumber string `json:"part_number"`
	Serial     string `json:"serial"`
	Order      string `json:"order"`
	From       string `json:"from"`
	Reason     string `json:"reason,omitempty"`
}

// Kind names the fact.
func (Reassigned) Kind() string { return "unit.reassigned/1" }

// SetAt fills in when, if it was left open.
func (c *Reassign) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide moves the unit; to the order that it names already changes nothing.
func (c *Reassign) Decide(set *store.Set) ([]journal.Fact, error) {
	row, err := Find(set, Object{PartNumber: c.PartNumber, Serial: c.Serial})
	if err != nil {
		return nil, field("serial", err)
	}
	o, err := order.Find(set, c.Order)
	if err != nil {
		return nil, field("order", err)
	}
	switch {
	case row.Order == c.Order:
		return nil, nil
	case row.Order == "":
		return nil, refuse.New(refuse.Conflict, "%s is of no order: it was received.", row.Object()).At("serial")
	case row.CompletedAt != 0:
		return nil, refuse.New(refuse.Conflict, "%s was completed on %s: plan a rework order and issue it to that.", row.Object(), row.CompletedAt).At("serial")
	case o.PartNumber != c.PartNumber:
		return nil, refuse.New(refuse.Conflict, "Order %s makes %s, not %s.", c.Order, o.PartNumber, c.PartNumber).At("order")
	case o.State != order.Released || c.At < o.ReleasedAt:
		return nil, refuse.New(refuse.Conflict, "Order %s is %s (released %s): it must be released to take units.", c.Order, o.State, or(o.ReleasedAt.String(), "never")).At("order")
	}
	if err := free(set, row, c.At); err != nil {
		return nil, field("serial", err)
	}
	if outputOf(set, c.Order).Units+quantity.One > o.Kept()+o.Tolerance {
		if err := forgive(set, row, refuse.New(refuse.Conflict, "Order %s is for %s and has all its units: it takes no more. Plan another order for %s.", c.Order, size(&o), row.Object()).At("order")); err != nil {
			return nil, err
		}
	}
	return one(c.At, &Reassigned{c.PartNumber, c.Serial, c.Order, row.Order, c.Reason}), nil
}

func projectReassigned(set *store.Set, line journal.Line, f *Reassigned) {
	old, ok := Objects.Get(set, ObjectKey{f.PartNumber, UnitKind, f.Serial})
	if !ok {
		return
	}
	row := *old
	row.Order = f.Order
	row.LastMoved = max(row.LastMoved, line.At)
	Objects.Put(set, row)
	Memberships.New(set, Membership{ID: line.ID(), ObjectID: row.ID, Order: f.From, Kind: FormerMember, At: row.At, Until: line.At})
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermReassigned, Quantity: quantity.One, Order: f.Order, Reason: f.From})
	countUnit(set, f.From, f.PartNumber, -quantity.One)
	countUnit(set, f.Order, f.PartNumber, quantity.One)
	remember(set, f.From)
	remember(set, f.Order)
}

// done refuses to use a unit that is in rework: it is given back first.
func done(set *store.Set, row *Row) error {
	m := reworking(set, row.ID)
	if m == nil {
		return nil
	}
	return forgive(set, row, refuse.New(refuse.Conflict, "%s is in rework in order %s since %s: complete it there first.", row.Object(), m.Order, m.At))
}

// Reidentify gives a unit another serial, or an object a further name by which
// it is found. The old name still finds it.
type Reidentify struct {
	Object
	NewSerial  string      `json:"new_serial,omitempty"`
	Identifier string      `json:"identifier,omitempty"`
	Name       string      `json:"kind,omitempty"` // of the identifier: maker_serial, uii, …
	Reason     string      `json:"reason,omitempty"`
	At         moment.Time `json:"at,omitempty"`
}

// Reidentified says that an object has another name, or a further one.
type Reidentified struct {
	Object
	NewSerial  string `json:"new_serial,omitempty"`
	Identifier string `json:"identifier,omitempty"`
	Name       string `json:"kind,omitempty"`
	Reason     string `json:"reason,omitempty"`
}

// Kind names the fact.
func (Reidentified) Kind() string { return "unit.reidentified/1" }

// SetAt fills in when, if it was left open.
func (c *Reidentify) SetAt(at moment.Time) { fill(&c.At, at) }

// oldName is the kind of identifier that a unit's former serial becomes.
const oldName = "old_name"

// Decide renames; an identifier that it has already changes nothing.
func (c *Reidentify) Decide(set *store.Set) ([]journal.Fact, error) {
	f := Reidentified{c.Object.alone(), c.NewSerial, c.Identifier, c.Name, c.Reason}
	row, err := Find(set, f.Object)
	if err != nil {
		return nil, err
	}
	switch {
	case (f.NewSerial == "") == (f.Identifier == ""):
		return nil, refuse.New(refuse.Invalid, "Give %s either a new serial or an identifier.", f.Object).At("new_serial")
	case f.Identifier != "":
		f.Name = or(f.Name, "name")
		if f.Identifier, err = name.Clean("identifier", f.Identifier); err != nil {
			return nil, err
		}
		if _, known := identifiers.Get(set, identifierKey{f.Identifier, f.Name, row.ID}); known {
			return nil, nil
		}
		return one(c.At, &f), nil
	case row.Kind != UnitKind:
		return nil, refuse.New(refuse.Invalid, "%s is a lot: split it to give it another number, or give it an identifier.", f.Object).At("new_serial")
	}
	if f.NewSerial, err = name.Clean("new_serial", f.NewSerial); err != nil {
		return nil, err
	}
	if other, taken := Objects.Get(set, ObjectKey{f.PartNumber, UnitKind, f.NewSerial}); taken {
		return nil, refuse.New(refuse.Conflict, "Unit %s is recorded since %s: serials are never given twice.", other.Object(), other.At).At("new_serial")
	}
	if isOldName(set, f.PartNumber, f.NewSerial) != nil {
		return nil, refuse.New(refuse.Conflict, "%s was the serial of another unit of %s: serials are never given twice.", f.NewSerial, f.PartNumber).At("new_serial")
	}
	return one(c.At, &f), nil
}

// isOldName is the unit of an item that had a serial before it was given
// another; nil for none.
func isOldName(set *store.Set, part, serial string) *Row {
	for _, i := range named.All(set, serial) {
		if row := byNumber(set, i.ObjectID); i.Kind == oldName && row != nil && row.PartNumber == part && row.Kind == UnitKind {
			return row
		}
	}
	return nil
}

// CalledNow is what an object that had another serial is called now.
func CalledNow(set *store.Set, o Object) Object {
	if _, ok := Get(set, o.key()); !ok && o.Kind() == UnitKind {
		if row := isOldName(set, o.PartNumber, o.Serial); row != nil {
			return row.Object()
		}
	}
	return o
}

func projectReidentified(set *store.Set, line journal.Line, f *Reidentified) {
	old, ok := Objects.Get(set, f.key())
	if !ok {
		return
	}
	row := *old
	m := Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermRenamed, Reason: or(f.NewSerial, f.Name+" "+f.Identifier)}
	if f.NewSerial != "" {
		m.Shipment = row.Name // what it was called, by which it is still found
	}
	Movements.New(set, m)
	if f.NewSerial == "" {
		identify(set, row.ID, map[string]string{f.Name: f.Identifier})
		return
	}
	identify(set, row.ID, map[string]string{oldName: row.Name})
	rename(set, row, f.NewSerial)
}

// rename keeps the object and all that hangs on its number under another name.
func rename(set *store.Set, row Row, serial string) {
	Objects.Delete(set, ObjectKey{row.PartNumber, row.Kind, row.Name})
	row.Name = serial
	Objects.Put(set, row)
}
