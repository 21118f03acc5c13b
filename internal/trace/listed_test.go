package trace_test

import (
	"testing"

	"lotline/internal/bom"
	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/order"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// bolts makes a lot of 20 bolts of steel, 1 each; a frame takes 12 of them.
func bolts(p *ledgertest.Plant, issues ...ledger.Command) {
	p.Do(item("STEEL", "lot", "buy"), item("BOLT", "serial_at_use", "make"), item("FRAME", "serial", "buy"), item("CAGE", "serial", "buy"),
		&bom.DefineBOM{Parent: "BOLT", Lines: []bom.Line{{Component: "STEEL", Quantity: pieces(1)}}},
		&order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: "PB", PartNumber: "BOLT", Quantity: pieces(20)}, At: day(1)}, &order.ReleaseOrder{Order: "PB", At: day(1)},
		receive("STEEL", "X", 90, 2), receive("STEEL", "Y", 90, 2), &genealogy.Receive{PartNumber: "FRAME", Serial: "f1", Purchase: genealogy.Purchase{Receipt: "GR-F"}, At: day(2)},
		&genealogy.Receive{PartNumber: "CAGE", Serial: "c1", Purchase: genealogy.Purchase{Receipt: "GR-C"}, At: day(2)})
	p.Do(issues...)
	p.Do(&genealogy.Produce{Order: "PB", PartNumber: "BOLT", Lot: "L", Quantity: pieces(20), At: day(4)}, install("FRAME", "f1", "BOLT", "", "L", 12, 5))
}

// 10 of X and 15 of Y were issued where 20 are needed: 12 bolts need not hold
// any of X, 12 - 15 < 0. A forward walk from X meets no Y, and must know of it.
func TestALotIsMadeOfWhatAWalkDoesNotMeet(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		bolts(p, issue("PB", "STEEL", "X", 10, 3), issue("PB", "STEEL", "Y", 15, 3))
		both(p, "lot:STEEL/X", "unit:FRAME/f1", "may 0 6")
	})
}

// A bolt is a member of the lot of its order, which lists the lot. That the
// steel of the lot leads there too must not be lost for it.
func TestWhatIsListedIsWalkedFrom(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		bolts(p, &genealogy.Split{PartNumber: "STEEL", Lot: "X", NewLot: "X2", Quantity: pieces(50), At: day(3)}, issue("PB", "STEEL", "X2", 20, 3))
		p.Do(&genealogy.Install{PartNumber: "CAGE", Serial: "c1", Component: "BOLT", ComponentSerial: "b1", ComponentLot: "L", Quantity: pieces(1), At: day(5)})
		p.Read(func(tx *store.Tx) error {
			starts := map[int64]bool{}
			for _, ref := range []string{"lot:STEEL/X", "unit:BOLT/b1"} {
				row, err := trace.Resolve(tx, "main", ref)
				if err != nil {
					return err
				}
				starts[row.ID] = false
			}
			a, err := trace.Reach(tx, "main", starts, trace.Question{})
			if err == nil {
				is(p, a, "unit:FRAME/f1", "must 12 12")
			}
			return err
		})
	})
}
