package order

import (
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// BlockOrder stops an order: it is not released, given material, and makes
// nothing, until it is unblocked.
type BlockOrder struct {
	Order  string      `json:"order"`
	Reason string      `json:"reason"`
	At     moment.Time `json:"at,omitempty"`
}

// OrderBlocked stops an order.
type OrderBlocked struct {
	Order  string `json:"order"`
	Reason string `json:"reason"`
}

// Kind names the fact.
func (OrderBlocked) Kind() string { return "order.blocked/1" }

// UnblockOrder lets a blocked order go on.
type UnblockOrder struct {
	Order  string      `json:"order"`
	Reason string      `json:"reason"`
	At     moment.Time `json:"at,omitempty"`
}

// OrderUnblocked lets an order go on.
type OrderUnblocked struct {
	Order  string `json:"order"`
	Reason string `json:"reason"`
}

// Kind names the fact.
func (OrderUnblocked) Kind() string { return "order.unblocked/1" }

// SetAt fills in when, if it was left open.
func (c *BlockOrder) SetAt(at moment.Time) { fill(&c.At, at) }

// SetAt fills in when, if it was left open.
func (c *UnblockOrder) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide blocks a planned or released order; a blocked one stays as it is.
func (c *BlockOrder) Decide(set *store.Set) ([]journal.Fact, error) {
	o, err := Find(set, c.Order)
	switch {
	case err != nil:
		return nil, field("order", err)
	case c.Reason == "":
		return nil, refuse.New(refuse.Invalid, "Say why order %s is blocked.", c.Order).At("reason")
	case o.State != Planned && o.State != Released:
		return nil, refuse.New(refuse.Conflict, "Order %s is %s: there is nothing to block.", c.Order, o.State).At("order")
	case o.BlockedFor != "":
		return nil, nil
	}
	return []journal.Fact{{At: c.At, What: &OrderBlocked{c.Order, c.Reason}}}, nil
}

// Decide unblocks an order.
func (c *UnblockOrder) Decide(set *store.Set) ([]journal.Fact, error) {
	o, err := Find(set, c.Order)
	switch {
	case err != nil:
		return nil, field("order", err)
	case c.Reason == "":
		return nil, refuse.New(refuse.Invalid, "Say why order %s may go on.", c.Order).At("reason")
	case o.BlockedFor == "":
		return nil, refuse.New(refuse.Conflict, "Order %s is not blocked.", c.Order).At("order")
	case c.At < o.BlockedAt:
		return nil, refuse.New(refuse.Conflict, "Order %s was blocked on %s, after %s.", c.Order, o.BlockedAt, c.At).At("at")
	}
	return []journal.Fact{{At: c.At, What: &OrderUnblocked{c.Order, c.Reason}}}, nil
}

// Open refuses what a blocked order must not do from the moment on when it was
// blocked.
func (o *Order) Open(at moment.Time) error {
	if o.BlockedFor == "" || at < o.BlockedAt {
		return nil
	}
	return refuse.New(refuse.Conflict, "Order %s is blocked since %s: %s. Unblock it first.", o.Order, o.BlockedAt, o.BlockedFor).At("order")
}
