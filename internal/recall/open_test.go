package recall_test

import (
	"fmt"
	"strings"
	"testing"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/quality"
	"lotline/internal/quantity"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

func open(name string, on int, any ...recall.Trigger) ledger.Command {
	return &recall.Open{Recall: name, Reason: "cracks", Question: recall.Question{Any: any}, At: day(on)}
}

func signed(by string) journal.Signature { return journal.Signature{SignedBy: by} }

func comeBack(module, customer string, on int) ledger.Command {
	return &genealogy.Return{SentBack: genealogy.SentBack{Object: genealogy.Object{PartNumber: "MODULE", Serial: module}, Customer: customer}, At: day(on)}
}

// read asks a question of a plant.
func read[T any](p *ledgertest.Plant, f func(tx *store.Tx) (T, error)) (answer T) {
	p.Helper()
	p.Read(func(tx *store.Tx) (err error) {
		answer, err = f(tx)
		return err
	})
	return answer
}

func show(p *ledgertest.Plant, name string) *recall.Shown {
	p.Helper()
	return read(p, func(tx *store.Tx) (*recall.Shown, error) { return recall.Show(tx, "main", name) })
}

// inShort is what a recall comes to.
func inShort(r *recall.Shown) string {
	var who []string
	for _, c := range r.ByCustomer {
		who = append(who, fmt.Sprintf("%s %d/%d", c.Customer, c.Must, c.May))
	}
	return fmt.Sprintf("scope %d: %d/%d/%d; %s", r.Scope, r.Must, r.May, r.HadBeen.Must+r.HadBeen.May, strings.Join(who, ", "))
}

// scopeText is a frozen scope: name, class, places.
func scopeText(p *ledgertest.Plant, name string) string {
	p.Helper()
	s := read(p, func(tx *store.Tx) (*recall.ScopeShown, error) { return recall.ShowScope(tx, "main", name) })
	var all []trace.Object
	for _, o := range s.Objects {
		all = append(all, o.Object)
	}
	return objectsText(all)
}

func objectsText(objects []trace.Object) string {
	var all []string
	for _, o := range objects {
		text := fmt.Sprintf("%d %s %s", o.Depth, o.Ref, o.Certainty)
		if o.Removed {
			text += " removed"
		}
		text += fmt.Sprintf(" %s %s", o.QuantityMin, o.QuantityMax)
		for _, place := range o.Places {
			text += fmt.Sprintf(" [%s %s %s %s %s]", place.State, place.Quantity, place.Order, place.Customer, place.System)
		}
		all = append(all, text+" "+o.Top+" "+o.Customer+" "+o.System)
	}
	return strings.Join(all, "\n")
}

// A scope stays as it was frozen, and its question gives it again as known then.
func TestAScopeIsFrozen(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		plant(p)
		asked := []recall.Trigger{{Object: "RES/R1"}, {PartNumber: "FLUX", From: "2026-01-08"}}
		p.Do(open("RC-1", 16, asked...))
		// R1, B1, PO-1 (of B1 and B2), B2, M1 and PM-1 surely; B3, B4, PO-2 and M2 possibly.
		if got, want := inShort(show(p, "RC-1")), "scope 1: 6/4/0; ACME 1/0, BETA 0/1"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		frozen, opened := scopeText(p, "RC-1"), show(p, "RC-1")
		plan := func(q trace.Question) string {
			a, err := ask(p, q, asked...)
			if err != nil {
				t.Fatal(err)
			}
			return objectsText(a.Objects)
		}
		if got := plan(trace.Question{}); got != frozen {
			t.Errorf("the scope is\n%s\nthe plan is\n%s", frozen, got)
		}
		p.Do(comeBack("M1", "ACME", 17), &genealogy.Scrap{PartNumber: "BOARD", Serial: "B2", Reason: "cracks", At: day(17)})
		if got := scopeText(p, "RC-1"); got != frozen {
			t.Errorf("the frozen scope changed:\n%s\nwas\n%s", got, frozen)
		}
		if got := plan(trace.Question{}); got == frozen {
			t.Error("the plan of today does not see a return and a scrap")
		}
		if got := plan(trace.Question{KnownAt: opened.Size}); got != frozen {
			t.Errorf("asked as known at entry %d it is\n%s\nfrozen was\n%s", opened.Size, got, frozen)
		}
	})
}

func TestScopeAgain(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		plant(p)
		p.Do(open("RC-1", 16, recall.Trigger{Object: "RES/R1"}), open("RC-2", 16, recall.Trigger{Operator: "bob"}))
		differences(p, "RC-1", "")
		p.Do(&recall.ScopeAgain{Recall: "RC-1", Reason: "weekly", At: day(17)}) // nothing changed
		if got := show(p, "RC-1").Scope; got != 1 {
			t.Errorf("scope %d, want 1: nothing changed", got)
		}
		p.Do(comeBack("M1", "ACME", 17)) // B1 is inside of it
		returned := size(p)
		p.Do(&genealogy.Remove{PartNumber: "BOARD", Serial: "B4", Component: "RES", ComponentLot: "R2", Quantity: quantity.One, To: "scrap", At: day(17)}, resistor("B4", "R1", 18))
		installed := size(p)
		p.Do(&ledger.Void{Fact: factOf(p, "operation.performed", 3), Reason: "bob was ill", At: day(18)})
		differences(p, "RC-1", fmt.Sprintf(`changed lot:RES/R1: put into another by entry %d
changed unit:BOARD/B1: unit:MODULE/M1 returned by entry %d
came unit:BOARD/B4: lot:RES/R1 went into unit:BOARD/B4 by entry %[1]d
came lot:BOARD/PO-2: lot:RES/R1 went into unit:BOARD/B4 by entry %[1]d
changed unit:MODULE/M1: returned by entry %[2]d`, installed, returned))
		gone := fmt.Sprintf("operation.performed was voided: bob was ill, by entry %d", size(p))
		differences(p, "RC-2", fmt.Sprintf("went lot:BOARD/PO-2: %s\nwent unit:BOARD/B3: %[1]s\nwent unit:BOARD/B4: %[1]s\nwent unit:MODULE/M2: %[1]s\nwent lot:MODULE/PM-1: %[1]s", gone))
		p.Do(open("RC-3", 19, recall.Trigger{Object: "BOARD/B3"}), &ledger.Void{Fact: factOf(p, "component.installed", 7), Reason: "it was another board", At: day(19)})
		differences(p, "RC-3", fmt.Sprintf(`changed unit:BOARD/B3: component.installed was voided: it was another board, by entry %[1]d
went unit:MODULE/M2: that unit:BOARD/B3 went into unit:MODULE/M2 was voided by entry %[1]d
went lot:MODULE/PM-1: that unit:BOARD/B3 went into unit:MODULE/M2 was voided by entry %[1]d`, size(p)))
	})
}

// differences compares what a scope's comparison with today says.
func differences(p *ledgertest.Plant, name, want string) {
	p.Helper()
	c := read(p, func(tx *store.Tx) (*recall.Compared, error) { return recall.Compare(tx, "main", name) })
	var all []string
	for _, d := range c.Differences {
		all = append(all, fmt.Sprintf("%s %s: %s", d.What, d.Object, d.Why))
	}
	if got := strings.Join(all, "\n"); got != want {
		p.Errorf("%s again:\n%s\nwant\n%s", name, got, want)
	}
}

func TestScopeByHand(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		plant(p)
		p.Do(open("RC-1", 16, recall.Trigger{Object: "RES/R1"}))
		without := &recall.Exclude{Recall: "RC-1", Objects: []string{"MODULE/M1", "BOARD/B1"}, Reason: "X-rayed", Signature: signed("eve"), At: day(17)}
		p.Do(without, without) // again changes nothing
		if got, want := inShort(show(p, "RC-1")), "scope 1: 4/0/1; "; got != want {
			t.Errorf("without M1: got %s, want %s", got, want)
		}
		p.Do(&recall.Include{Recall: "RC-1", Objects: []string{"unit:BOARD/B4"}, Reason: "same tray", Signature: signed("eve"), At: day(17)})
		r := show(p, "RC-1")
		if got, want := inShort(r), "scope 1: 6/0/1; "; got != want { // B4 and PO-2
			t.Errorf("with B4: got %s, want %s", got, want)
		}
		if len(r.Excluded) != 2 || r.Excluded[0].Object != "unit:BOARD/B1" || r.Excluded[0].Reason != "X-rayed" || len(r.Included) != 1 || r.Included[0].Object != "unit:BOARD/B4" {
			t.Errorf("by hand: %+v %+v", r.Excluded, r.Included)
		}
		for _, s := range r.Excluded[0].Signatures {
			if s.SignedBy != "eve" || s.Verified || s.Meaning != "excluded from the recall" || s.At == 0 {
				t.Errorf("signature %+v", s)
			}
		}
		differences(p, "RC-1", "")
		p.Do(&recall.Include{Recall: "RC-1", Objects: []string{"MODULE/M1"}, Reason: "the X-ray was of another", Signature: signed("eve"), At: day(18)})
		if got, want := inShort(show(p, "RC-1")), "scope 1: 7/0/1; ACME 1/0"; got != want {
			t.Errorf("with M1 again: got %s, want %s", got, want)
		}
		p.Do(comeBack("M1", "ACME", 18), &recall.ScopeAgain{Recall: "RC-1", Reason: "returned", At: day(19)})
		if got, want := inShort(show(p, "RC-1")), "scope 2: 7/0/1; "; got != want { // what came in by hand stays
			t.Errorf("again: got %s, want %s", got, want)
		}
	})
}

func TestWhyInScope(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		plant(p)
		p.Do(open("RC-1", 16, recall.Trigger{Supplier: "SUP"}))
		why := func(object string) string {
			e := read(p, func(tx *store.Tx) (*recall.Explained, error) { return recall.Why(tx, "main", "RC-1", object) })
			text := steps(e.Path)
			if e.Surest != nil {
				text += " | " + steps(e.Surest)
			}
			return text
		}
		for object, want := range map[string]string{
			"RES/R1":    "",
			"MODULE/M1": "RES/R1 install 1 must BOARD/B1, BOARD/B1 install 1 must MODULE/M1",
			// By R1 and B2, which was taken out; as short, alive, by R2 and B3.
			"MODULE/M2":      "RES/R1 install 1 must BOARD/B2, BOARD/B2 install 1 must MODULE/M2 ended | RES/R2 install 1 must BOARD/B3, BOARD/B3 install 1 must MODULE/M2",
			"lot:BOARD/PO-2": "RES/R2 install 1 must BOARD/B3, BOARD/B3 member_of 1 must BOARD/PO-2",
		} {
			if got := why(object); got != want {
				t.Errorf("%s:\ngot  %s\nwant %s", object, got, want)
			}
		}
		p.Do(comeBack("M1", "ACME", 17),
			&genealogy.Remove{PartNumber: "MODULE", Serial: "M1", Component: "BOARD", ComponentSerial: "B1", To: "stock", At: day(17)})
		if got := why("MODULE/M1"); strings.Contains(got, "ended") {
			t.Errorf("as known when it was frozen, B1 is in M1; got %s", got)
		}
	})
}

// steps of a path in short.
func steps(p *trace.Path) string {
	var all []string
	for _, s := range p.Steps {
		text := fmt.Sprintf("%s %s %s %s %s", bare(s.From), s.Kind, s.QuantityMax, s.Certainty, bare(s.To))
		if s.EndedBy != 0 {
			text += " ended"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func bare(ref string) string { return ref[strings.Index(ref, ":")+1:] }

func TestRecallsRefused(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		plant(p)
		p.Do(open("RC-1", 16, recall.Trigger{Object: "RES/R1"}))
		p.Refuses(open("RC-1", 17, recall.Trigger{Object: "RES/R2"}), refuse.Conflict, "Recall RC-1 is open since")
		p.Refuses(open("RC-2", 17, recall.Trigger{Supplier: "IDLE"}), refuse.NotFound, "matches nothing")
		p.Refuses(open("RC-2", 17), refuse.Invalid, "0 triggers are given")
		p.Refuses(open(" ", 17, recall.Trigger{Object: "RES/R2"}), refuse.Invalid, "recall")
		p.Refuses(&recall.Open{Recall: "RC-2", Question: recall.Question{Any: []recall.Trigger{{Object: "RES/R2"}}}}, refuse.Invalid, "Say why recall RC-2 is opened.")
		p.Refuses(&recall.Open{Recall: "RC-2", Reason: strings.Repeat("x", 10_001), Question: recall.Question{Any: []recall.Trigger{{Object: "RES/R2"}}}}, refuse.TooLarge, "at most 10000 bytes")
		p.Refuses(&recall.ScopeAgain{Recall: "RC-9", Reason: "why not"}, refuse.NotFound, "There is no recall RC-9.")
		p.Refuses(&recall.ScopeAgain{Recall: "RC-1", At: day(17)}, refuse.Invalid, "Say why recall RC-1 is scoped again.")
		p.Refuses(&recall.ScopeAgain{Recall: "RC-1", Reason: "why not", At: day(15)}, refuse.Conflict, "Recall RC-1 was opened on")
		out := recall.Exclude{Recall: "RC-1", Objects: []string{"BOARD/B1"}, Reason: "tested", Signature: signed("eve"), At: day(17)}
		for _, c := range []struct {
			change func(*recall.Exclude)
			code   refuse.Code
			want   string
		}{
			{func(c *recall.Exclude) { c.SignedBy = "" }, refuse.Invalid, "Say who signs this"},
			{func(c *recall.Exclude) { c.Reason = "" }, refuse.Invalid, "Say why the scope"},
			{func(c *recall.Exclude) { c.Objects = nil }, refuse.Invalid, "name 1 to 1000"},
			{func(c *recall.Exclude) { c.Objects = []string{"BOARD/B9"} }, refuse.NotFound, "There is no lot or unit BOARD/B9."},
			{func(c *recall.Exclude) { c.Objects = []string{"BOARD/B1", "BOARD/B3"} }, refuse.Conflict, "Not all of these are in the scope of recall RC-1: unit:BOARD/B1 are."},
			{func(c *recall.Exclude) { c.Recall = "RC-9" }, refuse.NotFound, "There is no recall RC-9."},
		} {
			wrong := out
			c.change(&wrong)
			p.Refuses(&wrong, c.code, c.want)
		}
		p.Refuses(&ledger.Void{Fact: factOf(p, "recall.opened", 1), Reason: "no"}, refuse.Conflict, "close the recall")
		p.Do(&quality.RaiseNCR{NCRRaised: quality.NCRRaised{Nonconformity: "NCR-3", PartNumber: "BOARD", Serial: "B1"}})
	})
}
