package genealogy

import (
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Assumed says that an object, which a record of the past speaks of, was there,
// though nothing says where it came from.
type Assumed struct {
	Object
	Reason string `json:"reason"`
}

// Kind names the fact.
func (Assumed) Kind() string { return "object.assumed/1" }

// Breached says that a record of the past broke a rule.
type Breached struct {
	Object Object `json:"object,omitzero"`
	Rule   string `json:"rule"` // what would have been refused
	Reason string `json:"reason"`
}

// Kind names the fact.
func (Breached) Kind() string { return "rule.breached/1" }

// BreachRow is a rule that a record of the past broke.
type BreachRow struct {
	ID       int64       `col:"id,key"`
	ObjectID int64       `col:"object_id"`
	At       moment.Time `col:"at"`
	Rule     string      `col:"rule"`
	Reason   string      `col:"reason"`
	Voided   int64       `col:"voided"`
}

// BreachRows are the breaches of a company.
var BreachRows = store.NewTable("breach", func(r *BreachRow) int64 { return r.ID })

// Unknown is an object that a record of the past speaks of and nobody recorded.
type Unknown struct {
	Object  Object
	refusal error
}

func (u *Unknown) Error() string { return u.refusal.Error() }

// Refusal is what would have been refused.
func (u *Unknown) Refusal() error { return u.refusal }

// Assume is the fact that the object was there; nil when it cannot have been.
func (u *Unknown) Assume(set *store.Set, at moment.Time) (moment.Time, *Assumed) {
	if _, err := catalog.FindItem(set, u.Object.PartNumber); err != nil || u.Object.Name() == "" {
		return 0, nil
	}
	return at, &Assumed{Object: u.Object}
}

// forgive notes a refusal of a record of the past as a breach, and lets it
// pass; otherwise the refusal stands.
func forgive(set *store.Set, row *Row, err error) error {
	refusal, ok := refuse.As(err)
	if !ok || !set.Forgiving() || refusal.Code != refuse.Conflict {
		return err
	}
	id := int64(0)
	if row != nil {
		id = row.ID
	}
	set.Note(id, refusal.Error())
	return nil
}

// Breaches are the facts of what was noted.
func Breaches(set *store.Set, at moment.Time, all []store.Breach, reason string) []journal.Fact {
	var facts []journal.Fact
	for _, b := range all {
		f := &Breached{Rule: b.Text, Reason: reason}
		if row := byNumber(set, b.ID); row != nil && b.ID != 0 {
			f.Object = row.Object()
		}
		facts = append(facts, journal.Fact{At: at, What: f})
	}
	return facts
}

func projectBreached(set *store.Set, line journal.Line, f *Breached) {
	row := BreachRow{ID: line.ID(), At: line.At, Rule: f.Rule, Reason: f.Reason}
	if o, ok := Objects.Get(set, f.Object.key()); ok && f.Object.PartNumber != "" {
		row.ObjectID = o.ID
	}
	BreachRows.New(set, row)
}

func projectAssumed(set *store.Set, line journal.Line, f *Assumed) {
	if _, ok := Get(set, f.key()); ok {
		return
	}
	row := Row{PartNumber: f.PartNumber, Kind: f.Object.Kind(), Name: f.Name(), ID: line.ID(), At: line.At, Origin: OriginUnknown, LastMoved: line.At}
	if item, err := catalog.FindItem(set, f.PartNumber); err == nil {
		row.Revision = item.Latest
	}
	row = again(set, row)
	Objects.Put(set, row)
	Movements.New(set, Movement{ID: line.ID(), ObjectID: row.ID, At: line.At, Term: TermAssumed, Reason: f.Reason})
}

// Forgive is the refusal of what breaks a rule, or none where the past is taken
// as it happened: the breach is noted then.
func Forgive(set *store.Set, row *Row, err error) error { return forgive(set, row, err) }
