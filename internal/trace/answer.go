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

// Object is an object in an answer.
type Object struct {
	Ref         string            `json:"ref"`
	PartNumber  string            `json:"part_number"`
	Revision    string            `json:"revision"`
	Serial      string            `json:"serial,omitempty"`
	Lot         string            `json:"lot,omitempty"`
	Depth       int               `json:"depth"`
	Certainty   string            `json:"certainty"`
	Removed     bool              `json:"removed"`
	QuantityMin quantity.Quantity `json:"quantity_min"`
	QuantityMax quantity.Quantity `json:"quantity_max"`
	Places      []Place           `json:"places"`
	End         string            `json:"end"`
	Top         string            `json:"top"`
	Customer    string            `json:"customer"`
	System      string            `json:"system"`
	Receipts    []Receipt         `json:"receipts,omitempty"`
	Operations  []Operation       `json:"operations,omitempty"`
	Inspections []Inspection      `json:"inspections,omitempty"`

	id int64
}

// Place is where an object, or part of a lot, is.
type Place struct {
	State    string            `json:"state"`
	Quantity quantity.Quantity `json:"quantity"`
	Location string            `json:"location"`
	Order    string            `json:"order"`
	Customer string            `json:"customer"`
	System   string            `json:"system"`
	Shipment string            `json:"shipment"`
}

// Edge is a link between two objects of an answer.
type Edge struct {
	From      string            `json:"from"`
	To        string            `json:"to"`
	Quantity  quantity.Quantity `json:"quantity"`
	Certainty string            `json:"certainty"`
	Position  string            `json:"position"`
	At        moment.Time       `json:"at"`
	EndedAt   moment.Time       `json:"ended_at"`
	Entry     int64             `json:"entry"`
	Fact      string            `json:"fact"`
	Kind      string            `json:"kind"`
}

// Gap is what the record does not say.
type Gap struct {
	Object   string `json:"object"`
	Position string `json:"position"`
	Reason   string `json:"reason"`
}

// HadBeen counts what is not there any more.
type HadBeen struct {
	Must int `json:"must"`
	May  int `json:"may"`
}

// Counts of alive objects by class, state and customer.
type Counts struct {
	Must       int            `json:"must"`
	May        int            `json:"may"`
	HadBeen    HadBeen        `json:"had_been"`
	ByState    map[string]int `json:"by_state"`
	ByCustomer map[string]int `json:"by_customer"`
}

// Answer of a trace.
type Answer struct {
	Object    string   `json:"object"`
	Direction string   `json:"direction"`
	Complete  bool     `json:"complete"`
	Objects   []Object `json:"objects"`
	Edges     []Edge   `json:"edges"`
	Counts    Counts   `json:"counts"`
	Gaps      []Gap    `json:"gaps"`
}

// Forward is where an object went: everything that contains or may contain it.
func Forward(tx *store.Tx, company, object string, q Question) (*Answer, error) {
	return single(tx, company, object, q, true)
}

// Backward is what is or may be in an object.
func Backward(tx *store.Tx, company, object string, q Question) (*Answer, error) {
	return single(tx, company, object, q, false)
}

func single(tx *store.Tx, company, object string, q Question, onward bool) (*Answer, error) {
	row, err := Resolve(tx, company, object)
	if err != nil {
		return nil, err
	}
	n, err := load(tx, company, q, onward, []int64{row.ID})
	if err != nil {
		return nil, err
	}
	start := n.nodes[row.ID]
	if start == nil {
		return nil, refuse.New(refuse.NotFound, "%s is not recorded at the time that is asked about, or its record was voided.", object)
	}
	var w *walk
	direction := "forward"
	if onward {
		w = forward([]*node{start}, nil)
		w.quantities()
	} else {
		direction = "backward"
		w = backward(start)
		w.exact(start, n.arcs)
	}
	b := builder{tx: tx, company: company, q: q, net: n, walk: w, onward: onward}
	a := &Answer{Object: row.Object().Ref(), Direction: direction, Complete: true}
	if err := b.answer(a, false); err != nil {
		return nil, err
	}
	return a, nil
}

// builder makes an answer of a walk.
type builder struct {
	tx      *store.Tx
	company string
	q       Question
	net     *net
	walk    *walk
	onward  bool
	// objectsOnly leaves the edges out.
	objectsOnly bool
	where       *whereabouts
	set         *store.Set // of a unit's comparison with its order BOM
}

func (b *builder) answer(a *Answer, withStarts bool) error {
	found := make([]*reached, 0, len(b.walk.found))
	for _, r := range b.walk.found {
		found = append(found, r)
	}
	slices.SortFunc(found, func(x, y *reached) int {
		return cmp.Or(cmp.Compare(x.depth, y.depth), x.node.compare(y.node))
	})
	var err error
	if b.where, err = b.findWhere(found); err != nil {
		return err
	}
	a.Objects, a.Edges, a.Gaps = []Object{}, []Edge{}, []Gap{}
	for _, r := range found {
		if withStarts || !b.walk.start[r.node.ID] {
			a.Objects = append(a.Objects, b.object(r))
		}
	}
	if !b.onward {
		if err := b.backwardOnly(a, found); err != nil {
			return err
		}
	}
	a.Counts = CountOf(a.Objects) // of all, listed or not
	if !b.objectsOnly {
		a.Edges = b.edges()
	}
	if b.q.Limit > 0 && len(a.Objects) > b.q.Limit {
		b.cut(a)
	}
	if b.q.Full {
		return b.full(a.Objects)
	}
	return nil
}

// cut leaves the first objects, and the edges among them and the starts.
func (b *builder) cut(a *Answer) {
	a.Objects, a.Complete = a.Objects[:b.q.Limit], false
	listed := map[string]bool{}
	for _, o := range a.Objects {
		listed[o.Ref] = true
	}
	for id := range b.walk.start {
		if r := b.walk.found[id]; r != nil {
			listed[r.node.ref()] = true
		}
	}
	a.Edges = slices.DeleteFunc(a.Edges, func(e Edge) bool { return !listed[e.From] || !listed[e.To] })
}

func (b *builder) object(r *reached) Object {
	n := r.node
	best := r.best()
	o := Object{Ref: n.ref(), PartNumber: n.PartNumber, Revision: n.Revision, Depth: r.depth, Certainty: certainty(!best.may), Removed: best.removed,
		QuantityMin: r.min, QuantityMax: r.max, Places: b.where.places(n), id: n.ID}
	if b.walk.start[n.ID] {
		size := quantity.One
		if n.Kind == genealogy.LotKind {
			size = n.Size
		}
		o.QuantityMin, o.QuantityMax = size, size
		if best.may {
			o.QuantityMin = 0
		}
	}
	if n.Kind == genealogy.UnitKind {
		o.Serial = n.Name
		top := b.where.top(n.ID)
		if o.Top = o.Ref; top != n.ID {
			o.Top = b.where.ref(top)
		}
	} else {
		o.Lot = n.Name
	}
	for _, p := range o.Places {
		if p.Customer != "" {
			o.Customer, o.System = p.Customer, p.System
		}
	}
	if !b.further(r) {
		o.End = b.end(n, o.Places)
	}
	return o
}

func certainty(must bool) string {
	if must {
		return genealogy.Must
	}
	return genealogy.May
}

// further says whether the walk went on from an object.
func (b *builder) further(r *reached) bool {
	arcs := r.node.out
	if !b.onward {
		arcs = r.node.in
	}
	for _, a := range arcs {
		other := a.to
		if !b.onward {
			other = a.from
		}
		if a.kind != memberArc && a.kind != orderLotArc && b.walk.found[other.ID] != nil {
			return true
		}
	}
	return false
}

// end is why an answer goes no further at an object.
func (b *builder) end(n *node, places []Place) string {
	if !b.onward {
		if n.Origin == genealogy.OriginReceived {
			return "receipt"
		}
		return "unknown"
	}
	state := "unknown"
	if len(places) > 0 {
		state = places[0].State
	}
	switch state {
	case "shipped":
		return "customer"
	case "in_stock", "reserved", "returned", "inside":
		return "stock"
	case "in_work", "mixed":
		return "in_work"
	case "scrapped":
		return "scrap"
	}
	return "unknown"
}

// edges are the links among the objects of the answer, in the order of time:
// another journal of the same facts gives them in the same order.
func (b *builder) edges() []Edge {
	all := []Edge{}
	for _, a := range b.net.arcs {
		from, to := b.walk.found[a.from.ID], b.walk.found[a.to.ID]
		if from == nil || to == nil {
			continue
		}
		must := a.must
		if b.onward {
			must = b.walk.sure(a)
		}
		e := Edge{From: a.from.ref(), To: a.to.ref(), Quantity: a.max, Certainty: certainty(must), Position: a.position,
			At: a.at, Entry: journal.EntryOf(a.fact), Fact: journal.FactName(a.fact), Kind: a.kind}
		if a.end != never {
			e.EndedAt = a.end
		}
		all = append(all, e)
	}
	slices.SortStableFunc(all, func(x, y Edge) int {
		return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To), cmp.Compare(x.Position, y.Position),
			cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Quantity, y.Quantity))
	})
	return all
}

// Number is the number of the fact that made the object, by which the tables
// know it; 0 for an untracked one.
func (o *Object) Number() int64 { return o.id }

// Numbered is the object known by a number.
func (o Object) Numbered(id int64) Object {
	o.id = id
	return o
}

// CountOf counts alive objects; the others had been.
func CountOf(objects []Object) Counts {
	c := Counts{ByState: map[string]int{}, ByCustomer: map[string]int{}}
	tops := map[string]bool{}
	for _, o := range objects {
		if o.Removed {
			if o.Certainty == genealogy.Must {
				c.HadBeen.Must++
			} else {
				c.HadBeen.May++
			}
			continue
		}
		if o.Certainty == genealogy.Must {
			c.Must++
		} else {
			c.May++
		}
		states := map[string]bool{} // a lot in stock at two places is in stock once
		for _, p := range o.Places {
			if !states[p.State] {
				states[p.State] = true
				c.ByState[p.State]++
			}
		}
		if key := cmp.Or(o.Top, o.Ref); o.Customer != "" && !tops[key] {
			tops[key] = true
			c.ByCustomer[o.Customer]++
		}
	}
	return c
}
