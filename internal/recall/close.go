package recall

import (
	"fmt"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// Close ends a recall, signed. While units are not accounted for (not returned,
// corrected or destroyed), customers were not told, or affected objects inside
// the company are not held, it is refused, unless it says why it is closed
// despite that (21 CFR 7.55, termination of a recall).
type Close struct {
	Recall  string `json:"recall"`
	Reason  string `json:"reason"`
	Despite string `json:"despite,omitempty"`
	journal.Signature
	At moment.Time `json:"at,omitempty"`

	untold, loose int64
}

// Closed says that a recall ended, and what was open then.
type Closed struct {
	Recall      string `json:"recall"`
	Reason      string `json:"reason"`
	Despite     string `json:"despite,omitempty"`
	Units       int64  `json:"units"`       // at customers
	Unaccounted int64  `json:"unaccounted"` // of those
	NotFound    int64  `json:"not_found"`   // of those
	Untold      int64  `json:"untold"`      // customers
	Loose       int64  `json:"loose"`       // affected objects inside that are not held
}

// Kind names the fact.
func (Closed) Kind() string { return "recall.closed/1" }

// SetAt fills in when, if it was left open.
func (c *Close) SetAt(at moment.Time) { fill(&c.At, at) }

// Prepare counts the customers that were not told, and what is not held.
func (c *Close) Prepare(tx *store.Tx, company string) error {
	objects, err := counted(tx, company, c.Recall)
	if err != nil {
		return err
	}
	units, err := Units.Select(tx, company, "recall = $2", c.Recall)
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, u := range units {
		told[u.Customer] = true
	}
	c.untold = 0
	for customer := range delivered(objects) {
		if !told[customer] {
			c.untold++
		}
	}
	inside, _, err := whereNow(tx, company, c.Recall)
	if err != nil {
		return err
	}
	loose, err := looseOf(tx, company, inside)
	c.loose = int64(len(loose))
	return err
}

// looseOf are those of the objects that can be held which are not.
func looseOf(tx *store.Tx, company string, inside []trace.Object) ([]string, error) {
	held := map[int64]bool{}
	var numbers []int64
	for i := range inside {
		numbers = append(numbers, inside[i].Number())
	}
	s := &scout{tx: tx, company: company}
	err := pick(s, genealogy.Holds, "object_id", numbers, func(h *genealogy.HoldRow) {
		if h.ReleasedAt == 0 {
			held[h.ObjectID] = true
		}
	})
	var loose []string
	for i := range inside {
		if !held[inside[i].Number()] {
			loose = append(loose, inside[i].Ref)
		}
	}
	return loose, err
}

// Decide closes the recall.
func (c *Close) Decide(set *store.Set) ([]journal.Fact, error) {
	if _, err := find(set, c.Recall, c.At); err != nil {
		return nil, err
	}
	f := &Closed{Recall: c.Recall, Reason: c.Reason, Despite: c.Despite, Untold: c.untold, Loose: c.loose}
	for _, u := range allOf.All(set, c.Recall) {
		if excluded(set, u) {
			continue
		}
		f.Units++
		if u.accounted() < u.Quantity {
			f.Unaccounted++
			if u.NotFound > 0 {
				f.NotFound++
			}
		}
	}
	switch {
	case c.Reason == "":
		return nil, refuse.New(refuse.Invalid, "Say why recall %s is closed.", c.Recall).At("reason")
	case len(c.Reason) > textMax || len(c.Despite) > textMax:
		return nil, refuse.New(refuse.TooLarge, "Reasons have at most %d bytes.", textMax).At("reason")
	case f.open() != "" && c.Despite == "":
		return nil, refuse.New(refuse.Conflict, "Recall %s has %s: account for them, or say with despite why it is closed all the same.", c.Recall, f.open()).At("despite")
	}
	return journal.Sign([]journal.Fact{{At: c.At, What: f}}, c.Signature, "closed the recall")
}

// excluded says whether a unit was taken out of the scope by hand.
func excluded(set *store.Set, u *UnitRow) bool {
	h, ok := Hands.Get(set, handKey{u.Recall, u.ObjectID})
	return ok && h.Change == scopeExcluded
}

// open is what is not done, in words.
func (f *Closed) open() string {
	var all []string
	for _, o := range []struct {
		n    int64
		what string
	}{{f.Unaccounted, fmt.Sprintf("%d of %d units at customers not accounted for (%d not found)", f.Unaccounted, f.Units, f.NotFound)},
		{f.Untold, fmt.Sprintf("%d customers not notified", f.Untold)}, {f.Loose, fmt.Sprintf("%d affected objects in the house not held", f.Loose)}} {
		if o.n > 0 {
			all = append(all, o.what)
		}
	}
	text := ""
	for i, what := range all {
		switch {
		case i > 0 && i == len(all)-1:
			text += " and "
		case i > 0:
			text += ", "
		}
		text += what
	}
	return text
}

func projectClosed(set *store.Set, line journal.Line, f *Closed) {
	if old, ok := Recalls.Get(set, f.Recall); ok {
		r := *old
		r.State, r.ClosedAt, r.CloseReason, r.ClosedFact = StateClosed, line.At, f.Reason, line.ID()
		if f.Despite != "" {
			r.CloseReason += "; despite " + f.open() + ": " + f.Despite
		}
		Recalls.Put(set, r)
	}
}
