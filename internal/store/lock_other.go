//go:build !unix

package store

import (
	"fmt"
	"os"

	"lotline/internal/refuse"
)

// lockFile takes the lock that one server holds on a SQLite database. Windows
// does not let an open file be removed, so removing it tells whether a server
// still holds it.
func (db *DB) lockFile(path string) error {
	name := path + ".lock"
	if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
		return refuse.New(refuse.Conflict, "Another Lotline server is running on %s: end it, or use it.", path)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("lock the database: %w", err)
	}
	db.lock = f
	return nil
}
