package report_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lotline/internal/api"
	"lotline/internal/ledger"
	"lotline/internal/recall"
	"lotline/internal/report"
	"lotline/internal/workbook"

	"github.com/ledongthuc/pdf"
)

// many is an order of n units, each with a lot and a board by serial, shipped
// to one customer under one shipment.
func many(t testing.TB, n int) *ledger.Ledger {
	t.Helper()
	dir := t.TempDir()
	var units, installs, shipped strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&units, "RADAR,X%05d,PO-1,2026-01-03,2026-01-04\nBOARD,B%05d,,2026-01-02,\n", i, i)
		fmt.Fprintf(&installs, "2026-01-03T10:00:00Z,RADAR,X%05d,CAP,C-1,,2,10,PO-1\n2026-01-03T10:00:00Z,RADAR,X%05d,BOARD,,B%05d,1,20,PO-1\n", i, i, i)
		fmt.Fprintf(&shipped, "SH-1,2026-01-05,ACME,RADAR,X%05d,1,NORTH\n", i)
	}
	for name, text := range map[string]string{
		"partners": "code,name,role\nSUP,Supplier,supplier\nACME,Acme Radars,customer\n", "items": "part_number,name,tracking,source\nRADAR,Radar,serial,make\nBOARD,Board,serial,buy\nCAP,Capacitor,lot,buy\n",
		"boms": "parent,find_number,component,quantity\nRADAR,10,CAP,2\nRADAR,20,BOARD,1\n", "receipts": fmt.Sprintf("receipt,at,part_number,lot,quantity,supplier,supplier_lot,certificate\nGR-1,2026-01-02,CAP,C-1,%d,SUP,S-991,COC-1\n", 3*n),
		"orders": fmt.Sprintf("order,part_number,quantity,planned_at,released_at\nPO-1,RADAR,%d,2026-01-02,2026-01-02\n", n), "units": "part_number,serial,order,at,completed_at\n" + units.String(),
		"installs": "at,part_number,serial,component,component_lot,component_serial,quantity,find_number,order\n" + installs.String(), "shipments": "shipment,at,customer,part_number,serial,quantity,system\n" + shipped.String(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name+".csv"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "many.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if done, err := workbook.Import(t.Context(), l, dir, workbook.Options{By: "many", History: true}); err != nil || !done.OK() {
		t.Fatalf("%v %v", err, done)
	}
	for _, c := range []ledger.Command{
		&recall.Open{Recall: "RC-1", Reason: "cracks", Question: recall.Question{Any: []recall.Trigger{{SupplierLot: "S-991"}}}, At: on(6)}, &recall.Notify{Recall: "RC-1", At: on(7)},
	} {
		if _, err := l.Record(context.Background(), ledger.Request{By: "many"}, c); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// Every serial of a large order, notice and certificate is printed, once in its
// list.
func TestLargeDocuments(t *testing.T) {
	const n = 600
	l := many(t, n)
	for _, asked := range []report.Asked{{Kind: "order", Name: "PO-1"}, {Kind: "notice", Name: "RC-1", Customer: "ACME"}, {Kind: "recall", Name: "RC-1"}} {
		d, err := api.Report(t.Context(), l, asked, "")
		if err != nil {
			t.Fatal(err)
		}
		body, pages, err := d.PDF()
		if err != nil {
			t.Fatal(err)
		}
		r, err := pdf.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil || r.NumPage() != pages {
			t.Fatalf("%v, %d pages, want %d", err, r.NumPage(), pages)
		}
		got := text(t, body)
		for i := 1; i <= n; i++ {
			if !strings.Contains(got, fmt.Sprintf("X%05d  ", i)) {
				t.Errorf("%s: X%05d is missing", asked.Kind, i)
			}
		}
		if want := fmt.Sprintf("X00001–X%05d", n); !strings.Contains(got, want) {
			t.Errorf("%s does not sum up %s", asked.Kind, want)
		}
		for i, page := range strings.Split(strings.TrimSuffix(got, "\f\n"), "\f\n") {
			if want := fmt.Sprintf("Page %d of %d", i+1, pages); !strings.Contains(page, want) {
				t.Errorf("%s: no %q", asked.Kind, want)
			}
		}
	}
}

// BenchmarkReports measures documents of 10,000 units.
func BenchmarkReports(b *testing.B) {
	l := many(b, 10_000)
	for _, asked := range []report.Asked{{Kind: "order", Name: "PO-1"}, {Kind: "notice", Name: "RC-1", Customer: "ACME"}, {Kind: "shipment", Name: "SH-1"}, {Kind: "recall", Name: "RC-1"}} {
		for _, format := range report.Formats {
			b.Run(asked.Kind+"/"+format, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					d, err := api.Report(b.Context(), l, asked, "")
					if err != nil {
						b.Fatal(err)
					}
					body, pages, err := d.As(format)
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(pages), "pages")
					b.ReportMetric(float64(len(body))/(1<<20), "MiB")
				}
			})
		}
	}
}
