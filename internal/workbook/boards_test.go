package workbook_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lotline/internal/ledger/ledgertest"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/store"
	"lotline/internal/trace"
	"lotline/internal/workbook"
)

// boards is how many an order makes.
const boards = 25

// TestBoards turns what a CAD program says of a board into a workbook, imports
// and orders it. LOTLINE_BOARDS names a folder with further boards, NAME-bom.csv.
func TestBoards(t *testing.T) {
	files, _ := filepath.Glob("testdata/boards/*-bom.csv")
	if dir := os.Getenv("LOTLINE_BOARDS"); dir != "" {
		more, _ := filepath.Glob(filepath.Join(dir, "*-bom.csv"))
		files = append(files, more...)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b := readBoard(t, file)
			ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) { b.order(p) })
		})
	}
}

// board is a bill of materials as a CAD program exports it.
type board struct {
	name   string
	rows   []map[string]string
	places map[string]int // of each part
	total  int
}

func readBoard(t *testing.T, path string) board {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	b := board{name: strings.TrimSuffix(filepath.Base(path), "-bom.csv"), places: map[string]int{}}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = cells[i]
		}
		// A part without a number of its own is known by what it is.
		if row["part"] = row["LCSC"]; row["part"] == "" {
			row["part"] = strings.Join([]string{row["Part"], row["Value"], row["Footprint"]}, " ")
		}
		n := len(strings.Fields(row["References"]))
		if want, err := strconv.Atoi(row["Quantity Per PCB"]); err != nil || n != want {
			t.Errorf("row %s has %d references and a quantity of %q", row["Row"], n, row["Quantity Per PCB"])
		}
		b.places[row["part"]] += n
		b.total += n
		b.rows = append(b.rows, row)
	}
	return b
}

// workbook writes the board as a workbook: its parts, its BOM, what is in
// stock for it, and an order.
func (b board) workbook(t *testing.T) string {
	t.Helper()
	items := [][]string{{"part_number", "name", "tracking", "source", "catalog", "footprint"}, {b.name, "Board " + b.name, "serial", "make", "", ""}}
	catalogs := [][]string{{"catalog", "property"}, {"electronics", "footprint"}}
	boms := [][]string{{"parent", "find_number", "component", "quantity", "reference_designators"}}
	receipts := [][]string{{"receipt", "at", "part_number", "lot", "quantity"}}
	named := map[string]bool{}
	for _, row := range b.rows {
		part := row["part"]
		boms = append(boms, []string{b.name, row["Row"], part, row["Quantity Per PCB"], row["References"]})
		if !named[part] {
			named[part] = true
			items = append(items, []string{part, row["Description"], "lot", "buy", "electronics", row["Footprint"]})
			receipts = append(receipts, []string{"GR-1", "2026-01-02", part, "R1", fmt.Sprint(boards * b.places[part])})
		}
	}
	orders := [][]string{{"order", "part_number", "quantity", "planned_at", "released_at"}, {"PO-1", b.name, fmt.Sprint(boards), "2026-01-03", "2026-01-03"}}
	dir := t.TempDir()
	for name, rows := range map[string][][]string{"catalogs": catalogs, "items": items, "boms": boms, "receipts": receipts, "orders": orders} {
		f, err := os.Create(filepath.Join(dir, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		if err := csv.NewWriter(f).WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	return dir
}

// order imports the workbook and holds the sealed order BOM against the board.
func (b board) order(p *ledgertest.Plant) {
	p.Helper()
	report, err := workbook.Import(p.Context(), p.Ledger, b.workbook(p.T), workbook.Options{})
	if err != nil || !report.OK() {
		p.Fatal(err, report.Problems)
	}
	p.Read(func(tx *store.Tx) error {
		shown, err := order.Show(tx, "main", "PO-1", trace.Stock(tx, "main"))
		if err != nil {
			return err
		}
		placed := 0
		for _, line := range shown.Lines[1:] {
			n := len(line.Designators)
			if line.QuantityPer != quantity.Pieces(int64(n)) {
				p.Errorf("line %s takes %s and has %d reference designators", line.FindNumber, line.QuantityPer, n)
			}
			placed += n
		}
		if placed != b.total || len(shown.Lines) != len(b.rows)+1 {
			p.Errorf("%d placements in %d lines, the board has %d in %d", placed, len(shown.Lines)-1, b.total, len(b.rows))
		}
		parts := 0
		for _, total := range shown.Totals {
			if n, ok := b.places[total.PartNumber]; ok {
				parts++
				if want := quantity.Pieces(int64(boards * n)); total.Quantity != want {
					p.Errorf("%s: %s in all, want %s", total.PartNumber, total.Quantity, want)
				}
			}
		}
		if parts != len(b.places) {
			p.Errorf("totals of %d parts, the board has %d", parts, len(b.places))
		}
		return nil
	})
}
