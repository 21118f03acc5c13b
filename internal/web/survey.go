package web

import (
	"context"
	"sync"
	"time"

	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/recall"
	"lotline/internal/store"
)

// survey keeps the last look at the whole plant. A large plant takes longer
// than a page may: the look goes on while the page says so.
type survey struct {
	lock   sync.Mutex
	last   *recall.Completeness
	failed error
	took   moment.Time   // how long the last one took, in microseconds
	done   chan struct{} // of the look that is under way; nil: none is
}

// surveyWait is how long a page waits for a look that has begun: a small plant
// is looked at within it, and its page never says that it is being looked at.
const surveyWait = time.Second

// surveyQuick is how long a look may have taken to be repeated unasked when
// something was recorded since, in microseconds.
const surveyQuick = 1_000_000

// ask gives the last look at a plant, and whether one is under way. It begins
// one where there is none, or where the journal has grown and it is asked for or
// quick.
func (s *survey) ask(l *ledger.Ledger, size int64, again bool) (*recall.Completeness, bool, error) {
	s.lock.Lock()
	stale := s.last == nil || s.last.Size != size && (again || s.took < surveyQuick)
	if stale && s.done == nil {
		s.done = make(chan struct{})
		go s.look(l, s.done)
	}
	done := s.done
	s.lock.Unlock()
	if done != nil {
		select {
		case <-done:
		case <-time.After(surveyWait):
		}
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	err := s.failed
	s.failed = nil
	return s.last, s.done != nil, err
}

func (s *survey) look(l *ledger.Ledger, done chan struct{}) {
	var found *recall.Completeness
	began := l.Now()
	err := l.Read(context.Background(), func(tx *store.Tx) (err error) {
		found, err = recall.Complete(tx, l.Company())
		return err
	})
	s.lock.Lock()
	defer s.lock.Unlock()
	if err == nil {
		s.last, s.took = found, l.Now()-began
	}
	s.failed, s.done = err, nil
	close(done)
}
