package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lotline/internal/refuse"
)

// source is a workbook that was opened: its files, whatever holds them.
type source struct {
	sheets    []sheetFile
	orderBOMs map[string]func() ([]byte, error) // sealed order BOMs by order
	files     fs.FS                             // where documents lie; nil for an .xlsx
	closers   []io.Closer
}

// sheetFile is one sheet as a file.
type sheetFile struct {
	name string
	open func() (rows, error)
}

func (s *source) Close() error {
	var all error
	for _, c := range s.closers {
		all = errors.Join(all, c.Close())
	}
	return all
}

// orderBOMFolder holds sealed order BOMs, ORDER.json each.
const orderBOMFolder = "order_boms"

// openSource opens a folder, a .zip, an .xlsx, or one .csv.
func openSource(name string, zone *time.Location) (*source, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, refuse.New(refuse.NotFound, "There is no %s. Name a folder of CSV files, a .zip of them, or an .xlsx.", name)
	}
	if err != nil {
		return nil, fmt.Errorf("open the workbook: %w", err)
	}
	if info.IsDir() {
		return openFolder(os.DirFS(name), ".")
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open the workbook: %w", err)
	}
	start := make([]byte, 4)
	n, err := io.ReadFull(file, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, errors.Join(fmt.Errorf("read the workbook: %w", err), file.Close())
	}
	switch {
	case bytes.HasPrefix(start[:n], []byte("PK")):
		return openArchive(file, info.Size(), zone)
	case bytes.HasPrefix(start[:n], []byte("\xd0\xcf\x11\xe0")):
		return nil, errors.Join(refuse.New(refuse.Unsupported, "%s is an old Excel file (.xls). Save it as an Excel workbook (.xlsx).", name), file.Close())
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	base := filepath.Base(name)
	s := &source{}
	s.sheets = append(s.sheets, sheetFile{strings.TrimSuffix(base, filepath.Ext(base)), func() (rows, error) {
		return openCSV(os.DirFS(filepath.Dir(name)), base)
	}})
	return s, nil
}

// openArchive tells an .xlsx from a .zip by what is inside.
func openArchive(file *os.File, size int64, zone *time.Location) (*source, error) {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return nil, errors.Join(refuse.New(refuse.Invalid, "%s is a damaged .zip or .xlsx (%s). Make it again.", filepath.Base(file.Name()), err), file.Close())
	}
	s, err := readArchive(archive, zone)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	s.closers = append(s.closers, file)
	return s, nil
}

func readArchive(archive *zip.Reader, zone *time.Location) (*source, error) {
	if len(archive.File) > filesMax {
		return nil, refuse.New(refuse.TooLarge, "The archive holds more than %d files. Divide it.", filesMax)
	}
	for _, f := range archive.File {
		if strings.EqualFold(f.Name, "xl/workbook.xml") {
			return fromXLSX(archive, zone)
		}
	}
	return openFolder(archive, only(archive))
}

// only is the one folder that everything in an archive is in, if there is one.
func only(archive *zip.Reader) string {
	first := ""
	for _, f := range archive.File {
		top, rest, below := strings.Cut(f.Name, "/")
		if hidden(top) {
			continue
		}
		if !below || first != "" && top != first || top == orderBOMFolder && rest != "" {
			return "."
		}
		first = top
	}
	if first == "" {
		return "."
	}
	return first
}

func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || strings.HasPrefix(name, "~") || strings.HasPrefix(name, "#")
}

// openFolder takes every .csv of a folder as a sheet; other files are no part
// of the workbook, and neither is what begins with a point, _, ~ or #.
func openFolder(folder fs.FS, at string) (*source, error) {
	entries, err := fs.ReadDir(folder, at)
	if err != nil {
		return nil, fmt.Errorf("read the workbook: %w", err)
	}
	s := &source{orderBOMs: map[string]func() ([]byte, error){}}
	if s.files, err = fs.Sub(folder, at); err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || hidden(name) || !strings.EqualFold(path.Ext(name), ".csv") {
			continue
		}
		s.sheets = append(s.sheets, sheetFile{strings.TrimSuffix(name, path.Ext(name)), func() (rows, error) {
			return openCSV(folder, path.Join(at, name))
		}})
	}
	seals, err := fs.ReadDir(folder, path.Join(at, orderBOMFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the sealed order BOMs: %w", err)
	}
	for _, entry := range seals {
		order, ok := strings.CutSuffix(entry.Name(), ".json")
		if !ok || entry.IsDir() {
			continue
		}
		if plain, err := url.PathUnescape(order); err == nil {
			order = plain
		}
		s.orderBOMs[order] = func() ([]byte, error) {
			return readSmall(folder, path.Join(at, orderBOMFolder, entry.Name()), orderBOMMax)
		}
	}
	if len(s.sheets) == 0 {
		return nil, refuse.New(refuse.Invalid, "The workbook has no sheet. Put CSV files into it, such as items.csv and receipts.csv.")
	}
	return s, nil
}

func openCSV(folder fs.FS, name string) (rows, error) {
	file, err := folder.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	r, err := newCSV(file, knownIn(strings.TrimSuffix(path.Base(name), path.Ext(name))))
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return r, nil
}

func knownIn(sheet string) func(string) bool {
	s, ok := FindSheet(sheet)
	return func(name string) bool {
		if !ok {
			return false
		}
		_, known := s.folded[fold(strings.TrimSpace(name))]
		return known
	}
}

func readSmall(folder fs.FS, name string, limit int64) ([]byte, error) {
	file, err := folder.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	defer file.Close()
	all, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(all)) > limit {
		return nil, refuse.New(refuse.TooLarge, "%s is larger than %d MiB.", name, limit>>20)
	}
	return all, err
}

func fromXLSX(archive *zip.Reader, zone *time.Location) (*source, error) {
	file, err := openXLSX(archive, zone)
	if err != nil {
		return nil, err
	}
	s := &source{}
	for _, sheet := range file.sheets {
		if hidden(sheet.name) {
			continue
		}
		if fold(sheet.name) == fold(orderBOMFolder) {
			if s.orderBOMs, err = file.orderBOMs(sheet); err != nil {
				return nil, err
			}
			continue
		}
		s.sheets = append(s.sheets, sheetFile{sheet.name, func() (rows, error) { return file.rows(sheet) }})
	}
	if len(s.sheets) == 0 {
		return nil, refuse.New(refuse.Invalid, "The .xlsx has no sheet. Name its sheets items, receipts, ….")
	}
	slices.SortStableFunc(s.sheets, func(a, b sheetFile) int { return strings.Compare(fold(a.name), fold(b.name)) })
	return s, nil
}
