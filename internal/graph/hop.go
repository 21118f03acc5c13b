package graph

// Hop is an edge as a walk meets it, with the object at its other end. What it
// holds is good until the next hop.
type Hop struct {
	Other, Edge                                 uint32
	ID, At, Ended, Quantity, Removed, Voided    int64
	Kind, Certainty, Position, Group, Deviation string
	Before                                      int64
}

// HopsOut gives f the edges out of an object.
func (v *View) HopsOut(i uint32, f func(h *Hop)) { v.hops(&v.out, i, f) }

// HopsIn gives f the edges into an object.
func (v *View) HopsIn(i uint32, f func(h *Hop)) { v.hops(&v.in, i, f) }

func (v *View) hops(l *links, i uint32, f func(h *Hop)) {
	var h Hop
	l.each(i, func(other, edge uint32) {
		var cells [edgeWidth]int64
		row := v.edges.row(edge, cells[:])
		t := &v.traits.all[row[edgeTrait]]
		h = Hop{Other: other, Edge: edge, ID: row[edgeID], At: row[edgeAt], Ended: row[edgeEnded], Quantity: row[edgeQuantity], Removed: row[edgeRemoved],
			Voided: row[edgeVoided], Kind: v.words.all[t.kind], Certainty: v.words.all[t.certainty], Position: v.words.all[t.position],
			Group: v.words.all[t.group], Deviation: v.words.all[t.deviation], Before: t.before}
		if h.Ended == 0 {
			h.Ended = never
		}
		f(&h)
	})
}

// RemovalsOf gives f what took an edge out, by the edge's place.
func (v *View) RemovalsOf(edge uint32, f func(id, quantity, at, voided int64)) {
	v.removalsOf.each(edge, func(i uint32) {
		var cells [removalWidth]int64
		row := v.removals.row(i, cells[:])
		f(row[removalID], row[removalQuantity], row[removalAt], row[removalVoided])
	})
}

// Issued gives f what was issued of an object: to which order, and by which
// fact when.
func (v *View) Issued(object uint32, f func(order string, id, at, voided int64)) {
	v.issuesOf.each(object, func(i uint32) {
		f(v.words.all[v.issues.get(i, issueOrder)], v.issues.get(i, issueID), v.issues.get(i, issueAt), v.issues.get(i, issueVoided))
	})
}

// Thing is what a walk asks of an object.
type Thing struct {
	ID, At, Voided, Size int64
	Kind, Origin, Order  string
	Lot                  uint32
	Member               bool // Lot is the place of the lot that it belongs to
}

// Thing is an object as a walk meets it.
func (v *View) Thing(i uint32) Thing {
	var cells [objWidth]int64
	row := v.objects.row(i, cells[:])
	of := &v.items.all[row[objItem]]
	t := Thing{ID: row[objID], At: row[objAt], Voided: row[objVoided], Size: row[objSize], Kind: v.words.all[of.kind], Origin: v.words.all[of.origin], Order: v.words.all[row[objOrder]]}
	if row[objLot] != 0 {
		t.Lot, t.Member = uint32(row[objLot]-1), true
	}
	return t
}

// Recorded is by which fact an object was made, when, and which voided it.
func (v *View) Recorded(i uint32) (id, at, voided int64) {
	return v.objects.get(i, objID), v.objects.get(i, objAt), v.objects.get(i, objVoided)
}

// Issuable says whether anything was ever issued of an object.
func (v *View) Issuable(i uint32) bool { return v.issuesOf.has(i) }

// Fed says whether an edge leads into an object.
func (v *View) Fed(i uint32) bool { return len(v.in.folded(i)) > 0 || v.in.newest(i) != 0 }

// Holds says whether units ever belonged to a lot.
func (v *View) Holds(lot uint32) bool { return v.units.has(lot) }

// IsLot says whether an object is of a kind that it shares with a lot.
func (v *View) IsLot(i uint32) bool {
	return v.words.all[v.items.all[v.objects.get(i, objItem)].kind] == "lot"
}

// Inside is what an object is installed in now.
func (v *View) Inside(i uint32) (in uint32, ok bool) {
	v.out.each(i, func(to, edge uint32) {
		if v.edges.get(edge, edgeEnded) == 0 && v.edges.get(edge, edgeVoided) == 0 && v.words.all[v.traits.all[v.edges.get(edge, edgeTrait)].kind] == "install" {
			in, ok = to, true
		}
	})
	return in, ok
}
