package quality

import (
	"strconv"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Complete says that units are made. What an order has sealed of inspection
// plans in process and at the end is measured before (ISO 9001 8.6, release of
// products): as many of the order as the sample of each characteristic says.
type Complete struct {
	genealogy.Complete
}

// sample is that a unit of an order was measured by a plan.
type sample struct {
	ObjectID       int64       `col:"object_id,key"`
	Plan           string      `col:"plan,key"`
	Characteristic string      `col:"characteristic,key"`
	Order          string      `col:"order_name"`
	PartNumber     string      `col:"part_number"`
	At             moment.Time `col:"at"` // the first time
}

type sampleKey struct {
	ObjectID             int64
	Plan, Characteristic string
}

type batchKey struct{ Order, PartNumber, Plan, Characteristic string }

// listedMax is how many units a refusal names.
const listedMax = 10

// Decide completes the units, unless their sample is not taken yet.
func (c *Complete) Decide(set *store.Set) ([]journal.Fact, error) {
	facts, err := c.Complete.Decide(set)
	if err != nil || c.Deviation != "" {
		return facts, err
	}
	var rows []*genealogy.Row
	for _, f := range facts {
		if made, ok := f.What.(*genealogy.UnitCompleted); ok && made.Order == "" {
			row, err := genealogy.Find(set, genealogy.Object{PartNumber: made.PartNumber, Serial: made.Serial})
			if err != nil {
				return nil, err
			}
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return facts, nil
	}
	return facts, genealogy.Forgive(set, rows[0], taken(set, rows, c.At))
}

// taken refuses units of an order of which the sealed plans want more measured.
// All are of one item; those of different orders are looked at by order.
func taken(set *store.Set, rows []*genealogy.Row, at moment.Time) error {
	byOrder := map[string][]*genealogy.Row{}
	var names []string
	for _, r := range rows {
		if byOrder[r.Order] == nil {
			names = append(names, r.Order)
		}
		byOrder[r.Order] = append(byOrder[r.Order], r)
	}
	for _, name := range names {
		line, checks := sealedChecks(set, name, rows[0].PartNumber)
		for i := range checks {
			if asked := checks[i].Sampled(); asked.Rule != "" && checks[i].Stage != "incoming" {
				if err := takenOf(set, line, &checks[i], byOrder[name], at); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// takenOf looks at one characteristic: with all, each unit is measured; with
// first N and 1 in N, one that is not measured waits until so many are; with N
// per batch, all wait.
func takenOf(set *store.Set, line *order.Line, check *order.Inspection, rows []*genealogy.Row, at moment.Time) error {
	asked := check.Sampled()
	need := asked.Of(line.Quantity)
	var without []string
	for _, r := range rows {
		s, ok := samples.Get(set, sampleKey{r.ID, check.Plan, check.Characteristic.Characteristic})
		if !ok || s.At > at {
			without = append(without, r.Object().String())
		}
	}
	if len(without) == 0 && asked.Rule != catalog.SampleBatch {
		return nil
	}
	if asked.Rule != catalog.SampleAll {
		var have int64
		for _, s := range samplesOf.All(set, batchKey{line.Order, line.PartNumber, check.Plan, check.Characteristic.Characteristic}) {
			if s.At <= at {
				have++
			}
		}
		if have >= need {
			return nil
		}
		return refuse.New(refuse.Conflict, "Plan %s of order %s wants %s measured on %d of %s (%s); %d are, and %d are missing%s: measure them first.",
			check.Plan, line.Order, check.Characteristic.Characteristic, need, line.Quantity, check.Sample, have, need-have, named(without)).At("serial")
	}
	return refuse.New(refuse.Conflict, "Plan %s of order %s wants %s measured on each; it is missing%s: measure them first.", check.Plan, line.Order, check.Characteristic.Characteristic, named(without)).At("serial")
}

// named are the units that are not measured, the first of them by name.
func named(units []string) string {
	if len(units) == 0 {
		return ""
	}
	text := " on " + strings.Join(units[:min(len(units), listedMax)], ", ")
	if n := len(units) - listedMax; n > 0 {
		text += " and " + strconv.Itoa(n) + " more"
	}
	return text
}

// measuredFor notes that a unit of an order was measured by a plan.
func measuredFor(set *store.Set, i *Inspection) {
	if i.Plan == "" || i.Result == "na" {
		return
	}
	row := genealogy.ByNumber(set, i.ObjectID)
	if row == nil || row.Kind != genealogy.UnitKind {
		return
	}
	key := sampleKey{i.ObjectID, i.Plan, i.Characteristic}
	if old, ok := samples.Get(set, key); ok {
		if s := *old; i.At < s.At {
			s.At = i.At
			samples.Put(set, s)
		}
		return
	}
	name := i.Order
	if name == "" {
		name = row.Order
	}
	if name != "" {
		samples.Put(set, sample{i.ObjectID, i.Plan, i.Characteristic, name, row.PartNumber, i.At})
	}
}

// measuredNoMore takes that back when the inspection was voided.
func measuredNoMore(set *store.Set, gone *Inspection) {
	old, ok := samples.Get(set, sampleKey{gone.ObjectID, gone.Plan, gone.Characteristic})
	if !ok {
		return
	}
	var first moment.Time
	for _, i := range measured.All(set, gone.ObjectID) {
		if i.Voided == 0 && i.Result != "na" && i.Plan == gone.Plan && i.Characteristic == gone.Characteristic && (first == 0 || i.At < first) {
			first = i.At
		}
	}
	if s := *old; first == 0 {
		samples.Delete(set, sampleKey{s.ObjectID, s.Plan, s.Characteristic})
	} else {
		s.At = first
		samples.Put(set, s)
	}
}
