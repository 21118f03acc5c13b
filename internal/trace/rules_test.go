package trace_test

import (
	"testing"

	"lotline/internal/bom"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/order"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// The rules one by one, on an order of carts of 1 axle and 2 wheels, with the
// numbers done by hand.
func TestRules(t *testing.T) {
	for _, rules := range []map[string]func(*ledgertest.Plant){poolRules(), edgeRules()} {
		for name, rule := range rules {
			t.Run(name, func(t *testing.T) {
				ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
					cart(p, "PO", 2)
					p.Do(receive("AXLE", "A", 10, 2), receive("AXLE", "B", 10, 2), receive("WHEEL", "W", 20, 2), receive("WHEEL", "V", 20, 2))
					rule(p)
				})
			})
		}
	}
}

func scrapInOrder(lot string, n int64, on int) ledger.Command {
	return &genealogy.Scrap{PartNumber: "WHEEL", Lot: lot, Quantity: pieces(n), Order: "PO", Reason: "bent", At: day(on)}
}

func takeOut(serial, part, lot, to string, on int) ledger.Command {
	return &genealogy.Remove{PartNumber: "CART", Serial: serial, Component: part, ComponentLot: lot, To: to, Quantity: pieces(1), At: day(on)}
}

func poolRules() map[string]func(*ledgertest.Plant) {
	return map[string]func(*ledgertest.Plant){
		// 6 of W issued, 2 given back: rest 4 for 2 carts that need 2 each.
		"given back": func(p *ledgertest.Plant) {
			p.Do(issue("PO", "WHEEL", "W", 6, 3), issue("PO", "WHEEL", "W", -2, 4), serialize("PO", 2))
			both(p, "lot:WHEEL/W", "unit:CART/1", "must 2 2")
			both(p, "lot:WHEEL/W", "lot:CART/PO", "must 4 4")
		},
		// 5 of W and 3 of V are 8 for a need of 4, nothing short: a cart may have
		// its 2 of either; min(W) = 2 − 3 < 0, min(V) = 2 − 5 < 0.
		"over-issue": func(p *ledgertest.Plant) {
			p.Do(issue("PO", "WHEEL", "W", 5, 3), issue("PO", "WHEEL", "V", 3, 3), serialize("PO", 2))
			both(p, "lot:WHEEL/W", "unit:CART/2", "may 0 2")
			both(p, "lot:WHEEL/V", "unit:CART/2", "may 0 2")
		},
		// All 3 of V are given back: only W is left, and it covers the need.
		"over-issue given back": func(p *ledgertest.Plant) {
			p.Do(issue("PO", "WHEEL", "W", 5, 3), issue("PO", "WHEEL", "V", 3, 3), issue("PO", "WHEEL", "V", -3, 4), serialize("PO", 2))
			both(p, "lot:WHEEL/W", "unit:CART/2", "must 2 2")
			both(p, "lot:WHEEL/V", "unit:CART/2", "")
		},
		// 4 of W issued, 1 scrapped in the order: rest 3, short 1: 2 − 0 − 1 = 1.
		"scrapped in the order": func(p *ledgertest.Plant) {
			p.Do(issue("PO", "WHEEL", "W", 4, 3), scrapInOrder("W", 1, 4), serialize("PO", 2))
			both(p, "lot:WHEEL/W", "unit:CART/1", "must 1 2")
		},
		// Closed with 1 of 2 carts made: the need is 2, not 4, and W's 3 cover it.
		"closed short": func(p *ledgertest.Plant) {
			p.Do(issue("PO", "WHEEL", "W", 3, 3), serialize("PO", 1))
			both(p, "lot:WHEEL/W", "unit:CART/1", "must 1 2")
			p.Do(&order.CloseOrder{Order: "PO", At: day(9)})
			both(p, "lot:WHEEL/W", "unit:CART/1", "must 2 2")
		},
		// A backflush after all members are complete still reaches them.
		"backflush": func(p *ledgertest.Plant) {
			p.Do(serialize("PO", 2), &order.CloseOrder{Order: "PO", At: day(5)}, issue("PO", "AXLE", "A", 2, 8))
			both(p, "lot:AXLE/A", "unit:CART/2", "must 1 1")
		},
		// On no line: may, whoever of the two had it.
		"on no line": func(p *ledgertest.Plant) {
			p.Do(item("GLUE", "lot", "buy"), receive("GLUE", "G", 5, 2),
				permit("GLUE"), &genealogy.Issue{Order: "PO", Component: "GLUE", Lot: "G", Quantity: pieces(2), Deviation: "DEV-1", At: day(3)}, serialize("PO", 2))
			both(p, "lot:GLUE/G", "unit:CART/1", "may 0 2")
		},
	}
}

func edgeRules() map[string]func(*ledgertest.Plant) {
	return map[string]func(*ledgertest.Plant){
		// A reel changed in the middle: one of the two is in it.
		"candidates": func(p *ledgertest.Plant) {
			p.Do(serialize("PO", 1))
			for _, lot := range []string{"A", "B"} {
				p.Do(&genealogy.Install{PartNumber: "CART", Serial: "1", Component: "AXLE", ComponentLot: lot, Quantity: pieces(1), CandidateGroup: "1", At: day(4)})
			}
			both(p, "lot:AXLE/A", "unit:CART/1", "may 0 1")
			both(p, "lot:AXLE/B", "unit:CART/1", "may 0 1")
		},
		// Of 2 wheels one was taken out: 1 is in it. With the other too, both had been.
		"removed": func(p *ledgertest.Plant) {
			p.Do(serialize("PO", 1), install("CART", "1", "WHEEL", "", "W", 2, 4), takeOut("1", "WHEEL", "W", "scrap", 5))
			both(p, "lot:WHEEL/W", "unit:CART/1", "must 1 1")
			p.Do(takeOut("1", "WHEEL", "W", "scrap", 6))
			both(p, "lot:WHEEL/W", "unit:CART/1", "removed must 2 2")
			a := forward(p, "lot:WHEEL/W", trace.Question{})
			if a.Counts.Must != 0 || a.Counts.HadBeen.Must != 2 { // the cart, and the lot of its order
				p.Errorf("counts %+v", a.Counts)
			}
		},
		// An alive may comes before a removed must.
		"alive may, removed must": func(p *ledgertest.Plant) {
			p.Do(serialize("PO", 2), issue("PO", "WHEEL", "W", 1, 3), issue("PO", "WHEEL", "V", 4, 3),
				&genealogy.Install{PartNumber: "CART", Serial: "1", Component: "WHEEL", ComponentLot: "W", Quantity: pieces(1), At: day(4)}, takeOut("1", "WHEEL", "W", "scrap", 5),
				issue("PO", "WHEEL", "W", 1, 6))
			both(p, "lot:WHEEL/W", "unit:CART/1", "may 0 1")
		},
		// What was taken out becomes a lot split from its own.
		"removed to stock": func(p *ledgertest.Plant) {
			p.Do(serialize("PO", 2), install("CART", "1", "WHEEL", "", "W", 2, 4), takeOut("1", "WHEEL", "W", "stock", 5), install("CART", "2", "WHEEL", "", "W-R1", 1, 6))
			both(p, "lot:WHEEL/W", "unit:CART/2", "must 1 1")
			both(p, "lot:WHEEL/W-R1", "unit:CART/1", "")
		},
		// As of day 4 the axle was in; as known at the entry before, nothing was.
		"as of, as known at": func(p *ledgertest.Plant) {
			p.Do(serialize("PO", 1))
			before := entries(p)
			p.Do(install("CART", "1", "AXLE", "", "A", 1, 4), takeOut("1", "AXLE", "A", "scrap", 6))
			is(p, forward(p, "lot:AXLE/A", trace.Question{}), "unit:CART/1", "removed must 1 1")
			is(p, forward(p, "lot:AXLE/A", trace.Question{AsOf: day(5)}), "unit:CART/1", "must 1 1")
			is(p, forward(p, "lot:AXLE/A", trace.Question{AsOf: day(3)}), "unit:CART/1", "")
			is(p, forward(p, "lot:AXLE/A", trace.Question{KnownAt: before}), "unit:CART/1", "")
			is(p, forward(p, "lot:AXLE/A", trace.Question{KnownAt: before + 1}), "unit:CART/1", "must 1 1")
		},
		// A received lot and its units, and its split's.
		"belonging": func(p *ledgertest.Plant) {
			p.Do(item("HUB", "serial", "buy"), &genealogy.Receive{PartNumber: "HUB", Serial: "H1~+2", Lot: "HL", Purchase: genealogy.Purchase{Receipt: "GR-H"}, At: day(2)},
				&genealogy.Split{PartNumber: "HUB", Lot: "HL", NewLot: "HL-2", Serials: "H2", At: day(3)})
			both(p, "lot:HUB/HL", "unit:HUB/H1", "must 1 1")
			both(p, "lot:HUB/HL", "unit:HUB/H2", "must 1 1")
			both(p, "lot:HUB/HL-2", "unit:HUB/H2", "must 1 1")
			both(p, "lot:HUB/HL-2", "unit:HUB/H1", "")
		},
	}
}

// 5 of resin R and 5 of S go into 10 of glue. A cart that has 1 of the glue may
// have R or S, 0 to 0.5 of each: 1 of 10 pieces has 0.5 of a resin on average,
// and by the pool rule 1 − 5 < 0 at least. With R alone it surely has some.
func TestALotMadeOfTwo(t *testing.T) {
	for resins, want := range map[string]string{"RS": "may 0 0.5", "R": "must 0.5 0.5"} {
		t.Run(resins, func(t *testing.T) {
			ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
				cart(p, "PO", 2)
				p.Do(item("RESIN", "lot", "buy"), item("GLUE", "lot", "buy"), receive("GLUE", "G", 10, 2), serialize("PO", 2))
				for _, r := range resins {
					p.Do(receive("RESIN", string(r), 9, 2),
						&genealogy.Install{PartNumber: "GLUE", Lot: "G", Component: "RESIN", ComponentLot: string(r), Quantity: pieces(5), At: day(3)})
				}
				p.Do(permit("GLUE"), &genealogy.Install{PartNumber: "CART", Serial: "1", Component: "GLUE", ComponentLot: "G", Quantity: pieces(1), Deviation: "DEV-1", At: day(4)})
				both(p, "lot:RESIN/R", "unit:CART/1", want)
				both(p, "lot:RESIN/R", "unit:CART/2", "")
			})
		})
	}
}

// entries is how many entries the journal has.
func entries(p *ledgertest.Plant) (n int64) {
	p.Helper()
	p.Read(func(tx *store.Tx) (err error) {
		n, _, err = journal.Head(tx, "main")
		return err
	})
	return n
}

// Two tyres stand for one wheel. 4 tyres and 2 wheels fill the need of 4
// wheels: a cart has 2 wheels at most, or 4 tyres at most, and none surely.
// With 8 tyres and no wheel each has 4.
func TestSubstitutesShareAPool(t *testing.T) {
	for name, wheels := range map[string]int64{"both": 2, "tyres only": 0} {
		t.Run(name, func(t *testing.T) {
			ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
				p.Do(item("WHEEL", "lot", "buy"), item("TYRE", "lot", "buy"), item("CART", "serial", "make"),
					&bom.DefineBOM{Parent: "CART", Lines: []bom.Line{{Component: "WHEEL", Quantity: pieces(2), Substitutes: []bom.Substitute{{PartNumber: "TYRE", Ratio: pieces(2)}}}}},
					&order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: "PO", PartNumber: "CART", Quantity: pieces(2)}, At: day(1)}, &order.ReleaseOrder{Order: "PO", At: day(1)},
					receive("WHEEL", "W", 9, 2), receive("TYRE", "T", 9, 2), serialize("PO", 2), issue("PO", "TYRE", "T", 8-2*wheels, 3))
				if wheels == 0 {
					both(p, "lot:TYRE/T", "unit:CART/1", "must 4 4")
					both(p, "lot:TYRE/T", "lot:CART/PO", "must 8 8")
					return
				}
				p.Do(issue("PO", "WHEEL", "W", wheels, 3))
				both(p, "lot:TYRE/T", "unit:CART/1", "may 0 4")
				both(p, "lot:WHEEL/W", "unit:CART/2", "may 0 2")
				// Cart 1 gets 2 tyres of U: it needs 1 wheel more, and 3 are needed of 4.
				p.Do(receive("TYRE", "U", 9, 2), install("CART", "1", "TYRE", "", "U", 2, 5))
				both(p, "lot:TYRE/T", "unit:CART/1", "may 0 2")
			})
		})
	}
}

func permit(part string) *genealogy.GrantDeviation {
	return &genealogy.GrantDeviation{DeviationGranted: genealogy.DeviationGranted{Deviation: "DEV-1", PartNumber: part, Reason: "needed"}, At: day(1)}
}
