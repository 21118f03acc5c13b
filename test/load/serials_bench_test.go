package load_test

import (
	"context"
	"testing"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/ledger"
)

// BenchmarkSerials gives 100,000 units their serials by one command, which is
// one entry.
func BenchmarkSerials(b *testing.B) {
	const units = 100_000
	engines(b, func(b *testing.B, open func() *ledger.Ledger) {
		for range b.N {
			b.StopTimer()
			l := open()
			do(b, l, &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "CART", Name: "Cart", Tracking: "serial",
				SerialFormat: "{item}-{yy}{ww}-{seq:6,year}"}})
			b.StartTimer()
			answer, err := l.Record(context.Background(), ledger.Request{}, &genealogy.Serialize{PartNumber: "CART", Count: units})
			if err != nil {
				b.Fatal(err)
			}
			if answer.Lines < units {
				b.Fatalf("%d facts, want %d", answer.Lines, units)
			}
		}
		b.ReportMetric(float64(units)/b.Elapsed().Seconds()*float64(b.N), "serials/s")
	})
}
