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

func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", checks); err != nil {
		panic(err)
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
	holds      int
	parent     *lot // that it was split from
}

// unit is a unit of the model.
type unit struct {
	part, name string
	from       int
	order      string
	in         *stay
	stays      []*stay
	holds      int
	shipped    bool
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

func (l *lot) has(pieces, at int) bool { return at >= l.from && l.stockFrom(at) >= pieces }

func (l *lot) move(at, pieces int) { l.stock = append(l.stock, change{at, pieces}) }

// free says whether a unit is nowhere else at a moment, and from then on.
func (u *unit) free(at int) bool {
	if u.scrapped || u.shipped || u.in != nil || at < u.from {
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
	l.from = min(l.from, at)
	l.move(at, pieces)
	return true
}

func (p *plant) issue(order string, l *lot, pieces, at int) bool {
	if l.holds > 0 || !l.has(pieces, at) {
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
	case u.scrapped, u.shipped, at < u.from, l.holds > 0:
		return false
	case p.filled(u, l.part)+pieces > takes[u.part][l.part]:
		return false
	case drawn < pieces && !l.has(pieces-drawn, at):
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
	switch {
	case u.scrapped, u.shipped, at < u.from, child.holds > 0, !child.free(at), u.inside(child):
		return false
	case p.filled(u, child.part)+1 > takes[u.part][child.part]:
		return false
	}
	child.in = &stay{unit: child, parent: u, part: child.part, from: at, pieces: 1}
	child.stays = append(child.stays, child.in)
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
			child.scrapped = child.scrapped || to == "scrap"
			if to == "quarantine" {
				child.holds++
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
	l := &lot{part: from.part, name: name, from: at, parent: from, holds: from.holds}
	if held {
		l.holds++
	}
	l.move(at, pieces)
	p.lots[l.part+"/"+name] = l
}

func (p *plant) split(l *lot, name string, pieces, at int) bool {
	if p.lots[l.part+"/"+name] != nil || !l.has(pieces, at) {
		return false
	}
	l.move(at, -pieces)
	p.newLot(l, name, pieces, at, false)
	return true
}

func (p *plant) scrapLot(l *lot, pieces, at int) bool {
	if !l.has(pieces, at) {
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
	if u.holds > 0 || !u.free(at) {
		return false
	}
	u.shipped = true
	return true
}

func sorted[T any](m map[string]T) (all []T) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		all = append(all, m[k])
	}
	return all
}
