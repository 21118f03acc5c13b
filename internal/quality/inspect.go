package quality

import (
	"math/big"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// RecordInspection records what was measured on an object.
type RecordInspection struct {
	InspectionRecorded
	At moment.Time `json:"at,omitempty"`
}

// InspectionRecorded says what was measured on an object, against which limits.
type InspectionRecorded struct {
	Stage          string `json:"stage"` // incoming, in-process, final
	PartNumber     string `json:"part_number"`
	Serial         string `json:"serial,omitempty"`
	Lot            string `json:"lot,omitempty"`
	Number         string `json:"number,omitempty"`
	Attempt        int64  `json:"attempt,omitempty"`
	Plan           string `json:"plan,omitempty"`
	Operation      string `json:"operation,omitempty"`
	Order          string `json:"order,omitempty"`
	Characteristic string `json:"characteristic,omitempty"`
	Value          string `json:"value,omitempty"`
	UOM            string `json:"uom,omitempty"`
	Lower          string `json:"lower,omitempty"`
	Upper          string `json:"upper,omitempty"`
	Result         string `json:"result"` // pass, fail, na
	SampleSize     int64  `json:"sample_size,omitempty"`
	Defects        int64  `json:"defects,omitempty"`
	Inspector      string `json:"inspector,omitempty"`
	Instrument     string `json:"instrument,omitempty"`
	Report         string `json:"report,omitempty"`
}

// Kind names the fact.
func (InspectionRecorded) Kind() string { return "inspection.recorded/1" }

// SetAt fills in when, if it was left open.
func (c *RecordInspection) SetAt(at moment.Time) { fill(&c.At, at) }

func (f *InspectionRecorded) object() genealogy.Object {
	o := genealogy.Object{PartNumber: f.PartNumber, Serial: f.Serial, Lot: f.Lot}
	if o.Serial != "" {
		o.Lot = ""
	}
	return o
}

// Decide records the inspection. A failed one holds the object until a later
// attempt of the same plan passes.
func (c *RecordInspection) Decide(set *store.Set) ([]journal.Fact, error) {
	if err := c.planned(set); err != nil {
		return nil, err
	}
	switch c.Stage {
	case "incoming", "in-process", "final":
	default:
		return nil, refuse.New(refuse.Invalid, "stage is %q: it must be incoming, in-process or final.", c.Stage).At("stage")
	}
	row, err := genealogy.Find(set, c.object())
	if err != nil {
		return nil, field("serial", err)
	}
	if err := c.judge(); err != nil {
		return nil, err
	}
	if c.Instrument != "" && !known(set, c.Instrument) {
		return nil, refuse.New(refuse.NotFound, "Instrument %s is not known: record a calibration of it first.", c.Instrument).At("instrument")
	}
	facts := []journal.Fact{{At: c.At, What: &c.InspectionRecorded}}
	_, rejected := rejections.Get(set, rejection{row.ID, c.plan()})
	switch {
	case c.Result == "fail" && !rejected:
		facts = append(facts, journal.Fact{At: c.At, What: &genealogy.Held{Object: c.object(), Reason: failed(c.plan()), Source: genealogy.FromInspection}})
	case c.Result == "pass" && rejected:
		if release := genealogy.ReleaseOf(set, row, failed(c.plan()), "inspection "+c.plan()+" passed"); release != nil {
			facts = append(facts, journal.Fact{At: c.At, What: release})
		}
	}
	return facts, nil
}

// failed is why an object is held that failed a plan.
func failed(plan string) string { return "inspection " + plan + " failed" }

// plan is what attempts of the same inspection share.
func (f *InspectionRecorded) plan() string {
	return planOf(f.Plan, f.Stage, f.Characteristic)
}

// planned fills in what the inspection plan says and the caller left open: the
// stage, the limits and, where a value stands within or outside them, the
// result.
func (c *RecordInspection) planned(set *store.Set) error {
	plan, ok := catalog.FindPlan(set, c.PartNumber, c.Plan)
	if c.Plan == "" || !ok {
		return nil // a plan that is known elsewhere
	}
	if c.Stage == "" {
		c.Stage = plan.Stage
	}
	for _, ch := range plan.Characteristics() {
		if ch.Characteristic != c.Characteristic {
			continue
		}
		if c.Lower == "" && c.Upper == "" {
			c.Lower, c.Upper = ch.Lower, ch.Upper
		}
		if c.UOM == "" {
			c.UOM = ch.UOM
		}
		if c.Result == "" && c.Value != "" && c.Lower+c.Upper != "" {
			c.Result = "pass"
			if outside, err := c.outside(); err != nil {
				return err
			} else if outside {
				c.Result = "fail"
			}
		}
		return nil
	}
	return refuse.New(refuse.NotFound, "Plan %s of %s does not measure %q: name a characteristic of it, or define it there.", c.Plan, c.PartNumber, c.Characteristic).At("characteristic")
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
