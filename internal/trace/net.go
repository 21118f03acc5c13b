// Package trace answers what went into what: backward, forward and from sets,
// with what is certain and what is only possible told apart.
//
// A question loads the part of the genealogy that it can reach by SQL, one
// statement a frontier, and then walks it in memory. It is right before it is
// fast, and the measure for anything faster. Nothing recurses, so that any
// depth and any loop ends.
package trace

import (
	"cmp"
	"math"
	"math/big"

	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
)

// node is an object in the loaded part.
type node struct {
	genealogy.Row
	out, in []*arc
	// content is what a lot is made of, by pool: material installed into it, or
	// issued to the order that made it.
	content map[string]*mix
	// candidates are what may be at a position, one of which is.
	candidates map[choice][]int64

	named string // its ref, once that was asked for
}

// ref names the object in answers.
func (n *node) ref() string {
	if n.named == "" {
		n.named = n.Object().Ref()
	}
	return n.named
}

// choice is a group of candidates at a position.
type choice struct{ group, position string }

// arc is an edge as a walk sees it: from a component to what it went into.
type arc struct {
	from, to  *node
	kind      string // install, split, belongs, issue, order_lot, member_of
	fact      int64
	must      bool // for its lot alone; joint pools are decided by the walk
	begin     moment.Time
	end       moment.Time
	min, max  quantity.Quantity
	position  string
	group     string
	at        moment.Time
	pool      *pool       // of an issue
	first     moment.Time // of an issue: when the first of it was given
	into      string      // the mix of a lot that it adds to
	deviation string

	carriedBy *walk // the walk whose quantities it carries
}

// The kinds of arcs beside the kinds of edges.
const (
	belongsArc  = "belongs"   // a received lot to its unit
	issueArc    = "issue"     // a lot to an order's member or lot
	orderLotArc = "order_lot" // an order's lot to its member: only as the first of a path
	memberArc   = "member_of" // a member to its order's lot: only as the last of a path
)

// timeless says that the moment at which the arc begins takes nobody out.
func (a *arc) timeless() bool {
	return a.kind == issueArc || a.kind == orderLotArc || a.kind == memberArc
}

const (
	ever  = moment.Time(math.MinInt64)
	never = moment.Never
)

// pool is a line of an order BOM with what was issued to it: who of the
// members got which of the lots is not known.
type pool struct {
	rest  map[int64]quantity.Quantity // by lot
	sum   quantity.Quantity           // of all rest
	short quantity.Quantity
	need  map[int64]quantity.Quantity // by member
	loose bool                        // on no line of the order BOM
	only  bool                        // the order makes one unit
	ratio map[int64]quantity.Quantity // of lots that are not counted one for one
}

// own is a quantity of the line in a lot's own unit.
func (p *pool) own(lot int64, q quantity.Quantity) quantity.Quantity {
	if ratio := p.ratio[lot]; ratio != 0 {
		return mul(q, ratio)
	}
	return q
}

// bounds are the least and the most that a member has of a set of lots of the
// pool that hold some of rest together.
func (p *pool) bounds(member int64, some quantity.Quantity) (least, most quantity.Quantity) {
	if p.loose {
		if p.only {
			return some, some
		}
		return 0, some
	}
	need := p.need[member]
	return max(0, need-(p.sum-some)-p.short), min(need, some)
}

// mix is what a lot holds at one position: who draws from the lot gets a part
// of it, by the pool rule on the quantity drawn.
type mix struct {
	rest map[int64]quantity.Quantity // by lot or unit that went in
	sum  quantity.Quantity
	per  quantity.Quantity // needed for one piece of the lot; 0: what there is, shared evenly
	// Of merges: what came in when, and what was in the lot before the first.
	parts []merged
	own   quantity.Quantity
}

// merged is a quantity that was merged into a lot.
type merged struct {
	from    int64
	q       quantity.Quantity
	at      moment.Time
	blended bool
}

// surely says whether a draw of d at a time surely holds some of the lots that
// ours tells: blended, it does; loose, when more is drawn than of all others.
// An issue may have been drawn at another time: of what came in after the first
// of it nothing is sure.
func (m *mix) surely(d quantity.Quantity, a *arc, ours func(id int64) bool) bool {
	others, any := m.own, false
	for _, p := range m.parts {
		switch {
		case p.at > a.begin && !a.timeless():
		case !ours(p.from):
			others += p.q
		case a.kind == issueArc && p.at > a.first:
		case p.blended:
			return true
		default:
			any = true
		}
	}
	return any && d > others
}

// allOf says whether a lot that was merged is of nothing but what ours tells.
func (m *mix) allOf(ours func(id int64) bool) bool {
	for _, p := range m.parts {
		if !ours(p.from) {
			return false
		}
	}
	return m.own == 0
}

func (m *mix) add(id int64, q quantity.Quantity) {
	m.rest[id] += q
	m.sum += q
}

// sure says whether a draw of d from a lot of the given size surely holds some
// of the parts that make up whole.
func (m *mix) sure(d, size, whole quantity.Quantity) bool {
	if whole == 0 || size <= 0 {
		return false
	}
	rat := func(q quantity.Quantity) *big.Rat { return q.Rat() }
	per := rat(m.per)
	if m.per == 0 {
		per = new(big.Rat).Quo(rat(m.sum), rat(size))
	}
	short := new(big.Rat).Sub(new(big.Rat).Mul(rat(size), per), rat(m.sum))
	if short.Sign() < 0 {
		short.SetInt64(0)
	}
	least := new(big.Rat).Mul(rat(d), per)
	least.Sub(least, rat(m.sum-whole)).Sub(least, short)
	return least.Sign() > 0
}

// net is the loaded part of the genealogy.
type net struct {
	nodes  map[int64]*node
	arcs   []*arc
	orders map[string]*orderPart
}

// orderPart is what is loaded of an order.
type orderPart struct {
	order.Order
	lines   []order.Line
	issues  []genealogy.IssueRow
	members []*node
	lots    []*node
	// former were members until a moment; doneAt is when those were done that
	// it reworked (moment.Never: not yet).
	former map[int64]moment.Time
	doneAt map[int64]moment.Time
	// scrapped in the order, by lot
	scrapped map[int64]quantity.Quantity
	// ratios of substitutes that do not go one for one, by line and part; parts
	// are what the lots are that it may matter for.
	ratios map[int64]map[string]quantity.Quantity
	parts  map[int64]string
}

func newNet() *net { return &net{nodes: map[int64]*node{}, orders: map[string]*orderPart{}} }

func (n *net) link(a *arc) {
	n.arcs = append(n.arcs, a)
	a.from.out = append(a.from.out, a)
	a.to.in = append(a.to.in, a)
}

// compare orders objects in answers: part number, kind (lot before unit), name.
func (a *node) compare(b *node) int {
	return cmp.Or(cmp.Compare(a.PartNumber, b.PartNumber), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
}

// madeByOrder says that a lot came out of an order, itself or by splits: what
// went into the order reaches its units by the pool rule only.
func (n *node) madeByOrder() bool { return n.Kind == genealogy.LotKind && n.Order != "" }
