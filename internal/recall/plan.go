// Package recall answers which objects a trigger reaches, where they are and
// who has them.
package recall

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/quality"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// Trigger selects the objects a recall starts from; all that is given must
// match. A window includes both ends.
type Trigger struct {
	Object      string      `json:"object,omitempty"` // PART/NAME, a lot or a unit
	Supplier    string      `json:"supplier,omitempty"`
	SupplierLot string      `json:"supplier_lot,omitempty"`
	MakerLot    string      `json:"manufacturer_lot,omitempty"`
	Certificate string      `json:"certificate,omitempty"`
	Heat        string      `json:"heat,omitempty"`
	DateCode    string      `json:"date_code,omitempty"`
	Order       string      `json:"order,omitempty"`
	PartNumber  string      `json:"part_number,omitempty"`
	Revision    string      `json:"revision,omitempty"`
	Operation   string      `json:"operation,omitempty"`
	WorkCenter  string      `json:"work_center,omitempty"`
	Machine     string      `json:"machine,omitempty"`
	Operator    string      `json:"operator,omitempty"`
	Program     string      `json:"program,omitempty"`
	Tool        string      `json:"tool,omitempty"`
	From        moment.Time `json:"from,omitempty"`
	To          moment.Time `json:"to,omitempty"`
}

// Customer is what a customer has of the scope.
type Customer struct {
	Customer string   `json:"customer"`
	Must     int      `json:"must"`
	May      int      `json:"may"`
	Systems  []System `json:"systems"`
}

// System is a customer's own system with the outermost units that went into it.
type System struct {
	System  string   `json:"system"`
	Objects []string `json:"objects"`
}

// Answer is the plan of a recall.
type Answer struct {
	Trigger    []Trigger      `json:"trigger"`
	Start      []trace.Object `json:"start"`
	Must       int            `json:"must"`
	May        int            `json:"may"`
	HadBeen    trace.HadBeen  `json:"had_been"`
	Objects    []trace.Object `json:"objects"`
	ByState    map[string]int `json:"by_state"`
	ByCustomer []Customer     `json:"by_customer"`
	Gaps       []trace.Gap    `json:"gaps"`
}

// Plan answers what the triggers reach: the starts of any of them, and all
// that contains or may contain those.
func Plan(tx *store.Tx, company string, triggers []Trigger, q trace.Question) (*Answer, error) {
	starts := map[int64]bool{}
	for _, t := range triggers {
		ids, err := t.starts(tx, company)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			starts[id] = true
		}
	}
	if len(starts) == 0 {
		return nil, refuse.New(refuse.NotFound, "The trigger matches nothing that is recorded.")
	}
	reach, err := trace.Reach(tx, company, slices.Sorted(maps.Keys(starts)), q)
	if err != nil {
		return nil, err
	}
	a := &Answer{Trigger: triggers, Start: []trace.Object{}, Must: reach.Counts.Must, May: reach.Counts.May, HadBeen: reach.Counts.HadBeen,
		Objects: reach.Objects, ByState: reach.Counts.ByState, Gaps: reach.Gaps}
	for _, o := range reach.Objects {
		if o.Depth == 0 {
			a.Start = append(a.Start, o)
		}
	}
	a.ByCustomer = byCustomer(reach.Objects)
	return a, nil
}

// byCustomer counts the outermost units, each once.
func byCustomer(objects []trace.Object) []Customer {
	type key struct{ customer, system, top string }
	classes := map[key]string{}
	for _, o := range objects {
		if o.Removed {
			continue
		}
		for _, p := range o.Places {
			if p.Customer == "" {
				continue
			}
			k := key{p.Customer, p.System, cmp.Or(o.Top, o.Ref)}
			if classes[k] != genealogy.Must {
				classes[k] = o.Certainty
			}
		}
	}
	all := map[string]*Customer{}
	systems := map[[2]string][]string{}
	for k, class := range classes {
		c := all[k.customer]
		if c == nil {
			c = &Customer{Customer: k.customer}
			all[k.customer] = c
		}
		if class == genealogy.Must {
			c.Must++
		} else {
			c.May++
		}
		systems[[2]string{k.customer, k.system}] = append(systems[[2]string{k.customer, k.system}], k.top)
	}
	list := []Customer{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		c := all[name]
		c.Systems = []System{}
		for _, s := range slices.SortedFunc(maps.Keys(systems), func(a, b [2]string) int { return strings.Compare(a[1], b[1]) }) {
			if s[0] == name {
				slices.Sort(systems[s])
				c.Systems = append(c.Systems, System{s[1], systems[s]})
			}
		}
		list = append(list, *c)
	}
	return list
}

// starts are the objects that one trigger selects: all its fields match.
func (t Trigger) starts(tx *store.Tx, company string) ([]int64, error) {
	if t.From != 0 && t.To != 0 && t.To < t.From {
		return nil, refuse.New(refuse.Invalid, "The window ends on %s, before it begins on %s.", t.To, t.From).At("to")
	}
	var sets [][]int64
	for _, selector := range []func(*store.Tx, string) ([]int64, bool, error){t.byObject, t.byReceipt, t.byOrder, t.byItem, t.byOperation} {
		ids, asked, err := selector(tx, company)
		if err != nil {
			return nil, err
		}
		if asked {
			sets = append(sets, ids)
		}
	}
	if len(sets) == 0 {
		return nil, refuse.New(refuse.Invalid, "Say what the recall starts from: a lot, a supplier's lot, a machine, an operator, an order, an item.")
	}
	both := sets[0]
	for _, set := range sets[1:] {
		both = slices.DeleteFunc(both, func(id int64) bool { return !slices.Contains(set, id) })
	}
	return both, nil
}

func (t Trigger) byObject(tx *store.Tx, company string) ([]int64, bool, error) {
	if t.Object == "" {
		return nil, false, nil
	}
	row, err := trace.Resolve(tx, company, t.Object)
	return []int64{row.ID}, true, err
}

// conditions collects equal columns for a statement.
type conditions struct {
	text []string
	args []any
}

func (c *conditions) equal(column, value string) {
	if value != "" {
		c.add(column+" = $", value)
	}
}

func (c *conditions) add(text string, value any) {
	c.args = append(c.args, value)
	c.text = append(c.text, text+strconv.Itoa(len(c.args)+1))
}

func (c *conditions) where() string { return strings.Join(c.text, " AND ") }

func (t Trigger) byReceipt(tx *store.Tx, company string) ([]int64, bool, error) {
	c := conditions{text: []string{"voided = 0"}}
	c.equal("supplier", t.Supplier)
	c.equal("supplier_lot", t.SupplierLot)
	c.equal("manufacturer_lot", t.MakerLot)
	c.equal("certificate", t.Certificate)
	c.equal("heat", t.Heat)
	c.equal("date_code", t.DateCode)
	if len(c.text) == 1 {
		return nil, false, nil
	}
	rows, err := genealogy.Receipts.Select(tx, company, c.where(), c.args...)
	var ids []int64
	for _, r := range rows {
		ids = append(ids, r.ObjectID)
	}
	return ids, true, err
}

// byOrder starts from all that an order made: its lots and its units.
func (t Trigger) byOrder(tx *store.Tx, company string) ([]int64, bool, error) {
	if t.Order == "" || t.operation() {
		return nil, false, nil
	}
	ids, err := made(tx, company, t.Order)
	if err == nil && len(ids) == 0 {
		err = refuse.New(refuse.NotFound, "Order %s is not known, or has made nothing yet.", t.Order).At("order")
	}
	return ids, true, err
}

func made(tx *store.Tx, company, order string) ([]int64, error) {
	rows, err := genealogy.Objects.Select(tx, company, `order_name = $2 AND voided = 0`, order)
	var ids []int64
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids, err
}

// byItem starts from an item's objects, of a revision, that came to be in the
// window.
func (t Trigger) byItem(tx *store.Tx, company string) ([]int64, bool, error) {
	if t.PartNumber == "" {
		return nil, false, nil
	}
	c := conditions{text: []string{"voided = 0"}}
	c.equal("part_number", t.PartNumber)
	c.equal("revision", t.Revision)
	if !t.operation() {
		if t.From != 0 {
			c.add("at >= $", int64(t.From))
		}
		if t.To != 0 {
			c.add("at <= $", int64(t.To))
		}
	}
	rows, err := genealogy.Objects.Select(tx, company, c.where(), c.args...)
	var ids []int64
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids, true, err
}

func (t Trigger) operation() bool {
	return t.Operation+t.WorkCenter+t.Machine+t.Operator+t.Program+t.Tool != ""
}

// byOperation starts from what was worked on: the object, or all of an order.
// An operation matches when [at, until] meets the window.
func (t Trigger) byOperation(tx *store.Tx, company string) ([]int64, bool, error) {
	if !t.operation() {
		return nil, false, nil
	}
	c := conditions{text: []string{"voided = 0"}}
	c.equal("operation", t.Operation)
	c.equal("work_center", t.WorkCenter)
	c.equal("machine", t.Machine)
	c.equal("operator", t.Operator)
	c.equal("program", t.Program)
	c.equal("tool", t.Tool)
	c.equal("order_name", t.Order)
	if t.From != 0 {
		c.add("until >= $", int64(t.From))
	}
	if t.To != 0 {
		c.add("at <= $", int64(t.To))
	}
	rows, err := quality.Operations.Select(tx, company, c.where(), c.args...)
	if err != nil {
		return nil, true, err
	}
	var ids []int64
	whole := map[string]bool{}
	for _, r := range rows {
		if r.ObjectID != 0 {
			ids = append(ids, r.ObjectID)
		} else {
			whole[r.Order] = true
		}
	}
	for name := range whole {
		of, err := made(tx, company, name)
		if err != nil {
			return nil, true, err
		}
		ids = append(ids, of...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), true, nil
}
