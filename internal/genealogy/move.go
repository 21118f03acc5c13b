package genealogy

import (
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Move brings a unit, or a quantity of a lot, to another place: a site and a
// location there. A held object may be moved.
type Move struct {
	Moved
	At moment.Time `json:"at,omitempty"`
}

// Moved says that something is in another place.
type Moved struct {
	Object
	Quantity quantity.Quantity `json:"quantity,omitempty"` // of a lot; 0: all that is in stock
	From     string            `json:"from,omitempty"`
	To       string            `json:"to"`
}

// Kind names the fact.
func (Moved) Kind() string { return "object.moved/1" }

// SetAt fills in when, if it was left open.
func (c *Move) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide moves what is in stock.
func (c *Move) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.Moved
	f.Object = f.alone()
	row, err := Find(set, f.Object)
	if err != nil {
		return nil, err
	}
	if f.To, err = name.Clean("to", f.To); err != nil {
		return nil, err
	}
	if row.Kind == UnitKind {
		if f.Quantity == 0 {
			f.Quantity = quantity.One
		}
		if err := whole(f.Object, &f.Quantity); err != nil {
			return nil, err
		}
		if f.From == "" {
			f.From = row.Location
		}
		return one(c.At, &f), field("serial", free(set, row, c.At))
	}
	if f.Quantity == 0 {
		f.Quantity = row.OnHand
	}
	if err := positive(f.Quantity); err != nil {
		return nil, err
	}
	if f.From == "" {
		f.From = row.Location
	}
	return one(c.At, &f), enough(set, row, f.Quantity, c.At, anyway)
}

func projectMoved(set *store.Set, line journal.Line, f *Moved) {
	old, ok := Objects.Get(set, f.key())
	if !ok {
		return
	}
	row := *old
	if row.Kind == UnitKind || f.Quantity == row.OnHand {
		row.Location = f.To
	}
	row.LastMoved = max(row.LastMoved, line.At)
	Objects.Put(set, row)
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermMoved, Quantity: f.Quantity, Location: f.To, Reason: f.From})
}

// Adjust corrects the stock of a lot after a count; a negative quantity takes
// away.
type Adjust struct {
	Adjusted
	At moment.Time `json:"at,omitempty"`
}

// Adjusted says that a count found more or less than was recorded.
type Adjusted struct {
	Object
	Quantity  quantity.Quantity `json:"quantity"`
	Reason    string            `json:"reason"`
	Order     string            `json:"order,omitempty"`
	Operation string            `json:"operation,omitempty"`
	NCR       string            `json:"nonconformity,omitempty"`
	Operator  string            `json:"operator,omitempty"`
}

// Kind names the fact.
func (Adjusted) Kind() string { return "lot.adjusted/1" }

// SetAt fills in when, if it was left open.
func (c *Adjust) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide corrects the stock (rule 4: an adjustment is a fact with a reason).
func (c *Adjust) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.Adjusted
	switch {
	case f.Serial != "":
		return nil, refuse.New(refuse.Invalid, "%s is one piece: receive it, or scrap it; only lots are adjusted.", f.Object).At("serial")
	case f.Reason == "":
		return nil, refuse.New(refuse.Invalid, "Say why %s is adjusted.", f.Object).At("reason")
	case f.Quantity == 0:
		return nil, refuse.New(refuse.Invalid, "An adjustment by 0 changes nothing.").At("quantity")
	}
	row, err := Find(set, f.Object)
	if err != nil {
		return nil, field("lot", err)
	}
	if f.Quantity > 0 {
		if c.At < row.At {
			return nil, refuse.New(refuse.Conflict, "Lot %s came in on %s, after %s.", f.Object, row.At, c.At).At("at")
		}
		return one(c.At, &f), nil
	}
	return one(c.At, &f), enough(set, row, -f.Quantity, c.At, anyway)
}

func projectAdjusted(set *store.Set, line journal.Line, f *Adjusted) {
	old, ok := Objects.Get(set, f.key())
	if !ok {
		return
	}
	row := *old
	row.OnHand += f.Quantity
	row.Size += max(0, f.Quantity)
	row.LastMoved = max(row.LastMoved, line.At)
	Objects.Put(set, row)
	m := Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermUp, Quantity: f.Quantity, Reason: f.Reason}
	if f.Quantity < 0 {
		m.Term, m.Quantity = TermDown, -f.Quantity
	}
	Movements.New(set, m)
}
