package trace

import (
	"maps"
	"slices"
	"strconv"

	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
)

type quantityOf = quantity.Quantity

const one = quantity.One

func itoa(i int) string { return strconv.Itoa(i) }

// linkOrder links what was issued to an order with its members, by the pool
// rule of each line, and with the lots it made, always.
func (l *loader) linkOrder(o *orderPart) {
	byLine := map[int64]map[int64]quantity.Quantity{}
	times := map[[2]int64]issued{}
	for i := range o.issues {
		issue := &o.issues[i]
		if byLine[issue.Line] == nil {
			byLine[issue.Line] = map[int64]quantity.Quantity{}
		}
		byLine[issue.Line][issue.ObjectID] += o.counted(issue.Line, issue.ObjectID, issue.Quantity)
		if issue.Quantity > 0 {
			key := [2]int64{issue.Line, issue.ObjectID}
			times[key] = times[key].and(issue)
		}
	}
	l.installedUnder(o, byLine)
	for _, number := range slices.Sorted(maps.Keys(byLine)) {
		p := &pool{rest: map[int64]quantity.Quantity{}, need: map[int64]quantity.Quantity{}, ratio: map[int64]quantity.Quantity{}, loose: number < 0, only: o.Quantity == one}
		for lot, rest := range byLine[number] {
			if rest > 0 {
				p.rest[lot], p.ratio[lot] = rest, o.ratios[number][o.parts[lot]]
				p.sum += rest
			}
		}
		members := l.needs(o, number, p)
		l.mixLots(o, p, number)
		for _, lot := range slices.Sorted(maps.Keys(p.rest)) {
			if from := l.net.nodes[lot]; from != nil {
				l.linkIssue(o, p, number, from, members, times[[2]int64{number, lot}])
			}
		}
	}
}

// issued is when a lot was issued to a line: the last of it, and the first time.
type issued struct {
	last  *genealogy.IssueRow
	first moment.Time
}

func (i issued) and(row *genealogy.IssueRow) issued {
	if i.last == nil || row.At < i.first {
		i.first = row.At
	}
	i.last = row
	return i
}

// installedUnder takes what was installed, or scrapped, out of what was issued.
func (l *loader) installedUnder(o *orderPart, byLine map[int64]map[int64]quantity.Quantity) {
	for _, e := range l.under[o.Order.Order] {
		takeOut(byLine, e.FromID, o.counted(e.Line, e.FromID, e.FromOrder), e.Line)
	}
	for lot, q := range o.scrapped {
		for line := range o.ratios {
			if byLine[line][lot] > 0 {
				q = o.counted(line, lot, q)
				break
			}
		}
		takeOut(byLine, lot, q, -1)
	}
}

// counted is a quantity of a lot in the unit of a line: a substitute may not go
// one for one.
func (o *orderPart) counted(line, lot int64, q quantity.Quantity) quantity.Quantity {
	ratio := o.ratios[line][o.parts[lot]]
	if ratio == 0 {
		return q
	}
	return share(q, one, ratio, false)
}

// takeOut lowers what is left of a lot, at its line first.
func takeOut(byLine map[int64]map[int64]quantity.Quantity, lot int64, left quantity.Quantity, first int64) {
	for _, line := range append([]int64{first}, slices.Sorted(maps.Keys(byLine))...) {
		if some := min(left, byLine[line][lot]); some > 0 {
			byLine[line][lot] -= some
			left -= some
		}
	}
}

// needs works out what each member still needs of a line, and what is short
// over the whole order; it answers the members that the line serves.
func (l *loader) needs(o *orderPart, number int64, p *pool) []*node {
	if p.loose {
		return o.members
	}
	line := o.line(number)
	if line == nil {
		p.loose = true
		return o.members
	}
	per, owner := line.PerOwner, line.OwnerLine
	members := o.of(o.lines[owner].PartNumber)
	for len(members) == 0 && owner > 0 {
		above := &o.lines[owner]
		per = mul(per, above.PerOwner)
		owner = above.OwnerLine
		members = o.of(o.lines[owner].PartNumber)
	}
	var need quantity.Quantity
	for _, m := range members {
		n := per
		for _, e := range l.into[m.ID] {
			if e.Kind == genealogy.InstallEdge && e.Line == number && e.Order == o.Order.Order && o.before(m, e.At) {
				n -= o.counted(number, e.FromID, e.Quantity)
			}
		}
		p.need[m.ID] = max(0, n)
		need += max(0, n)
	}
	if o.State != order.Closed {
		expected := int64(o.lines[owner].Quantity / one)
		if owner == 0 {
			expected -= int64(o.Gone / one)
		}
		if more := expected - int64(len(members)); more > 0 {
			need += quantity.Quantity(more) * per
		}
	}
	p.short = max(0, need-p.sum)
	return members
}

// before says whether a member was not completed at a time, by this order.
func (o *orderPart) before(m *node, at moment.Time) bool {
	if done, reworked := o.doneAt[m.ID]; reworked {
		return at <= done
	}
	return m.CompletedAt == 0 || at <= m.CompletedAt
}

func mul(a, b quantity.Quantity) quantity.Quantity {
	q, err := quantity.FromRat(a.Rat().Mul(a.Rat(), b.Rat()), true)
	if err != nil {
		return quantity.Quantity(1 << 62)
	}
	return q
}

func (o *orderPart) line(number int64) *order.Line {
	if number < 0 || number >= int64(len(o.lines)) {
		return nil
	}
	return &o.lines[number]
}

func (o *orderPart) of(part string) []*node {
	var found []*node
	for _, m := range o.members {
		if m.PartNumber == part {
			found = append(found, m)
		}
	}
	return found
}

func (l *loader) linkIssue(o *orderPart, p *pool, number int64, from *node, members []*node, times issued) {
	var fact int64
	var at moment.Time
	deviation := ""
	if issue := times.last; issue != nil {
		fact, at, deviation = issue.ID, issue.At, issue.Deviation
	}
	position := ""
	if line := o.line(number); line != nil {
		position = line.Position
	}
	for _, m := range members {
		least, most := p.bounds(m.ID, p.rest[from.ID])
		if most > 0 {
			least, most = p.own(from.ID, least), p.own(from.ID, most)
			l.net.link(&arc{from: from, to: m, kind: issueArc, fact: fact, must: least > 0, begin: ever, end: never, min: least, max: most, position: position, at: at, first: times.first, pool: p, deviation: deviation})
		}
	}
	all := p.own(from.ID, p.rest[from.ID])
	l.linkFormer(o, p, number, from, position, fact)
	for _, lot := range o.lots {
		if lot.ID == from.ID || lot.Origin != genealogy.OriginMade {
			continue
		}
		l.net.link(&arc{from: from, to: lot, kind: issueArc, fact: fact, must: true, begin: ever, end: never, min: all, max: all, position: position, at: at, first: times.first, into: intoOf(number)})
	}
}

// mixLots says of what the lots are made that an order made: of all that was
// issued to a line, whether or not a walk meets it.
func (l *loader) mixLots(o *orderPart, p *pool, number int64) {
	for _, lot := range o.lots {
		if lot.Origin != genealogy.OriginMade {
			continue
		}
		for from, rest := range p.rest {
			if from == lot.ID {
				continue
			}
			m := mixOf(lot, intoOf(number))
			m.add(from, rest)
			if line := o.line(number); line != nil {
				m.per = line.PerOwner
			}
		}
	}
}

// intoOf names the mix of what was issued to a line.
func intoOf(number int64) string { return "issue " + itoa(int(number)) }

// linkFormer links what was issued to an order while a unit was its member with
// that unit: it stays with it, as may.
func (l *loader) linkFormer(o *orderPart, p *pool, number int64, from *node, position string, fact int64) {
	for _, id := range slices.Sorted(maps.Keys(o.former)) {
		m := l.net.nodes[id]
		if m == nil {
			continue
		}
		var given quantity.Quantity
		var at moment.Time
		for _, i := range o.issues {
			if i.Line == number && i.ObjectID == from.ID && i.At <= o.former[id] {
				given += i.Quantity
				at = max(at, i.At)
			}
		}
		most := min(given, p.own(from.ID, p.rest[from.ID]))
		if line := o.line(number); line != nil && line.OwnerLine == 0 {
			most = min(most, p.own(from.ID, line.PerOwner))
		}
		if most > 0 {
			l.net.link(&arc{from: from, to: m, kind: issueArc, fact: fact, begin: ever, end: never, max: most, position: position, at: at})
		}
	}
}
