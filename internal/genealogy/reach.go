package genealogy

import (
	"maps"
	"slices"
	"strings"

	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// A hold reaches what was split or merged from its lot, before or after, the
// lot's units, and what surely or possibly holds a held part (rule 5). What it
// reaches is marked when it is laid, and when anything new is linked to what
// is marked; so that nothing is looked for where nothing is held.

// mark says that a hold reaches an object.
type mark struct {
	ObjectID int64  `col:"object_id,key"`
	HolderID int64  `col:"holder_id,key"` // on which the hold lies
	Hold     string `col:"hold,key"`
	May      bool   `col:"may"`
}

type markKey struct {
	ObjectID, HolderID int64
	Hold               string
}

type holder struct {
	ID   int64
	Hold string
}

// heldOrder is an order that was issued what a hold reaches: who of its
// members has it changes with each of them.
type heldOrder struct {
	Order    string `col:"order_name,key"`
	HolderID int64  `col:"holder_id,key"`
	Hold     string `col:"hold,key"`
}

var (
	marks      = store.NewTable("hold_mark", func(r *mark) markKey { return markKey{r.ObjectID, r.HolderID, r.Hold} })
	marksOn    = store.NewIndex(marks, "object_id", func(r *mark) int64 { return r.ObjectID })
	marksOf    = store.NewIndex(marks, "holder_id, hold", func(r *mark) holder { return holder{r.HolderID, r.Hold} })
	heldOrders = store.NewTable("held_order", func(r *heldOrder) heldOrder { return *r })
	holdsIn    = store.NewIndex(heldOrders, "order_name", func(r *heldOrder) string { return r.Order })
)

// ways are how what happens to an object reaches others.
type ways map[int64][]linked

// linked is an object that something reaches: surely or possibly, and in a lot
// since when. What left a lot before is not touched (trace-model: merge).
type linked struct {
	id    int64
	may   bool
	since moment.Time
}

// add notes a way to an object; false when it brings nothing new.
func (w ways) add(l linked) bool {
	for _, old := range w[l.id] {
		if (!old.may || l.may) && old.since <= l.since {
			return false
		}
	}
	w[l.id] = append(w[l.id], l)
	return true
}

// reach says whether an object is reached, and whether surely by a time.
func (w ways) reach(id int64, by moment.Time) (reached, surely bool) {
	for _, l := range w[id] {
		surely = surely || !l.may && l.since <= by
	}
	return len(w[id]) > 0, surely
}

// closure is all that what happens to an object reaches, and whether only
// possibly; the orders that were issued any of it are added to orders.
func closure(set *store.Set, from *Row, orders map[string]bool) map[int64]bool {
	all := ways{}
	queue := []linked{{from.ID, false, moment.Earliest}}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		if !all.add(next) {
			continue
		}
		row := byNumber(set, next.id)
		if row == nil || row.Voided != 0 {
			continue
		}
		for _, l := range links(set, row, next.since, all, orders) {
			queue = append(queue, linked{l.id, l.may || next.may, l.since})
		}
	}
	best := map[int64]bool{}
	for id := range all {
		_, surely := all.reach(id, moment.Never)
		best[id] = !surely
	}
	return best
}

// links are what an object went into since a time, as far as it is still there.
func links(set *store.Set, row *Row, since moment.Time, reached ways, orders map[string]bool) []linked {
	var all []linked
	for _, e := range edgesFrom.All(set, row.ID) {
		if e.Voided == 0 && e.At >= since && (e.Kind != InstallEdge || e.EndedAt == moment.Never) {
			all = append(all, linked{e.ToID, e.Certainty == May, e.At})
		}
	}
	if row.Kind == UnitKind {
		for i := range all {
			all[i].since = moment.Earliest
		}
		return all
	}
	for _, unit := range byLot.All(set, row.ID) {
		if row.Origin == OriginMade && len(reached) > 1 {
			break // what went into an order reaches its units by the pool rule only
		}
		if max(unit.At, row.At) >= since {
			all = append(all, linked{unit.ID, false, moment.Earliest})
		}
	}
	given := map[string]map[int64]quantity.Quantity{}
	for _, i := range issuesOf.All(set, row.ID) {
		if i.Voided == 0 {
			if given[i.Order] == nil {
				given[i.Order] = map[int64]quantity.Quantity{}
			}
			given[i.Order][i.Line] += i.Quantity
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		for line, q := range given[name] {
			if q <= 0 {
				continue
			}
			if orders != nil {
				orders[name] = true
			}
			all = append(all, pooled(set, name, line, reached)...)
			all = append(all, producedBy(set, name)...)
		}
	}
	return all
}

// producedBy are the lots that an order made a quantity of: they have what it was
// issued, always (trace-model: issue).
func producedBy(set *store.Set, name string) (all []linked) {
	for _, row := range byOrder.All(set, name) {
		if row.Kind == LotKind && row.Origin == OriginMade && row.Size > 0 && row.Voided == 0 {
			all = append(all, linked{row.ID, false, moment.Earliest})
		}
	}
	return all
}

// pooled are the members of an order that have some of what it was issued of
// the reached lots at a line, by the pool rule (trace-model: pool rule). The time
// of an issue takes nobody out; what was issued before a lot was reached is not
// sure.
func pooled(set *store.Set, name string, number int64, reached ways) []linked {
	rest, first := map[int64]quantity.Quantity{}, map[int64]moment.Time{}
	for _, i := range issuesIn.All(set, name) {
		if i.Voided != 0 || i.Line != number {
			continue
		}
		rest[i.ObjectID] += i.Quantity
		if at, ok := first[i.ObjectID]; i.Quantity > 0 && (!ok || i.At < at) {
			first[i.ObjectID] = i.At
		}
	}
	members := memberUnits(set, name)
	line := order.LineAt(set, name, number)
	if line == nil || line.OwnerLine != 0 {
		var all []linked
		for _, m := range members {
			all = append(all, linked{m.ID, len(members) > 1, moment.Earliest})
		}
		return all
	}
	o, err := order.Find(set, name)
	if err != nil {
		return nil
	}
	need, sum := map[int64]quantity.Quantity{}, quantity.Quantity(0)
	for _, m := range members {
		n := line.PerOwner
		for _, e := range edgesTo.All(set, m.ID) {
			if e.Voided == 0 && e.Kind == InstallEdge && e.Line == number && e.Order == name {
				n -= e.Quantity
				rest[e.FromID] -= e.FromOrder
			}
		}
		need[m.ID] = max(0, n)
		sum += need[m.ID]
	}
	if more := o.Kept()/quantity.One - quantity.Quantity(len(members)); o.State != order.Closed && more > 0 {
		sum += more * line.PerOwner
	}
	var total, ours, surely quantity.Quantity
	for lot, q := range rest {
		total += max(0, q)
		hit, sure := reached.reach(lot, first[lot])
		if hit {
			ours += max(0, q)
		}
		if sure {
			surely += max(0, q)
		}
	}
	short := max(0, sum-total)
	var all []linked
	for _, m := range members {
		if min(need[m.ID], ours) > 0 {
			all = append(all, linked{m.ID, need[m.ID]-(total-surely)-short <= 0, moment.Earliest})
		}
	}
	return all
}

// memberUnits are the units of an order, those that it reworks too.
func memberUnits(set *store.Set, name string) []*Row {
	var all []*Row
	for _, row := range byOrder.All(set, name) {
		if row.Kind == UnitKind && row.Voided == 0 {
			all = append(all, row)
		}
	}
	for _, m := range membersIn.All(set, name) {
		if row := byNumber(set, m.ObjectID); row != nil && m.Voided == 0 && m.Kind == ReworkMember {
			all = append(all, row)
		}
	}
	return all
}

// renew marks all that a hold reaches now, and nothing else.
func renew(set *store.Set, object int64, hold string) {
	was := map[int64]bool{}
	for _, m := range marksOf.All(set, holder{object, hold}) {
		was[m.ObjectID] = m.May
	}
	now, orders := map[int64]bool{}, map[string]bool{}
	row := byNumber(set, object)
	if h, ok := Holds.Get(set, holdKey{object, hold}); ok && h.ReleasedAt == 0 && row != nil {
		now = closure(set, row, orders)
	}
	for _, id := range slices.Sorted(maps.Keys(was)) {
		if may, still := now[id]; !still || may != was[id] {
			marks.Delete(set, markKey{id, object, hold})
			count(set, id, was[id], -1)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(now)) {
		if may, before := was[id]; !before || may != now[id] {
			marks.Put(set, mark{id, object, hold, now[id]})
			count(set, id, now[id], 1)
		}
	}
	for name := range orders {
		heldOrders.Put(set, heldOrder{name, object, hold})
	}
}

func count(set *store.Set, id int64, may bool, by int64) {
	row := byNumber(set, id)
	if row == nil {
		return
	}
	change := *row
	if may {
		change.Warned += by
	} else {
		change.Held += by
	}
	Objects.Put(set, change)
}

// relink marks anew what the holds on an object reach, after it was linked to
// something or taken from it.
func relink(set *store.Set, id int64) {
	row := byNumber(set, id)
	if row == nil || row.Held+row.Warned == 0 {
		return
	}
	for _, m := range marksOn.All(set, id) {
		renew(set, m.HolderID, m.Hold)
	}
}

// remember marks anew what the holds reach that an order was issued.
func remember(set *store.Set, name string) {
	if name == "" {
		return
	}
	for _, h := range holdsIn.All(set, name) {
		renew(set, h.HolderID, h.Hold)
	}
}

// heldBy names the holds that reach an object surely, or possibly.
func heldBy(set *store.Set, row *Row, may bool) string {
	var all []string
	for _, m := range marksOn.All(set, row.ID) {
		h, ok := Holds.Get(set, holdKey{m.HolderID, m.Hold})
		if !ok || m.May != may {
			continue
		}
		text := "hold " + h.Hold
		if on := byNumber(set, m.HolderID); on != nil && on.ID != row.ID {
			text += " on " + on.Object().String()
		}
		all = append(all, text+" ("+h.Reason+")")
	}
	return strings.Join(all, ", ")
}
