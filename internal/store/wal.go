package store

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
)

// Sizes of SQLite's write-ahead log, in bytes: from the first on it is copied
// into the database file beside the turns; from the second on between two of
// them, so that all of it is copied and it begins anew.
const (
	walCopied = 4 << 20
	walMax    = 32 << 20
)

// wal copies the write-ahead log beside the turns, on a connection of its own,
// so that no commit waits for it.
type wal struct {
	path  string
	conns chan *conn
	busy  atomic.Bool
	again bool // it was copied beside the turns, and grew meanwhile
	jobs  sync.WaitGroup
}

// tend copies the log when it has grown; writer is between two turns.
func (w *wal) tend(writer *conn) {
	info, err := os.Stat(w.path)
	if err != nil || info.Size() < walCopied {
		return
	}
	if info.Size() >= walMax && w.again {
		w.again = false
		w.jobs.Wait()
		if _, err := writer.sql.ExecContext(context.Background(), copyLog); err != nil {
			slog.Warn("the write-ahead log could not be copied; it grows until it can", "error", err)
		}
		return
	}
	if !w.busy.CompareAndSwap(false, true) {
		return
	}
	w.again = true
	w.jobs.Go(func() {
		defer w.busy.Store(false)
		c := <-w.conns
		defer func() { w.conns <- c }()
		ctx := context.Background()
		err := c.connect(ctx)
		if err == nil {
			_, err = c.sql.ExecContext(ctx, copyLog)
		}
		if err != nil {
			slog.Warn("the write-ahead log could not be copied; it grows until it can", "error", err)
		}
	})
}

const copyLog = "PRAGMA wal_checkpoint(PASSIVE)"
