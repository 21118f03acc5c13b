package trace

import (
	"cmp"
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Step is an edge on a path: what went into what, by which entry.
type Step struct {
	From        string            `json:"from"`
	To          string            `json:"to"`
	Kind        string            `json:"kind"`
	Position    string            `json:"position"`
	QuantityMin quantity.Quantity `json:"quantity_min"`
	QuantityMax quantity.Quantity `json:"quantity_max"`
	Certainty   string            `json:"certainty"`
	At          moment.Time       `json:"at"`
	EndedAt     moment.Time       `json:"ended_at"`
	Entry       int64             `json:"entry"`
	Fact        string            `json:"fact"`
	EndedBy     int64             `json:"ended_by,omitempty"` // the entry that took it out

	fact int64
}

// Number is the number of the fact that made the edge.
func (s *Step) Number() int64 { return s.fact }

// Path is one shortest way from the starts to an object, among those the first
// in the order of answers. Where a longer one is better known (alive before
// removed, sure before possible), Surest is the shortest of those.
type Path struct {
	Object    string `json:"object"`
	Start     string `json:"start"`
	Certainty string `json:"certainty"`
	Removed   bool   `json:"removed"`
	Steps     []Step `json:"steps"`
	Surest    *Path  `json:"surest,omitempty"`
}

// Ways are the shortest ways from a set of starts to all that it reaches.
type Ways struct {
	loader *loader
	walk   *walk
	short  map[int64]*way
	surest map[int64]*way
}

// way is how a walk came to an object.
type way struct {
	node  *node
	label label
	by    *arc
	prev  *way
}

// FindWays walks forward from a set of starts as Reach does, and remembers how
// it came to each object.
func FindWays(tx *store.Tx, company string, starts map[int64]bool, q Question) (*Ways, error) {
	_, surely, possibly, err := loadStarts(tx, company, starts, q)
	if err != nil {
		return nil, err
	}
	w := &Ways{loader: &loader{tx: tx, company: company, q: q}, walk: forwardOf(surely, possibly, nil), short: map[int64]*way{}, surest: map[int64]*way{}}
	from := slices.Concat(surely, possibly)
	slices.SortFunc(from, (*node).compare)
	known := map[int64]*reached{}
	var queue []*way
	arrive := func(next *way, listed bool) bool {
		r := known[next.node.ID]
		if r == nil {
			r = &reached{node: next.node}
			known[next.node.ID] = r
		}
		labels := &r.labels
		if listed {
			labels = &r.listed
		}
		if !add(labels, next.label) {
			return false
		}
		if w.short[next.node.ID] == nil {
			w.short[next.node.ID] = next
		}
		if old := w.surest[next.node.ID]; old == nil || next.label.class() < old.label.class() {
			w.surest[next.node.ID] = next
		}
		return !listed
	}
	for _, n := range from {
		begin := &way{node: n, label: label{may: w.walk.maybe[n.ID], lo: ever, hi: never}}
		arrive(begin, false)
		queue = append(queue, begin)
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		arcs := slices.Clone(at.node.out)
		slices.SortStableFunc(arcs, func(a, b *arc) int { return cmp.Or(a.to.compare(b.to), cmp.Compare(a.fact, b.fact)) })
		for _, a := range arcs {
			depth := 0
			if at.prev != nil {
				depth = 1 // all that matters is whether it is the first
			}
			l, ok := w.walk.cross(a, at.label, depth)
			next := &way{node: a.to, label: l, by: a, prev: at}
			if ok && arrive(next, a.kind == memberArc) {
				queue = append(queue, next)
			}
		}
	}
	return w, nil
}

// To is the path to an object; nil when the starts do not reach it.
func (w *Ways) To(id int64) (*Path, error) {
	short := w.short[id]
	if short == nil {
		return nil, nil
	}
	p, err := w.path(short)
	if best := w.surest[id]; err == nil && best.label.class() < short.label.class() {
		p.Surest, err = w.path(best)
	}
	return p, err
}

func (w *Ways) path(to *way) (*Path, error) {
	p := &Path{Object: to.node.Object().Ref(), Certainty: certainty(!to.label.may), Removed: to.label.removed, Steps: []Step{}}
	var ended []int64
	for ; to.prev != nil; to = to.prev {
		a := to.by
		sure := w.walk.sure(a)
		s := Step{From: a.from.Object().Ref(), To: a.to.Object().Ref(), Kind: a.kind, Position: a.position, QuantityMax: a.max, Certainty: certainty(sure),
			At: a.at, Entry: journal.EntryOf(a.fact), Fact: journal.FactName(a.fact), fact: a.fact}
		if sure {
			s.QuantityMin = a.min
		}
		if a.end != never {
			s.EndedAt = a.end
			ended = append(ended, a.fact)
		}
		p.Steps = append(p.Steps, s)
	}
	p.Start = to.node.Object().Ref()
	slices.Reverse(p.Steps)
	return p, in(w.loader, genealogy.Removals, "edge_id", ended, func(r *genealogy.Removal) {
		for i := range p.Steps {
			if s := &p.Steps[i]; s.fact == r.Edge && w.loader.sees(r.ID, r.At, r.Voided) {
				s.EndedBy = max(s.EndedBy, journal.EntryOf(r.ID))
			}
		}
	})
}

// Why is one shortest path from the starts to an object.
func Why(tx *store.Tx, company string, starts map[int64]bool, object genealogy.Row, q Question) (*Path, error) {
	ways, err := FindWays(tx, company, starts, q)
	if err != nil {
		return nil, err
	}
	path, err := ways.To(object.ID)
	if err == nil && path == nil {
		err = refuse.New(refuse.NotFound, "Nothing leads from the starts to %s.", object.Object())
	}
	return path, err
}
