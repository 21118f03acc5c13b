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
			measuredNoMore(set, &i)
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
			voidEvent(set, by, f.Nonconformity, line.ID())
			n.Disposition, n.DisposedAt, n.ApprovedBy, n.DisposedFact = "", 0, "", 0
			renewNCR(set, &n)
			undisposed(set, &n, f.Disposition)
		}
	case *NCRSigned:
		voidEvent(set, by, f.Nonconformity, line.ID())
		if old := ncr(set, f.Nonconformity); old != nil {
			n := *old
			renewNCR(set, &n)
			undisposed(set, &n, n.Disposition)
		}
	case *NCRFollowed:
		voidEvent(set, by, f.Nonconformity, line.ID())
		if old := ncr(set, f.Nonconformity); old != nil {
			n := *old
			renewNCR(set, &n)
		}
	}
}

// judged notes anew what of a plan an object failed last, by what still holds.
func judged(set *store.Set, object int64, plan string) {
	last := map[string]bool{}
	for _, i := range measured.All(set, object) {
		switch {
		case i.Voided != 0 || i.plan() != plan:
		case i.Result == "fail":
			last[i.Characteristic] = true
		case i.Result == "pass" && !i.Undecided && i.Characteristic == "":
			clear(last)
		case i.Result == "pass" && !i.Undecided:
			delete(last, i.Characteristic)
			delete(last, "")
		}
	}
	for _, r := range rejectionsOf(set, object, plan) {
		if !last[r.Characteristic] {
			rejections.Delete(set, *r)
		}
		delete(last, r.Characteristic)
	}
	for characteristic := range last {
		rejections.Put(set, rejection{object, plan, characteristic})
	}
}
