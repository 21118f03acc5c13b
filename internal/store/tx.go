package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// conn is one connection with its prepared statements.
type conn struct {
	pool  *sql.DB
	sql   *sql.Conn
	stmts map[string]*sql.Stmt
}

// stmtsMax bounds the statements kept prepared on a connection.
const stmtsMax = 2000

func (c *conn) connect(ctx context.Context) error {
	if c.sql != nil {
		return nil
	}
	sc, err := c.pool.Conn(ctx)
	if err != nil {
		return err
	}
	if err := sc.PingContext(ctx); err != nil {
		sc.Close()
		return err
	}
	c.sql, c.stmts = sc, map[string]*sql.Stmt{}
	return nil
}

// begin begins a transaction, on a new connection when the one of before has
// died: the server may have been restarted since.
func (c *conn) begin(ctx context.Context, statement string) error {
	kept := c.sql != nil
	if err := c.connect(ctx); err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	_, err := c.sql.ExecContext(ctx, statement)
	if err == nil {
		return nil
	}
	c.drop()
	if kept && ctx.Err() == nil {
		return c.begin(ctx, statement)
	}
	return fmt.Errorf("begin a transaction: %w", err)
}

// drop forgets a connection that may be broken.
func (c *conn) drop() {
	if c.sql != nil {
		_ = c.sql.Raw(func(any) error { return driver.ErrBadConn })
		c.sql.Close()
	}
	c.sql, c.stmts = nil, nil
}

// release gives the connection back to its pool, which closes it: a pool that
// is closed leaves alone what is not in it.
func (c *conn) release() {
	for _, stmt := range c.stmts {
		stmt.Close()
	}
	if c.sql != nil {
		c.sql.Close()
	}
	c.sql, c.stmts = nil, nil
}

func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := c.stmts[query]; stmt != nil {
		return stmt, nil
	}
	if len(c.stmts) >= stmtsMax {
		for text, stmt := range c.stmts {
			stmt.Close()
			delete(c.stmts, text)
		}
	}
	stmt, err := c.sql.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.stmts[query] = stmt
	return stmt, nil
}

// Tx is a transaction under way.
type Tx struct {
	ctx  context.Context
	db   *DB
	conn *conn
	kept any
}

// Keep puts something beside the transaction, for those who read in it: what
// is known already of the moment that it shows.
func (tx *Tx) Keep(v any) { tx.kept = v }

// Kept is what was put beside the transaction; nil for nothing.
func (tx *Tx) Kept() any { return tx.kept }

// Context is the context the transaction runs under.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Rows are the rows of an answer; Close them.
type Rows struct{ *sql.Rows }

// Query runs a statement that answers rows.
func (tx *Tx) Query(query string, args ...any) (*Rows, error) {
	tx.db.show(query, args)
	var rows *sql.Rows
	var err error
	if tx.db.engine == sqlite {
		var stmt *sql.Stmt
		if stmt, err = tx.conn.prepare(tx.ctx, query); err == nil {
			rows, err = stmt.QueryContext(tx.ctx, args...)
		}
	} else {
		rows, err = tx.conn.sql.QueryContext(tx.ctx, query, args...)
	}
	if err != nil {
		return nil, fmt.Errorf("query %.60q: %w", query, err)
	}
	return &Rows{rows}, nil
}

// One reads the first row into dest; false when there is none.
func (tx *Tx) One(dest []any, query string, args ...any) (bool, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	if !rows.Next() {
		return false, rows.Err()
	}
	if err := rows.Scan(dest...); err != nil {
		return false, fmt.Errorf("read %.60q: %w", query, err)
	}
	return true, rows.Close()
}

// Exec runs a statement and answers how many rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	tx.db.show(query, args)
	var result sql.Result
	var err error
	if tx.db.engine == sqlite {
		var stmt *sql.Stmt
		if stmt, err = tx.conn.prepare(tx.ctx, query); err == nil {
			result, err = stmt.ExecContext(tx.ctx, args...)
		}
	} else {
		result, err = tx.conn.sql.ExecContext(tx.ctx, query, args...)
	}
	if err != nil {
		return 0, fmt.Errorf("execute %.60q: %w", query, err)
	}
	return result.RowsAffected()
}

// Observe shows every statement to f; nil ends it. For tests.
func (db *DB) Observe(f func(query string, args []any)) {
	db.observing.Lock()
	defer db.observing.Unlock()
	db.observe = f
}

func (db *DB) show(query string, args []any) {
	db.observing.RLock()
	defer db.observing.RUnlock()
	if db.observe != nil {
		db.observe(query, args)
	}
}

// Read runs f in one read-only transaction that shows one moment.
func (db *DB) Read(ctx context.Context, f func(*Tx) error) error {
	begin := "BEGIN"
	if db.engine == postgres {
		begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	return db.run(ctx, db.readers, begin, f)
}

// triesMax is how often a transaction is tried that the database rejected for
// another one's sake.
const triesMax = 5

// Write runs f in one transaction and commits it; an error rolls it back and
// is returned. f may run again when the database rejects it for another
// transaction's sake.
func (db *DB) Write(ctx context.Context, f func(*Tx) error) error {
	begin := "BEGIN IMMEDIATE"
	if db.engine == postgres {
		begin = "BEGIN"
	}
	for try := 1; ; try++ {
		err := db.run(ctx, db.writer, begin, f)
		var pg *pgconn.PgError
		if try < triesMax && errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01") {
			continue
		}
		return err
	}
}

func (db *DB) run(ctx context.Context, pool chan *conn, begin string, f func(*Tx) error) (err error) {
	if pool == nil {
		return errors.New("the database is open for reading only")
	}
	var c *conn
	select {
	case c = <-pool:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() {
		pool <- c
		if err != nil && ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
			err = fmt.Errorf("%w: %w", ctx.Err(), err) // drivers say it in words of their own
		}
		if err != nil && (strings.Contains(err.Error(), "disk I/O error") || strings.Contains(err.Error(), "disk is full")) {
			err = fmt.Errorf("%w (is the disk full? Nothing of this was recorded)", err)
		}
	}()
	if err := c.begin(ctx, begin); err != nil {
		return err
	}
	done := false
	defer func() {
		if done {
			return
		}
		if _, rollback := c.sql.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); rollback != nil {
			c.drop()
		}
	}()
	if err := f(&Tx{ctx: ctx, db: db, conn: c}); err != nil {
		return err
	}
	if _, err := c.sql.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	done = true
	if db.wal != nil && pool == db.writer {
		db.wal.tend(c)
	}
	return nil
}
