package order

import (
	"strconv"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// PlanOrder plans the production of a quantity of an item.
type PlanOrder struct {
	OrderPlanned
	At moment.Time `json:"at,omitempty"`
}

// OrderPlanned says what is to be made.
type OrderPlanned struct {
	Order       string            `json:"order"`
	PartNumber  string            `json:"part_number"`
	Revision    string            `json:"revision"`
	Quantity    quantity.Quantity `json:"quantity"`
	Lot         string            `json:"lot"`
	Customer    string            `json:"customer,omitempty"`
	Project     string            `json:"project,omitempty"`
	ParentOrder string            `json:"parent_order,omitempty"`
	Serialize   string            `json:"serialize"` // tracking, top, top N, items:PN,PN
	Tolerance   quantity.Quantity `json:"tolerance,omitempty"`
	Properties  map[string]string `json:"properties,omitempty"`
}

// Kind names the fact.
func (OrderPlanned) Kind() string { return "order.planned/1" }

// SetAt fills in when, if it was left open.
func (c *PlanOrder) SetAt(at moment.Time) { fill(&c.At, at) }

func fill(at *moment.Time, now moment.Time) {
	if *at == 0 {
		*at = now
	}
}

// Decide plans the order. The same plan again changes nothing; another plan
// under the same name is refused.
func (c *PlanOrder) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.OrderPlanned
	var err error
	if f.Order, err = name.Clean("order", f.Order); err != nil {
		return nil, err
	}
	if f.Lot == "" {
		f.Lot = f.Order
	}
	if f.Serialize == "" {
		f.Serialize = "tracking"
	}
	if _, err := parseSerialize(f.Serialize); err != nil {
		return nil, err
	}
	item, err := catalog.FindItem(set, f.PartNumber)
	if err != nil {
		return nil, field("part_number", err)
	}
	old, known := orders.Get(set, f.Order)
	if f.Revision == "" && known {
		f.Revision = old.Revision
	}
	rev, err := catalog.FindRevision(set, f.PartNumber, f.Revision)
	if err != nil {
		return nil, field("revision", err)
	}
	f.Revision = rev.Revision
	switch {
	case item.Source != catalog.Make:
		return nil, refuse.New(refuse.Conflict, "%s is bought, not made: an order makes items whose source is make.", f.PartNumber).At("part_number")
	case f.Quantity <= 0:
		return nil, refuse.New(refuse.Invalid, "An order for %s of %s is not possible: the quantity must be more than 0.", f.Quantity, f.PartNumber).At("quantity")
	case f.Quantity%quantity.One != 0 && rank[item.Tracking] >= rank[catalog.SerialAtUse]:
		return nil, refuse.New(refuse.Invalid, "%s is followed by serial: the quantity %s must be whole pieces.", f.PartNumber, f.Quantity).At("quantity")
	}
	if known {
		return nil, contradiction(old, &f)
	}
	if f.Customer != "" {
		if _, err := catalog.FindPartner(set, f.Customer); err != nil {
			return nil, field("customer", err)
		}
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

func field(name string, err error) error {
	if refusal, ok := refuse.As(err); ok {
		return refusal.At(name)
	}
	return err
}

// contradiction refuses a plan that says something else than the recorded one.
func contradiction(old *Order, f *OrderPlanned) error {
	for _, c := range []struct{ field, got, want string }{
		{"part_number", f.PartNumber, old.PartNumber}, {"revision", f.Revision, old.Revision}, {"quantity", f.Quantity.String(), old.Quantity.String()},
		{"lot", f.Lot, old.Lot}, {"serialize", f.Serialize, old.Serialize}, {"customer", f.Customer, old.Customer},
	} {
		if c.got != c.want {
			return refuse.New(refuse.Conflict, "Order %s is planned with %s %q, not %q.", f.Order, c.field, c.want, c.got).At(c.field)
		}
	}
	return nil
}

// rank orders the ways of following an item: an order may ask for more.
var rank = map[string]int{catalog.None: 0, catalog.ByLot: 1, catalog.SerialAtUse: 2, catalog.BySerial: 3}

// serializeRule says which items of an order get serials whatever their own
// tracking is.
type serializeRule struct {
	levels int
	items  map[string]bool
}

func parseSerialize(text string) (serializeRule, error) {
	rule := serializeRule{items: map[string]bool{}}
	switch {
	case text == "tracking":
	case text == "top":
		rule.levels = 1
	case strings.HasPrefix(text, "top "):
		n, err := strconv.Atoi(strings.TrimPrefix(text, "top "))
		if err != nil || n < 1 {
			return rule, badSerialize(text)
		}
		rule.levels = n
	case strings.HasPrefix(text, "items:"):
		for part := range strings.SplitSeq(strings.TrimPrefix(text, "items:"), ",") {
			rule.items[strings.TrimSpace(part)] = true
		}
	default:
		return rule, badSerialize(text)
	}
	return rule, nil
}

func badSerialize(text string) error {
	return refuse.New(refuse.Invalid, "serialize is %q: write tracking, top, top N (levels) or items:PART,PART.", text).At("serialize")
}

// CloseOrder ends an order: nothing more is made of it.
type CloseOrder struct {
	Order string      `json:"order"`
	At    moment.Time `json:"at,omitempty"`
}

// OrderClosed ends an order.
type OrderClosed struct {
	Order string `json:"order"`
}

// Kind names the fact.
func (OrderClosed) Kind() string { return "order.closed/1" }

// SetAt fills in when, if it was left open.
func (c *CloseOrder) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide closes a released order; a closed one stays as it is.
func (c *CloseOrder) Decide(set *store.Set) ([]journal.Fact, error) {
	o, err := Find(set, c.Order)
	if err != nil || o.State == Closed {
		return nil, field("order", err)
	}
	if o.State != Released {
		return nil, refuse.New(refuse.Conflict, "Order %s is %s: only a released order can be closed.", c.Order, o.State).At("order")
	}
	return []journal.Fact{{At: c.At, What: &OrderClosed{c.Order}}}, nil
}

// CancelOrder ends an order before it was released.
type CancelOrder struct {
	Order string      `json:"order"`
	At    moment.Time `json:"at,omitempty"`
}

// OrderCancelled ends an order before it was released.
type OrderCancelled struct {
	Order string `json:"order"`
}

// Kind names the fact.
func (OrderCancelled) Kind() string { return "order.cancelled/1" }

// SetAt fills in when, if it was left open.
func (c *CancelOrder) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide cancels a planned order; a cancelled one stays as it is.
func (c *CancelOrder) Decide(set *store.Set) ([]journal.Fact, error) {
	o, err := Find(set, c.Order)
	if err != nil || o.State == Cancelled {
		return nil, field("order", err)
	}
	if o.State != Planned {
		return nil, refuse.New(refuse.Conflict, "Order %s is %s: only a planned order can be cancelled; close it instead.", c.Order, o.State).At("order")
	}
	return []journal.Fact{{At: c.At, What: &OrderCancelled{c.Order}}}, nil
}
