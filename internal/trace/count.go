package trace

import (
	"cmp"

	"lotline/internal/genealogy"
	"lotline/internal/graph"
	"lotline/internal/store"
)

// Scope is what a set reaches, counted: the reach without its objects.
type Scope struct {
	Counts
	At []AtCustomer // in no order
}

// AtCustomer is an outermost unit, or a lot, that a customer has, in a system
// of its own.
type AtCustomer struct {
	Customer, System, Ref string
	May                   bool
}

// Count counts what a set reaches, by class, state and customer. From memory it
// neither loads nor makes the objects.
func Count(tx *store.Tx, company string, starts map[int64]bool, q Question) (*Scope, error) {
	f, err := fastWalk(tx, company, starts, q)
	if err != nil {
		return nil, err
	}
	if f != nil {
		defer f.done()
		if s, err := f.count(); s != nil || err != nil {
			return s, err
		}
	}
	a, err := ReachObjects(tx, company, starts, q)
	if err != nil {
		return nil, err
	}
	return &Scope{a.Counts, AtCustomers(a.Objects)}, nil
}

// AtCustomers are the objects of an answer that customers have, each outermost
// one once.
func AtCustomers(objects []Object) []AtCustomer {
	places := map[AtCustomer]bool{}
	for i := range objects {
		o := &objects[i]
		for _, p := range o.Places {
			if p.Customer != "" && !o.Removed {
				key := AtCustomer{Customer: p.Customer, System: p.System, Ref: cmp.Or(o.Top, o.Ref)}
				places[key] = places[key] || o.Certainty == genealogy.Must
			}
		}
	}
	all := make([]AtCustomer, 0, len(places))
	for key, must := range places {
		key.May = !must
		all = append(all, key)
	}
	return all
}

// topPlace is where an outermost unit is, and how surely something reached lies
// in it.
type topPlace struct {
	Place
	must bool
}

// count counts what was reached; nil where it cannot tell without the objects:
// at another time than now, and where a unit is in a lot.
func (f *fast) count() (*Scope, error) {
	if f.past() {
		return nil, nil
	}
	s := &Scope{Counts: Counts{ByState: map[string]int{}, ByCustomer: map[string]int{}}, At: []AtCustomer{}}
	w := &whereabouts{}
	tops, known := map[uint32]*topPlace{}, make([]uint32, len(f.spots))
	inside := 0
	var lots []*reached
	for i := range f.spots {
		at := &f.spots[i]
		if at.class == unreached || !s.add(at.class) {
			continue
		}
		if f.view.IsLot(at.object) {
			lots = append(lots, &reached{node: &node{Row: *f.row(at.object)}, labels: []label{{may: at.class == 1}}})
			continue
		}
		top := f.top(uint32(i), known)
		place := tops[top]
		if place == nil {
			if f.view.IsLot(top) {
				return nil, nil
			}
			place = &topPlace{Place: f.placeOf(w, top)}
			tops[top] = place
		}
		place.must = place.must || at.class == 0
		if top != at.object {
			inside++
		} else {
			s.ByState[place.State]++
		}
	}
	if inside > 0 {
		s.ByState["inside"] += inside
	}
	for top, place := range tops {
		if place.Customer != "" {
			s.ByCustomer[place.Customer]++
			s.At = append(s.At, AtCustomer{place.Customer, place.System, f.row(top).Object().Ref(), !place.must})
		}
	}
	return s, f.countLots(s, lots)
}

// add counts an object by its class; false for what had been.
func (s *Scope) add(class uint8) bool {
	switch class {
	case 0:
		s.Must++
	case 1:
		s.May++
	case 2:
		s.HadBeen.Must++
	default:
		s.HadBeen.May++
	}
	return class < 2
}

func (f *fast) row(i uint32) *genealogy.Row { return memoryOf(f.tx).row(i) }

// top is the outermost object that the unit of a spot is in. Known are 1 + the
// tops of spots that are known.
func (f *fast) top(s uint32, known []uint32) uint32 {
	var way []uint32
	at := f.spots[s].object
	for range f.view.Objects() { // in a loop, any
		if spot := f.scratch.places[at] &^ surelyBit; spot != 0 {
			if known[spot-1] != 0 {
				at = known[spot-1] - 1
				break
			}
			way = append(way, spot-1)
		}
		in, inside := f.view.Inside(at)
		if !inside {
			break
		}
		at = in
	}
	for _, below := range way {
		known[below] = at + 1
	}
	return at
}

// placeOf is where a unit is that is in no other.
func (f *fast) placeOf(w *whereabouts, i uint32) (p Place) {
	row := f.row(i)
	var moves []genealogy.Movement
	f.view.Movements(i, func(x graph.Movement) {
		if m := movement(x); f.sees(m.ID, m.At, m.Voided) {
			moves = append(moves, *m)
		}
	})
	p.State, p.Customer, p.System, p.Shipment, p.Location = w.unitState(*row, moves)
	return p
}

// countLots counts the places of lots.
func (f *fast) countLots(s *Scope, lots []*reached) error {
	if len(lots) == 0 {
		return nil
	}
	b := builder{tx: f.tx, company: f.company, q: f.q}
	where, err := b.findWhere(lots)
	if err != nil {
		return err
	}
	for _, r := range lots {
		o := Object{Ref: r.node.Object().Ref(), Certainty: certainty(!r.best().may), Places: where.places(r.node)}
		states, customer := map[string]bool{}, ""
		for _, p := range o.Places {
			states[p.State] = true
			customer = cmp.Or(p.Customer, customer)
		}
		for state := range states {
			s.ByState[state]++
		}
		if customer != "" {
			s.ByCustomer[customer]++
		}
		s.At = append(s.At, AtCustomers([]Object{o})...)
	}
	return nil
}
