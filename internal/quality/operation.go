package quality

import (
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/order"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// PerformOperation records work done on an object, or without one on a whole
// order.
type PerformOperation struct {
	OperationPerformed
	At moment.Time `json:"at,omitempty"`
}

// OperationPerformed says what work was done, when, where and by whom.
type OperationPerformed struct {
	Operation  string            `json:"operation"`
	Order      string            `json:"order,omitempty"`
	PartNumber string            `json:"part_number,omitempty"`
	Serial     string            `json:"serial,omitempty"`
	Lot        string            `json:"lot,omitempty"`
	Until      moment.Time       `json:"until,omitempty"`
	WorkCenter string            `json:"work_center,omitempty"`
	Machine    string            `json:"machine,omitempty"`
	Operator   string            `json:"operator,omitempty"`
	Program    string            `json:"program,omitempty"`
	Tool       string            `json:"tool,omitempty"`
	Result     string            `json:"result,omitempty"`
	Parameters map[string]string `json:"parameters,omitempty"`
}

// Kind names the fact.
func (OperationPerformed) Kind() string { return "operation.performed/1" }

// SetAt fills in when, if it was left open.
func (c *PerformOperation) SetAt(at moment.Time) { fill(&c.At, at) }

func (f *OperationPerformed) object() genealogy.Object {
	o := genealogy.Object{PartNumber: f.PartNumber, Serial: f.Serial, Lot: f.Lot}
	if o.Serial != "" {
		o.Lot = ""
	}
	return o
}

// Decide records the work.
func (c *PerformOperation) Decide(set *store.Set) ([]journal.Fact, error) {
	var err error
	if c.Operation, err = name.Clean("operation", c.Operation); err != nil {
		return nil, err
	}
	if c.Until != 0 && c.Until < c.At {
		return nil, refuse.New(refuse.Invalid, "The operation ended on %s, before it began on %s.", c.Until, c.At).At("until")
	}
	switch {
	case c.PartNumber != "":
		if _, err := genealogy.Find(set, c.object()); err != nil {
			return nil, field("serial", err)
		}
	case c.Order == "":
		return nil, refuse.New(refuse.Invalid, "Name the object that the operation was done on, or the order.").At("order")
	}
	if c.Order != "" {
		if _, err := order.Find(set, c.Order); err != nil {
			return nil, field("order", err)
		}
	}
	return []journal.Fact{{At: c.At, What: &c.OperationPerformed}}, nil
}
