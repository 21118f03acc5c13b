package report

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
	"github.com/xuri/excelize/v2"
)

// XLSX writes the document as a workbook: what it is on the first sheet, and
// each table on one of its own. Every cell is text, so that no zero is lost.
func (d *Document) XLSX() ([]byte, error) {
	file := excelize.NewFile()
	defer file.Close()
	w := &sheets{File: file, names: map[string]bool{}}
	parts := append(slices.Clone(d.Parts), d.closing()...)
	err := w.cover(d, parts)
	for i := range parts {
		if t := parts[i].Table; t != nil && err == nil {
			err = w.table(parts[i].Title, t)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("write %s as a workbook: %w", d.Kind, err)
	}
	var out bytes.Buffer
	if err := file.Write(&out); err != nil {
		return nil, err
	}
	return settledZip(out.Bytes())
}

// sheets is a workbook being written.
type sheets struct {
	*excelize.File
	names map[string]bool
}

// sheetRowsMax is how many rows a sheet holds (ISO/IEC 29500).
const sheetRowsMax = 1 << 20

// cover is the first sheet: what a reader of the PDF sees outside of tables.
func (w *sheets) cover(d *Document, parts []Part) error {
	rows := [][]string{{d.Kind}, {d.Subject}, {}}
	for _, text := range append(slices.Clone(d.Letter), d.Lead) {
		if text != "" {
			rows = append(rows, []string{text})
		}
	}
	for i := range parts {
		part := &parts[i]
		if part.Title != "" {
			rows = append(rows, []string{}, []string{part.Title})
		}
		for _, text := range part.Text {
			rows = append(rows, []string{text})
		}
		for _, f := range part.Facts {
			rows = append(rows, []string{f.Name, f.Value})
		}
		switch t := part.Table; {
		case t != nil && len(t.Rows) == 0:
			rows = append(rows, []string{t.Empty})
		case t != nil:
			rows = append(rows, []string{plural(len(t.Rows), "row", "rows"), "on the sheet " + w.reserve(part.Title)})
		}
	}
	w.names = map[string]bool{}
	name := w.reserve(d.Kind)
	if err := w.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	for i, row := range rows {
		for j, text := range row {
			cell := string(rune('A'+j)) + strconv.Itoa(i+1)
			if err := w.SetCellStr(name, cell, clip(text)); err != nil {
				return err
			}
		}
	}
	if err := w.SetColWidth(name, "A", "A", 28); err != nil {
		return err
	}
	if err := w.SetColWidth(name, "B", "B", 90); err != nil {
		return err
	}
	return w.picture(name, d.coded())
}

// picture puts the code that leads back beside the text.
func (w *sheets) picture(sheet, address string) error {
	symbol, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return err
	}
	const module = 4
	n := symbol.Bounds().Dx() + 8 // with the quiet zone
	drawn := image.NewPaletted(image.Rect(0, 0, n*module, n*module), color.Palette{color.White, color.Black})
	for y := range n * module {
		for x := range n * module {
			if inside(symbol, x/module-4, y/module-4) {
				drawn.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, drawn); err != nil {
		return err
	}
	return w.AddPictureFromBytes(sheet, "C1", &excelize.Picture{Extension: ".png", File: out.Bytes(), Format: &excelize.GraphicOptions{AltText: address}})
}

func inside(symbol barcode.Barcode, x, y int) bool {
	return image.Pt(x, y).In(symbol.Bounds()) && black(symbol, x, y)
}

// reserve is a name for a sheet that none has yet: at most 31 letters, without
// the signs that formulas use.
func (w *sheets) reserve(title string) string {
	clean := []rune(strings.Map(func(c rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, c) {
			return '-'
		}
		return c
	}, title))
	for i := 1; ; i++ {
		name := clean[:min(len(clean), 31)]
		if end := []rune(fmt.Sprintf(" %d", i)); i > 1 {
			name = append(slices.Clone(clean[:min(len(clean), 31-len(end))]), end...)
		}
		if key := strings.ToLower(string(name)); !w.names[key] {
			w.names[key] = true
			return string(name)
		}
	}
}

// table writes a table on sheets of its own, the head on each and frozen.
func (w *sheets) table(title string, t *Table) error {
	for rows := range slices.Chunk(t.Rows, sheetRowsMax-1) {
		if err := w.sheet(w.reserve(title), t, rows); err != nil {
			return err
		}
	}
	return nil
}

func (w *sheets) sheet(name string, t *Table, rows [][]string) error {
	if _, err := w.NewSheet(name); err != nil {
		return err
	}
	out, err := w.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, c := range t.Columns {
		widest := len([]rune(c.Title))
		for _, row := range rows[:min(len(rows), sampled)] {
			widest = max(widest, len([]rune(row[i])))
		}
		if err := out.SetColWidth(i+1, i+1, float64(min(widest, 60)+2)); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	bold, err := w.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	cells := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		cells[i] = excelize.Cell{StyleID: bold, Value: c.Title}
	}
	if err := out.SetRow("A1", cells); err != nil {
		return err
	}
	for i, row := range rows {
		for j, text := range row {
			cells[j] = clip(text)
		}
		if err := out.SetRow("A"+strconv.Itoa(i+2), cells); err != nil {
			return err
		}
	}
	return out.Flush()
}

// clip is a text that a cell can hold: 32,767 letters. What is cut is said; the
// PDF has all of it.
func clip(text string) string {
	if letters := []rune(text); len(text) > excelize.TotalCellChars && len(letters) > excelize.TotalCellChars {
		const cut = " … (more than a cell holds: see the PDF)"
		return string(letters[:excelize.TotalCellChars-len(cut)]) + cut
	}
	return text
}

// settledZip is an archive with its files in order and without times, so that
// the same content is the same bytes. The list of types stands first, as
// readers expect it.
func settledZip(body []byte) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int {
		return cmp.Or(-cmp.Compare(strings.Count(a.Name, typesFile), strings.Count(b.Name, typesFile)), strings.Compare(a.Name, b.Name))
	})
	var out bytes.Buffer
	packed := zip.NewWriter(&out)
	for _, f := range in.File {
		if f.Name == typesFile {
			if err := settledTypes(packed, f); err != nil {
				return nil, err
			}
			continue
		}
		to, err := packed.CreateRaw(&zip.FileHeader{Name: f.Name, Method: f.Method, CRC32: f.CRC32, CompressedSize64: f.CompressedSize64, UncompressedSize64: f.UncompressedSize64})
		if err != nil {
			return nil, err
		}
		from, err := f.OpenRaw()
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(to, from); err != nil {
			return nil, err
		}
	}
	err = packed.Close()
	return out.Bytes(), err
}

// typesFile lists the types of the files in a workbook, in any order.
const typesFile = "[Content_Types].xml"

var typeOf = regexp.MustCompile(`<(Default|Override) [^>]*></(Default|Override)>`)

func settledTypes(packed *zip.Writer, f *zip.File) error {
	from, err := f.Open()
	if err != nil {
		return err
	}
	body, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	all := typeOf.FindAll(body, -1)
	if len(all) == 0 {
		return fmt.Errorf("%s names no type", typesFile)
	}
	head, tail := bytes.Index(body, all[0]), bytes.Index(body, []byte("</Types>"))
	slices.SortFunc(all, bytes.Compare)
	to, err := packed.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = to.Write(slices.Concat(body[:head], bytes.Join(all, nil), body[tail:]))
	return err
}
