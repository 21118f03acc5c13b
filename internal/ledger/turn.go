package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"

	"lotline/internal/journal"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// turnMax is how many waiting commands share one turn (one transaction).
const turnMax = 256

// probesMax bounds the rounds of loading before the real decisions: what is
// still unknown then is loaded one by one.
const probesMax = 6

// call is one request waiting for its turn.
type call struct {
	request  journal.Request
	commands []Command
	reply    chan outcome
	missed   bool
}

type outcome struct {
	answer Answer
	err    error
}

// Record decides the command and keeps what follows from it, durably, before
// it returns. A refusal (refuse.As) has recorded nothing. A caller who gives
// up only stops waiting: with a request id it can ask again for the answer.
func (l *Ledger) Record(ctx context.Context, req Request, command Command) (Answer, error) {
	return l.RecordAll(ctx, req, []Command{command})
}

// RecordAll records the commands as one entry: all, or none with the first
// refusal. More than one command take a turn of their own.
func (l *Ledger) RecordAll(ctx context.Context, req Request, commands []Command) (Answer, error) {
	c, err := l.newCall(req, commands)
	if err != nil {
		return Answer{}, err
	}
	select {
	case l.queue <- c:
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	case <-l.done:
		return Answer{}, errClosed
	}
	select {
	case out := <-c.reply:
		return out.answer, out.err
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	case <-l.stopped:
		select {
		case out := <-c.reply:
			return out.answer, out.err
		default:
			return Answer{}, errClosed
		}
	}
}

var errClosed = errors.New("the ledger is closed")

// newCall fixes what identifies the request, before the clock fills anything
// in: the same request must have the same hash tomorrow.
func (l *Ledger) newCall(req Request, commands []Command) (*call, error) {
	hash := sha256.New()
	for _, c := range commands {
		fmt.Fprintf(hash, "%T\n", c)
		if err := json.NewEncoder(hash).Encode(c); err != nil {
			return nil, fmt.Errorf("hash the request: %w", err)
		}
	}
	now := l.Now()
	asked := commands
	if len(commands) == 1 {
		if c, ok := commands[0].(Expander); ok {
			commands = c.Expand()
		}
	}
	for _, c := range append(asked[:len(asked):len(asked)], commands...) {
		if timed, ok := c.(Timed); ok {
			timed.SetAt(now)
		}
	}
	request := journal.Request{ID: req.ID, By: req.By, Via: req.Via, Hash: hash.Sum(nil)}
	return &call{request: request, commands: commands, reply: make(chan outcome, 1)}, nil
}

// serve takes turns, each for all the calls that wait (at most turnMax).
func (l *Ledger) serve() {
	defer close(l.stopped)
	for {
		select {
		case <-l.done:
			return
		case first := <-l.queue:
			l.takeTurns(l.gather(first))
		}
	}
}

// gather is first and whatever else waits already.
func (l *Ledger) gather(first *call) []*call {
	calls := []*call{first}
	for len(calls) < turnMax {
		select {
		case next := <-l.queue:
			calls = append(calls, next)
		default:
			return calls
		}
	}
	return calls
}

// takeTurns lets calls of one command share a turn; a call of several has its
// own, since its refusal in the middle must undo what came before.
func (l *Ledger) takeTurns(calls []*call) {
	shared := calls[:0:0]
	for _, c := range calls {
		if len(c.commands) == 1 {
			shared = append(shared, c)
			continue
		}
		l.takeTurn(shared)
		l.takeTurn([]*call{c})
		shared = nil
	}
	l.takeTurn(shared)
}

// takeTurn runs the calls in one transaction and answers them after the
// commit. When writing fails, they are tried one by one, so that one bad
// command does not take the others with it.
func (l *Ledger) takeTurn(calls []*call) {
	if len(calls) == 0 {
		return
	}
	outcomes, err := l.writeTurn(context.Background(), calls)
	if err != nil && len(calls) > 1 {
		for _, c := range calls {
			l.takeTurn([]*call{c})
		}
		return
	}
	l.turns.Add(1)
	l.sharing.Add(int64(len(calls)))
	for i, c := range calls {
		if err != nil {
			c.reply <- outcome{err: err}
			continue
		}
		c.reply <- outcomes[i]
	}
}

// writeTurn is the way of the data: take the turn, load what the waiting
// commands need, decide, append, project, commit.
func (l *Ledger) writeTurn(ctx context.Context, calls []*call) (outcomes []outcome, err error) {
	l.turn.Lock()
	defer l.turn.Unlock()
	err = l.write(ctx, func(tx *store.Tx) error {
		outcomes = make([]outcome, len(calls))
		turn, err := journal.TakeTurn(tx, l.company)
		if err != nil {
			return err
		}
		set := store.NewSet(tx, l.company)
		set.Born(journal.FirstOf(turn.Seq()))
		if err := prepare(tx, l.company, calls); err != nil {
			return err
		}
		if err := prefetch(set, calls); err != nil {
			return err
		}
		wrote := false
		for i, c := range calls {
			outcomes[i], err = l.decide(turn, set, c)
			if err != nil {
				return err
			}
			wrote = wrote || outcomes[i].answer.Lines > 0 && !outcomes[i].answer.Repeated
		}
		if !wrote {
			return nil
		}
		if err := set.Flush(); err != nil {
			return err
		}
		return turn.End()
	})
	if refusal, ok := refuse.As(err); ok && len(calls) == 1 {
		return []outcome{{err: refusal}}, nil
	}
	return outcomes, err
}

// write is one transaction; a panic in it (a fault of ours in a command) rolls
// it back and becomes its error, so that the turns of the others go on.
func (l *Ledger) write(ctx context.Context, f func(tx *store.Tx) error) error {
	defer l.wrote()
	return l.db.Write(ctx, func(tx *store.Tx) (err error) {
		defer func() {
			if fault := recover(); fault != nil {
				err = fmt.Errorf("panic in a turn: %v\n%s", fault, debug.Stack())
			}
		}()
		return f(tx)
	})
}

// prepare lets commands read the journal that need it.
func prepare(tx *store.Tx, company string, calls []*call) error {
	for _, c := range calls {
		for _, command := range c.commands {
			if p, ok := command.(Preparer); ok {
				if err := p.Prepare(tx, company); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// prefetch loads together what the commands will ask for, by letting them
// decide against what is known so far until none of them misses anything.
func prefetch(set *store.Set, calls []*call) error {
	var commands []Command
	for _, c := range calls {
		commands = append(commands, c.commands...)
	}
	return probe(set, commands)
}

func probe(set *store.Set, waiting []Command) error {
	for round := 0; round < probesMax && len(waiting) > 0; round++ {
		missing := waiting[:0:0]
		for _, c := range waiting {
			if set.Probe(func() { _, _ = c.Decide(set) }) > 0 {
				missing = append(missing, c)
			}
		}
		if len(missing) == 0 {
			return nil
		}
		if err := set.Load(); err != nil {
			return err
		}
		waiting = missing
	}
	return nil
}

// decide decides one call for real, appends its entry and projects it. The
// error is a failure of the whole turn; a refusal of a lone command is in the
// outcome, one of several rolls their turn back.
func (l *Ledger) decide(turn *journal.Turn, set *store.Set, c *call) (outcome, error) {
	if earlier, out, err := repeated(turn, c); err != nil || earlier {
		return out, err
	}
	var facts []journal.Fact
	for _, command := range c.commands {
		next, err := c.decided(set, command, func(f journal.Fact) {
			project(set, journal.Line{Seq: turn.Seq(), K: len(facts) + 1, At: f.At, What: f.What})
			facts = append(facts, f)
		})
		if set.Err() != nil {
			return outcome{}, set.Err()
		}
		if err != nil {
			if _, ok := refuse.As(err); ok && len(c.commands) == 1 {
				return outcome{err: err}, nil
			}
			return outcome{}, err
		}
		if len(c.commands) > 1 {
			first := len(facts)
			for i, fact := range next {
				project(set, journal.Line{Seq: turn.Seq(), K: first + i + 1, At: fact.At, What: fact.What})
			}
		}
		facts = append(facts, next...)
	}
	if len(facts) == 0 {
		return outcome{}, nil
	}
	lines, err := turn.Append(c.request, l.Now(), facts)
	if err != nil {
		if _, ok := refuse.As(err); ok && len(c.commands) == 1 {
			return outcome{err: err}, nil
		}
		return outcome{}, err
	}
	if len(c.commands) == 1 {
		if err := projectAll(set, lines); err != nil {
			return outcome{}, err
		}
	}
	return outcome{answer: Answer{Seq: lines[0].Seq, Lines: len(lines), Warnings: warnings(facts)}}, set.Err()
}

// behindMin is from how many lines on the rows of an entry are written while
// the next ones are made.
const behindMin = 10_000

// projectAll projects the lines of an entry. Those of a long one go to the
// database in parts, each behind the making of the next.
func projectAll(set *store.Set, lines []journal.Line) error {
	for i, line := range lines {
		if i > 0 && i%behindMin == 0 {
			write, err := set.Collect()
			if err != nil {
				return err
			}
			set.Behind(write)
		}
		project(set, line)
	}
	return nil
}

// warnings are what facts say may stand against them.
func warnings(facts []journal.Fact) (all []string) {
	for _, f := range facts {
		if w, ok := f.What.(interface{ Warnings() []string }); ok {
			all = append(all, w.Warnings()...)
		}
	}
	return all
}

// decided is what a command decides; one of the past adds what must come first.
func (c *call) decided(set *store.Set, command Command, add func(journal.Fact)) ([]journal.Fact, error) {
	if past, ok := command.(*AsHappened); ok {
		return decideHistory(set, past, add)
	}
	return command.Decide(set)
}

// repeated answers a request that was seen before what it was answered then;
// the same key with another body is refused.
func repeated(turn *journal.Turn, c *call) (bool, outcome, error) {
	if c.request.ID == "" {
		return false, outcome{}, nil
	}
	header, err := turn.Answer(c.request.ID)
	if err != nil || header == nil {
		return false, outcome{}, err
	}
	if string(header.RequestHash) != hex.EncodeToString(c.request.Hash) {
		return true, outcome{err: usedKey(c.request.ID, header.Seq)}, nil
	}
	return true, outcome{answer: Answer{Seq: header.Seq, Lines: header.Lines, Repeated: true}}, nil
}

// usedKey refuses a key that another request had.
func usedKey(id string, seq int64) error {
	return refuse.New(refuse.Conflict, "The key %s was used for another request, recorded as entry %d. Give a new key.", id, seq)
}

// project shows a line to every projection, in the order a product lives.
func project(set *store.Set, line journal.Line) {
	if v, ok := line.What.(*journal.Voided); ok {
		undo(set, line, v)
	}
	for _, p := range projections {
		p.Project(set, line)
	}
}
