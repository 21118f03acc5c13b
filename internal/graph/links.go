package graph

import (
	"cmp"
	"slices"
)

// Limits of a graph: places fit into 32 bits.
const (
	EdgesMax   = 1<<32 - 2
	ObjectsMax = 1<<32 - 2
)

// entry says over which edge to which object.
func entry(object, edge uint32) uint64 { return uint64(object)<<32 | uint64(edge) }

// links are the edges of each object in one direction: those that were folded
// lie one after another by object; those since hang in chains, the newest
// first.
type links struct {
	off    []uint32 // where the entries of an object begin, and after the last
	ent    []uint64
	heads  []*headPage // by object; nil where nothing was added since the fold
	chain  []*chainPage
	n      uint32 // entries in chains
	shared bool   // the list of head pages is a view's too
}

// headPage holds where the chains of pageRows objects begin: 1 + a place, 0
// for none.
type headPage struct {
	head  [pageRows]uint32
	owner *Edit
}

type chained struct {
	entry uint64
	next  uint32 // 1 + a place
}

type chainPage [pageRows]chained

// folded are the entries of an object up to the fold.
func (l *links) folded(object uint32) []uint64 {
	if int(object)+1 >= len(l.off) {
		return nil
	}
	return l.ent[l.off[object]:l.off[object+1]]
}

// newest is where the chain of an object begins.
func (l *links) newest(object uint32) uint32 {
	at := object >> pageBits
	if int(at) >= len(l.heads) || l.heads[at] == nil {
		return 0
	}
	return l.heads[at].head[object&pageMask]
}

func (l *links) at(place uint32) *chained {
	return &l.chain[(place-1)>>pageBits][(place-1)&pageMask]
}

// each gives f the edges of an object, in no order.
func (l *links) each(object uint32, f func(other, edge uint32)) {
	ent := l.folded(object)
	for _, x := range ent {
		f(uint32(x>>32), uint32(x))
	}
	for place := l.newest(object); place != 0; {
		c := l.at(place)
		f(uint32(c.entry>>32), uint32(c.entry))
		place = c.next
	}
}

func (l *links) copied() links {
	c := *l
	c.shared = true
	return c
}

// add appends an entry to an object's chain.
func (l *links) add(e *Edit, object uint32, x uint64) {
	at := int(object >> pageBits)
	if l.shared {
		l.heads = slices.Clone(l.heads)
		l.shared = false
	}
	for len(l.heads) <= at {
		l.heads = append(l.heads, nil)
	}
	h := l.heads[at]
	if h == nil {
		h = &headPage{owner: e}
		l.heads[at] = h
	} else if h.owner != e {
		h = &headPage{head: h.head, owner: e}
		l.heads[at] = h
	}
	if l.n&pageMask == 0 {
		l.chain = append(l.chain[:l.n>>pageBits], new(chainPage))
	}
	c := &l.chain[l.n>>pageBits][l.n&pageMask]
	c.next = h.head[object&pageMask]
	c.entry = x
	l.n++
	h.head[object&pageMask] = l.n
}

// fold is the links of the objects up to n with nothing in chains.
func (l *links) fold(n uint32) links {
	to := links{off: make([]uint32, n+1), ent: make([]uint64, 0, len(l.ent)+int(l.n))}
	for object := range n {
		from := len(to.ent)
		to.off[object] = uint32(from)
		to.ent = append(to.ent, l.folded(object)...)
		place := l.newest(object)
		if place == 0 {
			continue
		}
		for place != 0 {
			c := l.at(place)
			to.ent = append(to.ent, c.entry)
			place = c.next
		}
		slices.SortFunc(to.ent[from:], func(a, b uint64) int { return cmp.Compare(uint32(a), uint32(b)) })
	}
	to.off[n] = uint32(len(to.ent))
	return to
}
