package graph

import (
	"slices"
	"sync/atomic"
)

// An entry says over one edge to which object: object<<32 | edge<<4 | flags.
const (
	edgeShift  = 4
	objectBits = 32
	flagBits   = 1<<edgeShift - 1
	// EdgesMax is how many edges a graph can hold.
	EdgesMax = 1 << (objectBits - edgeShift)
	// ObjectsMax is how many objects a graph can hold.
	ObjectsMax = 1<<objectBits - 2
)

// special marks an entry of which a walk must look at more than where it
// leads. It is set in place, also where older views read: they look, and find
// that nothing had changed then.
const special = 1

func entry(object, edge uint32, flags uint64) uint64 {
	return uint64(object)<<objectBits | uint64(edge)<<edgeShift | flags
}

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
	for i := range ent {
		x := atomic.LoadUint64(&ent[i])
		f(uint32(x>>objectBits), uint32(x)>>edgeShift)
	}
	for place := l.newest(object); place != 0; {
		c := l.at(place)
		x := atomic.LoadUint64(&c.entry)
		f(uint32(x>>objectBits), uint32(x)>>edgeShift)
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
	atomic.StoreUint64(&c.entry, x)
	l.n++
	h.head[object&pageMask] = l.n
}

// flag marks the entry of an edge of an object as special.
func (l *links) flag(object, edge uint32) {
	ent := l.folded(object)
	i, _ := slices.BinarySearchFunc(ent, edge, func(x uint64, edge uint32) int { return int(uint32(x)>>edgeShift) - int(edge) })
	if i < len(ent) && uint32(atomic.LoadUint64(&ent[i]))>>edgeShift == edge {
		atomic.OrUint64(&ent[i], special)
		return
	}
	for place := l.newest(object); place != 0; {
		c := l.at(place)
		if uint32(atomic.LoadUint64(&c.entry))>>edgeShift == edge {
			atomic.OrUint64(&c.entry, special)
			return
		}
		place = c.next
	}
}

// flagAll marks all entries of an object.
func (l *links) flagAll(object uint32) {
	ent := l.folded(object)
	for i := range ent {
		atomic.OrUint64(&ent[i], special)
	}
	for place := l.newest(object); place != 0; {
		c := l.at(place)
		atomic.OrUint64(&c.entry, special)
		place = c.next
	}
}

// fold is the links of the objects up to n with nothing in chains.
func (l *links) fold(n uint32) links {
	total := len(l.ent) + int(l.n)
	to := links{off: make([]uint32, n+1), ent: make([]uint64, 0, total)}
	for object := range n {
		to.off[object] = uint32(len(to.ent))
		ent := l.folded(object)
		if l.newest(object) == 0 {
			for i := range ent {
				to.ent = append(to.ent, atomic.LoadUint64(&ent[i]))
			}
			continue
		}
		from := len(to.ent)
		for i := range ent {
			to.ent = append(to.ent, atomic.LoadUint64(&ent[i]))
		}
		for place := l.newest(object); place != 0; {
			c := l.at(place)
			to.ent = append(to.ent, atomic.LoadUint64(&c.entry))
			place = c.next
		}
		slices.SortFunc(to.ent[from:], byEdge)
	}
	to.off[n] = uint32(len(to.ent))
	return to
}

func byEdge(a, b uint64) int { return int(uint32(a)>>edgeShift) - int(uint32(b)>>edgeShift) }
