package workbook

import (
	"context"
	"errors"

	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/moment"
)

// maker makes tasks of the sorted records, in a goroutine of its own.
type maker struct {
	ctx     context.Context
	src     *source
	out     chan<- []*task
	batch   []*task
	open    *task  // of a group whose next row may follow
	group   record // of the open task
	seen    map[string]int
	instant record // for which seen counts
}

// makeTasks reads the sorted records; the error can be read when the channel
// is closed.
func makeTasks(ctx context.Context, sorter *sorter, src *source) (<-chan []*task, *error) {
	out := make(chan []*task, 3)
	m := &maker{ctx: ctx, src: src, out: out, seen: map[string]int{}}
	failed := new(error)
	go func() {
		defer close(out)
		*failed = errors.Join(sorter.each(m.take), m.end())
	}()
	return out, failed
}

func (m *maker) take(rec *record) error {
	sheet := Sheets[rec.rank%int64(len(Sheets))]
	r, err := decode(sheet, rec.row, rec.data)
	if err != nil {
		return err
	}
	if m.open != nil && m.group.rank == rec.rank && m.group.group == rec.group && m.group.step == rec.step {
		m.open.rows = append(m.open.rows, r)
		return nil
	}
	if err := m.closeGroup(); err != nil {
		return err
	}
	t := &task{rows: []*row{r}, step: &sheet.steps[rec.step], at: rec.at}
	if len(sheet.group) > 0 {
		m.open, m.group = t, *rec
		return nil
	}
	m.know(t, rec)
	t.command = m.command(t, rec.step)
	return m.add(t)
}

// know gives the task the keys by which its row is known again. Rows that say
// the same stand in the same instant of the same sheet.
func (m *maker) know(t *task, rec *record) {
	if t.step.keys == nil {
		return
	}
	if rec.at != m.instant.at || rec.rank != m.instant.rank || rec.seq != m.instant.seq {
		clear(m.seen)
		m.instant = *rec
	}
	t.keys = t.step.keys(t.rows[0])
	if rec.fact != 0 {
		t.keys.content += "@" + journal.FactName(rec.fact)
	} else if t.keys.own == "" {
		n := m.seen[t.keys.content]
		m.seen[t.keys.content]++
		t.keys.content += suffix(n)
	}
}

// command is the step's, or the sealed order BOM that travels with the order.
func (m *maker) command(t *task, step int64) ledger.Command {
	r := t.rows[0]
	if r.sheet.Name == "orders" && step == releaseStep {
		if load := m.src.orderBOMs[r.text("order")]; load != nil {
			return sealedCommand(r.text("order"), r.time("released_at"), load)
		}
	}
	if r.sheet.Name == "documents" {
		return withFile(m.src, r, t.step.command(t.rows))
	}
	return t.step.command(t.rows)
}

func sealedCommand(name string, at moment.Time, load func() ([]byte, error)) ledger.Command {
	text, err := load()
	if err != nil {
		return refusal{err}
	}
	c, err := readSealed(name, at, text)
	if err != nil {
		return refusal{err}
	}
	return c
}

func (m *maker) closeGroup() error {
	t := m.open
	m.open = nil
	if t == nil {
		return nil
	}
	t.command = t.step.command(t.rows)
	return m.add(t)
}

func (m *maker) add(t *task) error {
	m.batch = append(m.batch, t)
	if len(m.batch) < batchTasks {
		return nil
	}
	return m.send()
}

func (m *maker) send() error {
	select {
	case m.out <- m.batch:
		m.batch = make([]*task, 0, batchTasks)
		return nil
	case <-m.ctx.Done():
		return m.ctx.Err()
	}
}

func (m *maker) end() error {
	if err := m.closeGroup(); err != nil || len(m.batch) == 0 {
		return err
	}
	return m.send()
}
