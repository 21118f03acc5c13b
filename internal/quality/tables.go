package quality

import (
	"slices"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/store"
)

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
		projectInspected(set, line, f)
	case *InstrumentCalibrated:
		Calibrations.Put(set, f.row(line.ID(), line.At))
	case *NCRRaised:
		projectRaised(set, line, f)
	case *NCRDisposed:
		projectDisposed(set, line, f)
	case *NCRSigned:
		projectSigned(set, line, f)
	case *NCRFollowed:
		projectFollowed(set, line, f)
	}
}

func projectInspected(set *store.Set, line journal.Line, f *InspectionRecorded) {
	id := objectID(set, f.object())
	i := Inspection{ID: line.ID(), ObjectID: id, At: line.At, Stage: f.Stage, Number: f.Number, Attempt: f.Attempt, Plan: f.Plan,
		Operation: f.Operation, Order: f.Order, Characteristic: f.Characteristic, Value: f.Value, UOM: f.UOM, Lower: f.Lower, Upper: f.Upper,
		Result: f.Result, SampleSize: f.SampleSize, Defects: f.Defects, Inspector: f.Inspector, Instrument: f.Instrument, Report: f.Report, Undecided: f.Undecided}
	Inspections.New(set, i)
	switch rejected := rejectionsOf(set, id, f.plan()); f.Result {
	case "fail":
		rejections.Put(set, rejection{id, f.plan(), f.Characteristic})
	case "pass":
		left := f.left(rejected)
		for _, r := range rejected {
			if !slices.Contains(left, r) {
				rejections.Delete(set, *r)
			}
		}
	}
	measuredFor(set, &i)
}

func objectID(set *store.Set, o genealogy.Object) int64 {
	row, err := genealogy.Find(set, o)
	if err != nil {
		return 0
	}
	return row.ID
}
