package trace

import (
	"cmp"
	"slices"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/quality"
)

// backwardOnly adds what only a backward trace tells: untracked components,
// and what the record does not say.
func (b *builder) backwardOnly(a *Answer, found []*reached) error {
	untracked := map[string]int{}
	breached, err := b.breaches(found)
	if err != nil {
		return err
	}
	for _, r := range found {
		if breached[r.node.ID] {
			a.Gaps = append(a.Gaps, Gap{Object: r.node.Object().Ref(), Reason: "breach"})
		}
		if r.best().removed {
			continue
		}
		n := r.node
		o := b.net.orders[n.Order]
		if n.Kind == genealogy.UnitKind && o != nil {
			b.unitGaps(a, r, o, untracked)
			continue
		}
		if !b.further(r) && n.Origin != genealogy.OriginReceived && !n.madeByOrder() {
			a.Gaps = append(a.Gaps, Gap{Object: n.Object().Ref(), Reason: "no_receipt"})
		}
	}
	planned, err := b.plannedGaps(found)
	a.Gaps = append(a.Gaps, planned...)
	return err
}

// breaches are the objects of an answer whose records broke a rule.
func (b *builder) breaches(found []*reached) (map[int64]bool, error) {
	var ids []int64
	for _, r := range found {
		ids = append(ids, r.node.ID)
	}
	all := map[int64]bool{}
	l := &loader{tx: b.tx, company: b.company, q: b.q}
	err := in(l, genealogy.BreachRows, "object_id", ids, func(r *genealogy.BreachRow) {
		if l.sees(r.ID, r.At, r.Voided) {
			all[r.ObjectID] = true
		}
	})
	return all, err
}

// unitGaps looks at each position of a unit's order BOM.
func (b *builder) unitGaps(a *Answer, r *reached, o *orderPart, untracked map[string]int) {
	n := r.node
	for i := range o.lines {
		line := &o.lines[i]
		if line.OwnerPart != n.PartNumber || line.Blown || line.Level == 0 || line.Optional {
			continue
		}
		if line.Tracking == catalog.None {
			at, known := untracked[line.PartNumber]
			if !known {
				at = len(a.Objects)
				untracked[line.PartNumber] = at
				a.Objects = append(a.Objects, Object{Ref: "item:" + line.PartNumber, PartNumber: line.PartNumber, Revision: line.Revision, Depth: r.depth + 1,
					Certainty: genealogy.Must, Places: []Place{}, End: "untracked"})
			}
			a.Objects[at].QuantityMin += line.PerOwner
			a.Objects[at].QuantityMax += line.PerOwner
			continue
		}
		filled, short := false, false
		for _, in := range n.in {
			if in.position == line.Position && in.end == never {
				filled = true
				short = short || in.pool != nil && in.pool.short > 0
			}
		}
		if !filled {
			a.Gaps = append(a.Gaps, Gap{n.Object().Ref(), line.Position, "lot_missing"})
		} else if short {
			a.Gaps = append(a.Gaps, Gap{n.Object().Ref(), line.Position, "short_issue"})
		}
	}
}

// Receipt is how an object came in.
type Receipt struct {
	Receipt     string      `json:"receipt"`
	Supplier    string      `json:"supplier"`
	SupplierLot string      `json:"supplier_lot"`
	Certificate string      `json:"certificate"`
	At          moment.Time `json:"at"`
}

// Operation is work that was done on an object.
type Operation struct {
	At         moment.Time `json:"at"`
	Until      moment.Time `json:"until"`
	Operation  string      `json:"operation"`
	Order      string      `json:"order"`
	WorkCenter string      `json:"work_center"`
	Machine    string      `json:"machine"`
	Operator   string      `json:"operator"`
	Program    string      `json:"program"`
	Tool       string      `json:"tool"`
	Parameters rawJSON     `json:"parameters"`
	Result     string      `json:"result"`
}

// rawJSON is JSON that is kept as text.
type rawJSON string

// MarshalJSON writes the text as it is.
func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

// Inspection is what was measured on an object.
type Inspection struct {
	At             moment.Time `json:"at"`
	Stage          string      `json:"stage"`
	Plan           string      `json:"plan"`
	Characteristic string      `json:"characteristic"`
	Value          string      `json:"value"`
	UOM            string      `json:"uom"`
	Lower          string      `json:"lower"`
	Upper          string      `json:"upper"`
	Result         string      `json:"result"`
	Inspector      string      `json:"inspector"`
	Instrument     string      `json:"instrument"`
}

// full adds receipts, operations and inspections to the objects.
func (b *builder) full(objects []Object) error {
	at := map[int64]*Object{}
	var ids []int64
	for i := range objects {
		if objects[i].id != 0 {
			at[objects[i].id] = &objects[i]
			ids = append(ids, objects[i].id)
		}
	}
	l := &loader{tx: b.tx, company: b.company, q: b.q}
	err := in(l, genealogy.Receipts, "object_id", ids, func(r *genealogy.Receipt) {
		if o := at[r.ObjectID]; l.sees(r.ID, r.At, r.Voided) {
			o.Receipts = append(o.Receipts, Receipt{r.Receipt, r.Supplier, r.SupplierLot, r.Certificate, r.At})
		}
	})
	if err != nil {
		return err
	}
	err = in(l, quality.Operations, "object_id", ids, func(r *quality.Operation) {
		if o := at[r.ObjectID]; l.sees(r.ID, r.At, r.Voided) {
			o.Operations = append(o.Operations, Operation{r.At, r.Until, r.Operation, r.Order, r.WorkCenter, r.Machine, r.Operator, r.Program, r.Tool, rawJSON(r.Parameters), r.Result})
		}
	})
	if err != nil {
		return err
	}
	err = in(l, quality.Inspections, "object_id", ids, func(r *quality.Inspection) {
		if o := at[r.ObjectID]; l.sees(r.ID, r.At, r.Voided) {
			o.Inspections = append(o.Inspections, Inspection{r.At, r.Stage, r.Plan, r.Characteristic, r.Value, r.UOM, r.Lower, r.Upper, r.Result, r.Inspector, r.Instrument})
		}
	})
	for i := range objects { // in the order in which it happened, not in which it was recorded
		o := &objects[i]
		slices.SortStableFunc(o.Receipts, func(a, b Receipt) int { return cmp.Compare(a.At, b.At) })
		slices.SortStableFunc(o.Operations, func(a, b Operation) int { return cmp.Compare(a.At, b.At) })
		slices.SortStableFunc(o.Inspections, func(a, b Inspection) int { return cmp.Compare(a.At, b.At) })
	}
	return err
}
