package workbook

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"unicode/utf16"

	"lotline/internal/refuse"

	"github.com/xuri/excelize/v2"
)

// Limits of the format (.xlsx, "Excel specifications and limits").
const (
	xlsxRowsMax = 1_048_576
	xlsxCellMax = 32_767 // characters, as UTF-16 counts them
)

// xlsxTarget writes an .xlsx. Every cell is text, so that no zero and no digit
// is lost.
type xlsxTarget struct {
	path  string
	file  *excelize.File
	text  int // the style of text cells
	bold  int
	first bool
	boms  *xlsxSheetTarget
}

func createXLSX(path string) (*xlsxTarget, error) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return nil, err
		}
		return nil, exists(path)
	}
	return newXLSX(path)
}

func newXLSX(path string) (*xlsxTarget, error) {
	t := &xlsxTarget{path: path, file: excelize.NewFile(), first: true}
	var err1, err2 error
	t.text, err1 = t.file.NewStyle(&excelize.Style{NumFmt: textFormat})
	t.bold, err2 = t.file.NewStyle(&excelize.Style{NumFmt: textFormat, Font: &excelize.Font{Bold: true}})
	return t, errors.Join(err1, err2)
}

// textFormat is the built-in format "@".
const textFormat = 49

// xlsxSheetTarget streams one sheet.
type xlsxSheetTarget struct {
	name   string
	writer *excelize.StreamWriter
	style  int
	rows   int
}

// addSheet begins a sheet; the file comes with one, which the first takes.
func (t *xlsxTarget) addSheet(name string, columns []string) (*xlsxSheetTarget, error) {
	var err error
	if t.first {
		err = t.file.SetSheetName("Sheet1", name)
		t.first = false
	} else {
		_, err = t.file.NewSheet(name)
	}
	if err != nil {
		return nil, fmt.Errorf("sheet %s: %w", name, err)
	}
	w, err := t.file.NewStreamWriter(name)
	if err != nil {
		return nil, fmt.Errorf("sheet %s: %w", name, err)
	}
	if err := w.SetColStyle(1, max(1, len(columns)), t.text); err != nil {
		return nil, err
	}
	if err := w.SetColWidth(1, max(1, len(columns)), columnWidth); err != nil {
		return nil, err
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	s := &xlsxSheetTarget{name: name, writer: w, style: t.bold}
	if err := s.row(columns); err != nil {
		return nil, err
	}
	s.style = t.text
	return s, nil
}

const columnWidth = 18 // characters

func (t *xlsxTarget) sheet(name string, columns []string) (sheetTarget, error) {
	return t.addSheet(name, columns)
}

func (s *xlsxSheetTarget) row(cells []string) error {
	if s.rows++; s.rows > xlsxRowsMax {
		return refuse.New(refuse.TooLarge, "The sheet %s has more than %d rows, more than an .xlsx holds. Export to a folder or a .zip.", s.name, xlsxRowsMax-1)
	}
	row := make([]any, len(cells))
	for i, cell := range cells {
		if len(cell) > xlsxCellMax && len(utf16.Encode([]rune(cell))) > xlsxCellMax {
			return refuse.New(refuse.TooLarge, "A cell of %s has more than %d characters, more than an .xlsx holds. Export to a folder or a .zip.", s.name, xlsxCellMax)
		}
		if cell != "" {
			row[i] = excelize.Cell{StyleID: s.style, Value: cell}
		}
	}
	return s.writer.SetRow("A"+strconv.Itoa(s.rows), row)
}

func (s *xlsxSheetTarget) end() error { return s.writer.Flush() }

// document has no place here.
func (t *xlsxTarget) document(string, []byte) error { return errNoFiles }

// orderBOM writes a sealed order BOM in pieces, since a cell is small.
func (t *xlsxTarget) orderBOM(order string, text []byte) error {
	if t.boms == nil {
		var err error
		if t.boms, err = t.addSheet(orderBOMFolder, []string{"order", "part", "text"}); err != nil {
			return err
		}
	}
	for part, rest := 1, []rune(string(text)); len(rest) > 0; part++ {
		n := min(len(rest), xlsxCellMax/2) // a character may count twice
		if err := t.boms.row([]string{order, strconv.Itoa(part), string(rest[:n])}); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

func (t *xlsxTarget) close() error {
	if t.boms != nil {
		if err := t.boms.end(); err != nil {
			return errors.Join(err, t.abandon())
		}
	}
	if err := t.file.SaveAs(t.path); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", t.path, err), t.abandon())
	}
	return t.file.Close()
}

// abandon throws the temporary files away.
func (t *xlsxTarget) abandon() error { return t.file.Close() }
