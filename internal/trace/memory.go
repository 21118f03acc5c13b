package trace

import (
	"strings"
	"sync"
	"sync/atomic"

	"lotline/internal/genealogy"
	"lotline/internal/graph"
	"lotline/internal/journal"
	"lotline/internal/order"
	"lotline/internal/store"
)

// Memory is a company's genealogy in memory. It follows the tables, and answers
// for them whoever reads in a transaction that shows the same moment.
type Memory struct {
	graph   *graph.Graph
	plains  atomic.Pointer[plains]
	finding atomic.Bool // plain objects are being found
	lines   struct {
		sync.Mutex
		of    map[string][]order.Line
		count int
	}
}

// linesMax is how many lines of sealed order BOMs are kept.
const linesMax = 200_000

// NewMemory knows nothing yet.
func NewMemory() *Memory { return &Memory{graph: graph.New()} }

// MemoryOf is a memory that knows what a graph holds.
func MemoryOf(g *graph.Graph) *Memory {
	m := &Memory{graph: g}
	m.considerPlains()
	return m
}

// Graph is what the memory holds.
func (m *Memory) Graph() *graph.Graph { return m.graph }

// Voided tells which facts were voided by facts from a number on.
type Voided func(tx *store.Tx, company string, first int64) ([]int64, error)

// Follow brings the memory to the moment that a transaction shows: from
// nothing, it reads the tables once; else what changed since.
func (m *Memory) Follow(tx *store.Tx, company string, seq int64, voided Voided) error {
	if m.graph.View().Seq >= seq {
		return nil
	}
	e := m.graph.Edit()
	f := &feed{tx: tx, company: company, edit: e}
	known := m.graph.View().Seq
	if known >= seq {
		e.Discard()
		return nil
	}
	err := error(nil)
	if known == 0 {
		err = f.all()
	} else {
		err = f.since(journal.FirstOf(known+1), voided)
	}
	if err != nil {
		e.Discard()
		return err
	}
	e.Publish(seq)
	m.considerPlains()
	return nil
}

// recalled is a memory as of the moment of a transaction.
type recalled struct {
	*Memory
	view *graph.View
}

// Attach lets the memory answer in a transaction that shows the moment of its
// view.
func (m *Memory) Attach(tx *store.Tx) { tx.Keep(&recalled{m, m.graph.View()}) }

func memoryOf(tx *store.Tx) *recalled {
	r, _ := tx.Kept().(*recalled)
	return r
}

// rowsOf are the rows of a table that name an order.
func rowsOf[K comparable, T any](l *loader, t *store.Table[K, T], name string) ([]T, error) {
	if r := memoryOf(l.tx); r != nil {
		switch any(t) {
		case any(genealogy.Objects):
			return any(r.made(name)).([]T), nil
		case any(genealogy.Issues):
			return any(r.issuesTo(name)).([]T), nil
		case any(genealogy.Memberships):
			return any(r.membersOf(name)).([]T), nil
		}
	}
	return t.Select(l.tx, l.company, `order_name = $2`, name)
}

// orderOf is an order, as far as a trace needs it.
func orderOf(tx *store.Tx, company, name string) (order.Order, error) {
	if r := memoryOf(tx); r != nil {
		if o, ok := r.view.Order(name); ok {
			return order.Order{Order: name, PartNumber: o.Part, State: o.State, Seal: o.Seal, Quantity: quantityOf(o.Quantity), Gone: quantityOf(o.Gone), ClosedAt: timeOf(o.ClosedAt)}, nil
		}
	}
	return order.Get(tx, company, name)
}

// linesOf are the lines of a sealed order BOM, which never change.
func linesOf(tx *store.Tx, company, name string) ([]order.Line, error) {
	r := memoryOf(tx)
	if r == nil {
		return order.LinesOf(tx, company, name)
	}
	r.lines.Lock()
	defer r.lines.Unlock()
	if lines, ok := r.lines.of[name]; ok {
		return lines, nil
	}
	lines, err := order.LinesOf(tx, company, name)
	if err != nil || len(lines) == 0 { // not sealed yet
		return lines, err
	}
	if r.lines.of == nil || r.lines.count+len(lines) > linesMax {
		r.lines.of, r.lines.count = map[string][]order.Line{}, 0
	}
	r.lines.of[strings.Clone(name)] = lines
	r.lines.count += len(lines)
	return lines, nil
}
