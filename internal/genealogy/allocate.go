package genealogy

import (
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Allocate keeps a quantity of a lot for an order; 0 gives it free again.
type Allocate struct {
	Allocated
	At moment.Time `json:"at,omitempty"`
}

// Allocated says what of a lot is kept for an order, from now on.
type Allocated struct {
	Order     string            `json:"order"`
	Component string            `json:"component"`
	Lot       string            `json:"lot"`
	Quantity  quantity.Quantity `json:"quantity"`
}

// Kind names the fact.
func (Allocated) Kind() string { return "material.allocated/1" }

// AllocationRow is what of a lot is kept for an order.
type AllocationRow struct {
	ObjectID int64             `col:"object_id,key"`
	Order    string            `col:"order_name,key"`
	Quantity quantity.Quantity `col:"quantity"`
}

type allocationKey struct {
	ObjectID int64
	Order    string
}

// Allocations are what is kept for orders.
var (
	Allocations = store.NewTable("allocation", func(r *AllocationRow) allocationKey { return allocationKey{r.ObjectID, r.Order} })
	allocatedTo = store.NewIndex(Allocations, "order_name", func(r *AllocationRow) string { return r.Order })
)

// SetAt fills in when, if it was left open.
func (c *Allocate) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide allocates; what is allocated already changes nothing.
func (c *Allocate) Decide(set *store.Set) ([]journal.Fact, error) {
	o, err := order.Find(set, c.Order)
	if err != nil {
		return nil, field("order", err)
	}
	if o.State != order.Planned && o.State != order.Released {
		return nil, refuse.New(refuse.Conflict, "Order %s is %s: nothing is kept for it.", c.Order, o.State).At("order")
	}
	row, err := Find(set, Object{PartNumber: c.Component, Lot: c.Lot})
	if err != nil {
		return nil, field("lot", err)
	}
	if c.Quantity < 0 {
		return nil, positive(c.Quantity)
	}
	own := allocated(set, row, c.Order)
	if own == c.Quantity {
		return nil, nil
	}
	if free := row.OnHand - row.HeldPart - row.Allocated + own; row.Held > 0 || free < c.Quantity {
		if row.Held > 0 {
			return nil, use{at: c.At}.usable(set, row)
		}
		return nil, refuse.New(refuse.Conflict, "Lot %s has %s free in stock, %s cannot be kept.", row.Object(), free, c.Quantity).At("quantity")
	}
	return one(c.At, &c.Allocated), nil
}

// allocated is what of a lot is kept for an order.
func allocated(set *store.Set, row *Row, name string) quantity.Quantity {
	if row.Allocated == 0 || name == "" {
		return 0
	}
	if a, ok := Allocations.Get(set, allocationKey{row.ID, name}); ok {
		return a.Quantity
	}
	return 0
}

// keep changes what of a lot is kept for an order.
func keep(set *store.Set, id int64, name string, q quantity.Quantity) {
	row := byNumber(set, id)
	if row == nil {
		return
	}
	change := *row
	change.Allocated += q - allocated(set, row, name)
	Objects.Put(set, change)
	if q == 0 {
		Allocations.Delete(set, allocationKey{id, name})
		return
	}
	Allocations.Put(set, AllocationRow{id, name, q})
}

// used lowers what is kept for an order by what it was given.
func used(set *store.Set, id int64, name string, q quantity.Quantity) {
	row := byNumber(set, id)
	if row == nil || row.Allocated == 0 || q <= 0 {
		return
	}
	if kept := allocated(set, row, name); kept > 0 {
		keep(set, id, name, max(0, kept-q))
	}
}

// freeOrder gives all free that is kept for an order.
func freeOrder(set *store.Set, name string) {
	for _, a := range allocatedTo.All(set, name) {
		keep(set, a.ObjectID, name, 0)
	}
}
