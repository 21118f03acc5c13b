package store_test

import (
	"fmt"
	"testing"

	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

type thingKey struct{ Part, Name string }
type thing struct {
	Part string `col:"part,key"`
	Name string `col:"name,key"`
	Lot  int64  `col:"lot"`
	Good bool   `col:"good"`
	Blob []byte `col:"blob"`
}

var things = store.NewTable[thingKey, thing]("thing", func(r *thing) thingKey { return thingKey{r.Part, r.Name} })
var thingsByLot = store.NewIndex(things, "lot", func(r *thing) int64 { return r.Lot })

func TestSet(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) { testSet(t, open()) })
}

func testSet(t *testing.T, db *store.DB) {
	err := db.Create(t.Context(), `CREATE TABLE thing (company TEXT NOT NULL, part TEXT NOT NULL, name TEXT NOT NULL, lot BIGINT NOT NULL, good BOOLEAN NOT NULL, blob BYTEA NOT NULL, PRIMARY KEY (company, part, name));
CREATE INDEX thing_lot ON thing (company, lot);`)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		s := store.NewSet(tx, "main")
		for i := range 100 {
			things.New(s, thing{Part: "P", Name: fmt.Sprint(i), Lot: int64(i % 3), Good: i%2 == 0})
		}
		return s.Flush()
	})
	if err != nil {
		t.Fatal(err)
	}
	testSetAgain(t, db)
}

func testSetAgain(t *testing.T, db *store.DB) {
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		s := store.NewSet(tx, "main")
		n := s.Probe(func() {
			for i := range 120 {
				things.Get(s, thingKey{"P", fmt.Sprint(i)})
			}
			thingsByLot.All(s, 1)
		})
		if n != 121 {
			t.Error(n)
		}
		if err := s.Load(); err != nil {
			return err
		}
		if r, ok := things.Get(s, thingKey{"P", "7"}); !ok || r.Lot != 1 || r.Good {
			t.Error(r, ok)
		}
		if _, ok := things.Get(s, thingKey{"P", "107"}); ok {
			t.Error("107")
		}
		if got := len(thingsByLot.All(s, 1)); got != 33 {
			t.Error(got)
		}
		things.Put(s, thing{Part: "P", Name: "7", Lot: 2})
		things.Delete(s, thingKey{"P", "8"})
		if got := len(thingsByLot.All(s, 1)); got != 32 {
			t.Error(got)
		}
		if got := len(thingsByLot.All(s, 2)); got != 33 {
			t.Error(got)
		}
		if s.Err() != nil {
			t.Error(s.Err())
		}
		return s.Flush()
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Read(t.Context(), func(tx *store.Tx) error {
		rows, err := things.Select(tx, "main", "lot = $2", int64(2))
		if len(rows) != 33 {
			t.Error(len(rows))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAClosedDatabaseSaysSo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		nothing := func(*store.Tx) error { return nil }
		if err := db.Write(t.Context(), nothing); err == nil {
			t.Error("wrote to a closed database")
		}
		if err := db.Read(t.Context(), nothing); err == nil {
			t.Error("read a closed database")
		}
	})
}
