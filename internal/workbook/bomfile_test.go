package workbook_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/workbook"

	"github.com/xuri/excelize/v2"
)

// cad is how the columns of the boards' files are called.
const cad = "component=LCSC|Part+Value+Footprint,quantity=Quantity Per PCB,reference_designators=References,name=Description,find_number=Row"

// bomFile writes a file for a test.
func bomFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// sheetOf makes an .xlsx of a CSV text, on its second sheet, below a title.
func sheetOf(t *testing.T, rows [][]any) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if _, err := f.NewSheet("Parts"); err != nil {
		t.Fatal(err)
	}
	for i, row := range append([][]any{{"Bill of materials"}, {}}, rows...) {
		if err := f.SetSheetRow("Parts", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "board.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func importBOM(p *ledgertest.Plant, path string, f workbook.BOMFile) workbook.BOMReport {
	p.Helper()
	f.By, f.Via = "test", "test"
	report, err := workbook.ImportBOM(context.Background(), p.Ledger, path, f)
	if err != nil {
		p.Fatal(err)
	}
	return report
}

func problemsOf(r workbook.BOMReport) string {
	var all []string
	for _, p := range r.Problems {
		all = append(all, p.String())
	}
	return strings.Join(all, "\n")
}

func entriesOf(p *ledgertest.Plant) (n int64) {
	p.Helper()
	p.Read(func(tx *store.Tx) error {
		_, err := tx.One([]any{&n}, `SELECT count(*) FROM journal WHERE company = $1`, "main")
		return err
	})
	return n
}

// TestBoardsAsBOMFiles imports boards as their CAD program wrote them, and as
// an .xlsx; LOTLINE_BOARDS names a folder with further ones, NAME-bom.csv.
func TestBoardsAsBOMFiles(t *testing.T) {
	files, _ := filepath.Glob("testdata/boards/*-bom.csv")
	if dir := os.Getenv("LOTLINE_BOARDS"); dir != "" {
		more, _ := filepath.Glob(filepath.Join(dir, "*-bom.csv"))
		files = append(files, more...)
	}
	for _, file := range files {
		b := readBoard(t, file)
		asked := strings.Split("Row,Description,Part,References,Value,Footprint,Quantity Per PCB,LCSC", ",")
		rows := [][]any{{}}
		for _, name := range asked {
			rows[0] = append(rows[0], name)
		}
		for _, row := range b.rows {
			var cells []any
			for _, name := range asked {
				cells = append(cells, row[name])
			}
			rows = append(rows, cells)
		}
		for name, path := range map[string]string{"csv": file, "xlsx": sheetOf(t, rows)} {
			t.Run(filepath.Base(file)+"/"+name, func(t *testing.T) {
				ledgertest.Each(t, func(_ *testing.T, p *ledgertest.Plant) { b.imported(p, path) })
			})
		}
	}
}

// imported imports the board and holds it against what the test read itself.
func (b board) imported(p *ledgertest.Plant, path string) {
	p.Helper()
	f := workbook.BOMFile{Parent: b.name, Columns: cad, Create: true, Items: workbook.NewItems{Tracking: "lot"}}
	dry := f
	dry.DryRun = true
	if r := importBOM(p, path, dry); !r.OK() || r.Stored || r.Placements != b.total || entriesOf(p) != 0 {
		p.Fatalf("dry run: %+v", r)
	}
	r := importBOM(p, path, f)
	if !r.OK() || !r.Stored || r.Lines != len(b.rows) || r.Placements != b.total || len(r.Created) != len(b.places)+1 {
		p.Fatalf("%d lines, %d placements, %d created of %d, %d and %d: %s", r.Lines, r.Placements, len(r.Created), len(b.rows), b.total, len(b.places)+1, problemsOf(r))
	}
	if again := importBOM(p, path, f); !again.OK() || !again.Stored || again.Facts != 0 || len(again.Created) != 0 {
		p.Errorf("the same file again: %+v", again)
	}
	p.Read(func(tx *store.Tx) error {
		flat, err := bom.AskFlatten(tx, "main", b.name, "", quantity.One)
		if err != nil {
			return err
		}
		got := map[string]quantity.Quantity{}
		for _, i := range flat.Items {
			got[i.PartNumber] = i.Net
		}
		if len(got) != len(b.places) {
			p.Errorf("%d items, want %d", len(got), len(b.places))
		}
		for part, n := range b.places {
			if got[part] != quantity.Pieces(int64(n)) {
				p.Errorf("%s of %q, want %d", got[part], part, n)
			}
		}
		return nil
	})
}

func TestMistakesOfABOMFileAreToldAtOnce(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		for _, part := range []string{"BOARD", "R-1", "R-2"} {
			p.Do(&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: part, Name: part, Source: "make"}})
		}
		before := entriesOf(p)
		path := bomFile(t, "board.csv", "\xef\xbb\xbfBoard;revision 3\r\n\r\nPos;Part;Qty;Designator;Instead;Scrap\r\n"+
			"1;R-1;2;\"R1,\nR2\";;\r\n"+ // right, with a line break in a cell
			"2;R-2;3;R3 R4;;\r\n"+ // 3 for 2
			"3;NOPE;1;R5;;\r\n"+
			"4;;1;R6;;\r\n"+
			"5;R-1;many;R7;;\r\n"+
			"6;R-2;2;R1 R8;;\r\n"+ // R1 twice
			"7;NOPE;4;R9-R12;;\r\n"+
			"8;R-1;0;;;\r\n"+
			"9;R-2;;R13;;\r\n"+
			"10;R-2;1;R14;GONE*2;\r\n"+
			"11;R-2;1;R15;;150\r\n"+
			"11;R-2;1;R16;;\r\n"+
			"12;R-1;1;R20-R17;;\r\n"+
			";;;;;\r\n;;;;;Total\r\n")
		r := importBOM(p, path, workbook.BOMFile{Parent: "BOARD", Columns: "component=Part,quantity=Qty,reference_designators=Designator,find_number=Pos,substitutes=Instead,scrap_percent=Scrap", Save: "cad"})
		want := `board:5:Qty: The quantity is 3, and the line has 2 reference designators. They must be as many.
board:7:Part: The line has no component. Give its part number, name a further column after | that makes one up, or leave such lines out with missing = leave_out.
board:8:Qty: "many" is not an amount. Write a number such as 12 or 0.5, with at most six decimals.
board:9:Designator: Reference designator R1 stands in row 4 already. Each place takes one part.
board:11:Qty: The quantity is 0. It must be more than 0.
board:12:Qty: The line has no quantity. Give it.
board:16:Designator: R20-R17 is no range of reference designators. Write the lower one first, or each alone.
board:6:Part: Item NOPE is not defined (rows 6, 10). Define it first, or have the import create items.
board:13:Instead: Item GONE is not defined. Define it first.
board:14:Scrap: Scrap of 150 % is not possible. It must be from 0 to under 100.
board:15:Pos: Find number 11 stands twice in the BOM of BOARD. Give each line its own.`
		if got := problemsOf(r); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if len(r.LeftOut) != 1 || r.LeftOut[0].Row != 18 {
			t.Errorf("left out %v, want row 18", r.LeftOut)
		}
		if r.Stored || entriesOf(p) != before {
			t.Error("something was stored")
		}
	})
}

func TestBOMFilesOfEveryKind(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(&catalog.DefineCatalog{Catalog: "chips", Properties: []catalog.Property{{Property: "package"}, {Property: "pins", Type: "number"}}},
			&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "CAP", Name: "Capacitor"}},
			&catalog.ApproveMaker{MakerApproved: catalog.MakerApproved{PartNumber: "CAP", Manufacturer: "Murata", ManufacturerPart: "GRM21"}})
		path := bomFile(t, "kit.tsv", "Mfr Part\tMaker\tHow Many\tPackage\tPins\tPlace\tUnit\n"+
			"GRM21\t\t2\t\t\t\t\nNE555\tTI\t1\tDIP\t8\t\t\nTL072\tTI\t1\tSO\t8\tDNP\t\n\t\t3\t\t\t\t\nWIRE\t\t0.25\t\t\t\tM\n")
		f := workbook.BOMFile{Parent: "KIT", Revision: "C", Create: true, Missing: "leave_out", Save: "purchasing", Items: workbook.NewItems{Catalog: "chips", Tracking: "lot", ParentTracking: "none"},
			Columns: "component=mfr_part,manufacturer=Maker,manufacturer_part=mfr_part,quantity=HOW MANY,property:package=Package,property:pins=Pins,leave_out=Place,uom=Unit,revision_rule:=exact"}
		r := importBOM(p, path, f)
		if !r.OK() || r.Lines != 3 || len(r.LeftOut) != 2 || !slices.Equal(r.Created, []string{"KIT", "NE555", "WIRE"}) || len(r.Notes) != 1 {
			t.Fatalf("%+v", r)
		}
		p.Read(func(tx *store.Tx) error {
			e, err := bom.AskExplode(tx, "main", "KIT", "C", 0)
			if err != nil {
				return err
			}
			var got []string
			for _, l := range e.Lines {
				got = append(got, fmt.Sprint(l.FindNumber, " ", l.PartNumber, " ", l.Quantity, " ", l.UOM, " ", l.RevisionRule, " ", l.Tracking))
			}
			if want := []string{"10 CAP 2 EA exact none", "20 NE555 1 EA exact lot", "30 WIRE 0.25 M exact lot"}; !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
			s, err := bom.ShowItem(tx, "main", "NE555")
			if err == nil && (fmt.Sprint(s.Revisions[0].Properties) != "map[package:DIP pins:8]" || s.Makers[0].Manufacturer != "TI") {
				t.Errorf("NE555 is %+v", s)
			}
			return err
		})
		// The mapping that was kept reads the next file, with its rule for lines without a part.
		next := bomFile(t, "next.tsv", "Mfr Part\tMaker\tHow Many\tPackage\tPins\tPlace\tUnit\nNE555\tTI\t4\tDIP\teight\t\t\n\t\t1\t\t\t\t\nLM358\tTI\t4\tDIP\teight\t\t\n")
		r = importBOM(p, next, workbook.BOMFile{Parent: "KIT-2", Mapping: "purchasing", Create: true, Items: f.Items})
		if got, want := problemsOf(r), `next:4:Pins: pins is "eight". The catalog wants a number such as 4.7.`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if len(r.LeftOut) != 1 {
			t.Errorf("left out %v, want row 3", r.LeftOut)
		}
		ship := bomFile(t, "other.csv", "Part,Part\nCAP,CAP\n")
		r = importBOM(p, ship, workbook.BOMFile{Parent: "KIT", Revision: "C", Columns: "component=Part,quantity=Qty"})
		if got := problemsOf(r); got != "other:1:Qty: The column Qty is missing. Name one of Part, Part." {
			t.Errorf("got %s", got)
		}
	})
}

func TestBOMFilesThatCannotBe(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "KIT", Name: "Kit"}}, &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "CAP", Name: "Cap"}})
		path := bomFile(t, "kit.csv", "Part,Qty\nCAP,1\n")
		good := workbook.BOMFile{Parent: "KIT", Columns: "component=Part,quantity=Qty"}
		for _, bad := range []struct {
			path   string
			change func(*workbook.BOMFile)
			text   string
		}{
			{path, func(f *workbook.BOMFile) { f.Parent = "NOPE" }, "Item NOPE is not defined"},
			{path, func(f *workbook.BOMFile) { f.Revision = "Q" }, "Item KIT has no revision Q"},
			{path, func(f *workbook.BOMFile) { f.Columns = "" }, "Say which columns give what"},
			{path, func(f *workbook.BOMFile) { f.Mapping = "x" }, "not both"},
			{path, func(f *workbook.BOMFile) { f.Columns, f.Mapping = "", "x" }, "There is no mapping x"},
			{path, func(f *workbook.BOMFile) { f.Missing = "guess" }, "refuse or leave_out"},
			{path, func(f *workbook.BOMFile) { f.Save = "." }, "The mapping cannot be"},
			{path + "x", func(*workbook.BOMFile) {}, "There is no file"},
			{filepath.Dir(path), func(*workbook.BOMFile) {}, "is a folder"},
			{bomFile(t, "old.xls", "\xd0\xcf\x11\xe0"), func(*workbook.BOMFile) {}, "old Excel file"},
			{bomFile(t, "bad.xlsx", "PK\x03\x04"), func(*workbook.BOMFile) {}, "damaged .xlsx"},
			{sheetOf(t, [][]any{{"Part", "Qty"}, {"CAP", 1}}), func(f *workbook.BOMFile) { f.Sheet = "Nowhere" }, "name one of Sheet1, Parts"},
		} {
			f := good
			bad.change(&f)
			_, err := workbook.ImportBOM(t.Context(), p.Ledger, bad.path, f)
			if refusal, ok := refuse.As(err); !ok || !strings.Contains(refusal.Error(), bad.text) {
				t.Errorf("got %v, want %q", err, bad.text)
			}
		}
		for text, want := range map[string]string{
			"":                        "The column Part is missing. The sheet is empty.",
			"Part,Qty\n":              "No line stands below the names",
			"Prat,Qty\nCAP,1\n":       "Did you mean Prat?",
			"Part,Qty,part\nCAP,1,\n": "The column Part stands twice",
			"Part,Qty\n\"CAP\"x,1\n":  "Text follows a closing quotation mark",
			"Part,Qty\n\"CAP,1\n":     "never closed",
			"Part,Qty\nKIT,1\n":       "KIT -> KIT",
		} {
			r := importBOM(p, bomFile(t, "kit.csv", text), good)
			if got := problemsOf(r); !strings.Contains(got, want) || r.Stored {
				t.Errorf("%q: got %q, want %q", text, got, want)
			}
		}
		// A released BOM is another revision's when it changes.
		importBOM(p, path, good)
		_, err := workbook.ImportBOM(t.Context(), p.Ledger, bomFile(t, "kit.csv", "Part,Qty\nCAP,2\n"), good)
		if refusal, ok := refuse.As(err); !ok || !strings.Contains(refusal.Error(), "define a new revision") {
			t.Errorf("got %v", err)
		}
		if _, err := p.Ledger.Record(t.Context(), ledger.Request{}, &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "LAST", Name: "still works"}}); err != nil {
			t.Error(err)
		}
	})
}
