package graph

import (
	"fmt"
)

// Edit makes the next view. Rows of a kind are put in the order of their
// numbers; a number that is known changes its row. Give it up with Discard.
type Edit struct {
	g    *Graph
	v    View
	more [multimapCount][]uint64 // pairs that are added

	bulk     bool // all edges come at once: they are sorted at the end
	from, to []uint32

	row [objWidth]int64
}

// The multimaps by their places in View.multimaps.
const (
	unitsOf, madeBy, removalsBy, issuesBy, issuesTo, memberBy, membersTo, movesBy, breachesBy, orderCalled, multimapCount = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
)

// Edit begins an edit; others wait until it is published or discarded.
func (g *Graph) Edit() *Edit {
	g.lock.Lock()
	e := &Edit{g: g, v: *g.view.Load()}
	for _, t := range e.v.tables() {
		*t.table = t.table.copied()
	}
	e.v.out, e.v.in = e.v.out.copied(), e.v.in.copied()
	e.v.touched.shared = true
	e.v.Edits++
	e.bulk = e.v.edges.n == 0
	return e
}

// Discard gives the edit up.
func (e *Edit) Discard() { e.g.lock.Unlock() }

// Publish lets everyone see the edit, as the view of entry seq.
func (e *Edit) Publish(seq int64) *View {
	defer e.g.lock.Unlock()
	for i, m := range e.v.multimaps() {
		*m = m.with(e.more[i])
	}
	if e.bulk {
		e.v.sortEdges(e.from, e.to)
	}
	e.v.Seq = seq
	v := e.v
	e.g.view.Store(&v)
	e.g.considerFold(&v)
	return &v
}

func (e *Edit) pair(m int, key, value uint32) {
	e.more[m] = append(e.more[m], uint64(key)<<32|uint64(value))
}

// put appends a row or changes the row of its number, and says which.
func (e *Edit) put(t *table, row []int64) (i uint32, added bool, err error) {
	if row[0] > t.last() {
		return t.append(e, row), true, nil
	}
	i, ok := t.find(row[0])
	if !ok {
		return 0, false, fmt.Errorf("graph: number %d comes after %d", row[0], t.last())
	}
	for col, cell := range row {
		if t.get(i, col) != cell {
			t.set(e, i, row)
			break
		}
	}
	return i, false, nil
}

// object is the place of an object that must be there.
func (e *Edit) object(id int64) (uint32, error) {
	if i, ok := e.v.objects.find(id); ok {
		return i, nil
	}
	return 0, fmt.Errorf("graph: there is no object %d", id)
}

// Object puts an object. The lot that a unit belongs to may come after it in
// the same edit: Belongs then says so.
func (e *Edit) Object(o Object) error {
	row := e.row[:objWidth]
	i, known := e.v.objects.find(o.ID)
	row[objID], row[objAt], row[objSize], row[objVoided] = o.ID, o.At, o.Size, o.Voided
	row[objDone], row[objDoneIn] = 0, 0
	if o.CompletedAt != 0 {
		row[objDone], row[objDoneIn] = 1, o.CompletedAt-o.At
	}
	if known && e.v.names.name(e.v.objects.get(i, objName)) == o.Name {
		row[objName] = e.v.objects.get(i, objName)
	} else if len(o.Name) >= nameMax {
		return fmt.Errorf("graph: the name of object %d has %d bytes", o.ID, len(o.Name))
	} else {
		row[objName] = int64(e.v.names.add(o.Name))
	}
	word := e.v.words.code
	row[objItem] = int64(e.v.items.code(item{word(o.Part), word(o.Revision), word(o.Kind), word(o.Origin)}))
	row[objOrder], row[objLocation], row[objLot] = int64(word(o.Order)), int64(word(o.Location)), 0
	if known {
		row[objLot] = e.v.objects.get(i, objLot)
	}
	order := int64(0)
	if known {
		order = e.v.objects.get(i, objOrder)
	}
	changed := known && e.changes(i, row)
	i, _, err := e.put(&e.v.objects, row)
	if changed {
		e.touch(i)
		e.v.units.each(i, e.touch)
	}
	if err == nil && row[objOrder] != order && row[objOrder] != 0 {
		e.pair(madeBy, uint32(row[objOrder]), i)
	}
	if e.v.objects.n > ObjectsMax {
		return fmt.Errorf("graph: more than %d objects", uint32(ObjectsMax))
	}
	return err
}

// changes says whether a row makes an object another one for those that walk
// over it.
func (e *Edit) changes(i uint32, row []int64) bool {
	for _, col := range []int{objAt, objItem, objOrder, objVoided} {
		if e.v.objects.get(i, col) != row[col] {
			return true
		}
	}
	return false
}

// Belongs says to which lot an object belongs; 0 for none.
func (e *Edit) Belongs(object, lot int64) error {
	i, err := e.object(object)
	if err != nil {
		return err
	}
	above := int64(0)
	if lot != 0 {
		at, err := e.object(lot)
		if err != nil {
			return err
		}
		above = int64(at) + 1
	}
	row := e.v.objects.row(i, e.row[:])
	if row[objLot] == above {
		return nil
	}
	if row[objLot] != 0 {
		e.touch(uint32(row[objLot] - 1))
	}
	row[objLot] = above
	e.v.objects.set(e, i, row)
	e.touch(i)
	if above != 0 {
		e.touch(uint32(above - 1))
		e.pair(unitsOf, uint32(above-1), i)
	}
	return nil
}

// Edge puts an edge between two objects that are there.
func (e *Edit) Edge(x *Edge) error {
	word := e.v.words.code
	row := e.row[:edgeWidth]
	row[edgeID], row[edgeAt], row[edgeQuantity] = x.ID, x.At, x.Quantity
	row[edgeTrait] = int64(e.v.traits.code(trait{word(x.Kind), word(x.Certainty), word(x.Position), word(x.Group), word(x.Order), word(x.Deviation), x.Line, x.FromOrder, x.Before}))
	row[edgeRemoved], row[edgeVoided], row[edgeEnded] = x.Removed, x.Voided, 0
	if x.EndedAt != never {
		row[edgeEnded] = x.EndedAt
	}
	from, err := e.object(x.From)
	if err != nil {
		return err
	}
	to, err := e.object(x.To)
	if err != nil {
		return err
	}
	i, added, err := e.put(&e.v.edges, row)
	if err != nil {
		return err
	}
	e.touch(from)
	e.touch(to)
	if i >= EdgesMax {
		return fmt.Errorf("graph: more than %d edges", uint32(EdgesMax))
	}
	switch {
	case added && e.bulk:
		e.from, e.to = append(e.from, from), append(e.to, to)
	case added:
		e.v.out.add(e, from, entry(to, i))
		e.v.in.add(e, to, entry(from, i))
	}
	return nil
}

// Removal puts a removal of an edge that is there.
func (e *Edit) Removal(r *Removal) error {
	edge, ok := e.v.edges.find(r.Edge)
	if !ok {
		return fmt.Errorf("graph: there is no edge %d", r.Edge)
	}
	i, added, err := e.put(&e.v.removals, []int64{r.ID, int64(edge), r.Quantity, r.At, r.Voided})
	if added && err == nil {
		e.pair(removalsBy, edge, i)
	}
	return err
}

// Issue puts an issue.
func (e *Edit) Issue(x *Issue) error {
	object, err := e.object(x.Object)
	if err != nil {
		return err
	}
	name := e.v.words.code(x.Order)
	e.touch(object)
	i, added, err := e.put(&e.v.issues, []int64{x.ID, int64(object), int64(name), x.Line, x.Quantity, x.At, int64(e.v.words.code(x.Deviation)), x.Voided})
	if added && err == nil {
		e.pair(issuesBy, object, i)
		e.pair(issuesTo, name, i)
	}
	return err
}

// Membership puts a membership.
func (e *Edit) Membership(m *Membership) error {
	object, err := e.object(m.Object)
	if err != nil {
		return err
	}
	name := e.v.words.code(m.Order)
	i, added, err := e.put(&e.v.members, []int64{m.ID, int64(object), int64(name), int64(e.v.words.code(m.Kind)), m.At, m.Until, m.Voided})
	if added && err == nil {
		e.pair(memberBy, object, i)
		e.pair(membersTo, name, i)
	}
	return err
}
