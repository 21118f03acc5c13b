package random_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
	"lotline/internal/trace"

	"pgregory.net/rapid"
)

// made is what each order makes.
var made = map[string]string{"PO-1": "CART", "PO-2": "CART", "PO-3": "TRAIN"}

// hour is a moment of the plant; orders are released at hour 0.
func hour(n int) moment.Time {
	return moment.Of(moment.Time(1_767_600_000_000_000).Go()) + moment.Time(n)*3_600_000_000
}

// A run gives stepsMin commands and up to stepsMax more.
const (
	stepsMin = 30
	stepsMax = 40
)

// run is the program and the model beside it.
type run struct {
	*rapid.T
	program *ledgertest.Plant
	model   *plant
	chance  *rand.Rand // rapid prefers small numbers, and then little happens
	now     int
	taken   map[string]int // by command
	refused map[string]int
	log     []logged
}

// logged is a command that was taken, and how it is done to a model again.
type logged struct {
	op    func(m *plant) bool
	entry int64
	voids bool // what follows from it alone can be voided
	// It ships a unit or takes it back; it puts something in or takes it out.
	leaves, changes bool
}

// try gives the command, which must be taken exactly when the model takes it.
func (r *run) try(voids bool, op func(m *plant) bool, command ledger.Command) {
	taken := op(r.model)
	r.do(taken, command)
	if taken {
		l := logged{op: op, entry: r.size(), voids: voids}
		switch command.(type) {
		case *genealogy.Ship, *genealogy.Return:
			l.leaves = true
		case *genealogy.Install, *genealogy.Remove:
			l.changes = true
		}
		r.log = append(r.log, l)
	}
}

// void voids a command that was taken: possible exactly when all the others
// are possible without it.
func (r *run) void() {
	var can []int
	changed := false // something was put in or taken out since
	for i, l := range slices.Backward(r.log) {
		if l.voids && !(changed && l.leaves) {
			can = append(can, i)
		}
		changed = changed || l.changes
	}
	if len(can) == 0 {
		return
	}
	at := pick(r, can)
	without := newPlant()
	without.loose = true
	possible := true
	for i, l := range r.log {
		if i != at && !l.op(without) {
			possible = false
			break
		}
	}
	possible = possible && without.possible()
	r.do(possible, &ledger.Void{Fact: fmt.Sprint(r.log[at].entry), Reason: "typed in wrong", At: hour(r.now)})
	if possible {
		without.loose = false
		r.model = without
		r.log = append(r.log[:at:at], r.log[at+1:]...)
	}
}

func TestRandomCommands(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		taken, refused := map[string]int{}, map[string]int{}
		rapid.Check(t, func(rt *rapid.T) {
			db := open()
			defer db.Close()
			r := run{T: rt, program: ledgertest.New(t, db), model: newPlant(), chance: rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "chance"), 0)), taken: taken, refused: refused}
			defer r.program.Ledger.Close()
			r.begin()
			for range rapid.IntRange(1, stepsMax).Draw(rt, "steps") + stepsMin {
				r.step()
			}
			r.compare()
			r.compareTraces()
			r.program.Promises()
		})
		for command, n := range refused {
			if (n < 3 || taken[command] < 3) && !testing.Short() { // a few runs do not come to all
				t.Errorf("%s was taken %d times and refused %d times: too few to say anything", command, taken[command], n)
			}
		}
		t.Log("taken", taken, "refused", refused)
	})
}

// begin defines the items and makes the units that all runs begin with.
func (r *run) begin() {
	item := func(part, tracking, source string) {
		r.program.Do(&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: part, Name: part, Tracking: tracking, Source: source}})
	}
	item("AXLE", "lot", "buy")
	item("WHEEL", "lot", "buy")
	item("HUB", "serial", "buy")
	item("CART", "serial", "make")
	item("TRAIN", "serial", "make")
	for _, parent := range slices.Sorted(maps.Keys(takes)) {
		var lines []bom.Line
		for _, child := range slices.Sorted(maps.Keys(takes[parent])) {
			lines = append(lines, bom.Line{Component: child, Quantity: quantity.Pieces(int64(takes[parent][child]))})
		}
		r.program.Do(&bom.DefineBOM{Parent: parent, Lines: lines})
	}
	r.program.Do(&catalog.DefinePartner{Code: "ACME", Name: "Acme", Role: "customer"})
	serial := 0
	for _, name := range []string{"PO-1", "PO-2", "PO-3"} {
		r.program.Do(&order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: name, PartNumber: made[name], Quantity: quantity.Pieces(2)}, At: hour(0)},
			&order.ReleaseOrder{Order: name, At: hour(0)},
			&genealogy.Serialize{PartNumber: made[name], Serial: fmt.Sprintf("%d-%d", serial+1, serial+2), Order: name, At: hour(1)})
		for i := 1; i <= 2; i++ {
			r.add(unit{part: made[name], name: fmt.Sprint(serial + i), from: 1, order: name})
		}
		serial += 2
	}
	for i := 1; i <= 3; i++ {
		r.program.Do(&genealogy.Receive{PartNumber: "HUB", Serial: fmt.Sprintf("%q", fmt.Sprint("H", i)), Purchase: genealogy.Purchase{Receipt: "GR"}, At: hour(2)})
		r.add(unit{part: "HUB", name: fmt.Sprint("H", i), from: 2})
	}
	r.receive("AXLE", "A", 4, 2)
	r.receive("WHEEL", "W", 6, 2)
	for i := range r.log {
		r.log[i].voids = false
	}
	r.now = 3
}

// add is a unit that all runs begin with.
func (r *run) add(u unit) {
	op := func(m *plant) bool {
		again := u
		m.units[u.part+"/"+u.name] = &again
		return true
	}
	op(r.model)
	r.log = append(r.log, logged{op: op})
}

// do gives the command; it must be taken exactly when the model takes it.
func (r *run) do(taken bool, command ledger.Command) {
	r.Helper()
	before := r.size()
	_, err := r.program.Ledger.Record(r.Context(), ledger.Request{}, command)
	refusal, refused := refuse.As(err)
	if err != nil && !refused {
		r.Fatal(err)
	}
	if taken == refused {
		r.Fatalf("%T %+v: the model takes it: %v, the program: %v", command, command, taken, refusal)
	}
	if refused && r.size() != before {
		r.Fatalf("%T was refused and recorded something", command)
	}
	text, _ := json.Marshal(command)
	r.Logf("%T %s: taken %v", command, text, taken)
	if taken {
		r.taken[fmt.Sprintf("%T", command)]++
	} else {
		r.refused[fmt.Sprintf("%T", command)]++
	}
}

func (r *run) size() (n int64) {
	r.program.Read(func(tx *store.Tx) (err error) {
		n, _, err = journal.Head(tx, r.program.Ledger.Company())
		return err
	})
	return n
}

func (r *run) receive(part, name string, pieces, at int) {
	c := &genealogy.Receive{PartNumber: part, Lot: name, Quantity: quantity.Pieces(int64(pieces)), Purchase: genealogy.Purchase{Receipt: fmt.Sprint("GR", r.size())}, At: hour(at)}
	r.try(true, func(m *plant) bool { return m.receive(part, name, pieces, at) }, c)
}

func pick[T any](r *run, all []T) T { return all[r.chance.IntN(len(all))] }

func (r *run) between(low, high int) int { return low + r.chance.IntN(high-low+1) }

func (r *run) lot() *lot { return pick(r, sorted(r.model.lots)) }

func (r *run) unit() *unit { return pick(r, sorted(r.model.units)) }

// step gives one random command, mostly now, sometimes at an earlier moment.
func (r *run) step() {
	r.now += r.between(0, 2)
	at := max(1, r.now-max(0, r.between(-20, 8)))
	pieces := r.between(1, 3)
	q := quantity.Pieces(int64(pieces))
	switch pick(r, []string{"receive", "merge", "adjust", "return", "void", "void", "issue", "back", "install", "install", "install", "fit", "fit", "fit", "remove", "remove", "split", "scrap", "scrap unit", "ship", "hold", "unhold", "again"}) {
	case "receive":
		part := pick(r, []string{"AXLE", "WHEEL"})
		r.receive(part, pick(r, []string{"A", "B", "W"}), pieces, at)
	case "issue":
		name, l := r.order(), r.lot()
		r.try(false, func(m *plant) bool { l := m.theLot(l); return l != nil && m.issue(name, l, pieces, at) }, &genealogy.Issue{Order: name, Component: l.part, Lot: l.name, Quantity: q, At: hour(at)})
	case "back":
		name, l := r.order(), r.lot()
		r.try(false, func(m *plant) bool { l := m.theLot(l); return l != nil && m.giveBack(name, l, pieces, at) }, &genealogy.Issue{Order: name, Component: l.part, Lot: l.name, Quantity: -q, At: hour(at)})
	case "install":
		u, l := r.unit(), r.lot()
		if u.order != "" {
			r.try(false, func(m *plant) bool { l := m.theLot(l); return l != nil && m.installLot(m.theUnit(u), l, pieces, at) }, &genealogy.Install{PartNumber: u.part, Serial: u.name, Component: l.part, ComponentLot: l.name, Quantity: q, At: hour(at)})
		}
	case "fit":
		u, child := r.unit(), r.unit()
		if r.between(0, 1) == 1 {
			u, child = r.fitting(u, child)
		}
		if u.order != "" {
			r.try(true, func(m *plant) bool { return m.installUnit(m.theUnit(u), m.theUnit(child), at) }, &genealogy.Install{PartNumber: u.part, Serial: u.name, Component: child.part, ComponentSerial: child.name, At: hour(at)})
		}
	case "void":
		r.void()
	case "again":
		r.again()
	case "remove", "hold", "unhold":
		r.other(at)
	default:
		r.leave(at, pieces)
	}
}

// leave gives a command that takes something out of stock, or brings it back.
func (r *run) leave(at, pieces int) {
	q := quantity.Pieces(int64(pieces))
	switch pick(r, []string{"merge", "adjust", "return", "split", "scrap", "scrap unit", "ship"}) {
	case "split":
		l := r.lot()
		name := pick(r, []string{"S1", "S2", "S3"})
		r.try(true, func(m *plant) bool { l := m.theLot(l); return l != nil && m.split(l, name, pieces, at) }, &genealogy.Split{PartNumber: l.part, Lot: l.name, NewLot: name, Quantity: q, At: hour(at)})
	case "scrap":
		l := r.lot()
		r.try(true, func(m *plant) bool { l := m.theLot(l); return l != nil && m.scrapLot(l, pieces, at) }, &genealogy.Scrap{PartNumber: l.part, Lot: l.name, Quantity: q, Reason: "dropped", At: hour(at)})
	case "scrap unit":
		u := r.unit()
		r.try(true, func(m *plant) bool { return m.scrapUnit(m.theUnit(u), at) }, &genealogy.Scrap{PartNumber: u.part, Serial: u.name, Reason: "dropped", At: hour(at)})
	case "ship":
		u := r.unit()
		r.try(true, func(m *plant) bool { return m.ship(m.theUnit(u), at) }, &genealogy.Ship{Shipment: "S", Customer: "ACME", PartNumber: u.part, Serial: fmt.Sprintf("%q", u.name), At: hour(at)})
	case "return":
		u := r.unit()
		for _, other := range sorted(r.model.units) {
			if other.shipped && r.between(0, 2) > 0 {
				u = other
			}
		}
		r.try(true, func(m *plant) bool { return m.giveBackUnit(m.theUnit(u), at) }, &genealogy.Return{SentBack: genealogy.SentBack{Object: genealogy.Object{PartNumber: u.part, Serial: u.name}, Customer: "ACME"}, At: hour(at)})
	case "merge":
		l := r.lot()
		name := pick(r, []string{"A", "W", "S1", "S2", "M1", "M2"})
		r.try(true, func(m *plant) bool { l := m.theLot(l); return l != nil && m.merge(l, name, pieces, at) }, &genealogy.Merge{PartNumber: l.part, Lot: l.name, IntoLot: name, Quantity: q, At: hour(at)})
	case "adjust":
		l := r.lot()
		if r.between(0, 1) == 1 {
			pieces, q = -pieces, -q
		}
		r.try(true, func(m *plant) bool { l := m.theLot(l); return l != nil && m.adjust(l, pieces, at) }, &genealogy.Adjust{Adjusted: genealogy.Adjusted{Object: genealogy.Object{PartNumber: l.part, Lot: l.name}, Quantity: q, Reason: "counted"}, At: hour(at)})
	}
}

func (r *run) other(at int) {
	switch pick(r, []string{"remove", "remove", "hold", "unhold"}) {
	case "remove":
		u, to := r.unit(), pick(r, []string{"scrap", "quarantine", "stock"})
		if in := r.inside(); len(in) > 0 && r.between(0, 1) == 1 {
			s := pick(r, in)
			c := &genealogy.Remove{PartNumber: s.parent.part, Serial: s.parent.name, Component: s.part, To: to, Quantity: quantity.One, At: hour(at)}
			if s.unit != nil {
				c.ComponentSerial = s.unit.name
			} else {
				c.ComponentLot = s.lot.name
			}
			r.remove(s.parent, s.lot, s.unit, to, at, c)
			return
		}
		c := &genealogy.Remove{PartNumber: u.part, Serial: u.name, To: to, Quantity: quantity.One, At: hour(at)}
		if r.between(0, 1) == 1 {
			l := r.lot()
			c.Component, c.ComponentLot = l.part, l.name
			r.remove(u, l, nil, to, at, c)
		} else {
			child := r.unit()
			c.Component, c.ComponentSerial = child.part, child.name
			r.remove(u, nil, child, to, at, c)
		}
	case "hold":
		l := r.lot()
		if r.between(0, 3) == 0 {
			at = max(1, l.from-1) // mostly before it came to be, which is refused
		}
		r.try(false, func(m *plant) bool { l := m.theLot(l); return l != nil && m.hold(l, at) },
			&genealogy.Hold{Held: genealogy.Held{Object: genealogy.Object{PartNumber: l.part, Lot: l.name}, Reason: "porous"}, At: hour(at)})
	case "unhold":
		l := r.lot()
		r.try(false, func(m *plant) bool { l := m.theLot(l); return l != nil && m.unhold(l, at) },
			&genealogy.Unhold{Unheld: genealogy.Unheld{Object: genealogy.Object{PartNumber: l.part, Lot: l.name}, Reason: "fine"}, At: hour(at)})
	}
}

func (r *run) remove(u *unit, l *lot, child *unit, to string, at int, c *genealogy.Remove) {
	r.try(false, func(m *plant) bool {
		u, l, child := m.theUnit(u), l, child
		if l != nil {
			if l = m.theLot(l); l == nil {
				return false
			}
		}
		if child != nil {
			child = m.theUnit(child)
		}
		return m.remove(u, l, child, to, at)
	}, c)
}

// fitting is a parent and a child whose parts go together, if those drawn do
// not: a cart into a train, or a hub into a cart.
func (r *run) fitting(u, child *unit) (*unit, *unit) {
	if takes[u.part][child.part] > 0 {
		return u, child
	}
	pairs := [][2]string{}
	for _, parent := range sorted(r.model.units) {
		for _, c := range sorted(r.model.units) {
			if takes[parent.part][c.part] > 0 {
				pairs = append(pairs, [2]string{parent.part + "/" + parent.name, c.part + "/" + c.name})
			}
		}
	}
	pair := pick(r, pairs)
	return r.model.units[pair[0]], r.model.units[pair[1]]
}

// inside is what is in units now.
func (r *run) inside() (in []*stay) {
	for _, s := range r.model.stays {
		if s.out < s.pieces {
			in = append(in, s)
		}
	}
	return in
}

// again asks twice with one key, and then for something else with it.
func (r *run) again() {
	key := ledger.Request{ID: fmt.Sprint("key-", r.size())}
	name := fmt.Sprint("L", r.size())
	command := func(n int64) ledger.Command {
		return &genealogy.Receive{PartNumber: "AXLE", Lot: name, Quantity: quantity.Pieces(n), Purchase: genealogy.Purchase{Receipt: name}, At: hour(r.now)}
	}
	first, err1 := r.program.Ledger.Record(r.Context(), key, command(1))
	second, err2 := r.program.Ledger.Record(r.Context(), key, command(1))
	if err := errors.Join(err1, err2); err != nil || first.Seq != second.Seq || !second.Repeated {
		r.Fatalf("the same request twice: %+v, %+v, %v", first, second, err)
	}
	if _, err := r.program.Ledger.Record(r.Context(), key, command(2)); err == nil {
		r.Fatal("a key was taken for another request")
	}
	at := r.now
	op := func(m *plant) bool { return m.receive("AXLE", name, 1, at) }
	op(r.model)
	r.log = append(r.log, logged{op: op})
}

func (r *run) order() string {
	return pick(r, []string{"PO-1", "PO-2", "PO-3"})
}

// compare holds what the program says of every lot and unit against the model.
func (r *run) compare() {
	r.program.Read(func(tx *store.Tx) error {
		for _, l := range r.model.lots {
			row, err := trace.Resolve(tx, "main", "lot:"+l.part+"/"+l.name)
			if err != nil {
				return err
			}
			if want := quantity.Pieces(int64(l.stockAt(1 << 40))); row.OnHand != want {
				r.Errorf("lot %s/%s has %s in stock, want %s", l.part, l.name, row.OnHand, want)
			}
			b, err := genealogy.BalanceOf(tx, "main", row)
			if err != nil || b.Missing != 0 {
				r.Errorf("lot %s/%s: %s is missing in %+v, %v", l.part, l.name, b.Missing, b, err)
			}
		}
		for _, u := range r.model.units {
			row, err := trace.Resolve(tx, "main", "unit:"+u.part+"/"+u.name)
			if err != nil {
				return err
			}
			if (row.ParentEdge != 0) != (u.in != nil) || (row.ScrappedAt != 0) != u.scrapped || (row.Shipped != 0) != u.shipped {
				r.Errorf("unit %s/%s is %+v, want %+v", u.part, u.name, row, u)
			}
		}
		return nil
	})
}
