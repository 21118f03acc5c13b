//go:build unix

package store

import (
	"fmt"
	"os"
	"syscall"

	"lotline/internal/refuse"
)

// lockFile takes the lock that one server holds on a SQLite database.
func (db *DB) lockFile(path string) error {
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("lock the database: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return refuse.New(refuse.Conflict, "Another Lotline server is running on %s: end it, or use it.", path)
	}
	db.lock = f
	return nil
}
