package quality_test

import (
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
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func day(n int) moment.Time { return moment.Of(time.Date(2026, 1, n, 12, 0, 0, 0, time.UTC)) }

// carts is an order of three carts whose plan wants all measured, lets two
// attempts decide, and asks two signatures of a disposition.
func carts(p *ledgertest.Plant, sample string) {
	p.Do(&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "CART", Name: "Cart", Tracking: "serial", Source: "make"}},
		&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "BOLT", Name: "Bolt", Source: "buy"}},
		&bom.DefineBOM{Parent: "CART", Lines: []bom.Line{{Component: "BOLT", Quantity: quantity.One}}},
		&catalog.DefinePlan{PlanDefined: catalog.PlanDefined{Plan: "QP", PartNumber: "CART", Stage: "final", Characteristics: []catalog.Characteristic{
			{Characteristic: "play", Lower: "0.1", Upper: "0.5", Sample: sample, Retest: "2", Signatures: 2}}}},
		&order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: "PO", PartNumber: "CART", Quantity: quantity.Pieces(3)}, At: day(1)},
		&order.ReleaseOrder{Order: "PO", At: day(1)},
		&genealogy.Serialize{PartNumber: "CART", Serial: "1-3", Order: "PO", At: day(2)})
}

func play(serial, value string, on int) *quality.RecordInspection {
	return &quality.RecordInspection{InspectionRecorded: quality.InspectionRecorded{PartNumber: "CART", Serial: serial, Plan: "QP", Characteristic: "play", Value: value}, At: day(on)}
}

func complete(serial string, on int) ledger.Command {
	return &quality.Complete{Complete: genealogy.Complete{PartNumber: "CART", Serial: serial, At: day(on)}}
}

func signed(by string) journal.Signature { return journal.Signature{SignedBy: by} }

func shown(p *ledgertest.Plant, number string) (n quality.ShownNCR) {
	p.Helper()
	p.Read(func(tx *store.Tx) (err error) {
		n, err = quality.ShowNCR(tx, "main", number, day(9))
		return err
	})
	return n
}

// last is the name of the journal's last entry.
func last(p *ledgertest.Plant) (fact string) {
	p.Read(func(tx *store.Tx) error {
		size, _, err := journal.Head(tx, "main")
		fact = journal.FactName(journal.FirstOf(size) + 1)
		return err
	})
	return fact
}

func TestADispositionWaitsForAllWhoMustSign(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		carts(p, "all")
		bad := play("1", "0.9", 3)
		bad.Nonconformity = "N"
		p.Do(bad)
		use := &quality.DisposeNCR{NCRDisposed: quality.NCRDisposed{Nonconformity: "N", Disposition: "use-as-is"}, Signature: signed("ann"), At: day(4)}
		p.Do(use)
		disposed := last(p)
		p.Refuses(complete("1", 5), refuse.Conflict, "on hold")
		p.Do(&quality.SignNCR{Nonconformity: "N", Signature: signed("bo"), At: day(4)})
		countersigned := last(p)
		if n := shown(p, "N"); n.State != quality.NCRDisposal || len(n.Signatures) != 2 || n.Signatures[1].SignedBy != "bo" || n.Signatures[1].Verified {
			t.Fatalf("got %+v, want it disposed and signed by two", n)
		}
		p.Refuses(&ledger.Void{Fact: disposed, Reason: "too early"}, refuse.Conflict, "without it these are not possible")

		// Without the second signature the hold lies again.
		p.Do(&ledger.Void{Fact: countersigned, Reason: "bo was not asked"})
		if n := shown(p, "N"); n.State != quality.NCRPending || len(n.Signatures) != 1 {
			t.Errorf("got %s with %d signatures, want it pending with 1", n.State, len(n.Signatures))
		}
		p.Refuses(complete("1", 5), refuse.Conflict, "on hold")
		p.Do(&ledger.Void{Fact: disposed, Reason: "nor was ann"})
		if n := shown(p, "N"); n.State != quality.NCROpen || n.Disposition != "" {
			t.Errorf("got %s as %q, want it open", n.State, n.Disposition)
		}
		use.NCRDisposed.Signers = []string{"eve"}
		p.Refuses(use, refuse.Invalid, "said with signed_by")
	})
}

func TestAttemptsDecideAsThePlanSays(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		carts(p, "all")
		p.Do(play("1", "0.9", 3), play("1", "0.3", 3), complete("1", 4)) // the second of two decides
		p.Do(play("2", "0.9", 3), play("2", "0.9", 3), play("2", "0.3", 3))
		p.Refuses(complete("2", 4), refuse.Conflict, "on hold") // the third does not
		p.Do(&ledger.Void{Fact: last(p), Reason: "another cart"})
		p.Refuses(complete("2", 4), refuse.Conflict, "on hold")
		var found []quality.Inspection
		p.Read(func(tx *store.Tx) (err error) {
			found, err = quality.Inspections.Select(tx, "main", `voided = 0`)
			return err
		})
		var attempts []int64
		for _, i := range found {
			attempts = append(attempts, i.Attempt)
		}
		if len(attempts) != 4 || attempts[1] != 2 || attempts[3] != 2 {
			t.Errorf("got the attempts %v, want 0 2 0 2", attempts)
		}
	})
}

func TestCompletingWaitsForTheSample(t *testing.T) {
	for _, c := range []struct {
		sample   string
		measured string // first
		then     string
		refused  string // then: in which words
	}{
		{"all", "2", "1", "on CART 1"},
		{"first 2", "2", "1", "1 are, and 1 are missing on CART 1"},
		{"1 in 2", "2", "1", "on 2 of 3"},
		{"2 per batch", "1", "2", "on 2 of 3 (2 per batch); 1 are, and 1 are missing: measure"},
	} {
		ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
			carts(p, c.sample)
			p.Do(play(c.measured, "0.2", 3))
			first := last(p)
			p.Refuses(complete("1", 4), refuse.Conflict, c.refused)
			p.Do(play(c.then, "0.2", 3), complete("1", 4))
			p.Do(&ledger.Void{Fact: first, Reason: "the wrong cart"})
			p.Refuses(complete("3", 4), refuse.Conflict, "missing on CART 3")
			p.Do(play("3", "0.2", 3), play("2", "0.2", 3), complete("3", 4))
		})
	}
}

func TestASampleThatIsANoteHoldsNothingUp(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		carts(p, "AQL 1.0")
		p.Do(complete("1-3", 4))
	})
}
