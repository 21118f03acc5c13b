package graph

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

// deed of the test: a row that is put into a graph.
type put func(e *Edit) error

// grown are rows as a plant would put them: objects, edges, removals, moves.
func grown(n int) (all []put) {
	r := rand.New(rand.NewPCG(1, 2))
	id := int64(0)
	var objects, edges []int64
	for range n {
		id++
		switch at := id; {
		case len(objects) < 10 || r.IntN(4) == 0:
			o := Object{ID: at, Part: fmt.Sprint("P", r.IntN(5)), Kind: []string{"lot", "unit"}[r.IntN(2)], Name: fmt.Sprint("N", at), Order: fmt.Sprint("O", r.IntN(3)), At: at * 1_000_000}
			all = append(all, func(e *Edit) error { return e.Object(o) })
			objects = append(objects, at)
		case len(edges) > 0 && r.IntN(8) == 0: // what changes is old, as a rule
			x := Removal{ID: at, Edge: edges[r.IntN(len(edges))], Quantity: 1, At: at}
			all = append(all, func(e *Edit) error { return e.Removal(&x) })
		case r.IntN(8) == 0:
			m := Movement{ID: at, Object: objects[r.IntN(len(objects))], At: at, Quantity: 1, Term: "moved", Location: fmt.Sprint("L", r.IntN(9))}
			all = append(all, func(e *Edit) error { return e.Movement(&m) })
		case r.IntN(8) == 0:
			unit, lot := objects[r.IntN(len(objects))], objects[r.IntN(len(objects))]
			all = append(all, func(e *Edit) error { return e.Belongs(unit, lot) })
		default:
			x := Edge{ID: at, From: objects[r.IntN(len(objects))], To: objects[r.IntN(len(objects))], Kind: "install", Certainty: "must", Quantity: int64(1 + r.IntN(3)), At: at, EndedAt: never}
			all = append(all, func(e *Edit) error { return e.Edge(&x) })
			edges = append(edges, at)
		}
	}
	return all
}

func grow(t *testing.T, g *Graph, all []put, seq int64) {
	t.Helper()
	e := g.Edit()
	for _, p := range all {
		if err := p(e); err != nil {
			t.Fatal(err)
		}
	}
	e.Publish(seq)
}

// TestViewsNeverChange puts the same rows at once, and by and by while others
// read and the links are folded: all views are what they were.
func TestViewsNeverChange(t *testing.T) {
	const size, step = 60_000, 499
	all := grown(size)
	g := New()
	var middle *View
	var readers sync.WaitGroup
	ended := make(chan struct{})
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-ended:
					return
				default:
				}
				v := g.View()
				for i := range uint32(min(v.Objects(), 50)) {
					v.Object(i)
					v.Out(i, func(to, edge uint32) { v.Edge(edge, 0, v.ObjectID(to)) })
				}
			}
		})
	}
	at := 0
	for ; at < size; at += step {
		grow(t, g, all[at:min(at+step, size)], int64(at))
		if at+step > size/2 && middle == nil {
			middle = g.View()
			half := New()
			grow(t, half, all[:at+step], 1)
			defer func() {
				for _, f := range Compare(middle, half.View()) {
					t.Error("the view of before:", f)
				}
			}()
		}
	}
	close(ended)
	readers.Wait()
	g.FoldsDone()
	if v := g.View(); len(v.out.ent) == 0 || int(v.out.n) >= v.Edges() {
		t.Errorf("%d of %d edges were folded: too few to say anything", len(v.out.ent), v.Edges())
	}
	whole := New()
	grow(t, whole, all, 1)
	for _, f := range Compare(g.View(), whole.View()) {
		t.Error(f)
	}
}

// TestAnEditThatIsGivenUp leaves nothing behind that anyone sees.
func TestAnEditThatIsGivenUp(t *testing.T) {
	all := grown(3_000)
	g, clean := New(), New()
	grow(t, g, all[:1_500], 1)
	e := g.Edit()
	for _, p := range all[1_500:2_500] {
		if err := p(e); err != nil {
			t.Fatal(err)
		}
	}
	_ = e.Object(Object{ID: 1 << 40, Part: "OTHER", Name: "X"})
	e.Discard()
	grow(t, g, all[1_500:], 2)
	grow(t, clean, all, 2)
	for _, f := range Compare(g.View(), clean.View()) {
		t.Error(f)
	}
}

func TestColumns(t *testing.T) {
	for name, values := range map[string][]int64{
		"one value": {7, 7, 7}, "bytes": {1, 2, 255}, "words": {-5, 0, 60_000}, "times": {1_700_000_000_000_000, 1_700_000_060_000_000},
		"everything": {-1 << 63, 1<<63 - 1, 0}, "few": append(make([]int64, 200), 1<<50),
	} {
		c := pack(values)
		for i, want := range values {
			if got := c.get(i); got != want {
				t.Errorf("%s: value %d is %d, want %d", name, i, got, want)
			}
		}
	}
}
