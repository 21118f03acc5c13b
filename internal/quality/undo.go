package quality

import (
	"lotline/internal/journal"
	"lotline/internal/store"
)

// undo takes back what a line did, and keeps that it had been.
func undo(set *store.Set, by, line journal.Line) {
	switch f := line.What.(type) {
	case *OperationPerformed:
		if old, ok := Operations.Get(set, line.ID()); ok {
			o := *old
			o.Voided = by.ID()
			Operations.Put(set, o)
		}
	case *InspectionRecorded:
		if old, ok := Inspections.Get(set, line.ID()); ok {
			i := *old
			i.Voided = by.ID()
			Inspections.Put(set, i)
			judged(set, i.ObjectID, f.plan())
		}
	case *InstrumentCalibrated:
		if old, ok := Calibrations.Get(set, calibrationKey{f.Instrument, line.At, line.ID()}); ok {
			c := *old
			c.Voided = by.ID()
			Calibrations.Put(set, c)
		}
	case *NCRRaised:
		if old, ok := NCRs.Get(set, ncrKey{f.Nonconformity, line.ID()}); ok {
			n := *old
			n.Voided = by.ID()
			NCRs.Put(set, n)
		}
	case *NCRDisposed:
		if old := ncr(set, f.Nonconformity); old != nil && old.DisposedFact == line.ID() {
			n := *old
			n.Disposition, n.DisposedAt, n.ApprovedBy, n.DisposedFact = "", 0, "", 0
			NCRs.Put(set, n)
			if f.Disposition == UseAsIs && n.ObjectID != 0 {
				for _, i := range measured.All(set, n.ObjectID) {
					judged(set, n.ObjectID, i.plan())
				}
			}
		}
	}
}

// judged notes whether the latest inspection of a plan that still holds failed
// on an object.
func judged(set *store.Set, object int64, plan string) {
	var last *Inspection
	for _, i := range measured.All(set, object) {
		if i.Voided == 0 && i.plan() == plan && i.Result != "na" && (last == nil || i.ID > last.ID) {
			last = i
		}
	}
	row := rejection{object, plan}
	_, rejected := rejections.Get(set, row)
	switch failed := last != nil && last.Result == "fail"; {
	case failed && !rejected:
		rejections.Put(set, row)
	case !failed && rejected:
		rejections.Delete(set, row)
	}
}
