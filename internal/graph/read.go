package graph

// Find is the place of an object by its number.
func (v *View) Find(id int64) (uint32, bool) { return v.objects.find(id) }

// ObjectID is the number of an object.
func (v *View) ObjectID(i uint32) int64 { return v.objects.get(i, objID) }

// Objects and Edges are how many there are.
func (v *View) Objects() int { return int(v.objects.n) }

// Edges is how many edges there are, voided ones too.
func (v *View) Edges() int { return int(v.edges.n) }

// Object is an object by its place.
func (v *View) Object(i uint32) Object {
	var cells [objWidth]int64
	row := v.objects.row(i, cells[:])
	of := v.items.all[row[objItem]]
	o := Object{ID: row[objID], Part: v.words.all[of.part], Kind: v.words.all[of.kind], Name: v.names.name(row[objName]), Revision: v.words.all[of.revision],
		Order: v.words.all[row[objOrder]], Origin: v.words.all[of.origin], Location: v.words.all[row[objLocation]], At: row[objAt], Size: row[objSize], Voided: row[objVoided]}
	if row[objDone] != 0 {
		o.CompletedAt = row[objAt] + row[objDoneIn]
	}
	if row[objLot] != 0 {
		o.Lot = v.ObjectID(uint32(row[objLot] - 1))
	}
	return o
}

// Edge is an edge by its place, between two objects that are known.
func (v *View) Edge(i uint32, from, to int64) Edge {
	var cells [edgeWidth]int64
	row := v.edges.row(i, cells[:])
	t := &v.traits.all[row[edgeTrait]]
	x := Edge{ID: row[edgeID], From: from, To: to, Kind: v.words.all[t.kind], Certainty: v.words.all[t.certainty], Position: v.words.all[t.position],
		Group: v.words.all[t.group], Order: v.words.all[t.order], Deviation: v.words.all[t.deviation], Line: t.line, FromOrder: t.fromOrder, Before: t.before,
		Quantity: row[edgeQuantity], At: row[edgeAt], EndedAt: row[edgeEnded], Removed: row[edgeRemoved], Voided: row[edgeVoided]}
	if x.EndedAt == 0 {
		x.EndedAt = never
	}
	return x
}

// Out gives f the edges out of an object, and where they lead.
func (v *View) Out(i uint32, f func(to, edge uint32)) { v.out.each(i, f) }

// In gives f the edges into an object, and where they come from.
func (v *View) In(i uint32, f func(from, edge uint32)) { v.in.each(i, f) }

// Units gives f the objects that belong to a lot now.
func (v *View) Units(lot uint32, f func(unit uint32)) {
	v.units.each(lot, func(unit uint32) {
		if v.objects.get(unit, objLot) == int64(lot)+1 {
			f(unit)
		}
	})
}

// Named gives f the objects that name an order now.
func (v *View) Named(order string, f func(object uint32)) {
	name, ok := v.words.known(order)
	if !ok {
		return
	}
	v.made.each(name, func(object uint32) {
		if v.objects.get(object, objOrder) == int64(name) {
			f(object)
		}
	})
}

// Removals gives f what took an edge out, in order.
func (v *View) Removals(id int64, f func(Removal)) {
	edge, ok := v.edges.find(id)
	if !ok {
		return
	}
	v.removalsOf.each(edge, func(i uint32) {
		var cells [removalWidth]int64
		row := v.removals.row(i, cells[:])
		f(Removal{row[removalID], id, row[removalQuantity], row[removalAt], row[removalVoided]})
	})
}

func (v *View) issue(i uint32) Issue {
	var cells [issueWidth]int64
	row := v.issues.row(i, cells[:])
	return Issue{ID: row[issueID], Object: v.ObjectID(uint32(row[issueObject])), Line: row[issueLine], Quantity: row[issueQuantity], At: row[issueAt],
		Voided: row[issueVoided], Order: v.words.all[row[issueOrder]], Deviation: v.words.all[row[issueDeviation]]}
}

// IssuesOf gives f what was issued of an object, in order.
func (v *View) IssuesOf(object uint32, f func(Issue)) {
	v.issuesOf.each(object, func(i uint32) { f(v.issue(i)) })
}

// IssuesTo gives f what was issued to an order, in order.
func (v *View) IssuesTo(order string, f func(Issue)) {
	if name, ok := v.words.known(order); ok {
		v.issuesIn.each(name, func(i uint32) { f(v.issue(i)) })
	}
}

func (v *View) membership(i uint32) Membership {
	var cells [memberWidth]int64
	row := v.members.row(i, cells[:])
	return Membership{ID: row[memberID], Object: v.ObjectID(uint32(row[memberObject])), At: row[memberAt], Until: row[memberUntil],
		Voided: row[memberVoided], Order: v.words.all[row[memberOrder]], Kind: v.words.all[row[memberKind]]}
}

// MembershipsOf gives f the memberships of an object, in order.
func (v *View) MembershipsOf(object uint32, f func(Membership)) {
	v.memberOf.each(object, func(i uint32) { f(v.membership(i)) })
}

// MembershipsIn gives f the memberships in an order, in order.
func (v *View) MembershipsIn(order string, f func(Membership)) {
	if name, ok := v.words.known(order); ok {
		v.membersIn.each(name, func(i uint32) { f(v.membership(i)) })
	}
}

// Movements gives f what moved an object, in order.
func (v *View) Movements(object uint32, f func(Movement)) {
	id := v.ObjectID(object)
	v.movesOf.each(object, func(i uint32) {
		var cells [moveWidth]int64
		row := v.moves.row(i, cells[:])
		d := &v.deeds.all[row[moveDeed]]
		f(Movement{ID: row[moveID], Object: id, At: row[moveAt], Quantity: row[moveQuantity], Voided: row[moveVoided], Term: v.words.all[d.term],
			Order: v.words.all[d.order], Customer: v.words.all[d.customer], System: v.words.all[d.system], Shipment: v.words.all[d.shipment],
			Location: v.words.all[d.location], Reason: v.words.all[d.reason]})
	})
}

// Breaches gives f the breaches of an object, in order.
func (v *View) Breaches(object uint32, f func(Breach)) {
	v.breachesOf.each(object, func(i uint32) {
		var cells [breachWidth]int64
		row := v.breaches.row(i, cells[:])
		f(Breach{row[breachID], v.ObjectID(object), row[breachAt], row[breachVoided]})
	})
}

// Order is an order by its name.
func (v *View) Order(order string) (Order, bool) {
	name, ok := v.words.known(order)
	if !ok {
		return Order{}, false
	}
	i, ok := v.orderByName.last(name)
	if !ok {
		return Order{}, false
	}
	var cells [orderWidth]int64
	row := v.orders.row(i, cells[:])
	return Order{Order: order, Part: v.words.all[row[orderPart]], State: v.words.all[row[orderState]], Seal: v.words.all[row[orderSeal]],
		Quantity: row[orderQuantity], Gone: row[orderGone], ClosedAt: row[orderClosed]}, true
}
