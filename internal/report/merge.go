package report

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sync"

	"lotline/internal/moment"

	"codeberg.org/go-pdf/fpdf"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
)

// Behind is a document that is bound behind another, as it was kept.
type Behind struct {
	Document string // its number
	SHA256   string
	Body     []byte // a PDF
	pages    int
	cell     *string // of the document before it, that says on which pages it is
}

// binding puts documents behind another.
type binding struct {
	bodies [][]byte
	pages  int
	shows  moment.Time
}

func bind(d *Document) *binding {
	b := &binding{shows: d.Shows}
	for _, one := range d.Behind {
		b.bodies, b.pages = append(b.bodies, one.Body), b.pages+one.pages
	}
	return b
}

// number says in the document on which pages those behind it are.
func (d *Document) number(own int) {
	from := own + 1
	for _, one := range d.Behind {
		*one.cell = text(int64(from))
		if one.pages > 1 {
			*one.cell += "–" + text(int64(from+one.pages-1))
		}
		from += one.pages
	}
}

// reading is how PDFs from outside are read: nothing of the machine's own
// settings, and nothing fetched.
func reading() *model.Configuration {
	api.DisableConfigDir()
	c := model.NewDefaultConfiguration()
	c.ValidationMode, c.Offline = model.ValidationRelaxed, true
	c.WriteObjectStream, c.WriteXRefStream = false, false
	return c
}

// readPDF counts the pages of a PDF, and says what is wrong with one that is
// damaged.
func readPDF(body []byte) (pages int, err error) {
	defer func() {
		if wrong := recover(); wrong != nil { // of a file that the reader did not expect
			err = fmt.Errorf("%v", wrong)
		}
	}()
	read, err := api.ReadAndValidate(bytes.NewReader(body), reading())
	if err != nil {
		return 0, err
	}
	if read.PageCount == 0 {
		return 0, errors.New("it has no page")
	}
	_, err = (&binding{bodies: [][]byte{body}}).behind(blank()) // what can be read may still not be bound
	return read.PageCount, err
}

// blank is a document to try a binding on.
var blank = sync.OnceValue(func() []byte {
	p := fpdf.New("P", "mm", "A4", "")
	p.AddPage()
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		panic(err) // an empty page
	}
	return out.Bytes()
})

// behind binds the documents behind one, and gives the file the times and the
// name that follow from what it shows.
func (b *binding) behind(body []byte) (_ []byte, err error) {
	defer func() {
		if wrong := recover(); wrong != nil {
			err = fmt.Errorf("bind documents: %v", wrong)
		}
	}()
	all := []io.ReadSeeker{bytes.NewReader(body)}
	for _, one := range b.bodies {
		if bytes.HasPrefix(one, []byte("%PDF-2.0")) {
			one = append([]byte("%PDF-1.7"), one[8:]...) // pages are the same in both; pdfcpu binds none that is newer than ours
		}
		all = append(all, bytes.NewReader(one))
	}
	var out bytes.Buffer
	if err := api.MergeRaw(all, &out, false, reading()); err != nil {
		return nil, fmt.Errorf("bind documents: %w", err)
	}
	if body, err = renumbered(out.Bytes()); err != nil {
		return nil, err
	}
	return b.settled(body), nil
}

var (
	infoDates = regexp.MustCompile(`/(CreationDate|ModDate)\(D:[^)]*\)`)
	fileID    = regexp.MustCompile(`/ID\[<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\]`)
)

// settled replaces what the binding took from the clock, byte for byte, by what
// follows from the content: the times of the file, and its name.
func (b *binding) settled(body []byte) []byte {
	info := bytes.LastIndex(body, []byte("/Producer(pdfcpu"))
	if from := bytes.LastIndex(body[:max(info, 0)], []byte("obj")); from >= 0 {
		dict := body[from : from+bytes.Index(body[from:], []byte("endobj"))]
		for _, at := range infoDates.FindAllIndex(dict, -1) {
			text := dict[at[0]:at[1]]
			copy(text[bytes.IndexByte(text, '(')+1:], b.shows.Go().Format("D:20060102150405+00'00'"))
		}
	}
	ids := fileID.FindAllSubmatchIndex(body, -1)
	if len(ids) == 0 {
		return body
	}
	last := ids[len(ids)-1]
	first, second := body[last[2]:last[3]], body[last[4]:last[5]]
	fill(first, "0")
	fill(second, "0")
	name := fmt.Sprintf("%X", sha256.Sum256(body))
	fill(first, name)
	fill(second, name)
	return body
}

// fill writes a text over bytes, as often as it takes.
func fill(to []byte, text string) {
	for i := range to {
		to[i] = text[i%len(text)]
	}
}
