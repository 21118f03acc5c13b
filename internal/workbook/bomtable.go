package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lotline/internal/refuse"
)

// table is one sheet of a foreign file.
type table struct {
	name string
	rows
	close func() error
}

// openTables opens a CSV file, or the sheets of an .xlsx, for each in turn.
func openTables(path string, known func(string) bool, each func(*table) (found bool, err error)) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return refuse.New(refuse.NotFound, "There is no file %s. Name a CSV file or an .xlsx.", path)
	}
	if err != nil {
		return fmt.Errorf("open the BOM file: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	base := filepath.Base(path)
	if info.IsDir() {
		return refuse.New(refuse.Invalid, "%s is a folder. Name a CSV file or an .xlsx.", base)
	}
	start := make([]byte, 4)
	n, err := file.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the BOM file: %w", err)
	}
	switch {
	case bytes.HasPrefix(start[:n], []byte("PK")):
		return sheetsOf(file, info.Size(), each)
	case bytes.HasPrefix(start[:n], []byte("\xd0\xcf\x11\xe0")):
		return refuse.New(refuse.Unsupported, "%s is an old Excel file (.xls). Save it as an Excel workbook (.xlsx).", base)
	}
	r, err := newCSV(file, known)
	if err != nil {
		return err
	}
	_, err = each(&table{name: strings.TrimSuffix(base, filepath.Ext(base)), rows: r})
	return err
}

func sheetsOf(file *os.File, size int64, each func(*table) (bool, error)) error {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return refuse.New(refuse.Invalid, "%s is a damaged .xlsx (%s). Make it again.", filepath.Base(file.Name()), err)
	}
	if len(archive.File) > filesMax {
		return refuse.New(refuse.TooLarge, "The archive holds more than %d files.", filesMax)
	}
	x, err := openXLSX(archive, time.UTC)
	if err != nil {
		return err
	}
	for _, sheet := range x.sheets {
		from, err := x.rows(sheet)
		if err != nil {
			return err
		}
		found, err := each(&table{name: sheet.name, rows: from})
		if err = errors.Join(err, from.close()); err != nil || found {
			return err
		}
	}
	return nil
}

// nameOf brings the name of a column to the form in which names are compared.
func nameOf(text string) string { return fold(strings.Join(strings.Fields(text), " ")) }

// headed is a table whose row with the names of the columns was found.
type headed struct {
	*table
	number  int64           // of the row
	at      map[string]int  // of each column that is asked for
	missing []string        // columns that are asked for and not there
	twice   map[string]bool // columns that are asked for and stand twice
	names   []string        // as the file spells them
	pending []parsedRow     // rows below that were read already
	next_   int
}

// head looks for the row that names the columns: the first that has all that
// are asked for, else the one with the most of them.
func head(t *table, asked []string) (*headed, error) {
	var best *headed
	var seen []parsedRow
	for range headerRowsMax {
		c, err := t.next()
		if errors.Is(err, io.EOF) {
			break
		}
		var onlyRow rowError
		if err != nil && !errors.As(err, &onlyRow) {
			return nil, err
		}
		c.texts, c.kinds = append([]string(nil), c.texts...), append([]kind(nil), c.kinds...)
		seen = append(seen, parsedRow{c, err})
		if h := named(t, c, asked); best == nil || len(h.missing) < len(best.missing) {
			best = h
		}
		if len(best.missing) == 0 {
			break
		}
	}
	if best == nil {
		return &headed{table: t, missing: asked}, nil
	}
	for _, row := range seen {
		if row.number > best.number {
			best.pending = append(best.pending, row)
		}
	}
	return best, nil
}

func named(t *table, c cells, asked []string) *headed {
	h := &headed{table: t, number: c.number, names: c.texts, at: map[string]int{}, twice: map[string]bool{}}
	places := map[string]int{}
	for i, text := range c.texts {
		name := nameOf(text)
		if _, known := places[name]; known {
			h.twice[name] = true
			continue
		}
		places[name] = i
	}
	for _, name := range asked {
		i, ok := places[nameOf(name)]
		if !ok {
			h.missing = append(h.missing, name)
			continue
		}
		h.at[name] = i
	}
	return h
}

// row is the next row below the names of the columns.
func (h *headed) row() (cells, error) {
	if h.next_ < len(h.pending) {
		h.next_++
		one := h.pending[h.next_-1]
		return one.cells, one.err
	}
	return h.next()
}
