package genealogy

import (
	"fmt"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Remove takes a component out of its parent, with all that is inside it.
// Pieces of a lot never rejoin it: they form a new lot split from it.
type Remove struct {
	PartNumber      string            `json:"part_number"`
	Serial          string            `json:"serial,omitempty"`
	Lot             string            `json:"lot,omitempty"`
	Component       string            `json:"component"`
	ComponentSerial string            `json:"component_serial,omitempty"`
	ComponentLot    string            `json:"component_lot,omitempty"`
	Quantity        quantity.Quantity `json:"quantity,omitempty"`
	FindNumber      string            `json:"find_number,omitempty"`
	To              string            `json:"to,omitempty"`      // scrap, quarantine (default), stock
	NewLot          string            `json:"new_lot,omitempty"` // that pieces of a lot form; -R1, -R2 … where it is left out
	Reason          string            `json:"reason,omitempty"`
	Operator        string            `json:"operator,omitempty"`
	At              moment.Time       `json:"at,omitempty"`
}

// Removed says that a component was taken out.
type Removed struct {
	Parent    Object            `json:"parent"`
	Component Object            `json:"component"`
	Edge      int64             `json:"installed"` // the fact that put it in
	Quantity  quantity.Quantity `json:"quantity"`
	To        string            `json:"to"`
	NewLot    string            `json:"new_lot,omitempty"` // the lot that removed pieces form
	Reason    string            `json:"reason,omitempty"`
	Operator  string            `json:"operator,omitempty"`
}

// Kind names the fact.
func (Removed) Kind() string { return "component.removed/1" }

// Where a removed component goes.
const (
	ToScrap      = "scrap"
	ToQuarantine = "quarantine"
	ToStock      = "stock"
)

// SetAt fills in when, if it was left open.
func (c *Remove) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide takes the component out.
func (c *Remove) Decide(set *store.Set) ([]journal.Fact, error) {
	parent := Object{PartNumber: c.PartNumber, Serial: c.Serial, Lot: c.Lot}.alone()
	component := Object{PartNumber: c.Component, Serial: c.ComponentSerial, Lot: c.ComponentLot}.alone()
	to := or(c.To, ToQuarantine)
	if to != ToScrap && to != ToQuarantine && to != ToStock {
		return nil, refuse.New(refuse.Invalid, "to is %q: it must be scrap, quarantine or stock.", c.To).At("to")
	}
	above, err := Find(set, parent)
	if err != nil {
		return nil, field("serial", err)
	}
	row, err := Find(set, component)
	if err != nil {
		return nil, field("component", err)
	}
	edge, err := c.edge(set, above, row)
	if err != nil {
		return nil, err
	}
	left := edge.Quantity - edge.Removed
	q := c.Quantity
	if q == 0 {
		q = left
	}
	switch {
	case c.At < edge.At:
		return nil, refuse.New(refuse.Conflict, "%s was installed in %s on %s, after %s.", component, parent, edge.At, c.At).At("at")
	case q < 0 || q > left:
		return nil, refuse.New(refuse.Conflict, "%s holds %s of %s, %s cannot be removed.", parent, left, component, q).At("quantity")
	}
	f := Removed{Parent: parent, Component: component, Edge: edge.ID, Quantity: q, To: to, Reason: c.Reason, Operator: c.Operator}
	f.NewLot, err = c.newLot(set, row, to)
	return one(c.At, &f), err
}

// newLot is the name of the lot that removed pieces form; none for a unit, and
// for what is scrapped.
func (c *Remove) newLot(set *store.Set, row *Row, to string) (string, error) {
	switch {
	case row.Kind == LotKind && to != ToScrap && c.NewLot == "":
		return freeName(set, row.Object()), nil
	case c.NewLot == "":
		return "", nil
	case row.Kind == UnitKind || to == ToScrap:
		return "", refuse.New(refuse.Invalid, "Only pieces of a lot that are kept form a new lot: leave its number out.").At("new_lot")
	}
	text, err := name.Clean("new_lot", c.NewLot)
	if err != nil {
		return "", err
	}
	if other, taken := Objects.Get(set, ObjectKey{row.PartNumber, LotKind, text}); taken {
		return "", refuse.New(refuse.Conflict, "Lot %s is recorded since %s: give the new lot its own number.", other.Object(), other.At).At("new_lot")
	}
	return text, nil
}

// edge is the installation that is meant: the only one that still lasts.
func (c *Remove) edge(set *store.Set, parent, component *Row) (*Edge, error) {
	var found []*Edge
	for _, e := range edgesTo.All(set, parent.ID) {
		if e.Kind == InstallEdge && e.Voided == 0 && e.FromID == component.ID && e.EndedAt == moment.Never && (c.FindNumber == "" || e.Position == c.FindNumber) {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		return nil, refuse.New(refuse.Conflict, "%s is not installed in %s.", component.Object(), parent.Object()).At("component")
	}
	if len(found) > 1 && c.FindNumber == "" && found[0].Position != found[1].Position {
		return nil, refuse.New(refuse.Invalid, "%s is installed in %s at several positions: name one.", component.Object(), parent.Object()).At("find_number")
	}
	return found[0], nil
}

// freeName is a name for the lot of removed pieces: the old one with -R1, -R2 …
func freeName(set *store.Set, lot Object) string {
	for n := 1; ; n++ {
		text := fmt.Sprintf("%s-R%d", lot.Lot, n)
		if _, taken := Objects.Get(set, ObjectKey{lot.PartNumber, LotKind, text}); !taken {
			return text
		}
	}
}

// Split makes a new lot of part of a lot, or of some of its units.
type Split struct {
	PartNumber string            `json:"part_number"`
	Lot        string            `json:"lot"`
	NewLot     string            `json:"new_lot"`
	Quantity   quantity.Quantity `json:"quantity,omitempty"`
	Serials    string            `json:"serials,omitempty"`
	At         moment.Time       `json:"at,omitempty"`
}

// LotSplit says that part of a lot became a lot of its own.
type LotSplit struct {
	PartNumber string            `json:"part_number"`
	Lot        string            `json:"lot"`
	NewLot     string            `json:"new_lot"`
	Quantity   quantity.Quantity `json:"quantity"`
	Serials    []string          `json:"serials,omitempty"`
}

// Kind names the fact.
func (LotSplit) Kind() string { return "lot.split/1" }

// SetAt fills in when, if it was left open.
func (c *Split) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide splits the lot.
func (c *Split) Decide(set *store.Set) ([]journal.Fact, error) {
	from, err := Find(set, Object{PartNumber: c.PartNumber, Lot: c.Lot})
	if err != nil {
		return nil, field("lot", err)
	}
	f := LotSplit{PartNumber: c.PartNumber, Lot: c.Lot, Quantity: c.Quantity}
	if f.NewLot, err = name.Clean("new_lot", c.NewLot); err != nil {
		return nil, err
	}
	if row, taken := Get(set, ObjectKey{c.PartNumber, LotKind, f.NewLot}); taken {
		return nil, refuse.New(refuse.Conflict, "Lot %s is recorded since %s: give the new lot its own number.", row.Object(), row.At).At("new_lot")
	}
	if c.Serials != "" {
		if f.Serials, err = name.Serials(c.Serials); err != nil {
			return nil, field("serials", err)
		}
		for _, serial := range f.Serials {
			unit, err := Find(set, Object{PartNumber: c.PartNumber, Serial: serial})
			if err != nil {
				return nil, field("serials", err)
			}
			if unit.LotID != from.ID {
				return nil, refuse.New(refuse.Conflict, "Unit %s does not belong to lot %s.", unit.Object(), c.Lot).At("serials")
			}
		}
		f.Quantity = 0
		return one(c.At, &f), nil
	}
	if err := positive(c.Quantity); err != nil {
		return nil, err
	}
	if err := enough(set, from, c.Quantity, c.At); err != nil {
		return nil, err
	}
	return one(c.At, &f), nil
}
