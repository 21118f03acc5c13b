package order_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func item(part, tracking, source string) ledger.Command {
	return &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: part, Name: part, Tracking: tracking, Source: source}}
}

func amount(t testing.TB, text string) quantity.Quantity {
	t.Helper()
	q, err := quantity.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// radar defines three levels: a radar of 2 modules and 8 screws; a module of
// 3 boards, 4 screws and a phantom kit of 2 screws and 0.5 of glue; a board of
// 7 caps with 10 % scrap.
func radar(p *ledgertest.Plant) {
	for _, c := range []ledger.Command{
		item("RADAR", "serial", "make"), item("MODULE", "serial", "make"), item("BOARD", "none", "make"), item("KIT", "none", "make"),
		item("SCREW", "lot", "buy"), item("CAP", "lot", "buy"), item("CAP-X", "lot", "buy"),
		&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "GLUE", Name: "Glue", UOM: "KG", Tracking: "lot"}},
	} {
		p.Do(c)
	}
	q := func(text string) quantity.Quantity { return amount(p, text) }
	p.Do(&bom.DefineBOM{Parent: "BOARD", Lines: []bom.Line{{Component: "CAP", Quantity: q("7"), Scrap: q("10"), Substitutes: []bom.Substitute{{PartNumber: "CAP-X"}}}}},
		&bom.DefineBOM{Parent: "KIT", Lines: []bom.Line{{Component: "SCREW", Quantity: q("2")}, {Component: "GLUE", Quantity: q("0.5")}}},
		&bom.DefineBOM{Parent: "MODULE", Lines: []bom.Line{{Component: "BOARD", Quantity: q("3")}, {Component: "SCREW", Quantity: q("4")}, {Component: "KIT", Quantity: q("1"), Phantom: true}}},
		&bom.DefineBOM{Parent: "RADAR", Lines: []bom.Line{{Component: "MODULE", Quantity: q("2")}, {Component: "SCREW", Quantity: q("8")}}},
		&order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: "PO", PartNumber: "RADAR", Quantity: q("5")}})
}

// By hand for 5 radars: modules 5·2 = 10; boards 10·3 = 30; screws 5·8 + 10·4
// + 10·1·2 = 100; glue 10·1·0.5 = 5; caps 30·7 = 210, gross 210·1.1 = 231.
func TestTotals(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		radar(p)
		p.Do(&order.ReleaseOrder{Order: "PO"})
		p.Read(func(tx *store.Tx) error {
			shown, err := order.Show(tx, "main", "PO", nil)
			if err != nil {
				return err
			}
			var got []string
			for _, total := range shown.Totals {
				got = append(got, fmt.Sprintf("%s %s/%s", total.PartNumber, total.Quantity, total.QuantityGross))
			}
			if want := "BOARD 30/30, CAP 210/231, GLUE 5/5, MODULE 10/10, SCREW 100/100"; strings.Join(got, ", ") != want {
				t.Errorf("got %v, want %s", got, want)
			}
			return nil
		})
	})
}

// The board is not followed, so its caps go into the module; the kit is blown.
func TestPositions(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		radar(p)
		p.Do(&order.ReleaseOrder{Order: "PO"})
		p.Read(func(tx *store.Tx) error {
			set := store.NewSet(tx, "main")
			var got []string
			for _, l := range order.Positions(set, "PO", "MODULE") {
				got = append(got, fmt.Sprintf("%s %s %s", l.Position, l.PartNumber, l.PerOwner))
			}
			if want := "10/10 CAP 21, 20 SCREW 4, 30/10 SCREW 2, 30/20 GLUE 0.5"; strings.Join(got, ", ") != want {
				t.Errorf("got %v, want %s", got, want)
			}
			if line, substitute, err := order.PositionFor(set, "PO", "MODULE", "", "CAP-X"); err != nil || !substitute || line.Position != "10/10" {
				t.Errorf("substitute: %v %v %v", line, substitute, err)
			}
			if _, _, err := order.PositionFor(set, "PO", "MODULE", "", "SCREW"); err == nil || !strings.Contains(err.Error(), "name one") {
				t.Errorf("two positions: %v", err)
			}
			return set.Err()
		})
	})
}

func TestSealedForEver(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		radar(p)
		p.Refuses(&order.CloseOrder{Order: "PO"}, refuse.Conflict, "only a released order")
		p.Do(&order.ReleaseOrder{Order: "PO"})
		p.Refuses(&order.CancelOrder{Order: "PO"}, refuse.Conflict, "only a planned order")
		p.Refuses(&order.PlanOrder{OrderPlanned: order.OrderPlanned{Order: "PO", PartNumber: "RADAR", Quantity: amount(t, "6")}}, refuse.Conflict, "planned with quantity")
		for _, statement := range []string{
			`UPDATE order_bom_line SET quantity = 1 WHERE company = $1`, `DELETE FROM order_bom_line WHERE company = $1`,
			`UPDATE order_bom_total SET body = '' WHERE company = $1`, `DELETE FROM order_bom_header WHERE company = $1`,
		} {
			err := p.Ledger.DB().Write(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(statement, "main")
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "sealed") {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
}

// export is the sealed order BOM of the radar order.
func export(t *testing.T) (text []byte) {
	db, err := store.Open(t.Context(), t.TempDir()+"/x.db", store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	p := ledgertest.New(t, db)
	radar(p)
	p.Do(&order.ReleaseOrder{Order: "PO"})
	p.Read(func(tx *store.Tx) error {
		text, err = order.Export(tx, "main", "PO")
		return err
	})
	return text
}

func TestCheckNamesWhatWasChanged(t *testing.T) {
	text := export(t)
	if found, err := order.Check(text); err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	for _, change := range []struct{ from, to, want string }{
		{`"quantity_per": "7"`, `"quantity_per": "8"`, "line 3 (find 10, CAP)"},
		{`"quantity_gross": "231"`, `"quantity_gross": "232"`, "total of CAP"},
		{`"quantity": "5",`, `"quantity": "6",`, "header"},
		{`"seal": "sha256:`, `"seal": "sha256:0`, "seal"},
	} {
		changed := bytes.Replace(text, []byte(change.from), []byte(change.to), 1)
		found, err := order.Check(changed)
		if err != nil || len(found) == 0 || found[0].Where != change.want {
			t.Errorf("%s: got %v %v, want %s", change.to, found, err, change.want)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"order_bom":{"header":{},"lines":[{"line":0,"hash":"x"}],"totals":[]},"seal":"sha256:"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		found, err := order.Check(text)
		if _, refused := refuse.As(err); err != nil && !refused {
			t.Errorf("failed: %v", err)
		}
		if err == nil && len(found) == 0 {
			t.Logf("%q is as it was sealed", text)
		}
	})
}
