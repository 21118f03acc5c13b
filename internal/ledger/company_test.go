package ledger_test

import (
	"fmt"
	"testing"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

// Two companies share a database, the names of their things, and nothing else.
func TestCompaniesShareADatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		db, key := open(), t.TempDir()+"/key"
		main, err := ledger.On(t.Context(), db, ledger.Options{KeyFile: key})
		if err != nil {
			t.Fatal(err)
		}
		defer main.Close()
		_, err = main.Of(t.Context(), "acmee")
		if refusal, ok := refuse.As(err); !ok || refusal.Code != refuse.NotFound {
			t.Errorf("a company that nobody added: %v, want a refusal", err)
		}
		added, err := ledger.On(t.Context(), db, ledger.Options{Company: "acme", New: true, KeyFile: ledger.KeyFileOf(key, "acme")})
		if err != nil {
			t.Fatal(err)
		}
		added.Close()
		acme, err := main.Of(t.Context(), "acme")
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range []*ledger.Ledger{main, acme} {
			for k, c := range []ledger.Command{
				&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "AXLE", Name: "Axle", Tracking: "lot"}},
				&genealogy.Receive{PartNumber: "AXLE", Lot: "A", Quantity: quantity.Pieces(int64(5 + i)), Purchase: genealogy.Purchase{Receipt: "GR"}},
			} {
				if answer, err := l.Record(t.Context(), ledger.Request{ID: fmt.Sprint("scan-", k), By: "ada"}, c); err != nil || answer.Repeated {
					t.Fatalf("%s: %+v, %v: a key of another company was known", l.Company(), answer, err)
				}
			}
		}
		if err := main.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		for l, want := range map[*ledger.Ledger]string{main: "5", acme: "6"} {
			v, err := l.Verify(t.Context())
			if err != nil || len(v.Findings) > 0 || v.Entries != 2 {
				t.Errorf("%s: %+v, %v", l.Company(), v, err)
			}
			signer, err := l.Signer()
			if err != nil || signer.Name() != journal.Origin(l.Company()) {
				t.Errorf("%s signs as %v, %v", l.Company(), signer, err)
			}
			err = l.Read(t.Context(), func(tx *store.Tx) error {
				rows, err := genealogy.Objects.Select(tx, l.Company(), "")
				if len(rows) != 1 || rows[0].OnHand.String() != want {
					t.Errorf("%s has %+v, want %s", l.Company(), rows, want)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}
