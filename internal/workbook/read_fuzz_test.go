package workbook

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

func csvAll(t *testing.T, text string, delimiter byte) (all [][]string, err error) {
	r, err := newCSV(io.NopCloser(strings.NewReader(text)), func(string) bool { return false })
	if err != nil {
		return nil, err
	}
	r.delimiter = delimiter
	last := int64(0)
	for {
		c, err := r.next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		if c.number <= last {
			t.Fatalf("row %d after row %d", c.number, last)
		}
		last = c.number
		all = append(all, slices.Clone(c.texts))
	}
}

// FuzzCSV holds our reader against Go's, where that one takes the text.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a;b\r\n\"x\"\"y\";2", "\"a\nb\",c\n", "\ufeffa\tb\n", "a,b\n\n,,\n3,4", "\"", "a\"b,c\n", "\"a\"b\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := csvAll(t, text, ',')
		if strings.ContainsAny(text, "\r\x00") || strings.HasPrefix(text, "\ufeff") || strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
			return // Go keeps a bare CR and a BOM
		}
		r := csv.NewReader(strings.NewReader(text))
		r.FieldsPerRecord = -1
		want, wantErr := r.ReadAll()
		if wantErr != nil {
			return
		}
		want = slices.DeleteFunc(want, func(row []string) bool { return strings.Join(row, "") == "" })
		if err != nil || !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
	})
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte("code;name\n1;2"))
	f.Add([]byte("\"a,b\";name"))
	f.Fuzz(func(t *testing.T, start []byte) {
		if d := sniff(start, knownIn("partners")); d != ',' && d != ';' && d != '\t' {
			t.Errorf("delimiter %q", d)
		}
	})
}

// FuzzHeader: every column of a file goes to one column of the sheet, to an
// extra one, or nowhere, and no two to the same.
func FuzzHeader(f *testing.F) {
	f.Add("part_number,Name,colour", uint8(2))
	f.Add("at,parameter:Torque,opertor", uint8(12))
	f.Add("at,parameter:,PARAMETER: x,At", uint8(12))
	f.Fuzz(func(t *testing.T, names string, sheet uint8) {
		s := Sheets[int(sheet)%len(Sheets)]
		problems := 0
		given := strings.Split(names, ",")
		h := match(s, given, func(_, message, remedy string) {
			problems++
			if message == "" || remedy == "" {
				t.Error("a problem without words")
			}
		})
		seen := map[int]bool{}
		for i, to := range h.to {
			if to == ignored {
				continue
			}
			if seen[to] || to >= len(s.Columns) || to < ignored && extraOf(to) >= len(h.extra) {
				t.Errorf("%q goes to %d", given[i], to)
			}
			seen[to] = true
			if to >= 0 && fold(strings.TrimSpace(given[i])) != fold(s.Columns[to].Name) {
				t.Errorf("%q goes to %s", given[i], s.Columns[to].Name)
			}
		}
	})
}

// FuzzXLSX feeds the reader damaged workbooks: it must answer rows or a
// refusal.
func FuzzXLSX(f *testing.F) {
	f.Add([]byte(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="C1"><v>1.5</v></c></row></sheetData>`))
	f.Add([]byte(`<row><c t="s"><v>7</v></c></row><row r="1"><c r="ZZZZ1"/></row>`))
	f.Fuzz(func(t *testing.T, sheet []byte) {
		file := &xlsxFile{epoch: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)}
		r := &xlsxRows{file: file, part: xmlPartOf("sheet", io.NopCloser(bytes.NewReader(sheet)))}
		for range 1_000 {
			if c, err := r.next(); err != nil {
				return
			} else if len(c.texts) != len(c.kinds) {
				t.Fatal("texts and kinds differ")
			}
		}
	})
}

func TestSortSpills(t *testing.T) {
	s := newSorter(100)
	for i := range 1_050 {
		r := &row{sheet: Sheets[0], cells: make([]string, len(Sheets[0].Columns)), extra: []string{"a", "b"}}
		r.cells[0] = strings.Repeat("x", i)
		if err := s.add(record{at: 7, rank: int64(i % 3), row: int64(1_050 - i), data: r.encode(nil)}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // it can be read again
		var last *record
		n := 0
		err := s.each(func(r *record) error {
			if last != nil && compare(last, r) >= 0 {
				t.Fatalf("%+v before %+v", last, r)
			}
			back, err := decode(Sheets[0], r.row, r.data)
			if err != nil || len(back.cells[0]) != int(1_050-r.row) || len(back.extra) != 2 {
				t.Fatalf("%+v, %v", back, err)
			}
			last = r
			n++
			return nil
		})
		if err != nil || n != 1_050 {
			t.Errorf("%d records, %v", n, err)
		}
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}
