package store_test

import (
	"strings"
	"testing"

	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

// mark is a row that is known by the number of a fact.
type mark struct {
	ObjectID int64  `col:"object_id,key"`
	Text     string `col:"text"`
}

var marks = store.NewTable("mark", func(r *mark) int64 { return r.ObjectID })

// What cannot be in the database is not looked for, until the set has
// forgotten what it wrote.
func TestWhatCannotBeThereIsNotLookedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		err := db.Create(t.Context(), `CREATE TABLE mark (company TEXT NOT NULL, object_id BIGINT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (company, object_id));`)
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		finds := func(s *store.Set, id int64, want bool, times int) {
			t.Helper()
			asked = 0
			if _, found := marks.Get(s, id); found != want || asked != times || s.Err() != nil {
				t.Errorf("mark %d: found %v after %d questions, want %v after %d; %v", id, found, asked, want, times, s.Err())
			}
		}
		err = db.Write(t.Context(), func(tx *store.Tx) error {
			db.Observe(func(query string, _ []any) {
				if strings.HasPrefix(query, "SELECT") {
					asked++
				}
			})
			defer db.Observe(nil)
			if empty, err := tx.Empty("main", marks); err != nil || !empty {
				t.Errorf("a new table: empty %v, %v", empty, err)
			}
			s := store.NewSet(tx, "main")
			finds(s, 7, false, 1)
			s.Born(100)
			finds(s, 8, false, 1)
			finds(s, 100, false, 0)
			marks.Put(s, mark{100, "new"})
			marks.Put(s, mark{9, "old"})
			if err := s.Flush(); err != nil {
				return err
			}
			s.Evict(0)
			finds(s, 100, true, 1)
			if empty, err := tx.Empty("main", marks); err != nil || empty {
				t.Errorf("with two rows: empty %v, %v", empty, err)
			}
			other := store.NewSet(tx, "other")
			other.Blank(marks)
			finds(other, 9, false, 0)
			marks.Put(other, mark{9, "theirs"})
			if err := other.Flush(); err != nil {
				return err
			}
			other.Evict(0)
			finds(other, 9, true, 1)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
