// Package recall answers which objects a trigger reaches, where they are and
// who has them; and keeps recalls from the day they are opened, with a scope
// that is frozen, until they are closed.
package recall

import (
	_ "embed" // the schema
	"encoding/json"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

//go:embed tables.sql
var schema string

// The states of a recall.
const (
	StateOpen   = "open"
	StateClosed = "closed"
)

// Row is a recall.
type Row struct {
	Recall       string      `col:"recall,key"`
	Reason       string      `col:"reason"`
	Question     string      `col:"question"` // as JSON
	Instructions string      `col:"instructions"`
	State        string      `col:"state"`
	Scope        int64       `col:"scope"` // the number of the scope that holds
	Size         int64       `col:"size"`  // of the journal when that was frozen
	Must         int64       `col:"must"`
	May          int64       `col:"may"`
	HadMust      int64       `col:"had_must"`
	HadMay       int64       `col:"had_may"`
	OpenedAt     moment.Time `col:"opened_at"`
	ScopedAt     moment.Time `col:"scoped_at"`
	ClosedAt     moment.Time `col:"closed_at"`
	CloseReason  string      `col:"close_reason"`
	Fact         int64       `col:"fact"`
	ClosedFact   int64       `col:"closed_fact"`
}

// Question is what the recall asks.
func (r *Row) question() (q Question) {
	_ = json.Unmarshal([]byte(r.Question), &q) // written by this package
	return q
}

// ScopeRow is an object of a recall's scope at one of its places, as it was
// when the scope was frozen.
type ScopeRow struct {
	Recall      string            `col:"recall,key"`
	ObjectID    int64             `col:"object_id,key"`
	Place       int64             `col:"place,key"` // a lot may be at several
	PartNumber  string            `col:"part_number"`
	Kind        string            `col:"kind"`
	Name        string            `col:"name"`
	Revision    string            `col:"revision"`
	Certainty   string            `col:"certainty"`
	Removed     bool              `col:"removed"`
	Depth       int64             `col:"depth"`
	QuantityMin quantity.Quantity `col:"quantity_min"`
	QuantityMax quantity.Quantity `col:"quantity_max"`
	Top         string            `col:"top"`
	State       string            `col:"state"`
	Quantity    quantity.Quantity `col:"quantity"`
	Location    string            `col:"location"`
	Order       string            `col:"order_name"`
	Customer    string            `col:"customer"`
	System      string            `col:"system"`
	Shipment    string            `col:"shipment"`
}

type scopeKey struct {
	Recall   string
	ObjectID int64
	Place    int64
}

// HandRow is an object that was excluded from a scope, or included in it, by
// hand.
type HandRow struct {
	Recall   string      `col:"recall,key"`
	ObjectID int64       `col:"object_id,key"`
	Change   string      `col:"change"` // excluded, included
	Ref      string      `col:"ref"`
	Reason   string      `col:"reason"`
	At       moment.Time `col:"at"`
	Fact     int64       `col:"fact"`
}

type handKey struct {
	Recall   string
	ObjectID int64
}

// The tables of recalls.
var (
	Recalls = store.NewTable("recall", func(r *Row) string { return r.Recall })
	Scopes  = store.NewTable("recall_scope", func(r *ScopeRow) scopeKey { return scopeKey{r.Recall, r.ObjectID, r.Place} })
	scopeOf = store.NewIndex(Scopes, "recall", func(r *ScopeRow) string { return r.Recall })
	Hands   = store.NewTable("recall_hand", func(r *HandRow) handKey { return handKey{r.Recall, r.ObjectID} })
)

// Projection is what recalls derive from their facts.
var Projection = journal.Projection{
	Name: "recall", Version: 1, Schema: schema,
	Tables: []store.AnyTable{Recalls, Scopes, Hands, Acts, Units, Mails, drills},
	Kinds: journal.Kinds{
		Opened{}.Kind():  func() journal.Body { return new(Opened) },
		Scoped{}.Kind():  func() journal.Body { return new(Scoped) },
		Acted{}.Kind():   func() journal.Body { return new(Acted) },
		Closed{}.Kind():  func() journal.Body { return new(Closed) },
		Drilled{}.Kind(): func() journal.Body { return new(Drilled) },
	},
	Project: project,
}

// find is a recall that is open at a time, or a refusal.
func find(set *store.Set, name string, when moment.Time) (*Row, error) {
	r, ok := Recalls.Get(set, name)
	if !ok {
		return nil, refuse.New(refuse.NotFound, "There is no recall %s: open it first.", name).At("recall")
	}
	if r.State == StateClosed {
		return nil, refuse.New(refuse.Conflict, "Recall %s was closed on %s.", name, r.ClosedAt).At("recall")
	}
	if when < r.OpenedAt {
		return nil, refuse.New(refuse.Conflict, "Recall %s was opened on %s, after %s.", name, r.OpenedAt, when).At("at")
	}
	return r, nil
}

// Get is a recall, or a refusal that says it is missing.
func Get(tx *store.Tx, company, name string) (*Row, error) {
	rows, err := Recalls.Select(tx, company, `recall = $2`, name)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, refuse.New(refuse.NotFound, "There is no recall %s.", name).At("recall")
	}
	return &rows[0], nil
}

func fill(at *moment.Time, now moment.Time) {
	if *at == 0 {
		*at = now
	}
}

// Counts are how many objects of a scope are affected surely, possibly, and
// had been.
type Counts struct {
	Must    int64         `json:"must"`
	May     int64         `json:"may"`
	HadBeen trace.HadBeen `json:"had_been,omitzero"`
}

func countsOf(objects []trace.Object) (c Counts) {
	counted := trace.CountOf(objects)
	return Counts{int64(counted.Must), int64(counted.May), counted.HadBeen}
}
