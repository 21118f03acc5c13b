package quality

import (
	"strconv"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// RecordInspection records what was measured on an object. Where the order of
// the object has sealed the plan, it is held against that.
type RecordInspection struct {
	InspectionRecorded
	Nonconformity string      `json:"nonconformity,omitempty"` // raised if it fails
	Severity      string      `json:"severity,omitempty"`      // of that
	At            moment.Time `json:"at,omitempty"`

	signatures int64 // that the plan asks of a disposition
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
	Undecided      bool   `json:"undecided,omitempty"` // a re-test that the plan does not let decide
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

// Warnings say when a re-test that passed does not decide.
func (f *InspectionRecorded) Warnings() []string {
	if !f.Undecided || f.Result != "pass" {
		return nil
	}
	return []string{"attempt " + strconv.FormatInt(f.Attempt, 10) + " of " + f.plan() + " does not decide, as the plan says: the hold stays until its nonconformity is disposed of"}
}

// Decide records the inspection. A failed one holds the object, and raises the
// nonconformity that is named, until a later attempt passes that the plan lets
// decide, or its disposition is use-as-is.
func (c *RecordInspection) Decide(set *store.Set) ([]journal.Fact, error) {
	given := *c // what is filled in depends on what is known now
	return given.decide(set)
}

func (c *RecordInspection) decide(set *store.Set) ([]journal.Fact, error) {
	row, err := genealogy.Find(set, c.object())
	if err != nil {
		return nil, field("serial", err)
	}
	if err := c.planned(set, row); err != nil {
		return nil, err
	}
	switch c.Stage {
	case "incoming", "in-process", "final":
	default:
		return nil, refuse.New(refuse.Invalid, "stage is %q: it must be incoming, in-process or final.", c.Stage).At("stage")
	}
	if err := c.judge(); err != nil {
		return nil, err
	}
	if c.Instrument != "" && !known(set, c.Instrument) {
		return nil, refuse.New(refuse.NotFound, "Instrument %s is not known: record a calibration of it first.", c.Instrument).At("instrument")
	}
	return c.facts(set, row)
}

func (c *RecordInspection) facts(set *store.Set, row *genealogy.Row) ([]journal.Fact, error) {
	facts := []journal.Fact{{At: c.At, What: &c.InspectionRecorded}}
	rejected := rejectionsOf(set, row.ID, c.plan())
	switch {
	case c.Result == "fail" && len(rejected) == 0:
		facts = append(facts, journal.Fact{At: c.At, What: &genealogy.Held{Object: c.object(), Reason: failed(c.plan()), Source: genealogy.FromInspection}})
	case c.Result == "pass" && len(rejected) > 0 && len(c.left(rejected)) == 0:
		if release := genealogy.ReleaseOf(set, row, failed(c.plan()), "inspection "+c.plan()+" passed"); release != nil {
			facts = append(facts, journal.Fact{At: c.At, What: release})
		}
	}
	if c.Result != "fail" || c.Nonconformity == "" {
		return facts, nil
	}
	raised, err := c.raise(set, row)
	return append(facts, raised...), err
}

// raise raises the nonconformity of a failure; one that is raised and open
// already gets the further attempt.
func (c *RecordInspection) raise(set *store.Set, row *genealogy.Row) ([]journal.Fact, error) {
	if old := ncr(set, c.Nonconformity); old != nil && old.ObjectID == row.ID && old.Disposition == "" {
		return nil, nil
	}
	what := c.Characteristic
	if c.Value != "" {
		what += " is " + c.Value + c.UOM
	}
	if c.Lower+c.Upper != "" {
		what += ", limits " + c.Lower + " to " + c.Upper
	}
	f := NCRRaised{Nonconformity: c.Nonconformity, PartNumber: c.PartNumber, Serial: c.Serial, Lot: c.Lot, Order: c.Order, Severity: c.Severity,
		Description: failed(c.plan()) + ": " + what, Signatures: c.signatures}
	return (&RaiseNCR{NCRRaised: f, At: c.At}).Decide(set)
}

// left are the rejections of its plan that an inspection which passes leaves:
// one of the whole plan leaves none, one of a characteristic those of others.
func (f *InspectionRecorded) left(rejected []*rejection) (left []*rejection) {
	if f.Undecided {
		return rejected
	}
	for _, r := range rejected {
		if f.Characteristic != "" && r.Characteristic != "" && r.Characteristic != f.Characteristic {
			left = append(left, r)
		}
	}
	return left
}

// failed is why an object is held that failed a plan.
func failed(plan string) string { return "inspection " + plan + " failed" }

// plan is what attempts of the same inspection share.
func (f *InspectionRecorded) plan() string {
	return planOf(f.Plan, f.Stage, f.Characteristic)
}
