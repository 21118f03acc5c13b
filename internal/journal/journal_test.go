package journal_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

type noted struct {
	Text string `json:"text"`
}

func (noted) Kind() string { return "test.noted/1" }

var kinds = journal.Kinds{"test.noted/1": func() journal.Body { return new(noted) }}

// each gives a test a database with the journal's tables.
func each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		if err := db.Create(t.Context(), journal.Schema); err != nil {
			t.Fatal(err)
		}
		f(t, db)
	})
}

func write(t *testing.T, db *store.DB, f func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// record appends n entries of two lines, a turn for each per entries.
func record(t *testing.T, db *store.DB, n, per int) {
	t.Helper()
	for n > 0 {
		write(t, db, func(tx *store.Tx) error {
			turn, err := journal.TakeTurn(tx, "main")
			if err != nil {
				return err
			}
			for range min(n, per) {
				facts := []journal.Fact{{At: 7, What: &noted{fmt.Sprint("a", turn.Seq())}}, {At: 8, What: &noted{"b"}}}
				if _, err := turn.Append(journal.Request{ID: fmt.Sprint("r", turn.Seq()), By: "ann", Via: "test"}, moment.Time(turn.Seq()), facts); err != nil {
					return err
				}
			}
			return turn.End()
		})
		n -= per
	}
}

func findings(t *testing.T, db *store.DB) (found []journal.Finding) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		found, err = journal.Verify(tx, "main", nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAppendReadVerifyAtTileEdges(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		total := 0
		for _, n := range []int{1, 254, 1, 1, 300} {
			record(t, db, n, 100)
			total += n
			if found := findings(t, db); len(found) > 0 {
				t.Fatalf("after %d entries: %v", total, found)
			}
		}
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			size, root, err := journal.Head(tx, "main")
			if err != nil || size != int64(total) {
				t.Errorf("size %d, %v; want %d", size, err, total)
			}
			again, err := journal.Root(tx, "main", size)
			if err != nil || again != root {
				t.Errorf("root from tiles %v, %v; want %v", again, err, root)
			}
			next := int64(1)
			return journal.Read(tx, "main", 1, size, kinds, func(e journal.Entry) error {
				if e.Seq != next || len(e.Lines) != 2 || e.Lines[0].What.(*noted).Text != fmt.Sprint("a", next) || e.Lines[1].ID() != next<<20|2 {
					t.Errorf("entry %+v, want number %d", e, next)
				}
				next++
				return nil
			})
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestTheDatabaseRefusesToChangeTheJournal(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		record(t, db, 300, 300)
		statements := []string{
			`UPDATE journal SET body = body WHERE company = $1`,
			`DELETE FROM journal WHERE company = $1`,
			`UPDATE tile SET hashes = hashes WHERE company = $1`,
			`DELETE FROM tile WHERE company = $1`,
			`INSERT INTO journal (company, seq, recorded_at, request, hash, body) SELECT company, seq, recorded_at, request, hash, body FROM journal WHERE company = $1`,
		}
		if db.Engine() == "sqlite" {
			statements = append(statements, `INSERT OR REPLACE INTO journal (company, seq, recorded_at, request, hash, body) SELECT company, seq, recorded_at, request, hash, body FROM journal WHERE company = $1`)
		}
		for _, statement := range statements {
			err := db.Write(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(statement, "main")
				return err
			})
			if err == nil {
				t.Errorf("%s was not refused", statement)
			}
		}
		if db.Engine() == "postgres" {
			for _, table := range []string{"journal", "tile"} {
				err := db.Write(t.Context(), func(tx *store.Tx) error {
					_, err := tx.Exec("TRUNCATE " + table)
					return err
				})
				if err == nil || !strings.Contains(err.Error(), "sealed") {
					t.Errorf("TRUNCATE %s: %v", table, err)
				}
			}
		}
	})
}

// TestEveryChangedByteIsFound flips each byte of everything stored.
func TestEveryChangedByteIsFound(t *testing.T) {
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// Without the seals, as somebody with the file in a hex editor.
	if err := db.Create(t.Context(), strings.ReplaceAll(journal.Schema, "-- sealed", "-- open")); err != nil {
		t.Fatal(err)
	}
	record(t, db, 257, 300)
	for _, cell := range [][3]string{
		{"journal", "body", "seq = 3"}, {"journal", "hash", "seq = 257"}, {"tile", "hashes", "number = 0"}, {"head", "hashes", "size > 0"},
	} {
		table, column, where := cell[0], cell[1], cell[2]
		var stored []byte
		write(t, db, func(tx *store.Tx) error {
			_, err := tx.One([]any{&stored}, `SELECT `+column+` FROM `+table+` WHERE company = $1 AND `+where, "main")
			return err
		})
		set := func(b []byte) {
			write(t, db, func(tx *store.Tx) error {
				_, err := tx.Exec(`UPDATE `+table+` SET `+column+` = $2 WHERE company = $1 AND `+where, "main", b)
				return err
			})
		}
		step := 1
		if len(stored) > 1000 {
			step = 97
		}
		for i := 0; i < len(stored); i += step {
			changed := append([]byte(nil), stored...)
			changed[i] ^= 1
			set(changed)
			if len(findings(t, db)) == 0 {
				t.Errorf("%s.%s: byte %d of %d changed, nothing found", table, column, i, len(stored))
			}
		}
		set(stored)
	}
	for _, change := range []string{"recorded_at = recorded_at + 1", "request = 'x'"} {
		write(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE journal SET `+change+` WHERE company = $1 AND seq = 5`, "main")
			return err
		})
		if found := findings(t, db); len(found) == 0 {
			t.Errorf("%s: nothing found", change)
		}
	}
}

func TestProofs(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		record(t, db, 300, 300)
		key := filepath.Join(t.TempDir(), "key")
		signer, err := journal.LoadOrCreateKey(key, journal.Origin("main"))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := journal.LoadOrCreateKey(key, journal.Origin("main")); err != nil || again.KeyHash() != signer.KeyHash() {
			t.Error("the key was not kept", err)
		}
		public := readFile(t, key+".pub")
		verifier, err := journal.Verifier(public)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Read(t.Context(), func(tx *store.Tx) error {
			for _, fact := range []int64{1<<20 | 1, 137<<20 | 2, 300<<20 | 1} {
				text, err := journal.Prove(tx, "main", fact, signer)
				if err != nil {
					return err
				}
				proven, err := journal.CheckProof(text, verifier)
				if err != nil || proven.Fact != journal.FactName(fact) || proven.Size != 300 {
					t.Errorf("%s: %+v, %v", journal.FactName(fact), proven, err)
				}
				if fact&1 == 0 && strings.Contains(string(text), `a137`) {
					t.Error("the proof of line 2 shows line 1")
				}
				for _, change := range [][2]string{{`\"b\"`, `\"c\"`}, {`\"by\":\"ann\"`, `\"by\":\"eve\"`}, {"\n300\n", "\n301\n"}, {`\"a1\"`, `\"a2\"`}} {
					changed := strings.Replace(string(text), change[0], change[1], 1)
					if changed != string(text) {
						if _, err := journal.CheckProof([]byte(changed), verifier); err == nil {
							t.Errorf("%s: changed %q, and still proven", journal.FactName(fact), change[0])
						}
					}
				}
			}
			text, err := journal.ProveConsistency(tx, "main", 200, signer)
			if err != nil {
				return err
			}
			old, now, err := journal.CheckConsistency(text, verifier)
			if err != nil || old.Size != 200 || now.Size != 300 {
				t.Errorf("%+v %+v %v", old, now, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestTwoWritersNeverShareANumber(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { record(t, db, 50, 1) })
		}
		wg.Wait()
		if found := findings(t, db); len(found) > 0 {
			t.Error(found)
		}
		_ = db.Read(t.Context(), func(tx *store.Tx) error {
			if size, _, err := journal.Head(tx, "main"); size != 100 || err != nil {
				t.Error(size, err)
			}
			return nil
		})
	})
}

func TestCopyIsByteForByte(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		record(t, db, 600, 300)
		other, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "copy.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		if err := other.Create(t.Context(), journal.Schema); err != nil {
			t.Fatal(err)
		}
		err = db.Read(t.Context(), func(from *store.Tx) error {
			return other.Write(t.Context(), func(to *store.Tx) error {
				n, err := journal.Copy(from, to, "main", nil)
				if n != 600 {
					t.Errorf("copied %d", n)
				}
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if found := findings(t, other); len(found) > 0 {
			t.Error(found)
		}
	})
}
