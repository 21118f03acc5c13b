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

// SucceedOrder goes on with some units of a running order under a new order
// whose BOM is sealed as it is designed now (AS9100 8.5.6, control of changes).
type SucceedOrder struct {
	Order       string            `json:"order"`       // the new one
	Predecessor string            `json:"predecessor"` // the running one
	Units       string            `json:"units,omitempty"`
	Quantity    quantity.Quantity `json:"quantity,omitempty"` // the number of units, where it is left out
	Revision    string            `json:"revision,omitempty"`
	Lot         string            `json:"lot,omitempty"`
	Reason      string            `json:"reason"`
	At          moment.Time       `json:"at,omitempty"`
}

// SetAt fills in when, if it was left open.
func (c *SucceedOrder) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide seals the successor and moves the units to it.
func (c *SucceedOrder) Decide(set *store.Set) ([]journal.Fact, error) {
	old, err := order.Find(set, c.Predecessor)
	if err != nil {
		return nil, field("predecessor", err)
	}
	s := order.Succession{Order: c.Order, Predecessor: c.Predecessor, Revision: c.Revision, Quantity: c.Quantity, Lot: c.Lot, Reason: c.Reason, At: c.At}
	if c.Units != "" {
		if s.Units, err = name.Serials(c.Units); err != nil {
			return nil, field("units", err)
		}
	}
	facts, err := s.Facts(set)
	if err != nil {
		return nil, err
	}
	for _, serial := range s.Units {
		row, err := Find(set, Object{PartNumber: old.PartNumber, Serial: serial})
		if err != nil {
			return nil, field("units", err)
		}
		if row.Order != c.Predecessor || row.CompletedAt != 0 {
			return nil, refuse.New(refuse.Conflict, "%s is not in work in order %s: only such units go to a successor.", row.Object(), c.Predecessor).At("units")
		}
		facts = append(facts, journal.Fact{At: c.At, What: &Reassigned{old.PartNumber, serial, s.Order, c.Predecessor, c.Reason}})
	}
	return facts, nil
}
