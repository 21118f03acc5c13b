package quality

import (
	"encoding/json"
	"errors"
	"math/big"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/order"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// sealedChecks are what the order BOM of an order asks of an item, as it was
// sealed.
func sealedChecks(set *store.Set, name, part string) (line *order.Line, checks []order.Inspection) {
	if name == "" {
		return nil, nil
	}
	for _, l := range order.LinesWith(set, name, part) {
		if all := l.Inspections(); len(all) > 0 {
			return l, all
		}
	}
	return nil, nil
}

// PlansFor are the plans by which an object is inspected: those that its order
// has sealed, else those of its item today.
func PlansFor(tx *store.Tx, company string, row *genealogy.Row) (plans []catalog.PlanRow, sealed bool, err error) {
	set := store.NewSet(tx, company)
	_, checks := sealedChecks(set, row.Order, row.PartNumber)
	if set.Err() != nil || len(checks) == 0 {
		plans, err = catalog.PlansFor(tx, company, row.PartNumber)
		return plans, false, errors.Join(set.Err(), err)
	}
	var all [][]catalog.Characteristic
	for _, c := range checks {
		n := len(plans) - 1
		if n < 0 || plans[n].Plan != c.Plan {
			plans, all = append(plans, catalog.PlanRow{PartNumber: row.PartNumber, Plan: c.Plan, Stage: c.Stage}), append(all, nil)
			n++
		}
		all[n] = append(all[n], c.Characteristic)
	}
	for n := range plans {
		body, err := json.Marshal(all[n])
		if err != nil {
			return nil, true, err
		}
		plans[n].Body = string(body)
	}
	return plans, true, nil
}

// check is what the plan of an inspection asks; sealed says that the order of
// the object does. None is known of a plan that is kept elsewhere.
func (c *RecordInspection) check(set *store.Set, row *genealogy.Row) (found *order.Inspection, sealed, known bool) {
	name := c.Order
	if name == "" {
		name = row.Order
	}
	_, checks := sealedChecks(set, name, c.PartNumber)
	for i := range checks {
		if checks[i].Plan != c.Plan {
			continue
		}
		sealed = true
		if checks[i].Characteristic.Characteristic == c.Characteristic {
			return &checks[i], true, true
		}
	}
	if sealed {
		return nil, true, true
	}
	plan, ok := catalog.FindPlan(set, c.PartNumber, c.Plan)
	if !ok {
		return nil, false, false
	}
	for _, ch := range plan.Characteristics() {
		if ch.Characteristic == c.Characteristic {
			return &order.Inspection{Plan: plan.Plan, Stage: plan.Stage, Characteristic: ch}, false, true
		}
	}
	return nil, false, true
}

// planned fills in what the inspection plan says and the caller left open: the
// stage, the limits, the number of the attempt. A plan that an order has sealed
// is as it was then, and its limits are no others.
func (c *RecordInspection) planned(set *store.Set, row *genealogy.Row) error {
	c.attempts(set, row)
	if c.Plan == "" {
		return nil
	}
	ch, sealed, known := c.check(set, row)
	switch {
	case !known:
		return nil
	case ch == nil:
		return refuse.New(refuse.NotFound, "Plan %s of %s does not measure %q: name a characteristic of it, or define it there.", c.Plan, c.PartNumber, c.Characteristic).At("characteristic")
	case c.Lower+c.Upper == "":
		c.Lower, c.Upper = ch.Lower, ch.Upper
	case sealed && !(same(c.Lower, ch.Lower) && same(c.Upper, ch.Upper)):
		err := refuse.New(refuse.Conflict, "Plan %s was sealed with the limits %q to %q of %s, not %q to %q: leave them out.", c.Plan, ch.Lower, ch.Upper, c.Characteristic, c.Lower, c.Upper).At("lower")
		if err := genealogy.Forgive(set, row, err); err != nil {
			return err
		}
	}
	if c.Stage == "" {
		c.Stage = ch.Stage
	}
	if c.UOM == "" {
		c.UOM = ch.UOM
	}
	c.signatures = ch.Signatures
	c.Undecided = c.Undecided || c.Attempt > 1 && c.Result != "na" && !ch.Decides(c.Attempt)
	return c.sampled(ch.Sampled(), row)
}

// sampled holds the sample of a lot against what the plan asks for: how many
// were looked at, and how many of them may be bad.
func (c *RecordInspection) sampled(asked catalog.Sample, row *genealogy.Row) error {
	if row.Kind != genealogy.LotKind || c.SampleSize == 0 || asked.Rule == "" {
		return nil
	}
	if c.Result == "" && c.Value == "" {
		c.Result = "pass"
		if c.Defects > asked.Accept {
			c.Result = "fail"
		}
	}
	need := asked.Of(row.Size)
	switch {
	case c.Result == "pass" && c.Defects > asked.Accept:
		return refuse.New(refuse.Conflict, "%d of the sample are bad and plan %s accepts %d: the result is fail, not pass.", c.Defects, c.Plan, asked.Accept).At("result")
	case c.Result == "pass" && c.SampleSize < need:
		return refuse.New(refuse.Conflict, "Plan %s asks for a sample of %d of %s; %d were looked at: look at %d more.", c.Plan, need, row.Object(), c.SampleSize, need-c.SampleSize).At("sample_size")
	}
	return nil
}

// attempts numbers an attempt after failures of the same, where the caller does
// not: what the earlier ones found stays.
func (c *RecordInspection) attempts(set *store.Set, row *genealogy.Row) {
	if c.Attempt != 0 {
		return
	}
	var before int64
	for _, i := range measured.All(set, row.ID) {
		switch {
		case i.Voided != 0 || i.plan() != c.plan() || i.Characteristic != c.Characteristic:
		case i.Result == "fail" || before > 0 && i.Undecided:
			before++
		case i.Result == "pass":
			before = 0
		}
	}
	if before > 0 {
		c.Attempt = before + 1
	}
}

// same says whether two limits are the same number.
func same(a, b string) bool {
	x, err := number("limit", a)
	y, err2 := number("limit", b)
	if err != nil || err2 != nil || x == nil || y == nil {
		return a == b
	}
	return x.Cmp(y) == 0
}

// judge compares the value with its limits; the result must say the same.
func (f *InspectionRecorded) judge() error {
	outside, err := f.outside()
	if f.Result == "" && err == nil && f.Value != "" && f.Lower+f.Upper != "" {
		f.Result = "pass"
		if outside {
			f.Result = "fail"
		}
	}
	if f.Result != "pass" && f.Result != "fail" && f.Result != "na" {
		return refuse.New(refuse.Invalid, "result is %q: it must be pass, fail or na.", f.Result).At("result")
	}
	if err != nil {
		return err
	}
	if outside && f.Result == "pass" {
		return refuse.New(refuse.Conflict, "%s of %s is outside its limits (%s to %s): the result is fail, not pass.", f.Characteristic, f.Value, f.Lower, f.Upper).At("result")
	}
	return nil
}

// outside says whether the value is outside its limits.
func (f *InspectionRecorded) outside() (bool, error) {
	value, err := number("value", f.Value)
	if err != nil && (f.Lower != "" || f.Upper != "") {
		return false, err
	}
	lower, err := number("lower", f.Lower)
	if err != nil {
		return false, err
	}
	upper, err := number("upper", f.Upper)
	return value != nil && (lower != nil && value.Cmp(lower) < 0 || upper != nil && value.Cmp(upper) > 0), err
}

// number reads a decimal; nil for none.
func number(field, text string) (*big.Rat, error) {
	if text == "" {
		return nil, nil
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok || len(text) > 40 {
		return nil, refuse.New(refuse.Invalid, "%s is %q: it must be a number.", field, text).At(field)
	}
	return r, nil
}

// Limits are limits in words; empty for none. They stand apart by a word, since
// a dash would read as a minus.
func Limits(lower, upper string) string {
	switch {
	case lower == "" && upper == "":
		return ""
	case lower == "":
		return "≤ " + upper
	case upper == "":
		return "≥ " + lower
	}
	return lower + " to " + upper
}
