package genealogy_test

import (
	"strconv"
	"testing"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/store"
)

// Every page goes on where the one before ended, whatever names what is found:
// nothing is missing, nothing comes twice.
func TestFindGoesOnWhereItEnded(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(&catalog.DefinePartner{Code: "ACME", Name: "Acme", Role: "customer"})
		for i := range 3 { // a number, a further name and a shipment of the text "7"
			part := "P" + strconv.Itoa(i)
			p.Do(&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: part, Name: part, Tracking: "serial"}},
				&genealogy.Receive{Purchase: genealogy.Purchase{Receipt: "GR" + part}, PartNumber: part, Serial: "7,a,b,c"},
				&genealogy.Reidentify{Object: genealogy.Object{PartNumber: part, Serial: "a"}, Identifier: "7", Name: "tag"},
				&genealogy.Reidentify{Object: genealogy.Object{PartNumber: part, Serial: "a"}, Identifier: "7", Name: "label"},
				&genealogy.Ship{Shipment: "7", Customer: "ACME", PartNumber: part, Serial: "b"},
				&genealogy.Ship{Shipment: "7", Customer: "ACME", PartNumber: part, Serial: "a"})
		}
		var whole []genealogy.Match
		p.Read(func(tx *store.Tx) (err error) {
			whole, _, err = genealogy.FindObjects(tx, "main", "7", "", 100)
			return err
		})
		if len(whole) != 9 {
			t.Fatalf("got %d matches, want 9: %v", len(whole), whole)
		}
		for limit := 1; limit < 11; limit++ {
			var all []genealogy.Match
			for from, pages := "", 0; pages < 20; pages++ {
				p.Read(func(tx *store.Tx) error {
					some, next, err := genealogy.FindObjects(tx, "main", "7", from, limit)
					if len(some) > limit {
						t.Errorf("a page of %d has %d", limit, len(some))
					}
					all, from = append(all, some...), next
					return err
				})
				if from == "" {
					break
				}
			}
			if len(all) != len(whole) {
				t.Errorf("pages of %d have %d matches, want %d", limit, len(all), len(whole))
				continue
			}
			for i := range all {
				if all[i] != whole[i] {
					t.Errorf("pages of %d: match %d is %v, want %v", limit, i, all[i], whole[i])
				}
			}
		}
		for _, bad := range []string{"x", "3.1", "0", "0.-1", "-1.0"} {
			p.Read(func(tx *store.Tx) error {
				if _, _, err := genealogy.FindObjects(tx, "main", "7", bad, 10); err == nil {
					t.Errorf("place %q is taken", bad)
				}
				return nil
			})
		}
	})
}
