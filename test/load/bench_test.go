package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/ledger"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/store/storetest"
	"lotline/internal/workbook"
	"lotline/test/load"
)

// engines are the databases that a benchmark runs on.
func engines(b *testing.B, f func(b *testing.B, open func() *ledger.Ledger)) {
	for name, url := range map[string]func() string{
		"sqlite":   func() string { return filepath.Join(b.TempDir(), "bench.db") },
		"postgres": func() string { return storetest.Postgres(b) },
	} {
		b.Run(name, func(b *testing.B) {
			f(b, func() *ledger.Ledger {
				l, err := ledger.Open(b.Context(), url(), ledger.Options{})
				if err != nil {
					b.Fatal(err)
				}
				b.Cleanup(func() { l.Close() })
				return l
			})
		})
	}
}

// BenchmarkImport imports a made-up plant from CSV and says rows a second and
// the largest heap seen. LOTLINE_BENCH_SYSTEMS asks for larger plants; a
// system is about 56 rows.
func BenchmarkImport(b *testing.B) {
	sizes := []int{180, 1_800}
	if os.Getenv("LOTLINE_BENCH_LARGE") != "" {
		sizes = append(sizes, 17_700)
	}
	for _, systems := range sizes {
		dir := b.TempDir()
		truth, err := load.Plant{Seed: 1, Systems: systems}.Folder(dir)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("rows=%d", truth.Rows), func(b *testing.B) {
			engines(b, func(b *testing.B, open func() *ledger.Ledger) {
				for b.Loop() {
					l := open()
					peak := watchHeap()
					begin := time.Now()
					report, err := workbook.Import(b.Context(), l, dir, workbook.Options{})
					if err != nil || !report.OK() {
						b.Fatal(err, report.Problems)
					}
					b.ReportMetric(float64(truth.Rows)/time.Since(begin).Seconds(), "rows/s")
					b.ReportMetric(float64(peak())/(1<<20), "peak-MiB")
				}
			})
		})
	}
}

// watchHeap samples the heap until the answer is asked for.
func watchHeap() func() uint64 {
	stop := make(chan struct{})
	var peak atomic.Uint64
	var done sync.WaitGroup
	done.Go(func() {
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapInuse))
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	return func() uint64 {
		close(stop)
		done.Wait()
		return peak.Load()
	}
}

func do(b *testing.B, l *ledger.Ledger, commands ...ledger.Command) {
	b.Helper()
	for _, c := range commands {
		if _, err := l.Record(b.Context(), ledger.Request{}, c); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRebuild makes all tables of a plant again from its journal.
func BenchmarkRebuild(b *testing.B) {
	dir := b.TempDir()
	if _, err := (load.Plant{Seed: 1, Systems: 900}).Folder(dir); err != nil {
		b.Fatal(err)
	}
	engines(b, func(b *testing.B, open func() *ledger.Ledger) {
		l := open()
		report, err := workbook.Import(b.Context(), l, dir, workbook.Options{})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			begin := time.Now()
			if err := l.Rebuild(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(report.Facts)/time.Since(begin).Seconds(), "facts/s")
		}
	})
}

// BenchmarkRelease releases an order BOM of 10,000 lines over two levels.
func BenchmarkRelease(b *testing.B) {
	engines(b, func(b *testing.B, open func() *ledger.Ledger) {
		l := open()
		lines := make([]bom.Line, 99)
		for i := range lines {
			part := fmt.Sprint("P", i)
			do(b, l, &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: part, Name: part, Tracking: "lot"}})
			lines[i] = bom.Line{Component: part, Quantity: quantity.One}
		}
		tops := make([]bom.Line, 100)
		for i := range tops {
			part := fmt.Sprint("A", i)
			do(b, l, &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: part, Name: part, Tracking: "serial", Source: "make"}}, &bom.DefineBOM{Parent: part, Lines: lines})
			tops[i] = bom.Line{Component: part, Quantity: quantity.One}
		}
		do(b, l, &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "TOP", Name: "Top", Tracking: "serial", Source: "make"}}, &bom.DefineBOM{Parent: "TOP", Lines: tops})
		n := 0
		for b.Loop() {
			n++
			name := fmt.Sprint("PO", n)
			do(b, l, &order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: name, PartNumber: "TOP", Quantity: quantity.One}}, &order.ReleaseOrder{Order: name})
		}
	})
}
