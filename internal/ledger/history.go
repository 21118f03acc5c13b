package ledger

import (
	"errors"
	"reflect"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// AsHappened takes a command of the past as it happened: a rule that it broke
// is recorded as a breach, which gaps show, and an object that nobody recorded
// begins with it. What cannot have happened at all is still refused.
type AsHappened struct {
	Command
	Reason string
}

// SetAt fills in when, if it was left open.
func (c *AsHappened) SetAt(at moment.Time) {
	if timed, ok := c.Command.(Timed); ok {
		timed.SetAt(at)
	}
}

// Expand gives the command a turn of its own.
func (c *AsHappened) Expand() []Command { return []Command{c, nothing{}} }

// nothing is a command that changes nothing.
type nothing struct{}

// Decide changes nothing.
func (nothing) Decide(*store.Set) ([]journal.Fact, error) { return nil, nil }

// assumedMax is how many unknown objects one command can bring in.
const assumedMax = 20

// decideHistory decides a command of the past; add projects the facts that come
// before those it answers.
func decideHistory(set *store.Set, c *AsHappened, add func(journal.Fact)) (facts []journal.Fact, err error) {
	if c.Reason == "" {
		return nil, refuse.New(refuse.Invalid, "Say why a rule may be broken.").At("reason")
	}
	for range assumedMax {
		set.Forgive(true)
		facts, err = c.Command.Decide(set)
		breaches := set.Breaches()
		set.Forgive(false)
		var unknown *genealogy.Unknown
		if errors.As(err, &unknown) {
			at, assumed := unknown.Assume(set, factTime(c.Command))
			if assumed == nil {
				return nil, unknown.Refusal()
			}
			assumed.Reason = c.Reason
			add(journal.Fact{At: at, What: assumed})
			continue
		}
		if err != nil || len(facts) == 0 {
			return facts, err
		}
		return append(facts, genealogy.Breaches(set, facts[0].At, breaches, c.Reason)...), nil
	}
	return facts, err
}

// factTime is when a command happened, as far as it tells.
func factTime(c Command) moment.Time {
	v := reflect.Indirect(reflect.ValueOf(c))
	if v.Kind() != reflect.Struct {
		return 0
	}
	field := v.FieldByName("At")
	if !field.IsValid() {
		if inner := v.FieldByName("Command"); inner.IsValid() { // a command of a workbook's row
			if below, ok := inner.Interface().(Command); ok {
				return factTime(below)
			}
		}
		return 0
	}
	at, _ := field.Interface().(moment.Time)
	return at
}
