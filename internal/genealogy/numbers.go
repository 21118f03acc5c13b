package genealogy

import (
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// NumbersTaken says how far a sequence of serials or lot numbers was used. It
// stands in the entry that uses them, so that two who ask at once never get the
// same.
type NumbersTaken struct {
	Sequence string `json:"sequence"`
	Last     int64  `json:"last"`
}

// Kind names the fact.
func (NumbersTaken) Kind() string { return "numbers.taken/1" }

// sequence is a sequence of numbers and the last that was given.
type sequence struct {
	Sequence string `col:"sequence,key"`
	Last     int64  `col:"last"`
}

var sequences = store.NewTable("sequence", func(r *sequence) string { return r.Sequence })

// generated are the next n numbers of a format that are free, and the fact that
// takes them. Numbers that somebody gave by hand are passed over.
func generated(set *store.Set, format, kind, part, orderName string, n int64, at moment.Time) ([]string, journal.Fact, error) {
	f, err := name.ParseFormat(format)
	if err != nil {
		return nil, journal.Fact{}, err
	}
	counter := kind + "\x1f" + f.Counter(part, at.Go())
	last := int64(0)
	if s, ok := sequences.Get(set, counter); ok {
		last = s.Last
	}
	numbers := make([]string, 0, n)
	for int64(len(numbers)) < n {
		last++
		text, err := f.Render(part, orderName, at.Go(), last)
		if err != nil {
			return nil, journal.Fact{}, err
		}
		if !given(set, &f, kind, part, text) {
			numbers = append(numbers, text)
		}
	}
	return numbers, journal.Fact{At: at, What: &NumbersTaken{counter, last}}, nil
}

// given says whether a number was given before in its scope, even if what bore
// it was scrapped, voided or renamed since.
func given(set *store.Set, f *name.Format, kind, part, text string) bool {
	if _, taken := Objects.Get(set, ObjectKey{part, kind, text}); taken {
		return true
	}
	if kind == UnitKind && isOldName(set, part, text) != nil {
		return true
	}
	if !f.Company {
		return false
	}
	for _, row := range byName.All(set, text) {
		if row.Kind == kind {
			return true
		}
	}
	return false
}

// serialsMax is how many serials one command gives.
const serialsMax = 100_000

// numbered fills in the serials that the item's format gives, where none are
// named: so many as are asked for, else all that the order still lacks.
func (c *Serialize) numbered(set *store.Set, item *catalog.Item) ([]string, []journal.Fact, error) {
	if c.Serial != "" {
		serials, err := name.Serials(c.Serial)
		if err == nil && c.Count != 0 && c.Count != int64(len(serials)) {
			err = refuse.New(refuse.Invalid, "%d serials are named for a count of %d.", len(serials), c.Count).At("count")
		}
		return serials, nil, field("serial", err)
	}
	n := c.Count
	if n == 0 && c.Order != "" {
		var err error
		if n, err = c.lacking(set); err != nil || n == 0 {
			return nil, nil, err
		}
	}
	switch {
	case item.SerialFormat == "":
		return nil, nil, refuse.New(refuse.Invalid, "%s has no serial format: name the serials, as 1-50 or A001~+9, or define a format of the item.", c.PartNumber).At("serial")
	case n < 1 || n > serialsMax:
		return nil, nil, refuse.New(refuse.Invalid, "Say how many serials are wanted, from 1 to %d.", serialsMax).At("count")
	}
	serials, fact, err := generated(set, item.SerialFormat, UnitKind, c.PartNumber, c.Order, n, c.At)
	return serials, []journal.Fact{fact}, err
}

// lacking is how many units of the part the order has not serialized yet.
func (c *Serialize) lacking(set *store.Set) (int64, error) {
	o, err := order.Find(set, c.Order)
	if err != nil {
		return 0, field("order", err)
	}
	if o.PartNumber == c.PartNumber {
		return max(0, int64((o.Quantity-outputOf(set, c.Order).Units)/quantity.One)), nil
	}
	var total quantity.Quantity
	for _, l := range order.LinesWith(set, c.Order, c.PartNumber) {
		total += l.Quantity
	}
	for _, row := range byOrder.All(set, c.Order) {
		if row.Kind == UnitKind && row.PartNumber == c.PartNumber {
			total -= quantity.One
		}
	}
	return max(0, int64(total/quantity.One)), nil
}
