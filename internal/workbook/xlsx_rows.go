package workbook

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"lotline/internal/refuse"
)

// sharedStrings are the texts that cells point to, end to end.
type sharedStrings struct {
	all  []byte
	ends []int
}

func (s *sharedStrings) at(i int) (string, bool) {
	if i < 0 || i >= len(s.ends) {
		return "", false
	}
	start := 0
	if i > 0 {
		start = s.ends[i-1]
	}
	return string(s.all[start:s.ends[i]]), true
}

const stringsPart = "xl/sharedstrings.xml"

// readStrings reads the shared texts: of each item the runs, without the
// phonetic reading.
func (x *xlsxFile) readStrings() error {
	if x.parts[stringsPart] == nil {
		return nil
	}
	d, err := x.open(stringsPart)
	if err != nil {
		return err
	}
	defer d.close()
	phonetic := false
	for {
		token, err := d.token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			phonetic = phonetic || t.Name.Local == "rPh"
			if t.Name.Local == "t" && !phonetic {
				text, err := d.text()
				if err != nil {
					return err
				}
				x.strings.all = append(x.strings.all, text...)
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "rPh":
				phonetic = false
			case "si":
				x.strings.ends = append(x.strings.ends, len(x.strings.all))
			}
		}
		if len(x.strings.all)+8*len(x.strings.ends) > stringsMax {
			return refuse.New(refuse.TooLarge, "The .xlsx holds more than %d MiB of text. Save the sheets as CSV.", stringsMax>>20)
		}
	}
}

// xlsxRows reads the rows of one sheet.
type xlsxRows struct {
	file  *xlsxFile
	part  *xmlPart
	row   cells
	texts []string
	kinds []kind
	count int64
}

func (x *xlsxFile) rows(sheet xlsxSheet) (*xlsxRows, error) {
	part, err := x.open(sheet.part)
	if err != nil {
		return nil, err
	}
	return &xlsxRows{file: x, part: part}, nil
}

func (r *xlsxRows) close() error { return r.part.close() }

// next reads the next row that is not blank.
func (r *xlsxRows) next() (cells, error) {
	for {
		token, err := r.part.token()
		if err != nil {
			return cells{number: r.count + 1}, err
		}
		e, ok := token.(xml.StartElement)
		if !ok || e.Name.Local != "row" {
			continue
		}
		r.count++
		if n, err := strconv.ParseInt(attr(e, "r"), 10, 32); err == nil && n > 0 {
			r.count = n
		}
		blank, err := r.read()
		if err != nil || !blank {
			return cells{number: r.count, texts: r.texts, kinds: r.kinds}, err
		}
	}
}

// read reads the cells up to the end of the row.
func (r *xlsxRows) read() (blank bool, err error) {
	r.texts, r.kinds = r.texts[:0], r.kinds[:0]
	blank = true
	for {
		token, err := r.part.token()
		if err != nil {
			return false, unexpected(err)
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local == "row" {
				return blank, nil
			}
		case xml.StartElement:
			if t.Name.Local != "c" {
				continue
			}
			column := len(r.texts)
			if ref := attr(t, "r"); ref != "" {
				column = columnOf(ref)
			}
			if column < len(r.texts) || column >= columnsMax {
				return false, refuse.New(refuse.TooLarge, "The sheet has more than %d columns, or its cells are out of order. Save it again.", columnsMax)
			}
			for len(r.texts) < column {
				r.texts, r.kinds = append(r.texts, ""), append(r.kinds, isText)
			}
			text, kind, err := r.cell(t)
			if err != nil {
				return false, unexpected(err)
			}
			r.texts, r.kinds = append(r.texts, text), append(r.kinds, kind)
			blank = blank && strings.TrimSpace(text) == ""
		}
	}
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return refuse.New(refuse.Invalid, "The .xlsx ends in the middle of a row. Save it again as an Excel workbook (.xlsx).")
	}
	return err
}

// columnOf reads the letters of a cell's name: A is 0.
func columnOf(ref string) int {
	n := 0
	for i := 0; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && n < columnsMax; i++ {
		n = n*26 + int(ref[i]-'A') + 1
	}
	return n - 1
}

// cell reads one cell to its end.
func (r *xlsxRows) cell(c xml.StartElement) (text string, k kind, err error) {
	var value, inline strings.Builder
	phonetic := false
	for {
		token, err := r.part.token()
		if err != nil {
			return "", isText, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			phonetic = phonetic || t.Name.Local == "rPh"
			into := &value
			switch {
			case t.Name.Local == "t" && !phonetic:
				into = &inline
			case t.Name.Local != "v":
				continue
			}
			part, err := r.part.text()
			if err != nil {
				return "", isText, err
			}
			into.WriteString(part)
			if into.Len() > cellMax {
				return "", isText, cellTooLarge()
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "rPh":
				phonetic = false
			case "c":
				text, k = r.value(attr(c, "t"), attr(c, "s"), value.String(), inline.String())
				return text, k, nil
			}
		}
	}
}

// value is what the cell shows, as the text that a CSV would have.
func (r *xlsxRows) value(typ, style, value, inline string) (string, kind) {
	switch typ {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(value))
		text, ok := r.file.strings.at(i)
		if err != nil || !ok {
			return "#REF!", isBroken
		}
		return text, isText
	case "inlineStr":
		return inline, isText
	case "str", "d":
		return value, isText
	case "e":
		return value, isBroken
	case "b":
		return map[bool]string{true: "true", false: "false"}[strings.TrimSpace(value) == "1"], isText
	}
	value = strings.TrimSpace(value)
	number, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(number, 0) || math.IsNaN(number) {
		return value, isText // an empty cell
	}
	if s, err := strconv.Atoi(style); err == nil && s >= 0 && s < len(r.file.dates) && r.file.dates[s] {
		return r.file.date(number), isText
	}
	return strconv.FormatFloat(number, 'f', -1, 64), isNumber
}

const lastDay = 2_958_465 // 9999-12-31, the last day that Excel knows

// date writes a day count as a date, or with its time in the company's zone.
func (x *xlsxFile) date(days float64) string {
	if days < 0 || days > lastDay {
		return strconv.FormatFloat(days, 'f', -1, 64)
	}
	whole, part := math.Modf(days)
	day := x.epoch.AddDate(0, 0, int(whole))
	milliseconds := math.Round(part * 86_400_000)
	if milliseconds == 0 {
		return day.Format(time.DateOnly)
	}
	zone := x.zone
	if zone == nil {
		zone = time.UTC
	}
	clock := time.Duration(milliseconds) * time.Millisecond
	return time.Date(day.Year(), day.Month(), day.Day(), int(clock.Hours()), int(clock.Minutes())%60, int(clock.Seconds())%60,
		int(clock%time.Second), zone).Format(time.RFC3339Nano)
}
