package recall

import (
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Respond records what customers say has become of their units; all answers of
// a command, or none.
type Respond struct {
	Recall  string      `json:"recall"`
	Answers []Said      `json:"answers"`
	At      moment.Time `json:"at,omitempty"`
}

// Said is what a customer says of a unit, or of a quantity of a lot.
type Said struct {
	Object     string            `json:"object"`             // PART/NAME
	Customer   string            `json:"customer,omitempty"` // where several have of it
	State      string            `json:"state"`
	Quantity   quantity.Quantity `json:"quantity,omitzero"` // of a lot, in that state altogether; all of it when left out
	System     string            `json:"system,omitempty"`  // where it was found
	Note       string            `json:"note,omitempty"`
	AnsweredBy string            `json:"answered_by,omitempty"`
}

// answersMax is how many answers one command can hold.
const answersMax = 10_000

// SetAt fills in when, if it was left open.
func (c *Respond) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide records the answers; what was answered so before changes nothing.
func (c *Respond) Decide(set *store.Set) ([]journal.Fact, error) {
	if _, err := find(set, c.Recall, c.At); err != nil {
		return nil, err
	}
	if len(c.Answers) == 0 || len(c.Answers) > answersMax {
		return nil, refuse.New(refuse.Invalid, "%d answers are given: give 1 to %d.", len(c.Answers), answersMax).At("answers")
	}
	var facts []journal.Fact
	seen := map[unitKey]bool{}
	for i := range c.Answers {
		s := &c.Answers[i]
		u, err := s.unit(set, c.Recall)
		if err != nil {
			return nil, err
		}
		k := unitKey{u.Recall, u.Customer, u.ObjectID}
		if u.whole() && seen[k] {
			return nil, refuse.New(refuse.Invalid, "%s is answered twice: give one answer for it.", u.Object()).At("answers")
		}
		seen[k] = true
		f, err := s.fact(u)
		if err != nil {
			return nil, err
		}
		if next := f.apply(*u, c.At); !next.same(u) {
			facts = append(facts, journal.Fact{At: c.At, What: f})
		}
	}
	return facts, nil
}

// unit finds what is answered for among what customers were told of.
func (s *Said) unit(set *store.Set, recall string) (*UnitRow, error) {
	ways, err := genealogy.ParseRef(s.Object)
	if err != nil {
		return nil, at("object", err)
	}
	var found []*UnitRow
	known := false
	for _, way := range ways {
		row, err := genealogy.Find(set, way)
		if err != nil {
			continue
		}
		known = true
		for _, u := range unitsOf.All(set, unitOf{recall, row.ID}) {
			if s.Customer == "" || s.Customer == u.Customer {
				found = append(found, u)
			}
		}
	}
	switch {
	case !known:
		return nil, refuse.New(refuse.NotFound, "There is no lot or unit %s.", s.Object).At("object")
	case len(found) == 0 && s.Customer != "":
		return nil, refuse.New(refuse.Conflict, "%s is not among what %s was told of in recall %s.", s.Object, s.Customer, recall).At("object")
	case len(found) == 0:
		return nil, refuse.New(refuse.Conflict, "%s is not among what customers were told of in recall %s.", s.Object, recall).At("object")
	case len(found) > 1:
		return nil, refuse.New(refuse.Conflict, "%s and %s both have of %s: name the customer.", found[0].Customer, found[1].Customer, s.Object).At("customer")
	}
	return found[0], nil
}

func (s *Said) fact(u *UnitRow) (*Acted, error) {
	f := &Acted{Recall: u.Recall, Action: ActAnswered, Customer: u.Customer, Notice: u.Notice, Count: 1, Text: s.Note, State: s.State, Quantity: s.Quantity,
		System: s.System, AnsweredBy: s.AnsweredBy, Objects: []ActedObject{{ID: journal.FactName(u.ObjectID), Object: u.Object()}}}
	if f.Quantity == 0 {
		f.Quantity = u.Quantity
	}
	switch {
	case !slices.Contains(UnitStates, s.State):
		return nil, refuse.New(refuse.Invalid, "state is %q: it must be one of %s.", s.State, strings.Join(UnitStates, ", ")).At("state")
	case len(s.Note) > textMax || len(s.System) > 200 || len(s.AnsweredBy) > 200:
		return nil, refuse.New(refuse.TooLarge, "A note has at most %d bytes, a system and a name 200.", textMax).At("note")
	case f.Quantity < 0 || f.Quantity > u.Quantity:
		return nil, refuse.New(refuse.Invalid, "%s has %s of %s: %s cannot be %s.", u.Customer, u.Quantity, u.Object(), f.Quantity, s.State).At("quantity")
	case u.whole() && f.Quantity != quantity.One:
		return nil, refuse.New(refuse.Invalid, "%s is one piece: give no quantity for it.", u.Object()).At("quantity")
	}
	if next := f.apply(*u, 0); next.Located+next.accounted()+next.NotFound > u.Quantity {
		return nil, refuse.New(refuse.Conflict, "%s has %s of %s, and answered for more: give less of what it was before.", u.Customer, u.Quantity, u.Object()).At("quantity")
	}
	return f, nil
}

// whole says that it is one piece, in one state at a time.
func (u *UnitRow) whole() bool { return u.Kind == genealogy.UnitKind }

// same says that an answer brought nothing new.
func (u UnitRow) same(old *UnitRow) bool {
	u.AnsweredAt, u.AcknowledgedAt, u.AccountedAt = old.AnsweredAt, old.AcknowledgedAt, old.AccountedAt
	return u == *old
}

// apply is a unit after an answer.
func (f *Acted) apply(u UnitRow, at moment.Time) UnitRow {
	u.State, u.FoundIn, u.Note, u.AnsweredBy = f.State, f.System, f.Text, f.AnsweredBy
	if u.whole() {
		u.Located, u.Returned, u.Corrected, u.Destroyed, u.NotFound = 0, 0, 0, 0, 0
	}
	switch f.State {
	case UnitLocated:
		u.Located = f.Quantity
	case UnitReturned:
		u.Returned = f.Quantity
	case UnitCorrected:
		u.Corrected = f.Quantity
	case UnitDestroyed:
		u.Destroyed = f.Quantity
	case UnitNotFound:
		u.NotFound = f.Quantity
	}
	if rest := u.Quantity - u.accounted() - u.NotFound; !u.whole() && f.State != UnitLocated && u.Located > rest {
		u.Located = max(0, rest) // what was found is what is dealt with now
	}
	if u.AcknowledgedAt == 0 {
		u.AcknowledgedAt = at
	}
	if f.State != UnitAcknowledged && u.AnsweredAt == 0 {
		u.AnsweredAt = at
	}
	if u.accounted() < u.Quantity {
		u.AccountedAt = 0
	} else if u.AccountedAt == 0 {
		u.AccountedAt = at
	}
	return u
}

func projectAnswered(set *store.Set, line journal.Line, f *Acted) {
	if old, ok := Units.Get(set, unitKey{f.Recall, f.Customer, f.Objects[0].number()}); ok {
		Units.Put(set, f.apply(*old, line.At))
	}
}
