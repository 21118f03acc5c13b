package order

import (
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// OrderSucceeded says that an order goes on as another, with a sealed order BOM
// of its own: a change in mid-order.
type OrderSucceeded struct {
	Order       string   `json:"order"`
	Predecessor string   `json:"predecessor"`
	Units       []string `json:"units"` // that it takes over
	Reason      string   `json:"reason"`
}

// Kind names the fact.
func (OrderSucceeded) Kind() string { return "order.succeeded/1" }

// Succession is what a successor is made of.
type Succession struct {
	Order       string
	Predecessor string
	Revision    string
	Quantity    quantity.Quantity
	Lot         string
	Units       []string
	Reason      string
	At          moment.Time
}

// Facts plan and release the successor.
func (s *Succession) Facts(set *store.Set) ([]journal.Fact, error) {
	var err error
	if s.Order, err = name.Clean("order", s.Order); err != nil {
		return nil, err
	}
	old, err := Find(set, s.Predecessor)
	if err != nil {
		return nil, field("predecessor", err)
	}
	if s.Reason == "" {
		return nil, refuse.New(refuse.Invalid, "Say why order %s is succeeded.", s.Predecessor).At("reason")
	}
	if old.State != Released {
		return nil, refuse.New(refuse.Conflict, "Order %s is %s: only a released order can be succeeded; a planned one is refreshed.", s.Predecessor, old.State).At("predecessor")
	}
	if _, taken := orders.Get(set, s.Order); taken {
		return nil, refuse.New(refuse.Conflict, "Order %s is planned already: give the successor its own number.", s.Order).At("order")
	}
	rev, err := catalog.FindRevision(set, old.PartNumber, s.Revision)
	if err != nil {
		return nil, field("revision", err)
	}
	plan := OrderPlanned{Order: s.Order, PartNumber: old.PartNumber, Revision: rev.Revision, Quantity: s.Quantity, Lot: s.Lot, Customer: old.Customer,
		Project: old.Project, ParentOrder: old.ParentOrder, Serialize: old.Serialize, Tolerance: old.Tolerance, Properties: header(set, &old).Properties}
	if plan.Lot == "" {
		plan.Lot = s.Order
	}
	if least := quantity.Pieces(int64(len(s.Units))); plan.Quantity == 0 {
		plan.Quantity = least
	} else if plan.Quantity < least {
		return nil, refuse.New(refuse.Invalid, "The successor is for %s and takes over %d units.", plan.Quantity, len(s.Units)).At("quantity")
	}
	if plan.Quantity <= 0 {
		return nil, refuse.New(refuse.Invalid, "Name the units that the successor takes over, or its quantity.").At("units")
	}
	o := Order{Order: plan.Order, PartNumber: plan.PartNumber, Revision: plan.Revision, Quantity: plan.Quantity, Lot: plan.Lot, Customer: plan.Customer,
		Project: plan.Project, Serialize: plan.Serialize, Tolerance: plan.Tolerance, Properties: catalog.Canonical(plan.Properties), ReleasedAt: s.At}
	doc, err := Draft(set, o)
	if err != nil {
		return nil, err
	}
	doc.Header.Predecessor, doc.Header.Units = s.Predecessor, s.Units
	if err := doc.hash(); err != nil {
		return nil, err
	}
	release, err := (&ReleaseOrder{Order: s.Order, At: s.At}).sealed(set, &doc)
	if err != nil {
		return nil, err
	}
	units := s.Units
	if units == nil {
		units = []string{}
	}
	facts := []journal.Fact{{At: s.At, What: &plan}}
	facts = append(facts, release...)
	return append(facts, journal.Fact{At: s.At, What: &OrderSucceeded{s.Order, s.Predecessor, units, s.Reason}}), nil
}
