package load

import (
	"archive/zip"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"sort"
)

// Folder writes the plant as a workbook: one CSV file a sheet.
func (p Plant) Folder(dir string) (Truth, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Truth{}, err
	}
	files := map[string]*os.File{}
	sheets := map[string]*csv.Writer{}
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	for sheet, columns := range Columns {
		f, err := os.Create(filepath.Join(dir, sheet+".csv"))
		if err != nil {
			return Truth{}, err
		}
		files[sheet] = f
		sheets[sheet] = csv.NewWriter(f)
		if err := sheets[sheet].Write(columns); err != nil {
			return Truth{}, err
		}
	}
	truth, err := p.Write(func(sheet string, row ...string) error { return sheets[sheet].Write(row) })
	if err != nil {
		return Truth{}, err
	}
	for _, w := range sheets {
		w.Flush()
		if err := w.Error(); err != nil {
			return Truth{}, err
		}
	}
	return truth, nil
}

// Zip writes the workbook in dir as one .zip.
func Zip(dir string, to io.Writer) error {
	out := zip.NewWriter(to)
	sheets := make([]string, 0, len(Columns))
	for sheet := range Columns {
		sheets = append(sheets, sheet)
	}
	sort.Strings(sheets)
	for _, sheet := range sheets {
		in, err := os.Open(filepath.Join(dir, sheet+".csv"))
		if err != nil {
			return err
		}
		w, err := out.Create(sheet + ".csv")
		if err == nil {
			_, err = io.Copy(w, in)
		}
		in.Close()
		if err != nil {
			return err
		}
	}
	return out.Close()
}
