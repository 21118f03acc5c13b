package trace_test

import (
	"fmt"
	"testing"

	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/order"
)

func hubs(serials, lot string) ledger.Command {
	return &genealogy.Receive{PartNumber: "HUB", Serial: serials, Lot: lot, Purchase: genealogy.Purchase{Receipt: "GR-" + serials}, At: day(2)}
}

// TestMemoryFollows changes objects in every way that leaves no row of its own,
// one entry after another; the promises hold memory and tables together.
func TestMemoryFollows(t *testing.T) {
	for name, change := range map[string]func(*ledgertest.Plant){
		"units go with a split": func(p *ledgertest.Plant) {
			p.Do(hubs("h1~+3", "H"), &genealogy.Split{PartNumber: "HUB", Lot: "H", NewLot: "H2", Serials: "h2,h3", At: day(3)},
				hubs("h9", "H2"))
		},
		"a split voided": func(p *ledgertest.Plant) {
			p.Do(hubs("h1~+2", "H"), &genealogy.Split{PartNumber: "HUB", Lot: "H", NewLot: "H2", Serials: "h2", At: day(3)})
			p.Do(&ledger.Void{Fact: fmt.Sprint(entries(p)), Reason: "wrong lot"})
			p.Do(&genealogy.Split{PartNumber: "HUB", Lot: "H", NewLot: "H2", Serials: "h1", At: day(4)})
		},
		"an order closed completes its units": func(p *ledgertest.Plant) {
			p.Do(serialize("PO", 2), &order.CloseOrder{Order: "PO", At: day(9)})
		},
		"a lot made again": func(p *ledgertest.Plant) {
			p.Do(&genealogy.Split{PartNumber: "AXLE", Lot: "A", NewLot: "A2", Quantity: pieces(3), At: day(3)})
			p.Do(&ledger.Void{Fact: fmt.Sprint(entries(p)), Reason: "not so"})
			p.Do(&genealogy.Split{PartNumber: "AXLE", Lot: "B", NewLot: "A2", Quantity: pieces(2), At: day(4)})
		},
		"a removal voided": func(p *ledgertest.Plant) {
			p.Do(serialize("PO", 2), install("CART", "1", "AXLE", "", "A", 1, 3), takeOut("1", "AXLE", "A", "scrap", 4))
			p.Do(&ledger.Void{Fact: fmt.Sprint(entries(p)), Reason: "it stayed in"})
			p.Do(takeOut("1", "AXLE", "A", "stock", 5))
		},
		"a unit re-marked": func(p *ledgertest.Plant) {
			p.Do(serialize("PO", 2), install("CART", "1", "AXLE", "", "A", 1, 3),
				&genealogy.Reidentify{Object: genealogy.Object{PartNumber: "CART", Serial: "1"}, NewSerial: "1-bis", At: day(4)})
			p.Do(&ledger.Void{Fact: fmt.Sprint(entries(p)), Reason: "the old plate is readable"})
		},
		"a receipt voided and received again": func(p *ledgertest.Plant) {
			p.Do(receive("WHEEL", "X", 5, 3))
			p.Do(&ledger.Void{Fact: fmt.Sprint(entries(p)), Reason: "another supplier"})
			p.Do(receive("WHEEL", "X", 7, 4), issue("PO", "WHEEL", "X", 4, 5), serialize("PO", 2))
		},
		"a unit reworked": func(p *ledgertest.Plant) {
			p.Do(issue("PO", "WHEEL", "W", 4, 2), serialize("PO", 2), &genealogy.Complete{PartNumber: "CART", Serial: "1", At: day(4)},
				&order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: "RW", PartNumber: "CART", Quantity: pieces(1)}, At: day(4)}, &order.ReleaseOrder{Order: "RW", At: day(4)},
				&genealogy.Issue{Order: "RW", Component: "CART", Serial: "1", Quantity: pieces(1), At: day(5)}, issue("RW", "AXLE", "A", 1, 6),
				&genealogy.Complete{PartNumber: "CART", Serial: "1", Order: "RW", At: day(7)})
		},
		"moved and counted": func(p *ledgertest.Plant) {
			p.Do(serialize("PO", 2), &genealogy.Move{Moved: genealogy.Moved{Object: genealogy.Object{PartNumber: "AXLE", Lot: "A"}, Quantity: pieces(2), To: "B2"}, At: day(3)},
				&genealogy.Adjust{Adjusted: genealogy.Adjusted{Object: genealogy.Object{PartNumber: "AXLE", Lot: "A"}, Quantity: pieces(-1), Reason: "count"}, At: day(4)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
				cart(p, "PO", 2)
				p.Do(item("HUB", "serial", "buy"), receive("AXLE", "A", 10, 2), receive("AXLE", "B", 10, 2), receive("WHEEL", "W", 20, 2))
				change(p)
				p.SameAnswers(20)
			})
		})
	}
}
