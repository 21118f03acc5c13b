package recall_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/quantity"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
	"lotline/internal/trace"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// day is noon of a day in January 2026.
func day(n int) moment.Time { return moment.Of(time.Date(2026, 1, n, 12, 0, 0, 0, time.UTC)) }

func item(part, tracking, source string) ledger.Command {
	return &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: part, Name: part, Tracking: tracking, Source: source}}
}

func partner(code, role string) ledger.Command {
	return &catalog.DefinePartner{Code: code, Name: code, Role: role}
}

func receive(lot string, on int, p genealogy.Purchase) ledger.Command {
	p.Receipt = fmt.Sprintf("GR-%s-%d", lot, on)
	return &genealogy.Receive{PartNumber: "RES", Lot: lot, Quantity: quantity.Pieces(10), Purchase: p, At: day(on)}
}

func make_(name, part string, n int64, on int) []ledger.Command {
	return []ledger.Command{
		&order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: name, PartNumber: part, Quantity: quantity.Pieces(n)}, At: day(on)},
		&order.ReleaseOrder{Order: name, At: day(on)},
	}
}

func serialize(name, part, serials string, on int) ledger.Command {
	return &genealogy.Serialize{PartNumber: part, Serial: serials, Order: name, At: day(on)}
}

func complete(part, serial string, on int) ledger.Command {
	return &genealogy.Complete{PartNumber: part, Serial: serial, At: day(on)}
}

func resistor(board, lot string, on int) ledger.Command {
	return &genealogy.Install{PartNumber: "BOARD", Serial: board, Component: "RES", ComponentLot: lot, Quantity: quantity.One, At: day(on)}
}

func plug(module, board string, on int) ledger.Command {
	return &genealogy.Install{PartNumber: "MODULE", Serial: module, Component: "BOARD", ComponentSerial: board, Quantity: quantity.One, At: day(on)}
}

func send(module, customer, system string, on int) ledger.Command {
	return &genealogy.Ship{PartNumber: "MODULE", Serial: module, Customer: customer, System: system, Shipment: "SH-" + module, At: day(on)}
}

func worked(o quality.OperationPerformed, on int) ledger.Command {
	return &quality.PerformOperation{OperationPerformed: o, At: day(on)}
}

func measured(board, instrument, value, result, inspector string, on int) ledger.Command {
	return &quality.RecordInspection{InspectionRecorded: quality.InspectionRecorded{Stage: "final", PartNumber: "BOARD", Serial: board, Plan: "IP-1",
		Characteristic: "ohm", Value: value, Result: result, Inspector: inspector, Instrument: instrument}, At: day(on)}
}

func calibrated(instrument, result string, on int) ledger.Command {
	return &quality.Calibrate{InstrumentCalibrated: quality.InstrumentCalibrated{Instrument: instrument, Result: result}, At: day(on)}
}

func document(revision string, on int) ledger.Command {
	return &quality.Attach{DocumentAttached: catalog.DocumentAttached{Document: "DRW-1", Revision: revision, URL: "https://plant.example/drw-1", PartNumber: "BOARD"}, At: day(on)}
}

// plant is two orders of boards with a resistor and flux each, and modules with
// a board each: B1 in M1 at ACME, B3 in M2 at BETA, from which B2 was taken out.
func plant(p *ledgertest.Plant) {
	p.Do(partner("SUP", "supplier"), partner("ACME", "customer"), partner("BETA", "customer"), partner("IDLE", "both"),
		item("RES", "lot", "buy"), item("FLUX", "none", "buy"), item("BOARD", "serial", "make"), item("MODULE", "serial", "make"),
		&bom.DefineBOM{Parent: "BOARD", Lines: []bom.Line{{Component: "RES", Quantity: quantity.One}, {Component: "FLUX", Quantity: quantity.One}}},
		&bom.DefineBOM{Parent: "MODULE", Lines: []bom.Line{{Component: "BOARD", Quantity: quantity.One}}})
	p.Do(document("A", 1))
	p.Do(make_("PO-1", "BOARD", 2, 1)...)
	p.Do(document("B", 2))
	p.Do(make_("PO-2", "BOARD", 2, 2)...)
	p.Do(make_("PM-1", "MODULE", 2, 2)...)
	p.Do(receive("R1", 2, genealogy.Purchase{Supplier: "SUP", SupplierLot: "S1", ManufacturerLot: "M1", Certificate: "C1", Heat: "H1", DateCode: "2601"}),
		receive("R2", 2, genealogy.Purchase{Supplier: "SUP", SupplierLot: "S2", ManufacturerLot: "M2", Certificate: "C2", Heat: "H2", DateCode: "2602"}),
		receive("R1", 6, genealogy.Purchase{Supplier: "SUP", SupplierLot: "S3"}))
	p.Do(serialize("PO-1", "BOARD", "B1~B2", 3), resistor("B1", "R1", 3), resistor("B2", "R1", 3), complete("BOARD", "B1", 4), complete("BOARD", "B2", 5),
		serialize("PO-2", "BOARD", "B3~B4", 8), resistor("B3", "R2", 8), resistor("B4", "R2", 8), complete("BOARD", "B3", 9))
	p.Do(calibrated("DMM-1", "pass", 1), calibrated("DMM-1", "pass", 3), calibrated("DMM-1", "fail", 6), calibrated("DMM-2", "pass", 8))
	p.Do(worked(quality.OperationPerformed{Operation: "reflow", PartNumber: "BOARD", Serial: "B1", WorkCenter: "SMT", Machine: "OVEN-1", Operator: "ann", Program: "P1", Tool: "T1",
		Until: day(4), Parameters: map[string]string{"peak": "245"}}, 3),
		worked(quality.OperationPerformed{Operation: "reflow", PartNumber: "BOARD", Serial: "B2", Order: "PO-1", Machine: "OVEN-1", Parameters: map[string]string{"peak": "262.5"}}, 5),
		worked(quality.OperationPerformed{Operation: "reflow", Order: "PO-2", Machine: "OVEN-2", Operator: "bob", Program: "P2", Tool: "T2", Parameters: map[string]string{"peak": "ask bob"}}, 8))
	p.Do(measured("B1", "DMM-1", "10.2", "pass", "eve", 4), measured("B2", "DMM-1", "12", "pass", "eve", 6), measured("B1", "DMM-2", "10.1", "pass", "eve", 7),
		measured("B3", "DMM-2", "10.9", "pass", "joe", 9))
	p.Do(serialize("PM-1", "MODULE", "M1~M2", 9), plug("M2", "B2", 9),
		&genealogy.Remove{PartNumber: "MODULE", Serial: "M2", Component: "BOARD", ComponentSerial: "B2", To: "stock", At: day(10)},
		plug("M1", "B1", 10), plug("M2", "B3", 10), send("M1", "ACME", "RADAR-7", 12), send("M2", "BETA", "", 13), measured("B4", "DMM-1", "9.8", "fail", "joe", 14))
	p.Do(&quality.RaiseNCR{NCRRaised: quality.NCRRaised{Nonconformity: "NCR-1", PartNumber: "BOARD", Serial: "B2"}, At: day(15)},
		&quality.RaiseNCR{NCRRaised: quality.NCRRaised{Nonconformity: "NCR-2", Order: "PO-2"}, At: day(15)})
}

// said is an answer in short: what it starts from, ? for may; how many must,
// may and had been; who has how many.
func said(a *recall.Answer) string {
	var starts, who []string
	for _, o := range a.Start {
		name := o.Serial + o.Lot
		if o.Certainty == genealogy.May {
			name += "?"
		}
		starts = append(starts, name)
	}
	for _, c := range a.ByCustomer {
		who = append(who, fmt.Sprintf("%s %d/%d", c.Customer, c.Must, c.May))
	}
	return fmt.Sprintf("%s: %d/%d/%d; %s", strings.Join(starts, " "), a.Must, a.May, a.HadBeen.Must+a.HadBeen.May, strings.Join(who, ", "))
}

func ask(p *ledgertest.Plant, q trace.Question, any ...recall.Trigger) (answer *recall.Answer, err error) {
	p.Read(func(tx *store.Tx) error {
		answer, err = recall.Plan(tx, "main", recall.Question{Any: any}, q)
		return nil
	})
	return answer, err
}

// A board with its order's lot, the module and the lot of its order are 4; B2
// is in stock, and had been in M2 (and so in its order's lot).
const (
	b1  = "B1: 4/0/0; ACME 1/0"
	b2  = "B2: 2/0/2; "
	b3  = "B3: 4/0/0; BETA 1/0"
	r1  = "R1: 6/0/1; ACME 1/0"               // R1, B1, B2, PO-1, M1, PM-1; M2 had been
	r2  = "R2: 6/0/0; BETA 1/0"               // R2, B3, B4, PO-2, M2, PM-1
	rs  = "R1 R2: 11/0/0; ACME 1/0, BETA 1/0" // and PM-1 once; M2 is alive by R2
	o1  = "PO-1 B1 B2: 5/0/1; ACME 1/0"
	o2  = "PO-2 B3 B4: 5/0/0; BETA 1/0"
	b12 = "B1 B2: 5/0/1; ACME 1/0"
	b34 = "B3 B4: 5/0/0; BETA 1/0"
)

func TestTriggers(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		plant(p)
		for _, c := range []struct {
			trigger recall.Trigger
			want    string
		}{
			{recall.Trigger{Object: "RES/R1"}, r1},
			{recall.Trigger{Object: "BOARD/B3"}, b3},
			{recall.Trigger{Supplier: "SUP"}, rs},
			{recall.Trigger{Supplier: "SUP", SupplierLot: "S1"}, r1},
			{recall.Trigger{Supplier: "SUP", From: "2026-01-05", To: "2026-01-06"}, r1}, // the second receipt
			{recall.Trigger{SupplierLot: "S1", From: "2026-01-05"}, ""},                 // S1 came with the first
			{recall.Trigger{SupplierLot: "S3"}, r1},
			{recall.Trigger{MakerLot: "M2"}, r2},
			{recall.Trigger{Certificate: "C1"}, r1},
			{recall.Trigger{Heat: "H2"}, r2},
			{recall.Trigger{Heat: "H2", DateCode: "2601"}, ""},
			{recall.Trigger{DateCode: "2602"}, r2},
			{recall.Trigger{PartNumber: "RES"}, rs},
			{recall.Trigger{PartNumber: "BOARD", Revision: "A", Order: "PO-1"}, o1},
			{recall.Trigger{PartNumber: "BOARD", Revision: "A"}, "PO-1 PO-2 B1 B2 B3 B4: 9/0/0; ACME 1/0, BETA 1/0"},
			{recall.Trigger{PartNumber: "RES", From: "2026-01-06", To: "2026-01-06"}, r1},
			{recall.Trigger{PartNumber: "BOARD", From: "2026-01-04T12:00:00Z", To: "2026-01-04T12:00:00Z"}, b12}, // B1 is completed at that moment, B2 a day later
			{recall.Trigger{PartNumber: "BOARD", From: "2026-01-04T12:00:01Z", To: "2026-01-08T11:59:59Z"}, b2},
			{recall.Trigger{PartNumber: "BOARD", From: "2026-01-08"}, b34},
			{recall.Trigger{PartNumber: "BOARD", To: "2026-01-03"}, b12},
			{recall.Trigger{To: "2026-01-02"}, rs},
			{recall.Trigger{From: "2026-01-06", To: "2026-01-07"}, r1},
			{recall.Trigger{Order: "PO-1"}, o1},
			{recall.Trigger{PartNumber: "BOARD", Serials: "B1~B2"}, b12},
			{recall.Trigger{PartNumber: "BOARD", Serials: "B2~B9", Order: "PO-2"}, b34},
			{recall.Trigger{Customer: "ACME"}, "M1: 2/0/0; ACME 1/0"},
			{recall.Trigger{Customer: "BETA", To: "2026-01-12"}, ""},
			{recall.Trigger{Nonconformity: "NCR-1"}, b2},
			{recall.Trigger{Nonconformity: "NCR-2"}, o2},
			{recall.Trigger{Nonconformity: "NCR-2", Object: "BOARD/B3"}, b3},
			{recall.Trigger{Document: "DRW-1", DocumentRevision: "A"}, "PO-1 PO-2 B1 B2 B3 B4: 9/0/0; ACME 1/0, BETA 1/0"}, // both revisions are sealed in PO-2
			{recall.Trigger{Document: "DRW-1", DocumentRevision: "B"}, o2},
			// Flux is not followed: whatever was built then may have it.
			{recall.Trigger{PartNumber: "FLUX"}, "B1? B2? B3? B4?: 0/9/0; ACME 0/1, BETA 0/1"},
			{recall.Trigger{PartNumber: "FLUX", From: "2026-01-08", To: "2026-01-08"}, "B3? B4?: 0/5/0; BETA 0/1"},
			{recall.Trigger{PartNumber: "FLUX", Machine: "OVEN-1", To: "2026-01-04"}, "B1?: 0/4/0; ACME 0/1"},
		} {
			check(p, trace.Question{}, c.want, c.trigger)
		}
	})
}

// check compares an answer in short; "" stands for nothing found.
func check(p *ledgertest.Plant, q trace.Question, want string, any ...recall.Trigger) {
	p.Helper()
	a, err := ask(p, q, any...)
	if err != nil {
		if want != "" || !strings.Contains(err.Error(), "matches nothing") {
			p.Errorf("%v: %v", any, err)
		}
		return
	}
	if got := said(a); got != want {
		p.Errorf("%v:\ngot  %s\nwant %s", any, got, want)
	}
}

func TestTriggersOfEvents(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		plant(p)
		for _, c := range []struct {
			trigger recall.Trigger
			want    string
		}{
			{recall.Trigger{Operation: "reflow", Machine: "OVEN-1"}, b12},
			{recall.Trigger{Machine: "OVEN-1", From: "2026-01-04T12:00:00Z", To: "2026-01-04"}, b1}, // until the 4th at noon, both ends in
			{recall.Trigger{Machine: "OVEN-1", From: "2026-01-04T12:00:00.000001Z", To: "2026-01-05T11:59:59Z"}, ""},
			{recall.Trigger{Machine: "OVEN-1", To: "2026-01-03T12:00:00Z"}, b1},
			{recall.Trigger{Machine: "OVEN-1", Order: "PO-1"}, b12}, // B1's record names no order; B1 is PO-1's
			{recall.Trigger{Machine: "OVEN-1", Order: "PO-2"}, ""},
			{recall.Trigger{WorkCenter: "SMT"}, b1},
			{recall.Trigger{Operator: "bob"}, o2}, // the whole order
			{recall.Trigger{Operator: "bob", PartNumber: "BOARD", Serials: "B4"}, "B4: 2/0/0; "},
			{recall.Trigger{Program: "P1"}, b1},
			{recall.Trigger{Program: "P2", Tool: "T2", Order: "PO-2"}, o2},
			{recall.Trigger{Tool: "T1", Operator: "bob"}, ""},
			// 262.5 is outside; "ask bob" is no number, and may be.
			{recall.Trigger{Parameter: "peak", ParameterUpper: "262"}, "PO-2? B2 B3? B4?: 2/5/0; BETA 0/1"},
			{recall.Trigger{Parameter: "peak", ParameterUpper: "262.5", Machine: "OVEN-1"}, ""},
			{recall.Trigger{Parameter: "peak", ParameterLower: "245.1", Machine: "OVEN-1"}, b1},
			{recall.Trigger{Parameter: "time", ParameterLower: "1"}, ""},
			{recall.Trigger{Characteristic: "ohm", Lower: "10", Upper: "11"}, "B2 B4: 4/0/2; "},
			{recall.Trigger{Characteristic: "ohm", Lower: "9.8", Upper: "11"}, b2},
			{recall.Trigger{Characteristic: "ohm", Inspector: "eve"}, b12},
			{recall.Trigger{Plan: "IP-1", Result: "fail"}, "B4: 2/0/0; "},
			{recall.Trigger{Inspector: "joe", To: "2026-01-09"}, b3},
			{recall.Trigger{Instrument: "DMM-1"}, "B1 B2 B4: 7/0/1; ACME 1/0"},
			// Passed on the 3rd, failed on the 6th: the 4th and the 6th itself.
			{recall.Trigger{Instrument: "DMM-1", SinceCalibration: true}, b12},
			{recall.Trigger{Instrument: "DMM-1", SinceCalibration: true, From: "2026-01-05"}, b2},
			{recall.Trigger{Instrument: "DMM-2", SinceCalibration: true}, b3}, // never failed: after the 8th
			{recall.Trigger{Instrument: "DMM-1", Machine: "OVEN-1", Operator: "ann"}, b1},
		} {
			check(p, trace.Question{}, c.want, c.trigger)
		}
		check(p, trace.Question{}, "B1 R2: 9/0/0; ACME 1/0, BETA 1/0", recall.Trigger{Object: "BOARD/B1"}, recall.Trigger{Heat: "H2"})
		// B3 surely, all that has flux possibly: sure wins.
		check(p, trace.Question{}, "B1? B2? B3 B4?: 4/5/0; ACME 0/1, BETA 1/0", recall.Trigger{PartNumber: "FLUX"}, recall.Trigger{Object: "BOARD/B3"})
	})
}

// What was not so yet, or not known yet, is not a trigger either.
func TestTriggersAtATime(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		plant(p)
		boards := recall.Trigger{PartNumber: "BOARD", Order: "PO-2"}
		dmm := recall.Trigger{Instrument: "DMM-1", SinceCalibration: true}
		check(p, trace.Question{AsOf: day(7)}, "PO-2: 1/0/0; ", boards) // the lot of a released order, without units yet
		check(p, trace.Question{AsOf: day(9)}, "PO-2 B3 B4: 3/0/0; ", boards)
		check(p, trace.Question{AsOf: day(5)}, "B1: 2/0/0; ", dmm) // not failed yet: after the pass on the 3rd
		check(p, trace.Question{AsOf: day(12)}, "B1 B2: 5/0/1; ACME 1/0", recall.Trigger{Machine: "OVEN-1"})
		known := size(p)
		p.Do(&ledger.Void{Fact: factOf(p, "instrument.calibrated", 3), Reason: "another instrument"},
			&ledger.Void{Fact: factOf(p, "operation.performed", 1), Reason: "another oven"},
			&ledger.Void{Fact: factOf(p, "nonconformity.raised", 1), Reason: "twice"})
		check(p, trace.Question{}, "B1 B2 B4: 7/0/1; ACME 1/0", dmm) // without a failure: all after the 3rd
		check(p, trace.Question{KnownAt: known}, b12, dmm)
		check(p, trace.Question{}, b2, recall.Trigger{Machine: "OVEN-1"})
		check(p, trace.Question{KnownAt: known}, b12, recall.Trigger{Machine: "OVEN-1"})
		check(p, trace.Question{KnownAt: known}, b2, recall.Trigger{Nonconformity: "NCR-1"})
		if _, err := ask(p, trace.Question{}, recall.Trigger{Nonconformity: "NCR-1"}); err == nil {
			t.Error("a nonconformity whose record was voided is still found")
		}
	})
}

func TestTriggersRefused(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		plant(p)
		for _, c := range []struct {
			trigger     recall.Trigger
			field, want string
		}{
			{recall.Trigger{}, "", "Say what the recall starts from"},
			{recall.Trigger{Zone: "Europe/Vienna"}, "", "Say what the recall starts from"},
			{recall.Trigger{Object: "RES/R9"}, "object", "There is no lot or unit RES/R9."},
			{recall.Trigger{PartNumber: "NOPE"}, "part_number", "Item NOPE is not defined"},
			{recall.Trigger{PartNumber: "RES", Revision: "Z"}, "revision", "no revision Z"},
			{recall.Trigger{Revision: "A"}, "part_number", "give both"},
			{recall.Trigger{Serials: "1-3"}, "part_number", "give both"},
			{recall.Trigger{PartNumber: "BOARD", Serials: "B5~B1"}, "serials", "smaller than the first"},
			{recall.Trigger{Supplier: "NOBODY"}, "supplier", "There is no supplier NOBODY."},
			{recall.Trigger{Customer: "NOBODY"}, "customer", "There is no customer NOBODY."},
			{recall.Trigger{Supplier: "IDLE"}, "", "matches nothing"},
			{recall.Trigger{Order: "PO-9"}, "order", "There is no order PO-9."},
			{recall.Trigger{Instrument: "DMM-9"}, "instrument", "Instrument DMM-9 is not known"},
			{recall.Trigger{SinceCalibration: true}, "instrument", "give both"},
			{recall.Trigger{Nonconformity: "NCR-9"}, "nonconformity", "NCR-9 is not raised"},
			{recall.Trigger{Document: "DRW-9"}, "document", "DRW-9 is not attached"},
			{recall.Trigger{DocumentRevision: "A"}, "document", "give both"},
			{recall.Trigger{Parameter: "peak"}, "parameter_lower", "Give the limits of parameter peak"},
			{recall.Trigger{ParameterUpper: "4"}, "parameter", "give both"},
			{recall.Trigger{Parameter: "peak", ParameterUpper: "hot"}, "parameter_upper", "must be a number"},
			{recall.Trigger{Characteristic: "ohm", Lower: "3", Upper: "2"}, "lower", "wrong way round"},
			{recall.Trigger{Upper: "2"}, "characteristic", "give both"},
			{recall.Trigger{Result: "bad"}, "result", "pass, fail or na"},
			{recall.Trigger{Machine: "OVEN-1", From: "2026-02-01", To: "2026-01-01"}, "to", "before it begins"},
			{recall.Trigger{Machine: "OVEN-1", From: "Tuesday"}, "from", "is not a time"},
			{recall.Trigger{Machine: "OVEN-1", To: "2026-01-01", Zone: "Atlantis"}, "zone", "no time zone"},
		} {
			_, err := ask(p, trace.Question{}, c.trigger)
			refusal, ok := refuse.As(err)
			if !ok || !strings.Contains(refusal.Error(), c.want) || refusal.Field != c.field {
				t.Errorf("%v: got %v (%+v), want %q at %q", c.trigger, err, refusal, c.want, c.field)
			}
		}
		if _, err := ask(p, trace.Question{}, slices.Repeat([]recall.Trigger{{Object: "RES/R1"}}, 101)...); err == nil {
			t.Error("101 triggers are taken")
		}
		if _, err := ask(p, trace.Question{}); err == nil {
			t.Error("no trigger is taken")
		}
	})
}

// size is how many entries the journal has.
func size(p *ledgertest.Plant) (n int64) {
	p.Read(func(tx *store.Tx) (err error) {
		n, _, err = journal.Head(tx, "main")
		return err
	})
	return n
}

// factOf names the nth fact of a kind.
func factOf(p *ledgertest.Plant, kind string, nth int) (fact string) {
	p.Read(func(tx *store.Tx) error {
		return journal.ReadText(tx, "main", 1, size(p), func(e journal.EntryText) error {
			for k, text := range e.Text {
				if strings.Contains(string(text), `"`+kind+`/1"`) {
					if nth--; nth == 0 {
						fact = fmt.Sprintf("%d.%d", e.Seq, k+1)
					}
				}
			}
			return nil
		})
	})
	return fact
}

// A day is another in Vienna: 2026-01-04 there ends at 23:00 in UTC.
func TestTriggerInAZone(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(item("RES", "lot", "buy"))
		at := moment.Of(time.Date(2026, 1, 4, 23, 30, 0, 0, time.UTC))
		p.Do(&genealogy.Receive{PartNumber: "RES", Lot: "N", Quantity: quantity.One, Purchase: genealogy.Purchase{Receipt: "GR"}, At: at})
		check(p, trace.Question{}, "N: 1/0/0; ", recall.Trigger{PartNumber: "RES", To: "2026-01-04"})
		check(p, trace.Question{}, "", recall.Trigger{PartNumber: "RES", To: "2026-01-04", Zone: "Europe/Vienna"})
		check(p, trace.Question{}, "N: 1/0/0; ", recall.Trigger{PartNumber: "RES", From: "2026-01-05", To: "2026-01-05", Zone: "Europe/Vienna"})
	})
}

// A lot in stock at two places is one object in stock.
func TestStatesCountObjects(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(partner("SUP", "supplier"), item("RES", "lot", "buy"), receive("R1", 2, genealogy.Purchase{Supplier: "SUP", Location: "hall 1"}),
			receive("R1", 3, genealogy.Purchase{Supplier: "SUP", Location: "hall 2"}))
		a, err := ask(p, trace.Question{}, recall.Trigger{Object: "RES/R1"})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Objects[0].Places) != 2 || a.ByState["in_stock"] != 1 {
			t.Errorf("%d places, by state %v; want 2 places and 1 object in stock", len(a.Objects[0].Places), a.ByState)
		}
	})
}
