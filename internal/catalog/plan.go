package catalog

import (
	"encoding/json"
	"strconv"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Characteristic is something that a plan has measured.
type Characteristic struct {
	Characteristic string `json:"characteristic"`
	UOM            string `json:"uom,omitempty"`
	Lower          string `json:"lower,omitempty"`
	Nominal        string `json:"nominal,omitempty"`
	Upper          string `json:"upper,omitempty"`
	InstrumentType string `json:"instrument_type,omitempty"`
	Sample         string `json:"sample,omitempty"`     // all, first N, 1 in N, N per batch; anything else is a note
	Retest         string `json:"retest,omitempty"`     // last, none, or the number of attempts that may decide
	Signatures     int64  `json:"signatures,omitempty"` // that the disposition of what failed needs
}

// SignaturesMax is how many signatures a disposition may need.
const SignaturesMax = 10

// DefinePlan says what must be checked on an item at a stage. What orders have
// sealed of it stays.
type DefinePlan struct {
	PlanDefined
	At moment.Time `json:"at,omitempty"`
}

// PlanDefined says what must be checked on an item at a stage, from now on.
type PlanDefined struct {
	Plan            string           `json:"plan"`
	PartNumber      string           `json:"part_number"`
	Stage           string           `json:"stage"` // incoming, in-process, final
	Characteristics []Characteristic `json:"characteristics"`
}

// Kind names the fact.
func (PlanDefined) Kind() string { return "plan.defined/1" }

// Warnings are samples that nothing waits for, since they are mere notes.
func (f *PlanDefined) Warnings() (all []string) {
	for _, c := range f.Characteristics {
		if c.Sample != "" && c.Sampled().Rule == "" {
			all = append(all, "the sample of "+c.Characteristic+", "+strconv.Quote(c.Sample)+", is kept as a note; completing waits for: all, first 3, 1 in 10, 13 per batch")
		}
	}
	return all
}

// PlanRow is an inspection plan of an item.
type PlanRow struct {
	PartNumber string `col:"part_number,key"`
	Plan       string `col:"plan,key"`
	Stage      string `col:"stage"`
	Body       string `col:"body"`
}

// Characteristics are what the plan has measured.
func (r *PlanRow) Characteristics() (all []Characteristic) {
	_ = json.Unmarshal([]byte(r.Body), &all) // written by this package
	return all
}

type planKey struct{ PartNumber, Plan string }

var (
	plans   = store.NewTable("inspection_plan", func(r *PlanRow) planKey { return planKey{r.PartNumber, r.Plan} })
	plansOf = store.NewIndex(plans, "part_number", func(r *PlanRow) string { return r.PartNumber })
)

// SetAt fills in when, if it was left open.
func (c *DefinePlan) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide defines the plan, or changes it from now on.
func (c *DefinePlan) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.PlanDefined
	if _, err := FindItem(set, f.PartNumber); err != nil {
		return nil, at("part_number", err)
	}
	if err := clean(field{"plan", &f.Plan}); err != nil {
		return nil, err
	}
	if err := oneOf("stage", f.Stage, "incoming", "in-process", "final"); err != nil {
		return nil, err
	}
	if len(f.Characteristics) == 0 {
		return nil, refuse.New(refuse.Invalid, "Plan %s has nothing measured: name a characteristic.", f.Plan).At("characteristics")
	}
	seen := map[string]bool{}
	for i := range f.Characteristics {
		ch := &f.Characteristics[i]
		if err := clean(field{"characteristic", &ch.Characteristic}); err != nil {
			return nil, err
		}
		if seen[ch.Characteristic] {
			return nil, refuse.New(refuse.Invalid, "Plan %s names %s twice.", f.Plan, ch.Characteristic).At("characteristic")
		}
		seen[ch.Characteristic] = true
		for name, text := range map[string]string{"lower": ch.Lower, "nominal": ch.Nominal, "upper": ch.Upper} {
			if text != "" && !isNumber(text) {
				return nil, refuse.New(refuse.Invalid, "%s of %s is %q: it must be a number.", name, ch.Characteristic, text).At(name)
			}
		}
		if _, ok := ch.attempts(); !ok {
			return nil, refuse.New(refuse.Invalid, "retest of %s is %q: it must be last, none, or how many attempts may decide.", ch.Characteristic, ch.Retest).At("retest")
		}
		if ch.Signatures < 0 || ch.Signatures > SignaturesMax {
			return nil, refuse.New(refuse.Invalid, "%s asks for %d signatures: ask for 0 to %d.", ch.Characteristic, ch.Signatures, SignaturesMax).At("signatures")
		}
	}
	if old, ok := plans.Get(set, planKey{f.PartNumber, f.Plan}); ok && *old == f.row() {
		return nil, nil
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

func (f *PlanDefined) row() PlanRow {
	body, err := json.Marshal(f.Characteristics)
	if err != nil {
		panic(err) // texts always encode
	}
	return PlanRow{f.PartNumber, f.Plan, f.Stage, string(body)}
}

// PlansOf are the plans of an item.
func PlansOf(set *store.Set, part string) []*PlanRow { return plansOf.All(set, part) }

// FindPlan is a plan of an item.
func FindPlan(set *store.Set, part, plan string) (*PlanRow, bool) {
	return plans.Get(set, planKey{part, plan})
}

// Plans are all inspection plans.
func Plans(tx *store.Tx, company string) ([]PlanRow, error) { return plans.Select(tx, company, "") }
