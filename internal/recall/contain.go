package recall

import (
	"maps"
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// Contain holds everything of a recall's scope that is inside the company:
// stock, work in progress, units inside units; and blocks the orders that have
// affected lots. What is in the scope and cannot be held is named with the
// reason. Once more it holds what is not held yet.
type Contain struct {
	Recall string      `json:"recall"`
	At     moment.Time `json:"at,omitempty"`

	inside  []trace.Object
	outside []ActedObject
	orders  []ActedOrder
}

// SetAt fills in when, if it was left open.
func (c *Contain) SetAt(at moment.Time) { fill(&c.At, at) }

// Prepare finds where the objects of the scope are now.
func (c *Contain) Prepare(tx *store.Tx, company string) error {
	if _, err := Get(tx, company, c.Recall); err != nil {
		return err
	}
	inside, outside, err := whereNow(tx, company, c.Recall)
	if err != nil {
		return err
	}
	c.inside, c.outside = inside, outside
	c.orders, err = ordersWith(tx, company, c.Recall)
	return err
}

// whereNow are the objects of a scope that can be held now, and those that
// cannot, with why.
func whereNow(tx *store.Tx, company, recall string) (inside []trace.Object, outside []ActedObject, err error) {
	objects, err := counted(tx, company, recall)
	if err != nil {
		return nil, nil, err
	}
	var alive []int64
	for _, o := range objects {
		if !o.Removed {
			alive = append(alive, o.Number())
		}
	}
	now, err := trace.Where(tx, company, alive, trace.Question{})
	if err != nil {
		return nil, nil, err
	}
	places := map[int64]*trace.Object{}
	for i := range now {
		places[now[i].Number()] = &now[i]
	}
	for _, o := range objects {
		if o.Removed {
			continue
		}
		why := "its record was voided"
		if at := places[o.Number()]; at != nil {
			o = *at
			why = beyond(at)
		}
		if why == "" {
			inside = append(inside, o)
		} else {
			outside = append(outside, ActedObject{ID: journal.FactName(o.Number()), Object: nameOf(&o), Why: why})
		}
	}
	return inside, outside, nil
}

// beyond says why an object cannot be held; "" where it can.
func beyond(o *trace.Object) string {
	why := "nothing of it is left"
	for _, p := range o.Places {
		switch {
		case p.Customer != "":
			why = "it is at " + p.Customer
		case p.State == "scrapped":
			why = "it was scrapped"
		case p.State == "mixed":
			why = "it only gathers the units of its order"
		case p.State == "used_up" || o.Lot != "" && p.State == "inside":
		default:
			return ""
		}
	}
	return why
}

// ordersWith are the planned and open orders that have affected lots: kept for
// them, or issued to them and not yet in their units.
func ordersWith(tx *store.Tx, company, recall string) ([]ActedOrder, error) {
	objects, err := counted(tx, company, recall)
	if err != nil {
		return nil, err
	}
	refs := map[int64]string{}
	for _, o := range objects {
		if o.Lot != "" && !o.Removed {
			refs[o.Number()] = o.Ref
		}
	}
	lots := map[string][]string{}
	now, err := trace.Where(tx, company, ids(refs), trace.Question{})
	if err != nil {
		return nil, err
	}
	for _, o := range now {
		for _, p := range o.Places {
			if p.Order != "" && (p.State == "in_work" || p.State == "reserved") && !slices.Contains(lots[p.Order], o.Ref) {
				lots[p.Order] = append(lots[p.Order], o.Ref)
			}
		}
	}
	s := &scout{tx: tx, company: company}
	err = pick(s, genealogy.Allocations, "object_id", ids(refs), func(r *genealogy.AllocationRow) {
		if ref := refs[r.ObjectID]; r.Quantity > 0 && !slices.Contains(lots[r.Order], ref) {
			lots[r.Order] = append(lots[r.Order], ref)
		}
	})
	if err != nil {
		return nil, err
	}
	var all []ActedOrder
	for _, name := range slices.Sorted(maps.Keys(lots)) {
		o, err := order.Get(tx, company, name)
		if err != nil {
			return nil, err
		}
		if o.State == order.Planned || o.State == order.Released {
			slices.Sort(lots[name])
			all = append(all, ActedOrder{name, o.State, lots[name]})
		}
	}
	return all, nil
}

// Decide holds and blocks; what is held and blocked already changes nothing.
func (c *Contain) Decide(set *store.Set) ([]journal.Fact, error) {
	r, err := find(set, c.Recall, c.At)
	if err != nil {
		return nil, err
	}
	reason := "recall " + c.Recall + ": " + r.Reason
	var holds []journal.Fact
	for i := range c.inside {
		row, err := genealogy.Find(set, nameOf(&c.inside[i]))
		if err != nil {
			return nil, err
		}
		if f := genealogy.HoldFor(set, row, c.Recall, reason, genealogy.FromRecall); f != nil {
			holds = append(holds, journal.Fact{At: c.At, What: f})
		}
	}
	var blocks []journal.Fact
	for _, o := range c.orders {
		facts, err := (&order.BlockOrder{Order: o.Order, Reason: reason, At: c.At}).Decide(set)
		if err != nil {
			return nil, err
		}
		if len(facts) > 0 {
			blocks = append(blocks, journal.Fact{At: c.At, What: &Acted{Recall: c.Recall, Action: ActBlocked, Count: 1, Text: o.Order, Orders: []ActedOrder{o}}}, facts[0])
		}
	}
	var facts []journal.Fact
	if len(holds) > 0 {
		for _, some := range chunks(c.outside) {
			facts = append(facts, journal.Fact{At: c.At, What: &Acted{Recall: c.Recall, Action: ActHeld, Objects: some}})
		}
		facts[0].What.(*Acted).Count = int64(len(holds))
	}
	return slices.Concat(facts, holds, blocks), nil
}

func nameOf(o *trace.Object) genealogy.Object {
	return genealogy.Object{PartNumber: o.PartNumber, Serial: o.Serial, Lot: o.Lot}
}

// chunks divides objects so that each part fits a line; there is one at least.
func chunks(all []ActedObject) [][]ActedObject {
	parts, size := [][]ActedObject{nil}, 0
	for _, o := range all {
		length := 150 + len(o.PartNumber) + len(o.Name()) + len(o.System) + len(o.Why) + len(o.Shipment)
		for _, a := range o.Affected {
			length += len(a) + 4
		}
		if size += length; size > scopedMax {
			parts, size = append(parts, nil), length
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], o)
	}
	return parts
}
