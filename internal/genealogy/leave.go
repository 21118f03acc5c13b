package genealogy

import (
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Scrap takes a unit, or a quantity of a lot, out of use for good.
type Scrap struct {
	PartNumber string            `json:"part_number"`
	Serial     string            `json:"serial,omitempty"`
	Lot        string            `json:"lot,omitempty"`
	Quantity   quantity.Quantity `json:"quantity,omitempty"`
	Reason     string            `json:"reason"`
	Order      string            `json:"order,omitempty"`
	Operation  string            `json:"operation,omitempty"`
	NCR        string            `json:"nonconformity,omitempty"`
	Operator   string            `json:"operator,omitempty"`
	At         moment.Time       `json:"at,omitempty"`
}

// Scrapped says that something is out of use for good.
type Scrapped struct {
	Object
	Quantity  quantity.Quantity `json:"quantity"`
	Reason    string            `json:"reason"`
	Order     string            `json:"order,omitempty"` // of material that was issued to it
	Operator  string            `json:"operator,omitempty"`
	Operation string            `json:"operation,omitempty"`
	NCR       string            `json:"nonconformity,omitempty"`
}

// Kind names the fact.
func (Scrapped) Kind() string { return "object.scrapped/1" }

// SetAt fills in when, if it was left open.
func (c *Scrap) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide scraps. With an order, material of a lot that the order was issued is
// meant, else stock.
func (c *Scrap) Decide(set *store.Set) ([]journal.Fact, error) {
	f := Scrapped{Object{PartNumber: c.PartNumber, Serial: c.Serial, Lot: c.Lot}.alone(), c.Quantity, c.Reason, c.Order, c.Operator, c.Operation, c.NCR}
	if err := whole(f.Object, &f.Quantity); err != nil {
		return nil, err
	}
	if c.Reason == "" {
		return nil, refuse.New(refuse.Invalid, "Say why %s is scrapped.", f.Object).At("reason")
	}
	row, err := Find(set, f.Object)
	if err != nil {
		return nil, field("lot", err)
	}
	if row.Kind == UnitKind {
		if err := free(set, row, c.At); err != nil {
			return nil, field("serial", err)
		}
		return one(c.At, &f), nil
	}
	if o, ok := open.Get(set, openKey{c.Order, row.ID}); ok && c.Order != "" {
		if o.Open < f.Quantity {
			return nil, refuse.New(refuse.Conflict, "Order %s has %s of %s left, %s cannot be scrapped.", c.Order, o.Open, f.Object, f.Quantity).At("quantity")
		}
		return one(c.At, &f), nil
	}
	f.Order = ""
	return one(c.At, &f), enough(set, row, f.Quantity, c.At, anyway)
}

// Ship sends a unit, or a quantity of a lot, to a customer.
type Ship struct {
	Shipment    string            `json:"shipment"`
	Customer    string            `json:"customer"`
	PartNumber  string            `json:"part_number"`
	Serial      string            `json:"serial,omitempty"` // ranges allowed
	Lot         string            `json:"lot,omitempty"`
	Quantity    quantity.Quantity `json:"quantity,omitempty"`
	System      string            `json:"system,omitempty"` // the customer's own
	SalesOrder  string            `json:"sales_order,omitempty"`
	Destination string            `json:"destination,omitempty"`
	Deviation   string            `json:"deviation,omitempty"`
	At          moment.Time       `json:"at,omitempty"`
}

// Shipped says that something went to a customer.
type Shipped struct {
	Object
	Shipment    string            `json:"shipment"`
	Customer    string            `json:"customer"`
	Quantity    quantity.Quantity `json:"quantity"`
	System      string            `json:"system,omitempty"`
	SalesOrder  string            `json:"sales_order,omitempty"`
	Destination string            `json:"destination,omitempty"`
	Deviation   string            `json:"deviation,omitempty"`
	Warned      []string          `json:"warnings,omitempty"`
}

// Warnings are what may stand against it.
func (f *Shipped) Warnings() []string { return f.Warned }

// Kind names the fact.
func (Shipped) Kind() string { return "shipment.sent/1" }

// SetAt fills in when, if it was left open.
func (c *Ship) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide ships; one line for each unit.
func (c *Ship) Decide(set *store.Set) ([]journal.Fact, error) {
	var err error
	if c.Shipment, err = name.Clean("shipment", c.Shipment); err != nil {
		return nil, err
	}
	if _, err := catalog.FindPartner(set, c.Customer); err != nil {
		return nil, field("customer", err)
	}
	if c.Serial == "" {
		return c.lot(set)
	}
	serials, err := name.Serials(c.Serial)
	if err != nil {
		return nil, field("serial", err)
	}
	if c.Quantity != 0 && c.Quantity != quantity.Pieces(int64(len(serials))) {
		return nil, refuse.New(refuse.Invalid, "%d serials for a quantity of %s: they must be as many.", len(serials), c.Quantity).At("quantity")
	}
	var facts []journal.Fact
	for _, serial := range serials {
		fact, err := c.unit(set, Object{PartNumber: c.PartNumber, Serial: serial}, quantity.Pieces(int64(len(facts)+1)))
		if err != nil {
			return nil, err
		}
		facts = append(facts, fact)
	}
	return facts, nil
}

func (c *Ship) lot(set *store.Set) ([]journal.Fact, error) {
	o := Object{PartNumber: c.PartNumber, Lot: c.Lot}
	row, err := Find(set, o)
	if err != nil {
		return nil, field("lot", err)
	}
	if err := positive(c.Quantity); err != nil {
		return nil, err
	}
	u := use{c.Deviation, row.Order, c.Quantity, c.At}
	if err := u.permitted(set, "", row); err != nil {
		return nil, err
	}
	if err := u.usable(set, row); err != nil {
		return nil, field("lot", err)
	}
	return []journal.Fact{c.fact(o, c.Quantity, warnings(set, row))}, enough(set, row, c.Quantity, c.At)
}

func (c *Ship) unit(set *store.Set, o Object, count quantity.Quantity) (fact journal.Fact, err error) {
	row, err := Find(set, o)
	if err != nil {
		return fact, field("serial", err)
	}
	u := use{c.Deviation, row.Order, count, c.At}
	if err := u.permitted(set, "", row); err != nil {
		return fact, err
	}
	if err := u.usable(set, row); err != nil {
		return fact, field("serial", err)
	}
	if err := free(set, row, c.At); err != nil {
		return fact, field("serial", err)
	}
	if err := done(set, row); err != nil {
		return fact, field("serial", err)
	}
	if err := unchanged(set, row, c.At); err != nil {
		return fact, field("at", err)
	}
	warned, err := u.explained(set, row, "shipped")
	if err != nil {
		return fact, field("serial", err)
	}
	return c.fact(o, quantity.One, append(warned, warnings(set, row)...)), nil
}

// unchanged refuses to have sent a unit away before it was worked on here.
func unchanged(set *store.Set, row *Row, at moment.Time) error {
	for _, e := range edgesTo.All(set, row.ID) {
		if e.Voided != 0 || e.Kind != InstallEdge || e.At <= at && (e.EndedAt <= at || e.EndedAt == moment.Never) {
			continue
		}
		what, when := "put into it", e.At
		if e.At <= at {
			what, when = "taken out of it", e.EndedAt
		}
		if component := byNumber(set, e.FromID); component != nil {
			return forgive(set, row, refuse.New(refuse.Conflict, "%s was %s on %s, after %s: %s was here then.", component.Object(), what, when, at, row.Object()))
		}
	}
	return nil
}

func (c *Ship) fact(o Object, q quantity.Quantity, warned []string) journal.Fact {
	return journal.Fact{At: c.At, What: &Shipped{o, c.Shipment, c.Customer, q, c.System, c.SalesOrder, c.Destination, c.Deviation, warned}}
}
