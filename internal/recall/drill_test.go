package recall_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/quality"
	"lotline/internal/quantity"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

func drill(p *ledgertest.Plant, seed uint64) *recall.Drill {
	p.Helper()
	return read(p, func(tx *store.Tx) (*recall.Drill, error) {
		return recall.RunDrill(tx, "main", seed, func() time.Time { return p.Ledger.Now().Go() }, nil)
	})
}

// board is what a board is made of, flux tracked too.
func board(p *ledgertest.Plant) {
	p.Do(&bom.DefineBOM{Parent: "BOARD", Lines: []bom.Line{{Component: "RES", Quantity: quantity.One}, {Component: "FLUX", Quantity: quantity.One}}})
}

// found is a drill's checks and findings in short.
func found(checks []recall.Check, score float64, findings int) string {
	var all []string
	for _, c := range checks {
		all = append(all, fmt.Sprintf("%s %d/%d", c.Kind, c.Wrong, c.Checked))
	}
	return fmt.Sprintf("%.1f: %s; %d", score, strings.Join(all, ", "), findings)
}

// Of R1 and R2 one is picked blind, the same by the same seed. Of R1: M1 and B2
// are finished and asked backward, with the lot itself three backward traces.
func TestDrill(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		plant(p)
		before := size(p)
		lots := map[string]int{}
		for seed := range uint64(12) {
			d := drill(p, seed)
			lots[d.Lot]++
			if again := drill(p, seed); again.Lot != d.Lot {
				t.Errorf("seed %d picks %s, then %s", seed, d.Lot, again.Lot)
			}
			var steps []string
			sum := 0.0
			for _, s := range d.Steps {
				steps = append(steps, s.Step)
				sum += s.Seconds
			}
			if got := strings.Join(steps, " "); got != "pick trigger forward backward balance scope contacts documents" || sum != 8 || d.Seconds != 17 { // the clock goes on by a second with each reading
				t.Errorf("steps %s, %.0f of %.0f seconds", got, sum, d.Seconds)
			}
			if d.Balance.Missing != 0 || len(d.Findings) != 1 || d.Findings[0].What != "it has no address, no telephone and no e-mail" {
				t.Errorf("%s: balance %+v, findings %v", d.Lot, d.Balance, d.Findings)
			}
			// Four kinds are right, and the one customer cannot be told: 4/5.
			if d.Score != 80 {
				t.Errorf("%s: %s", d.Lot, found(d.Checks, d.Score, len(d.Findings)))
			}
			if d.Lot == "lot:RES/R1" && (d.Must != 6 || d.May != 0 || d.HadBeen.Must != 1 || d.Customers != 1 || d.Balance.InUnits != quantity.Pieces(2) || d.Balance.InStock != quantity.Pieces(18)) {
				t.Errorf("R1: %+v", d)
			}
		}
		if len(lots) != 2 || lots["lot:RES/R1"] == 0 || lots["lot:RES/R2"] == 0 {
			t.Errorf("picked %v", lots)
		}
		if size(p) != before {
			t.Error("a drill has recorded something")
		}
		p.Do(&catalog.DefinePartner{Code: "ACME", Name: "Acme", Role: "customer", Phone: "1"}, &catalog.DefinePartner{Code: "BETA", Name: "Beta", Role: "customer", Address: "2 River Street"})
		if d := drill(p, 1); d.Score != 100 || len(d.Findings) != 0 {
			t.Errorf("with addresses: %s %v", found(d.Checks, d.Score, len(d.Findings)), d.Findings)
		}
	})
}

// What is missing, unknown or overdrawn pulls the score down.
func TestDrillFindings(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(item("RES", "lot", "buy"), item("FLUX", "lot", "buy"), item("BOARD", "serial", "make"), partner("ACME", "customer"), receive("R1", 2, genealogy.Purchase{}))
		board(p)
		p.Do(make_("PO-1", "BOARD", 1, 2)...)
		p.Do(serialize("PO-1", "BOARD", "B1", 3), resistor("B1", "R1", 3)) // and no flux
		p.Do(&ledger.AsHappened{Command: &genealogy.Ship{PartNumber: "RES", Lot: "R1", Quantity: quantity.Pieces(12), Customer: "ACME", Shipment: "SH", At: day(4)}, Reason: "an old list"})
		d := drill(p, 1)
		var all []string
		for _, f := range d.Findings {
			all = append(all, f.Kind+" "+f.Object+": "+f.What)
		}
		// Backward of the lot: a breach. Of B1: the lot found, a breach of it, and flux missing.
		want := "link lot:RES/R1: breach, link unit:BOARD/B1: lot_missing at 20, link lot:RES/R1: breach, balance lot:RES/R1: there are -3 in stock, contact partner:ACME: it has no address, no telephone and no e-mail"
		if got := strings.Join(all, ", "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		p.Do(&recall.KeepDrill{Drill: *d, Raise: "DRILL-1", At: day(20)})
		p.Read(func(tx *store.Tx) error {
			rows, err := quality.NCRs.Select(tx, "main", "nonconformity = $2", "DRILL-1-5")
			if err == nil && (len(rows) != 1 || rows[0].Description != "traceability drill: partner:ACME: it has no address, no telephone and no e-mail") {
				t.Errorf("raised %+v", rows)
			}
			return err
		})
		p.Refuses(&recall.KeepDrill{Drill: *d, Raise: "DRILL-1", At: day(21)}, refuse.Conflict, "Nonconformity DRILL-1-1")
		p.Do(&recall.KeepDrill{Drill: *d, At: day(22)})
		h := read(p, func(tx *store.Tx) (*recall.History, error) { return recall.Drills(tx, "main", 10) })
		if len(h.Drills) != 2 || h.Drills[0].Score != d.Score || h.Drills[0].Lot != d.Lot || h.Drills[1].At != day(20) || h.Drills[0].Findings != 5 || h.Mean != d.Score || h.Drills[0].Seconds != 17 || len(h.Drills[0].Steps) != 8 {
			t.Errorf("history %+v", h)
		}
	})
}

func TestTrend(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		for i := range 20 { // ten of 50, then ten of 80
			p.Do(&recall.KeepDrill{Drill: recall.Drill{Lot: "lot:A/B", Score: map[bool]float64{true: 50, false: 80}[i < 10]}, At: day(1 + i)})
		}
		h := read(p, func(tx *store.Tx) (*recall.History, error) { return recall.Drills(tx, "main", 100) })
		if len(h.Drills) != 20 || h.Mean != 80 || h.Trend != 30 {
			t.Errorf("%d drills, mean %.1f, trend %.1f; want 20, 80, 30", len(h.Drills), h.Mean, h.Trend)
		}
	})
}

func TestNoLotToDrill(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Read(func(tx *store.Tx) error {
			if _, err := recall.RunDrill(tx, "main", 1, time.Now, nil); err == nil || !strings.Contains(err.Error(), "There is no lot to try a recall on.") {
				t.Errorf("an empty plant: %v", err)
			}
			return nil
		})
	})
}

// 5 positions of finished units, 11 objects, 5 lots, and 2 customers that cannot
// be told; then a resistor less in B2, of 2 boards of PO-1.
func TestCompleteness(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		plant(p)
		complete := func() string {
			c := read(p, func(tx *store.Tx) (*recall.Completeness, error) { return recall.Complete(tx, "main") })
			var gaps []string
			for _, g := range c.Gaps {
				gaps = append(gaps, fmt.Sprintf("%d %s %s", g.Count, g.Where, g.What))
			}
			return found(c.Checks, c.Score, len(c.Gaps)) + "; " + strings.Join(gaps, ", ")
		}
		const nobody = "1 partner:ACME it has no address, no telephone and no e-mail, 1 partner:BETA it has no address, no telephone and no e-mail"
		if got, want := complete(), "75.0: link 0/5, end 0/11, balance 0/5, contact 2/2; 2; "+nobody; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		p.Do(&genealogy.Remove{PartNumber: "BOARD", Serial: "B2", Component: "RES", ComponentLot: "R1", Quantity: quantity.One, To: "scrap", At: day(16)})
		if got, want := complete(), "70.0: link 1/5, end 0/11, balance 0/5, contact 2/2; 3; 1 order:PO-1 position 10 (RES) of BOARD, "+nobody; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		p.Do(&genealogy.Issue{Order: "PO-1", Component: "RES", Lot: "R2", Quantity: quantity.One, At: day(17)}) // B2 has it by the pool
		if got, want := complete(), "75.0: link 0/5, end 0/11, balance 0/5, contact 2/2; 2; "+nobody; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}
