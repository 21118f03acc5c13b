package ledger

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"lotline/internal/graph"
	"lotline/internal/journal"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// follower keeps the genealogy in memory current. Whoever reads brings it to
// the moment that the reading transaction shows, so that a question sees at
// least all that was acknowledged before it was asked, by whatever process; a
// turn of this process wakes it to do so in the background.
type follower struct {
	lock   sync.Mutex // held from the begin of a reading transaction until the memory shows its moment
	memory atomic.Pointer[trace.Memory]
	ready  atomic.Bool
	wake   chan struct{}
	ended  chan struct{}
	kept   snapshot
}

// lagMax is how many entries a reader brings in itself; when more are missing
// the tables answer, and the background catches up.
const lagMax = 512

// patience is how long turns are gathered before the background follows them.
const patience = 10 * time.Millisecond

func (l *Ledger) startFollower(file string) {
	f := &follower{wake: make(chan struct{}, 1), ended: make(chan struct{})}
	f.memory.Store(trace.NewMemory())
	f.kept.file = file
	l.follow = f
	f.poke()
	go l.followOn()
}

// wrote tells the follower that there may be something new.
func (l *Ledger) wrote() {
	if l.follow != nil {
		l.follow.poke()
	}
}

func (f *follower) poke() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// followOn follows until the ledger is closed.
func (l *Ledger) followOn() {
	defer close(l.follow.ended)
	defer l.keepSnapshot(0) // the last, when the ledger is closed
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-l.done
		cancel()
	}()
	for {
		select {
		case <-l.done:
			return
		case <-l.follow.wake:
		}
		if l.follow.ready.Load() {
			select {
			case <-l.done:
				return
			case <-time.After(patience):
			}
		}
		if err := l.catchUp(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("the genealogy in memory is given up and made again", "company", l.company, "error", err)
		}
		l.keepSnapshot(snapshotShare)
	}
}

// catchUp brings the memory to the last entry; from nothing or from far behind
// the tables answer meanwhile.
func (l *Ledger) catchUp(ctx context.Context) error {
	for {
		missing := int64(0)
		err := l.following(ctx, func(tx *store.Tx, seq int64) error {
			missing = seq - l.follow.memory.Load().Graph().View().Seq
			if l.follow.ready.Load() && missing <= lagMax {
				return l.follow.memory.Load().Follow(tx, l.company, seq, voidedSince)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if l.follow.ready.Load() && missing <= lagMax {
			return nil
		}
		l.follow.ready.Store(false)
		if err := l.db.Read(ctx, func(tx *store.Tx) error {
			seq, _, err := journal.Head(tx, l.company)
			if err != nil {
				return err
			}
			missing = 0
			l.loadSnapshot(tx, seq)
			return l.follow.memory.Load().Follow(tx, l.company, seq, voidedSince)
		}); err != nil {
			l.follow.memory.Store(trace.NewMemory())
			return err
		}
		l.follow.ready.Store(true)
	}
}

// following runs f in a reading transaction while nobody else follows.
func (l *Ledger) following(ctx context.Context, f func(tx *store.Tx, seq int64) error) error {
	l.follow.lock.Lock()
	defer l.follow.lock.Unlock()
	return l.db.Read(ctx, func(tx *store.Tx) error {
		seq, _, err := journal.Head(tx, l.company)
		if err != nil {
			return err
		}
		return f(tx, seq)
	})
}

// readFollowed is Read with the genealogy in memory as of the moment that the
// transaction shows.
func (l *Ledger) readFollowed(ctx context.Context, f func(tx *store.Tx) error) error {
	if !l.follow.ready.Load() {
		return l.db.Read(ctx, f)
	}
	var release sync.Once
	unlock := func() { release.Do(l.follow.lock.Unlock) }
	l.follow.lock.Lock()
	defer unlock()
	return l.db.Read(ctx, func(tx *store.Tx) error {
		if err := l.recall(tx); err != nil {
			return err
		}
		unlock()
		return f(tx)
	})
}

// recall attaches the memory to a transaction, if it can be brought to its
// moment soon.
func (l *Ledger) recall(tx *store.Tx) error {
	seq, _, err := journal.Head(tx, l.company)
	if err != nil {
		return fmt.Errorf("read the head: %w", err)
	}
	memory := l.follow.memory.Load()
	if !l.follow.ready.Load() || seq-memory.Graph().View().Seq > lagMax {
		l.follow.poke()
		return nil
	}
	if err := memory.Follow(tx, l.company, seq, voidedSince); err != nil {
		slog.Warn("the genealogy in memory is given up and made again", "company", l.company, "error", err)
		l.follow.ready.Store(false)
		l.follow.memory.Store(trace.NewMemory())
		l.follow.poke()
		return nil
	}
	memory.Attach(tx)
	return nil
}

// voidedSince are the facts that facts from a number on voided.
func voidedSince(tx *store.Tx, company string, first int64) ([]int64, error) {
	rows, err := voidings.Select(tx, company, `voided_by >= $2`, first)
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.Fact
	}
	return ids, err
}

// Ready waits until the genealogy in memory answers; false when it is off, or
// ctx ends before.
func (l *Ledger) Ready(ctx context.Context) bool {
	for l.follow != nil && ctx.Err() == nil {
		if l.follow.ready.Load() {
			return true
		}
		l.follow.poke()
		select {
		case <-ctx.Done():
		case <-time.After(time.Millisecond):
		}
	}
	return false
}

// compareGraph makes the genealogy in memory again from the tables and says
// where the one that is kept tells something else.
func (l *Ledger) compareGraph(ctx context.Context) ([]string, error) {
	if l.follow == nil {
		return nil, nil
	}
	var kept *graph.View
	fresh := trace.NewMemory()
	err := l.following(ctx, func(tx *store.Tx, seq int64) error {
		memory := l.follow.memory.Load()
		if !l.follow.ready.Load() {
			return nil
		}
		if err := memory.Follow(tx, l.company, seq, voidedSince); err != nil {
			return err
		}
		kept = memory.Graph().View()
		return fresh.Follow(tx, l.company, seq, voidedSince)
	})
	if err != nil || kept == nil {
		return nil, err
	}
	var found []string
	for _, f := range graph.Compare(kept, fresh.Graph().View()) {
		found = append(found, "the genealogy in memory: "+f)
	}
	return found, nil
}

// View is the genealogy in memory as it stands; nil when there is none.
func (l *Ledger) View() *graph.View {
	if l.follow == nil {
		return nil
	}
	return l.follow.memory.Load().Graph().View()
}
