package genealogy

import (
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Serialize gives units their serials: members of an order, or pieces of a lot.
type Serialize struct {
	PartNumber string      `json:"part_number"`
	Serial     string      `json:"serial,omitempty"` // ranges allowed; by the item's format where none is named
	Count      int64       `json:"count,omitempty"`  // by the format; all that the order lacks where it is left out
	Revision   string      `json:"revision,omitempty"`
	Order      string      `json:"order,omitempty"`
	Lot        string      `json:"lot,omitempty"`
	UII        string      `json:"uii,omitempty"`
	Deviation  string      `json:"deviation,omitempty"`
	At         moment.Time `json:"at,omitempty"`
}

// UnitSerialized says that a unit has its serial.
type UnitSerialized struct {
	PartNumber string `json:"part_number"`
	Serial     string `json:"serial"`
	Revision   string `json:"revision,omitempty"`
	Order      string `json:"order,omitempty"`
	Lot        string `json:"lot,omitempty"`
	UII        string `json:"uii,omitempty"`
	FromStock  bool   `json:"from_stock,omitempty"` // a piece of the lot's stock
	Deviation  string `json:"deviation,omitempty"`
}

// Kind names the fact.
func (UnitSerialized) Kind() string { return "units.serialized/1" }

// SetAt fills in when, if it was left open.
func (c *Serialize) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide gives the serials. A serial that is recorded already for the same
// order changes nothing; for anything else it is refused.
func (c *Serialize) Decide(set *store.Set) ([]journal.Fact, error) {
	part := c.PartNumber
	if o, err := order.Find(set, c.Order); part == "" && c.Order != "" {
		if err != nil {
			return nil, field("order", err)
		}
		part = o.PartNumber
	}
	given := *c
	given.PartNumber = part
	return given.decide(set)
}

func (c *Serialize) decide(set *store.Set) ([]journal.Fact, error) {
	item, err := catalog.FindItem(set, c.PartNumber)
	if err != nil {
		return nil, field("part_number", err)
	}
	serials, facts, err := c.numbered(set, &item)
	if err != nil {
		return nil, err
	}
	fact := UnitSerialized{PartNumber: c.PartNumber, Revision: c.Revision, Order: c.Order, Lot: c.Lot, UII: c.UII, Deviation: c.Deviation}
	if c.Order != "" {
		if err := c.ofOrder(set, &fact); err != nil {
			return nil, err
		}
	} else if tracking := catalog.TrackingAt(set, &item, c.At); tracking == catalog.None || tracking == catalog.ByLot {
		return nil, refuse.New(refuse.Invalid, "%s is followed by %s: only an order may ask for serials.", c.PartNumber, tracking).At("serial")
	}
	if c.Order == "" {
		if err := c.ofLot(set, &fact, quantity.Pieces(int64(len(serials)))); err != nil {
			return nil, err
		}
	}
	made := 0
	for _, serial := range serials {
		if row, ok := Get(set, (Object{PartNumber: c.PartNumber, Serial: serial}).key()); ok {
			if row.Order == c.Order {
				continue
			}
			return nil, refuse.New(refuse.Conflict, "Unit %s %s is recorded since %s%s: serials are never given twice.", c.PartNumber, serial, row.At, inOrder(row.Order)).At("serial")
		}
		if other := isOldName(set, c.PartNumber, serial); other != nil {
			return nil, refuse.New(refuse.Conflict, "%s was the serial of what is %s now: serials are never given twice.", serial, other.Object()).At("serial")
		}
		unit := fact
		unit.Serial = serial
		made++
		facts = append(facts, journal.Fact{At: c.At, What: &unit})
	}
	if c.Order == "" || len(facts) == 0 {
		return facts, nil
	}
	o, err := order.Find(set, c.Order)
	if err != nil || o.PartNumber != c.PartNumber {
		return facts, err
	}
	u := use{c.Deviation, c.Order, quantity.Pieces(int64(made)), c.At}
	if err := u.permitted(set, "", &Row{PartNumber: c.PartNumber, Kind: UnitKind}); err != nil {
		return nil, err
	}
	return facts, u.tolerated(set, &o, outputOf(set, c.Order).Units+u.quantity)
}

func inOrder(name string) string {
	if name == "" {
		return ""
	}
	return " in order " + name
}

// ofLot takes the pieces out of the stock of the lot that they belong to.
func (c *Serialize) ofLot(set *store.Set, fact *UnitSerialized, q quantity.Quantity) error {
	if c.Lot == "" {
		return nil
	}
	lot, err := Find(set, Object{PartNumber: c.PartNumber, Lot: c.Lot})
	if err != nil {
		return field("lot", err)
	}
	if lot.OnHand == 0 {
		return nil // a lot of units
	}
	fact.FromStock = true
	return enough(set, lot, q, c.At, anyway)
}

// ofOrder checks that the order runs and makes the item, and fills in the lot
// and revision it makes.
func (c *Serialize) ofOrder(set *store.Set, fact *UnitSerialized) error {
	o, err := order.Find(set, c.Order)
	if err != nil {
		return field("order", err)
	}
	if o.State != order.Released && (o.State != order.Closed || c.At > o.ClosedAt) {
		if err := forgive(set, nil, refuse.New(refuse.Conflict, "Order %s is %s: it must be released to make units.", c.Order, o.State).At("order")); err != nil {
			return err
		}
	}
	if err := forgive(set, nil, o.Open(c.At)); err != nil {
		return err
	}
	if c.At < o.ReleasedAt {
		if err := forgive(set, nil, refuse.New(refuse.Conflict, "Order %s was released on %s, after %s.", c.Order, o.ReleasedAt, c.At).At("at")); err != nil {
			return err
		}
	}
	if o.PartNumber != c.PartNumber {
		if len(order.Positions(set, c.Order, c.PartNumber)) == 0 {
			return refuse.New(refuse.Conflict, "Order %s makes %s, not %s.", c.Order, o.PartNumber, c.PartNumber).At("part_number")
		}
		return nil
	}
	if fact.Lot == "" {
		fact.Lot = o.Lot
	}
	if fact.Revision == "" {
		fact.Revision = o.Revision
	}
	return nil
}

// Complete says that a unit is made, or reworked.
type Complete struct {
	PartNumber string      `json:"part_number"`
	Serial     string      `json:"serial"` // ranges allowed
	Order      string      `json:"order,omitempty"`
	Deviation  string      `json:"deviation,omitempty"`
	At         moment.Time `json:"at,omitempty"`
}

// UnitCompleted says that a unit is made.
type UnitCompleted struct {
	PartNumber string   `json:"part_number"`
	Serial     string   `json:"serial"`
	Order      string   `json:"order,omitempty"` // the rework order that gives it back
	Deviation  string   `json:"deviation,omitempty"`
	Warned     []string `json:"warnings,omitempty"`
}

// Warnings are what may stand against it.
func (f *UnitCompleted) Warnings() []string { return f.Warned }

// Kind names the fact.
func (UnitCompleted) Kind() string { return "units.completed/1" }

// SetAt fills in when, if it was left open.
func (c *Complete) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide completes the units; a completed one stays as it is. A unit that is
// held, or differs from its order BOM without an explanation, is refused.
func (c *Complete) Decide(set *store.Set) ([]journal.Fact, error) {
	serials, err := name.Serials(c.Serial)
	if err != nil {
		return nil, field("serial", err)
	}
	var facts []journal.Fact
	for _, serial := range serials {
		row, err := Find(set, Object{PartNumber: c.PartNumber, Serial: serial})
		if err != nil {
			return nil, field("serial", err)
		}
		m := reworking(set, row.ID)
		if c.Order != "" && row.Order != c.Order && (m == nil || m.Order != c.Order) {
			if was(set, row.ID, c.Order) {
				continue // given back already
			}
			return nil, refuse.New(refuse.Conflict, "%s is a member of %s, not of order %s.", row.Object(), or(row.Order, "no order"), c.Order).At("order")
		}
		if m == nil && row.CompletedAt != 0 {
			continue
		}
		if m == nil && row.Origin != OriginMade && row.Origin != OriginUnknown {
			return nil, refuse.New(refuse.Conflict, "%s was received: only what an order makes, or reworks, is completed.", row.Object()).At("serial")
		}
		if c.At < row.At || m != nil && c.At < m.At {
			if err := forgive(set, row, refuse.New(refuse.Conflict, "%s came to be on %s, after %s.", row.Object(), max(row.At, since(m)), c.At).At("at")); err != nil {
				return nil, err
			}
		}
		if err := c.unblocked(set, row, m); err != nil {
			return nil, err
		}
		u := use{c.Deviation, row.Order, quantity.Pieces(int64(len(facts) + 1)), c.At}
		if err := u.permitted(set, "", row); err != nil {
			return nil, err
		}
		if err := u.usable(set, row); err != nil {
			return nil, field("serial", err)
		}
		warned, err := u.explained(set, row, "completed")
		if err != nil {
			return nil, field("serial", err)
		}
		f := &UnitCompleted{c.PartNumber, serial, "", c.Deviation, append(warned, warnings(set, row)...)}
		if m != nil {
			f.Order = m.Order
		}
		facts = append(facts, journal.Fact{At: c.At, What: f})
	}
	return facts, nil
}

// was says whether a unit passed an order before.
func was(set *store.Set, id int64, name string) bool {
	for _, m := range memberships.All(set, id) {
		if m.Voided == 0 && m.Order == name {
			return true
		}
	}
	return false
}

func since(m *Membership) moment.Time {
	if m == nil {
		return 0
	}
	return m.At
}

// Produce says that an order made a quantity of a lot.
type Produce struct {
	Order      string            `json:"order"`
	PartNumber string            `json:"part_number"`
	Lot        string            `json:"lot,omitempty"`
	Quantity   quantity.Quantity `json:"quantity"`
	Scrapped   quantity.Quantity `json:"scrapped,omitempty"` // spoilt in the making, beside the quantity
	Deviation  string            `json:"deviation,omitempty"`
	At         moment.Time       `json:"at,omitempty"`
}

// unblocked refuses to complete a unit whose order, or rework order, is blocked.
func (c *Complete) unblocked(set *store.Set, row *Row, m *Membership) error {
	name := row.Order
	if m != nil {
		name = m.Order
	}
	if o, err := order.Find(set, name); err == nil {
		return forgive(set, row, o.Open(c.At))
	}
	return nil
}

// LotProduced says that an order made a quantity of a lot.
type LotProduced struct {
	Object
	Order     string            `json:"order"`
	Revision  string            `json:"revision,omitempty"`
	Quantity  quantity.Quantity `json:"quantity"`           // what was spoilt in the making too
	Scrapped  quantity.Quantity `json:"scrapped,omitempty"` // how much of it that was; the next fact scraps it
	Deviation string            `json:"deviation,omitempty"`
}

// Kind names the fact.
func (LotProduced) Kind() string { return "lot.produced/1" }

// SetAt fills in when, if it was left open.
func (c *Produce) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide adds the quantity to the lot, which the order makes when it is new.
func (c *Produce) Decide(set *store.Set) ([]journal.Fact, error) {
	o, err := order.Find(set, c.Order)
	if err != nil {
		return nil, field("order", err)
	}
	if o.State != order.Released || c.At < o.ReleasedAt {
		if err := forgive(set, nil, refuse.New(refuse.Conflict, "Order %s is %s (released %s): it must be released to make lots.", c.Order, o.State, or(o.ReleasedAt.String(), "never")).At("order")); err != nil {
			return nil, err
		}
	}
	if err := forgive(set, nil, o.Open(c.At)); err != nil {
		return nil, err
	}
	if c.PartNumber == "" {
		c.PartNumber = o.PartNumber
	}
	if o.PartNumber != c.PartNumber {
		return nil, refuse.New(refuse.Conflict, "Order %s makes %s, not %s.", c.Order, o.PartNumber, c.PartNumber).At("part_number")
	}
	if c.Lot == "" {
		c.Lot = o.Lot
	}
	if err := positive(c.Quantity); err != nil {
		return nil, err
	}
	obj := Object{PartNumber: c.PartNumber, Lot: c.Lot}
	row, ok := Get(set, obj.key())
	if ok && row.Order != c.Order {
		return nil, refuse.New(refuse.Conflict, "Lot %s is recorded since %s%s: give the new lot its own number.", obj, row.At, inOrder(row.Order)).At("lot")
	}
	if c.Scrapped < 0 {
		return nil, field("scrapped", positive(c.Scrapped))
	}
	u := use{c.Deviation, c.Order, c.Quantity, c.At}
	if err := u.permitted(set, "", &Row{PartNumber: c.PartNumber, Kind: LotKind, Name: c.Lot}); err != nil {
		return nil, err
	}
	if err := u.tolerated(set, &o, outputOf(set, c.Order).Produced+c.Quantity); err != nil {
		return nil, err
	}
	facts := one(c.At, &LotProduced{obj, c.Order, o.Revision, c.Quantity + c.Scrapped, c.Scrapped, c.Deviation})
	if c.Scrapped > 0 {
		facts = append(facts, journal.Fact{At: c.At, What: &Scrapped{Object: obj, Quantity: c.Scrapped, Reason: "spoilt in the making"}})
	}
	return facts, nil
}

// output is what an order has made.
type output struct {
	Order    string            `col:"order_name,key"`
	Units    quantity.Quantity `col:"units"` // of its own item
	Produced quantity.Quantity `col:"produced"`
}

var outputs = store.NewTable("order_output", func(r *output) string { return r.Order })

func outputOf(set *store.Set, name string) output {
	if o, ok := outputs.Get(set, name); ok {
		return *o
	}
	return output{Order: name}
}

// tolerated refuses to make more of an order than its quantity and tolerance.
func (u use) tolerated(set *store.Set, o *order.Order, total quantity.Quantity) error {
	if u.deviation != "" || total <= o.Kept()+o.Tolerance {
		return nil
	}
	return forgive(set, nil, refuse.New(refuse.Conflict, "Order %s is for %s, and would have made %s: name the deviation that permits it.", o.Order, size(o), total).At("quantity"))
}

// size is how much an order makes, in words.
func size(o *order.Order) string {
	text := o.Quantity.String()
	if o.Gone > 0 {
		text += ", of which " + o.Gone.String() + " went to successors"
	}
	if o.Tolerance > 0 {
		text += " with a tolerance of " + o.Tolerance.String()
	}
	return text
}

// countUnit counts a unit among what an order made, or no more.
func countUnit(set *store.Set, name, part string, by quantity.Quantity) {
	if name != "" && order.Makes(set, name, part) {
		made := outputOf(set, name)
		made.Units += by
		outputs.Put(set, made)
	}
}
