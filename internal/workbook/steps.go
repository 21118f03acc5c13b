package workbook

import (
	"strings"

	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// step is one thing that a row asks to have recorded, and when.
type step struct {
	// when it happened; ok is false when the row does not ask for it. 0 puts
	// it among the definitions, before everything that happened.
	when func(r *row) (at moment.Time, ok bool)
	// last decides it after everything else of its instant.
	last bool
	// command of the row, or of the rows that make one command together.
	command func(rows []*row) ledger.Command
	// keys by which the row is known again; none when what is recorded tells.
	keys func(r *row) keys
}

// keys of a row: its own, and the one with what it says. A row whose own key
// was taken with other content contradicts what is recorded. A row that has no
// number or natural key is known by its content alone.
type keys struct{ own, content string }

// The ways in which rows are known again.

// byContent knows a row by its id, or by its content; its ordinal among equal
// rows is added to that.
func byContent(r *row) keys {
	k := keys{content: r.contentKey()}
	if id := r.text("id"); id != "" {
		k.own = r.sheet.Name + "#" + id
		k.content += "#" + id // another number is another row, though it say the same
	}
	return k
}

// byKey knows a row by some of its columns.
func byKey(columns ...string) func(*row) keys {
	return func(r *row) keys {
		own := r.sheet.Name
		for _, column := range columns {
			own += "/" + slash.Replace(r.text(column))
		}
		return keys{own, r.contentKey()}
	}
}

var slash = strings.NewReplacer("/", "%2F", "%", "%25")

// single is the step of a sheet whose rows each happened at their time.
func single(command func(r *row) ledger.Command, known func(*row) keys) []step {
	return []step{{when: atColumn("at"), command: first(command), keys: known}}
}

// definition is the step of a sheet whose rows say what there is.
func definition(command func(rows []*row) ledger.Command) []step {
	return []step{{when: func(*row) (moment.Time, bool) { return 0, true }, command: command}}
}

func atColumn(column string) func(*row) (moment.Time, bool) {
	return func(r *row) (moment.Time, bool) {
		at := r.time(column)
		return at, at != 0
	}
}

func first(command func(r *row) ledger.Command) func([]*row) ledger.Command {
	return func(rows []*row) ledger.Command { return command(rows[0]) }
}

// checked is a command with what the workbook itself must hold against the
// record: before it, and when it changed nothing.
type checked struct {
	ledger.Command
	before func(set *store.Set) error
	same   func(set *store.Set) error
}

// Decide is the command's, between the checks.
func (c *checked) Decide(set *store.Set) ([]journal.Fact, error) {
	if c.before != nil {
		if err := c.before(set); err != nil {
			return nil, err
		}
	}
	facts, err := c.Command.Decide(set)
	if err == nil && len(facts) == 0 && c.same != nil {
		err = c.same(set)
	}
	return facts, err
}

// SetAt fills in when, if the row left it open.
func (c *checked) SetAt(at moment.Time) {
	if timed, ok := c.Command.(ledger.Timed); ok {
		timed.SetAt(at)
	}
}

// differs refuses a row that says something else than what is recorded.
func differs(column, what, recorded, given string) error {
	if given == "" || recorded == given {
		return nil
	}
	return refuse.New(refuse.Conflict, "%s is recorded with %s %q, not %q. Correct the row, or record the change as what it is.", what, column, recorded, given).At(column)
}

// refusal is a row whose cells do not fit each other.
type refusal struct{ err error }

// Decide refuses.
func (c refusal) Decide(*store.Set) ([]journal.Fact, error) { return nil, c.err }
