package quality

import (
	"slices"
	"strconv"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Calibrate records a calibration of an instrument.
type Calibrate struct {
	InstrumentCalibrated
	At moment.Time `json:"at,omitempty"`
}

// InstrumentCalibrated says how an instrument was found.
type InstrumentCalibrated struct {
	Instrument string      `json:"instrument"`
	Name       string      `json:"name,omitempty"`
	DueAt      moment.Time `json:"due_at,omitempty"`
	Result     string      `json:"result"` // pass, fail
	AsFound    string      `json:"as_found,omitempty"`
	AsLeft     string      `json:"as_left,omitempty"`
}

// Kind names the fact.
func (InstrumentCalibrated) Kind() string { return "instrument.calibrated/1" }

// Warnings are, of a calibration that failed, what it puts in question and how
// to ask for it (ISO 9001 7.1.5.2, validity of previous measurement results).
func (f *InstrumentCalibrated) Warnings() []string {
	if f.Result != "fail" {
		return nil
	}
	return []string{"what " + f.Instrument + " measured since it last passed is in question; ask for it with the trigger {\"instrument\": " + strconv.Quote(f.Instrument) +
		", \"since_calibration\": true}, as lotline recall plan --instrument " + f.Instrument + " --since-calibration"}
}

// SetAt fills in when, if it was left open.
func (c *Calibrate) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide records the calibration; the same one again changes nothing.
func (c *Calibrate) Decide(set *store.Set) ([]journal.Fact, error) {
	var err error
	if c.Instrument, err = name.Clean("instrument", c.Instrument); err != nil {
		return nil, err
	}
	if c.Result == "" {
		c.Result = "pass"
	}
	if c.Result != "pass" && c.Result != "fail" {
		return nil, refuse.New(refuse.Invalid, "result is %q: it must be pass or fail.", c.Result).At("result")
	}
	for _, old := range calibrated.All(set, c.Instrument) {
		if old.Voided != 0 || old.At != c.At {
			continue
		}
		if *old == c.row(old.Fact, c.At) {
			return nil, nil
		}
		return nil, refuse.New(refuse.Conflict, "A calibration of %s on %s is recorded with other values.", c.Instrument, c.At).At("instrument")
	}
	return []journal.Fact{{At: c.At, What: &c.InstrumentCalibrated}}, nil
}

// known says whether a calibration of an instrument is recorded.
func known(set *store.Set, instrument string) bool {
	return slices.ContainsFunc(calibrated.All(set, instrument), func(c *CalibrationRow) bool { return c.Voided == 0 })
}

func (f *InstrumentCalibrated) row(fact int64, at moment.Time) CalibrationRow {
	return CalibrationRow{f.Instrument, at, fact, f.Name, f.DueAt, f.Result, f.AsFound, f.AsLeft, 0}
}
