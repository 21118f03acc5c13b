package workbook_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lotline/internal/ledger"
	"lotline/internal/workbook"
)

// sheet is a CSV file that a test writes.
type sheet struct {
	file *os.File
	*bufio.Writer
}

func create(t testing.TB, folder, name, columns string) *sheet {
	file, err := os.Create(filepath.Join(folder, name+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	s := &sheet{file, bufio.NewWriter(file)}
	fmt.Fprintln(s, columns)
	return s
}

func (s *sheet) close(t testing.TB) {
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := s.file.Close(); err != nil {
		t.Fatal(err)
	}
}

// writePlant writes a workbook of about rows rows: boards in orders of 100, of
// whose rows two thirds are installs, a quarter operations, a tenth units.
func writePlant(t testing.TB, rows int) string {
	folder := t.TempDir()
	items := create(t, folder, "items", "part_number,name,tracking,source")
	boms := create(t, folder, "boms", "parent,find_number,component,quantity")
	fmt.Fprintln(items, "BOARD,Board,serial,make")
	for i := range 7 {
		fmt.Fprintf(items, "CHIP-%d,Chip,lot,buy\n", i)
		fmt.Fprintf(boms, "BOARD,%d,CHIP-%d,2\n", 10*(i+1), i)
	}
	orders := create(t, folder, "orders", "order,part_number,quantity,planned_at,released_at")
	receipts := create(t, folder, "receipts", "receipt,at,part_number,lot,quantity,supplier_lot")
	units := create(t, folder, "units", "part_number,serial,order,at")
	installs := create(t, folder, "installs", "at,part_number,serial,component,component_lot,quantity,operator,machine")
	operations := create(t, folder, "operations", "at,operation,part_number,serial,machine,operator,program")
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	boards := rows / 11
	for board := range boards {
		at = at.Add(time.Minute)
		order := board / 100
		if board%100 == 0 {
			fmt.Fprintf(orders, "PO-%d,BOARD,100,2026-01-01,%s\n", order, at.Format(time.RFC3339))
		}
		if board%1000 == 0 {
			for i := range 7 {
				fmt.Fprintf(receipts, "GR-%d-%d,%s,CHIP-%d,L%d,2000,S%d\n", board, i, at.Format(time.RFC3339), i, board/1000, board)
			}
		}
		fmt.Fprintf(units, "BOARD,%06d,PO-%d,%s\n", board, order, at.Format(time.RFC3339))
		for i := range 7 {
			fmt.Fprintf(installs, "%s,BOARD,%06d,CHIP-%d,L%d,2,ann,smt-%d\n", at.Add(time.Duration(i+1)*time.Second).Format(time.RFC3339), board, i, board/1000, board%3)
		}
		for i := range 3 {
			fmt.Fprintf(operations, "%s,step-%d,BOARD,%06d,m-%d,bob,P%d\n", at.Add(time.Duration(i+10)*time.Second).Format(time.RFC3339), i, board, i, i)
		}
	}
	for _, s := range []*sheet{items, boms, orders, receipts, units, installs, operations} {
		s.close(t)
	}
	return folder
}

func BenchmarkImport(b *testing.B) {
	for _, rows := range []int{10_000, 100_000} {
		path := writePlant(b, rows)
		b.Run(fmt.Sprintf("csv/%d", rows), func(b *testing.B) { importOften(b, path) })
	}
	l := openNew(b)
	if _, err := workbook.Import(b.Context(), l, writePlant(b, 10_000), workbook.Options{}); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "plant.xlsx")
	if _, err := workbook.Export(b.Context(), l, path); err != nil {
		b.Fatal(err)
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	b.Run("xlsx/10000", func(b *testing.B) { importOften(b, path) })
}

func openNew(b *testing.B) *ledger.Ledger {
	l, err := ledger.Open(b.Context(), filepath.Join(b.TempDir(), "plant.db"), ledger.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return l
}

// importOften imports into a new database each time, and tells rows a second.
func importOften(b *testing.B, path string) {
	var n int64
	for b.Loop() {
		b.StopTimer()
		l := openNew(b)
		b.StartTimer()
		report, err := workbook.Import(b.Context(), l, path, workbook.Options{})
		if err != nil || !report.OK() {
			b.Fatal(err, report.Problems)
		}
		n += report.Rows
		b.StopTimer()
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
