package trace

import (
	"maps"
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/quality"
)

// asked is what an order BOM asks to be done to an object, or measured on it.
type asked struct {
	object    *node
	position  string
	operation string // or
	plan      string
	measured  string
	order     string
}

// plannedGaps names operations and inspections that the order BOMs of the units
// ask for, and nobody recorded.
func (b *builder) plannedGaps(found []*reached) ([]Gap, error) {
	var all []asked
	for _, r := range found {
		if o := b.net.orders[r.node.Order]; o != nil && !r.best().removed && r.node.Kind == genealogy.UnitKind {
			all = append(all, asks(r.node, o)...)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	ids, orders := map[int64]bool{}, map[string]bool{}
	for _, a := range all {
		ids[a.object.ID], ids[a.object.LotID] = true, true
		orders[a.order] = true
	}
	worked, measured, err := b.done(slices.Sorted(maps.Keys(ids)), slices.Sorted(maps.Keys(orders)))
	if err != nil {
		return nil, err
	}
	var gaps []Gap
	seen := map[Gap]bool{}
	for _, a := range all {
		g := Gap{Object: a.object.Object().Ref(), Position: a.position, Reason: "operation_missing"}
		missing := !worked[work{object: a.object.ID, operation: a.operation}] && !worked[work{object: a.object.LotID, operation: a.operation}] &&
			!worked[work{order: a.order, operation: a.operation}]
		if a.plan != "" {
			g.Position, g.Reason = a.plan+" "+a.measured, "inspection_missing"
			missing = !measured[check{a.object.ID, a.plan, a.measured}] && !measured[check{a.object.LotID, a.plan, a.measured}]
		}
		if missing && !seen[g] {
			seen[g] = true
			gaps = append(gaps, g)
		}
	}
	return gaps, nil
}

// asks are what the order BOM of a unit asks for: of the unit itself in
// process and at the end, of what came into it when that came in.
func asks(unit *node, o *orderPart) (all []asked) {
	own := true
	for i := range o.lines {
		line := &o.lines[i]
		if line.PartNumber == unit.PartNumber && own {
			own = false
			for _, c := range line.Inspections() {
				if c.Stage != "incoming" && !c.Sampled().Part() { // a sample is waited for when units are completed
					all = append(all, asked{object: unit, plan: c.Plan, measured: c.Characteristic.Characteristic, order: o.Order.Order})
				}
			}
		}
		if line.OwnerPart != unit.PartNumber || line.Level == 0 {
			continue
		}
		for _, step := range line.Steps() {
			all = append(all, asked{object: unit, position: step, operation: step, order: o.Order.Order})
		}
		for _, c := range line.Inspections() {
			if c.Stage != "incoming" {
				continue
			}
			for _, a := range unit.in {
				if a.position == line.Position && a.end == never && a.from.PartNumber == line.PartNumber {
					all = append(all, asked{object: a.from, plan: c.Plan, measured: c.Characteristic.Characteristic})
				}
			}
		}
	}
	return all
}

// work is an operation that was performed on an object, or on a whole order.
type work struct {
	object    int64
	order     string
	operation string
}

// check is something that was measured on an object.
type check struct {
	object         int64
	plan, measured string
}

// done loads what was done to objects and orders.
func (b *builder) done(ids []int64, orders []string) (map[work]bool, map[check]bool, error) {
	worked, measured := map[work]bool{}, map[check]bool{}
	l := &loader{tx: b.tx, company: b.company, q: b.q}
	see := func(o *quality.Operation) {
		if !l.sees(o.ID, o.At, o.Voided) {
			return
		}
		worked[work{object: o.ObjectID, operation: o.Operation}] = true
		if o.ObjectID == 0 {
			worked[work{order: o.Order, operation: o.Operation}] = true
		}
	}
	if err := in(l, quality.Operations, "object_id", ids, see); err != nil {
		return nil, nil, err
	}
	for _, name := range orders {
		rows, err := quality.Operations.Select(b.tx, b.company, `order_name = $2 AND object_id = 0`, name)
		if err != nil {
			return nil, nil, err
		}
		for i := range rows {
			see(&rows[i])
		}
	}
	err := in(l, quality.Inspections, "object_id", ids, func(i *quality.Inspection) {
		if l.sees(i.ID, i.At, i.Voided) {
			measured[check{i.ObjectID, i.Plan, i.Characteristic}] = true
		}
	})
	delete(worked, work{operation: ""})
	return worked, measured, err
}
