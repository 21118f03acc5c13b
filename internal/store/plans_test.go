package store_test

import (
	"path/filepath"
	"strings"
	"testing"

	"lotline/internal/store"
)

// SQLite without statistics reads a whole company where an index would do.
func TestSQLiteUsesTheIndex(t *testing.T) {
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "plan.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Create(t.Context(), `
CREATE TABLE thing (company TEXT NOT NULL, part TEXT NOT NULL, name TEXT NOT NULL, id BIGINT NOT NULL, made_by TEXT NOT NULL, PRIMARY KEY (company, part, name));
CREATE INDEX thing_id ON thing (company, id);
CREATE INDEX thing_made_by ON thing (company, made_by);
-- heap: pile
CREATE TABLE pile (company TEXT NOT NULL, seq BIGINT NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (company, seq));
CREATE INDEX pile_body ON pile (company, body);`)
	if err != nil {
		t.Fatal(err)
	}
	for where, index := range map[string]string{
		"thing WHERE company = 'a' AND made_by = 'b'":             "thing_made_by",
		"thing WHERE company = 'a' AND id = 3":                    "thing_id",
		"thing WHERE company = 'a' AND part = 'p' AND name = 'n'": "PRIMARY KEY",
		"thing WHERE company = 'a' AND part >= 'p' ORDER BY part": "PRIMARY KEY",
		"pile WHERE company = 'a' AND seq > 3 AND seq < 9":        "sqlite_autoindex_pile_1",
	} {
		plan := ""
		// On the connection that made the tables, and on one that reads them.
		for _, use := range []func(f func(tx *store.Tx) error) error{
			func(f func(tx *store.Tx) error) error { return db.Write(t.Context(), f) },
			func(f func(tx *store.Tx) error) error { return db.Read(t.Context(), f) },
		} {
			err := use(func(tx *store.Tx) error {
				var id, parent, unused int
				_, err := tx.One([]any{&id, &parent, &unused, &plan}, "EXPLAIN QUERY PLAN SELECT * FROM "+where)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(plan, index+" (company=? AND") {
				t.Errorf("%s: %s, want %s", where, plan, index)
			}
		}
	}
}
