package genealogy

import (
	"strconv"
	"strings"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// HoldRow is a hold that lies, or lay, on an object.
type HoldRow struct {
	ObjectID      int64             `col:"object_id,key"`
	Hold          string            `col:"hold,key"`
	Quantity      quantity.Quantity `col:"quantity"` // of a lot; 0: all of it
	Reason        string            `col:"reason"`
	Source        string            `col:"source"`
	At            moment.Time       `col:"at"`
	ReleasedAt    moment.Time       `col:"released_at"`
	ReleaseReason string            `col:"release_reason"`
	Fact          int64             `col:"fact"`
}

// Where holds come from that nobody laid by hand.
const (
	FromInspection = "inspection"
	FromRemoval    = "removal"
)

type holdKey struct {
	ObjectID int64
	Hold     string
}

// The holds of a company.
var (
	Holds   = store.NewTable("hold", func(r *HoldRow) holdKey { return holdKey{r.ObjectID, r.Hold} })
	holdsOn = store.NewIndex(Holds, "object_id", func(r *HoldRow) int64 { return r.ObjectID })
)

// Hold stops the use of an object, or of a quantity of a lot (ISO 9001 8.7,
// control of nonconforming outputs).
type Hold struct {
	Held
	At moment.Time `json:"at,omitempty"`
}

// Held says that an object must not be used. A hold has a number, its own
// within the object.
type Held struct {
	Object
	Hold     string            `json:"hold,omitempty"`
	Quantity quantity.Quantity `json:"quantity,omitempty"`
	Reason   string            `json:"reason"`
	Source   string            `json:"source,omitempty"`
}

// Kind names the fact.
func (Held) Kind() string { return "object.held/1" }

// Unheld says that a hold ended.
type Unheld struct {
	Object
	Hold   string `json:"hold,omitempty"`
	Reason string `json:"reason"`
}

// Kind names the fact.
func (Unheld) Kind() string { return "object.unheld/1" }

// SetAt fills in when, if it was left open.
func (c *Hold) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide lays a hold on the object. The same hold again changes nothing.
func (c *Hold) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.Held
	f.Object = f.alone()
	if f.Reason == "" {
		return nil, refuse.New(refuse.Invalid, "Say why %s is held.", f.Object).At("reason")
	}
	row, err := Find(set, f.Object)
	if err != nil {
		return nil, err
	}
	switch {
	case c.At < row.At:
		return nil, refuse.New(refuse.Conflict, "%s came to be on %s, after %s.", f.Object, row.At, c.At).At("at")
	case f.Quantity < 0:
		return nil, positive(f.Quantity)
	case f.Quantity > 0 && row.Kind == UnitKind:
		return nil, refuse.New(refuse.Invalid, "%s is one piece: hold it whole, without a quantity.", f.Object).At("quantity")
	}
	if f.Hold == "" {
		f.Hold = nextHold(set, row.ID, "")
	} else if f.Hold, err = name.Clean("hold", f.Hold); err != nil {
		return nil, err
	}
	if old, ok := Holds.Get(set, holdKey{row.ID, f.Hold}); ok {
		if old.Source != "" || old.Reason == f.Reason && old.Quantity == f.Quantity && old.At == c.At {
			return nil, nil
		}
		return nil, refuse.New(refuse.Conflict, "Hold %s lies on %s since %s (%s): give another hold its own number.", f.Hold, f.Object, old.At, old.Reason).At("hold")
	}
	if f.Quantity == 0 {
		_ = closure(set, row, nil) // loads what it reaches, level by level
	}
	return one(c.At, &f), nil
}

// nextHold is the number of an object's next hold: 1, 2 …, or I1 and Q1 for
// those of failed inspections and removals to quarantine.
func nextHold(set *store.Set, object int64, source string) string {
	prefix := map[string]string{FromInspection: "I", FromRemoval: "Q"}[source]
	last := 0
	for _, h := range holdsOn.All(set, object) {
		if text, ok := strings.CutPrefix(h.Hold, prefix); ok {
			if n, err := strconv.Atoi(text); err == nil {
				last = max(last, n)
			}
		}
	}
	return prefix + strconv.Itoa(last+1)
}

// OpenHolds are the holds that lie on an object itself.
func OpenHolds(set *store.Set, object int64) []*HoldRow {
	var found []*HoldRow
	for _, h := range holdsOn.All(set, object) {
		if h.ReleasedAt == 0 {
			found = append(found, h)
		}
	}
	return found
}

// Unhold ends a hold on an object.
type Unhold struct {
	Unheld
	At moment.Time `json:"at,omitempty"`
}

// SetAt fills in when, if it was left open.
func (c *Unhold) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide ends the hold that is named, or the only one. What a failed
// inspection holds is released by a passed one, or by its disposition.
func (c *Unhold) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.Unheld
	f.Object = f.alone()
	row, err := Find(set, f.Object)
	if err != nil {
		return nil, err
	}
	if old, ok := Holds.Get(set, holdKey{row.ID, f.Hold}); ok && old.ReleasedAt != 0 && f.Hold != "" {
		if old.ReleasedAt == c.At {
			return nil, nil
		}
		return nil, refuse.New(refuse.Conflict, "Hold %s of %s was released on %s.", f.Hold, f.Object, old.ReleasedAt).At("hold")
	}
	var found *HoldRow
	all := OpenHolds(set, row.ID)
	for _, h := range all {
		if h.Hold == f.Hold || f.Hold == "" {
			found = h
		}
	}
	switch {
	case len(all) == 0 && row.Held > 0:
		return nil, refuse.New(refuse.Conflict, "No hold lies on %s itself; it is held by %s: release that.", f.Object, heldBy(set, row, false))
	case len(all) == 0:
		return nil, refuse.New(refuse.Conflict, "%s is not on hold.", f.Object)
	case found == nil:
		return nil, refuse.New(refuse.NotFound, "No hold %s lies on %s.", f.Hold, f.Object).At("hold")
	case f.Hold == "" && len(all) > 1:
		return nil, refuse.New(refuse.Conflict, "%d holds lie on %s (%s): name one.", len(all), f.Object, heldBy(set, row, false)).At("hold")
	case found.Source == FromInspection:
		return nil, refuse.New(refuse.Conflict, "%s: %s. Record an inspection that passes, or dispose of its nonconformity with use-as-is.", f.Object, found.Reason).At("hold")
	case c.At < found.At:
		return nil, refuse.New(refuse.Conflict, "Hold %s was laid on %s, after %s.", found.Hold, found.At, c.At).At("at")
	}
	f.Hold = found.Hold
	return one(c.At, &f), nil
}

// ReleaseOf is the fact that ends what a failed inspection holds; nil when it
// holds nothing.
func ReleaseOf(set *store.Set, row *Row, cause, reason string) *Unheld {
	for _, h := range OpenHolds(set, row.ID) {
		if h.Source == FromInspection && h.Reason == cause {
			return &Unheld{Object: row.Object(), Hold: h.Hold, Reason: reason}
		}
	}
	return nil
}

func projectHeld(set *store.Set, line journal.Line, f *Held) {
	row, ok := Objects.Get(set, f.key())
	if !ok {
		return
	}
	layHold(set, line, row.ID, f)
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermHeld, Quantity: f.Quantity, Reason: f.Reason})
}

// layHold lays a hold and marks all that it reaches.
func layHold(set *store.Set, line journal.Line, object int64, f *Held) {
	h := HoldRow{ObjectID: object, Hold: f.Hold, Quantity: f.Quantity, Reason: f.Reason, Source: f.Source, At: line.At, Fact: line.ID()}
	if h.Hold == "" {
		h.Hold = nextHold(set, object, f.Source)
	}
	Holds.Put(set, h)
	if h.Quantity == 0 {
		renew(set, object, h.Hold)
		return
	}
	if row := byNumber(set, object); row != nil {
		change := *row
		change.HeldPart += h.Quantity
		Objects.Put(set, change)
	}
}

func projectUnheld(set *store.Set, line journal.Line, f *Unheld) {
	row, ok := Objects.Get(set, f.key())
	if !ok {
		return
	}
	number := f.Hold
	if open := OpenHolds(set, row.ID); number == "" && len(open) > 0 {
		number = open[0].Hold
	}
	if old, ok := Holds.Get(set, holdKey{row.ID, number}); ok {
		h := *old
		h.ReleasedAt, h.ReleaseReason = line.At, f.Reason
		Holds.Put(set, h)
		liftHold(set, &h)
	}
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermUnheld, Reason: f.Reason})
}

// liftHold takes the marks of a hold away.
func liftHold(set *store.Set, h *HoldRow) {
	if h.Quantity == 0 {
		renew(set, h.ObjectID, h.Hold)
		return
	}
	if row := byNumber(set, h.ObjectID); row != nil {
		change := *row
		change.HeldPart -= h.Quantity
		Objects.Put(set, change)
	}
}

// FromRecall is the source of holds that a recall laid.
const FromRecall = "recall"

// HoldFor is the fact that holds an object for a source, under a number of its
// own; nil where that lies on it already.
func HoldFor(set *store.Set, row *Row, number, reason, source string) *Held {
	f := &Held{Object: row.Object(), Hold: number, Reason: reason, Source: source}
	for i := 2; ; i++ {
		old, ok := Holds.Get(set, holdKey{row.ID, f.Hold})
		switch {
		case !ok:
			_ = closure(set, row, nil) // loads what it reaches, level by level
			return f
		case old.ReleasedAt == 0 && old.Source == source:
			return nil
		}
		f.Hold = number + "/" + strconv.Itoa(i)
	}
}

// ReleaseFor are the facts that end what a source holds of an object under a
// number.
func ReleaseFor(set *store.Set, row *Row, number, reason, source string) (all []*Unheld) {
	for _, h := range OpenHolds(set, row.ID) {
		if h.Source == source && (h.Hold == number || strings.HasPrefix(h.Hold, number+"/")) {
			_ = closure(set, row, nil)
			all = append(all, &Unheld{Object: row.Object(), Hold: h.Hold, Reason: reason})
		}
	}
	return all
}
