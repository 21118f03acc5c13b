package cli

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"time"

	"lotline/internal/graph"
	"lotline/internal/ledger"
	"lotline/internal/store"
	"lotline/internal/trace"
	"lotline/test/load"
)

// plantRun is what was measured of the traces in one plant. Times by edge are of
// the reach from all lots of one part.
type plantRun struct {
	Engine       string       `json:"engine"`
	Edges        int          `json:"edges"`
	Objects      int          `json:"objects"`
	ReachNs      float64      `json:"reach_ns_per_edge"`
	BareNs       float64      `json:"bare_ns_per_edge"`
	RatioBare    float64      `json:"ratio_to_bare"`
	RatioSQLite  float64      `json:"ratio_to_sqlite,omitempty"`
	RatioPG      float64      `json:"ratio_to_postgres,omitempty"`
	BytesPerEdge float64      `json:"bytes_per_edge"`
	ReadySnapMs  float64      `json:"ready_snapshot_ms"`
	ReadyColdMs  float64      `json:"ready_cold_ms"`
	Questions    []timedTrace `json:"questions"`
}

// timedTrace is one question, answered in each way; in milliseconds.
type timedTrace struct {
	Question string  `json:"question"`
	Edges    int     `json:"edges_walked"`
	Objects  int     `json:"objects"`
	Walk     float64 `json:"walk_ms,omitempty"`  // who is reached, and how surely
	Count    float64 `json:"count_ms,omitempty"` // the same by state, customer and system
	Memory   float64 `json:"memory_ms"`
	Tables   float64 `json:"level_by_level_ms"`
	CTE      float64 `json:"recursive_ms"`
	Bare     float64 `json:"bare_ms"`
}

// repeats is how often a question is asked; the median counts. What takes long
// is not asked again beyond repeatMax in all, and what takes little is asked
// until repeatMin is over: others may use the machine at the same time.
const (
	repeats   = 5
	manyTimes = 1000
	repeatMin = 200 * time.Millisecond
	repeatMax = 5 * time.Second
)

func median(f func() error) (time.Duration, error) {
	var all []time.Duration
	var sum time.Duration
	for len(all) < repeats && sum < repeatMax || len(all) < manyTimes && sum < repeatMin {
		begin := time.Now()
		if err := f(); err != nil {
			return 0, err
		}
		took := time.Since(begin)
		all, sum = append(all, took), sum+took
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// heap is what lives on the heap.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// ready opens a plant and waits until memory answers.
func (b *bench) ready(url string) (l *ledger.Ledger, took float64, err error) {
	begin := time.Now()
	if l, err = b.open(url, true); err != nil {
		return nil, 0, err
	}
	if !l.Ready(b.ctx) {
		return nil, 0, errors.Join(context.Cause(b.ctx), l.Close())
	}
	return l, ms(time.Since(begin)), nil
}

// graph measures the genealogy in memory against the tables and bare arrays,
// first made from the tables and then, where that is all, from its snapshot.
func (b *bench) graph(url string, truth load.Truth) error {
	before := heap()
	l, cold, err := b.ready(url)
	if err != nil {
		return err
	}
	run := plantRun{Edges: truth.Edges, ReadyColdMs: cold}
	if err := errors.Join(b.questions(l, &run, before), l.Close()); err != nil {
		return err
	}
	if l, run.ReadySnapMs, err = b.ready(url); err != nil {
		return err
	}
	b.report.Plants = append(b.report.Plants, run)
	return l.Close()
}

// questions measures a plant whose genealogy is in memory; before is what was
// on the heap without it.
func (b *bench) questions(l *ledger.Ledger, run *plantRun, before int64) error {
	run.Engine = l.DB().Engine()
	if err := l.Read(b.ctx, func(tx *store.Tx) error { trace.FindPlains(tx); return nil }); err != nil {
		return err
	}
	run.BytesPerEdge = float64(heap()-before) / float64(run.Edges)
	view := l.View()
	run.Objects = view.Objects()
	bare := bareOf(view)
	for _, q := range []benchQuestion{
		{"Q1: all in one system, backward", "unit:RADAR-X1/000001", "", true},
		{"Q2 small: systems of one housing lot", "lot:HOUSING-X1/H-1001", "", false},
		{"Q2 large: systems of one capacitor lot", benchLot, "", false},
		{"recall scope: all lots of the capacitor", "", load.BadPart, false},
	} {
		t, err := b.ask(l, view, bare, q)
		if err != nil {
			return err
		}
		run.Questions = append(run.Questions, t)
		if q.part != "" && t.Edges > 0 {
			run.ReachNs, run.BareNs = t.Walk*1e6/float64(t.Edges), t.Bare*1e6/float64(t.Edges)
			run.RatioBare = t.Walk / t.Bare
			if ratio := t.CTE / t.Walk; run.Engine == "sqlite" {
				run.RatioSQLite = ratio
			} else {
				run.RatioPG = ratio
			}
		}
	}
	return nil
}

type benchQuestion struct {
	what, object, part string
	backward           bool
}

// ask answers a question in each way.
func (b *bench) ask(l *ledger.Ledger, view *graph.View, bare *bareWalk, q benchQuestion) (t timedTrace, err error) {
	t.Question = q.what
	starts := map[int64]bool{}
	if err := b.starts(l, q, starts); err != nil {
		return t, err
	}
	answer := func(tx *store.Tx) (a *trace.Answer, err error) {
		switch {
		case q.backward:
			return trace.Backward(tx, l.Company(), q.object, trace.Question{})
		case q.object != "":
			return trace.Forward(tx, l.Company(), q.object, trace.Question{})
		}
		return trace.Reach(tx, l.Company(), starts, trace.Question{})
	}
	timed := func(read func(context.Context, func(*store.Tx) error) error, f func(tx *store.Tx) error) (float64, error) {
		d, err := median(func() error { return read(b.ctx, f) })
		return ms(d), err
	}
	whole := func(tx *store.Tx) error {
		a, err := answer(tx)
		if err == nil {
			t.Edges, t.Objects = len(a.Edges), len(a.Objects)
		}
		return err
	}
	if !q.backward {
		if err := b.walks(l, starts, &t); err != nil {
			return t, err
		}
	}
	if t.Memory, err = timed(l.Read, whole); err != nil {
		return t, err
	}
	if t.Tables, err = timed(l.DB().Read, whole); err != nil {
		return t, err
	}
	t.CTE, err = timed(l.DB().Read, func(tx *store.Tx) error { return recursive(tx, l.Company(), starts, q) })
	if err != nil {
		return t, err
	}
	places := make([]uint32, 0, len(starts))
	for id := range starts {
		if i, ok := view.Find(id); ok {
			places = append(places, i)
		}
	}
	d, err := median(func() error { bare.walk(places, q.backward); return nil })
	t.Bare = float64(d.Nanoseconds()) / 1e6
	return t, err
}

// walks times the walk that only classes what it reaches, and the counting of
// that by customer, within a transaction.
func (b *bench) walks(l *ledger.Ledger, starts map[int64]bool, t *timedTrace) error {
	return l.Read(b.ctx, func(tx *store.Tx) error {
		d, err := median(func() error { _, _, err := trace.Extent(tx, l.Company(), starts, trace.Question{}); return err })
		if err != nil {
			return err
		}
		t.Walk = float64(d.Nanoseconds()) / 1e6
		d, err = median(func() error { _, err := trace.Count(tx, l.Company(), starts, trace.Question{}); return err })
		t.Count = float64(d.Nanoseconds()) / 1e6
		return err
	})
}

func (b *bench) starts(l *ledger.Ledger, q benchQuestion, starts map[int64]bool) error {
	return l.DB().Read(b.ctx, func(tx *store.Tx) error {
		if q.object != "" {
			row, err := trace.Resolve(tx, l.Company(), q.object)
			starts[row.ID] = false
			return err
		}
		rows, err := tx.Query(`SELECT id FROM object WHERE company = $1 AND part_number = $2`, l.Company(), q.part)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return err
			}
			starts[id] = false
		}
		return rows.Err()
	})
}

// recursive counts what a question reaches in one statement, without class or
// time.
func recursive(tx *store.Tx, company string, starts map[int64]bool, q benchQuestion) error {
	from, by, seed := "from_id", "to_id", "part_number = $2"
	if q.backward {
		from, by = by, from
	}
	args := []any{company, q.part}
	if q.object != "" {
		seed = "id = $2"
		for id := range starts {
			args[1] = id
		}
	}
	var n int64
	_, err := tx.One([]any{&n}, `WITH RECURSIVE reached (id) AS (
		SELECT id FROM object WHERE company = $1 AND `+seed+`
		UNION SELECT edge.`+by+` FROM reached CROSS JOIN edge WHERE edge.company = $1 AND edge.`+from+` = reached.id)
		SELECT count(*) FROM reached`, args...)
	return err
}

// bareWalk is the genealogy as nothing but arrays: the limit of what can be
// reached.
type bareWalk struct {
	off, to [2][]uint32
	seen    []bool
}

func bareOf(view *graph.View) *bareWalk {
	n := view.Objects()
	b := &bareWalk{seen: make([]bool, n)}
	for way, each := range []func(uint32, func(other, edge uint32)){view.Out, view.In} {
		for i := range n {
			b.off[way] = append(b.off[way], uint32(len(b.to[way])))
			each(uint32(i), func(other, _ uint32) { b.to[way] = append(b.to[way], other) })
		}
		b.off[way] = append(b.off[way], uint32(len(b.to[way])))
	}
	return b
}

// walk answers how many objects are reached.
func (b *bareWalk) walk(starts []uint32, backward bool) int {
	way := 0
	if backward {
		way = 1
	}
	off, to := b.off[way], b.to[way]
	queue := append([]uint32(nil), starts...)
	for _, i := range starts {
		b.seen[i] = true
	}
	for k := 0; k < len(queue); k++ {
		i := queue[k]
		for _, next := range to[off[i]:off[i+1]] {
			if !b.seen[next] {
				b.seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	for _, i := range queue {
		b.seen[i] = false
	}
	return len(queue)
}
