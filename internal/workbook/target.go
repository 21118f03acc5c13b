package workbook

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// folderTarget writes a folder of CSV files.
type folderTarget struct {
	path string
	made bool // by us
}

// createFolder makes the folder; one that is there must be empty.
func createFolder(path string) (*folderTarget, error) {
	entries, err := os.ReadDir(path)
	switch {
	case err == nil && len(entries) == 0:
		return &folderTarget{path: path}, nil
	case err == nil:
		return nil, exists(path)
	case !errors.Is(err, fs.ErrNotExist):
		if _, stat := os.Stat(path); stat == nil {
			return nil, exists(path) // a file
		}
		return nil, err
	}
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, fmt.Errorf("make the folder of the workbook: %w", err)
	}
	return &folderTarget{path: path, made: true}, nil
}

// csvTarget writes one CSV file.
type csvTarget struct {
	file *os.File
	buf  *bufio.Writer
	csv  *csv.Writer
}

func (t *folderTarget) sheet(name string, columns []string) (sheetTarget, error) {
	file, err := os.Create(filepath.Join(t.path, name+".csv"))
	if err != nil {
		return nil, err
	}
	buf := bufio.NewWriterSize(file, csvBuffer)
	s := &csvTarget{file, buf, csv.NewWriter(buf)}
	return s, s.row(columns)
}

func (s *csvTarget) row(cells []string) error { return s.csv.Write(cells) }

func (s *csvTarget) end() error {
	s.csv.Flush()
	return errors.Join(s.csv.Error(), s.buf.Flush(), s.file.Close())
}

// orderBOM writes the file of a sealed order BOM. An order's name may hold
// what a file's may not.
func (t *folderTarget) orderBOM(order string, text []byte) error {
	folder := filepath.Join(t.path, orderBOMFolder)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, url.PathEscape(order)+".json"), text, 0o666)
}

// document writes the bytes of a document.
func (t *folderTarget) document(path string, body []byte) error {
	at := filepath.Join(t.path, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
		return err
	}
	return os.WriteFile(at, body, 0o666)
}

func (t *folderTarget) close() error { return nil }

// abandon takes away what was written.
func (t *folderTarget) abandon() error {
	if t.made {
		return os.RemoveAll(t.path)
	}
	entries, err := os.ReadDir(t.path)
	for _, entry := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(t.path, entry.Name())))
	}
	return err
}

// zipTarget writes a folder beside the temporary files, and packs it at the
// end: an archive takes one file after the other, sheets grow together.
type zipTarget struct {
	folderTarget
	file *os.File
}

func createZip(path string) (*zipTarget, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil, exists(path)
	}
	if err != nil {
		return nil, fmt.Errorf("make the workbook: %w", err)
	}
	dir, err := os.MkdirTemp("", "lotline-export-")
	if err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(path))
	}
	return &zipTarget{folderTarget{dir, true}, file}, nil
}

func (t *zipTarget) close() (err error) {
	defer func() {
		err = errors.Join(err, t.folderTarget.abandon(), t.file.Close())
		if err != nil {
			err = errors.Join(err, os.Remove(t.file.Name()))
		}
	}()
	w := zip.NewWriter(t.file)
	err = filepath.WalkDir(t.path, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(t.path, path)
		if err != nil {
			return err
		}
		return pack(w, filepath.ToSlash(name), path)
	})
	return errors.Join(err, w.Close())
}

func pack(w *zip.Writer, name, path string) error {
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := w.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return err
}

func (t *zipTarget) abandon() error {
	return errors.Join(t.folderTarget.abandon(), t.file.Close(), os.Remove(t.file.Name()))
}
