// Package ledgertest gives a test a plant to record on, on every engine, and
// checks the promises when the test ends: the journal is untouched, the tables
// follow from it, and the genealogy in memory from the tables; both answer the
// same.
package ledgertest

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
	"lotline/internal/trace"
)

// Plant is a ledger on a fresh database, with a clock of its own.
type Plant struct {
	*testing.T
	Ledger *ledger.Ledger
	clock  sync.Mutex
	now    time.Time
}

// Each runs f on a fresh plant on every engine, and then checks the promises.
func Each(t *testing.T, f func(t *testing.T, p *Plant)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		p := New(t, open())
		f(t, p)
		p.Promises()
	})
}

// New is a plant on db. Its clock starts on 2026-01-05 08:00 UTC and goes on
// by a second with each reading.
func New(t *testing.T, db *store.DB) *Plant {
	t.Helper()
	p := &Plant{T: t, now: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)}
	l, err := ledger.On(context.Background(), db, ledger.Options{
		KeyFile: t.TempDir() + "/key",
		Graph:   true,
		Clock: func() time.Time {
			p.clock.Lock()
			defer p.clock.Unlock()
			p.now = p.now.Add(time.Second)
			return p.now
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p.Ledger = l
	l.Ready(t.Context())
	return p
}

// Do records each command as its own entry and fails the test on a refusal.
// The genealogy in memory follows each by itself.
func (p *Plant) Do(commands ...ledger.Command) {
	p.Helper()
	for _, c := range commands {
		if _, err := p.Ledger.Record(p.Context(), ledger.Request{By: "test", Via: "test"}, c); err != nil {
			p.Fatalf("%T %+v: %v", c, c, err)
		}
		p.Read(func(*store.Tx) error { return nil })
	}
}

// Refuses says that the command must be refused with this code, in words that
// hold text.
func (p *Plant) Refuses(c ledger.Command, code refuse.Code, text string) {
	p.Helper()
	_, err := p.Ledger.Record(p.Context(), ledger.Request{By: "test", Via: "test"}, c)
	refusal, ok := refuse.As(err)
	if !ok {
		p.Fatalf("%T %+v: got %v, want a refusal with %q", c, c, err, text)
	}
	if refusal.Code != code || !strings.Contains(refusal.Error(), text) {
		p.Errorf("%T: refused with %s %q, want %s %q", c, refusal.Code, refusal.Error(), code, text)
	}
}

// Read runs f in a read transaction. Now and then what is plain is found anew
// before, so that walks meet objects that were touched since and others.
func (p *Plant) Read(f func(tx *store.Tx) error) {
	p.Helper()
	err := p.Ledger.Read(p.Context(), func(tx *store.Tx) error {
		if rand.IntN(4) == 0 {
			trace.FindPlains(tx)
		}
		return f(tx)
	})
	if err != nil {
		p.Fatal(err)
	}
}

// Promises checks that the journal is sound, that every table is what the
// journal says, and that the genealogy in memory answers what the tables do.
func (p *Plant) Promises() {
	p.Helper()
	p.SameAnswers(askedMax)
	v, err := p.Ledger.Verify(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	for _, finding := range v.Findings {
		p.Error(finding)
	}
}
