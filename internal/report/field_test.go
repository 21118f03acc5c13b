package report_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/moment"
	"lotline/internal/quality"
	"lotline/internal/recall"
	"lotline/internal/report"
	"lotline/internal/workbook"
	"lotline/test/load"

	"codeberg.org/go-pdf/fpdf"
)

// sheets are a plant whose truth is known: capacitor lot C-1 is in X1 at ACME, in
// X2 and X3 at BETA, and in X4, in stock; X5 at BETA and X6 have C-2.
var sheets = map[string]string{
	"partners":    "code,name,role,email,address,country\nSUP,Supplier,supplier,,,\nACME,Acme Radars,customer,qa@acme.example,1 High Street,GB\nBETA,Beta Boats,customer,,2 River Street,NO\n",
	"items":       "part_number,name,tracking,source\nRADAR,Radar,serial,make\nCAP,Capacitor,lot,buy\n",
	"boms":        "parent,find_number,component,quantity,reference_designators\nRADAR,10,CAP,2,C1 C2\n",
	"receipts":    "receipt,at,part_number,lot,quantity,supplier,supplier_lot,certificate\nGR-1,2026-01-02,CAP,C-1,100,SUP,S-991,COC-1\nGR-2,2026-01-02,CAP,C-2,100,SUP,S-992,COC-2\n",
	"orders":      "order,part_number,quantity,planned_at,released_at\nPO-1,RADAR,6,2026-01-02,2026-01-03\n",
	"units":       "part_number,serial,order,at,completed_at\nRADAR,X1,PO-1,2026-01-03,\nRADAR,X2,PO-1,2026-01-03,\nRADAR,X3,PO-1,2026-01-03,\nRADAR,X4,PO-1,2026-01-03,\nRADAR,X5,PO-1,2026-01-03,\nRADAR,X6,PO-1,2026-01-03,\n",
	"installs":    "at,part_number,serial,component,component_lot,quantity,find_number,order,operator\n2026-01-04,RADAR,X1,CAP,C-1,2,10,PO-1,Ann\n2026-01-04,RADAR,X2,CAP,C-1,2,10,PO-1,Ann\n2026-01-04,RADAR,X3,CAP,C-1,2,10,PO-1,Ann\n2026-01-04,RADAR,X4,CAP,C-1,2,10,PO-1,Ann\n2026-01-04,RADAR,X5,CAP,C-2,2,10,PO-1,Ann\n2026-01-04,RADAR,X6,CAP,C-2,1,10,PO-1,Ann\n",
	"instruments": "instrument,name,at,due_at,result\nPM-1,Power meter,2026-01-01,2027-01-01,pass\n",
	"operations":  "at,operation,order,part_number,serial,machine,operator,result,parameter:peak_c\n2026-01-04,reflow,PO-1,RADAR,X1,OVEN-2,Ann,pass,245\n",
	"inspections": "at,stage,part_number,serial,plan,order,characteristic,value,uom,lower,upper,result,inspector,instrument\n2026-01-04,final,RADAR,X1,FT,PO-1,power,5.1,W,4.5,5.5,pass,Ida,PM-1\n",
	"shipments":   "shipment,at,customer,part_number,serial,quantity,system,sales_order,destination\nSH-1,2026-01-05,ACME,RADAR,X1,1,NORTH,SO-1,London\nSH-2,2026-01-05,BETA,RADAR,X2,1,RIVER,SO-2,Oslo\nSH-2,2026-01-05,BETA,RADAR,X3,1,RIVER,SO-2,Oslo\nSH-2,2026-01-05,BETA,RADAR,X5,1,LAKE,SO-2,Oslo\n",
}

func on(day int) moment.Time {
	return moment.Of(time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC))
}

// field is the plant with certificates, a nonconformity, and a recall of C-1.
func field(t *testing.T, p *ledgertest.Plant) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range sheets {
		if err := os.WriteFile(filepath.Join(dir, name+".csv"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	done, err := workbook.Import(t.Context(), p.Ledger, dir, workbook.Options{By: "field"})
	if err != nil || !done.OK() {
		t.Fatalf("%v %v", err, done)
	}
	attach := func(document, about string, body []byte) {
		t.Helper()
		f := catalog.DocumentAttached{Document: document, Title: "Certificate", Receipt: about}
		if body == nil {
			f.SHA256 = strings.Repeat("ab", 32)
		} else if f.SHA256, err = p.Ledger.Keep(t.Context(), body); err != nil {
			t.Fatal(err)
		}
		p.Do(&quality.Attach{DocumentAttached: f, At: on(5)})
	}
	attach("COC-1", "GR-1", certificate(t, "tensile 612 MPa", 2))
	attach("COC-3", "GR-1", []byte("%PDF-1.4\nthis is no PDF any more"))
	attach("COC-4", "GR-1", []byte("plain words"))
	attach("COC-5", "GR-1", nil)
	p.Do(&quality.RaiseNCR{NCRRaised: quality.NCRRaised{Nonconformity: "NC-1", PartNumber: "RADAR", Serial: "X4", Description: "crack at C1", Severity: "major", Cause: "supplier"}, At: on(6)},
		&quality.DisposeNCR{NCRDisposed: quality.NCRDisposed{Nonconformity: "NC-1", Disposition: "rework", ApprovedBy: "Eve Adler"}, At: on(7)},
		&recall.Open{Recall: "RC-1", Reason: "capacitors crack", Instructions: "Send it back.", Question: recall.Question{Any: []recall.Trigger{{SupplierLot: "S-991"}}}, At: on(8)},
		&recall.Contain{Recall: "RC-1", At: on(9)}, &recall.Notify{Recall: "RC-1", At: on(10)},
		&recall.Respond{Recall: "RC-1", Answers: []recall.Said{{Object: "RADAR/X1", State: "returned", AnsweredBy: "Ann of ACME"}, {Object: "RADAR/X2", State: "not_found", Note: "sunk", AnsweredBy: "Bo of BETA"}}, At: on(11)},
		&recall.Close{Recall: "RC-1", Reason: "all that can be found is back", Despite: "BETA is silent", Signature: journal.Signature{SignedBy: "Eve Adler"}, At: on(12)})
}

// certificate is a PDF as a supplier would send it.
func certificate(t *testing.T, says string, pages int) []byte {
	t.Helper()
	p := fpdf.New("P", "mm", "A4", "")
	p.SetCreationDate(time.Unix(0, 0))
	p.SetModificationDate(time.Unix(0, 0))
	p.SetFont("Helvetica", "", 12)
	for range pages {
		p.AddPage()
		p.Text(20, 30, says)
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Each document says what is true of the plant, and nothing of what is none of
// its business.
func TestDocuments(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		field(t, p)
		eachDocument(t, p)
		p.T = t
	})
}

func eachDocument(t *testing.T, p *ledgertest.Plant) {
	for _, c := range []struct {
		name  string
		asked report.Asked
		says  []string
		never []string
	}{
		{"field-unit", report.Asked{Kind: "unit", Name: "RADAR/X1"}, []string{"Every position is explained", "10  CAP  2  CAP/C-1  2  install  as planned", "CAP/C-1  must  SUP  S-991  COC-1  GR-1  2026-01-02", "reflow  OVEN-2  Ann  peak_c = 245  pass", "5.1 W  4.5 to 5.5", "Page 1 of 2"}, []string{"C-2", "X2"}},
		{"field-order", report.Asked{Kind: "order", Name: "PO-1"}, []string{"1 difference in 1 unit of 6 units", "10  CAP  CAP/C-1  must  4 units  X1–X4", "10  CAP  CAP/C-2  must  2 units  X5, X6", "RADAR/X6  10  CAP  CAP/C-2  wrong quantity", "is the one that was sealed"}, []string{"NOT"}},
		{"field-recall", report.Asked{Kind: "recall", Name: "RC-1"}, []string{"The recall is closed. It reaches 6 objects surely and 0 possibly", "answered for (66.67 %) and 1 accounted for (33.33 %); 1 are not found.", "ACME  1  0  NORTH  RADAR/X1", "BETA  2  0  RIVER  RADAR/X2, X3",
			"CAP/C-1  received 100  in stock 92, in units 8  0", "RADAR/X4  held", "BETA  RADAR/X2  1  SH-2  RIVER  not found  2026-01-11  Bo of BETA, sunk", "Eve Adler (name not  closed the recall  2026-01-05 08:00"}, []string{"X5", "X6", "C-2", "LAKE"}},
		{"field-notice", report.Asked{Kind: "notice", Name: "RC-1", Customer: "BETA"}, []string{"Beta Boats", "2 River Street", "RADAR  RIVER  2 units: X2, X3", "lotline.example/answer/main/"}, []string{"X1", "X4", "X5", "ACME", "NORTH"}},
		{"field-shipment", report.Asked{Kind: "shipment", Name: "SH-2"}, []string{"We certify that the 3 objects of this shipment conform", "1 document about what went in is bound behind.", "RADAR  A  2  X2, X3  BETA  RIVER, Oslo", "COC-2  CAP/C-2  missing, not attached", "COC-3  Certificate  CAP/C-1  damaged, cannot be read", "not a PDF", "not kept, only its hash is", "COC-1  Certificate  CAP/C-1  bound behind  3–4", "Page 1 of 4", "tensile 612 MPa"}, []string{"X1", "X4", "X6"}},
		{"field-nonconformity", report.Asked{Kind: "nonconformity", Name: "NC-1"}, []string{"It was decided: rework, 2026-01-07, approved by Eve Adler.", "unit RADAR/X4", "crack at C1"}, []string{"X1"}},
		{"field-lot", report.Asked{Kind: "lot", Name: "CAP/C-1"}, []string{"surely in 5 objects, possibly in 0, at 2 customers. All of it is accounted for.", "GR-1  2026-01-02  100  SUP, their lot S-991", "1  RADAR/X2  must  2"}, []string{"C-2", "X5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p.T = t
			d, body, pages := made(t, p, c.asked)
			got := text(t, body)
			for _, want := range c.says {
				if !strings.Contains(got, want) {
					t.Errorf("it does not say %q", want)
				}
			}
			for _, never := range c.never {
				if strings.Contains(masked(got), never) {
					t.Errorf("it says %q", never)
				}
			}
			if n := strings.Count(got, "\f"); n != pages {
				t.Errorf("it has %d pages, and says %d", n, pages)
			}
			golden(t, c.name, got)
			if _, again, _ := made(t, p, c.asked); !bytes.Equal(body, again) {
				t.Error("made again it is another")
			}
			if _, err := d.XLSX(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A drill's report says what was found; the seconds are those that were taken.
func TestDrillReport(t *testing.T) {
	d := &recall.Drill{Seed: 7, Lot: "lot:CAP/C-1", Size: 12, Seconds: 1.5, Score: 87.5, Must: 5, Steps: []recall.Step{{Step: "pick", Seconds: 0.5}, {Step: "forward", Seconds: 1}},
		Checks: []recall.Check{{Kind: "link", Checked: 8, Wrong: 1}, {Kind: "contact", Checked: 2}}, Findings: []recall.Finding{{Kind: "link", Object: "unit:RADAR/X6", What: "position 10: one is missing"}}, More: 2}
	doc := report.OfDrill(report.Frame{Company: "main", Size: 12, Root: "#", Shows: on(9)}, d)
	body, _, err := doc.PDF()
	if err != nil {
		t.Fatal(err)
	}
	got := text(t, body)
	for _, want := range []string{"A recall of CAP/C-1, picked blind, was tried out from the trigger to the notices in 1.500 seconds.", "trace forward  1.000 s", "links of the genealogy  8  1  fail", "link  RADAR/X6  position 10: one is missing", "And 2 more", "The checkpoint is not signed"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	golden(t, "drill", got)
}

// The dossier of a recall on a made-up plant has the numbers that were counted
// while the plant was made up.
func TestTheDossierIsTrue(t *testing.T) {
	if testing.Short() {
		t.Skip("a plant of 250 systems")
	}
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		truth := plantOf(t, p, 250)
		p.Do(&recall.Open{Recall: "RC-1", Reason: "cracks", Question: recall.Question{Any: []recall.Trigger{{SupplierLot: load.BadSupplierLot}}}})
		_, body, _ := made(t, p, report.Asked{Kind: "recall", Name: "RC-1"})
		got := text(t, body)
		if len(truth.BadSystems) == 0 || len(truth.ByCustomer) == 0 {
			t.Fatal("the plant has no bad systems")
		}
		for customer, n := range truth.ByCustomer {
			if want := fmt.Sprintf("%s  %d  0  ", customer, n); !strings.Contains(got, want) {
				t.Errorf("it does not say %q", want)
			}
		}
		for _, serial := range truth.BadSystems {
			if !strings.Contains(got, "RADAR-X1/"+serial+"  must") {
				t.Errorf("system %s is missing", serial)
			}
		}
	})
}
