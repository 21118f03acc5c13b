package recall

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/quantity"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// scopeObjects are the objects of a recall's scope as they were frozen, in the
// order of answers.
func scopeObjects(tx *store.Tx, company, recall string) ([]trace.Object, error) {
	rows, err := Scopes.Select(tx, company, `recall = $2`, recall)
	var all []trace.Object
	for i := range rows {
		r := &rows[i]
		place := trace.Place{State: r.State, Quantity: r.Quantity, Location: r.Location, Order: r.Order, Customer: r.Customer, System: r.System, Shipment: r.Shipment}
		if len(all) > 0 && all[len(all)-1].Number() == r.ObjectID {
			last := &all[len(all)-1]
			last.Places = append(last.Places, place)
			last.Customer, last.System = cmp.Or(place.Customer, last.Customer), cmp.Or(place.System, last.System)
			continue
		}
		o := trace.Object{Ref: r.object().Ref(), PartNumber: r.PartNumber, Revision: r.Revision, Depth: int(r.Depth), Certainty: r.Certainty, Removed: r.Removed,
			QuantityMin: r.QuantityMin, QuantityMax: r.QuantityMax, Places: []trace.Place{place}, Top: r.Top, Customer: r.Customer, System: r.System}
		o.Serial, o.Lot = r.object().Serial, r.object().Lot
		all = append(all, o.Numbered(r.ObjectID))
	}
	slices.SortFunc(all, func(a, b trace.Object) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), strings.Compare(a.PartNumber, b.PartNumber), cmp.Compare(len(a.Serial), 0)-cmp.Compare(len(b.Serial), 0),
			strings.Compare(a.Serial+a.Lot, b.Serial+b.Lot))
	})
	return all, err
}

// differ says whether an object's class, quantities or places changed.
func differ(a, b *trace.Object) bool {
	return a.Number() != b.Number() || a.Ref != b.Ref || classOf(a) != classOf(b) || a.QuantityMin != b.QuantityMin || a.QuantityMax != b.QuantityMax || placesText(a) != placesText(b)
}

func classOf(o *trace.Object) string {
	if o.Removed {
		return "had been (" + o.Certainty + ")"
	}
	return o.Certainty
}

func placesText(o *trace.Object) string {
	var all []string
	for _, p := range placesOf(o) {
		var words []string
		for _, w := range []string{p.State, p.Order, p.Customer, p.System} {
			if w != "" {
				words = append(words, w)
			}
		}
		if p.Quantity != quantity.One || o.Lot != "" {
			words = append(words, p.Quantity.String())
		}
		all = append(all, strings.Join(words, " "))
	}
	text := strings.Join(all, ", ")
	if o.Top != "" && o.Top != o.Ref {
		text += " in " + o.Top
	}
	return text
}

// Difference is an object that came into a scope, went out of it, or changed
// in it, and the entry that did.
type Difference struct {
	Object string `json:"object"`
	What   string `json:"what"`   // came, went, changed
	Before string `json:"before"` // class and places when the scope was frozen
	After  string `json:"after"`
	Why    string `json:"why"`
	Entry  int64  `json:"entry,omitempty"`
}

// Compared is a frozen scope against what its question answers today.
type Compared struct {
	Recall      string       `json:"recall"`
	Scope       int64        `json:"scope"`
	Size        int64        `json:"size"` // of the journal, then
	Now         int64        `json:"now"`  // of the journal
	Came        int          `json:"came"`
	Went        int          `json:"went"`
	Changed     int          `json:"changed"`
	Differences []Difference `json:"differences"`

	compared []int64 // the objects of the differences
}

// Compare asks a recall's question again and says what came, what went and
// what changed since its scope was frozen, and why.
func Compare(tx *store.Tx, company, recall string) (*Compared, error) {
	r, err := Get(tx, company, recall)
	if err != nil {
		return nil, err
	}
	c := &Compared{Recall: r.Recall, Scope: r.Scope, Size: r.Size, Differences: []Difference{}}
	was, err := scopeObjects(tx, company, recall)
	if err != nil {
		return nil, err
	}
	included, err := byHand(tx, company, recall, scopeIncluded)
	if err != nil {
		return nil, err
	}
	if c.Now, _, err = journal.Head(tx, company); err != nil {
		return nil, err
	}
	b := &because{tx: tx, company: company, question: r.question(), included: ids(included), size: r.Size, ways: map[int64]*trace.Ways{}}
	now, err := ask(tx, company, b.question, b.included, trace.Question{})
	if err != nil {
		return nil, err
	}
	if err := c.compare(b, was, now); err != nil {
		return nil, err
	}
	var open []unexplained
	for i, o := range c.compared {
		if c.Differences[i].Entry == 0 {
			open = append(open, unexplained{i, o, c.Differences[i].Before})
		}
	}
	return c, b.search(c, open, c.Size, c.Now)
}

func (c *Compared) compare(b *because, was, now []trace.Object) error {
	before := map[int64]*trace.Object{}
	for i := range was {
		before[was[i].Number()] = &was[i]
	}
	after := map[int64]bool{}
	for i := range now {
		o := &now[i]
		after[o.Number()] = true
		old := before[o.Number()]
		d := Difference{Object: o.Ref, After: text(o)}
		var err error
		switch {
		case old == nil:
			c.Came++
			d.What = "came"
			d.Why, d.Entry, err = b.came(o)
		case differ(old, o):
			c.Changed++
			d.What, d.Before = "changed", text(old)
			d.Why, d.Entry, err = b.changed(old, o)
		default:
			continue
		}
		if err != nil {
			return err
		}
		c.add(d, o)
	}
	for i := range was {
		o := &was[i]
		if after[o.Number()] {
			continue
		}
		c.Went++
		why, entry, err := b.went(o)
		if err != nil {
			return err
		}
		c.add(Difference{Object: o.Ref, What: "went", Before: text(o), Why: why, Entry: entry}, o)
	}
	return nil
}

func (c *Compared) add(d Difference, o *trace.Object) {
	c.Differences = append(c.Differences, d)
	c.compared = append(c.compared, o.Number())
}

func text(o *trace.Object) string {
	s := classOf(o) + ", " + o.QuantityMin.String()
	if o.QuantityMin != o.QuantityMax {
		s += " to " + o.QuantityMax.String()
	}
	return s + "; " + placesText(o)
}

// because finds the entries that changed a scope.
type because struct {
	tx       *store.Tx
	company  string
	question Question
	included []int64
	size     int64                 // of the journal when the scope was frozen
	ways     map[int64]*trace.Ways // as known at an entry
	probes   int
}

// path is a shortest way from the starts to an object, as known at an entry
// (0: now).
func (b *because) path(id, known int64) (*trace.Path, error) {
	if b.ways[known] == nil {
		q := trace.Question{KnownAt: known}
		starts, err := withHand(b.tx, b.company, b.question, b.included, q)
		if err != nil {
			return nil, err
		}
		if b.ways[known], err = trace.FindWays(b.tx, b.company, starts, q); err != nil {
			return nil, err
		}
	}
	path, err := b.ways[known].To(id)
	if path == nil && err == nil {
		path = &trace.Path{Start: "what the trigger selects"} // it came by hand
	}
	return path, err
}

// came says which entry brought an object in: the newest on its path.
func (b *because) came(o *trace.Object) (string, int64, error) {
	newest := journal.EntryOf(o.Number())
	what := "recorded"
	path, err := b.path(o.Number(), 0)
	if err != nil {
		return "", 0, err
	}
	for _, s := range path.Steps {
		if s.Entry > newest {
			newest, what = s.Entry, fmt.Sprintf("%s went into %s", s.From, s.To)
		}
	}
	if newest > b.size {
		return fmt.Sprintf("%s by entry %d", what, newest), newest, nil
	}
	return "by what was recorded since", 0, nil
}

// went says what took an object out: the first step of its path of then that
// is not there any more.
func (b *because) went(o *trace.Object) (string, int64, error) {
	rows, err := genealogy.Objects.Select(b.tx, b.company, "id = $2", o.Number())
	if err != nil {
		return "", 0, err
	}
	if len(rows) == 0 || rows[0].Voided != 0 {
		by := int64(0)
		if len(rows) > 0 {
			by = journal.EntryOf(rows[0].Voided)
		}
		return fmt.Sprintf("its record was voided by entry %d", by), by, nil
	}
	path, err := b.path(o.Number(), b.size)
	if err != nil {
		return "", 0, err
	}
	for _, s := range path.Steps {
		edges, err := genealogy.Edges.Select(b.tx, b.company, "id = $2", s.Number())
		if err != nil {
			return "", 0, err
		}
		if len(edges) > 0 && edges[0].Voided != 0 {
			by := journal.EntryOf(edges[0].Voided)
			return fmt.Sprintf("that %s went into %s was voided by entry %d", s.From, s.To, by), by, nil
		}
	}
	return "by what was recorded since", 0, nil
}

// changed says which entry changed an object's class or place.
func (b *because) changed(old, o *trace.Object) (string, int64, error) {
	if placesText(old) != placesText(o) || old.Ref != o.Ref {
		if why, entry, err := b.moved(old, o); entry != 0 || err != nil {
			return why, entry, err
		}
	}
	path, err := b.path(o.Number(), 0)
	if err != nil {
		return "", 0, err
	}
	for _, s := range slices.Backward(path.Steps) {
		if s.Entry > b.size {
			return fmt.Sprintf("%s went into %s by entry %d", s.From, s.To, s.Entry), s.Entry, nil
		}
		if s.EndedBy > b.size {
			return fmt.Sprintf("%s was taken out of %s by entry %d", s.From, s.To, s.EndedBy), s.EndedBy, nil
		}
	}
	return "by what was recorded since", 0, nil
}
