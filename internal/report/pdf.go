package report

import (
	"bytes"
	"fmt"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// The page: A4, in mm.
const (
	paperWidth, paperHeight = 210.0, 297.0
	left, right             = 16.0, 16.0
	top, bottom             = 20.0, 274.0 // of what a page holds
	inner                   = paperWidth - left - right
	codeSize                = 24.0
)

// The styles of type.
var (
	titleStyle   = style{true, 20}
	subjectStyle = style{false, 11}
	leadStyle    = style{false, 10}
	partStyle    = style{true, 12.5}
	textStyle    = style{false, 9}
	nameStyle    = style{false, 8.5}
	valueStyle   = style{false, 9}
	headStyle    = style{true, 7.5}
	cellStyle    = style{false, 8}
	stateStyle   = style{true, 8}
	smallStyle   = style{false, 7}
)

type colour [3]int

// The colours are those of the pages.
var (
	ink   = colour{22, 33, 31}
	soft  = colour{79, 93, 90}
	line  = colour{203, 211, 206}
	dark  = colour{124, 138, 134}
	brand = colour{11, 90, 99}
	green = colour{7, 94, 77}
	amber = colour{125, 79, 0}
	red   = colour{166, 27, 27}
)

// states are the colours of words that say how something stands.
var states = map[string]colour{
	"surely": green, "must": green, "pass": green, "as planned": green, "accounted for": green, "closed": green, "returned": green, "corrected": green, "destroyed": green, "held": green, "complete": green, "in stock": green,
	"possibly": amber, "may": amber, "substitute": amber, "deviation": amber, "located": amber, "acknowledged": amber, "notified": amber, "silent": amber, "in work": amber, "open": amber, "removed": amber, "not kept": amber, "not a PDF": amber,
	"fail": red, "differs": red, "missing": red, "extra": red, "wrong item": red, "wrong revision": red, "wrong quantity": red, "not found": red, "not held": red, "scrapped": red, "damaged": red,
}

// press prints a document.
type press struct {
	*fpdf.Fpdf
	*setter
	doc *Document
	y   float64 // how far the page is filled
	set map[*typeface]bool
}

// PDF prints the document, and says how many pages it has.
func (d *Document) PDF() (body []byte, pages int, err error) {
	bound := bind(d)
	p := d.print()
	for range 3 { // the numbers of the pages behind may move what stands before them
		own := p.PageCount()
		if d.number(own); len(d.Behind) == 0 {
			break
		}
		if p = d.print(); p.PageCount() == own {
			break
		}
	}
	pages = p.PageCount() + bound.pages
	p.feet(pages)
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, 0, fmt.Errorf("print %s: %w", d.Kind, err)
	}
	if len(d.Behind) == 0 {
		return out.Bytes(), pages, nil
	}
	body, err = bound.behind(out.Bytes())
	return body, pages, err
}

// print sets all pages, without their feet.
func (d *Document) print() *press {
	p := &press{Fpdf: fpdf.New("P", "mm", "A4", ""), setter: newSetter(), doc: d, set: map[*typeface]bool{}}
	p.SetCatalogSort(true)
	p.SetCreationDate(d.Shows.Go())
	p.SetModificationDate(d.Shows.Go())
	p.SetProducer("Lotline", true)
	p.SetCreator("Lotline", true)
	p.SetTitle(d.Kind+": "+d.Subject, true)
	p.SetSubject(d.back(), true)
	p.SetLang("en")
	p.SetAutoPageBreak(false, 0)
	p.next()
	p.opening()
	for i := range d.Parts {
		p.part(&d.Parts[i])
	}
	for _, part := range d.closing() {
		p.part(&part)
	}
	return p
}

// use makes a typeface ready in the document.
func (p *press) use(f *typeface, size float64) {
	if !p.set[f] {
		p.set[f] = true
		p.AddUTF8FontFromBytes(f.name, "", bytes.Clone(f.load().bytes))
	}
	p.SetFont(f.name, "", size)
}

// write sets a line with its base at y.
func (p *press) write(x, y float64, text string, st style, c colour) {
	p.SetTextColor(c[0], c[1], c[2])
	for _, r := range p.runs(text, st.strong) {
		p.use(r.face, st.size)
		p.Text(x, y, r.text)
		w := p.widths(r.face)
		for _, letter := range r.text {
			width, _ := w.of(letter)
			x += width * st.size / pointsPerMM
		}
	}
}

// toRight sets a line that ends at x.
func (p *press) toRight(x, y float64, text string, st style, c colour) {
	p.write(x-p.width(text, st), y, text, st, c)
}

func (p *press) rule(y float64, c colour, thick float64) {
	p.SetDrawColor(c[0], c[1], c[2])
	p.SetLineWidth(thick)
	p.Line(left, y, paperWidth-right, y)
}

// height of a line of a style.
func (st style) height() float64 { return st.size / pointsPerMM * 1.32 }

// lines sets lines one below the other, from y down, and answers where it ended.
func (p *press) lines(x, y float64, lines []string, st style, c colour) float64 {
	for _, text := range lines {
		p.write(x, y+st.height()*0.76, text, st, c)
		y += st.height()
	}
	return y
}

// next begins a page.
func (p *press) next() {
	p.AddPage()
	p.y = top
	if p.PageCount() == 1 {
		return
	}
	p.write(left, 13, p.clipped(p.doc.Kind+" · "+p.doc.Subject, smallStyle, inner-40), smallStyle, soft)
	p.toRight(paperWidth-right, 13, p.clipped(p.doc.Company, smallStyle, 36), smallStyle, soft)
	p.rule(15, line, 0.2)
}

// clipped is a text that fits on a line; what does not is marked.
func (p *press) clipped(text string, st style, width float64) string {
	if p.width(text, st) <= width {
		return text
	}
	return p.fitting(text, st, width-p.width("…", st)) + "…"
}

// room begins a page if less than so much is left on this one.
func (p *press) room(height float64) {
	if p.y+height > bottom && p.y > top {
		p.next()
	}
}

// opening is the head of the document: what it is, about what, the answer, and
// the code that leads back.
func (p *press) opening() {
	d := p.doc
	const beside = inner - codeSize - 6
	p.code(paperWidth-right-codeSize, 14, codeSize, d.coded())
	p.write(left, 20, p.clipped(d.Company, headStyle, beside), headStyle, brand)
	y := p.lines(left, 22, p.wrap(d.Kind, titleStyle, beside), titleStyle, ink)
	y = p.lines(left, y+1, p.wrap(d.Subject, subjectStyle, beside), subjectStyle, ink)
	y = max(y+2, 14+codeSize+3)
	p.rule(y, brand, 0.6)
	p.y = y + 3
	for _, text := range d.Letter {
		p.paragraph(text, leadStyle)
	}
	if d.Lead != "" {
		p.paragraph(d.Lead, leadStyle)
	}
}

// paragraph sets sentences over the whole width; it may go on on the next page.
func (p *press) paragraph(text string, st style) {
	for _, text := range p.wrap(text, st, inner) {
		p.room(st.height())
		p.y = p.lines(left, p.y, []string{text}, st, ink)
	}
	p.y += 1.6
}

// code draws an address as a QR code (ISO/IEC 18004), each row of it in few
// rectangles, with the quiet zone left to the paper around.
func (p *press) code(x, y, size float64, address string) {
	symbol, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		p.SetError(fmt.Errorf("code of %s: %w", address, err))
		return
	}
	n := symbol.Bounds().Dx()
	module := size / float64(n)
	p.SetFillColor(0, 0, 0)
	for row := range n {
		for from := 0; from < n; {
			to := from
			for to < n && black(symbol, to, row) {
				to++
			}
			if to > from {
				p.Rect(x+float64(from)*module, y+float64(row)*module, float64(to-from)*module, module, "F")
			}
			from = max(to, from+1)
		}
	}
	if strings.HasPrefix(address, "http") {
		p.LinkString(x, y, size, size, address)
	}
}

func black(symbol barcode.Barcode, x, y int) bool {
	r, _, _, _ := symbol.At(x, y).RGBA()
	return r == 0
}

// feet writes what stands at the foot of each page, when it is known how many
// there are.
func (p *press) feet(pages int) {
	d := p.doc
	own := p.PageCount()
	for i := 1; i <= own; i++ {
		p.SetPage(i)
		p.rule(279, line, 0.2)
		p.write(left, 283, fmt.Sprintf("Checkpoint: %s, root %s", plural(int(d.Size), "entry", "entries"), d.Root), smallStyle, soft)
		p.write(left, 286.5, p.clipped("Shows the record as it was on "+d.Shows.String()+" · "+d.back(), smallStyle, inner-24), smallStyle, soft)
		p.toRight(paperWidth-right, 283, fmt.Sprintf("Page %d of %d", i, pages), headStyle, ink)
	}
}
