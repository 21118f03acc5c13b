package ledger

import (
	"context"
	"encoding/hex"
	"errors"
	"runtime/debug"

	"lotline/internal/blob"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/store"
)

// Limits of one entry of an import.
const (
	importCommandsMax = 1_000
	importFactsMax    = 10_000
)

// importGC is the garbage collector's percentage during an import, whose
// working set it would otherwise read over and over: a third of the time.
const importGC = 400

// Importer records many commands in one transaction: all of them are kept when
// the function given to Import returns nil, none otherwise.
type Importer struct {
	ledger   *Ledger
	request  journal.Request
	turn     *journal.Turn
	set      *store.Set
	tx       *store.Tx
	facts    []journal.Fact
	rows     []string
	files    []func() ([]byte, error)
	commands int
	entries  int64
	lines    int64
	failed   error
	seq      int64        // of the entry that is being filled
	due      func() error // writes the entry before, once what comes next is loaded
}

// Imported tells how much an import recorded, or had recorded when it was asked
// for under the same key before.
type Imported struct {
	Entries  int64 `json:"entries"`
	Lines    int64 `json:"lines"`
	Repeated bool  `json:"repeated,omitempty"`
}

// Import runs f with an importer, in one turn and one transaction. Other
// commands of the company wait meanwhile. f's error rolls everything back and
// is returned as it is. A request whose ID was seen before is answered what it
// recorded then, and f does not run; with another hash it is refused.
func (l *Ledger) Import(ctx context.Context, req Request, f func(*Importer) error) (Imported, error) {
	l.turn.Lock()
	defer l.turn.Unlock()
	defer debug.SetGCPercent(debug.SetGCPercent(importGC))
	var imp *Importer
	var before *Imported
	err := l.write(ctx, func(tx *store.Tx) error {
		turn, err := journal.TakeTurn(tx, l.company)
		if err != nil {
			return err
		}
		if before, err = importedBefore(tx, turn, l.company, req); before != nil || err != nil {
			return err
		}
		imp = &Importer{
			ledger: l, tx: tx, turn: turn, set: store.NewSet(tx, l.company),
			request: journal.Request{ID: req.ID, By: req.By, Via: req.Via, Hash: req.Hash}, seq: turn.Seq(),
		}
		imp.set.Born(journal.FirstOf(imp.seq))
		for _, t := range Tables() {
			if empty, err := tx.Empty(l.company, t); err != nil {
				return err
			} else if empty {
				imp.set.Blank(t)
			}
		}
		// The transaction must be idle before it is committed or rolled back.
		defer imp.set.Wait()
		if err := f(imp); err != nil {
			return err
		}
		if err := imp.endEntry(); err != nil {
			return err
		}
		imp.writeDue()
		if err := imp.set.Wait(); err != nil {
			return err
		}
		if imp.entries == 0 {
			return nil
		}
		return turn.End()
	})
	if err != nil {
		return Imported{}, err
	}
	if before != nil {
		return *before, nil
	}
	return Imported{Entries: imp.entries, Lines: imp.lines}, nil
}

// importedBefore is what an import of the same key recorded; nil when there was
// none. Its first entry bears the key, and all of them the hash.
func importedBefore(tx *store.Tx, turn *journal.Turn, company string, req Request) (*Imported, error) {
	if req.ID == "" {
		return nil, nil
	}
	first, err := turn.Answer(req.ID)
	if err != nil || first == nil {
		return nil, err
	}
	if first.RequestHash != hex.EncodeToString(req.Hash) {
		return nil, usedKey(req.ID, first.Seq)
	}
	done := &Imported{Repeated: true}
	err = journal.ReadText(tx, company, first.Seq, turn.Seq(), func(e journal.EntryText) error {
		if e.RequestHash != first.RequestHash || e.Request != "" && e.Seq != first.Seq {
			return errEnd
		}
		done.Entries++
		done.Lines += int64(e.Lines)
		return nil
	})
	if errors.Is(err, errEnd) {
		err = nil
	}
	return done, err
}

// errEnd ends the reading of an import's entries; it never leaves it.
var errEnd = errors.New("the import ends before")

// Prefetch loads together what the commands will need. It decides nothing;
// without it Do loads the same one by one.
func (imp *Importer) Prefetch(commands []Command) error {
	err := probe(imp.set, commands)
	imp.writeDue()
	return err
}

// writeDue writes the entry that was ended last while the next one is decided.
func (imp *Importer) writeDue() {
	if imp.due != nil {
		imp.set.Behind(imp.due)
		imp.due = nil
	}
}

// Taken says whether a workbook row of this key was recorded before.
func (imp *Importer) Taken(row string) bool {
	_, found := takenRows.Get(imp.set, row)
	return found
}

// PrefetchTaken loads together what Taken will be asked about.
func (imp *Importer) PrefetchTaken(rows []string) error {
	if err := imp.forget(); err != nil {
		return err
	}
	missed := imp.set.Probe(func() {
		for _, row := range rows {
			takenRows.Get(imp.set, row)
		}
	})
	if missed == 0 {
		return nil
	}
	return imp.set.Load()
}

// forget empties the working set when it has grown large: between batches, so
// that nothing is lost that was just loaded.
func (imp *Importer) forget() error {
	if imp.set.Holds() <= keptMax {
		return nil
	}
	if err := imp.endEntry(); err != nil {
		return err
	}
	imp.writeDue()
	imp.set.Evict(keptMax)
	imp.set.Born(journal.FirstOf(imp.seq))
	return imp.set.Err()
}

// Take marks the key of a workbook row as recorded, in the entry of the
// command done last.
func (imp *Importer) Take(row string) {
	imp.rows = append(imp.rows, row)
	takenRows.Put(imp.set, takenRow{Row: row, Entry: imp.seq})
}

// Keep keeps the bytes of a document that the command done last names; they are
// loaded when they are written.
func (imp *Importer) Keep(load func() ([]byte, error)) { imp.files = append(imp.files, load) }

// Do decides the command after all that were done before it. A refusal has
// changed nothing, and the import may go on; any other error ends it.
// It answers how many facts followed.
func (imp *Importer) Do(command Command) (int, error) {
	if imp.failed != nil {
		return 0, imp.failed
	}
	var facts []journal.Fact
	var err error
	if past, ok := command.(*AsHappened); ok {
		facts, err = decideHistory(imp.set, past, imp.add)
	} else {
		facts, err = command.Decide(imp.set)
	}
	if imp.set.Err() != nil {
		imp.failed = imp.set.Err()
		return 0, imp.failed
	}
	if err != nil || len(facts) == 0 {
		return 0, err
	}
	if imp.commands == importCommandsMax || len(imp.facts) > 0 && len(imp.facts)+len(facts) > importFactsMax {
		if err := imp.endEntry(); err != nil {
			imp.failed = err
			return 0, err
		}
	}
	for _, fact := range facts {
		imp.add(fact)
	}
	imp.commands++
	return len(facts), nil
}

func (imp *Importer) add(fact journal.Fact) {
	project(imp.set, journal.Line{Seq: imp.seq, K: len(imp.facts) + 1, At: fact.At, What: fact.What})
	imp.facts = append(imp.facts, fact)
}

// endEntry appends what was done since the last entry and writes it out.
func (imp *Importer) endEntry() error {
	now := imp.ledger.Now()
	for len(imp.rows) > 0 {
		n := min(len(imp.rows), rowsPerFact)
		imp.add(journal.Fact{At: now, What: &RowsTaken{Rows: imp.rows[:n:n]}})
		imp.rows = imp.rows[n:]
	}
	if len(imp.facts) == 0 {
		return nil
	}
	imp.writeDue()
	write, err := imp.set.Collect()
	if err != nil {
		return err
	}
	encoded, files := imp.encode(now), imp.files
	imp.due = func() error {
		for _, load := range files {
			body, err := load()
			if err != nil {
				return err
			}
			if _, err := blob.Put(imp.tx, imp.ledger.company, body); err != nil {
				return err
			}
		}
		e := <-encoded
		if e.err != nil {
			return e.err
		}
		if err := imp.turn.Add(e.Encoded); err != nil {
			return err
		}
		if err := imp.turn.Flush(); err != nil {
			return err
		}
		return write()
	}
	imp.entries++
	imp.lines += int64(len(imp.facts))
	imp.seq++
	imp.facts, imp.rows, imp.files, imp.commands = nil, nil, nil, 0
	return nil
}

// encoded is an entry that was made beside the deciding.
type encoded struct {
	journal.Encoded
	err error
}

func (imp *Importer) encode(now moment.Time) <-chan encoded {
	done := make(chan encoded, 1)
	seq, facts, request := imp.seq, imp.facts, imp.request
	if imp.entries > 0 {
		request.ID = "" // the first entry bears it
	}
	go func() {
		e, err := journal.Encode(imp.ledger.company, seq, request, now, facts)
		done <- encoded{e, err}
	}()
	return done
}
