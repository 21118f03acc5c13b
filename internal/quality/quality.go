// Package quality is the work done on objects and what was measured on them:
// operations, inspections, instruments and their calibrations.
package quality

import (
	_ "embed" // the schema

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

//go:embed tables.sql
var schema string

// Operation is work done on an object, or on a whole order.
type Operation struct {
	ID         int64       `col:"id,key"`
	Order      string      `col:"order_name"`
	ObjectID   int64       `col:"object_id"` // 0: the whole order
	At         moment.Time `col:"at"`
	Until      moment.Time `col:"until"`
	Operation  string      `col:"operation"`
	WorkCenter string      `col:"work_center"`
	Machine    string      `col:"machine"`
	Operator   string      `col:"operator"`
	Program    string      `col:"program"`
	Tool       string      `col:"tool"`
	Result     string      `col:"result"`
	Parameters string      `col:"parameters"` // a JSON object of texts
	Voided     int64       `col:"voided"`     // the fact that voided it
}

// Inspection is a value that was measured on an object.
type Inspection struct {
	ID             int64       `col:"id,key"`
	ObjectID       int64       `col:"object_id"`
	At             moment.Time `col:"at"`
	Stage          string      `col:"stage"`
	Number         string      `col:"number"`
	Attempt        int64       `col:"attempt"`
	Plan           string      `col:"plan"`
	Operation      string      `col:"operation"`
	Order          string      `col:"order_name"`
	Characteristic string      `col:"characteristic"`
	Value          string      `col:"value"`
	UOM            string      `col:"uom"`
	Lower          string      `col:"lower"`
	Upper          string      `col:"upper"`
	Result         string      `col:"result"`
	SampleSize     int64       `col:"sample_size"`
	Defects        int64       `col:"defects"`
	Inspector      string      `col:"inspector"`
	Instrument     string      `col:"instrument"`
	Report         string      `col:"report"`
	Undecided      bool        `col:"undecided"` // a re-test that the plan does not let decide
	Voided         int64       `col:"voided"`
}

// rejection is a characteristic of a plan that an object failed last.
type rejection struct {
	ObjectID       int64  `col:"object_id,key"`
	Plan           string `col:"plan,key"`
	Characteristic string `col:"characteristic,key"`
}

// CalibrationRow is one calibration of an instrument.
type CalibrationRow struct {
	Instrument string      `col:"instrument,key"`
	At         moment.Time `col:"at,key"`
	Fact       int64       `col:"fact,key"`
	Name       string      `col:"name"`
	DueAt      moment.Time `col:"due_at"`
	Result     string      `col:"result"`
	AsFound    string      `col:"as_found"`
	AsLeft     string      `col:"as_left"`
	Voided     int64       `col:"voided"` // the fact that voided it
}

type calibrationKey struct {
	Instrument string
	At         moment.Time
	Fact       int64
}

// The tables; recall reads them too.
var (
	Operations  = store.NewTable("operation", func(r *Operation) int64 { return r.ID })
	Inspections = store.NewTable("inspection", func(r *Inspection) int64 { return r.ID })
	measured    = store.NewIndex(Inspections, "object_id", func(r *Inspection) int64 { return r.ObjectID })
	rejections  = store.NewTable("rejection", func(r *rejection) rejection { return *r })
	rejectedOn  = store.NewIndex(rejections, "object_id", func(r *rejection) int64 { return r.ObjectID })
	samples     = store.NewTable("sample", func(r *sample) sampleKey { return sampleKey{r.ObjectID, r.Plan, r.Characteristic} })
	samplesOf   = store.NewIndex(samples, "order_name, part_number, plan, characteristic", func(r *sample) batchKey {
		return batchKey{r.Order, r.PartNumber, r.Plan, r.Characteristic}
	})
	Calibrations = store.NewTable("calibration", func(r *CalibrationRow) calibrationKey { return calibrationKey{r.Instrument, r.At, r.Fact} })
	calibrated   = store.NewIndex(Calibrations, "instrument", func(r *CalibrationRow) string { return r.Instrument })
)

// Projection is what quality derives from its facts.
var Projection = journal.Projection{
	Name: "quality", Version: 3, Schema: schema,
	Tables: []store.AnyTable{Operations, Inspections, rejections, samples, Calibrations, NCRs, ncrEvents},
	Kinds: journal.Kinds{
		OperationPerformed{}.Kind():   func() journal.Body { return new(OperationPerformed) },
		InspectionRecorded{}.Kind():   func() journal.Body { return new(InspectionRecorded) },
		InstrumentCalibrated{}.Kind(): func() journal.Body { return new(InstrumentCalibrated) },
		NCRRaised{}.Kind():            func() journal.Body { return new(NCRRaised) },
		NCRDisposed{}.Kind():          func() journal.Body { return new(NCRDisposed) },
		NCRSigned{}.Kind():            func() journal.Body { return new(NCRSigned) },
		NCRFollowed{}.Kind():          func() journal.Body { return new(NCRFollowed) },
	},
	Project: project,
	Undo:    undo,
	Against: against,
}

// rejectionsOf are the characteristics of a plan that an object failed last.
func rejectionsOf(set *store.Set, object int64, plan string) (found []*rejection) {
	for _, r := range rejectedOn.All(set, object) {
		if r.Plan == plan {
			found = append(found, r)
		}
	}
	return found
}

// plan is what attempts of the same inspection share.
func (i *Inspection) plan() string { return planOf(i.Plan, i.Stage, i.Characteristic) }

func planOf(plan, stage, characteristic string) string {
	if plan != "" {
		return plan
	}
	return stage + " " + characteristic
}

func fill(at *moment.Time, now moment.Time) {
	if *at == 0 {
		*at = now
	}
}

func field(name string, err error) error {
	if refusal, ok := refuse.As(err); ok {
		return refusal.At(name)
	}
	return err
}
