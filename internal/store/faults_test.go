package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

const notes = `CREATE TABLE note (company TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (company, name));`

func note(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO note (company, name, body) VALUES ($1, $2, $3) ON CONFLICT (company, name) DO NOTHING`, "main", "a", strings.Repeat("x", 1000))
	return err
}

func TestReadOnlyDoesNotWrite(t *testing.T) {
	for name, at := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "test.db"), "postgres": storetest.Postgres(t)} {
		t.Run(name, func(t *testing.T) {
			db, err := store.Open(t.Context(), at, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Create(t.Context(), notes); err != nil {
				t.Fatal(err)
			}
			db.Close()
			if db, err = store.Open(t.Context(), at, store.Options{ReadOnly: true}); err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.Write(t.Context(), note); err == nil {
				t.Error("Write wrote")
			}
			if err := db.Read(t.Context(), note); err == nil {
				t.Error("Read wrote")
			}
		})
	}
}

func TestADatabaseSortedByLanguageIsRefused(t *testing.T) {
	at := storetest.Postgres(t, `TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de' LOCALE 'C'`)
	_, err := store.Open(t.Context(), at, store.Options{})
	if refusal, ok := refuse.As(err); !ok || !strings.Contains(refusal.Error(), "createdb") {
		t.Errorf("got %v, want a refusal that says how to create it", err)
	}
}

func TestAServerThatComesBackIsUsedAgain(t *testing.T) {
	at := storetest.Postgres(t)
	db, err := store.Open(t.Context(), at, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Create(t.Context(), notes); err != nil {
		t.Fatal(err)
	}
	nothing := func(*store.Tx) error { return nil }
	for range 20 { // every reader has a connection
		if err := db.Read(t.Context(), nothing); err != nil {
			t.Fatal(err)
		}
	}
	other, err := store.Open(t.Context(), at, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	err = other.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if err := db.Read(t.Context(), nothing); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Write(t.Context(), note); err != nil {
		t.Error(err)
	}
}

func TestACancelledCallerIsToldSo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		if err := db.Create(t.Context(), notes); err != nil {
			t.Fatal(err)
		}
		for name, run := range map[string]func(context.Context, func(*store.Tx) error) error{"read": db.Read, "write": db.Write} {
			ctx, cancel := context.WithCancel(t.Context())
			err := run(ctx, func(tx *store.Tx) error {
				cancel()
				var n int64
				_, err := tx.One([]any{&n}, `SELECT count(*) FROM note WHERE company = $1`, "main")
				return err
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got %v", name, err)
			}
			if err := run(t.Context(), func(tx *store.Tx) error { return nil }); err != nil {
				t.Errorf("%s, after a cancelled one: %v", name, err)
			}
		}
	})
}

// The log is copied beside the turns, and does not grow for ever.
func TestTheWriteAheadLogIsCopied(t *testing.T) {
	at := filepath.Join(t.TempDir(), "test.db")
	db, err := store.Open(t.Context(), at, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Create(t.Context(), notes); err != nil {
		t.Fatal(err)
	}
	for i := range 3000 {
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`INSERT INTO note (company, name, body) VALUES ($1, $2, $3)`, "main", string(rune('a'+i%26))+strings.Repeat("n", i), strings.Repeat("x", 4000))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if grown := fileSize(t, at); grown < 4<<20 {
		t.Errorf("the database file has %d bytes: nothing was copied into it", grown)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if size := fileSize(t, at+"-wal"); size != 0 {
		t.Errorf("after Close the log has %d bytes", size)
	}
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
