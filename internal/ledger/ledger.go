// Package ledger is the only way in: whatever changes anything is a command
// given to Record, decided and written in a turn, and told to the tables.
//
// It also keeps the derived tables current (Rebuild), and compares everything
// that is stored with what the journal says (Verify).
package ledger

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"lotline/internal/blob"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/refuse"
	"lotline/internal/store"

	"golang.org/x/mod/sumdb/note"
)

// Command is something a person or machine asks to have recorded. Decide is
// pure: it reads the set and answers the facts that follow, none when nothing
// changes, or a refusal (*refuse.Refusal).
type Command interface {
	Decide(set *store.Set) ([]journal.Fact, error)
}

// Timed is a command that bears when it happened; SetAt fills it when the
// caller left it open.
type Timed interface {
	SetAt(at moment.Time)
}

// Expander is a command that is several, recorded as one entry.
type Expander interface {
	Expand() []Command
}

// Preparer is a command that reads the journal before it decides.
type Preparer interface {
	Prepare(tx *store.Tx, company string) error
}

// Projection is what a domain package brings: its tables and what each fact
// does to them.
type Projection = journal.Projection

// Request names who asks, through what (page, API, import, machine), and the
// idempotency key (may be empty).
type Request struct {
	ID  string
	By  string
	Via string
	// Hash is of what an import was asked to bring in, where it has an ID; what
	// a command asks is hashed here.
	Hash []byte
}

// Answer is what a command is answered: a function of the entry it made, so
// that a repeated request is answered the same. Seq 0: nothing had to change.
type Answer struct {
	Seq      int64 `json:"entry"`
	Lines    int   `json:"lines"`
	Repeated bool  `json:"repeated,omitempty"`
	// Warnings are of the first answer only; the facts keep them.
	Warnings []string `json:"warnings,omitempty"`
}

// Options of a ledger; the zero value is the company "main" on the wall clock.
type Options struct {
	Company string
	New     bool // the company may be one that the database does not know yet; its first is welcome anyhow
	Clock   func() time.Time
	Store   store.Options
	KeyFile string // private key of checkpoints; empty: beside the database's file, as KeyFileOf says
	// Graph keeps the genealogy in memory, for those who ask much; without it
	// every answer is the same, later.
	Graph bool
	// Snapshot is the file that the genealogy in memory is kept in from start to
	// start; empty: it is read from the tables each time.
	Snapshot string
}

// Ledger is one company's journal and all that follows from it.
type Ledger struct {
	db      *store.DB
	company string
	clock   func() time.Time
	keyFile string
	closeDB bool

	queue   chan *call
	done    chan struct{}
	stopped chan struct{}
	closing sync.Once
	turn    sync.Mutex // one turn at a time in this process; the database orders processes

	siblings       siblings
	turns, sharing atomic.Int64

	signing sync.Mutex
	signer  note.Signer

	follow *follower // nil without a graph
}

// Open opens the database at url (a file path or a postgres:// URL), brings
// its derived tables up to date with this program, and starts taking commands.
func Open(ctx context.Context, url string, opt Options) (*Ledger, error) {
	db, err := store.Open(ctx, url, opt.Store)
	if err != nil {
		return nil, err
	}
	if opt.KeyFile == "" {
		opt.KeyFile = KeyFileOf(defaultKeyFile(url), opt.Company)
	}
	l, err := On(ctx, db, opt)
	if err != nil {
		db.Close()
		return nil, err
	}
	l.closeDB = true
	return l, nil
}

// On is Open on a database that is open already; Close leaves it open.
func On(ctx context.Context, db *store.DB, opt Options) (*Ledger, error) {
	if opt.Company == "" {
		opt.Company = MainCompany
	}
	company, err := name.Clean("company", opt.Company)
	if err != nil {
		return nil, err
	}
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	l := &Ledger{
		db: db, company: company, clock: opt.Clock, keyFile: opt.KeyFile,
		queue: make(chan *call, turnMax), done: make(chan struct{}), stopped: make(chan struct{}),
	}
	if !opt.Store.ReadOnly {
		if err := l.prepare(ctx, opt.New); err != nil {
			return nil, err
		}
	}
	go l.serve()
	if opt.Graph {
		l.startFollower(opt.Snapshot)
	}
	return l, nil
}

// Close ends the turns under way and closes the database that Open opened.
func (l *Ledger) Close() error {
	l.closing.Do(func() { close(l.done) })
	<-l.stopped
	if l.follow != nil {
		<-l.follow.ended
	}
	l.closeSiblings()
	if l.closeDB {
		return l.db.Close()
	}
	return nil
}

// Company is the company whose ledger this is.
func (l *Ledger) Company() string { return l.company }

// DB is the database below; for copies, backups and tests.
func (l *Ledger) DB() *store.DB { return l.db }

// Read runs f in one read-only transaction, so that an answer shows one moment.
// Traces are answered from memory, where that is kept.
func (l *Ledger) Read(ctx context.Context, f func(tx *store.Tx) error) error {
	if l.follow != nil {
		return l.readFollowed(ctx, f)
	}
	return l.db.Read(ctx, f)
}

// Keep keeps the bytes of a document and answers their hash, by which a fact
// can name them. Kept alone they are no record of anything.
func (l *Ledger) Keep(ctx context.Context, body []byte) (hash string, err error) {
	err = l.db.Write(ctx, func(tx *store.Tx) error {
		hash, err = blob.Put(tx, l.company, body)
		return err
	})
	return hash, err
}

// Turns tells how many turns were taken since the start, and how many commands
// shared them.
func (l *Ledger) Turns() (turns, commands int64) { return l.turns.Load(), l.sharing.Load() }

// Now is the ledger's clock, in whole microseconds.
func (l *Ledger) Now() moment.Time { return moment.Of(l.clock()) }

// Signer is the key that signs this company's checkpoints, made when first
// asked for.
func (l *Ledger) Signer() (note.Signer, error) {
	l.signing.Lock()
	defer l.signing.Unlock()
	if l.signer != nil {
		return l.signer, nil
	}
	if l.keyFile == "" {
		return nil, refuse.New(refuse.Invalid, "No key file is given: name one with --key, to sign checkpoints of this database.")
	}
	signer, err := journal.LoadOrCreateKey(l.keyFile, journal.Origin(l.company))
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	l.signer = signer
	return signer, nil
}
