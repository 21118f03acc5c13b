package bom_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"lotline/internal/bom"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/quantity"
	"lotline/internal/store"

	"pgregory.net/rapid"
)

// design is a BOM as a model: for each item its lines, whose components come
// after it, so that nothing contains itself.
type design struct {
	parts []string
	lines [][]designLine
}

type designLine struct {
	to      int
	q, lost quantity.Quantity
	phantom bool
}

func drawDesign(t *rapid.T, prefix string) design {
	n := rapid.IntRange(2, 7).Draw(t, "items")
	d := design{lines: make([][]designLine, n)}
	for i := range n {
		d.parts = append(d.parts, fmt.Sprintf("%s-%d", prefix, i))
	}
	for i := range n - 1 {
		for range rapid.IntRange(0, 4).Draw(t, "lines") {
			d.lines[i] = append(d.lines[i], designLine{
				to:      rapid.IntRange(i+1, n-1).Draw(t, "to"),
				q:       quantity.Quantity(rapid.Int64Range(1, 9_000).Draw(t, "quantity")) * 1_000,
				lost:    quantity.Quantity(rapid.SampledFrom([]int64{0, 0, 5_000_000, 12_345_678}).Draw(t, "scrap")),
				phantom: rapid.IntRange(0, 3).Draw(t, "phantom") == 0,
			})
		}
	}
	return d
}

func (d design) commands() []ledger.Command {
	var all []ledger.Command
	for _, part := range d.parts {
		all = append(all, item(part, "1", ""))
	}
	for i, lines := range d.lines {
		c := define(d.parts[i], "")
		for _, l := range lines {
			c.Lines = append(c.Lines, bom.Line{Component: d.parts[l.to], Quantity: l.q, Scrap: l.lost, Phantom: l.phantom})
		}
		if len(lines) > 0 {
			all = append(all, c)
		}
	}
	return all
}

// walk visits all lines below an item by plain recursion: the sum of an item is
// asked for by every line, with the product of what stands above it.
func (d design) walk(i int, net, gross *big.Rat, visit func(l designLine, net, gross *big.Rat)) {
	for _, l := range d.lines[i] {
		n := new(big.Rat).Mul(net, l.q.Rat())
		scrap := new(big.Rat).Add(big.NewRat(1, 1), new(big.Rat).Quo(l.lost.Rat(), big.NewRat(100, 1)))
		g := new(big.Rat).Mul(new(big.Rat).Mul(gross, l.q.Rat()), scrap)
		visit(l, n, g)
		d.walk(l.to, n, g, visit)
	}
}

// up rounds up to whole units of a size.
func up(r *big.Rat, size int64) quantity.Quantity {
	scaled := new(big.Rat).Quo(new(big.Rat).Mul(r, big.NewRat(1_000_000, 1)), big.NewRat(size, 1))
	whole := new(big.Int).Quo(scaled.Num(), scaled.Denom())
	if !scaled.IsInt() {
		whole.Add(whole, big.NewInt(1))
	}
	return quantity.Quantity(whole.Int64() * size)
}

// exploded and flattened are the answers as the model gives them.
func (d design) exploded() (lines []string) {
	d.walk(0, big.NewRat(1, 1), big.NewRat(1, 1), func(l designLine, net, _ *big.Rat) {
		lines = append(lines, fmt.Sprint(d.parts[l.to], " ", l.q, " ", up(net, 1), " ", l.phantom))
	})
	return lines
}

func (d design) flattened(q quantity.Quantity) (rows []string) {
	nets, grosses := map[string]*big.Rat{}, map[string]*big.Rat{}
	d.walk(0, q.Rat(), q.Rat(), func(l designLine, net, gross *big.Rat) {
		if l.phantom {
			return
		}
		part := d.parts[l.to]
		if nets[part] == nil {
			nets[part], grosses[part] = new(big.Rat), new(big.Rat)
		}
		nets[part].Add(nets[part], net)
		grosses[part].Add(grosses[part], gross)
	})
	for _, part := range slices.Sorted(maps.Keys(nets)) {
		rows = append(rows, fmt.Sprint(part, " ", up(nets[part], 1), " ", up(up(grosses[part], 1).Rat(), 1_000_000)))
	}
	return rows
}

// TestDesigns holds explode, flatten and where used against plain recursion.
func TestDesigns(t *testing.T) {
	ledgertest.Each(t, func(_ *testing.T, p *ledgertest.Plant) {
		n := 0
		rapid.Check(p.T, func(t *rapid.T) {
			n++
			d := drawDesign(t, fmt.Sprint("P", n))
			if _, err := p.Ledger.RecordAll(p.Context(), ledger.Request{}, d.commands()); err != nil {
				t.Fatal(err)
			}
			q := quantity.Quantity(rapid.Int64Range(1, 5_000).Draw(t, "batch")) * 10_000
			p.Read(func(tx *store.Tx) error {
				e, err := bom.AskExplode(tx, "main", d.parts[0], "", 0)
				if err != nil {
					return err
				}
				var lines, rows []string
				for _, l := range e.Lines {
					lines = append(lines, fmt.Sprint(l.PartNumber, " ", l.Quantity, " ", l.PerTop, " ", l.Phantom))
				}
				same(t, "explode", lines, d.exploded())
				f, err := bom.AskFlatten(tx, "main", d.parts[0], "", q)
				if err != nil {
					return err
				}
				for _, i := range f.Items {
					rows = append(rows, fmt.Sprint(i.PartNumber, " ", i.Net, " ", i.Gross))
				}
				same(t, "flatten", rows, d.flattened(q))
				return d.used(t, tx)
			})
		})
	})
}

// used holds where used against the same recursion from every top.
func (d design) used(t *rapid.T, tx *store.Tx) error {
	below := make([]bool, len(d.parts))
	for _, lines := range d.lines {
		for _, l := range lines {
			below[l.to] = true
		}
	}
	for of, part := range d.parts {
		var want []string
		for top := range d.parts {
			sum, found := new(big.Rat), false
			d.walk(top, big.NewRat(1, 1), big.NewRat(1, 1), func(l designLine, net, _ *big.Rat) {
				if l.to == of {
					sum.Add(sum, net)
					found = true
				}
			})
			if found && !below[top] {
				want = append(want, fmt.Sprint(d.parts[top], " ", up(sum, 1)))
			}
		}
		u, err := bom.AskWhereUsed(tx, "main", part, "", false)
		if err != nil {
			return err
		}
		var got []string
		for _, top := range u.Tops {
			got = append(got, fmt.Sprint(top.PartNumber, " ", top.Quantity))
		}
		same(t, "where used "+part, got, want)
		steps := 0
		for _, line := range u.Lines {
			if line.Top {
				steps++
			}
		}
		if ways := d.ways(of, below); steps != ways {
			t.Errorf("%s: %d ways to a top, want %d", part, steps, ways)
		}
	}
	return nil
}

// ways counts the ways from an item up to the tops.
func (d design) ways(of int, below []bool) (n int) {
	for from, lines := range d.lines {
		for _, l := range lines {
			if l.to != of {
				continue
			}
			if n += d.ways(from, below); !below[from] {
				n++
			}
		}
	}
	return n
}

func same(t *rapid.T, what string, got, want []string) {
	if !slices.Equal(got, want) {
		t.Fatalf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
