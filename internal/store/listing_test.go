package store_test

import (
	"fmt"
	"slices"
	"testing"

	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

// Pages one after the other show every row once, in order, whichever way the
// list is sorted.
func TestPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		err := db.Create(t.Context(), `CREATE TABLE thing (company TEXT NOT NULL, part TEXT NOT NULL, name TEXT NOT NULL, lot BIGINT NOT NULL, good BOOLEAN NOT NULL, blob BYTEA NOT NULL, PRIMARY KEY (company, part, name));`)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Write(t.Context(), func(tx *store.Tx) error {
			s := store.NewSet(tx, "main")
			for i := range 25 {
				things.New(s, thing{Part: string(rune('A' + i%3)), Name: fmt.Sprintf("n%02d", i), Lot: int64(i % 4)})
			}
			return s.Flush()
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range []store.Listing{{}, {Down: true}, {Sort: "lot"}, {Sort: "lot", Down: true}, {Sort: "name"}, {Sort: "part"}} {
			l.Limit = 4
			if got := walkPages(t, db, l); len(got) != 25 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 25 {
				t.Errorf("%+v: got %d rows: %v", l, len(got), got)
			} else if l.Sort == "name" && !slices.IsSorted(got) {
				t.Errorf("%+v: got %v", l, got)
			}
		}
		if got, want := walkPages(t, db, store.Listing{Limit: 2, Equal: map[string]string{"part": "B"}, Begins: map[string]string{"name": "n1"}}), []string{"n10", "n13", "n16", "n19"}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		for _, bad := range []store.Listing{{Sort: "nothing"}, {After: "x"}, {After: "WyJhIl0"}} {
			err := db.Read(t.Context(), func(tx *store.Tx) error {
				_, _, err := things.Page(tx, "main", bad, "")
				return err
			})
			if _, ok := refuse.As(err); !ok {
				t.Errorf("%+v: got %v, want a refusal", bad, err)
			}
		}
	})
}

// walkPages gives the names of all rows, page after page.
func walkPages(t *testing.T, db *store.DB, l store.Listing) (names []string) {
	t.Helper()
	for range 30 {
		var rows []thing
		err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
			rows, l.After, err = things.Page(tx, "main", l, `lot >= $2`, 0)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			names = append(names, r.Name)
		}
		if l.After == "" {
			return names
		}
	}
	t.Fatal("the pages never end")
	return nil
}
