package workbook

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"lotline/internal/refuse"
)

// xlsxFile is an .xlsx (ECMA-376, part 1, 18). It is read by hand: a reader
// made for formatted values does not tell a number from a text, and a serial
// number that was typed as a number has lost its zeros.
type xlsxFile struct {
	parts   map[string]*zip.File
	sheets  []xlsxSheet
	strings sharedStrings
	dates   []bool // by cell style
	epoch   time.Time
	zone    *time.Location
}

type xlsxSheet struct{ name, part string }

// openXLSX reads everything but the sheets.
func openXLSX(archive *zip.Reader, zone *time.Location) (*xlsxFile, error) {
	x := &xlsxFile{parts: map[string]*zip.File{}, epoch: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC), zone: zone}
	for _, f := range archive.File {
		x.parts[strings.ToLower(strings.TrimPrefix(f.Name, "/"))] = f
	}
	ids, err := x.relations()
	if err != nil {
		return nil, err
	}
	err = x.walk("xl/workbook.xml", func(e xml.StartElement) error {
		switch e.Name.Local {
		case "sheet":
			x.sheets = append(x.sheets, xlsxSheet{attr(e, "name"), ids[attr(e, "id")]})
		case "workbookPr":
			if on := attr(e, "date1904"); on == "1" || on == "true" {
				x.epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := x.styles(); err != nil {
		return nil, err
	}
	return x, x.readStrings()
}

// relations are the parts by the ids that the workbook calls them.
func (x *xlsxFile) relations() (map[string]string, error) {
	ids := map[string]string{}
	err := x.walk("xl/_rels/workbook.xml.rels", func(e xml.StartElement) error {
		if e.Name.Local == "Relationship" {
			target := strings.TrimPrefix(attr(e, "Target"), "/")
			if !strings.HasPrefix(target, "xl/") {
				target = path.Join("xl", target)
			}
			ids[attr(e, "Id")] = strings.ToLower(target)
		}
		return nil
	})
	return ids, err
}

// styles finds which cell styles show a number as a date.
func (x *xlsxFile) styles() error {
	if x.parts["xl/styles.xml"] == nil {
		return nil
	}
	custom := map[string]bool{}
	inside := false
	err := x.walk("xl/styles.xml", func(e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			custom[attr(e, "numFmtId")] = isDateFormat(attr(e, "formatCode"))
		case "cellXfs":
			inside = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			inside = false
		case "xf":
			if inside && len(x.dates) < 1<<16 {
				id := attr(e, "numFmtId")
				date, known := custom[id]
				x.dates = append(x.dates, known && date || !known && isDateID(id))
			}
		}
		return nil
	})
	return err
}

// isDateID knows the built-in formats of dates and times (18.8.30).
func isDateID(id string) bool {
	n, _ := strconv.Atoi(id)
	return n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58
}

// isDateFormat looks for a letter of a date outside quotes and brackets.
func isDateFormat(code string) bool {
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '\\', '_', '*':
			i++
		case '"', '[':
			end := strings.IndexByte(code[i+1:], map[byte]byte{'"': '"', '[': ']'}[code[i]])
			if end < 0 {
				return false
			}
			i += end + 1
		case 'y', 'Y', 'm', 'M', 'd', 'D', 'h', 'H', 's', 'S':
			return !strings.EqualFold(code, "standard") // LibreOffice's word for General
		}
	}
	return false
}

// walk shows the elements of a small part.
func (x *xlsxFile) walk(name string, each func(xml.StartElement) error) error {
	d, err := x.open(name)
	if err != nil {
		return err
	}
	defer d.close()
	for {
		token, err := d.token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := token.(xml.StartElement); ok {
			if err := each(e); err != nil {
				return err
			}
		}
	}
}

// xmlPart reads the tokens of one part of the file.
type xmlPart struct {
	decoder *xml.Decoder
	from    io.Closer
	bounds  *bounded
	name    string
}

// bounded ends a part that is too large as a whole, or whose next token is: a
// small archive can hold a part of any size.
type bounded struct {
	from        io.Reader
	token, part int64 // bytes that may still be read
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	b.token -= int64(n)
	b.part -= int64(n)
	if b.token < 0 || b.part < 0 {
		return 0, cellTooLarge()
	}
	return n, err
}

func cellTooLarge() error {
	return refuse.New(refuse.TooLarge, "A cell of the file is larger than %d MiB, or a sheet larger than %d GiB. Divide it.", cellMax>>20, sheetMax>>30)
}

func (x *xlsxFile) open(name string) (*xmlPart, error) {
	f := x.parts[name]
	if f == nil {
		return nil, refuse.New(refuse.Invalid, "The .xlsx has no part %s. Save it again as an Excel workbook (.xlsx).", name)
	}
	from, err := f.Open()
	if err != nil {
		return nil, damaged(name, err)
	}
	return xmlPartOf(name, from), nil
}

func xmlPartOf(name string, from io.ReadCloser) *xmlPart {
	b := &bounded{from: from, part: sheetMax}
	return &xmlPart{decoder: xml.NewDecoder(b), from: from, bounds: b, name: name}
}

func damaged(name string, err error) error {
	return refuse.New(refuse.Invalid, "The part %s of the .xlsx cannot be read (%s). Save it again as an Excel workbook (.xlsx).", name, err)
}

func (p *xmlPart) token() (xml.Token, error) {
	p.bounds.token = 4 * cellMax // a cell's text may be escaped, and is read ahead
	token, err := p.decoder.RawToken()
	if err == nil || errors.Is(err, io.EOF) {
		return token, err
	}
	if refusal, ok := refuse.As(err); ok {
		return nil, refusal
	}
	return nil, damaged(p.name, err)
}

func (p *xmlPart) close() error { return p.from.Close() }

// text reads the characters up to the end of the element.
func (p *xmlPart) text() (string, error) {
	var all strings.Builder
	for {
		token, err := p.token()
		if err != nil {
			return "", fmt.Errorf("text of a cell: %w", err)
		}
		switch t := token.(type) {
		case xml.CharData:
			all.Write(t)
			if all.Len() > cellMax {
				return "", cellTooLarge()
			}
		case xml.EndElement:
			return unescape(all.String()), nil
		}
	}
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescape reads _xHHHH_, which stands for characters that XML cannot hold
// (ECMA-376, part 1, 22.9.2.19).
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escaped.ReplaceAllStringFunc(text, func(code string) string {
		n, err := strconv.ParseUint(code[2:6], 16, 16)
		if err != nil {
			return code
		}
		return string(rune(n))
	})
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// orderBOMs joins the sealed order BOMs of the sheet order_boms: rows of
// order, part and text.
func (x *xlsxFile) orderBOMs(sheet xlsxSheet) (map[string]func() ([]byte, error), error) {
	from, err := x.rows(sheet)
	if err != nil {
		return nil, err
	}
	defer from.close()
	all := map[string][]byte{}
	for {
		c, err := from.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if c.number == 1 || len(c.texts) < 3 {
			continue
		}
		name := c.texts[0]
		if all[name] = append(all[name], c.texts[2]...); len(all[name]) > orderBOMMax {
			return nil, refuse.New(refuse.TooLarge, "The sealed order BOM of %s is larger than %d MiB.", name, orderBOMMax>>20)
		}
	}
	files := map[string]func() ([]byte, error){}
	for name, text := range all {
		files[name] = func() ([]byte, error) { return text, nil }
	}
	return files, nil
}
