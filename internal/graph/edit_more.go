package graph

import "math"

// never is the end of what has not ended.
const never = math.MaxInt64

// Movement puts a movement. A fact may move several objects: the number of
// each row is that of its fact and, among those, its place.
func (e *Edit) Movement(m *Movement) error {
	object, err := e.object(m.Object)
	if err != nil {
		return err
	}
	word := e.v.words.code
	d := deed{word(m.Term), word(m.Order), word(m.Customer), word(m.System), word(m.Shipment), word(m.Location), word(m.Reason)}
	row := []int64{m.ID, int64(object), m.At, int64(e.v.deeds.code(d)), m.Quantity, m.Voided}
	if i, known := e.v.movement(m.ID, object); known {
		if e.v.moves.get(i, moveVoided) != m.Voided {
			e.v.moves.set(e, i, row)
		}
		return nil
	}
	e.pair(movesBy, object, e.v.moves.append(e, row))
	return nil
}

// movement finds the movement of an object by a fact.
func (v *View) movement(id int64, object uint32) (uint32, bool) {
	if id > v.moves.last() {
		return 0, false
	}
	i, ok := v.moves.find(id)
	for ; ok && i < v.moves.n && v.moves.get(i, moveID) == id; i++ {
		if v.moves.get(i, moveObject) == int64(object) {
			return i, true
		}
	}
	return 0, false
}

// Breach puts a breach.
func (e *Edit) Breach(b *Breach) error {
	object, err := e.object(b.Object)
	if err != nil {
		return err
	}
	i, added, err := e.put(&e.v.breaches, []int64{b.ID, int64(object), b.At, b.Voided})
	if added && err == nil {
		e.pair(breachesBy, object, i)
	}
	return err
}

// Order puts an order.
func (e *Edit) Order(o *Order) {
	word := e.v.words.code
	name := word(o.Order)
	row := []int64{int64(e.v.orders.n) + 1, int64(name), int64(word(o.Part)), int64(word(o.State)), int64(word(o.Seal)), o.Quantity, o.Gone, o.ClosedAt}
	i, known := e.v.orderByName.last(name)
	if !known {
		for _, p := range e.more[orderCalled] {
			if uint32(p>>32) == name {
				i, known = uint32(p), true
			}
		}
	}
	if known {
		row[orderID] = e.v.orders.get(i, orderID)
		e.v.orders.set(e, i, row)
		return
	}
	e.pair(orderCalled, name, e.v.orders.append(e, row))
}
