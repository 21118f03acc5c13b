package trace

import (
	"lotline/internal/genealogy"
	"lotline/internal/graph"
	"lotline/internal/store"
)

// plains are the objects whose arcs need no thought, each with the objects that
// it is in: units and received lots that nothing flowed into, installed for
// sure and never taken out, issued to nothing. Most objects are plain, and a
// walk reads nothing of them but where they lead. It is made of one view and
// serves later ones for objects that were not touched since.
type plains struct {
	edit    uint32
	touches uint64
	odd     []uint64 // bits of those that are not plain
	off     []uint32
	to      []uint32
}

// listedBit marks, among what a unit is in, the lot of its order: it is listed,
// and the walk does not go on from it.
const listedBit = 1 << 31

// plainShare is which share of all objects may have been touched before the
// plain ones are found again.
const plainShare = 16

// plainsOf finds the plain objects of a view; nil where there are more objects
// than it can number.
func plainsOf(v *graph.View) *plains {
	n := uint32(v.Objects())
	if n >= listedBit {
		return nil
	}
	p := &plains{edit: v.Edits, touches: v.Touches, odd: make([]uint64, n/64+1), off: make([]uint32, n+1), to: make([]uint32, 0, v.Edges()+v.Edges()/2)}
	for i := range n {
		p.off[i] = uint32(len(p.to))
		if !p.take(v, i) {
			p.to = p.to[:p.off[i]]
			p.odd[i>>6] |= 1 << (i & 63)
		}
	}
	p.off[n] = uint32(len(p.to))
	p.to = append(make([]uint32, 0, len(p.to)), p.to...)
	return p
}

// take adds the arcs of an object; false when it is not plain.
func (p *plains) take(v *graph.View, i uint32) bool {
	t := v.Thing(i)
	if t.Voided != 0 || v.Issuable(i) {
		return false
	}
	if t.Kind == genealogy.LotKind {
		if t.Order != "" || v.Fed(i) || v.Holds(i) {
			return false
		}
	} else if t.Member {
		lot := v.Thing(t.Lot)
		switch {
		case lot.Voided != 0 || lot.Kind != genealogy.LotKind:
			return false
		case lot.Order != "":
			p.to = append(p.to, t.Lot|listedBit)
		}
	}
	plain := true
	v.HopsOut(i, func(h *graph.Hop) {
		switch {
		case h.Voided != 0:
		case h.Kind != genealogy.InstallEdge || h.Certainty != genealogy.Must || h.Group != "" || h.Ended != int64(never) || !unitThere(v, h.Other):
			plain = false
		default:
			p.to = append(p.to, h.Other)
		}
	})
	return plain
}

func unitThere(v *graph.View, i uint32) bool {
	t := v.Thing(i)
	return t.Kind == genealogy.UnitKind && t.Voided == 0
}

// of says whether an object is plain in a view, and then what it is in.
func (p *plains) of(v *graph.View, i uint32) ([]uint32, bool) {
	if int(i)+1 >= len(p.off) || p.odd[i>>6]&(1<<(i&63)) != 0 || v.TouchedSince(i, p.edit) {
		return nil, false
	}
	return p.to[p.off[i]:p.off[i+1]], true
}

// stale says whether so much was touched that it is worth making it again.
func (p *plains) stale(v *graph.View) bool {
	return p == nil || v.Touches-p.touches > uint64(v.Objects()/plainShare+pageful)
}

// pageful is how many touches are never worth it.
const pageful = 4096

// considerPlains finds the plain objects again in the background, when many
// were touched since.
func (m *Memory) considerPlains() {
	if !m.plains.Load().stale(m.graph.View()) || !m.finding.CompareAndSwap(false, true) {
		return
	}
	go m.findPlains()
}

func (m *Memory) findPlains() {
	m.plains.Store(plainsOf(m.graph.View()))
	m.finding.Store(false)
}

// FindPlains finds the plain objects again, of what the transaction shows: for
// tests and measurements, which do not wait until enough was touched.
func FindPlains(tx *store.Tx) {
	if r := memoryOf(tx); r != nil {
		r.plains.Store(plainsOf(r.view))
	}
}
