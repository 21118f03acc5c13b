package recall

import (
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// What a Scoped says has become of a scope.
const (
	scopeAgain    = "again"    // it is replaced by what the question reaches now
	scopeFrozen   = "frozen"   // these objects are in it
	scopeExcluded = "excluded" // taken out by hand
	scopeIncluded = "included" // put in by hand, with all that it reaches
)

// Scoped says what is in the scope of a recall. Objects that are alike share a
// fact, those of one customer never with those of another: a proof of what a
// customer has shows nothing of the others.
type Scoped struct {
	Recall string `json:"recall"`
	Scope  int64  `json:"scope"`
	Change string `json:"change"`
	Reason string `json:"reason,omitempty"`
	Size   int64  `json:"size,omitempty"`
	*Counts
	Alike
	Objects []ScopedObject `json:"objects,omitempty"`
}

// Alike is what objects of a fact have in common.
type Alike struct {
	PartNumber  string            `json:"part_number,omitempty"`
	Object      string            `json:"kind,omitempty"` // unit, lot
	Revision    string            `json:"revision,omitempty"`
	Certainty   string            `json:"certainty,omitempty"`
	Removed     bool              `json:"removed,omitempty"`
	Depth       int64             `json:"depth,omitempty"`
	QuantityMin quantity.Quantity `json:"quantity_min,omitzero"`
	QuantityMax quantity.Quantity `json:"quantity_max,omitzero"`
	State       string            `json:"state,omitempty"`
	Customer    string            `json:"customer,omitempty"`
}

// ScopedObject is an object at a place.
type ScopedObject struct {
	ID       string            `json:"id"` // the fact that made it
	Name     string            `json:"name,omitempty"`
	Place    int64             `json:"place,omitempty"`
	Quantity quantity.Quantity `json:"quantity,omitzero"` // there; of a unit 1
	Top      string            `json:"top,omitempty"`     // what it is inside of
	Location string            `json:"location,omitempty"`
	Order    string            `json:"order,omitempty"`
	System   string            `json:"system,omitempty"`
	Shipment string            `json:"shipment,omitempty"`
}

// Kind names the fact.
func (Scoped) Kind() string { return "recall.scoped/1" }

// scopedMax is about how many bytes of objects a fact has: well below a line's
// limit, though a name may be long.
const scopedMax = 40_000

// facts are the scope as facts, in the order of its objects.
func (f *frozen) facts(recall string, scope int64, at moment.Time) []journal.Fact {
	return scopedFacts(Scoped{Recall: recall, Scope: scope, Change: scopeFrozen}, f.objects, at)
}

func scopedFacts(like Scoped, objects []trace.Object, at moment.Time) []journal.Fact {
	type group struct {
		fact *Scoped
		size int
	}
	var facts []journal.Fact
	open := map[Alike]*group{}
	for i := range objects {
		for n, place := range placesOf(&objects[i]) {
			alike, object := split(&objects[i], place, int64(n))
			g := open[alike]
			if g == nil || g.size > scopedMax {
				fact := like
				fact.Alike = alike
				g = &group{fact: &fact}
				open[alike] = g
				facts = append(facts, journal.Fact{At: at, What: &fact})
			}
			g.fact.Objects = append(g.fact.Objects, object)
			g.size += 100 + len(object.Name) + len(object.Top) + len(object.Location) + len(object.Order) + len(object.System) + len(object.Shipment)
		}
	}
	return facts
}

// placesOf are where an object is; one that is nowhere is at one place without
// a state.
func placesOf(o *trace.Object) []trace.Place {
	if len(o.Places) == 0 {
		return []trace.Place{{}}
	}
	return o.Places
}

func split(o *trace.Object, p trace.Place, n int64) (Alike, ScopedObject) {
	kind, called := genealogy.UnitKind, o.Serial
	if o.Lot != "" {
		kind, called = genealogy.LotKind, o.Lot
	}
	object := ScopedObject{ID: journal.FactName(o.Number()), Name: called, Place: n, Location: p.Location, Order: p.Order, System: p.System, Shipment: p.Shipment}
	if kind == genealogy.LotKind {
		object.Quantity = p.Quantity
	}
	if o.Top != o.Ref {
		object.Top = o.Top
	}
	return Alike{PartNumber: o.PartNumber, Object: kind, Revision: o.Revision, Certainty: o.Certainty, Removed: o.Removed, Depth: int64(o.Depth),
		QuantityMin: o.QuantityMin, QuantityMax: o.QuantityMax, State: p.State, Customer: p.Customer}, object
}

func (s *Scoped) row(o *ScopedObject) ScopeRow {
	id, _ := journal.ParseFactName(o.ID) // written by this package
	r := ScopeRow{Recall: s.Recall, ObjectID: id, Place: o.Place, PartNumber: s.PartNumber, Kind: s.Object, Name: o.Name, Revision: s.Revision, Certainty: s.Certainty,
		Removed: s.Removed, Depth: s.Depth, QuantityMin: s.QuantityMin, QuantityMax: s.QuantityMax, Top: o.Top, State: s.State, Quantity: o.Quantity,
		Location: o.Location, Order: o.Order, Customer: s.Customer, System: o.System, Shipment: o.Shipment}
	if r.Kind == genealogy.UnitKind {
		r.Quantity = quantity.One
		if r.Top == "" {
			r.Top = r.object().Ref()
		}
	}
	return r
}

func (r *ScopeRow) object() genealogy.Object {
	if r.Kind == genealogy.UnitKind {
		return genealogy.Object{PartNumber: r.PartNumber, Serial: r.Name}
	}
	return genealogy.Object{PartNumber: r.PartNumber, Lot: r.Name}
}

// ScopeAgain freezes the scope of an open recall anew, as its question answers
// today. What was excluded or included by hand stays so.
type ScopeAgain struct {
	Recall string      `json:"recall"`
	Reason string      `json:"reason"`
	At     moment.Time `json:"at,omitempty"`

	scope *frozen
	same  bool
}

// SetAt fills in when, if it was left open.
func (c *ScopeAgain) SetAt(at moment.Time) { fill(&c.At, at) }

// Prepare asks the recall's question again.
func (c *ScopeAgain) Prepare(tx *store.Tx, company string) error {
	r, err := Get(tx, company, c.Recall)
	if err != nil {
		return err
	}
	included, err := byHand(tx, company, c.Recall, scopeIncluded)
	if err != nil {
		return err
	}
	if c.scope, err = freeze(tx, company, r.question(), ids(included)); err != nil {
		return err
	}
	was, err := scopeObjects(tx, company, c.Recall)
	c.same = slices.EqualFunc(was, c.scope.objects, func(a, b trace.Object) bool { return !differ(&a, &b) })
	return err
}

// Decide freezes what Prepare found; the same scope changes nothing.
func (c *ScopeAgain) Decide(set *store.Set) ([]journal.Fact, error) {
	r, err := find(set, c.Recall, c.At)
	switch {
	case err != nil:
		return nil, err
	case c.Reason == "":
		return nil, refuse.New(refuse.Invalid, "Say why recall %s is scoped again.", c.Recall).At("reason")
	case len(c.Reason) > textMax:
		return nil, refuse.New(refuse.TooLarge, "The reason has at most %d bytes.", textMax).At("reason")
	case c.same:
		return nil, nil
	}
	_ = scopeOf.All(set, c.Recall) // loads what is replaced
	total := countsOf(c.scope.objects)
	again := &Scoped{Recall: c.Recall, Scope: r.Scope + 1, Change: scopeAgain, Reason: c.Reason, Size: c.scope.size, Counts: &total}
	return append([]journal.Fact{{At: c.At, What: again}}, c.scope.facts(c.Recall, r.Scope+1, c.At)...), nil
}

// project says what each fact does to the tables.
func project(set *store.Set, line journal.Line) {
	switch f := line.What.(type) {
	case *Opened:
		projectOpened(set, line, f)
	case *Scoped:
		projectScoped(set, line, f)
	case *Acted:
		projectActed(set, line, f)
	case *Closed:
		projectClosed(set, line, f)
	case *Drilled:
		projectDrilled(set, line, f)
	}
}

func projectScoped(set *store.Set, line journal.Line, f *Scoped) {
	switch f.Change {
	case scopeAgain:
		for _, old := range scopeOf.All(set, f.Recall) {
			Scopes.Delete(set, scopeKey{f.Recall, old.ObjectID, old.Place})
		}
		if old, ok := Recalls.Get(set, f.Recall); ok {
			r := *old
			r.Scope, r.Size, r.ScopedAt = f.Scope, sizeHere(f.Size, line), line.At
			r.Must, r.May, r.HadMust, r.HadMay = f.Must, f.May, int64(f.HadBeen.Must), int64(f.HadBeen.May)
			Recalls.Put(set, r)
		}
	case scopeFrozen:
		for i := range f.Objects {
			Scopes.Put(set, f.row(&f.Objects[i]))
		}
	case scopeExcluded, scopeIncluded:
		projectHand(set, line, f)
	}
}
