package graph

import (
	"runtime"
	"sync"
)

// flagged is an edge that was marked while a fold was under way, whose result
// must be marked too.
type flagged struct{ from, to, edge uint32 }

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

func (g *Graph) remember(f flagged) {
	if g.folding {
		g.flagged = append(g.flagged, f)
	}
}

// considerFold folds in the background what hangs in chains, when it is much.
// The lock is held.
func (g *Graph) considerFold(v *View) {
	if n := v.out.n; g.folding || n < foldMin || int(n) < len(v.out.ent)/foldShare {
		return
	}
	g.folding, g.flagged = true, nil
	go g.foldIn(v)
}

// foldIn folds a view's links and puts them under whatever came since.
func (g *Graph) foldIn(v *View) {
	out, in := v.out.fold(v.objects.n), v.in.fold(v.objects.n)
	e := g.Edit()
	defer e.Discard()
	out.since(e, &e.v.out, v.out.n)
	in.since(e, &e.v.in, v.in.n)
	for _, f := range g.flagged {
		out.flag(f.from, f.edge)
		in.flag(f.to, f.edge)
	}
	e.v.out, e.v.in = out, in
	g.folding, g.flagged = false, nil
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
	n := v.objects.n
	lots := make([]bool, n)
	for i := range lots {
		lots[i] = v.isLot(uint32(i))
	}
	plain := make([]bool, len(from))
	mixed := make([]bool, n)
	splitAt := map[uint32]int64{}
	for edge := range from {
		plain[edge] = v.plain(uint32(edge))
		if lot := to[edge]; lots[lot] {
			kind := v.words.all[v.traits.all[v.edges.get(uint32(edge), edgeTrait)].kind]
			if kind == kindSplit {
				splitAt[lot] = max(splitAt[lot], v.edges.get(uint32(edge), edgeAt))
			} else {
				mixed[lot] = true
			}
		}
	}
	for edge, lot := range from {
		if !lots[lot] {
			continue
		}
		if at, split := splitAt[lot]; mixed[lot] || split && v.edges.get(uint32(edge), edgeAt) < at {
			plain[edge] = false
		}
	}
	var both sync.WaitGroup
	both.Go(func() { v.out = sorted(n, from, to, plain) })
	both.Go(func() { v.in = sorted(n, to, from, plain) })
	both.Wait()
}

// sorted are the links of edges by one of their ends.
func sorted(n uint32, by, other []uint32, plain []bool) links {
	l := links{off: make([]uint32, n+1), ent: make([]uint64, len(by))}
	for _, object := range by {
		l.off[object+1]++
	}
	for i := range n {
		l.off[i+1] += l.off[i]
	}
	next := append([]uint32(nil), l.off[:n]...)
	for edge, object := range by {
		flags := uint64(0)
		if !plain[edge] {
			flags = special
		}
		l.ent[next[object]] = entry(other[edge], uint32(edge), flags)
		next[object]++
	}
	return l
}
