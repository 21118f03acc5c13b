package trace

import (
	"maps"
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/store"
)

// Question is what a trace asks beside its object.
type Question struct {
	AsOf    moment.Time // facts that happened by then; 0: all
	KnownAt int64       // facts recorded up to this entry; 0: all
	Full    bool        // with receipts, operations and inspections
	Limit   int         // objects; 0: all
	Counts  bool        // of a recall's plan: only its counts, without the objects
}

// loader fills a net by SQL.
type loader struct {
	tx      *store.Tx
	company string
	q       Question
	net     *net
	forward bool
	edges   map[int64]*genealogy.Edge
	expand  []int64 // nodes whose neighbours are still to be loaded
	start   map[int64]bool
	sorted  []*genealogy.Edge            // the edges by number
	into    map[int64][]*genealogy.Edge  // edges by what they go into
	under   map[string][]*genealogy.Edge // and, of what had been issued, by the order
}

// Sees says whether the question knows a fact that happened at a time, and was
// voided later by another (0: by none).
func (q Question) Sees(id int64, at moment.Time, voided int64) bool {
	return (q.AsOf == 0 || at <= q.AsOf) && (q.KnownAt == 0 || journal.EntryOf(id) <= q.KnownAt) &&
		(voided == 0 || q.KnownAt != 0 && journal.EntryOf(voided) > q.KnownAt)
}

func (l *loader) sees(id int64, at moment.Time, voided int64) bool { return l.q.Sees(id, at, voided) }

// happened says whether the question knows a fact that is never voided.
func (l *loader) happened(id int64, at moment.Time) bool { return l.sees(id, at, 0) }

// past says whether the question is about another time than now.
func (l *loader) past() bool { return l.q.AsOf != 0 || l.q.KnownAt != 0 }

// chunkMax is how many ids one statement asks for.
const chunkMax = 500

// in asks for the rows of a table whose column is one of ids.
func in[K comparable, T any](l *loader, t *store.Table[K, T], column string, ids []int64, each func(*T)) error {
	if r := memoryOf(l.tx); r != nil && answer(r, t, column, ids, each) {
		return nil
	}
	for chunk := range slices.Chunk(ids, chunkMax) {
		var args []any
		places := make([]string, len(chunk))
		for i, id := range chunk {
			places[i] = "$" + itoa(i+2)
			args = append(args, id)
		}
		rows, err := t.Select(l.tx, l.company, column+" IN ("+strings.Join(places, ", ")+")", args...)
		if err != nil {
			return err
		}
		for i := range rows {
			each(&rows[i])
		}
	}
	return nil
}

// load loads all that the starts can reach in the direction, and links it.
func load(tx *store.Tx, company string, q Question, forward bool, starts []int64) (*net, error) {
	l := &loader{tx: tx, company: company, q: q, net: newNet(), forward: forward, edges: map[int64]*genealogy.Edge{}, start: map[int64]bool{}}
	for _, id := range starts {
		l.start[id] = true
	}
	if err := l.objects(starts); err != nil {
		return nil, err
	}
	for len(l.expand) > 0 {
		frontier := l.expand
		l.expand = nil
		if err := l.before(frontier); err != nil {
			return nil, err
		}
		if err := l.neighbours(frontier); err != nil {
			return nil, err
		}
	}
	if err := l.ends(); err != nil {
		return nil, err
	}
	l.sortEdges()
	l.linkEdges()
	l.linkBelonging()
	for _, name := range slices.Sorted(maps.Keys(l.net.orders)) {
		l.linkOrder(l.net.orders[name])
	}
	return l.net, nil
}

// pending stands for an object until it is loaded.
var pending node

// objects loads objects by id and queues them to be expanded.
func (l *loader) objects(ids []int64) error {
	var missing []int64
	for _, id := range ids {
		if id != 0 && l.net.nodes[id] == nil {
			l.net.nodes[id] = &pending
			missing = append(missing, id)
		}
	}
	err := in(l, genealogy.Objects, "id", missing, func(r *genealogy.Row) { l.take(r) })
	for _, id := range missing {
		if l.net.nodes[id].ID == 0 {
			delete(l.net.nodes, id)
		}
	}
	return err
}

func (l *loader) take(r *genealogy.Row) {
	if !l.sees(r.ID, r.At, r.Voided) {
		return
	}
	if n := l.net.nodes[r.ID]; n == nil || n.ID == 0 {
		l.net.nodes[r.ID] = &node{Row: *r}
		l.expand = append(l.expand, r.ID)
	}
}

// neighbours loads what the frontier is linked to.
func (l *loader) neighbours(frontier []int64) error {
	column, other := "from_id", func(e *genealogy.Edge) int64 { return e.ToID }
	if !l.forward {
		column, other = "to_id", func(e *genealogy.Edge) int64 { return e.FromID }
	}
	var next, shared []int64
	err := in(l, genealogy.Edges, column, frontier, func(e *genealogy.Edge) {
		if l.sees(e.ID, e.At, e.Voided) {
			l.edges[e.ID] = e
			next = append(next, other(e))
			if e.Group != "" {
				shared = append(shared, e.ToID)
			}
		}
	})
	if err != nil {
		return err
	}
	orders := map[string]bool{}
	var lots, units []int64
	for _, id := range frontier {
		n := l.net.nodes[id]
		if n.Kind == genealogy.UnitKind {
			next = append(next, n.LotID) // a received lot above it, or its order's lot
		} else if l.forward && !n.madeByOrder() || l.start[id] {
			lots = append(lots, id)
		}
		if n.Kind == genealogy.UnitKind && !l.forward {
			units = append(units, id)
		}
		if n.Order != "" && (!l.forward || n.Kind == genealogy.LotKind && l.start[id]) {
			orders[n.Order] = true
		}
	}
	if err := l.objects(next); err != nil {
		return err
	}
	if err := l.shares(frontier, shared); err != nil {
		return err
	}
	if err := in(l, genealogy.Objects, "lot_id", lots, l.take); err != nil {
		return err
	}
	if l.forward {
		err := in(l, genealogy.Issues, "object_id", frontier, func(i *genealogy.IssueRow) {
			if l.sees(i.ID, i.At, i.Voided) {
				orders[i.Order] = true
			}
		})
		if err != nil {
			return err
		}
	}
	return l.named(orders, units)
}

// named loads the orders, and those that units passed beside the one they name.
func (l *loader) named(orders map[string]bool, units []int64) error {
	err := in(l, genealogy.Memberships, "object_id", units, func(m *genealogy.Membership) {
		if l.sees(m.ID, m.At, m.Voided) {
			orders[m.Order] = true
		}
	})
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(orders)) {
		if err := l.order(name); err != nil {
			return err
		}
	}
	return nil
}

// orderThen is an order at the time that is asked about.
func (l *loader) orderThen(name string) (order.Order, error) {
	o, err := orderOf(l.tx, l.company, name)
	if err == nil && l.q.KnownAt != 0 && o.State == order.Closed { // by which fact, memory does not know
		o, err = order.Get(l.tx, l.company, name)
	}
	if err != nil || !l.past() {
		return o, err
	}
	return order.Seen(l.tx, l.company, o, l.happened)
}

// order loads an order whole: its lines, issues, members and what was
// installed in them.
func (l *loader) order(name string) error {
	if l.net.orders[name] != nil {
		return nil
	}
	o, err := l.orderThen(name)
	if err != nil {
		return err
	}
	part := &orderPart{Order: o}
	l.net.orders[name] = part
	if part.lines, err = linesOf(l.tx, l.company, name); err != nil {
		return err
	}
	issues, err := rowsOf(l, genealogy.Issues, name)
	if err != nil {
		return err
	}
	var lots []int64
	for _, i := range issues {
		if l.sees(i.ID, i.At, i.Voided) {
			part.issues = append(part.issues, i)
			lots = append(lots, i.ObjectID)
		}
	}
	ids, err := l.membersOf(part)
	if err != nil {
		return err
	}
	members := len(ids)
	if !l.forward { // forward, other lots of a pool count, and lead nowhere
		ids = append(ids, lots...)
	}
	if err := l.objects(ids); err != nil {
		return err
	}
	for _, id := range ids[:members] {
		n := l.net.nodes[id]
		switch _, was := part.former[id]; {
		case n == nil || was:
		case n.Kind == genealogy.UnitKind:
			part.members = append(part.members, n)
		default:
			part.lots = append(part.lots, n)
		}
	}
	if err := l.scrapped(part, lots); err != nil {
		return err
	}
	slices.SortFunc(part.members, (*node).compare)
	slices.SortFunc(part.lots, (*node).compare)
	// What was installed in the members lowers their need, whichever way we walk.
	if err := l.contents(ids[:members]); err != nil {
		return err
	}
	return l.substitutes(part, lots)
}

// shares loads what shares a lot or a position with ours, which decides how
// sure ours is; backward it is on the way.
func (l *loader) shares(frontier, parents []int64) error {
	if !l.forward {
		return nil
	}
	for _, id := range frontier {
		if l.net.nodes[id].Kind == genealogy.LotKind {
			parents = append(parents, id)
		}
	}
	return l.contents(parents)
}

// contents loads the edges into objects, without what they come from.
func (l *loader) contents(ids []int64) error {
	return in(l, genealogy.Edges, "to_id", ids, func(e *genealogy.Edge) {
		if l.sees(e.ID, e.At, e.Voided) {
			l.edges[e.ID] = e
		}
	})
}

// substitutes loads which of the lots are counted otherwise than their line.
func (l *loader) substitutes(o *orderPart, lots []int64) error {
	o.ratios, o.parts = map[int64]map[string]quantityOf{}, map[int64]string{}
	for i := range o.lines {
		for _, s := range o.lines[i].Substitutes() {
			if s.Ratio == one || s.Ratio == 0 {
				continue
			}
			if o.ratios[o.lines[i].Line] == nil {
				o.ratios[o.lines[i].Line] = map[string]quantityOf{}
			}
			o.ratios[o.lines[i].Line][s.PartNumber] = s.Ratio
		}
	}
	if len(o.ratios) == 0 {
		return nil
	}
	for _, e := range l.edges {
		if e.Order == o.Order.Order {
			lots = append(lots, e.FromID)
		}
	}
	slices.Sort(lots)
	return in(l, genealogy.Objects, "id", slices.Compact(lots), func(r *genealogy.Row) { o.parts[r.ID] = r.PartNumber })
}

// scrapped loads what an order scrapped of the lots that were issued to it.
func (l *loader) scrapped(o *orderPart, lots []int64) error {
	o.scrapped = map[int64]quantityOf{}
	return in(l, genealogy.Movements, "object_id", lots, func(m *genealogy.Movement) {
		if m.Term == genealogy.TermScrapped && m.Order == o.Order.Order && l.sees(m.ID, m.At, m.Voided) {
			o.scrapped[m.ObjectID] += m.Quantity
		}
	})
}

// ends recomputes when edges ended, as far as the question sees removals.
func (l *loader) ends() error {
	if !l.past() {
		return nil
	}
	var removed []int64
	for id, e := range l.edges {
		if e.Removed > 0 || l.q.KnownAt != 0 { // a removal may have been voided since
			e.Removed, e.EndedAt = 0, never
			removed = append(removed, id)
		}
	}
	slices.Sort(removed)
	return in(l, genealogy.Removals, "edge_id", removed, func(r *genealogy.Removal) {
		if !l.sees(r.ID, r.At, r.Voided) {
			return
		}
		e := l.edges[r.Edge]
		if e.Removed += r.Quantity; e.Removed == e.Quantity {
			e.EndedAt = r.At
		}
	})
}
