package order

import (
	"encoding/json"

	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// draftRow is the BOM of a planned order as it was planned or refreshed last.
type draftRow struct {
	Order string `col:"order_name,key"`
	Body  string `col:"body"`
}

var drafts = store.NewTable("order_draft", func(r *draftRow) string { return r.Order })

func (r *draftRow) lines() (all []SealedLine) {
	_ = json.Unmarshal([]byte(r.Body), &all) // written by this package
	return all
}

// RefreshOrder lets the BOM of a planned order follow the design.
type RefreshOrder struct {
	Order string      `json:"order"`
	At    moment.Time `json:"at,omitempty"`
}

// OrderRefreshed says that the BOM of a planned order is as it is designed
// then, and what that changed.
type OrderRefreshed struct {
	Order    string   `json:"order"`
	Revision string   `json:"revision"`
	Changes  []Change `json:"changes"` // the first of them
	Count    int64    `json:"count"`   // of all
}

// Kind names the fact.
func (OrderRefreshed) Kind() string { return "order.refreshed/1" }

// changesMax bounds the changes that the fact names.
const changesMax = 100

// SetAt fills in when, if it was left open.
func (c *RefreshOrder) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide refreshes the order; where the design did not change, nothing does.
func (c *RefreshOrder) Decide(set *store.Set) ([]journal.Fact, error) {
	o, err := Find(set, c.Order)
	if err != nil {
		return nil, field("order", err)
	}
	if o.State != Planned {
		return nil, refuse.New(refuse.Conflict, "Order %s is %s: only a planned order follows the design; succeed it for a change.", c.Order, o.State).At("order")
	}
	if o.Revision, err = latest(set, o); err != nil {
		return nil, err
	}
	doc, err := draft(set, o)
	if err != nil {
		return nil, err
	}
	var before []SealedLine
	if old, ok := drafts.Get(set, c.Order); ok {
		before = old.lines()
	}
	changes := Compare(before, doc.Lines)
	if len(changes) == 0 {
		return nil, nil
	}
	return []journal.Fact{{At: c.At, What: &OrderRefreshed{c.Order, o.Revision, changes[:min(len(changes), changesMax)], int64(len(changes))}}}, nil
}

// latest is the revision that an order would make if it were planned now.
func latest(set *store.Set, o Order) (string, error) {
	rev, err := catalog.FindRevision(set, o.PartNumber, "")
	if err != nil {
		return o.Revision, nil // none is released: the one that was planned
	}
	return rev.Revision, nil
}

// keepDraft notes the BOM of a planned order as it is designed now.
func keepDraft(set *store.Set, name string) {
	o, ok := orders.Get(set, name)
	if !ok {
		return
	}
	lines := []SealedLine{}
	if doc, err := draft(set, *o); err == nil {
		lines = doc.Lines
	}
	drafts.Put(set, draftRow{name, encode(lines)})
}
