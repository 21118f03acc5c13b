package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"lotline/internal/graph"
	"lotline/internal/journal"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// snapshot is the file in which the genealogy in memory outlives the program.
type snapshot struct {
	file  string
	tried bool
	seq   int64 // what the file holds; 0: nothing
	edges int   // and how many edges
}

// SnapshotOf is where the snapshot of a company lies when nobody says: beside a
// SQLite database; for a server nowhere.
func SnapshotOf(url, company string) string {
	if store.IsServer(url) {
		return ""
	}
	return KeyFileOf(url+".graph", company)
}

// A snapshot is replaced when the server ends, and before when so much was
// added to the genealogy: one part in snapshotShare of its edges, and no less
// than snapshotMin.
const (
	snapshotShare = 8
	snapshotMin   = 100_000
)

// bound is what a snapshot is bound to, beside its format: it serves no other
// company, no other journal, and no other way to make tables of one.
func (l *Ledger) bound(tx *store.Tx, seq int64) (string, error) {
	root, err := journal.Root(tx, l.company, seq)
	return l.company + "\n" + root.String() + "\n" + fingerprint(), err
}

// loadSnapshot begins with what the file holds, where that is of this journal.
// What was recorded since is then read from the tables, and all of it when the
// file is of no use.
func (l *Ledger) loadSnapshot(tx *store.Tx, head int64) {
	kept := &l.follow.kept
	if kept.file == "" || kept.tried {
		return
	}
	kept.tried = true
	begin := time.Now()
	data, err := os.ReadFile(kept.file)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var g *graph.Graph
	if err == nil {
		g, err = graph.Load(data, func(bound string, seq int64) bool {
			if seq <= 0 || seq > head {
				return false
			}
			want, err := l.bound(tx, seq)
			return err == nil && bound == want
		})
	}
	if err != nil {
		slog.Warn("the snapshot of the genealogy is thrown away: it is made again from the tables", "company", l.company, "file", kept.file, "error", err)
		if err := os.Remove(kept.file); err != nil {
			slog.Warn("the snapshot cannot be removed", "file", kept.file, "error", err)
		}
		return
	}
	view := g.View()
	kept.seq, kept.edges = view.Seq, view.Edges()
	l.follow.memory.Store(trace.MemoryOf(g))
	slog.Info("the genealogy is read from its snapshot", "company", l.company, "entry", view.Seq, "behind", head-view.Seq, "took", time.Since(begin).Round(time.Millisecond))
}

// keepSnapshot writes the file anew when the genealogy grew by a share of it
// since; share 0: when it grew at all.
func (l *Ledger) keepSnapshot(share int) {
	kept := &l.follow.kept
	view := l.follow.memory.Load().Graph().View()
	if kept.file == "" || !l.follow.ready.Load() || view.Seq == kept.seq {
		return
	}
	if grown := view.Edges() - kept.edges; share > 0 && (grown < snapshotMin || grown < kept.edges/share) {
		return
	}
	if err := l.saveSnapshot(view); err != nil {
		slog.Warn("the snapshot of the genealogy is not kept", "company", l.company, "file", kept.file, "error", err)
		return
	}
	kept.seq, kept.edges = view.Seq, view.Edges()
}

// saveSnapshot writes beside the file and then puts it in its place, so that
// there is always a whole one.
func (l *Ledger) saveSnapshot(view *graph.View) (err error) {
	var bound string
	err = l.db.Read(context.Background(), func(tx *store.Tx) (err error) {
		bound, err = l.bound(tx, view.Seq)
		return err
	})
	if err != nil {
		return err
	}
	beside := l.follow.kept.file + ".new"
	file, err := os.OpenFile(beside, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(view.Save(file, bound), file.Sync(), file.Close())
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", beside, err), os.Remove(beside))
	}
	return os.Rename(beside, l.follow.kept.file)
}
