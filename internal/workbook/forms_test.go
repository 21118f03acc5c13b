package workbook_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lotline/internal/ledger/ledgertest"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
	"lotline/internal/workbook"

	"github.com/xuri/excelize/v2"
)

// lite gives a test one plant on SQLite: what it asks is not about engines.
func lite(t *testing.T) *ledgertest.Plant {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "plant.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return ledgertest.New(t, db)
}

// folder writes a workbook of CSV files.
func folder(t *testing.T, sheets map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range sheets {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// says imports and wants exactly these problems.
func says(t *testing.T, p *ledgertest.Plant, path string, want ...string) workbook.Report {
	t.Helper()
	report, err := workbook.Import(t.Context(), p.Ledger, path, workbook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, problem := range report.Problems {
		got = append(got, problem.String())
	}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
	return report
}

func TestFormsOfCSV(t *testing.T) {
	want := "partners:2:role: \"none\" is not one of the choices."
	for name, text := range map[string]string{
		"comma":          "code,name,role\nA,Acme,none\n",
		"semicolon":      "code;name;role\nA;\"Acme; Inc, Ltd\";none\n",
		"tab":            "code\tname\trole\nA\tAcme\tnone",
		"BOM and CRLF":   "\xef\xbb\xbfcode,name,role\r\nA,Acme,none\r\n",
		"old Macintosh":  "code,name,role\rA,Acme,none\r",
		"header as said": "ROLE,Na-me , C_o d e\nnone,Acme,A\n",
		"quoted line":    "code,name,role\nA,\"Acme\n\"\"Inc\"\"\",none\n",
		"bare quote":     "code,name,role\nA,5\" pipes,none\n",
		"blank rows":     "code,name,role\nA,Acme,none\n,,\n\n",
		"passed over":    "code,_note,name,role\nA,!,Acme,none\n",
	} {
		t.Run(name, func(t *testing.T) {
			says(t, lite(t), folder(t, map[string]string{"partners.csv": text}), want)
		})
	}
}

func TestWhatIsNoWorkbook(t *testing.T) {
	p := lite(t)
	for name, c := range map[string]struct{ text, want string }{
		"UTF-16":         {"\xff\xfec\x00o\x00", "partners:1: The file is UTF-16 text."},
		"binary":         {"code\x00", "partners:1: The file is not text."},
		"empty":          {"", "partners:1: The sheet is empty."},
		"not UTF-8":      {"code,name\nA,M\xfcller\n", "partners:2:name: The cell is not UTF-8 text."},
		"after a quote":  {"code,name\n\"A\"x,Acme\nB,Bolt\n", "partners:2: Text follows a closing quotation mark."},
		"twice":          {"code,name,Name\nA,a,b\n", "partners:1:Name: The column Name stands twice."},
		"a huge cell":    {"code,name\nA," + strings.Repeat("x", 2<<20) + "\n", "partners:2: A cell is larger than 1 MiB."},
		"too many cells": {"code,name\nA" + strings.Repeat(",", 2_000) + "\n", "partners:2: The row has more than 1000 cells."},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, p, folder(t, map[string]string{"partners.csv": c.text}), c.want)
		})
	}
	for name, path := range map[string]string{
		"nothing there": "testdata/nothing",
		"no sheets":     t.TempDir(),
		"broken zip":    filepath.Join(folder(t, map[string]string{"a.zip": "PK\x03\x04 and no more"}), "a.zip"),
		"old Excel":     filepath.Join(folder(t, map[string]string{"a.xls": "\xd0\xcf\x11\xe0 and so on"}), "a.xls"),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := workbook.Import(t.Context(), p.Ledger, path, workbook.Options{})
			if _, ok := refuse.As(err); !ok {
				t.Errorf("got %v, want a refusal", err)
			}
		})
	}
}

func TestOneFileAndAFolderInAZip(t *testing.T) {
	p := lite(t)
	take(t, p.Ledger, filepath.Join("testdata/plant", "partners.csv"), workbook.Options{})
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for name, text := range map[string]string{
		"plant/Partners.CSV": "code,name\nB,Bolt\n", "plant/README.txt": "for people", "__MACOSX/plant/._x": "", "plant/_old.csv": "x",
	} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(f, text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder(t, map[string]string{"book": archive.String()}), "book")
	if report := take(t, p.Ledger, path, workbook.Options{}); report.Recorded != 1 {
		t.Errorf("%+v, want one partner", report)
	}
}

// A zip of a few kB can unpack to any size: the cell's limit ends it.
func TestZipBomb(t *testing.T) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	f, err := w.Create("partners.csv")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, "code,name\nA,\"")
	zeros := bytes.Repeat([]byte("0"), 1<<20)
	for range 64 {
		if _, err := f.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder(t, map[string]string{"bomb.zip": archive.String()}), "bomb.zip")
	says(t, lite(t), path, "partners:2: A cell is larger than 1 MiB.")
}

// book writes an .xlsx of one sheet whose cells are what they are in Go.
func book(t *testing.T, sheet string, rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNumbersInAnXLSX(t *testing.T) {
	p := lite(t)
	take(t, p.Ledger, book(t, "items", []any{"part_number", "name", "tracking", "shelf_life_days"},
		[]any{4711, "Bolt", "lot", 30}, []any{"A", "Axle", "lot", nil}), workbook.Options{})
	says(t, p, book(t, "receipts", []any{"receipt", "at", "part_number", "lot", "quantity", "supplier_lot"},
		[]any{"GR-1", "2026-01-05", "4711", 42, 10, nil},
		[]any{"GR-2", "2026-01-05", "4711", "0042", 10, 17},
		[]any{"GR-3", "2026-01-05", "4711", "0043", "#N/A", nil}),
		"receipts:2:lot: 42 is a number in the file, and may have lost zeros at its front.",
		"receipts:3:supplier_lot: 17 is a number",
		"receipts:4:quantity: \"#N/A\" is not an amount.")
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Skip(err)
	}
	path := book(t, "receipts", []any{"receipt", "at", "part_number", "lot", "quantity"},
		[]any{"GR-1", time.Date(2026, 1, 5, 14, 30, 0, 0, time.UTC), "4711", "0042", 0.1},
		[]any{"GR-2", time.Date(2026, 7, 5, 0, 0, 0, 0, time.UTC), 4711, "0043", 1e6})
	take(t, p.Ledger, path, workbook.Options{Zone: vienna})
	out := filepath.Join(t.TempDir(), "out")
	export(t, p.Ledger, out)
	got := strings.Join(files(t, out)["receipts.csv"], "\n")
	for _, want := range []string{"GR-1,2026-01-05T13:30:00Z,4711,,0042,A,0.1", "GR-2,2026-07-04T22:00:00Z,4711,,0043,A,1000000"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// pieces writes an .xlsx as other programs do: with prefixes, without styles.
func pieces(t *testing.T, sheet string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range map[string]string{
		"xl/workbook.xml":            `<x:workbook xmlns:x="a"><x:sheets><x:sheet name="partners" r:id="r7"/></x:sheets></x:workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r7" Target="/xl/worksheets/one.xml"/></Relationships>`,
		"xl/worksheets/one.xml":      `<x:worksheet><x:sheetData>` + sheet + `</x:sheetData></x:worksheet>`,
		"xl/sharedStrings.xml":       `<sst><si><t>code</t></si><si><r><t>na</t></r><r><t>me</t></r><rPh><t>phonetic</t></rPh></si></sst>`,
	} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(f, text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder(t, map[string]string{"book.xlsx": out.String()}), "book.xlsx")
}

func TestXLSXOfOtherPrograms(t *testing.T) {
	head := `<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c></x:row>`
	p := lite(t)
	for name, c := range map[string]struct{ rows, want string }{
		"error cell":   {`<x:row r="5"><x:c t="str"><x:v>A</x:v></x:c><x:c t="e"><x:f>NA()</x:f><x:v>#N/A</x:v></x:c></x:row>`, "partners:5:name: The cell holds the error #N/A."},
		"lost string":  {`<x:row><x:c t="s"><x:v>99</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c></x:row>`, "partners:2:code: The cell holds the error #REF!."},
		"out of order": {`<x:row><x:c r="B2"/><x:c r="A2"/></x:row>`, "partners:2: The sheet has more than 1000 columns, or its cells are out of order."},
		"far away":     {`<x:row><x:c r="ZZZ2"/></x:row>`, "partners:2: The sheet has more than 1000 columns"},
		"cut off":      {`<x:row><x:c r="A2"></x:row>`, "partners:2: The .xlsx ends in the middle of a row."},
		"huge":         {`<x:row><x:c t="str"><x:v>` + strings.Repeat("0", 8<<20) + `</x:v></x:c></x:row>`, "partners:2: A cell of the file is larger than 1 MiB"},
		"blank rows":   {`<x:row r="2"/><x:row r="3"><x:c r="A3" t="str"><x:v> </x:v></x:c></x:row><x:row r="9"><x:c><x:v>1</x:v></x:c></x:row>`, "partners:9:name: The column name is empty."},
	} {
		t.Run(name, func(t *testing.T) { says(t, p, pieces(t, head+c.rows), c.want) })
	}
	take(t, p.Ledger, pieces(t, head+`<x:row><x:c><x:v>17</x:v></x:c><x:c t="inlineStr"><x:is><x:t>In</x:t></x:is></x:c></x:row>`), workbook.Options{})
}

func TestPartsOfAnImport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		whole, parts := ledgertest.New(t, open()), ledgertest.New(t, open())
		take(t, whole.Ledger, "testdata/plant", workbook.Options{})
		report := take(t, parts.Ledger, "testdata/plant", workbook.Options{InParts: 3})
		if !report.Stored || report.Entries < 5 {
			t.Errorf("%+v, want several entries", report)
		}
		again := take(t, parts.Ledger, "testdata/plant", workbook.Options{InParts: 3})
		if again.Recorded != 0 {
			t.Errorf("again: %+v", again)
		}
		a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
		export(t, whole.Ledger, a)
		export(t, parts.Ledger, b)
		if fmt.Sprint(files(t, a)) != fmt.Sprint(files(t, b)) {
			t.Error("in parts something else was recorded than at once")
		}
		parts.Promises()
	})
}

func TestSetAside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		p := ledgertest.New(t, open())
		aside := filepath.Join(t.TempDir(), "aside")
		report, err := workbook.Import(t.Context(), p.Ledger, "testdata/mistakes", workbook.Options{KeepGoing: aside})
		if err != nil || !report.Stored || report.OK() || report.Set != aside {
			t.Fatalf("%+v, %v", report, err)
		}
		p.Promises()
		rows := files(t, aside)
		for name, want := range map[string]string{
			"receipts.csv": `"quantity: ""3,5"" is not an amount.`,
			"installs.csv": "Refused because of another row.,2026-01-09T08:08:00Z",
			"boms.csv":     "Item NOBODY is not defined. Define it first.,SPARE,10,NOBODY",
		} {
			if !strings.Contains(strings.Join(rows[name], "\n"), want) {
				t.Errorf("%s: got %q, want %s", name, rows[name], want)
			}
		}
		// What was set aside is a workbook; unmended it is refused again, and nothing of it is new.
		entries := size(t, p.Ledger)
		again, err := workbook.Import(t.Context(), p.Ledger, aside, workbook.Options{KeepGoing: aside + "-2"})
		if err != nil || again.Recorded != 0 || size(t, p.Ledger) != entries {
			t.Errorf("%+v, %v, want nothing recorded", again, err)
		}
	})
}
