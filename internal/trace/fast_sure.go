package trace

import (
	"errors"

	"lotline/internal/genealogy"
	"lotline/internal/graph"
	"lotline/internal/moment"
)

// errWhen says that a class hangs on when exactly something was reached, which
// the walk without labels does not keep: it is walked again with labels.
var errWhen = errors.New("a class hangs on a moment")

// leaveSurely goes on from an object that was reached surely, over edges that
// all last. Of plain objects nothing is read but where they lead.
func (f *fast) leaveSurely(s uint32) error {
	at := f.spots[s]
	to, plain := f.plains.of(f.view, at.object)
	if !plain {
		return f.leaveOdd(s, at)
	}
	seen, spots, sure := f.scratch.places, f.spots, f.sure // kept near: this is where the time goes
	for _, i := range to {
		listed := i & listedBit
		i &^= listedBit
		known := seen[i]
		switch {
		case known&surelyBit != 0:
			continue
		case known == 0:
			spots = append(spots, spot{object: i, depth: at.depth + 1, via: s + 1})
			known = uint32(len(spots))
		default:
			spots[known-1].class = 0
			if listed == 0 {
				spots[known-1].via = s + 1
			}
		}
		if listed != 0 {
			seen[i] = known
			continue
		}
		seen[i] = known | surelyBit
		sure = append(sure, known-1)
	}
	f.spots, f.sure = spots, sure
	return nil
}

// leaveOdd goes on from an object that takes thought.
func (f *fast) leaveOdd(s uint32, at spot) error {
	if !f.known(at.object) {
		f.spots[s].class = unreached // voided since it was found where its component goes
		return nil
	}
	lo := f.since(s)
	return f.arcs(at.object, at.start, func(a *arc, to uint32) error {
		sure, err := f.sureOf(a, at.object, to)
		if err != nil {
			return err
		}
		l, ok := crossed(a, label{lo: lo, hi: never}, int(at.depth), sure)
		switch {
		case !ok:
			return nil
		case a.kind == memberArc:
			f.arrive(a, to, l, at.depth+1)
			return nil
		case l.class() == 0 && f.view.Thing(to).Kind == genealogy.UnitKind:
			f.arriveSurely(to, l, at.depth+1)
			return nil
		case a.from.Kind == genealogy.UnitKind && lo > a.begin:
			return errWhen
		}
		f.arrive(a, to, l, at.depth+1)
		return nil
	})
}

// arriveSurely notes that an object was reached surely, with the label that
// says since when.
func (f *fast) arriveSurely(to uint32, l label, depth int32) {
	s := f.reach(to, depth)
	if f.scratch.places[to]&surelyBit != 0 {
		return
	}
	f.add(&f.spots[s].labels, s, l)
	f.spots[s].class = 0
	f.scratch.places[to] |= surelyBit
	f.sure = append(f.sure, s)
}

// since is from when on all edges over which an object was reached surely were
// alive together, on the way by which it was reached first.
func (f *fast) since(s uint32) moment.Time {
	lo := ever
	for {
		at := &f.spots[s]
		if at.via == 0 || at.labels != 0 && f.surest(at) != never {
			return max(lo, f.surest(at))
		}
		from := f.spots[at.via-1].object
		lo = max(lo, f.begun(from, at.object))
		if f.view.IsLot(from) {
			return lo
		}
		s = at.via - 1
	}
}

// surest is the earliest moment of the marks of an object that was reached
// surely and lastingly; never where none says so.
func (f *fast) surest(s *spot) moment.Time {
	lo := never
	for at := s.labels; at != 0; at = f.marks[at-1].next {
		if m := &f.marks[at-1]; m.class() == 0 && m.hi == never {
			lo = min(lo, m.lo)
		}
	}
	return lo
}

// begun is when the first lasting edge between two objects began.
func (f *fast) begun(from, to uint32) moment.Time {
	begin := never
	f.view.HopsIn(to, func(h *graph.Hop) {
		if h.Other == from && h.Voided == 0 && h.Ended == int64(never) {
			begin = min(begin, moment.Time(h.At))
		}
	})
	return begin
}
