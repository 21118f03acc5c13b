package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"

	"lotline/internal/refuse"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// formatCurrent is the format of the database as a whole; older programs
// refuse newer formats.
const formatCurrent = 1

// Open opens the database at url: a file for SQLite (made when missing), a
// postgres:// URL for PostgreSQL. What cannot be used is refused in a sentence.
func Open(ctx context.Context, url string, opt Options) (*DB, error) {
	db := &DB{engine: sqlite, partitions: opt.Partitions}
	var err error
	if IsServer(url) {
		db.engine = postgres
		err = db.openPostgres(ctx, url, opt)
	} else {
		err = db.openSQLite(ctx, url, opt)
	}
	if err == nil {
		err = db.checkFormat(ctx, opt)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func (db *DB) openSQLite(ctx context.Context, path string, opt Options) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return refuse.New(refuse.Invalid, "%s is a folder: name a database file.", path)
	} else if err != nil && opt.ReadOnly {
		return refuse.New(refuse.NotFound, "There is no database at %s.", path)
	}
	if err := checkDrive(path); err != nil {
		return err
	}
	if err := checkHead(path); err != nil {
		return err
	}
	if opt.Exclusive {
		if err := db.lockFile(path); err != nil {
			return err
		}
	}
	base := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path) +
		"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)&_pragma=synchronous(FULL)&_pragma=cache_size(-65536)&_pragma=temp_store(MEMORY)"
	if !opt.ReadOnly {
		if err := db.addConns(ctx, &db.writer, "sqlite", base+"&_pragma=journal_mode(WAL)&_pragma=wal_autocheckpoint(0)&_pragma=cache_size(-262144)", 1); err != nil {
			return err
		}
		db.wal = &wal{path: path + "-wal"}
		if err := db.addConns(ctx, &db.wal.conns, "sqlite", base, 1); err != nil {
			return err
		}
	}
	return db.addConns(ctx, &db.readers, "sqlite", base+"&_pragma=query_only(1)", readersMax)
}

// checkHead refuses a file that is something else than a database.
func checkHead(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return nil // missing, or SQLite says better what is wrong
	}
	defer f.Close()
	head := make([]byte, 16)
	n, _ := f.Read(head)
	if n > 0 && string(head[:n]) != "SQLite format 3\x00"[:n] {
		return refuse.New(refuse.Unsupported, "%s is not a Lotline database.", path)
	}
	return nil
}

func (db *DB) openPostgres(ctx context.Context, url string, opt Options) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return refuse.New(refuse.Invalid, "The database address is not a PostgreSQL URL: %v.", err)
	}
	// A plan made while a table was small is slow for ever: an import fills tables
	// that were empty when its statements were prepared.
	config.RuntimeParams["plan_cache_mode"] = "force_custom_plan"
	url = stdlib.RegisterConnConfig(config)
	if !opt.ReadOnly {
		if err := db.addConns(ctx, &db.writer, "pgx", url, 1); err != nil {
			return err
		}
	}
	if err := db.addConns(ctx, &db.readers, "pgx", url, readersMax); err != nil {
		return err
	}
	return db.Read(ctx, checkOrder)
}

// checkOrder refuses a database that does not sort by code point, whoever
// provides its order (libc, ICU): ours does everywhere.
func checkOrder(tx *Tx) error {
	var order string
	_, err := tx.One([]any{&order}, `SELECT string_agg(x, '' ORDER BY x) FROM (VALUES ('a'), ('B'), ('é'), ('z'), ('-'), ('_'), ('Z'), (' ')) AS v (x)`)
	if err == nil && order != " -BZ_azé" {
		err = refuse.New(refuse.Unsupported, "The PostgreSQL database sorts by a language's rules: create it with code point order (createdb --template=template0 --locale=C --encoding=UTF8).")
	}
	return err
}

// addConns opens n connections, kept for good: each has its statements prepared.
func (db *DB) addConns(ctx context.Context, to *chan *conn, driver, dsn string, n int) error {
	pool, err := sql.Open(driver, dsn)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	pool.SetMaxOpenConns(n + 2)
	pool.SetMaxIdleConns(n + 2)
	db.pools = append(db.pools, pool)
	*to = make(chan *conn, n)
	for i := range n {
		c := &conn{pool: pool}
		if i == 0 {
			if err := c.connect(ctx); err != nil {
				return openError(err)
			}
		}
		*to <- c
	}
	return nil
}

func openError(err error) error {
	text := err.Error()
	if strings.Contains(text, "not a database") {
		return refuse.New(refuse.Unsupported, "The file is not a Lotline database.")
	}
	return fmt.Errorf("open the database: %w", err)
}

func (db *DB) checkFormat(ctx context.Context, opt Options) error {
	var found int64
	if !opt.ReadOnly {
		err := db.Create(ctx, `CREATE TABLE lotline_format (version BIGINT NOT NULL, PRIMARY KEY (version));`)
		if err != nil {
			return openError(err)
		}
		err = db.Write(ctx, func(tx *Tx) error {
			_, err := tx.Exec(`INSERT INTO lotline_format (version) SELECT CAST($1 AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM lotline_format)`, int64(formatCurrent))
			return err
		})
		if err != nil {
			return openError(err)
		}
	}
	err := db.Read(ctx, func(tx *Tx) error {
		_, err := tx.One([]any{&found}, `SELECT max(version) FROM lotline_format`)
		return err
	})
	if err != nil {
		return openError(err)
	}
	if found > formatCurrent {
		return refuse.New(refuse.Unsupported, "The database has format %d, made by a newer Lotline; this program knows format %d. Use the newer program.", found, formatCurrent)
	}
	return nil
}

// Engine is "sqlite" or "postgres".
func (db *DB) Engine() string { return db.engine }

// Close closes all connections.
func (db *DB) Close() error {
	var first error
	all := []chan *conn{db.writer, db.readers}
	if db.wal != nil {
		db.wal.jobs.Wait()
		all = append(all, db.wal.conns)
	}
	for _, idle := range all {
		for range cap(idle) {
			select {
			case c := <-idle:
				c.release()
				idle <- c // to say that the database is closed
			default: // in use
			}
		}
	}
	for _, pool := range slices.Backward(db.pools) { // the writer last: it clears the log away
		if err := pool.Close(); err != nil && first == nil {
			first = err
		}
	}
	if db.lock != nil {
		db.lock.Close()
	}
	return first
}

// rawPgx gives the pgx connection below c, for COPY.
func (c *conn) rawPgx(f func(*pgx.Conn) error) error {
	return c.sql.Raw(func(driver any) error { return f(driver.(*stdlib.Conn).Conn()) })
}
