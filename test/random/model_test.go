// Package random_test drives random commands against the program and against a
// model of a plant that is as simple as it can be, and compares the two.
package random_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"

	"lotline/internal/store/storetest"
)

// checks is how many runs there are; -rapid.checks asks for more.
const checks = "25"

// seed makes every run of the tests the same; -rapid.seed=0 draws another.
const seed = "20261125"

func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.checks": checks, "rapid.seed": seed} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	storetest.Main(m)
}

// change is something that added to a lot's stock or took from it.
type change struct{ at, pieces int }

// lot is a lot of the model.
type lot struct {
	part, name string
	from       int // when it came to be
	stock      []change
	parent     *lot   // that it was split from
	merged     []*lot // that were put into it
	made       bool   // something made it
}

// unit is a unit of the model.
type unit struct {
	part, name string
	from       int
	order      string
	in         *stay
	stays      []*stay
	shipped    bool
	shippedAt  int
	backAt     int // when it came back last
	scrapped   bool
}

// stay is something in a unit, from a moment until it was taken out.
type stay struct {
	unit   *unit // either of
	lot    *lot
	parent *unit
	part   string
	from   int
	until  int // 0: still in
	pieces int
	out    int // pieces that were taken out
}

// plant is the model.
type plant struct {
	lots   map[string]*lot
	units  map[string]*unit
	stays  []*stay
	issued map[string]map[*lot]int // by order: not yet installed, given back or scrapped
	given  map[string]map[*lot]bool
	holds  []*hold
	loose  bool // what is held, or not whole, does not matter; stock is looked at when all is done
}

// hold is a hold on a lot or a unit.
type hold struct {
	lot  *lot
	unit *unit
	at   int
}

func newPlant() *plant {
	return &plant{lots: map[string]*lot{}, units: map[string]*unit{}, issued: map[string]map[*lot]int{}, given: map[string]map[*lot]bool{}}
}

// takes is how many of a part go into one unit.
var takes = map[string]map[string]int{
	"CART":  {"AXLE": 1, "WHEEL": 2, "HUB": 1},
	"TRAIN": {"CART": 2},
}

// stockFrom is the least that a lot has at a moment and at any later one.
func (l *lot) stockFrom(at int) int {
	least := l.stockAt(at)
	for _, c := range l.stock {
		if c.at > at {
			least = min(least, l.stockAt(c.at))
		}
	}
	return least
}

func (l *lot) stockAt(at int) (n int) {
	for _, c := range l.stock {
		if c.at <= at {
			n += c.pieces
		}
	}
	return n
}

func (p *plant) has(l *lot, pieces, at int) bool {
	return p.loose || at >= l.from && l.stockFrom(at) >= pieces
}

// possible says whether all that a loose plant did can have been.
func (p *plant) possible() bool {
	for _, l := range p.lots {
		if !l.made {
			return false
		}
		for _, c := range l.stock {
			if l.stockAt(c.at) < 0 {
				return false
			}
		}
	}
	return true
}

// theLot is a lot of the same name; a loose plant expects it to be made yet.
func (p *plant) theLot(l *lot) *lot {
	found := p.lots[l.part+"/"+l.name]
	if found == nil && p.loose {
		found = &lot{part: l.part, name: l.name, from: 1 << 40}
		p.lots[l.part+"/"+l.name] = found
	}
	return found
}

func (p *plant) theUnit(u *unit) *unit { return p.units[u.part+"/"+u.name] }

func (l *lot) move(at, pieces int) { l.stock = append(l.stock, change{at, pieces}) }

// free says whether a unit is nowhere else at a moment, and from then on.
func (u *unit) free(at int) bool {
	if u.scrapped || u.shipped || u.in != nil || at < u.from || u.backAt > at {
		return false
	}
	for _, s := range u.stays {
		if s.until > at {
			return false
		}
	}
	return true
}

// inside says whether a unit is, or is somewhere in, another.
func (u *unit) inside(other *unit) bool {
	for at := u; at != nil; {
		if at == other {
			return true
		}
		if at.in == nil {
			return false
		}
		at = at.in.parent
	}
	return false
}

// top is the outermost unit that a unit is in.
func (u *unit) top() *unit {
	for u.in != nil {
		u = u.in.parent
	}
	return u
}

// filled is how many of a part are in a unit.
func (p *plant) filled(u *unit, part string) (n int) {
	for _, s := range p.stays {
		if s.parent == u && s.part == part {
			n += s.pieces - s.out
		}
	}
	return n
}

func (p *plant) receive(part, name string, pieces, at int) bool {
	l := p.lots[part+"/"+name]
	if l == nil {
		l = &lot{part: part, name: name, from: at}
		p.lots[part+"/"+name] = l
	}
	l.from, l.made = min(l.from, at), true
	l.move(at, pieces)
	return true
}

func (p *plant) issue(order string, l *lot, pieces, at int) bool {
	if p.blocked(l, nil) || !p.has(l, pieces, at) {
		return false
	}
	l.move(at, -pieces)
	if p.issued[order] == nil {
		p.issued[order], p.given[order] = map[*lot]int{}, map[*lot]bool{}
	}
	p.issued[order][l] += pieces
	p.given[order][l] = true
	return true
}

func (p *plant) giveBack(order string, l *lot, pieces, at int) bool {
	if p.issued[order][l] < pieces {
		return false
	}
	p.issued[order][l] -= pieces
	l.move(at, pieces)
	return true
}

func (p *plant) installLot(u *unit, l *lot, pieces, at int) bool {
	drawn := min(pieces, p.issued[u.order][l])
	switch {
	case u.scrapped, u.top().shipped, at < u.from, p.blocked(l, nil):
		return false
	case p.filled(u, l.part)+pieces > takes[u.part][l.part]:
		return false
	case drawn < pieces && !p.has(l, pieces-drawn, at):
		return false
	}
	if drawn > 0 {
		p.issued[u.order][l] -= drawn
	}
	if drawn < pieces {
		l.move(at, drawn-pieces)
	}
	p.stays = append(p.stays, &stay{lot: l, parent: u, part: l.part, from: at, pieces: pieces})
	return true
}

func (p *plant) installUnit(u, child *unit, at int) bool {
	switch field := u.top().shipped; {
	case u.scrapped, at < u.from, p.blocked(nil, child), u.inside(child):
		return false
	case !field && !child.free(at), field && (!child.shipped || child.in != nil || child.scrapped || at < child.shippedAt):
		return false
	case p.filled(u, child.part)+1 > takes[u.part][child.part]:
		return false
	}
	child.in = &stay{unit: child, parent: u, part: child.part, from: at, pieces: 1}
	child.stays = append(child.stays, child.in)
	child.shipped = false // it is where its parent is
	p.stays = append(p.stays, child.in)
	return true
}

// remove takes one piece out of the first that still holds some.
func (p *plant) remove(u *unit, l *lot, child *unit, to string, at int) bool {
	for _, s := range p.stays {
		if s.parent != u || s.lot != l || s.unit != child || s.out == s.pieces {
			continue
		}
		if at < s.from {
			return false
		}
		if s.out++; s.out == s.pieces {
			s.until = at
		}
		if child != nil {
			child.in = nil
			child.shipped, child.shippedAt = u.top().shipped, at
			child.scrapped = child.scrapped || to == "scrap"
			if to == "quarantine" {
				p.holds = append(p.holds, &hold{unit: child, at: at})
			}
		} else if to != "scrap" {
			p.newLot(l, freeName(p, l), 1, at, to == "quarantine")
		}
		return true
	}
	return false
}

func freeName(p *plant, l *lot) string {
	for n := 1; ; n++ {
		if name := fmt.Sprintf("%s-R%d", l.name, n); p.lots[l.part+"/"+name] == nil {
			return name
		}
	}
}

func (p *plant) newLot(from *lot, name string, pieces, at int, held bool) {
	l := p.lots[from.part+"/"+name]
	if l == nil {
		l = &lot{part: from.part, name: name}
	}
	l.from, l.parent, l.made = at, from, true
	if held {
		p.holds = append(p.holds, &hold{lot: l, at: at})
	}
	l.move(at, pieces)
	p.lots[l.part+"/"+name] = l
}

func (p *plant) split(l *lot, name string, pieces, at int) bool {
	if old := p.lots[l.part+"/"+name]; old != nil && old.made || !p.has(l, pieces, at) {
		return false
	}
	l.move(at, -pieces)
	p.newLot(l, name, pieces, at, false)
	return true
}

func (p *plant) scrapLot(l *lot, pieces, at int) bool {
	if !p.has(l, pieces, at) {
		return false
	}
	l.move(at, -pieces)
	return true
}

func (p *plant) scrapUnit(u *unit, at int) bool {
	if !u.free(at) {
		return false
	}
	u.scrapped = true
	return true
}

func (p *plant) ship(u *unit, at int) bool {
	if p.blocked(nil, u) || !p.whole(u) || !u.free(at) {
		return false
	}
	u.shipped, u.shippedAt = true, at
	return true
}

func (p *plant) giveBackUnit(u *unit, at int) bool {
	if !u.shipped || u.in != nil || at < u.shippedAt {
		return false
	}
	u.shipped, u.backAt = false, at
	return true
}

func (p *plant) merge(from *lot, name string, pieces, at int) bool {
	into := p.lots[from.part+"/"+name]
	switch {
	case into == from, !p.has(from, pieces, at), p.blocked(from, nil):
		return false
	case into != nil && !p.loose && (at < into.from || p.blocked(into, nil)):
		return false
	case into == nil:
		into = &lot{part: from.part, name: name, from: at}
		p.lots[from.part+"/"+name] = into
	}
	into.from, into.made = min(into.from, at), true
	from.move(at, -pieces)
	into.move(at, pieces)
	into.merged = append(into.merged, from)
	return true
}

func (p *plant) adjust(l *lot, pieces, at int) bool {
	if pieces > 0 && at < l.from && !p.loose || pieces < 0 && !p.has(l, -pieces, at) {
		return false
	}
	l.move(at, pieces)
	return true
}

func (p *plant) hold(l *lot, at int) bool {
	if at < l.from && !p.loose {
		return false
	}
	p.holds = append(p.holds, &hold{lot: l, at: at})
	return true
}

func (p *plant) unhold(l *lot, at int) bool {
	of := func(h *hold) bool { return h.lot == l }
	i := slices.IndexFunc(p.holds, of)
	if p.loose && i < 0 {
		return true
	}
	if i < 0 || !p.loose && (slices.ContainsFunc(p.holds[i+1:], of) || at < p.holds[i].at) {
		return false
	}
	p.holds = slices.Delete(p.holds, i, i+1)
	return true
}

// whole says whether all that is followed by serial is in a unit.
func (p *plant) whole(u *unit) bool {
	for part, n := range takes[u.part] {
		if filled := p.filled(u, part); (part == "HUB" || part == "CART") && filled != n && !p.loose {
			return false
		}
	}
	return true
}

// Classes of what a hold reaches.
const (
	may  = 1
	must = 2
)

// blocked says whether any hold surely reaches a lot or a unit.
func (p *plant) blocked(l *lot, u *unit) bool {
	for _, h := range p.holds {
		lots, units := p.reach(h)
		if !p.loose && (l != nil && lots[l] == must || u != nil && units[u] == must) {
			return true
		}
	}
	return false
}

// reach is all that a hold reaches: looked for over and over until nothing new
// is found.
func (p *plant) reach(h *hold) (lots map[*lot]int, units map[*unit]int) {
	lots, units = map[*lot]int{h.lot: must}, map[*unit]int{h.unit: must}
	delete(lots, nil)
	delete(units, nil)
	for changed := true; changed; {
		changed = false
		better := func(class, than int) int {
			if class > than {
				changed = true
				return class
			}
			return than
		}
		for _, l := range p.lots {
			lots[l] = better(lots[l.parent], lots[l])
			for _, from := range l.merged {
				lots[l] = better(min(lots[from], may), lots[l])
			}
		}
		for _, s := range p.stays {
			if s.out == s.pieces {
				continue
			}
			if s.lot != nil {
				units[s.parent] = better(lots[s.lot], units[s.parent])
			} else {
				units[s.parent] = better(units[s.unit], units[s.parent])
			}
		}
		for order := range p.issued {
			for _, part := range []string{"AXLE", "WHEEL"} {
				p.pool(order, part, lots, func(u *unit, class int) { units[u] = better(class, units[u]) })
			}
		}
	}
	return lots, units
}

// pool tells who of an order's members has some of the reached lots of a part.
func (p *plant) pool(order, part string, lots map[*lot]int, tell func(*unit, int)) {
	var sum, any, sure, needed int
	for l, rest := range p.issued[order] {
		if l.part == part {
			sum += rest
			if lots[l] > 0 {
				any += rest
			}
			if lots[l] == must {
				sure += rest
			}
		}
	}
	need := map[*unit]int{}
	for _, u := range p.units {
		if u.order != order {
			continue
		}
		need[u] = takes[u.part][part]
		for _, s := range p.stays {
			if s.parent == u && s.part == part {
				need[u] -= s.pieces
			}
		}
		need[u] = max(0, need[u])
		needed += need[u]
	}
	short := max(0, needed-sum)
	for u, n := range need {
		if min(n, any) > 0 {
			class := may
			if n-(sum-sure)-short > 0 {
				class = must
			}
			tell(u, class)
		}
	}
}

func sorted[T any](m map[string]T) (all []T) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		all = append(all, m[k])
	}
	return all
}
