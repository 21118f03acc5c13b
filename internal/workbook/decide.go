package workbook

import (
	"context"
	"errors"
	"slices"

	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/refuse"
)

// task is a step of a row, or of the rows that make one command together.
type task struct {
	rows    []*row
	step    *step
	at      moment.Time
	keys    keys
	command ledger.Command
	refusal *refuse.Refusal // of the last try
}

// decider has the ledger decide the tasks in their order.
type decider struct {
	ctx      context.Context
	opt      *Options
	now      moment.Time
	imp      *ledger.Importer
	problems *problems
	report   *Report
	batches  <-chan []*task
	failed   *error // of the goroutine that makes the batches, once they are closed
	ready    []*task
	waiting  []*task // refused, to be tried again after the rest of their instant
	at       moment.Time
	done     int64
	total    int64
}

// batchTasks is how many tasks are loaded and decided together.
const batchTasks = 1_000

// run decides tasks until there are none, or more than max of them and an
// instant is complete. It answers whether there are more.
func (d *decider) run(imp *ledger.Importer, max int) (more bool, err error) {
	d.imp = imp
	if len(d.ready) > 0 {
		if err := d.prefetch(); err != nil {
			return false, err
		}
	}
	for n := 0; ; n++ {
		if len(d.ready) == 0 {
			if more, err := d.fetch(); err != nil || !more {
				return false, errors.Join(err, d.retry())
			}
		}
		next := d.ready[0]
		if next.at != d.at {
			if err := d.retry(); err != nil {
				return false, err
			}
			if max > 0 && n >= max {
				return true, nil
			}
			d.at = next.at
		}
		d.ready = d.ready[1:]
		if err := d.take(next); err != nil {
			return false, err
		}
	}
}

// fetch waits for the next batch and loads what it needs.
func (d *decider) fetch() (more bool, err error) {
	if err := d.ctx.Err(); err != nil {
		return false, err
	}
	batch, ok := <-d.batches
	if !ok {
		return false, *d.failed
	}
	d.ready = batch
	d.opt.progress("decide", d.done, d.total)
	return true, d.prefetch()
}

func (d *decider) prefetch() error {
	var rows []string
	for _, t := range d.ready {
		if t.keys.own != "" {
			rows = append(rows, t.keys.own)
		}
		if t.keys.content != "" {
			rows = append(rows, t.keys.content)
		}
	}
	if err := d.imp.PrefetchTaken(rows); err != nil {
		return err
	}
	commands := make([]ledger.Command, 0, len(d.ready))
	for _, t := range d.ready {
		if timed, ok := t.command.(ledger.Timed); ok {
			timed.SetAt(d.now)
		}
		if t.keys.content == "" || !d.imp.Taken(t.keys.content) {
			commands = append(commands, t.command)
		}
	}
	return d.imp.Prefetch(commands)
}

// take decides one task; what is refused waits for the rest of its instant.
func (d *decider) take(t *task) error {
	d.done++
	if slices.ContainsFunc(t.rows, d.problems.isBad) {
		for _, r := range t.rows {
			d.problems.setAside(r)
		}
		return nil
	}
	if t.keys.content != "" && d.imp.Taken(t.keys.content) {
		d.report.Unchanged++
		return nil
	}
	if t.keys.own != "" && d.imp.Taken(t.keys.own) {
		refusal := d.alone(t.command)
		if refusal == nil {
			refusal = refuse.New(refuse.Conflict, "The row was recorded before with other content. Give it as it was, or record what changed as a row of its own.")
		}
		d.refuse(t, refusal)
		return nil
	}
	if number, ok := d.cause(t, t.rows[0].sheet.refs.needs); ok {
		for _, r := range d.apart(t) {
			d.problems.blame(r, number)
		}
		return nil
	}
	return d.try(t)
}

// try has the ledger decide; a refusal is kept, and the task waits.
func (d *decider) try(t *task) error {
	n, err := d.imp.Do(d.guarded(t))
	var lost *lostPart
	if errors.As(err, &lost) {
		d.blame(t, lost.number)
		return nil
	}
	if refusal, ok := refuse.As(err); ok {
		t.refusal = refusal
		d.waiting = append(d.waiting, t)
		return nil
	}
	if err != nil {
		return err
	}
	d.took(t, n)
	return nil
}

// took counts a task, and remembers its row.
func (d *decider) took(t *task, facts int) {
	if facts == 0 {
		d.report.Unchanged++
		return
	}
	d.report.Recorded++
	if f, ok := t.command.(*filed); ok {
		d.imp.Keep(f.load)
	}
	for _, key := range []string{t.keys.own, t.keys.content} {
		if key != "" {
			d.imp.Take(key)
		}
	}
}

// retry tries what was refused again as long as anything comes of it, and then
// lists what is left.
func (d *decider) retry() error {
	for {
		waiting := d.waiting
		d.waiting = nil
		for _, t := range waiting {
			if err := d.try(t); err != nil {
				return err
			}
		}
		if len(d.waiting) == 0 {
			return nil
		}
		if len(d.waiting) == len(waiting) {
			if more, err := d.asHappened(); err != nil || !more {
				if err != nil {
					return err
				}
				break
			}
		}
	}
	left := d.waiting
	d.waiting = nil
	makers := map[string]*task{}
	for _, t := range left {
		for _, r := range t.rows {
			for _, name := range r.names(r.sheet.refs.makes) {
				makers[name] = t
			}
		}
	}
	// What another refused row would have made is that row's fault: those come first.
	var after []*task
	for _, t := range left {
		if d.namesOther(t, makers) {
			after = append(after, t)
		} else {
			d.settle(t)
		}
	}
	for _, t := range after {
		d.settle(t)
	}
	return nil
}

// asHappened takes the first of what is refused that can be taken with a breach
// of a rule of today, when the workbook is of the past.
func (d *decider) asHappened() (bool, error) {
	if !d.opt.History {
		return false, nil
	}
	for i, t := range d.waiting {
		if !t.rows[0].sheet.Event {
			continue
		}
		n, err := d.imp.Do(&ledger.AsHappened{Command: t.command, Reason: "taken from past records"})
		if _, refused := refuse.As(err); refused {
			continue
		}
		if err != nil {
			return false, err
		}
		d.waiting = slices.Delete(d.waiting, i, i+1)
		d.took(t, n)
		return true, nil
	}
	return false, nil
}

func (d *decider) namesOther(t *task, makers map[string]*task) bool {
	for _, r := range t.rows {
		for _, name := range r.names(r.sheet.refs.names) {
			if maker := makers[name]; maker != nil && maker != t {
				return true
			}
		}
	}
	return false
}

// settle counts a refused task under its cause, or lists it.
func (d *decider) settle(t *task) {
	if number, ok := d.cause(t, t.rows[0].sheet.refs.names); ok {
		d.blame(t, number)
		return
	}
	others := d.apart(t)
	if len(others) == len(t.rows) { // the group is wrong as a whole; one row stands for it
		number := d.problems.refused(t.about(), t.refusal)
		for _, r := range t.rows {
			d.problems.lose(r, number)
		}
		return
	}
	for _, r := range others {
		d.problems.lose(r, unlisted)
	}
}

func (d *decider) cause(t *task, refs []ref) (int, bool) {
	for _, r := range t.rows {
		if number, ok := d.problems.cause(r, refs, d.exists); ok {
			return number, true
		}
	}
	return 0, false
}

func (d *decider) blame(t *task, number int) {
	for _, r := range t.rows {
		d.problems.blame(r, number)
	}
}

func (d *decider) refuse(t *task, refusal *refuse.Refusal) {
	number := d.problems.refused(t.rows[0], refusal)
	for _, r := range t.rows {
		d.problems.lose(r, number)
	}
}

// apart lists the rows of a group that are wrong by themselves, and answers
// the others.
func (d *decider) apart(t *task) (others []*row) {
	if len(t.rows[0].sheet.group) == 0 {
		return t.rows
	}
	for _, r := range t.rows {
		refusal := d.alone(t.step.command([]*row{r}))
		if refusal == nil || refusal.Field == r.sheet.group[0] {
			others = append(others, r)
			continue
		}
		d.problems.lose(r, d.problems.refused(r, refusal))
	}
	return others
}

// about is the row that a refusal of the group speaks of: the last that holds
// what it names.
func (t *task) about() *row {
	if len(t.rows) == 1 {
		return t.rows[0]
	}
	if column, ok := t.rows[0].sheet.Column(t.refusal.Field); ok && column.Name != t.rows[0].sheet.group[0] {
		for _, r := range slices.Backward(t.rows) {
			for _, arg := range t.refusal.Args {
				if text, ok := arg.(string); ok && text != "" && text == r.text(column.Name) {
					return r
				}
			}
		}
	}
	return t.rows[0]
}
