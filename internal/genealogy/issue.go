package genealogy

import (
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Issue gives material to an order as a whole; a negative quantity gives it
// back.
type Issue struct {
	Order         string            `json:"order"`
	Component     string            `json:"component"`
	Lot           string            `json:"lot,omitempty"`
	Serial        string            `json:"serial,omitempty"`
	Quantity      quantity.Quantity `json:"quantity"`
	UOM           string            `json:"uom,omitempty"` // of the quantity; the item's own where it is left out
	FindNumber    string            `json:"find_number,omitempty"`
	SubstituteFor string            `json:"substitute_for,omitempty"`
	Deviation     string            `json:"deviation,omitempty"`
	Operation     string            `json:"operation,omitempty"`
	Operator      string            `json:"operator,omitempty"`
	At            moment.Time       `json:"at,omitempty"`
}

// Issued says that an order was given material.
type Issued struct {
	Order         string            `json:"order"`
	Component     Object            `json:"component"`
	Quantity      quantity.Quantity `json:"quantity"`
	Line          int64             `json:"line"` // of the order BOM; -1 for none
	SubstituteFor string            `json:"substitute_for,omitempty"`
	Deviation     string            `json:"deviation,omitempty"`
	Operation     string            `json:"operation,omitempty"`
	Operator      string            `json:"operator,omitempty"`
	Entered       *catalog.Entered  `json:"entered,omitempty"` // where it was given in another unit
	Warned        []string          `json:"warnings,omitempty"`
}

// Warnings are what may stand against it.
func (f *Issued) Warnings() []string { return f.Warned }

// Kind names the fact.
func (Issued) Kind() string { return "material.issued/1" }

// Returned says that an order gave material back; the quantity is positive.
type Returned struct {
	Order     string            `json:"order"`
	Component Object            `json:"component"`
	Quantity  quantity.Quantity `json:"quantity"`
	Line      int64             `json:"line"`
	Operator  string            `json:"operator,omitempty"`
}

// Kind names the fact.
func (Returned) Kind() string { return "material.returned/1" }

// SetAt fills in when, if it was left open.
func (c *Issue) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide gives the material, to the line of the order BOM that takes it.
func (c *Issue) Decide(set *store.Set) ([]journal.Fact, error) {
	o, err := order.Find(set, c.Order)
	if err != nil {
		return nil, field("order", err)
	}
	if o.State != order.Released && o.State != order.Closed || c.At < o.ReleasedAt {
		if err := forgive(set, nil, refuse.New(refuse.Conflict, "Order %s is %s (released %s): it must be released to be given material.", c.Order, o.State, or(o.ReleasedAt.String(), "never")).At("order")); err != nil {
			return nil, err
		}
	}
	if c.Quantity > 0 { // what is left may be given back
		if err := forgive(set, nil, o.Open(c.At)); err != nil {
			return nil, err
		}
	}
	component := Object{PartNumber: c.Component, Serial: c.Serial, Lot: c.Lot}
	given := *c // in the item's own unit; c stays as it was asked
	c = &given
	var entered *catalog.Entered
	if c.Quantity, entered, err = catalog.Convert(set, c.Component, c.UOM, c.Quantity); err != nil {
		return nil, err
	}
	if _, err := tracked(set, component); err != nil {
		return nil, err
	}
	row, err := Find(set, component)
	if err != nil {
		return nil, field("lot", err)
	}
	if component.Kind() == UnitKind {
		return c.rework(set, &o, row, component)
	}
	line, err := c.line(set, &o, row)
	if err != nil {
		return nil, err
	}
	if c.Quantity < 0 {
		return c.back(set, row, component, line)
	}
	if err := positive(c.Quantity); err != nil {
		return nil, err
	}
	u := use{c.Deviation, c.Order, c.Quantity, c.At}
	if err := u.permitted(set, c.SubstituteFor, row); err != nil {
		return nil, err
	}
	if err := u.usable(set, row); err != nil {
		return nil, field("lot", err)
	}
	if err := enoughFor(set, c.Order, row, c.Quantity, c.At); err != nil {
		return nil, err
	}
	warned := warnings(set, row)
	if late := issuedLate(set, &o, c.At); late {
		warned = append(warned, "all units of order "+c.Order+" were completed before: the issue is posted late")
	}
	return one(c.At, &Issued{c.Order, component, c.Quantity, line, c.SubstituteFor, c.Deviation, c.Operation, c.Operator, entered, warned}), nil
}

// issuedLate says whether all that an order makes was completed before.
func issuedLate(set *store.Set, o *order.Order, at moment.Time) bool {
	members := quantity.Quantity(0)
	for _, row := range byOrder.All(set, o.Order) {
		if row.Kind != UnitKind || row.PartNumber != o.PartNumber {
			continue
		}
		if row.CompletedAt == 0 || row.CompletedAt >= at {
			return false
		}
		members += quantity.One
	}
	return members >= o.Kept()
}

// rework gives a finished unit to an order that works on it again: the order
// makes its item, and gives it back as the same unit.
func (c *Issue) rework(set *store.Set, o *order.Order, row *Row, unit Object) ([]journal.Fact, error) {
	if c.Quantity == 0 {
		c.Quantity = quantity.One
	}
	switch m := reworking(set, row.ID); {
	case o.PartNumber != c.Component:
		return nil, refuse.New(refuse.Invalid, "%s is a unit: install it into the unit that takes it; an order takes units only of the item that it makes, to rework them.", unit).At("serial")
	case c.Quantity != quantity.One:
		return nil, refuse.New(refuse.Invalid, "%s is one piece: its quantity is 1, not %s; complete it to give it back.", unit, c.Quantity).At("quantity")
	case row.Order == c.Order:
		return nil, refuse.New(refuse.Conflict, "%s is made by order %s: only another order can rework it.", unit, c.Order).At("order")
	case m != nil && m.Order == c.Order && m.At == c.At:
		return nil, nil
	case m != nil:
		return nil, refuse.New(refuse.Conflict, "%s is in rework in order %s since %s: complete it there first.", unit, m.Order, m.At).At("serial")
	case row.Origin == OriginMade && (row.CompletedAt == 0 || row.CompletedAt > c.At):
		return nil, refuse.New(refuse.Conflict, "%s is not completed: move it to another order, or complete it first.", unit).At("serial")
	}
	if err := free(set, row, c.At); err != nil {
		return nil, field("serial", err)
	}
	return one(c.At, &Issued{Order: c.Order, Component: unit, Quantity: quantity.One, Line: -1, Deviation: c.Deviation, Operation: c.Operation, Operator: c.Operator}), nil
}

// line is the order BOM line that takes the material; -1 when a deviation lets
// in what stands on none.
func (c *Issue) line(set *store.Set, o *order.Order, row *Row) (int64, error) {
	part := c.Component
	if c.SubstituteFor != "" {
		part = c.SubstituteFor
	}
	l, err := order.LineFor(set, c.Order, o.PartNumber, c.FindNumber, part)
	if err != nil {
		if c.Deviation != "" {
			return -1, nil
		}
		return -1, forgive(set, nil, err)
	}
	if c.Quantity > 0 && c.Deviation == "" {
		if err := forgive(set, row, l.Admits(c.Component, row.Revision, c.At)); err != nil {
			return 0, err
		}
	}
	return l.Line, nil
}

func (c *Issue) back(set *store.Set, row *Row, component Object, line int64) ([]journal.Fact, error) {
	has := quantity.Quantity(0)
	if o, ok := open.Get(set, openKey{c.Order, row.ID}); ok {
		has = o.Open
	}
	if has < -c.Quantity {
		return nil, refuse.New(refuse.Conflict, "Order %s has %s of %s left, %s cannot be given back.", c.Order, has, component, -c.Quantity).At("quantity")
	}
	return one(c.At, &Returned{c.Order, component, -c.Quantity, line, c.Operator}), nil
}

// GiveBack takes back what an order was issued and has left.
type GiveBack struct {
	Order      string            `json:"order"`
	Component  string            `json:"component"`
	Lot        string            `json:"lot"`
	Quantity   quantity.Quantity `json:"quantity"`
	UOM        string            `json:"uom,omitempty"`
	FindNumber string            `json:"find_number,omitempty"`
	Operator   string            `json:"operator,omitempty"`
	At         moment.Time       `json:"at,omitempty"`
}

// SetAt fills in when, if it was left open.
func (c *GiveBack) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide gives the material back to stock.
func (c *GiveBack) Decide(set *store.Set) ([]journal.Fact, error) {
	if err := positive(c.Quantity); err != nil {
		return nil, err
	}
	back := Issue{Order: c.Order, Component: c.Component, Lot: c.Lot, Quantity: -c.Quantity, UOM: c.UOM, FindNumber: c.FindNumber, Operator: c.Operator, At: c.At}
	return back.Decide(set)
}
