package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"lotline/internal/refuse"
)

// Listing asks for one page of a table's rows, as a list shows them.
type Listing struct {
	Sort   string            // a column of the table; empty: by key
	Down   bool              // the greatest first
	After  string            // the cursor that the page before answered; empty: the first page
	Limit  int               // rows of a page; 0: 50, at most ListingMax
	Equal  map[string]string // column: its text exactly; an empty text asks nothing
	Begins map[string]string // column: how its text begins
}

// ListingMax is how many rows a page has at most.
const ListingMax = 100_000

const listingRows = 50 // of a page that names no limit

// Page reads one page of the rows that meet a condition of the caller (as in
// Select) and what the listing asks, and the cursor of the next page, which is
// empty on the last. It never counts and never skips: the next page begins
// behind a key.
func (t *Table[K, T]) Page(tx *Tx, company string, l Listing, where string, args ...any) (rows []T, next string, err error) {
	order := t.KeyColumns()
	if l.Sort != "" && l.Sort != order[0] {
		if !slices.Contains(t.AllColumns(), l.Sort) {
			return nil, "", refuse.New(refuse.Invalid, "The list cannot be sorted by %q.", l.Sort).At("sort")
		}
		order = append([]string{l.Sort}, slices.DeleteFunc(order, func(c string) bool { return c == l.Sort })...)
	}
	q := listingQuery{args: args}
	if where != "" {
		q.add("(" + where + ")")
	}
	for _, column := range t.AllColumns() {
		if text := l.Equal[column]; text != "" {
			q.add(`"` + column + `" = ` + q.arg(text))
		}
		if text := l.Begins[column]; text != "" { // a range and no LIKE: an index serves it, and no character is special
			q.add(`"` + column + `" >= ` + q.arg(text) + ` AND "` + column + `" < ` + q.arg(text+"\U0010FFFF"))
		}
	}
	if l.After != "" {
		if err := q.after(&t.layout_, order, l); err != nil {
			return nil, "", err
		}
	}
	limit := l.Limit
	if limit <= 0 {
		limit = listingRows
	}
	limit = min(limit, ListingMax)
	direction := ""
	if l.Down {
		direction = " DESC"
	}
	by := "ORDER BY " + strings.Join(quoted(order), direction+", ") + direction + " LIMIT " + strconv.Itoa(limit+1)
	rows, err = t.SelectOrdered(tx, company, strings.Join(q.conditions, " AND "), by, q.args...)
	if err != nil || len(rows) <= limit {
		return rows, "", err
	}
	rows = rows[:limit]
	return rows, t.layout_.cursor(unsafe.Pointer(&rows[limit-1]), order), nil
}

// listingQuery collects conditions; $1 is the company.
type listingQuery struct {
	conditions []string
	args       []any
}

func (q *listingQuery) add(condition string) { q.conditions = append(q.conditions, condition) }

func (q *listingQuery) arg(value any) string {
	q.args = append(q.args, value)
	return "$" + strconv.Itoa(len(q.args)+1)
}

// after continues behind a cursor.
func (q *listingQuery) after(lay *layout, order []string, l Listing) error {
	wrong := refuse.New(refuse.Invalid, "The list does not go on there: begin at its first page.").At("after")
	text, err := base64.RawURLEncoding.DecodeString(l.After)
	if err != nil {
		return wrong
	}
	var values []string
	if json.Unmarshal(text, &values) != nil || len(values) != len(order) {
		return wrong
	}
	places := make([]string, len(order))
	for i, column := range order {
		var value any = values[i]
		if lay.find(column).kind != reflect.String {
			n, err := strconv.ParseInt(values[i], 10, 64)
			if err != nil {
				return wrong
			}
			value = n
		}
		places[i] = q.arg(value)
	}
	sign := " > "
	if l.Down {
		sign = " < "
	}
	q.add("(" + strings.Join(quoted(order), ", ") + ")" + sign + "(" + strings.Join(places, ", ") + ")")
	return nil
}

func (l *layout) find(name string) column {
	return l.columns[slices.IndexFunc(l.columns, func(c column) bool { return c.name == name })]
}

// cursor names a row by the columns of an order.
func (l *layout) cursor(p unsafe.Pointer, order []string) string {
	values := make([]string, len(order))
	for i, name := range order {
		values[i] = fmt.Sprint(l.cells(nil, p, []column{l.find(name)})[0])
	}
	text, _ := json.Marshal(values) // texts always can
	return base64.RawURLEncoding.EncodeToString(text)
}

// CountUpTo counts the rows that meet a condition, as Select reads it, but no
// more than most: a page that says "more than 1,000" must not read a million.
func (t *Table[K, T]) CountUpTo(tx *Tx, company string, most int64, where string, args ...any) (n int64, err error) {
	query := "SELECT count(*) FROM (SELECT 1 AS one FROM " + t.Name() + " WHERE company = $1"
	if where != "" {
		query += " AND (" + where + ")"
	}
	_, err = tx.One([]any{&n}, query+" LIMIT $"+strconv.Itoa(len(args)+2)+") AS some", append(append([]any{company}, args...), most)...)
	return n, err
}
