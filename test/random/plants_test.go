package random_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
	"lotline/internal/trace"

	"pgregory.net/rapid"
)

// works is a plant with everything that can happen in one: no model of it, but
// what must hold of any plant.
type works struct {
	*rapid.T
	program *ledgertest.Plant
	chance  *rand.Rand
	now     int
	late    bool // some of what happened is recorded later than what came after
	serial  int
	units   []genealogy.Row
	lots    []genealogy.Row
	taken   map[string]int
}

// The commands that a run must have seen taken, over all runs.
var wanted = []ledger.Command{
	&genealogy.Receive{}, &genealogy.Issue{}, &genealogy.GiveBack{}, &genealogy.Install{}, &genealogy.Remove{}, &genealogy.Split{}, &genealogy.Merge{},
	&genealogy.Produce{}, &genealogy.Complete{}, &genealogy.Ship{}, &genealogy.Return{}, &genealogy.Scrap{}, &genealogy.Adjust{}, &genealogy.Move{},
	&genealogy.Reassign{}, &genealogy.Reidentify{}, &genealogy.Hold{}, &genealogy.Unhold{}, &genealogy.GrantDeviation{}, &genealogy.Field{},
	&quality.PerformOperation{}, &quality.RecordInspection{}, &quality.RaiseNCR{}, &quality.DisposeNCR{}, &order.CloseOrder{}, &ledger.Void{},
}

// What holds of any plant, whatever happened in it: forward agrees with
// backward now and at any time, the mass balance of every lot closes, the
// tables follow from the journal, and a workbook brings it to another database.
func TestRandomPlants(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		taken := map[string]int{}
		rapid.Check(t, func(rt *rapid.T) {
			db, empty := open(), open()
			defer db.Close()
			defer empty.Close()
			w := works{T: rt, program: ledgertest.New(t, db), taken: taken, late: rapid.Bool().Draw(rt, "late"),
				chance: rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "chance"), 1))}
			defer w.program.Ledger.Close()
			w.begin()
			for range rapid.IntRange(20, 120).Draw(rt, "steps") {
				w.step()
			}
			refs := w.look()
			agree(w, w.program, refs, trace.Question{})
			agree(w, w.program, refs, trace.Question{AsOf: hour(w.now / 2)})
			agree(w, w.program, refs, trace.Question{KnownAt: int64(20 + w.now)})
			w.balanced()
			w.program.Promises()
			fresh := ledgertest.New(t, empty)
			defer fresh.Ledger.Close()
			travel(rt, w.program, fresh, refs, t.TempDir())
		})
		for _, command := range wanted {
			if name := fmt.Sprintf("%T", command); taken[name] == 0 && !testing.Short() { // a few runs do not come to all
				t.Errorf("%s was never taken: the runs say nothing of it", name)
			}
		}
		t.Log("taken", taken)
	})
}

// balanced checks the mass balance of every lot.
func (w *works) balanced() {
	w.program.Read(func(tx *store.Tx) error {
		for _, lot := range w.lots {
			b, err := genealogy.BalanceOf(tx, "main", lot)
			if err != nil {
				return err
			}
			if b.Missing != 0 {
				w.Errorf("%s: %s missing: %+v", lot.Object(), b.Missing, b)
			}
		}
		return nil
	})
}

// look reads which lots and units there are, and answers their names.
func (w *works) look() (refs []string) {
	w.units, w.lots = nil, nil
	w.program.Read(func(tx *store.Tx) error {
		rows, err := genealogy.Objects.Select(tx, "main", "voided = 0")
		for _, r := range rows {
			refs = append(refs, r.Object().Ref())
			if r.Kind == genealogy.UnitKind {
				w.units = append(w.units, r)
			} else {
				w.lots = append(w.lots, r)
			}
		}
		return err
	})
	return refs
}

// do gives the command, which may be refused but must not fail.
func (w *works) do(command ledger.Command) bool {
	text, _ := json.Marshal(command)
	answer, err := w.program.Ledger.Record(w.program.Context(), ledger.Request{}, command)
	if _, refused := refuse.As(err); err != nil && !refused {
		w.Fatalf("%T %s: %v", command, text, err)
	}
	w.Logf("%T %s: %v %v", command, text, answer.Lines, err)
	if err == nil && answer.Lines > 0 {
		w.taken[fmt.Sprintf("%T", command)]++
		return true
	}
	return false
}

func (w *works) int(low, high int) int { return low + w.chance.IntN(high-low+1) }

func (w *works) one(of ...string) string { return of[w.chance.IntN(len(of))] }

func (w *works) unit() genealogy.Object {
	if len(w.units) == 0 {
		return genealogy.Object{PartNumber: "SYS", Serial: "none"}
	}
	return w.units[w.chance.IntN(len(w.units))].Object()
}

// unitOf is a unit of an item, where there is one.
func (w *works) unitOf(part string) genealogy.Object {
	for range 30 {
		if u := w.unit(); u.PartNumber == part {
			return u
		}
	}
	return genealogy.Object{PartNumber: part, Serial: "none"}
}

func (w *works) lotOf(parts ...string) genealogy.Object {
	part := w.one(parts...)
	for range 30 {
		if l := w.lots[w.chance.IntN(len(w.lots))]; l.PartNumber == part {
			return l.Object()
		}
	}
	return genealogy.Object{PartNumber: part, Lot: "none"}
}

// at is an instant of its own, or in a late plant sometimes before: within an
// instant a workbook has an order of its own.
func (w *works) at() moment.Time {
	w.now++
	if w.late && w.int(0, 4) == 0 {
		return hour(max(2, w.now-w.int(0, 10)))
	}
	return hour(w.now)
}

func pieces(n int) quantity.Quantity { return quantity.Pieces(int64(n)) }

// begin defines three levels with substitutes, a tank, a part that gets its
// serial at use, an untracked one; and orders for all of it.
func (w *works) begin() {
	item := func(part, tracking, source string) {
		w.program.Do(&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: part, Name: part, Tracking: tracking, Source: source}})
	}
	for _, part := range []string{"RES", "ALT", "OIL"} {
		item(part, "lot", "buy")
	}
	item("CHIP", "serial_at_use", "buy")
	item("GLUE", "none", "buy")
	item("BOARD", "serial", "make")
	item("CASE", "lot", "make")
	item("SYS", "serial", "make")
	w.program.Do(
		&bom.DefineBOM{Parent: "BOARD", Lines: []bom.Line{
			{FindNumber: "10", Component: "RES", Quantity: pieces(2), Substitutes: []bom.Substitute{{PartNumber: "ALT", Ratio: pieces(2)}}},
			{FindNumber: "20", Component: "CHIP", Quantity: pieces(1), Optional: true}, {FindNumber: "30", Component: "GLUE", Quantity: pieces(1)}}},
		&bom.DefineBOM{Parent: "CASE", Lines: []bom.Line{{FindNumber: "10", Component: "OIL", Quantity: pieces(1)}}},
		&bom.DefineBOM{Parent: "SYS", Lines: []bom.Line{
			{FindNumber: "10", Component: "BOARD", Quantity: pieces(2), Optional: true}, {FindNumber: "20", Component: "CASE", Quantity: pieces(1)},
			{FindNumber: "30", Component: "RES", Quantity: pieces(1)}}},
		&catalog.DefinePartner{Code: "ACME", Name: "Acme", Role: "both"},
	)
	for _, o := range []struct {
		name, part string
		n          int
	}{{"BO-1", "BOARD", 3}, {"BO-2", "BOARD", 2}, {"CO-1", "CASE", 6}, {"SO-1", "SYS", 2}, {"SO-2", "SYS", 1}, {"RW-1", "BOARD", 2}} {
		w.program.Do(&order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: o.name, PartNumber: o.part, Quantity: pieces(o.n), Tolerance: pieces(1)}, At: hour(0)},
			&order.ReleaseOrder{Order: o.name, At: hour(0)})
	}
	w.program.Do(&genealogy.Serialize{PartNumber: "BOARD", Serial: "B1,B2,B3", Order: "BO-1", At: hour(1)}, &genealogy.Serialize{PartNumber: "BOARD", Serial: "C1,C2", Order: "BO-2", At: hour(1)},
		&genealogy.Serialize{PartNumber: "SYS", Serial: "S1,S2", Order: "SO-1", At: hour(1)})
	for _, part := range []string{"RES", "ALT", "OIL", "CHIP"} {
		for _, lot := range []string{"1", "2"} {
			w.program.Do(&genealogy.Receive{PartNumber: part, Lot: part[:1] + lot, Quantity: pieces(9), Purchase: genealogy.Purchase{Receipt: "GR-" + part + lot, Supplier: "ACME", SupplierLot: "S-" + lot}, At: hour(1)})
		}
	}
	w.now = 2
}

func (w *works) step() {
	w.now += w.int(1, 2)
	w.look()
	switch w.one("build", "build", "build", "material", "material", "leave", "lots", "quality", "paper", "undo") {
	case "build":
		w.build()
	case "material":
		w.material()
	case "leave":
		w.leave()
	case "lots":
		w.lotwork()
	case "quality":
		w.quality()
	case "paper":
		w.paper()
	case "undo":
		size := 0
		w.program.Read(func(tx *store.Tx) error {
			var n int64
			_, err := tx.One([]any{&n}, `SELECT size FROM head WHERE company = $1`, "main")
			size = int(n)
			return err
		})
		w.do(&ledger.Void{Fact: fmt.Sprint(w.int(max(1, size-8), size)), Reason: "typed in wrong", At: hour(w.now)})
	}
}

// build puts things into units and takes them out again.
func (w *works) build() {
	switch w.one("chip", "board", "board", "case", "res", "res", "candidates", "remove", "field", "field") {
	case "chip":
		w.serial++
		b, chip := w.unitOf("BOARD"), w.lotOf("CHIP")
		w.do(&genealogy.Install{PartNumber: b.PartNumber, Serial: b.Serial, Component: "CHIP", ComponentSerial: fmt.Sprint("K", w.serial), ComponentLot: chip.Lot, FindNumber: "20", At: w.at()})
	case "board":
		s, b := w.unitOf("SYS"), w.unitOf("BOARD")
		w.do(&genealogy.Install{PartNumber: s.PartNumber, Serial: s.Serial, Component: "BOARD", ComponentSerial: b.Serial, FindNumber: "10", At: w.at()})
	case "case":
		s, c := w.unitOf("SYS"), w.lotOf("CASE")
		w.do(&genealogy.Install{PartNumber: s.PartNumber, Serial: s.Serial, Component: "CASE", ComponentLot: c.Lot, FindNumber: "20", At: w.at()})
	case "res":
		b, l := w.unitOf(w.one("BOARD", "SYS")), w.lotOf("RES", "RES", "ALT")
		c := &genealogy.Install{PartNumber: b.PartNumber, Serial: b.Serial, Component: l.PartNumber, ComponentLot: l.Lot, Quantity: pieces(w.int(1, 2)), At: w.at(), Certainty: w.one("", "", "may")}
		w.do(c)
	case "candidates":
		b, group := w.unitOf("BOARD"), fmt.Sprint("G", w.now)
		for range 2 {
			w.do(&genealogy.Install{PartNumber: b.PartNumber, Serial: b.Serial, Component: "RES", ComponentLot: w.lotOf("RES").Lot, Quantity: pieces(2), FindNumber: "10", CandidateGroup: group, At: w.at()})
		}
	case "remove":
		w.remove()
	case "field":
		for range 5 {
			u, s := w.unit(), w.unitOf("SYS")
			for i := range w.units { // one that is at a customer, where there is one
				if w.units[i].Shipped != 0 && w.int(0, 2) == 0 {
					u = w.units[i].Object()
				}
			}
			if w.do(&genealogy.Field{Fielded: genealogy.Fielded{Event: w.one("serviced", "installed", "removed"), PartNumber: u.PartNumber, Serial: u.Serial, Parent: w.one("", s.Ref())}, At: w.at()}) {
				return
			}
		}
	}
}

// remove takes something out that is in.
func (w *works) remove() {
	var in []genealogy.Edge
	names := map[int64]genealogy.Object{}
	for _, all := range [][]genealogy.Row{w.units, w.lots} {
		for i := range all {
			names[all[i].ID] = all[i].Object()
		}
	}
	w.program.Read(func(tx *store.Tx) (err error) {
		in, err = genealogy.Edges.Select(tx, "main", "kind = 'install' AND voided = 0 AND removed < quantity")
		return err
	})
	if len(in) == 0 {
		return
	}
	e := in[w.chance.IntN(len(in))]
	parent, part := names[e.ToID], names[e.FromID]
	w.do(&genealogy.Remove{PartNumber: parent.PartNumber, Serial: parent.Serial, Lot: parent.Lot, Component: part.PartNumber, ComponentSerial: part.Serial, ComponentLot: part.Lot,
		FindNumber: e.Position, Quantity: quantity.One, To: w.one("scrap", "quarantine", "stock"), Reason: "worn", At: w.at()})
}

// material goes to orders and back, and orders make lots of it.
func (w *works) material() {
	name := w.one("BO-1", "BO-1", "BO-2", "CO-1", "SO-1", "RW-1")
	l := w.lotOf("RES", "ALT", "OIL", "CASE")
	switch w.one("issue", "issue", "issue", "back", "produce", "rework", "scrap", "receive", "close") {
	case "issue":
		w.do(&genealogy.Issue{Order: name, Component: l.PartNumber, Lot: l.Lot, Quantity: pieces(w.int(1, 4)), At: w.at()})
	case "back":
		for range 5 { // until something was given
			if w.do(&genealogy.GiveBack{Order: name, Component: l.PartNumber, Lot: l.Lot, Quantity: pieces(1), At: w.at()}) {
				return
			}
			name, l = w.one("BO-1", "BO-2", "CO-1", "SO-1"), w.lotOf("RES", "ALT", "OIL", "CASE")
		}
	case "produce":
		w.do(&genealogy.Produce{Order: "CO-1", Lot: w.one("", "CO-1b"), Quantity: pieces(w.int(1, 3)), Scrapped: pieces(w.int(0, 1)), At: w.at()})
	case "rework":
		w.do(&genealogy.Issue{Order: "RW-1", Component: "BOARD", Serial: w.unitOf("BOARD").Serial, Quantity: pieces(1), At: w.at()})
	case "scrap":
		w.do(&genealogy.Scrap{PartNumber: l.PartNumber, Lot: l.Lot, Quantity: pieces(1), Order: name, Reason: "dropped", At: w.at()})
	case "receive":
		part := w.one("RES", "ALT", "OIL")
		w.do(&genealogy.Receive{PartNumber: part, Lot: part[:1] + w.one("1", "2", "3"), Quantity: pieces(w.int(1, 5)),
			Purchase: genealogy.Purchase{Receipt: fmt.Sprint("GR-", part, w.now), Supplier: "ACME", SupplierLot: w.one("S-1", "S-2", "S-3")}, At: w.at()})
	case "close":
		if w.int(0, 5) == 0 {
			w.do(&order.CloseOrder{Order: name, At: hour(w.now)})
		}
	}
}

// leave completes, ships, brings back, scraps.
func (w *works) leave() {
	u := w.unit()
	switch w.one("complete", "complete", "ship", "ship lot", "return", "return", "scrap") {
	case "complete":
		w.do(&genealogy.Complete{PartNumber: u.PartNumber, Serial: u.Serial, At: w.at()})
	case "ship":
		w.do(&genealogy.Ship{Shipment: fmt.Sprint("SH-", w.now), Customer: "ACME", PartNumber: u.PartNumber, Serial: u.Serial, System: w.one("", "DEPOT"), At: w.at()})
	case "ship lot":
		l := w.lotOf("CASE", "RES")
		w.do(&genealogy.Ship{Shipment: fmt.Sprint("SH-", w.now), Customer: "ACME", PartNumber: l.PartNumber, Lot: l.Lot, Quantity: pieces(1), At: w.at()})
	case "return":
		o := u
		q := quantity.Quantity(0)
		if w.int(0, 1) == 0 {
			o, q = w.lotOf("CASE", "RES"), pieces(1)
		}
		w.do(&genealogy.Return{SentBack: genealogy.SentBack{Object: o, Quantity: q, Customer: "ACME"}, At: w.at()})
	case "scrap":
		w.do(&genealogy.Scrap{PartNumber: u.PartNumber, Serial: u.Serial, Reason: "dropped", At: w.at()})
	}
}

// lotwork splits, merges, counts and moves lots.
func (w *works) lotwork() {
	l := w.lotOf("RES", "ALT", "OIL", "CASE")
	switch w.one("split", "loose", "blended", "adjust", "move", "return", "pour") {
	case "split":
		w.do(&genealogy.Split{PartNumber: l.PartNumber, Lot: l.Lot, NewLot: fmt.Sprint("X", w.now), Quantity: pieces(w.int(1, 3)), At: w.at()})
	case "loose":
		w.do(&genealogy.Merge{PartNumber: l.PartNumber, Lot: l.Lot, IntoLot: w.one(w.lotOf(l.PartNumber).Lot, fmt.Sprint("M", w.now)), Quantity: pieces(w.int(1, 3)), At: w.at()})
	case "blended":
		w.do(&genealogy.Merge{PartNumber: "OIL", Lot: w.lotOf("OIL").Lot, IntoLot: w.one(w.lotOf("OIL").Lot, "TANK"), Quantity: pieces(w.int(1, 3)), Mode: genealogy.Blended, At: w.at()})
	case "adjust":
		q := pieces(w.int(1, 2))
		w.do(&genealogy.Adjust{Adjusted: genealogy.Adjusted{Object: l, Quantity: q - 2*q*quantity.Quantity(w.int(0, 1)), Reason: "counted"}, At: w.at()})
	case "move":
		w.do(&genealogy.Move{Moved: genealogy.Moved{Object: l, To: w.one("MAIN/1", "MAIN/2")}, At: w.at()})
	case "return":
		w.do(&genealogy.Return{SentBack: genealogy.SentBack{Object: l, Quantity: pieces(1), Supplier: "ACME"}, At: w.at()})
	case "pour":
		w.do(&genealogy.Install{PartNumber: "CASE", Lot: w.lotOf("CASE").Lot, Component: "OIL", ComponentLot: w.lotOf("OIL").Lot, Quantity: pieces(1), At: w.at()})
	}
}

// quality holds, inspects, decides.
func (w *works) quality() {
	o := w.unit()
	if w.int(0, 1) == 0 {
		o = w.lotOf("RES", "OIL", "CASE")
	}
	now := hour(w.now) // what stops the use of things is recorded when it happens
	switch w.one("hold", "unhold", "unhold", "inspect", "inspect", "inspect", "ncr", "dispose", "dispose") {
	case "hold":
		w.do(&genealogy.Hold{Held: genealogy.Held{Object: o, Reason: "porous"}, At: now})
	case "unhold":
		for _, all := range [][]genealogy.Row{w.units, w.lots} {
			for i := range all {
				if all[i].Held > 0 && w.do(&genealogy.Unhold{Unheld: genealogy.Unheld{Object: all[i].Object(), Reason: "fine"}, At: now}) {
					return
				}
			}
		}
	case "inspect":
		w.do(&quality.RecordInspection{InspectionRecorded: quality.InspectionRecorded{Stage: "in-process", PartNumber: o.PartNumber, Serial: o.Serial, Lot: o.Lot,
			Characteristic: "width", Value: w.one("9", "11"), Lower: "8", Upper: "10", Number: fmt.Sprint("I", w.now)}, At: now})
	case "ncr":
		w.do(&quality.RaiseNCR{NCRRaised: quality.NCRRaised{Nonconformity: fmt.Sprint("N", w.int(1, 3)), PartNumber: o.PartNumber, Serial: o.Serial, Lot: o.Lot, Description: "cracked", Severity: "major"}, At: now})
	case "dispose":
		w.do(&quality.DisposeNCR{NCRDisposed: quality.NCRDisposed{Nonconformity: fmt.Sprint("N", w.int(1, 3)), Disposition: w.one("use-as-is", "rework", "scrap"), ApprovedBy: "ada"}, At: now})
	}
}

// paper is what changes what things are called and where they belong.
func (w *works) paper() {
	u := w.unitOf("BOARD")
	switch w.one("reassign", "reassign", "rename", "name", "operation", "deviation", "use") {
	case "reassign":
		w.do(&genealogy.Reassign{PartNumber: "BOARD", Serial: u.Serial, Order: w.one("BO-1", "BO-2"), Reason: "needed there", At: w.at()})
	case "rename":
		w.serial++
		w.do(&genealogy.Reidentify{Object: u, NewSerial: fmt.Sprint("R", w.serial), Reason: "clash", At: hour(w.now)})
	case "name":
		w.do(&genealogy.Reidentify{Object: u, Identifier: fmt.Sprint("UII-", w.now), Name: "uii", At: hour(w.now)})
	case "operation":
		w.do(&quality.PerformOperation{OperationPerformed: quality.OperationPerformed{Operation: "reflow", Order: w.one("BO-1", "BO-2"), Machine: w.one("OVEN-1", "OVEN-2")}, At: w.at()})
	case "deviation":
		w.do(&genealogy.GrantDeviation{DeviationGranted: genealogy.DeviationGranted{Deviation: fmt.Sprint("D", w.int(1, 3)), PartNumber: w.one("ALT", "RES"), InsteadOf: "RES", Reason: "shortage", Quantity: pieces(5)}, At: hour(w.now)})
	case "use":
		l := w.lotOf("ALT")
		w.do(&genealogy.Install{PartNumber: "BOARD", Serial: u.Serial, Component: "ALT", ComponentLot: l.Lot, Quantity: pieces(1), FindNumber: "10", SubstituteFor: "RES", Deviation: fmt.Sprint("D", w.int(1, 3)), At: w.at()})
	}
}
