package bom_test

import (
	"fmt"
	"strings"
	"testing"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func item(part, revision, status string) ledger.Command {
	return &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: part, Name: part, Revision: revision, Status: status, Source: "make"}}
}

func define(parent, revision string, lines ...bom.Line) *bom.DefineBOM {
	return &bom.DefineBOM{Parent: parent, Revision: revision, Lines: lines}
}

func one(component string) bom.Line { return bom.Line{Component: component, Quantity: quantity.One} }

func TestACycleIsRefusedWithItsPath(t *testing.T) {
	ledgertest.Each(t, func(_ *testing.T, p *ledgertest.Plant) {
		for _, part := range []string{"A", "B", "C", "D"} {
			p.Do(item(part, "1", ""))
		}
		p.Do(define("A", "", one("B")), define("B", "", one("C")))
		p.Refuses(define("C", "", one("D"), one("A")), refuse.Conflict, "The BOM would contain itself: C -> A -> B -> C.")
		p.Refuses(define("D", "", one("D")), refuse.Conflict, "D -> D.")
		p.Do(define("C", "", one("D")))

		// A second revision, not even released, would close it.
		p.Do(item("C", "2", "draft"))
		p.Refuses(define("C", "2", one("A")), refuse.Conflict, "C -> A -> B -> C.")
		// So would one whose parent's new revision leads there.
		p.Do(item("D", "2", "draft"), define("D", "2"))
		p.Refuses(define("D", "2", one("A")), refuse.Conflict, "D -> A -> B -> C -> D.")
		// And a substitute.
		p.Refuses(define("C", "2", bom.Line{Component: "D", Quantity: quantity.One, Substitutes: []bom.Substitute{{PartNumber: "B"}}}), refuse.Conflict, "C -> B -> C.")

		// What only an obsolete revision contains leads nowhere any more.
		p.Do(item("B", "2", ""), define("B", "2", one("D")))
		p.Refuses(define("C", "2", one("A")), refuse.Conflict, "C -> A -> B -> C.")
		p.Do(&catalog.ObsoleteRevision{RevisionObsoleted: catalog.RevisionObsoleted{PartNumber: "B", Revision: "1"}})
		p.Do(define("C", "2", one("A")))
	})
}

func TestLinesAreChecked(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		for _, part := range []string{"A", "B", "C"} {
			p.Do(item(part, "1", ""))
		}
		p.Do(&catalog.DefineUOM{UOMDefined: catalog.UOMDefined{PartNumber: "B", UOM: "DOZEN", Numerator: quantity.Pieces(12), Denominator: quantity.One}},
			&catalog.DefineUOM{UOMDefined: catalog.UOMDefined{PartNumber: "B", UOM: "THIRD", Numerator: quantity.One, Denominator: quantity.Pieces(3)}})
		with := func(change func(*bom.Line)) *bom.DefineBOM {
			line := one("B")
			change(&line)
			return define("A", "", line)
		}
		for _, bad := range []struct {
			change func(*bom.Line)
			text   string
		}{
			{func(l *bom.Line) { l.Component = "" }, "The component is empty."},
			{func(l *bom.Line) { l.Component = "NOPE" }, "Item NOPE is not defined"},
			{func(l *bom.Line) { l.ComponentRevision = "9" }, "Item B has no revision 9"},
			{func(l *bom.Line) { l.Quantity = 0 }, "the quantity must be more than 0"},
			{func(l *bom.Line) { l.Scrap = quantity.Pieces(100) }, "from 0 to under 100"},
			{func(l *bom.Line) { l.Scrap = -1 }, "from 0 to under 100"},
			{func(l *bom.Line) { l.RevisionRule = "newest" }, "any, exact or or_later"},
			{func(l *bom.Line) { l.UOM = "BOX" }, "has no conversion from BOX"},
			{func(l *bom.Line) { l.UOM = "THIRD" }, "1/3000000 is left over"},
			{func(l *bom.Line) { l.Designators = []string{"R1", "R2"} }, "has 2 reference designators for a quantity of 1"},
			{func(l *bom.Line) { l.Quantity, l.Designators = quantity.Pieces(2), []string{"R1", "R1"} }, "R1 stands twice"},
			{func(l *bom.Line) { l.Designators = []string{"R1 R2"} }, "is no reference designator"},
			{func(l *bom.Line) { l.Substitutes = []bom.Substitute{{PartNumber: "NOPE"}} }, "Item NOPE is not defined"},
			{func(l *bom.Line) { l.Substitutes = []bom.Substitute{{PartNumber: "B"}} }, "cannot substitute for itself"},
			{func(l *bom.Line) { l.Substitutes = []bom.Substitute{{PartNumber: "C", Ratio: -1}} }, "must be more than 0"},
			{func(l *bom.Line) { l.Substitutes = []bom.Substitute{{PartNumber: "C", Revision: "7"}} }, "Item C has no revision 7"},
			{func(l *bom.Line) { l.Substitutes = []bom.Substitute{{PartNumber: "C", From: 20, Until: 10}} }, "before it begins"},
			{func(l *bom.Line) { l.Substitutes = []bom.Substitute{{PartNumber: "C"}, {PartNumber: "C"}} }, "stands twice"},
		} {
			c := with(bad.change)
			p.Read(func(tx *store.Tx) error {
				found := c.Mistakes(store.NewSet(tx, "main"))
				if len(found) != 1 || found[0].Line != 0 || !strings.Contains(found[0].Refusal.Error(), bad.text) {
					t.Errorf("got %v, want one of %q", found, bad.text)
				}
				return nil
			})
			if _, err := p.Ledger.Record(t.Context(), ledger.Request{}, c); err == nil || !strings.Contains(err.Error(), bad.text) {
				t.Errorf("got %v, want %q", err, bad.text)
			}
		}
		p.Refuses(define("A", "", bom.Line{FindNumber: "1", Component: "B", Quantity: 1}, bom.Line{FindNumber: "1", Component: "C", Quantity: 1}), refuse.Invalid, "Find number 1 stands twice")
		p.Do(with(func(l *bom.Line) { l.UOM = "DOZEN" }))
		p.Read(func(tx *store.Tx) error {
			e, err := bom.AskExplode(tx, "main", "A", "", 0)
			if err == nil && (len(e.Lines) != 1 || e.Lines[0].Quantity != quantity.Pieces(12)) {
				t.Errorf("a dozen is %v, want 12", e.Lines)
			}
			return err
		})
	})
}

// A BOM of more lines than one fact holds is several facts, and one BOM.
func TestALongBOM(t *testing.T) {
	const n = 3_000
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(item("TOP", "1", "draft"), item("PART", "1", ""), item("OTHER", "1", ""))
		long := define("TOP", "1")
		for i := range n {
			line := bom.Line{FindNumber: fmt.Sprint(i + 1), Component: "PART", Quantity: quantity.One, Designators: []string{fmt.Sprint("R", i)}}
			line.Substitutes = []bom.Substitute{{PartNumber: "OTHER", Ratio: quantity.Pieces(2)}}
			long.Lines = append(long.Lines, line)
		}
		p.Do(long)
		size := entries(p)
		p.Do(long)
		if got := entries(p); got != size {
			t.Errorf("the same BOM again made %d entries", got-size)
		}
		used := func(want int) {
			p.Read(func(tx *store.Tx) error {
				f, err := bom.AskFlatten(tx, "main", "TOP", "", quantity.One)
				if err != nil {
					return err
				}
				if len(f.Items) != 1 || f.Items[0].Net != quantity.Pieces(int64(want)) || f.Items[0].Lines != want {
					t.Errorf("got %v, want %d of PART", f.Items, want)
				}
				u, err := bom.AskWhereUsed(tx, "main", "OTHER", "", false)
				if err == nil && (len(u.Lines) != want || u.Tops[0].Quantity != quantity.Pieces(int64(2*want)) || !u.Tops[0].Substitute) {
					t.Errorf("OTHER is used in %d lines, want %d; tops %v", len(u.Lines), want, u.Tops)
				}
				return err
			})
		}
		used(n)
		long.Lines = long.Lines[:10] // a draft may change: what is beyond goes
		p.Do(long)
		used(10)
	})
}

func entries(p *ledgertest.Plant) (n int64) {
	p.Read(func(tx *store.Tx) error {
		_, err := tx.One([]any{&n}, `SELECT count(*) FROM journal WHERE company = $1`, "main")
		return err
	})
	return n
}

func TestSubstitutesAreSpelt(t *testing.T) {
	day := func(text string) moment.Time {
		at, err := moment.Parse(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for text, want := range map[string]bom.Substitute{
		"CAP-2":                           {PartNumber: "CAP-2", Ratio: quantity.One},
		"CAP-2*1.5":                       {PartNumber: "CAP-2", Ratio: quantity.One * 3 / 2},
		"A*B*1":                           {PartNumber: "A*B", Ratio: quantity.One},
		"CAP-2*1@B":                       {PartNumber: "CAP-2", Ratio: quantity.One, Revision: "B"},
		"CAP-2*1[2026-01-01..]":           {PartNumber: "CAP-2", Ratio: quantity.One, From: day("2026-01-01")},
		"X*2@B[..2026-06-30T12:00:00Z]":   {PartNumber: "X", Ratio: quantity.Pieces(2), Revision: "B", Until: day("2026-06-30T12:00:00Z")},
		"X*2@B.1[2026-01-01..2026-06-30]": {PartNumber: "X", Ratio: quantity.Pieces(2), Revision: "B.1", From: day("2026-01-01"), Until: day("2026-06-30")},
		"part @ home [really]":            {PartNumber: "part @ home [really]", Ratio: quantity.One},
	} {
		got, err := bom.ParseSubstitute(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%q is %+v (%v), spelt %q; want %+v", text, got, err, got.String(), want)
		}
	}
	for _, bad := range []string{"X*", "X*0", "X*-1", "*2", "X*1@", "X*1[2026-01-01]", "X*1[2026-01-01..", "X*1[yesterday..]", "X*1[..]]"} {
		if s, err := bom.ParseSubstitute(bad); err == nil {
			t.Errorf("%q is read as %+v", bad, s)
		}
	}
}
