// Package store is the database: open, read, write, bulk. It alone knows the
// engine.
package store

import (
	"database/sql"
	"os"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Options of a database.
type Options struct {
	Partitions int  // PostgreSQL: hash partitions of every company table; 0 for none
	ReadOnly   bool // nothing is created or changed
	Exclusive  bool // SQLite: refuse a second server on the same file
}

// DB is an open database.
type DB struct {
	engine     string
	partitions int
	writer     chan *conn
	readers    chan *conn
	pools      []*sql.DB
	lock       *os.File
	wal        *wal
	observe    func(string, []any)
	observing  sync.RWMutex
}

const (
	sqlite   = "sqlite"
	postgres = "postgres"
)

// readersMax is how many questions are answered at once.
const readersMax = 8

// IsServer says whether url names a PostgreSQL server and not a file.
func IsServer(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}
