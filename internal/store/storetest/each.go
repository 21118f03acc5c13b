package storetest

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"lotline/internal/store"

	"github.com/jackc/pgx/v5/pgconn"
)

// Each runs f on every engine; open gives it a fresh database each time. With
// LOTLINE_TEST_PARTITIONS=n every company table of PostgreSQL has n hash
// partitions, and a statement that touches more than one of them fails the test.
// A short run is on SQLite alone, one with partitions on PostgreSQL alone.
func Each(t *testing.T, f func(t *testing.T, open func() *store.DB)) {
	t.Helper()
	n, _ := strconv.Atoi(os.Getenv("LOTLINE_TEST_PARTITIONS"))
	if n == 0 {
		t.Run("sqlite", func(t *testing.T) {
			f(t, func() *store.DB { return openAt(t, filepath.Join(t.TempDir(), "test.db"), store.Options{}) })
		})
	}
	if n == 0 && testing.Short() {
		return
	}
	name := "postgres"
	if n > 0 {
		name = fmt.Sprintf("postgres/%d", n)
	}
	t.Run(name, func(t *testing.T) {
		f(t, func() *store.DB {
			at := Postgres(t)
			db := openAt(t, at, store.Options{Partitions: n})
			if n > 0 {
				explain(t, db, at)
			}
			return db
		})
	})
}

func openAt(t *testing.T, at string, opt store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), at, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

var databases atomic.Int64

// Postgres is the URL of a fresh PostgreSQL database, dropped when the test
// ends; how says more of it than its name, in the words of CREATE DATABASE.
// Without PostgreSQL the test is skipped; in CI it fails.
func Postgres(t testing.TB, how ...string) string {
	t.Helper()
	server.once.Do(start)
	if errors.Is(server.err, errMissing) && os.Getenv("CI") != "true" {
		t.Skip(server.err)
	}
	if server.err != nil {
		t.Fatal(server.err)
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	admin, err := sql.Open("pgx", server.url)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.Exec("CREATE DATABASE " + name + " " + strings.Join(how, " ")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin, err := sql.Open("pgx", server.url)
		if err == nil {
			_, err = admin.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
			admin.Close()
		}
		if err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server.url)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// seen are the statements explained already in this process.
var seen sync.Map

// explain holds every statement against the plan PostgreSQL makes of it.
func explain(t *testing.T, db *store.DB, at string) {
	plans, err := sql.Open("pgx", at+"&default_query_exec_mode=exec")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { plans.Close() })
	db.Observe(func(query string, args []any) {
		if _, old := seen.LoadOrStore(query, true); old || strings.HasPrefix(query, "TRUNCATE") {
			return
		}
		var plan string
		err := plans.QueryRowContext(context.Background(), "EXPLAIN (FORMAT JSON) "+query, args...).Scan(&plan)
		var missing *pgconn.PgError
		if errors.As(err, &missing) && missing.Code == undefinedTable {
			seen.Delete(query) // its tables are not committed yet: another time
			return
		}
		if err != nil {
			t.Errorf("cannot be explained: %s: %v", query, err)
		}
		for table, parts := range partitions(t, plan) {
			if len(parts) > 1 {
				t.Errorf("touches %d partitions of %s: %s", len(parts), table, query)
			}
		}
	})
}

// undefinedTable is how PostgreSQL says that a table is not there.
const undefinedTable = "42P01"

var partition = regexp.MustCompile(`^(\w+)_p(\d+)$`)

// partitions are those that a plan names, by table.
func partitions(t *testing.T, plan string) map[string]map[string]bool {
	var tree any
	if plan == "" {
		return nil
	}
	if err := json.NewDecoder(strings.NewReader(plan)).Decode(&tree); err != nil {
		t.Error(err)
	}
	found := map[string]map[string]bool{}
	var walk func(any)
	walk = func(node any) {
		switch node := node.(type) {
		case []any:
			for _, child := range node {
				walk(child)
			}
		case map[string]any:
			for name, child := range node {
				if text, ok := child.(string); ok && name == "Relation Name" {
					if m := partition.FindStringSubmatch(text); m != nil {
						if found[m[1]] == nil {
							found[m[1]] = map[string]bool{}
						}
						found[m[1]][m[2]] = true
					}
				}
				walk(child)
			}
		}
	}
	walk(tree)
	return found
}
