package recall

import (
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// Exclude takes objects out of a recall's scope by hand: they stay listed, with
// the reason and who signed for it, and are neither held nor counted; what the
// recall holds of them is released. What contains them stays.
type Exclude struct {
	Recall  string   `json:"recall"`
	Objects []string `json:"objects"` // PART/NAME
	Reason  string   `json:"reason"`
	journal.Signature
	At moment.Time `json:"at,omitempty"`

	found []trace.Object
}

// Include puts objects into a recall's scope by hand, with all that contains or
// may contain them.
type Include struct {
	Recall  string   `json:"recall"`
	Objects []string `json:"objects"`
	Reason  string   `json:"reason"`
	journal.Signature
	At moment.Time `json:"at,omitempty"`

	found, reached []trace.Object
}

// objectsMax is how many objects are changed by hand at once.
const objectsMax = 1000

// SetAt fills in when, if it was left open.
func (c *Exclude) SetAt(at moment.Time) { fill(&c.At, at) }

// SetAt fills in when, if it was left open.
func (c *Include) SetAt(at moment.Time) { fill(&c.At, at) }

// Prepare finds the objects.
func (c *Exclude) Prepare(tx *store.Tx, company string) error {
	starts, err := named(tx, company, c.Recall, c.Objects)
	if err != nil {
		return err
	}
	in, err := scopeObjects(tx, company, c.Recall)
	if err != nil {
		return err
	}
	c.found = pickObjects(in, starts)
	if len(c.found) < len(starts) {
		return refuse.New(refuse.Conflict, "Not all of these are in the scope of recall %s: %s are.", c.Recall, refs(c.found)).At("objects")
	}
	return nil
}

// Prepare finds the objects and what they reach.
func (c *Include) Prepare(tx *store.Tx, company string) error {
	starts, err := named(tx, company, c.Recall, c.Objects)
	if err != nil {
		return err
	}
	reach, err := trace.ReachObjects(tx, company, starts, trace.Question{})
	if err != nil {
		return err
	}
	if c.found = pickObjects(reach.Objects, starts); len(c.found) < len(starts) {
		return refuse.New(refuse.NotFound, "Not all of these are recorded, or their records were voided.").At("objects")
	}
	in, err := scopeObjects(tx, company, c.Recall)
	c.reached = nil
	known := map[int64]*trace.Object{}
	for i := range in {
		known[in[i].Number()] = &in[i]
	}
	for _, o := range reach.Objects {
		old := known[o.Number()]
		if old != nil && rank(&o) >= rank(old) {
			continue
		}
		if old != nil {
			o.Places = old.Places // those of when the scope was frozen
		}
		c.reached = append(c.reached, o)
	}
	return err
}

// rank orders classes from best to worst.
func rank(o *trace.Object) int {
	r := 0
	if o.Certainty == genealogy.May {
		r++
	}
	if o.Removed {
		r += 2
	}
	return r
}

// named are the objects that a command names.
func named(tx *store.Tx, company, recall string, texts []string) (map[int64]bool, error) {
	if _, err := Get(tx, company, recall); err != nil {
		return nil, err
	}
	if len(texts) == 0 || len(texts) > objectsMax {
		return nil, refuse.New(refuse.Invalid, "%d objects are named: name 1 to %d.", len(texts), objectsMax).At("objects")
	}
	starts := map[int64]bool{}
	for _, text := range texts {
		row, err := trace.Resolve(tx, company, text)
		if err != nil {
			return nil, at("objects", err)
		}
		starts[row.ID] = false
	}
	return starts, nil
}

func pickObjects(all []trace.Object, some map[int64]bool) (found []trace.Object) {
	for _, o := range all {
		if _, ok := some[o.Number()]; ok {
			found = append(found, o)
		}
	}
	return found
}

// refs names objects in a sentence.
func refs(objects []trace.Object) string {
	text := ""
	for i, o := range objects {
		if i == 10 {
			return text + " and others"
		}
		if i > 0 {
			text += ", "
		}
		text += o.Ref
	}
	if text == "" {
		return "none"
	}
	return text
}

// Decide takes the objects out.
func (c *Exclude) Decide(set *store.Set) ([]journal.Fact, error) {
	return byHandFacts(set, Scoped{Recall: c.Recall, Change: scopeExcluded, Reason: c.Reason}, c.found, nil, hand{c.Signature, c.At, "excluded from the recall"})
}

// Decide puts the objects in.
func (c *Include) Decide(set *store.Set) ([]journal.Fact, error) {
	return byHandFacts(set, Scoped{Recall: c.Recall, Change: scopeIncluded, Reason: c.Reason}, c.found, c.reached, hand{c.Signature, c.At, "included in the recall"})
}

// hand is who changes a scope by hand.
type hand struct {
	journal.Signature
	at      moment.Time
	meaning string
}

func byHandFacts(set *store.Set, like Scoped, found, reached []trace.Object, by hand) ([]journal.Fact, error) {
	r, err := find(set, like.Recall, by.at)
	switch {
	case err != nil:
		return nil, err
	case like.Reason == "":
		return nil, refuse.New(refuse.Invalid, "Say why the scope of recall %s is changed by hand.", like.Recall).At("reason")
	case len(like.Reason) > textMax:
		return nil, refuse.New(refuse.TooLarge, "The reason has at most %d bytes.", textMax).At("reason")
	}
	like.Scope = r.Scope
	var facts []journal.Fact
	for i := range found {
		if old, ok := Hands.Get(set, handKey{like.Recall, found[i].Number()}); ok && old.Change == like.Change {
			continue
		}
		one := like
		alike, object := split(&found[i], trace.Place{}, 0)
		one.Alike = Alike{PartNumber: alike.PartNumber, Object: alike.Object}
		one.Objects = []ScopedObject{object}
		facts = append(facts, journal.Fact{At: by.at, What: &one})
	}
	if len(facts) == 0 {
		return nil, nil
	}
	for i := range found {
		if row := genealogy.ByNumber(set, found[i].Number()); row != nil && like.Change == scopeExcluded {
			for _, f := range genealogy.ReleaseFor(set, row, like.Recall, "excluded from recall "+like.Recall+": "+like.Reason, genealogy.FromRecall) {
				facts = append(facts, journal.Fact{At: by.at, What: f})
			}
		}
	}
	like.Change, like.Reason = scopeFrozen, ""
	facts = append(facts, scopedFacts(like, reached, by.at)...)
	return journal.Sign(facts, by.Signature, by.meaning)
}

func projectHand(set *store.Set, line journal.Line, f *Scoped) {
	for i := range f.Objects {
		r := f.row(&f.Objects[i])
		Hands.Put(set, HandRow{f.Recall, r.ObjectID, f.Change, r.object().Ref(), f.Reason, line.At, line.ID()})
	}
}

// byHand are the objects of a recall that were changed by hand in one way.
func byHand(tx *store.Tx, company, recall, change string) (map[int64]HandRow, error) {
	rows, err := Hands.Select(tx, company, `recall = $2 AND change = $3`, recall, change)
	all := map[int64]HandRow{}
	for _, r := range rows {
		all[r.ObjectID] = r
	}
	return all, err
}
