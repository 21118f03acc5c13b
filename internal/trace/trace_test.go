package trace_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
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

func pieces(n int64) quantity.Quantity { return quantity.Pieces(n) }

func receive(part, lot string, n int64, on int) ledger.Command {
	return &genealogy.Receive{PartNumber: part, Lot: lot, Quantity: pieces(n), Purchase: genealogy.Purchase{Receipt: "GR-" + lot, SupplierLot: "S-" + lot}, At: day(on)}
}

func issue(name, part, lot string, n int64, on int) ledger.Command {
	return &genealogy.Issue{Order: name, Component: part, Lot: lot, Quantity: pieces(n), At: day(on)}
}

func install(part, serial, component, componentSerial, lot string, n int64, on int) ledger.Command {
	return &genealogy.Install{PartNumber: part, Serial: serial, Component: component, ComponentSerial: componentSerial, ComponentLot: lot, Quantity: pieces(n), At: day(on)}
}

// cart plans and releases an order for n carts of one axle and two wheels.
func cart(p *ledgertest.Plant, name string, n int64) {
	p.Do(item("AXLE", "lot", "buy"), item("WHEEL", "lot", "buy"), item("CART", "serial", "make"))
	p.Do(&bom.DefineBOM{Parent: "CART", Lines: []bom.Line{{Component: "AXLE", Quantity: pieces(1)}, {Component: "WHEEL", Quantity: pieces(2)}}})
	p.Do(&order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: name, PartNumber: "CART", Quantity: pieces(n)}, At: day(1)}, &order.ReleaseOrder{Order: name, At: day(1)})
}

func serialize(name string, n int) ledger.Command {
	return &genealogy.Serialize{PartNumber: "CART", Serial: fmt.Sprintf("1-%d", n), Order: name, At: day(3)}
}

func forward(p *ledgertest.Plant, object string, q trace.Question) (a *trace.Answer) {
	p.Helper()
	p.Read(func(tx *store.Tx) (err error) {
		a, err = trace.Forward(tx, "main", object, q)
		return err
	})
	return a
}

func backward(p *ledgertest.Plant, object string, q trace.Question) (a *trace.Answer) {
	p.Helper()
	p.Read(func(tx *store.Tx) (err error) {
		a, err = trace.Backward(tx, "main", object, q)
		return err
	})
	return a
}

// is checks what an answer says of an object: "must 1 2", "may 0 1",
// "removed must 1 1", or "" for not in it.
func is(p *ledgertest.Plant, a *trace.Answer, ref, want string) {
	p.Helper()
	got := ""
	for _, o := range a.Objects {
		if o.Ref == ref {
			if o.Removed {
				got = "removed "
			}
			got += fmt.Sprintf("%s %s %s", o.Certainty, o.QuantityMin, o.QuantityMax)
		}
	}
	if got != want {
		p.Errorf("%s %s: %s is %q, want %q", a.Direction, a.Object, ref, got, want)
	}
}

// both checks rule 8: A is in B's backward trace as B is in A's forward trace.
func both(p *ledgertest.Plant, component, parent, want string) {
	p.Helper()
	is(p, forward(p, component, trace.Question{}), parent, want)
	is(p, backward(p, parent, trace.Question{}), component, want)
}

// Three carts need 1 axle each, 3 in all. A alone covers them: each has 1 of it.
func TestOneLotInAPoolIsSure(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		cart(p, "PO", 3)
		p.Do(receive("AXLE", "A", 10, 2), issue("PO", "AXLE", "A", 3, 3), serialize("PO", 3))
		both(p, "lot:AXLE/A", "unit:CART/2", "must 1 1")
		both(p, "lot:AXLE/A", "lot:CART/PO", "must 3 3")
	})
}

// Two lots, 2 of A and 1 of B, for 3 carts: for one cart, the two others could
// take all of B but only 2 of A: min(A) = 1 − 1 = 0, min(B) = 1 − 2 < 0.
func TestTwoLotsInAPoolAreMay(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		cart(p, "PO", 3)
		p.Do(receive("AXLE", "A", 10, 2), receive("AXLE", "B", 10, 2), issue("PO", "AXLE", "A", 2, 3), issue("PO", "AXLE", "B", 1, 3), serialize("PO", 3))
		both(p, "lot:AXLE/A", "unit:CART/1", "may 0 1")
		both(p, "lot:AXLE/B", "unit:CART/1", "may 0 1")
	})
}

// A and B are split from R: either way each cart has 1 of R, min(A and B) = 1 −
// 0 = 1. The most is the sum of both edges, 1 + 1, not a solved optimum.
func TestSplitLotsAreSureTogether(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		cart(p, "PO", 3)
		p.Do(receive("AXLE", "R", 10, 2), &genealogy.Split{PartNumber: "AXLE", Lot: "R", NewLot: "A", Quantity: pieces(2), At: day(2)},
			&genealogy.Split{PartNumber: "AXLE", Lot: "R", NewLot: "B", Quantity: pieces(1), At: day(2)},
			issue("PO", "AXLE", "A", 2, 3), issue("PO", "AXLE", "B", 1, 3), serialize("PO", 3))
		both(p, "lot:AXLE/A", "unit:CART/1", "may 0 1")
		both(p, "lot:AXLE/R", "unit:CART/1", "must 1 2")
	})
}

// 2 wheels each for 2 carts are 4; 3 of W are issued: short 1, so a cart has
// at least 2 − 0 − 1 = 1 of W and at most 2.
func TestShortIssue(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		cart(p, "PO", 2)
		p.Do(receive("WHEEL", "W", 10, 2), issue("PO", "WHEEL", "W", 3, 3), serialize("PO", 2))
		both(p, "lot:WHEEL/W", "unit:CART/1", "must 1 2")
		a := backward(p, "unit:CART/1", trace.Question{})
		if fmt.Sprint(a.Gaps) != "[{unit:CART/1 10 lot_missing} {unit:CART/1 20 short_issue}]" {
			t.Error(a.Gaps)
		}
	})
}

// Exact installs: a sibling of the same order is not swept in.
func TestInstallsSpareTheSibling(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		cart(p, "PO", 2)
		p.Do(receive("AXLE", "A", 10, 2), receive("AXLE", "B", 10, 2), serialize("PO", 2),
			install("CART", "1", "AXLE", "", "A", 1, 4), install("CART", "2", "AXLE", "", "B", 1, 4))
		both(p, "lot:AXLE/A", "unit:CART/1", "must 1 1")
		both(p, "lot:AXLE/A", "unit:CART/2", "")
		both(p, "lot:AXLE/B", "unit:CART/2", "must 1 1")
	})
}

// Issued 2 axles, 1 of them installed in cart 1: cart 1 needs none more, and
// cart 2 has the other.
func TestInstallDrawsOnTheIssue(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		cart(p, "PO", 2)
		p.Do(receive("AXLE", "A", 10, 2), issue("PO", "AXLE", "A", 2, 3), serialize("PO", 2), install("CART", "1", "AXLE", "", "A", 1, 4))
		both(p, "lot:AXLE/A", "unit:CART/1", "must 1 1")
		both(p, "lot:AXLE/A", "unit:CART/2", "must 1 1")
	})
}

// A board was in a cart from day 4 to day 6; the cart had an axle of B put in
// on day 7: B never touched the fleet truck that the cart had been in before.
func TestRemovedAndTime(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(item("AXLE", "lot", "buy"), item("CART", "serial", "buy"), item("TRUCK", "serial", "buy"))
		unit := func(part, serial string) ledger.Command {
			return &genealogy.Receive{PartNumber: part, Serial: serial, Purchase: genealogy.Purchase{Receipt: "GR-" + serial}, At: day(2)}
		}
		p.Do(receive("AXLE", "A", 5, 2), receive("AXLE", "B", 5, 2), unit("CART", "c"), unit("TRUCK", "t"),
			install("CART", "c", "AXLE", "", "A", 1, 3), install("TRUCK", "t", "CART", "c", "", 1, 4),
			&genealogy.Remove{PartNumber: "TRUCK", Serial: "t", Component: "CART", ComponentSerial: "c", To: "stock", At: day(6)},
			install("CART", "c", "AXLE", "", "B", 1, 7))
		both(p, "lot:AXLE/A", "unit:TRUCK/t", "removed must 1 1")
		both(p, "lot:AXLE/B", "unit:TRUCK/t", "")
		both(p, "lot:AXLE/B", "unit:CART/c", "must 1 1")
		is(p, forward(p, "lot:AXLE/A", trace.Question{AsOf: day(5)}), "unit:TRUCK/t", "must 1 1")
		is(p, forward(p, "lot:AXLE/A", trace.Question{AsOf: day(3)}), "unit:TRUCK/t", "")
	})
}

// 10,000 levels end, and are exact.
func TestDeepChain(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 levels")
	}
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		const levels = 10_000
		p.Do(item("NODE", "serial", "buy"))
		p.Do(&genealogy.Receive{PartNumber: "NODE", Serial: fmt.Sprintf("1-%d", levels), Purchase: genealogy.Purchase{Receipt: "GR"}, At: day(2)})
		var chain []ledger.Command
		for i := 1; i < levels; i++ {
			chain = append(chain, install("NODE", fmt.Sprint(i+1), "NODE", fmt.Sprint(i), "", 1, 3))
		}
		if _, err := p.Ledger.RecordAll(t.Context(), ledger.Request{}, chain); err != nil {
			t.Fatal(err)
		}
		a := forward(p, "NODE/1", trace.Question{})
		if a.Counts.Must != levels-1 || a.Objects[levels-2].Depth != levels-1 {
			t.Errorf("%d objects, the last at depth %d", a.Counts.Must, a.Objects[len(a.Objects)-1].Depth)
		}
		b := backward(p, fmt.Sprint("NODE/", levels), trace.Question{})
		if b.Counts.Must != levels-1 || b.Objects[levels-2].Depth != levels-1 || b.Objects[levels-2].QuantityMax != pieces(1) {
			t.Errorf("%d objects, the last is %+v", b.Counts.Must, b.Objects[len(b.Objects)-1])
		}
	})
}

// A lot in 1,300 orders: it is in a cart of each, and in the next cart it is not.
func TestALotInManyOrders(t *testing.T) {
	if testing.Short() {
		t.Skip("1,300 orders")
	}
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		const orders = 1_300
		cart(p, "PO", 1)
		p.Do(receive("AXLE", "A", orders, 2), receive("AXLE", "B", 10, 2), issue("PO", "AXLE", "B", 1, 3), serialize("PO", 1))
		var all []ledger.Command
		for i := range orders {
			name := fmt.Sprintf("PO-%04d", i)
			all = append(all, &order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: name, PartNumber: "CART", Quantity: pieces(1)}, At: day(1)}, &order.ReleaseOrder{Order: name, At: day(1)},
				&genealogy.Serialize{PartNumber: "CART", Serial: fmt.Sprintf("c%04d", i), Order: name, At: day(3)}, issue(name, "AXLE", "A", 1, 4))
		}
		for some := range slices.Chunk(all, 1_000) {
			if _, err := p.Ledger.RecordAll(t.Context(), ledger.Request{}, some); err != nil {
				t.Fatal(err)
			}
		}
		a := forward(p, "AXLE/A", trace.Question{})
		if a.Counts.Must != 2*orders || a.Counts.May != 0 { // a cart and the lot of its order
			t.Errorf("%+v", a.Counts)
		}
		is(p, a, "unit:CART/c0777", "must 1 1")
		is(p, a, "unit:CART/1", "")
		is(p, backward(p, "unit:CART/c1299", trace.Question{}), "lot:AXLE/A", "must 1 1")
	})
}
