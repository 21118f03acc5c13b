package graph

import (
	"encoding/binary"
	"sync"
	"unsafe"
)

// codes number values that are used again and again. Code 0 is the zero value.
// Values are only added: a view sees those that were there when it was made.
type codes[T comparable] struct {
	all   []T
	index map[T]uint32
	lock  *sync.RWMutex // of the index, which readers ask too
}

func newCodes[T comparable]() codes[T] {
	var zero T
	return codes[T]{all: []T{zero}, index: map[T]uint32{zero: 0}, lock: new(sync.RWMutex)}
}

// code is the number of a value, given now if it is new.
func (c *codes[T]) code(v T) uint32 {
	if known, ok := c.known(v); ok {
		return known
	}
	n := uint32(len(c.all))
	c.all = append(c.all, v)
	c.lock.Lock()
	defer c.lock.Unlock()
	c.index[v] = n
	return n
}

// known is the number of a value that was given one. An edit that was given up
// may have left numbers behind that mean something else now, or nothing.
func (c *codes[T]) known(v T) (uint32, bool) {
	c.lock.RLock()
	defer c.lock.RUnlock()
	n, ok := c.index[v]
	return n, ok && int(n) < len(c.all) && c.all[n] == v
}

// arenaPage is how many bytes of names lie together.
const arenaPage = 1 << 20

// arena holds names of objects one after another, each after its length. It
// only grows; a place in it is where a name begins.
type arena struct {
	pages []*[arenaPage]byte
	n     uint64
}

// nameMax is the longest name that is kept, in bytes.
const nameMax = 1 << 16

// add keeps a name.
func (a *arena) add(name string) uint64 {
	need := uint64(len(name) + binary.MaxVarintLen32)
	if a.n%arenaPage+need > arenaPage || a.n == uint64(len(a.pages))*arenaPage {
		a.n = uint64(len(a.pages)) * arenaPage
		a.pages = append(a.pages, new([arenaPage]byte))
	}
	at := a.n
	page := a.pages[at/arenaPage]
	i := int(at % arenaPage)
	i += binary.PutUvarint(page[i:], uint64(len(name)))
	i += copy(page[i:], name)
	a.n = at/arenaPage*arenaPage + uint64(i)
	return at
}

// name is what lies at a place. Its bytes are the arena's own.
func (a *arena) name(at int64) string {
	page := a.pages[at/arenaPage][at%arenaPage:]
	size, n := binary.Uvarint(page)
	if size == 0 {
		return ""
	}
	return unsafe.String(&page[n], int(size))
}
