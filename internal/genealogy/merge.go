package genealogy

import (
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// How lots are merged.
const (
	Blended = "blended" // a tank, a melt: all that is drawn after holds all
	Loose   = "loose"   // a bin: what is drawn after holds some, nobody knows which
)

// Merge puts a quantity of a lot into another lot of the item, which comes to
// be when it is new.
type Merge struct {
	PartNumber string            `json:"part_number"`
	Lot        string            `json:"lot"`
	IntoLot    string            `json:"into_lot"`
	Quantity   quantity.Quantity `json:"quantity"`
	Mode       string            `json:"mode,omitempty"` // loose (default), blended
	Deviation  string            `json:"deviation,omitempty"`
	At         moment.Time       `json:"at,omitempty"`
}

// LotsMerged says that part of a lot went into another.
type LotsMerged struct {
	PartNumber string            `json:"part_number"`
	Lot        string            `json:"lot"`
	IntoLot    string            `json:"into_lot"`
	Quantity   quantity.Quantity `json:"quantity"`
	Mode       string            `json:"mode"`
	Before     quantity.Quantity `json:"before,omitempty"` // what was in the other lot then
	Deviation  string            `json:"deviation,omitempty"`
	Warned     []string          `json:"warnings,omitempty"`
}

// Kind names the fact.
func (LotsMerged) Kind() string { return "lots.merged/1" }

// Warnings are what may stand against it.
func (f *LotsMerged) Warnings() []string { return f.Warned }

// SetAt fills in when, if it was left open.
func (c *Merge) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide merges.
func (c *Merge) Decide(set *store.Set) ([]journal.Fact, error) {
	f := LotsMerged{PartNumber: c.PartNumber, Lot: c.Lot, Quantity: c.Quantity, Mode: or(c.Mode, Loose), Deviation: c.Deviation}
	if f.Mode != Loose && f.Mode != Blended {
		return nil, refuse.New(refuse.Invalid, "mode is %q: it must be blended or loose.", c.Mode).At("mode")
	}
	item, err := catalog.FindItem(set, c.PartNumber)
	if err != nil {
		return nil, field("part_number", err)
	}
	if item.Tracking == catalog.BySerial {
		return nil, refuse.New(refuse.Invalid, "%s is followed by serial: its units stay what they are; split or move them.", c.PartNumber).At("part_number")
	}
	from, err := Find(set, Object{PartNumber: c.PartNumber, Lot: c.Lot})
	if err != nil {
		return nil, field("lot", err)
	}
	if f.IntoLot, err = name.Clean("into_lot", c.IntoLot); err != nil {
		return nil, err
	}
	if f.IntoLot == c.Lot {
		return nil, refuse.New(refuse.Invalid, "Lot %s cannot be merged into itself.", from.Object()).At("into_lot")
	}
	if err := positive(c.Quantity); err != nil {
		return nil, err
	}
	into, _ := Get(set, ObjectKey{c.PartNumber, LotKind, f.IntoLot})
	u := use{c.Deviation, "", c.Quantity, c.At}
	if err := u.permitted(set, "", from, into); err != nil {
		return nil, err
	}
	for column, row := range map[string]*Row{"lot": from, "into_lot": into} {
		if row == nil {
			continue
		}
		if err := u.usable(set, row); err != nil {
			return nil, field(column, err)
		}
	}
	if into != nil && c.At < into.At {
		return nil, refuse.New(refuse.Conflict, "Lot %s came in on %s, after %s.", into.Object(), into.At, c.At).At("at")
	}
	if into != nil {
		f.Before = stockAt(set, into, c.At)
	}
	f.Warned = warnings(set, from, into)
	return one(c.At, &f), enough(set, from, c.Quantity, c.At)
}

func projectMerged(set *store.Set, line journal.Line, f *LotsMerged) {
	old, ok := Objects.Get(set, ObjectKey{f.PartNumber, LotKind, f.Lot})
	if !ok {
		return
	}
	from := *old
	into := Row{PartNumber: f.PartNumber, Kind: LotKind, Name: f.IntoLot, ID: line.ID(), Revision: from.Revision, At: line.At, Location: from.Location, Origin: OriginMerged}
	if other, ok := Objects.Get(set, ObjectKey{f.PartNumber, LotKind, f.IntoLot}); ok {
		into = revived(*other, line, OriginMerged)
	}
	from.OnHand -= f.Quantity
	from.LastMoved = max(from.LastMoved, line.At)
	into.OnHand += f.Quantity
	into.Size += f.Quantity
	into.LastMoved = max(into.LastMoved, line.At)
	if from.ExpiresOn != 0 && (into.ExpiresOn == 0 || from.ExpiresOn < into.ExpiresOn) {
		into.ExpiresOn = from.ExpiresOn // what is mixed keeps no longer than its worst part
	}
	Objects.Put(set, from)
	Objects.Put(set, into)
	certainty := May
	if f.Mode == Blended {
		certainty = Must
	}
	Edges.New(set, Edge{ID: line.ID(), Kind: MergeEdge, FromID: from.ID, ToID: into.ID, Quantity: f.Quantity, Certainty: certainty, Line: -1,
		At: line.At, EndedAt: moment.Never, Before: f.Before, Deviation: f.Deviation})
	Movements.New(set, Movement{ID: line.ID(), ObjectID: from.ID, At: line.At, Term: TermMergedOut, Quantity: f.Quantity, Reason: f.IntoLot})
	Movements.New(set, Movement{ID: line.ID(), ObjectID: into.ID, At: line.At, Term: TermMergedIn, Quantity: f.Quantity, Reason: f.Lot})
	useDeviation(set, f.Deviation, f.Quantity, line.ID())
	relink(set, from.ID)
}
