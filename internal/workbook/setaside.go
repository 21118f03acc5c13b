package workbook

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// setAside writes the rows that were not stored, as they were given, to a CSV
// per sheet in a folder, with the reasons as their first column; mended, the
// folder is a workbook.
func setAside(src *source, p *problems, folder string) (string, error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return "", fmt.Errorf("folder of the rows set aside: %w", err)
	}
	reasons := map[place]string{}
	for _, one := range p.list {
		sheet, ok := FindSheet(one.Sheet)
		if !ok {
			continue
		}
		at := place{sheet.order, one.Row}
		if reasons[at] != "" {
			reasons[at] += " "
		}
		reasons[at] += one.Column + ": " + one.Message + " " + one.Remedy
	}
	for _, file := range src.sheets {
		sheet, ok := FindSheet(file.name)
		if !ok {
			continue
		}
		if err := setAsideSheet(sheet, file, p, reasons, folder); err != nil {
			return "", fmt.Errorf("set rows of %s aside: %w", sheet.Name, err)
		}
	}
	return folder, nil
}

// reasonColumn is passed over when the rows come again.
const reasonColumn = "_reason"

func setAsideSheet(sheet *Sheet, file sheetFile, p *problems, reasons map[place]string, folder string) (err error) {
	from, err := file.open()
	if err != nil {
		return nil // it could not be read before either, and the report says why
	}
	defer from.close()
	var out *os.File
	var w *csv.Writer
	defer func() {
		if out != nil {
			w.Flush()
			err = errors.Join(err, w.Error(), out.Close())
		}
	}()
	var names []string
	for {
		c, err := from.next()
		var onlyRow rowError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &onlyRow):
			continue
		case err != nil:
			return nil
		case names == nil:
			names = append([]string{reasonColumn}, c.texts...)
			continue
		case !p.bad[place{sheet.order, c.number}]:
			continue
		}
		if out == nil {
			if out, err = os.Create(filepath.Join(folder, sheet.Name+".csv")); err != nil {
				return err
			}
			w = csv.NewWriter(out)
			if err := w.Write(names); err != nil {
				return err
			}
		}
		reason := reasons[place{sheet.order, c.number}]
		if reason == "" {
			reason = "Refused because of another row."
		}
		if err := w.Write(append([]string{reason}, c.texts...)); err != nil {
			return err
		}
	}
}
