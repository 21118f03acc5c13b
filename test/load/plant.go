// Package load makes up a factory: a maker of radar systems, its suppliers,
// lots, three levels of products, operations, inspections, failures and
// shipments, as a workbook, from a seed, with the answers known in advance.
//
// The demo shows it, the tests trace in it, the benchmarks measure on it.
package load

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// Plant says how much is made up. The same plant always gives the same rows.
type Plant struct {
	Seed    uint64
	Systems int       // radar systems built
	Start   time.Time // zero: 2025-01-06 06:00 UTC
}

// BadLot is the capacitor lot of the story; its supplier calls it BadSupplierLot.
const (
	BadPart        = "CAP-10U-50V"
	BadLot         = "C-1003"
	BadSupplier    = "KAPTEK"
	BadSupplierLot = "KX-77120"
)

// perOrder is how many systems one production order makes.
const perOrder = 50

// Truth is what must come out when the plant is asked, counted while it was
// made up.
type Truth struct {
	Rows       int            // rows of all sheets
	Edges      int            // installs
	BadBoards  int            // boards that have, or had, a capacitor of the bad lot
	BadSystems []string       // serials of the systems that surely contain the bad lot
	HadBeen    []string       // serials of modules that a board of the bad lot was taken out of
	ByCustomer map[string]int // shipped systems of BadSystems, by customer
}

// Sink takes the rows of a sheet in the order of its columns (Columns).
type Sink func(sheet string, row ...string) error

// Columns of the sheets that a plant fills.
var Columns = map[string][]string{
	"partners":    {"code", "name", "role", "email", "country", "address"},
	"catalogs":    {"catalog", "property", "type", "unit", "kind"},
	"items":       {"part_number", "name", "catalog", "uom", "tracking", "source", "supplier", "lead_time_days", "capacitance", "voltage"},
	"boms":        {"parent", "find_number", "component", "quantity", "reference_designators", "substitutes"},
	"instruments": {"instrument", "name", "at", "due_at", "result"},
	"orders":      {"order", "part_number", "quantity", "planned_at", "released_at", "closed_at", "serialize", "tolerance"},
	"receipts":    {"receipt", "at", "part_number", "serial", "lot", "quantity", "supplier", "supplier_lot", "manufacturer", "date_code", "certificate", "location"},
	"units":       {"part_number", "serial", "order", "at", "completed_at"},
	"issues":      {"at", "order", "component", "lot", "quantity", "find_number", "operator"},
	"installs":    {"at", "part_number", "serial", "component", "component_serial", "component_lot", "quantity", "find_number", "order", "operator", "machine"},
	"removals":    {"at", "part_number", "serial", "component", "component_serial", "quantity", "to", "reason", "operator"},
	"operations":  {"at", "until", "operation", "order", "part_number", "serial", "work_center", "machine", "operator", "program", "result", "parameter:peak_c"},
	"inspections": {"at", "stage", "part_number", "serial", "attempt", "plan", "order", "characteristic", "value", "uom", "lower", "upper", "result", "inspector", "instrument"},
	"shipments":   {"shipment", "at", "customer", "part_number", "serial", "quantity", "system", "sales_order", "destination"},
}

// Write makes the plant up, row by row, and tells what is true of it.
func (p Plant) Write(sink Sink) (Truth, error) {
	if p.Start.IsZero() {
		p.Start = time.Date(2025, 1, 6, 6, 0, 0, 0, time.UTC)
	}
	w := &writer{
		plant: p, sink: sink, random: rand.New(rand.NewPCG(p.Seed, 42)), now: p.Start,
		lots:  map[string]*supply{},
		truth: Truth{ByCustomer: map[string]int{}},
	}
	w.definitions()
	for first := 0; first < p.Systems; first += perOrder {
		w.batch(first/perOrder+1, first, min(perOrder, p.Systems-first))
	}
	return w.truth, w.err
}

// writer holds what the plant remembers while it is made up.
type writer struct {
	plant  Plant
	sink   Sink
	random *rand.Rand
	now    time.Time
	lots   map[string]*supply // by part number
	truth  Truth
	serial struct{ rf, ctrl, trx, psu int }
	err    error
}

// supply is the lot of a part that is being used up, and how many came before.
type supply struct {
	number int
	lot    string
	left   int
}

func (w *writer) row(sheet string, cells ...string) {
	if w.err != nil {
		return
	}
	if len(cells) != len(Columns[sheet]) {
		w.err = fmt.Errorf("sheet %s: %d cells for %d columns", sheet, len(cells), len(Columns[sheet]))
		return
	}
	w.truth.Rows++
	w.err = w.sink(sheet, cells...)
}

// tick goes on in time and says when it is.
func (w *writer) tick(d time.Duration) string {
	w.now = w.now.Add(d)
	return w.now.Format(time.RFC3339)
}

// draw takes n of a part from its current lot; a lot that cannot give all n is
// left as it is and the next one received.
func (w *writer) draw(part string, n int) string {
	s := w.lots[part]
	if s == nil {
		s = &supply{}
		w.lots[part] = s
	}
	if s.left < n {
		w.receiveLot(part, s)
	}
	s.left -= n
	return s.lot
}

// receiveLot receives the next lot of a bought part.
func (w *writer) receiveLot(part string, s *supply) {
	b := bought[part]
	s.number++
	s.lot = b.prefix + "-" + strconv.Itoa(1000+s.number)
	s.left = b.lotSize
	supplierLot := fmt.Sprintf("%s-%05d", b.supplier[:2], 70000+s.number*373+len(part))
	if part == BadPart && s.lot == BadLot {
		supplierLot = BadSupplierLot
	}
	year, week := w.now.ISOWeek()
	w.row("receipts", "GR-"+b.prefix+strconv.Itoa(s.number), w.tick(time.Second), part, "", s.lot,
		strconv.Itoa(b.lotSize), b.supplier, supplierLot, b.maker, fmt.Sprintf("%02d%02d", year%100, week),
		"COC-"+b.prefix+strconv.Itoa(s.number), "Main/Store")
}
