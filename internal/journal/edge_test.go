package journal_test

import (
	"testing"

	"lotline/internal/journal"
	"lotline/internal/store"
)

// A tile of the second level is made of 256 tiles of the first, the last of
// which may become full in the same turn.
func TestAppendAcrossTheSecondTileLevel(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		const second = 256 * 256
		record(t, db, second-1, 8192)
		record(t, db, 1, 1)
		record(t, db, 600, 300)
		if found := findings(t, db); len(found) > 0 {
			t.Fatal(found)
		}
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			size, root, err := journal.Head(tx, "main")
			if err != nil {
				return err
			}
			again, err := journal.Root(tx, "main", size)
			if size != second+600 || again != root {
				t.Errorf("size %d, root %v; the tiles say %v", size, root, again)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
