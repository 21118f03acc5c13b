package report

import (
	"bytes"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/pdfcpu/pdfcpu/pkg/api"
)

// foreign is a PDF of somebody else.
func foreign(t *testing.T, change func(*fpdf.Fpdf)) []byte {
	t.Helper()
	p := fpdf.New("P", "mm", "A5", "")
	p.SetCreationDate(time.Unix(0, 0))
	p.SetModificationDate(time.Unix(0, 0))
	p.SetFont("Helvetica", "", 12)
	p.AddPage()
	p.Text(20, 30, "tensile 612 MPa")
	if change != nil {
		change(p)
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// PDFs of any make are bound, each time to the same bytes; one that cannot be
// is said to be so, and does no harm.
func TestBinding(t *testing.T) {
	plain := foreign(t, nil)
	packed := reading()
	packed.WriteObjectStream, packed.WriteXRefStream = true, true
	var streamed bytes.Buffer
	if err := api.Optimize(bytes.NewReader(plain), &streamed, packed); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		body  []byte
		pages int
	}{
		{"plain", plain, 1},
		{"of two pages", foreign(t, func(p *fpdf.Fpdf) { p.AddPage() }), 2},
		{"with object streams", streamed.Bytes(), 1},
		{"2.0", append([]byte("%PDF-2.0"), plain[8:]...), 1},
		{"locked", foreign(t, func(p *fpdf.Fpdf) { p.SetProtection(fpdf.CnProtectPrint, "secret", "owner") }), 0},
		{"cut off", plain[:len(plain)/2], 0},
		{"empty", []byte("%PDF-1.7\n"), 0},
		{"zeros", append([]byte("%PDF-1.7\n"), make([]byte, 10_000)...), 0},
	} {
		pages, err := readPDF(c.body)
		if pages != c.pages || (err == nil) != (c.pages > 0) {
			t.Errorf("%s: %d pages, %v; want %d", c.name, pages, err, c.pages)
			continue
		}
		if err != nil {
			continue
		}
		b := &binding{bodies: [][]byte{c.body, plain}}
		first, err := b.behind(blank())
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if second, err := b.behind(blank()); err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s: bound twice it is not the same (%v)", c.name, err)
		}
		read, err := api.ReadAndValidate(bytes.NewReader(first), reading())
		if err != nil || read.PageCount != 1+c.pages+1 {
			t.Errorf("%s: bound it has %v pages (%v)", c.name, read, err)
		}
	}
}
