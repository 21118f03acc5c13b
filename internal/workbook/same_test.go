package workbook_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/workbook"
)

// changed copies the plant's workbook with text of one file replaced.
func changed(t *testing.T, file, old, new string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/plant")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, file)
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), old) {
		t.Fatalf("%s has no %s (%v)", file, old, err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, new, 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestARowThatContradictsWhatIsRecorded(t *testing.T) {
	p := lite(t)
	take(t, p.Ledger, "testdata/plant", workbook.Options{})
	for _, c := range []struct{ file, old, new, want string }{
		{"receipts.csv", "S-991,C-1", "S-991,C-2", "receipts:2:receipt: The row was recorded before with other content."},
		{"receipts.csv", ",10,ACME,S-991", ",11,ACME,S-991", "receipts:2:receipt: Receipt GR-1 of lot AXLE steel-7 is recorded with 10"},
		{"units.csv", "cart-2,PO-1,2026-01-08T08:00:00Z", "cart-2,PO-1,2026-01-08T08:00:01Z", `units:5:at: Unit CART cart-2 is recorded with at "2026-01-08T08:00:00Z", not "2026-01-08T08:00:01Z".`},
		{"units.csv", "HUB,000002,PO-2", "HUB,000002,PO-1", "units:3:serial: Unit HUB 000002 is recorded since"},
		{"orders.csv", "CART,2,", "CART,3,", `orders:2:quantity: Order PO-1 is planned with quantity "2", not "3".`},
		{"orders.csv", "2026-01-20", "2026-01-21", `orders:2:closed_at: Order PO-1 is recorded with closed_at "2026-01-20T00:00:00Z"`},
		{"orders.csv", "high", "low", `orders:2:priority: Order PO-1 is recorded with priority "high", not "low".`},
		{"shipments.csv", "train-5", "train-6", "shipments:2:serial: CART cart-1 was shipped."},
		{"items.csv", "steel;12.5", "alu;12.5", "items:2:revision: Revision A of CART is released with other properties."},
		{"boms.csv", "AXLE,1,EA", "AXLE,2,EA", "boms:2:parent: The BOM of HUB revision A is defined and released."},
		{"splits.csv", "steel-7b,4", "steel-7b,3", "splits:2:new_lot: Lot AXLE steel-7b is recorded since"},
		{"instruments.csv", "2027-01-02", "2028-01-02", "instruments:2:instrument: A calibration of CAL-1 on"},
	} {
		t.Run(c.file+" "+c.new, func(t *testing.T) { says(t, p, changed(t, c.file, c.old, c.new), c.want) })
	}
	// What was left open may be filled in later.
	report := take(t, p.Ledger, changed(t, "units.csv", "HUB,000002,PO-2,2026-01-08T07:00:00Z,", "HUB,000002,PO-2,2026-01-08T07:00:00Z,"), workbook.Options{})
	if report.Recorded != 0 {
		t.Errorf("%+v", report)
	}
	report = take(t, p.Ledger, changed(t, "orders.csv", "2026-01-07,,,", "2026-01-07,2026-02-01,,"), workbook.Options{})
	if report.Recorded != 1 {
		t.Errorf("%+v, want the order closed and nothing else", report)
	}
	p.Promises()
}

func TestRowsWithNumbersOfTheirOwn(t *testing.T) {
	p := lite(t)
	take(t, p.Ledger, "testdata/plant", workbook.Options{})
	scraps := "id,at,part_number,lot,quantity,reason\n"
	first := folder(t, map[string]string{"scraps.csv": scraps + "7,2026-02-01,WHEEL,w-1,1,bent\n8,2026-02-01,WHEEL,w-1,1,bent\n"})
	if report := take(t, p.Ledger, first, workbook.Options{}); report.Recorded != 2 {
		t.Errorf("%+v, want two", report)
	}
	if report := take(t, p.Ledger, first, workbook.Options{}); report.Recorded != 0 {
		t.Errorf("%+v, want nothing", report)
	}
	says(t, p, folder(t, map[string]string{"scraps.csv": scraps + "7,2026-02-01,WHEEL,w-1,2,bent\n"}), "scraps:2:at: The row was recorded before with other content.")
	equal := folder(t, map[string]string{"scraps.csv": strings.Replace(scraps, "id,", "", 1) + strings.Repeat("2026-02-02,WHEEL,w-1,1,bent\n", 3)})
	if report := take(t, p.Ledger, equal, workbook.Options{}); report.Recorded != 3 {
		t.Errorf("%+v, want three", report)
	}
	if report := take(t, p.Ledger, equal, workbook.Options{}); report.Recorded != 0 {
		t.Errorf("%+v, want nothing", report)
	}
}

// A row that is not possible yet waits for the rest of its instant, and not longer.
func TestRowsOfOneInstant(t *testing.T) {
	p := lite(t)
	take(t, p.Ledger, "testdata/plant", workbook.Options{})
	report := take(t, p.Ledger, folder(t, map[string]string{
		// Sheets would have it the other way round: taken out, then put into another.
		"installs.csv": "at,part_number,serial,component,component_serial,quantity\n2026-03-01,CART,cart-3,HUB,000002,1\n",
		"removals.csv": "at,part_number,serial,component,component_serial,quantity,to\n2026-03-01,CART,cart-2,HUB,000002,1,stock\n",
		"orders.csv":   "order,part_number,quantity,planned_at,released_at,closed_at\nPO-9,CART,1,2026-03-01,2026-03-01,2026-03-01\n",
		"units.csv":    "part_number,serial,order,at,completed_at\nCART,cart-3,PO-9,2026-03-01,2026-03-01\n",
	}), workbook.Options{})
	if report.Recorded != 6 || report.Unchanged != 1 {
		t.Errorf("%+v, want six steps, and the unit completed by the order's close", report)
	}
	says(t, p, folder(t, map[string]string{
		"installs.csv": "at,part_number,serial,component,component_serial,quantity\n2026-03-02,CART,cart-3,HUB,000001,1\n",
		"removals.csv": "at,part_number,serial,component,component_serial,quantity,to\n2026-03-03,CART,cart-3,HUB,000002,1,stock\n",
	}), "installs:2:quantity: Position 10 of CART cart-3 takes 1 of HUB and would hold 2.")
	p.Promises()
}

func TestTwoRevisionsOfAnItem(t *testing.T) {
	p := lite(t)
	dir := folder(t, map[string]string{"items.csv": "part_number,revision,name,tracking\nBOLT,A,Bolt,lot\nBOLT,B,Bolt M6,lot\n"})
	if report := take(t, p.Ledger, dir, workbook.Options{}); report.Recorded != 2 {
		t.Errorf("%+v, want both", report)
	}
	if report := take(t, p.Ledger, dir, workbook.Options{}); report.Recorded != 0 {
		t.Errorf("%+v, want nothing", report)
	}
	renamed := folder(t, map[string]string{"items.csv": "part_number,revision,name,tracking\nBOLT,B,Bolt M6x20,lot\n"})
	if report := take(t, p.Ledger, renamed, workbook.Options{}); report.Recorded != 1 {
		t.Errorf("%+v, want the new name", report)
	}
}

// The designs of today are not those of the day of release: what was sealed
// travels, and a file that was touched is refused.
func TestSealedOrderBOMTravels(t *testing.T) {
	p := lite(t)
	take(t, p.Ledger, "testdata/plant", workbook.Options{})
	p.Do(&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "WHEEL", Name: "Wheel", Revision: "B", Tracking: "lot"}})
	dir := filepath.Join(t.TempDir(), "out")
	if done := export(t, p.Ledger, dir); done.OrderBOMs != 2 {
		t.Fatalf("%+v, want two order BOMs", done)
	}
	second := lite(t)
	take(t, second.Ledger, dir, workbook.Options{})
	after := filepath.Join(t.TempDir(), "after")
	export(t, second.Ledger, after)
	name := filepath.Join("order_boms", "PO-1.json")
	if strings.Join(files(t, dir)[name], "\n") != strings.Join(files(t, after)[name], "\n") {
		t.Error("the sealed order BOM changed on its way")
	}
	second.Promises()
	touch := func(name, old, new string) {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Replace(string(text), old, new, 1)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	touch(name, `"name": "Wheel"`, `"name": "Whale"`)
	report, err := workbook.Import(t.Context(), lite(t).Ledger, dir, workbook.Options{})
	if err != nil || report.Stored || !strings.Contains(report.Problems[0].String(), "orders:2:released_at: The sealed order BOM order_boms/PO-1.json is not what was sealed: line 4 (find 20, WHEEL)") {
		t.Errorf("%v, %v", report.Problems, err)
	}
	touch(name, `"name": "Whale"`, `"name": "Wheel"`)
	touch("orders.csv", "PO-2,HUB", "PO-3,HUB")
	report, err = workbook.Import(t.Context(), lite(t).Ledger, dir, workbook.Options{})
	if err != nil || report.Stored || !strings.Contains(report.Problems[0].String(), "order_boms/PO-2.json belongs to no row of orders.") {
		t.Errorf("%v, %v", report.Problems, err)
	}
}

// What was recorded one by one travels as what came in by workbook does.
func TestHoldsAndAllocationsTravel(t *testing.T) {
	p := lite(t)
	take(t, p.Ledger, "testdata/plant", workbook.Options{})
	at := moment.Time(1_780_000_000_000_000) // after all that the workbook tells
	p.Do(&genealogy.Hold{At: at, Held: genealogy.Held{Object: genealogy.Object{PartNumber: "WHEEL", Lot: "w-1"}, Reason: "cracks"}},
		&order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: "PO-7", PartNumber: "CART", Quantity: quantity.Pieces(1)}, At: at},
		&genealogy.Allocate{At: at, Allocated: genealogy.Allocated{Order: "PO-7", Component: "AXLE", Lot: "steel-7", Quantity: quantity.One}})
	before := filepath.Join(t.TempDir(), "before")
	if done := export(t, p.Ledger, before); len(done.LeftOut) != 0 {
		t.Errorf("%+v; want nothing left out", done)
	}
	second := lite(t)
	take(t, second.Ledger, before, workbook.Options{})
	after := filepath.Join(t.TempDir(), "after")
	export(t, second.Ledger, after)
	got, want := files(t, after), files(t, before)
	for _, sheet := range []string{"holds.csv", "allocations.csv"} {
		if len(want[sheet]) < 2 || strings.Join(got[sheet], "\n") != strings.Join(want[sheet], "\n") {
			t.Errorf("%s: got %q, want %q", sheet, got[sheet], want[sheet])
		}
	}
	second.Refuses(&genealogy.Ship{Shipment: "S", Customer: "RAIL", PartNumber: "WHEEL", Lot: "w-1", Quantity: quantity.One, At: at}, refuse.Conflict, "WHEEL w-1 is on hold by hold 1 (cracks): release it, or name the deviation that permits its use.")
}

// What was recorded by hand and stands in a workbook too is the same.
func TestWorkbookMeetsHand(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "AXLE", Name: "Axle", Tracking: "lot"}},
			&genealogy.Receive{PartNumber: "AXLE", Lot: "a-1", Quantity: quantity.Pieces(5), Purchase: genealogy.Purchase{Receipt: "GR-1"}, At: 1_767_600_000_000_000})
		report := take(t, p.Ledger, folder(t, map[string]string{"receipts.csv": "receipt,at,part_number,lot,quantity\nGR-1,2026-01-05T08:00:00Z,AXLE,a-1,5\n"}), workbook.Options{})
		if report.Recorded != 0 || report.Unchanged != 1 {
			t.Errorf("%+v, want nothing recorded", report)
		}
	})
}
