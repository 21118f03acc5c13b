package bom_test

import (
	"slices"
	"testing"

	"lotline/internal/bom"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

func TestTwoRevisionsCompared(t *testing.T) {
	line := func(find, component string, q int64, change func(*bom.Line)) bom.Line {
		l := bom.Line{FindNumber: find, Component: component, Quantity: quantity.Pieces(q)}
		if change != nil {
			change(&l)
		}
		return l
	}
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		for _, part := range []string{"R", "C", "L", "Q", "X"} {
			p.Do(item(part, "1", ""))
		}
		p.Do(item("TOP", "A", ""), define("TOP", "A",
			line("10", "R", 2, nil), line("20", "C", 1, nil), line("30", "L", 1, nil), line("40", "Q", 1, nil), line("50", "Q", 1, nil)))
		p.Do(item("TOP", "B", ""), define("TOP", "B",
			line("10", "R", 2, func(l *bom.Line) { l.Designators = []string{"R1", "R2"} }),
			line("25", "C", 3, nil), // moved, and more of it
			line("30", "X", 1, func(l *bom.Line) { l.RevisionRule = "exact" }),           // another part in its place
			line("50", "Q", 1, func(l *bom.Line) { l.Phantom, l.Optional = true, true }), // and one of two is gone
			line("60", "L", 1, func(l *bom.Line) { l.Substitutes = []bom.Substitute{{PartNumber: "X"}} })))
		p.Read(func(tx *store.Tx) error {
			c, err := bom.Compare(tx, "main", "TOP", "A", "B")
			if err != nil {
				return err
			}
			var got []string
			for _, d := range c.Changes {
				got = append(got, d.String())
			}
			want := []string{
				"line 40 Q: dropped 1 of Q",
				"line 10 R: reference_designators R1 R2, was none",
				"line 25 C: find_number 25, was 20",
				"line 25 C: quantity 3, was 1",
				"line 30 X: added 1 of X",
				"line 50 Q: phantom yes, was no",
				"line 50 Q: optional yes, was no",
				"line 60 L: find_number 60, was 30",
				"line 60 L: substitutes X, was none",
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q\nwant %q", got, want)
			}
			back, err := bom.Compare(tx, "main", "TOP", "B", "A")
			if err == nil && len(back.Changes) != len(c.Changes) {
				t.Errorf("%d changes back, %d there", len(back.Changes), len(c.Changes))
			}
			same, err := bom.Compare(tx, "main", "TOP", "A", "A")
			if len(same.Changes) != 0 || same.Same != 5 {
				t.Errorf("A compared with itself: %v", same)
			}
			return err
		})
	})
}
