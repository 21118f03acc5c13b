package quality

import (
	"slices"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
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

// project says what each fact does to the tables.
func project(set *store.Set, line journal.Line) {
	switch f := line.What.(type) {
	case *OperationPerformed:
		row := Operation{ID: line.ID(), Order: f.Order, At: line.At, Until: max(f.Until, line.At), Operation: f.Operation, WorkCenter: f.WorkCenter,
			Machine: f.Machine, Operator: f.Operator, Program: f.Program, Tool: f.Tool, Result: f.Result, Parameters: catalog.Canonical(f.Parameters)}
		if f.PartNumber != "" {
			row.ObjectID = objectID(set, f.object())
		}
		Operations.New(set, row)
	case *InspectionRecorded:
		id := objectID(set, f.object())
		Inspections.New(set, Inspection{ID: line.ID(), ObjectID: id, At: line.At, Stage: f.Stage, Number: f.Number, Attempt: f.Attempt, Plan: f.Plan,
			Operation: f.Operation, Order: f.Order, Characteristic: f.Characteristic, Value: f.Value, UOM: f.UOM, Lower: f.Lower, Upper: f.Upper,
			Result: f.Result, SampleSize: f.SampleSize, Defects: f.Defects, Inspector: f.Inspector, Instrument: f.Instrument, Report: f.Report})
		last := rejection{id, f.plan()}
		if f.Result == "fail" {
			rejections.Put(set, last)
		} else if _, ok := rejections.Get(set, last); ok && f.Result == "pass" {
			rejections.Delete(set, last)
		}
	case *InstrumentCalibrated:
		Calibrations.Put(set, f.row(line.ID(), line.At))
	case *NCRRaised:
		projectRaised(set, line, f)
	case *NCRDisposed:
		projectDisposed(set, line, f)
	}
}

func objectID(set *store.Set, o genealogy.Object) int64 {
	row, err := genealogy.Find(set, o)
	if err != nil {
		return 0
	}
	return row.ID
}
