package trace

import (
	"cmp"
	"maps"
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
)

// whereabouts is where the objects of an answer are, at the time asked about.
type whereabouts struct {
	rows    map[int64]genealogy.Row // the objects and what they are inside of
	parent  map[int64]int64         // of a unit: what it is in
	moves   map[int64][]genealogy.Movement
	inside  map[int64]quantity.Quantity            // of a lot: in units and other lots
	stock   map[int64]quantity.Quantity            // of a lot
	working map[int64]map[string]quantity.Quantity // of a lot, by order
	kept    map[int64][]genealogy.AllocationRow    // of a lot, for orders
	closed  map[string]bool                        // orders, as far as the question sees
	built   map[int64]bool                         // units that were installed into something: they were complete
	past    bool
	tops    map[int64]int64
	refs    map[int64]string // of tops
}

// ref names an outermost object.
func (w *whereabouts) ref(top int64) string {
	ref, known := w.refs[top]
	if !known {
		row := w.rows[top]
		ref = row.Object().Ref()
		w.refs[top] = ref
	}
	return ref
}

// findWhere loads what tells the places of objects: the way up to their tops,
// and what happened to tops and lots.
func (b *builder) findWhere(found []*reached) (*whereabouts, error) {
	w := &whereabouts{rows: map[int64]genealogy.Row{}, parent: map[int64]int64{}, moves: map[int64][]genealogy.Movement{},
		inside: map[int64]quantity.Quantity{}, stock: map[int64]quantity.Quantity{}, working: map[int64]map[string]quantity.Quantity{},
		kept: map[int64][]genealogy.AllocationRow{}, closed: map[string]bool{}, built: map[int64]bool{}, tops: map[int64]int64{}, refs: map[int64]string{}}
	l := &loader{tx: b.tx, company: b.company, q: b.q, net: newNet()}
	var units, lots []int64
	for _, r := range found {
		w.rows[r.node.ID] = r.node.Row
		if r.node.Kind == genealogy.UnitKind {
			units = append(units, r.node.ID)
		} else {
			lots = append(lots, r.node.ID)
		}
	}
	w.past = l.past()
	if err := w.climb(l, units); err != nil {
		return nil, err
	}
	for _, r := range w.rows {
		if w.past && r.CompletedAt != 0 {
			if err := w.close(l, r.Order); err != nil {
				return nil, err
			}
		}
	}
	ids := slices.Sorted(maps.Keys(w.rows))
	err := in(l, genealogy.Movements, "object_id", ids, func(m *genealogy.Movement) {
		if l.sees(m.ID, m.At, m.Voided) {
			w.moves[m.ObjectID] = append(w.moves[m.ObjectID], *m)
		}
	})
	if err != nil {
		return nil, err
	}
	return w, w.lots(l, lots)
}

// climb follows units up to the outermost.
func (w *whereabouts) climb(l *loader, units []int64) error {
	for len(units) > 0 {
		held := map[int64]*genealogy.Edge{}
		err := in(l, genealogy.Edges, "from_id", units, func(e *genealogy.Edge) {
			if e.Kind == genealogy.InstallEdge && l.sees(e.ID, e.At, e.Voided) {
				held[e.ID] = e
				w.built[e.FromID] = true
			}
		})
		if err != nil {
			return err
		}
		l.edges = held
		if err := l.ends(); err != nil {
			return err
		}
		var above []int64
		for _, e := range held {
			if e.EndedAt == never {
				w.parent[e.FromID] = e.ToID
				if _, known := w.rows[e.ToID]; !known {
					above = append(above, e.ToID)
				}
			}
		}
		slices.Sort(above)
		above = slices.Compact(above)
		units = nil
		err = in(l, genealogy.Objects, "id", above, func(r *genealogy.Row) {
			w.rows[r.ID] = *r
			if r.Kind == genealogy.UnitKind {
				units = append(units, r.ID)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// top is the outermost object that a unit is in. Once all ways up are known it
// is remembered for everything on the way.
func (w *whereabouts) top(id int64) int64 {
	var way []int64
	seen := map[int64]bool{}
	for !seen[id] {
		if top, known := w.tops[id]; known {
			id = top
			break
		}
		seen[id] = true
		next, inside := w.parent[id]
		if !inside {
			break
		}
		way = append(way, id)
		id = next
	}
	for _, below := range way {
		w.tops[below] = id
	}
	return id
}

// lots works out the stock of lots, and what orders and objects have of them.
func (w *whereabouts) lots(l *loader, lots []int64) error {
	for _, id := range lots {
		for _, m := range w.moves[id] {
			if m.Term == genealogy.TermScrapped && m.Order != "" {
				w.work(id, m.Order, -m.Quantity)
			} else {
				w.stock[id] += genealogy.StockSign(m.Term) * m.Quantity
			}
		}
	}
	edges := map[int64]*genealogy.Edge{}
	err := in(l, genealogy.Edges, "from_id", lots, func(e *genealogy.Edge) {
		if e.Kind == genealogy.InstallEdge && l.sees(e.ID, e.At, e.Voided) {
			edges[e.ID] = e
		}
	})
	if err != nil {
		return err
	}
	l.edges = edges
	if err := l.ends(); err != nil {
		return err
	}
	for _, e := range edges {
		w.inside[e.FromID] += e.Quantity - e.Removed
		w.stock[e.FromID] -= e.Quantity - e.FromOrder
		if e.FromOrder > 0 {
			w.work(e.FromID, e.Order, -e.FromOrder)
		}
	}
	err = in(l, genealogy.Issues, "object_id", lots, func(i *genealogy.IssueRow) {
		if l.sees(i.ID, i.At, i.Voided) {
			w.stock[i.ObjectID] -= i.Quantity
			w.work(i.ObjectID, i.Order, i.Quantity)
		}
	})
	if err != nil {
		return err
	}
	if !l.past() { // what was kept at another time is not known
		err := in(l, genealogy.Allocations, "object_id", lots, func(a *genealogy.AllocationRow) { w.kept[a.ObjectID] = append(w.kept[a.ObjectID], *a) })
		if err != nil {
			return err
		}
	}
	for _, orders := range w.working {
		for name := range orders {
			if err := w.close(l, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// close notes whether an order was closed.
func (w *whereabouts) close(l *loader, name string) error {
	if _, known := w.closed[name]; known || name == "" {
		return nil
	}
	o, err := l.orderThen(name)
	w.closed[name] = o.State == order.Closed
	return err
}

// complete says whether a unit that was made was complete without its own word
// for it, which is among its movements: used, or made by an order that is closed.
func (w *whereabouts) complete(r *genealogy.Row) bool {
	return r.CompletedAt != 0 && (!w.past || w.built[r.ID] || w.closed[r.Order])
}

func (w *whereabouts) work(lot int64, name string, q quantity.Quantity) {
	if w.working[lot] == nil {
		w.working[lot] = map[string]quantity.Quantity{}
	}
	w.working[lot][name] += q
}

// places of an object, a unit has one.
func (w *whereabouts) places(n *node) []Place {
	if n.Kind == genealogy.LotKind {
		return w.lotPlaces(n)
	}
	p := Place{Quantity: quantity.One}
	top := w.top(n.ID)
	p.State, p.Customer, p.System, p.Shipment, p.Location = w.unitState(w.rows[top], w.moves[top])
	if top != n.ID {
		p.State = "inside"
	}
	if p.State == "in_work" {
		p.Order = n.Order
	}
	return []Place{p}
}

// unitState is the state of a unit that is in no other, after all that the
// question sees.
func (w *whereabouts) unitState(r genealogy.Row, moves []genealogy.Movement) (state, customer, system, shipment, location string) {
	state, location = "in_stock", r.Location
	if r.Origin == genealogy.OriginMade && r.Order != "" {
		state = "in_work"
		if w.complete(&r) {
			state = "in_stock"
		}
	}
	var last moment.Time
	for _, m := range moves {
		if m.At < last {
			continue
		}
		last = m.At
		switch m.Term {
		case genealogy.TermShipped:
			state, customer, system, shipment, location = "shipped", m.Customer, m.System, m.Shipment, m.Location
		case genealogy.TermReturned, genealogy.TermToSupplier:
			state, customer, system, shipment, location = "returned", "", "", "", m.Location
		case genealogy.TermFielded:
			state, customer, shipment = "shipped", m.Customer, cmp.Or(m.Shipment, shipment)
			switch m.Reason {
			case genealogy.FieldInstalled:
				system, location = m.System, cmp.Or(m.Location, location)
			case genealogy.FieldRemoved:
				system = ""
			}
		case genealogy.TermMoved:
			location = m.Location
		case genealogy.TermReworking:
			state = "in_work"
		case genealogy.TermCompleted:
			if state == "in_work" || state == "returned" {
				state = "in_stock"
			}
		case genealogy.TermScrapped:
			state, customer, system, shipment = "scrapped", "", "", ""
		}
	}
	return state, customer, system, shipment, location
}

// located is the stock of a lot by location. What left it is not known by
// location: it is taken from where the lot came in first.
func (w *whereabouts) located(n *node) []Place {
	var all []Place
	put := func(location string, q quantity.Quantity) {
		for i := range all {
			if all[i].Location == location {
				all[i].Quantity += q
				return
			}
		}
		all = append(all, Place{State: "in_stock", Quantity: q, Location: location})
	}
	first := n.Location // where it was before it was moved, if it does not say
	for _, m := range slices.Backward(w.moves[n.ID]) {
		if m.Term == genealogy.TermMoved {
			first = m.Reason
		}
	}
	sum := quantity.Quantity(0)
	for _, m := range w.moves[n.ID] {
		if m.Term == genealogy.TermMoved {
			if m.Reason != m.Location {
				put(m.Reason, -m.Quantity)
				put(m.Location, m.Quantity)
			}
		} else if q := genealogy.StockSign(m.Term) * m.Quantity; q > 0 {
			put(cmp.Or(m.Location, first), q)
			sum += q
		}
	}
	gone := sum - w.stock[n.ID]
	for i := range all {
		some := min(gone, max(0, all[i].Quantity))
		all[i].Quantity -= some
		gone -= some
	}
	if len(all) == 0 {
		put(n.Location, w.stock[n.ID])
	}
	return all
}

// reserved is what of a lot's stock is kept for orders; it is taken out of stock,
// where the lot lies first.
func (w *whereabouts) reserved(n *node, stock []Place) []Place {
	var all []Place
	for _, kept := range w.kept[n.ID] {
		for i := range stock {
			if some := min(kept.Quantity, stock[i].Quantity); some > 0 {
				all = append(all, Place{State: "reserved", Quantity: some, Location: stock[i].Location, Order: kept.Order})
				stock[i].Quantity -= some
				kept.Quantity -= some
			}
		}
	}
	return all
}

func (w *whereabouts) lotPlaces(n *node) []Place {
	all := []Place{}
	add := func(p Place) {
		if p.Quantity > 0 {
			all = append(all, p)
		}
	}
	stock := w.located(n)
	reserved := w.reserved(n, stock)
	for _, p := range append(stock, reserved...) {
		add(p)
	}
	for _, name := range slices.Sorted(maps.Keys(w.working[n.ID])) {
		state := "in_work"
		if w.closed[name] {
			state = "used_up"
		}
		add(Place{State: state, Quantity: w.working[n.ID][name], Order: name})
	}
	add(Place{State: "inside", Quantity: w.inside[n.ID]})
	returned := map[string]quantity.Quantity{} // by whom, the earliest shipment first
	for _, m := range w.moves[n.ID] {
		if m.Term == genealogy.TermReturned {
			returned[m.Customer] += m.Quantity
		}
	}
	for _, m := range w.moves[n.ID] {
		switch m.Term {
		case genealogy.TermToSupplier:
			add(Place{State: "returned", Quantity: m.Quantity})
		case genealogy.TermShipped:
			back := min(m.Quantity, returned[m.Customer])
			returned[m.Customer] -= back
			add(Place{State: "shipped", Quantity: m.Quantity - back, Customer: m.Customer, System: m.System, Shipment: m.Shipment, Location: m.Location})
		case genealogy.TermScrapped, genealogy.TermRemovedBad:
			add(Place{State: "scrapped", Quantity: m.Quantity})
		}
	}
	if len(all) == 0 {
		state := "used_up"
		if n.madeByOrder() && n.Size == 0 {
			state = "mixed" // its units are where they are
		}
		all = append(all, Place{State: state})
	}
	return all
}
