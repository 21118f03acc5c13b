package graph

import (
	"runtime"
	"sync"
)

// foldMin is how many edges hang in chains before they are folded; beyond it, a
// share of all edges.
const (
	foldMin   = 1 << 14
	foldShare = 16
)

// FoldsDone waits until no fold is under way. For tests and measurements.
func (g *Graph) FoldsDone() {
	for {
		g.lock.Lock()
		running := g.folding
		g.lock.Unlock()
		if !running {
			return
		}
		runtime.Gosched()
	}
}

// considerFold folds in the background what hangs in chains, when it is much.
// The lock is held.
func (g *Graph) considerFold(v *View) {
	if n := v.out.n; g.folding || n < foldMin || int(n) < len(v.out.ent)/foldShare {
		return
	}
	g.folding = true
	go g.foldIn(v)
}

// foldIn folds a view's links and puts them under whatever came since.
func (g *Graph) foldIn(v *View) {
	out, in := v.out.fold(v.objects.n), v.in.fold(v.objects.n)
	e := g.Edit()
	defer e.Discard()
	out.since(e, &e.v.out, v.out.n)
	in.since(e, &e.v.in, v.in.n)
	e.v.out, e.v.in = out, in
	g.folding = false
	next := e.v
	g.view.Store(&next)
}

// since adds the entries that others hang in chains after the first n.
func (l *links) since(e *Edit, other *links, n uint32) {
	if other.n == n {
		return
	}
	for at, h := range other.heads {
		if h == nil {
			continue
		}
		for i, place := range h.head {
			var newer []uint64
			for place > n {
				c := other.at(place)
				newer = append(newer, c.entry)
				place = c.next
			}
			for k := len(newer) - 1; k >= 0; k-- {
				l.add(e, uint32(at<<pageBits|i), newer[k])
			}
		}
	}
}

// sortEdges makes the links of a graph whose edges all came at once.
func (v *View) sortEdges(from, to []uint32) {
	var both sync.WaitGroup
	both.Go(func() { v.out = sorted(v.objects.n, from, to) })
	both.Go(func() { v.in = sorted(v.objects.n, to, from) })
	both.Wait()
}

// sorted are the links of edges by one of their ends.
func sorted(n uint32, by, other []uint32) links {
	l := links{off: make([]uint32, n+1), ent: make([]uint64, len(by))}
	for _, object := range by {
		l.off[object+1]++
	}
	for i := range n {
		l.off[i+1] += l.off[i]
	}
	next := append([]uint32(nil), l.off[:n]...)
	for edge, object := range by {
		l.ent[next[object]] = entry(other[edge], uint32(edge))
		next[object]++
	}
	return l
}
