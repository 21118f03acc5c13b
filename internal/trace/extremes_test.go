package trace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	"lotline/internal/genealogy"
	"lotline/internal/graph"
	"lotline/internal/moment"
	"lotline/internal/store"
)

// built is a genealogy that was never recorded: objects and edges by number.
type built struct {
	*testing.T
	memory *Memory
	edit   *graph.Edit
	db     *store.DB
	last   int64
}

func build(t *testing.T) *built {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "empty.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	m := NewMemory()
	return &built{T: t, memory: m, edit: m.graph.Edit(), db: db}
}

func (b *built) object(kind string) int64 {
	b.last++
	err := b.edit.Object(graph.Object{ID: b.last, Part: "P", Kind: kind, Name: fmt.Sprint(b.last), Origin: genealogy.OriginReceived, At: 1, Size: int64(one)})
	if err != nil {
		b.Fatal(err)
	}
	return b.last
}

func (b *built) objects(n int, kind string) []int64 {
	all := make([]int64, n)
	for i := range all {
		all[i] = b.object(kind)
	}
	return all
}

// into puts a piece of one object into another; edges come after all objects.
func (b *built) into(from, to, at, ended int64) {
	b.last++
	e := graph.Edge{ID: b.last, From: from, To: to, Kind: genealogy.InstallEdge, Certainty: genealogy.Must, Line: -1, Quantity: int64(one), At: at, EndedAt: ended}
	if ended != int64(moment.Never) {
		e.Removed = e.Quantity
	}
	if err := b.edit.Edge(&e); err != nil {
		b.Fatal(err)
	}
}

// reach publishes, and reaches from one object without a word to the tables.
func (b *built) reach(from int64) (reached map[int64]*reached) {
	b.Helper()
	if b.edit != nil {
		b.edit.Publish(1)
		b.edit = nil
	}
	err := b.db.Read(context.Background(), func(tx *store.Tx) error {
		b.memory.Attach(tx)
		_, surely, _, err := loadStarts(tx, "main", map[int64]bool{from: false}, Question{})
		if err != nil {
			return err
		}
		w := forwardOf(surely, nil, nil)
		w.quantities()
		reached = w.found
		return b.sameExtent(tx, from, reached)
	})
	if err != nil {
		b.Fatal(err)
	}
	return reached
}

// sameExtent checks that the walk that only classes finds the same, with plain
// objects known and without.
func (b *built) sameExtent(tx *store.Tx, from int64, found map[int64]*reached) error {
	var want Scope
	for _, r := range found {
		best := r.best()
		want.add(uint8(best.class()))
	}
	for range 2 {
		got, ok, err := Extent(tx, "main", map[int64]bool{from: false}, Question{})
		if err != nil || !ok {
			return cmp.Or(err, errors.New("memory does not answer"))
		}
		if got.Must != want.Must || got.May != want.May || got.HadBeen != want.HadBeen {
			b.Errorf("%d must, %d may, %v had been; want %d, %d, %v", got.Must, got.May, got.HadBeen, want.Must, want.May, want.HadBeen)
		}
		FindPlains(tx)
	}
	return nil
}

// count checks how many objects are reached surely, and how many had been.
func (b *built) count(found map[int64]*reached, must, hadBeen int) {
	b.Helper()
	got, gone := 0, 0
	for _, r := range found {
		switch best := r.best(); {
		case best.removed:
			gone++
		case !best.may:
			got++
		}
	}
	if got != must || gone != hadBeen {
		b.Errorf("%d surely, %d had been; want %d and %d", got, gone, must, hadBeen)
	}
}

const alive = int64(moment.Never)

// 10,000 units, each in the next.
func TestTenThousandLevels(t *testing.T) {
	b := build(t)
	units := b.objects(10_000, genealogy.UnitKind)
	for i, u := range units[1:] {
		b.into(units[i], u, int64(2+i), alive)
	}
	found := b.reach(units[0])
	b.count(found, 10_000, 0)
	if top := found[units[9_999]]; top.depth != 9_999 || top.min != one || top.max != one {
		t.Errorf("the top is at depth %d with %s to %s", top.depth, top.min, top.max)
	}
}

// A lot in 100,000 units, and those in a million places in all.
func TestAMillionUnits(t *testing.T) {
	size := 1_000_000
	if testing.Short() {
		size = 50_000
	}
	b := build(t)
	lot := b.object(genealogy.LotKind)
	boards := b.objects(size/10, genealogy.UnitKind)
	crates := b.objects(size-size/10, genealogy.UnitKind)
	for i, u := range boards {
		b.into(lot, u, 2, alive)
		for k := range 9 { // each board sat in nine crates, one after another
			end := alive
			if k < 8 {
				end = int64(4 + k)
			}
			b.into(u, crates[9*i+k], int64(3+k), end)
		}
	}
	b.count(b.reach(lot), 1+2*len(boards), 8*len(boards))
}

// 40 levels of two units side by side, each of both of the level below: 2^40
// paths to the last.
func TestADiamondOfManyPaths(t *testing.T) {
	b := build(t)
	lots := b.objects(82, genealogy.LotKind)
	for level := range 40 {
		for _, from := range lots[2*level : 2*level+2] {
			for _, to := range lots[2*level+2 : 2*level+4] {
				b.into(from, to, int64(2+level), alive)
			}
		}
	}
	found := b.reach(lots[0])
	if len(found) != 81 || found[lots[81]].depth != 40 {
		t.Errorf("%d reached, the last at depth %d; want 81, 40", len(found), found[lots[81]].depth)
	}
}

// A unit goes round through three others, each time taken out again.
func TestALoopOfRework(t *testing.T) {
	b := build(t)
	units := b.objects(4, genealogy.UnitKind)
	at := int64(2)
	for range 500 {
		for i, u := range units {
			b.into(u, units[(i+1)%4], at, at+1)
			at += 2
		}
	}
	b.into(units[0], units[1], at, alive)
	b.count(b.reach(units[0]), 2, 0)
}

// Memory comes back to its level after a thousand large questions.
func TestMemoryComesBack(t *testing.T) {
	b := build(t)
	lot := b.object(genealogy.LotKind)
	units := b.objects(500, genealogy.UnitKind)
	for _, u := range units {
		b.into(lot, u, 2, alive)
	}
	b.reach(lot)
	before := heapAlloc()
	times := 1_000
	if testing.Short() {
		times = 100
	}
	for range times {
		b.reach(lot)
	}
	if after := heapAlloc(); after > before+1<<20 {
		t.Errorf("%d bytes more live after %d questions", after-before, times)
	}
	runtime.KeepAlive(b.memory)
}

func heapAlloc() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
