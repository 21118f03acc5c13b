package trace

import (
	"maps"
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/graph"
	"lotline/internal/order"
	"lotline/internal/store"
)

// What of the tables goes into the graph. Columns that no trace asks for stay
// behind.
const (
	objectText   = `SELECT id, part_number, kind, name, revision, lot_id, order_name, origin, location, at, completed_at, size, voided FROM object`
	edgeText     = `SELECT id, from_id, to_id, kind, certainty, position, candidate_group, order_name, deviation, line, from_order, before, quantity, at, ended_at, removed, voided FROM edge`
	removalText  = `SELECT id, edge_id, quantity, at, voided FROM removal`
	issueText    = `SELECT id, object_id, line, quantity, at, voided, order_name, deviation FROM issue`
	memberText   = `SELECT id, object_id, at, until, voided, order_name, kind FROM membership`
	movementText = `SELECT id, object_id, at, quantity, voided, term, order_name, customer, system, shipment, location, reason FROM movement`
	breachText   = `SELECT id, object_id, at, voided FROM breach`
	receiptText  = `SELECT id, object_id FROM receipt`
)

// feed brings rows of the tables into a graph.
type feed struct {
	tx      *store.Tx
	company string
	edit    *graph.Edit
}

// cells are the columns of a row in the order of its statement.
type cells []any

func (c cells) number(i int) int64 { n, _ := c[i].(int64); return n }
func (c cells) text(i int) string  { s, _ := c[i].(string); return s }

// rows gives f the rows that meet a condition whose parameters begin at $2.
func (f *feed) rows(text, where string, args []any, each func(cells) error) error {
	text += " WHERE company = $1" + where
	rows, err := f.tx.Query(text, append([]any{f.company}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	row, to := make(cells, len(columns)), make([]any, len(columns))
	for i := range row {
		to[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// among gives f the rows whose column is one of ids.
func (f *feed) among(text, column string, ids []int64, each func(cells) error) error {
	for chunk := range slices.Chunk(ids, chunkMax) {
		var args []any
		places := make([]string, len(chunk))
		for i, id := range chunk {
			places[i] = "$" + itoa(i+2)
			args = append(args, id)
		}
		if err := f.rows(text, " AND "+column+" IN ("+strings.Join(places, ", ")+") ORDER BY id", args, each); err != nil {
			return err
		}
	}
	return nil
}

// all reads the tables from the beginning to the end.
func (f *feed) all() error {
	type belonging struct{ unit, lot int64 }
	var belong []belonging
	err := f.rows(objectText, " ORDER BY id", nil, func(c cells) error {
		if o := object(c); o.Lot != 0 {
			belong = append(belong, belonging{o.ID, o.Lot})
		}
		return f.edit.Object(object(c))
	})
	if err != nil {
		return err
	}
	for _, b := range belong {
		if err := f.edit.Belongs(b.unit, b.lot); err != nil {
			return err
		}
	}
	for text, put := range f.others() {
		if err := f.rows(text, " ORDER BY id", nil, put); err != nil {
			return err
		}
	}
	return f.orders(0, nil)
}

// others are the tables beside those of objects and receipts; removals come
// after their edges.
func (f *feed) others() func(yield func(string, func(cells) error) bool) {
	return func(yield func(string, func(cells) error) bool) {
		_ = yield(edgeText, func(c cells) error { x := edge(c); return f.edit.Edge(&x) }) &&
			yield(removalText, func(c cells) error {
				return f.edit.Removal(&graph.Removal{ID: c.number(0), Edge: c.number(1), Quantity: c.number(2), At: c.number(3), Voided: c.number(4)})
			}) &&
			yield(issueText, func(c cells) error {
				return f.edit.Issue(&graph.Issue{ID: c.number(0), Object: c.number(1), Line: c.number(2), Quantity: c.number(3), At: c.number(4), Voided: c.number(5), Order: c.text(6), Deviation: c.text(7)})
			}) &&
			yield(memberText, func(c cells) error {
				return f.edit.Membership(&graph.Membership{ID: c.number(0), Object: c.number(1), At: c.number(2), Until: c.number(3), Voided: c.number(4), Order: c.text(5), Kind: c.text(6)})
			}) &&
			yield(movementText+" ", func(c cells) error { m := moved(c); return f.edit.Movement(&m) }) &&
			yield(breachText, func(c cells) error {
				return f.edit.Breach(&graph.Breach{ID: c.number(0), Object: c.number(1), At: c.number(2), Voided: c.number(3)})
			})
	}
}

func object(c cells) graph.Object {
	return graph.Object{ID: c.number(0), Part: c.text(1), Kind: c.text(2), Name: c.text(3), Revision: c.text(4), Lot: c.number(5), Order: c.text(6), Origin: c.text(7),
		Location: c.text(8), At: c.number(9), CompletedAt: c.number(10), Size: c.number(11), Voided: c.number(12)}
}

func edge(c cells) graph.Edge {
	return graph.Edge{ID: c.number(0), From: c.number(1), To: c.number(2), Kind: c.text(3), Certainty: c.text(4), Position: c.text(5), Group: c.text(6), Order: c.text(7),
		Deviation: c.text(8), Line: c.number(9), FromOrder: c.number(10), Before: c.number(11), Quantity: c.number(12), At: c.number(13), EndedAt: c.number(14), Removed: c.number(15), Voided: c.number(16)}
}

// moved is a movement with what a trace asks of its term only: names that are
// new with each would not be shared.
func moved(c cells) graph.Movement {
	m := graph.Movement{ID: c.number(0), Object: c.number(1), At: c.number(2), Quantity: c.number(3), Voided: c.number(4), Term: c.text(5), Location: c.text(10)}
	switch m.Term {
	case genealogy.TermScrapped:
		m.Order = c.text(6)
	case genealogy.TermShipped, genealogy.TermReturned, genealogy.TermToSupplier, genealogy.TermFielded:
		m.Customer, m.System, m.Shipment = c.text(7), c.text(8), c.text(9)
	}
	if m.Term == genealogy.TermFielded || m.Term == genealogy.TermMoved {
		m.Reason = c.text(11)
	}
	return m
}

// orders brings in the orders that facts from a number on changed.
func (f *feed) orders(first int64, each func(name string)) error {
	changed, err := order.Changed(f.tx, f.company, first)
	for _, o := range changed {
		f.edit.Order(&graph.Order{Order: o.Order, Part: o.PartNumber, State: o.State, Seal: o.Seal, Quantity: int64(o.Quantity), Gone: int64(o.Gone), ClosedAt: int64(o.ClosedAt)})
		if each != nil {
			each(o.Order)
		}
	}
	return err
}

func sortedIDs(ids map[int64]bool) []int64 {
	delete(ids, 0)
	return slices.Sorted(maps.Keys(ids))
}
