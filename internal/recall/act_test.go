package recall_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// field is a plant whose lot R1 is recalled: 2 of it are issued to PO-2 and 3
// kept for PO-3, 5 are at BETA; B1 is in M1 at ACME, B2 in stock.
func field(p *ledgertest.Plant) {
	plant(p)
	p.Do(&catalog.DefinePartner{Code: "ACME", Name: "Acme", Role: "customer", Email: "qa@acme.example"},
		&genealogy.Issue{Order: "PO-2", Component: "RES", Lot: "R1", Quantity: quantity.Pieces(2), At: day(15)},
		&order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: "PO-3", PartNumber: "BOARD", Quantity: quantity.Pieces(3)}, At: day(15)},
		&genealogy.Allocate{Allocated: genealogy.Allocated{Order: "PO-3", Component: "RES", Lot: "R1", Quantity: quantity.Pieces(3)}, At: day(15)},
		&genealogy.Ship{PartNumber: "RES", Lot: "R1", Quantity: quantity.Pieces(5), Customer: "BETA", Shipment: "SH-R", At: day(15)},
		&recall.Open{Recall: "RC-1", Reason: "cracks", Instructions: "Send it back.", Question: recall.Question{Any: []recall.Trigger{{Object: "RES/R1"}}}, At: day(16)})
}

func effect(p *ledgertest.Plant) *recall.Effect {
	p.Helper()
	return read(p, func(tx *store.Tx) (*recall.Effect, error) { return recall.Effectiveness(tx, "main", "RC-1") })
}

func TestContain(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		field(p)
		if e := effect(p); e.Held != 0 || strings.Join(e.Loose, " ") != "lot:RES/R1 unit:BOARD/B2" {
			t.Errorf("before: %d held, loose %v", e.Held, e.Loose)
		}
		p.Do(&recall.Contain{Recall: "RC-1", At: day(17)}, &recall.Contain{Recall: "RC-1", At: day(17)})
		e := effect(p)
		if e.Held != 2 || len(e.Loose) != 0 {
			t.Errorf("%d held, loose %v; want R1 and B2", e.Held, e.Loose)
		}
		var not []string
		for _, o := range e.NotHeld {
			not = append(not, o.Object+" "+o.Why)
		}
		if got, want := strings.Join(not, ", "), "lot:BOARD/PO-2 it only gathers the units of its order, unit:BOARD/B1 it is at ACME, lot:BOARD/PO-1 it only gathers the units of its order, unit:MODULE/M1 it is at ACME, lot:MODULE/PM-1 it only gathers the units of its order"; got != want {
			t.Errorf("not held:\ngot  %s\nwant %s", got, want)
		}
		if got := fmt.Sprint(e.Orders); got != "[{PO-2 released true} {PO-3 planned true}]" {
			t.Errorf("orders %s", got)
		}
		lot := &genealogy.Ship{PartNumber: "RES", Lot: "R1", Quantity: quantity.One, Customer: "BETA", Shipment: "SH-9", At: day(18)}
		board := &genealogy.Ship{PartNumber: "BOARD", Serial: "B2", Customer: "BETA", Shipment: "SH-9", At: day(19)}
		p.Refuses(lot, refuse.Conflict, "is on hold by hold RC-1 (recall RC-1: cracks)")
		p.Refuses(board, refuse.Conflict, "is on hold by hold RC-1 on RES R1 (recall RC-1: cracks), hold RC-1 (recall RC-1: cracks)")
		p.Refuses(&genealogy.Issue{Order: "PO-2", Component: "RES", Lot: "R2", Quantity: quantity.One, At: day(18)}, refuse.Conflict, "Order PO-2 is blocked since 2026-01-17T12:00:00Z: recall RC-1: cracks. Unblock it first.")
		p.Refuses(complete("BOARD", "B4", 18), refuse.Conflict, "is blocked")
		p.Refuses(&order.ReleaseOrder{Order: "PO-3", At: day(18)}, refuse.Conflict, "is blocked")
		p.Do(&genealogy.Issue{Order: "PO-2", Component: "RES", Lot: "R1", Quantity: -quantity.Pieces(2), At: day(18)}) // what is left may be given back
		p.Do(&order.UnblockOrder{Order: "PO-2", Reason: "given back", At: day(18)}, &genealogy.Issue{Order: "PO-2", Component: "RES", Lot: "R2", Quantity: quantity.One, At: day(19)})
		p.Refuses(&order.UnblockOrder{Order: "PO-2", Reason: "again", At: day(19)}, refuse.Conflict, "Order PO-2 is not blocked.")
		p.Do(&recall.Exclude{Recall: "RC-1", Objects: []string{"BOARD/B2"}, Reason: "tested", Signature: signed("eve"), At: day(18)})
		p.Refuses(board, refuse.Conflict, "BOARD B2 is on hold by hold RC-1 on RES R1 (recall RC-1: cracks): release it") // the lot in it is held all the same (rule 5)
		permitted := *board
		permitted.Deviation = "DEV-1"
		p.Do(&genealogy.GrantDeviation{DeviationGranted: genealogy.DeviationGranted{Deviation: "DEV-1", Type: genealogy.Concession, PartNumber: "BOARD", Serial: "B2", Reason: "tested"}, At: day(18)}, &permitted)
	})
}

func notify(on int) ledger.Command { return &recall.Notify{Recall: "RC-1", At: day(on)} }

func say(on int, answers ...recall.Said) ledger.Command {
	return &recall.Respond{Recall: "RC-1", Answers: answers, At: day(on)}
}

func notice(p *ledgertest.Plant, customer string, number int64) *recall.Notice {
	p.Helper()
	return read(p, func(tx *store.Tx) (*recall.Notice, error) {
		return recall.ShowNotice(tx, "main", "RC-1", customer, number)
	})
}

func TestNotices(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		field(p)
		answer, err := p.Ledger.Record(p.Context(), ledger.Request{}, notify(17))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(answer.Warnings, "; "); got != "BETA has no address, no telephone and no e-mail: find out where to send its notice" {
			t.Errorf("warnings %q", got)
		}
		n := notice(p, "ACME", 0)
		if len(n.Units) != 1 || n.Units[0].Ref != "unit:MODULE/M1" || n.Units[0].System != "RADAR-7" || strings.Join(n.Units[0].Affected, " ") != "unit:BOARD/B1" || n.Instructions != "Send it back." {
			t.Errorf("ACME is told of %+v", n)
		}
		b := notice(p, "BETA", 0)
		if len(b.Units) != 1 || b.Units[0].Ref != "lot:RES/R1" || b.Units[0].Quantity != quantity.Pieces(5) { // M2 had B2 once, and has it not
			t.Errorf("BETA is told of %+v", b.Units)
		}
		waiting := read(p, func(tx *store.Tx) ([]recall.MailRow, error) { return recall.Waiting(tx, "main") })
		if len(waiting) != 1 || waiting[0].Email != "qa@acme.example" {
			t.Errorf("outbox %+v", waiting)
		}
		before := size(p)
		p.Do(notify(18)) // nobody is told twice
		if size(p) != before {
			t.Error("customers were notified again of the same")
		}
		var letter bytes.Buffer
		n.Write(&letter)
		for _, want := range []string{"Recall RC-1", "Send it back.", "in your system RADAR-7", "MODULE, serial M1, shipment SH-M1"} {
			if !strings.Contains(letter.String(), want) {
				t.Errorf("the letter says nothing of %q:\n%s", want, letter.String())
			}
		}
		if strings.Contains(letter.String(), "RES") || strings.Contains(letter.String(), "BETA") {
			t.Errorf("ACME's letter tells of others:\n%s", letter.String())
		}
		p.Do(&recall.Remind{Recall: "RC-1", Days: 1, At: day(17)}) // too early
		if n := notice(p, "ACME", 0); n.Reminder {
			t.Error("reminded at once, with days: 1")
		}
		p.Do(say(18, recall.Said{Object: "MODULE/M1", State: "returned"}), &recall.Remind{Recall: "RC-1", Text: "By Friday, please.", At: day(19)})
		if n := notice(p, "ACME", 0); n.Reminder {
			t.Error("ACME answered, and is reminded")
		}
		if n := notice(p, "BETA", 0); !n.Reminder || n.Notice != 2 || n.Text != "By Friday, please." || n.Instructions != "Send it back." || len(n.Units) != 1 {
			t.Errorf("BETA's reminder is %+v", n)
		}
	})
}

// state is what is said of a unit or lot, in short.
func state(p *ledgertest.Plant, customer string) string {
	p.Helper()
	units := read(p, func(tx *store.Tx) ([]recall.UnitRow, error) { return recall.ShowUnits(tx, "main", "RC-1", customer) })
	var all []string
	for _, u := range units {
		all = append(all, fmt.Sprintf("%s %s located %s returned %s corrected %s destroyed %s not found %s", u.Object(), u.State, u.Located, u.Returned, u.Corrected, u.Destroyed, u.NotFound))
	}
	return strings.Join(all, "; ")
}

func TestAnswers(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		field(p)
		p.Do(notify(17))
		is := func(customer, want string) {
			t.Helper()
			if got := state(p, customer); got != want {
				t.Errorf("%s:\ngot  %s\nwant %s", customer, got, want)
			}
		}
		unit, lot := recall.Said{Object: "MODULE/M1", State: "acknowledged"}, recall.Said{Object: "RES/R1", State: "located"}
		p.Do(say(18, unit, lot))
		is("ACME", "MODULE M1 acknowledged located 0 returned 0 corrected 0 destroyed 0 not found 0")
		is("BETA", "RES R1 located located 5 returned 0 corrected 0 destroyed 0 not found 0")
		before := size(p)
		p.Do(say(19, unit, lot)) // the same answer twice
		if size(p) != before {
			t.Error("the same answer is recorded twice")
		}
		unit.State, unit.System = "located", "RADAR-9"
		p.Do(say(19, unit))
		is("ACME", "MODULE M1 located located 1 returned 0 corrected 0 destroyed 0 not found 0")
		unit.State = "corrected"
		p.Do(say(20, unit))
		is("ACME", "MODULE M1 corrected located 0 returned 0 corrected 1 destroyed 0 not found 0")
		// Of 5: 2 come back, 1 is scrapped, 1 is gone; 1 is still only located.
		lot.Quantity = quantity.Pieces(2)
		returned, destroyed, lost := lot, lot, lot
		returned.State, destroyed.State, lost.State, destroyed.Quantity, lost.Quantity = "returned", "destroyed", "not_found", quantity.One, quantity.One
		p.Do(say(20, returned, destroyed), say(21, lost))
		is("BETA", "RES R1 not_found located 1 returned 2 corrected 0 destroyed 1 not found 1")
		for want, wrong := range map[string]recall.Said{
			"state is \"eaten\"":                                     {Object: "RES/R1", State: "eaten"},
			"BETA has 5 of RES R1: 6 cannot be returned.":            {Object: "RES/R1", State: "returned", Quantity: quantity.Pieces(6)},
			"BETA has 5 of RES R1, and answered for more":            {Object: "RES/R1", State: "corrected", Quantity: quantity.Pieces(2)},
			"MODULE M1 is one piece":                                 {Object: "MODULE/M1", State: "returned", Quantity: quantity.Quantity(500_000)},
			"MODULE/M2 is not among what customers were told of":     {Object: "MODULE/M2", State: "returned"},
			"MODULE/M1 is not among what BETA was told of in recall": {Object: "MODULE/M1", State: "returned", Customer: "BETA"},
			"There is no lot or unit MODULE/M9.":                     {Object: "MODULE/M9", State: "returned"},
		} {
			_, err := p.Ledger.Record(p.Context(), ledger.Request{}, say(22, wrong))
			if refusal, ok := refuse.As(err); !ok || !strings.Contains(refusal.Error(), want) {
				t.Errorf("%+v: %v, want %q", wrong, err, want)
			}
		}
		p.Refuses(say(22), refuse.Invalid, "give 1 to 10000")
		p.Refuses(say(22, unit, unit), refuse.Invalid, "MODULE M1 is answered twice")
	})
}

func TestEffectivenessAndClosing(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		field(p)
		closing := func(despite string) *recall.Close {
			return &recall.Close{Recall: "RC-1", Reason: "all is back", Despite: despite, Signature: signed("eve"), At: day(30)}
		}
		p.Refuses(closing(""), refuse.Conflict, "Recall RC-1 has 2 customers not notified and 2 affected objects in the house not held: account for them, or say with despite")
		p.Do(&recall.Contain{Recall: "RC-1", At: day(17)}, notify(17), say(18, recall.Said{Object: "MODULE/M1", State: "returned"}), say(20, recall.Said{Object: "RES/R1", State: "not_found", Quantity: quantity.Pieces(2)}))
		e := effect(p)
		got := fmt.Sprintf("%s answered %s accounted %s not found %s;", e.Total.Units, e.Total.ShareAnswered, e.Total.ShareAccounted, e.Total.NotFound)
		for _, c := range e.Customers {
			got += fmt.Sprintf(" %s %s %s %t,", c.Customer, c.ShareAnswered, c.ShareAccounted, c.Silent)
		}
		for _, d := range e.Days {
			got += fmt.Sprintf(" %s %s %s %s,", d.Day, d.Units, d.ShareAnswered, d.ShareAccounted)
		}
		// 6 pieces: M1, answered and back on the 18th, and 5 of R1, answered on the 20th.
		want := "6 answered 1.0000 accounted 0.1667 not found 2; ACME 1.0000 1.0000 false, BETA 1.0000 0.0000 false, 2026-01-17 6 0.0000 0.0000, 2026-01-18 6 0.1667 0.1667, 2026-01-20 6 1.0000 0.1667,"
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		p.Refuses(closing(""), refuse.Conflict, "Recall RC-1 has 1 of 2 units at customers not accounted for (1 not found): account for them")
		unsigned := closing("BETA has gone out of business")
		unsigned.SignedBy = ""
		p.Refuses(unsigned, refuse.Invalid, "Say who signs this")
		p.Do(closing("BETA has gone out of business"))
		r := show(p, "RC-1")
		if r.State != recall.StateClosed || r.ClosedAt != day(30) {
			t.Errorf("closed: %+v", r.Summary)
		}
		p.Refuses(closing("x"), refuse.Conflict, "Recall RC-1 was closed on 2026-01-30T12:00:00Z.")
		p.Refuses(say(31, recall.Said{Object: "MODULE/M1", State: "corrected"}), refuse.Conflict, "was closed")
		line := read(p, func(tx *store.Tx) ([]recall.Event, error) { return recall.TimeLine(tx, "main", "RC-1") })
		var all []string
		for _, e := range line {
			all = append(all, strings.TrimSpace(e.Action+" "+e.Customer))
		}
		if got, want := strings.Join(all, ", "), "opened, held, blocked, blocked, notified ACME, notified BETA, answered ACME, answered BETA, closed"; got != want {
			t.Errorf("time line:\ngot  %s\nwant %s", got, want)
		}
		if last := line[len(line)-1].Text; !strings.Contains(last, "despite 1 of 2 units at customers not accounted for (1 not found): BETA has gone out of business") {
			t.Errorf("closed with %q", last)
		}
		signatures := read(p, func(tx *store.Tx) ([]journal.ShownSignature, error) { return journal.SignaturesIn(tx, "main", size(p)) })
		if len(signatures) != 1 || signatures[0].SignedBy != "eve" || signatures[0].Meaning != "closed the recall" || !strings.HasPrefix(signatures[0].Hash, "sha256:") {
			t.Errorf("signatures %+v", signatures)
		}
	})
}

// A notice's table goes out, is filled in by a spreadsheet, and comes back.
func TestAnswersAsATable(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		field(p)
		p.Do(notify(17))
		var table bytes.Buffer
		if err := notice(p, "ACME", 0).WriteCSV(&table); err != nil {
			t.Fatal(err)
		}
		filled := strings.Replace(table.String(), "unit:BOARD/B1,,,,,", "unit:BOARD/B1,Not Found,,,sold,Al", 1)
		if filled == table.String() {
			t.Fatalf("the table has no place for answers:\n%s", filled)
		}
		said, err := recall.ReadAnswers(strings.NewReader("\ufeff" + strings.ReplaceAll(filled, ",", ";")))
		if err != nil || len(said) != 1 || said[0] != (recall.Said{Object: "unit:MODULE/M1", Customer: "ACME", State: "not_found", Note: "sold", AnsweredBy: "Al"}) {
			t.Fatalf("read %+v, %v", said, err)
		}
		p.Do(say(18, said...))
		for text, want := range map[string]string{
			"":                            "is empty",
			"object,stat\nA/B,returned\n": `no column "stat"`,
			"serial,state\n,returned\n":   "Row 2 of the answers: It names no object.",
			"object,state,quantity\nA/B,returned,some\n": "Row 2 of the answers",
			"object,state\n\"A/B,returned\n":             "cannot be read",
		} {
			if _, err := recall.ReadAnswers(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v, want %q", text, err, want)
			}
		}
	})
}
