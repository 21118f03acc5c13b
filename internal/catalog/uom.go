package catalog

import (
	"math/big"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// DefineUOM lets quantities of an item be given in another unit.
type DefineUOM struct {
	UOMDefined
	At moment.Time `json:"at,omitempty"`
}

// UOMDefined says that one of a unit is numerator/denominator of the item's
// own unit.
type UOMDefined struct {
	PartNumber  string            `json:"part_number"`
	UOM         string            `json:"uom"`
	Numerator   quantity.Quantity `json:"numerator"`
	Denominator quantity.Quantity `json:"denominator"`
}

// Kind names the fact.
func (UOMDefined) Kind() string { return "uom.defined/1" }

// UOMRow is a conversion of an item.
type UOMRow struct {
	PartNumber  string            `col:"part_number,key" json:"part_number"`
	UOM         string            `col:"uom,key" json:"uom"`
	Numerator   quantity.Quantity `col:"numerator" json:"numerator"`
	Denominator quantity.Quantity `col:"denominator" json:"denominator"`
}

type uomKey struct{ PartNumber, UOM string }

var uoms = store.NewTable("uom", func(r *UOMRow) uomKey { return uomKey{r.PartNumber, r.UOM} })

// SetAt fills in when, if it was left open.
func (c *DefineUOM) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide defines the conversion; it never changes, since records were made by it.
func (c *DefineUOM) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.UOMDefined
	item, err := FindItem(set, f.PartNumber)
	if err != nil {
		return nil, at("part_number", err)
	}
	if err := clean(field{"uom", &f.UOM}); err != nil {
		return nil, err
	}
	switch {
	case f.UOM == item.UOM:
		return nil, refuse.New(refuse.Invalid, "%s is the unit of %s itself.", f.UOM, f.PartNumber).At("uom")
	case f.Numerator <= 0 || f.Denominator <= 0:
		return nil, refuse.New(refuse.Invalid, "A conversion by %s/%s is not possible: both must be more than 0.", f.Numerator, f.Denominator).At("numerator")
	}
	if old, ok := uoms.Get(set, uomKey{f.PartNumber, f.UOM}); ok {
		if *old == UOMRow(f) {
			return nil, nil
		}
		return nil, refuse.New(refuse.Conflict, "1 %s of %s is %s/%s %s: what was recorded stays; give another unit its own name.", f.UOM, f.PartNumber, old.Numerator, old.Denominator, item.UOM).At("uom")
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

// Entered is a quantity as it was given, beside what it is in the item's own
// unit; LeftOver is what the millionth of that unit could not hold, as a
// fraction.
type Entered struct {
	Quantity quantity.Quantity `json:"quantity"`
	UOM      string            `json:"uom"`
	LeftOver string            `json:"left_over,omitempty"`
}

// Convert brings a quantity given in a unit to the item's own unit, rounded
// down to a millionth; entered is nil where it was given in that.
func Convert(set *store.Set, part, uom string, q quantity.Quantity) (base quantity.Quantity, entered *Entered, err error) {
	if uom == "" {
		return q, nil, nil
	}
	item, err := FindItem(set, part)
	if err != nil || item.UOM == uom {
		return q, nil, nil // the command itself says what is missing
	}
	c, ok := uoms.Get(set, uomKey{part, uom})
	if !ok {
		return 0, nil, refuse.New(refuse.Invalid, "%s is counted in %s, and has no conversion from %s. Define one, or give the quantity in %s.", part, item.UOM, uom, item.UOM).At("uom")
	}
	exact := new(big.Rat).Mul(q.Rat(), new(big.Rat).Quo(c.Numerator.Rat(), c.Denominator.Rat()))
	base, err = quantity.FromRat(exact, false)
	if err != nil {
		return 0, nil, at("quantity", err)
	}
	entered = &Entered{Quantity: q, UOM: uom}
	if left := exact.Sub(exact, base.Rat()); left.Sign() != 0 {
		entered.LeftOver = left.RatString()
	}
	return base, entered, nil
}

// UOMs are all conversions.
func UOMs(tx *store.Tx, company string) ([]UOMRow, error) { return uoms.Select(tx, company, "") }
