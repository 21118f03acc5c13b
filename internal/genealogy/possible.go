package genealogy

import (
	"cmp"
	"maps"
	"slices"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// state is where a unit is.
type state struct {
	parent, shipped int64
	scrapped        moment.Time
}

// live goes through the life of a unit, and answers where it is and what in
// its life is not possible.
func live(set *store.Set, row *Row) (s state, wrong []int64) {
	type event struct {
		at       moment.Time
		id       int64
		possible func() bool
	}
	var all []event
	for _, e := range edgesFrom.All(set, row.ID) {
		if e.Voided != 0 || e.Kind != InstallEdge {
			continue
		}
		all = append(all, event{e.At, e.ID, func() bool {
			ok := s.parent == 0 && s.scrapped == 0
			s.parent, s.shipped = e.ID, 0
			return ok
		}})
		for _, r := range outOf.All(set, e.ID) {
			if r.Voided != 0 {
				continue
			}
			all = append(all, event{r.At, r.ID, func() bool {
				ok := s.parent == e.ID
				s.parent = 0
				if _, field := Movements.Get(set, movementKey{r.ID, row.ID}); field && r.To != ToScrap {
					s.shipped = r.ID
				}
				if r.To == ToScrap {
					s.scrapped = r.At
				}
				return ok
			}})
		}
	}
	for _, m := range movesOf.All(set, row.ID) {
		if m.Voided != 0 {
			continue
		}
		all = append(all, event{m.At, m.ID, func() bool { return s.move(m) }})
	}
	slices.SortStableFunc(all, func(a, b event) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id)) })
	for _, e := range all {
		if !e.possible() {
			wrong = append(wrong, e.id)
		}
	}
	return s, wrong
}

// move is what a movement does to a unit; false when it is not possible.
func (s *state) move(m *Movement) bool {
	free := s.parent == 0 && s.shipped == 0 && s.scrapped == 0
	switch m.Term {
	case TermShipped, TermToSupplier:
		s.shipped = m.ID
	case TermReturned:
		free = s.shipped != 0
		s.shipped = 0
	case TermScrapped:
		if s.scrapped == m.At {
			return true // removed to scrap
		}
		s.scrapped = m.At
	case TermMoved:
	case TermFielded:
		return s.shipped != 0 || s.parent != 0
	default:
		return true
	}
	return free
}

// against are the facts that cannot have happened once a line was undone.
func against(set *store.Set, line journal.Line) []int64 {
	found := map[int64]bool{}
	for _, id := range slices.Sorted(maps.Keys(touches(set, line.ID()))) {
		row := byNumber(set, id)
		if row == nil {
			continue
		}
		if row.Voided != 0 {
			for _, fact := range uses(set, row) {
				found[fact] = true
			}
		}
		if row.Kind == UnitKind {
			_, wrong := live(set, row)
			for _, fact := range append(wrong, reworked(set, row)...) {
				found[fact] = true
			}
			continue
		}
		var stock quantity.Quantity
		for _, c := range changes(set, row) {
			if stock += c.q; stock < 0 && c.q < 0 {
				found[c.fact] = true
				stock -= c.q
			}
		}
	}
	switch line.What.(type) {
	case *Installed:
		for _, r := range outOf.All(set, line.ID()) {
			if r.Voided == 0 {
				found[r.ID] = true
			}
		}
	case *Shipped, *SentBack:
		for id := range touches(set, line.ID()) {
			for _, fact := range changedSince(set, id, line) {
				found[fact] = true
			}
		}
	}
	if f, ok := line.What.(*Reidentified); ok && f.NewSerial != "" {
		for id := range touches(set, line.ID()) {
			for _, fact := range namedSince(set, id, line.ID()) {
				found[fact] = true
			}
		}
	}
	for _, fact := range overdrawn(set, line) {
		found[fact] = true
	}
	if d, ok := line.What.(*DeviationGranted); ok {
		for _, u := range usesOf.All(set, d.Deviation) {
			found[u.Fact] = true
		}
	}
	delete(found, line.ID())
	return slices.Sorted(maps.Keys(found))
}

// overdrawn are the facts that drew what an order was not issued.
func overdrawn(set *store.Set, line journal.Line) (facts []int64) {
	i, ok := Issues.Get(set, line.ID())
	if e, installed := Edges.Get(set, line.ID()); !ok && installed && e.FromOrder > 0 {
		i, ok = &IssueRow{Order: e.Order, ObjectID: e.FromID}, true
	}
	if !ok {
		return nil
	}
	left, known := open.Get(set, openKey{i.Order, i.ObjectID})
	if !known || left.Open >= 0 {
		return nil
	}
	for _, e := range edgesFrom.All(set, i.ObjectID) {
		if e.Voided == 0 && e.Order == i.Order && e.FromOrder > 0 {
			facts = append(facts, e.ID)
		}
	}
	for _, other := range issuesOf.All(set, i.ObjectID) {
		if other.Voided == 0 && other.Order == i.Order && other.Quantity < 0 {
			facts = append(facts, other.ID)
		}
	}
	return facts
}

// uses are the facts that speak of an object.
func uses(set *store.Set, row *Row) (facts []int64) {
	for _, e := range append(edgesFrom.All(set, row.ID), edgesTo.All(set, row.ID)...) {
		if e.Voided == 0 {
			facts = append(facts, e.ID)
		}
	}
	for _, i := range issuesOf.All(set, row.ID) {
		if i.Voided == 0 {
			facts = append(facts, i.ID)
		}
	}
	for _, m := range movesOf.All(set, row.ID) {
		if m.Voided == 0 {
			facts = append(facts, m.ID)
		}
	}
	if row.Kind == LotKind {
		for _, unit := range byLot.All(set, row.ID) {
			if unit.Voided == 0 {
				facts = append(facts, unit.ID)
			}
		}
	}
	return facts
}

// reworked are the facts that gave a unit to a rework order before it was
// complete.
func reworked(set *store.Set, row *Row) (facts []int64) {
	for _, m := range memberships.All(set, row.ID) {
		if m.Kind == ReworkMember && m.Voided == 0 && row.Origin == OriginMade && (row.CompletedAt == 0 || row.CompletedAt > m.At) {
			facts = append(facts, m.ID)
		}
	}
	return facts
}

// namedSince are the facts, recorded after another, that speak of a unit by the
// serial that it got then.
func namedSince(set *store.Set, id, since int64) (facts []int64) {
	row := byNumber(set, id)
	if row == nil {
		return nil
	}
	all := uses(set, row)
	for _, e := range append(edgesFrom.All(set, id), edgesTo.All(set, id)...) {
		for _, r := range outOf.All(set, e.ID) {
			if r.Voided == 0 {
				all = append(all, r.ID)
			}
		}
	}
	for _, fact := range all {
		if fact > since {
			facts = append(facts, fact)
		}
	}
	return facts
}

// changedSince are the facts, recorded after another and of the time since, that
// put something into a unit or took it out, through all levels: where the unit
// was then decides where that is now.
func changedSince(set *store.Set, id int64, line journal.Line) (facts []int64) {
	seen := map[int64]bool{}
	queue := []int64{id}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		if seen[next] {
			continue
		}
		seen[next] = true
		for _, e := range edgesTo.All(set, next) {
			if e.Voided != 0 || e.Kind != InstallEdge {
				continue
			}
			if e.ID > line.ID() && e.At >= line.At {
				facts = append(facts, e.ID)
			}
			for _, r := range outOf.All(set, e.ID) {
				if r.Voided == 0 && r.ID > line.ID() && r.At >= line.At {
					facts = append(facts, r.ID)
				}
			}
			queue = append(queue, e.FromID)
		}
	}
	return facts
}
