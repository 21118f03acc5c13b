package workbook

import (
	"errors"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quality"
)

// recorded is the column in which export writes which facts the steps of a row
// are. What was recorded late, with an earlier time, was possible only after
// what was recorded before it: such rows are taken in the order of recording.
const recorded = "recorded"

// looksLate looks whether something was recorded after what happened later;
// else time alone tells the order, and the column is left out.
func (x *exporter) looksLate() error {
	var last moment.Time
	err := x.eachFact(func(line *journal.Line) error {
		if x.voided[line.ID()] || noEvent(line.What) {
			return nil
		}
		if x.late = line.At < last; x.late {
			return errEnough
		}
		last = line.At
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// errEnough ends a look through the journal that has found what it looks for.
var errEnough = errors.New("enough is known")

// notRecorded stands for a step that the row does not have.
const notRecorded = "-"

// facts are the facts of a row's steps as a cell; 0 for a step it does not have.
func facts(ids ...int64) string {
	cells := make([]string, len(ids))
	for i, id := range ids {
		cells[i] = notRecorded
		if id != 0 {
			cells[i] = journal.FactName(id)
		}
	}
	return strings.Join(cells, " ")
}

// sequence is in what order the rows of a workbook are taken. The first that
// happened decides it for all.
type sequence int

const (
	undecided sequence = iota
	byTime
	byRecord
)

// fact is the number of the fact that a step of a row was; 0 where time tells
// the order. A row that is wrong is listed.
func (in *reader) fact(r *row, step int) (id int64, ok bool) {
	cell := r.text(recorded)
	mine := byTime
	if cell != "" {
		mine = byRecord
	}
	if in.taken == undecided {
		in.taken = mine
	}
	report := func(message, remedy string) (int64, bool) {
		in.problems.lose(r, in.problems.add(Problem{Sheet: r.sheet.Name, Row: r.number, Column: recorded, Message: message, Remedy: remedy}))
		return 0, false
	}
	if mine != in.taken {
		return report("Some rows of the workbook say when they were recorded, and some do not.", "Take the column out of every sheet: the rows are then taken in the order of when they happened.")
	}
	if cell == "" {
		return 0, true
	}
	if steps := strings.Fields(cell); step < len(steps) {
		if id, err := journal.ParseFactName(steps[step]); err == nil {
			return id, true
		}
	}
	return report("The cell does not name the fact of each step of the row.", "Leave it as it was exported, or take the column out of every sheet.")
}

// stepFacts are the facts of steps that the tables do not name.
type stepFacts struct {
	orders map[string]*[4]int64 // planned, released, closed, cancelled
	unheld map[release]int64
	done   map[string]int64 // the action about a nonconformity
}

type release struct {
	hold string
	at   moment.Time
}

// take keeps the fact when its row is written from the tables.
func (s *stepFacts) take(line *journal.Line) bool {
	switch f := line.What.(type) {
	case *order.OrderPlanned:
		s.order(f.Order)[0] = line.ID()
	case *order.OrderReleased:
		s.order(f.Order)[1] = line.ID()
	case *order.OrderClosed:
		s.order(f.Order)[2] = line.ID()
	case *order.OrderCancelled:
		s.order(f.Order)[3] = line.ID()
	case *genealogy.Unheld:
		s.unheld[release{f.Hold, line.At}] = line.ID()
	case *quality.NCRFollowed:
		if f.Done {
			s.done[f.Nonconformity] = line.ID()
		}
	case *genealogy.Held, *quality.NCRRaised, *quality.NCRDisposed, *quality.NCRSigned: // whose rows have their facts
	default:
		return false
	}
	return true
}

// order is the facts of an order's steps.
func (s *stepFacts) order(name string) *[4]int64 {
	if s.orders[name] == nil {
		s.orders[name] = new([4]int64)
	}
	return s.orders[name]
}
