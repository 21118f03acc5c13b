package recall

import (
	"encoding/json"
	"strings"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// Open opens a recall: what its triggers reach is frozen as its scope (ISO 9001
// 8.7, nonconforming outputs found after delivery; 21 CFR 7.46).
type Open struct {
	Recall string `json:"recall"`
	Reason string `json:"reason"`
	Question
	Instructions string      `json:"instructions,omitempty"` // to those who have affected units
	At           moment.Time `json:"at,omitempty"`

	scope *frozen
}

// Opened says that a recall is open, what it asks, and how large the journal
// was that its scope was taken from. The objects follow as Scoped.
type Opened struct {
	Recall       string   `json:"recall"`
	Reason       string   `json:"reason"`
	Question     Question `json:"question"`
	Instructions string   `json:"instructions,omitempty"`
	Size         int64    `json:"size"`
	Counts
}

// Kind names the fact.
func (Opened) Kind() string { return "recall.opened/1" }

// textMax bounds what people write about a recall, in bytes.
const textMax = 10_000

// SetAt fills in when, if it was left open.
func (c *Open) SetAt(at moment.Time) { fill(&c.At, at) }

// Prepare asks what the triggers reach.
func (c *Open) Prepare(tx *store.Tx, company string) (err error) {
	if c.scope, err = freeze(tx, company, c.Question, nil); err == nil && len(c.scope.objects) == 0 {
		err = refuse.New(refuse.NotFound, "The trigger matches nothing that is recorded.")
	}
	return err
}

// Decide opens the recall with the scope that Prepare found.
func (c *Open) Decide(set *store.Set) ([]journal.Fact, error) {
	recall, err := name.Clean("recall", c.Recall)
	switch {
	case err != nil:
		return nil, err
	case strings.Contains(recall, "/"):
		return nil, refuse.New(refuse.Invalid, "recall is %q: its name stands in addresses and holds, and has no /.", recall).At("recall")
	case c.Reason == "":
		return nil, refuse.New(refuse.Invalid, "Say why recall %s is opened.", recall).At("reason")
	case len(c.Reason) > textMax || len(c.Instructions) > textMax:
		return nil, refuse.New(refuse.TooLarge, "Reason and instructions have at most %d bytes each.", textMax).At("reason")
	}
	if old, ok := Recalls.Get(set, recall); ok {
		return nil, refuse.New(refuse.Conflict, "Recall %s is %s since %s: scope it again, or open another under its own name.", recall, old.State, max(old.OpenedAt, old.ClosedAt)).At("recall")
	}
	opened := &Opened{Recall: recall, Reason: c.Reason, Question: c.Question, Instructions: c.Instructions, Size: c.scope.size, Counts: countsOf(c.scope.objects)}
	return append([]journal.Fact{{At: c.At, What: opened}}, c.scope.facts(recall, 1, c.At)...), nil
}

// frozen is a scope as it is at a size of the journal.
type frozen struct {
	size    int64
	objects []trace.Object
}

// freeze asks what a question reaches now, and what was included by hand.
func freeze(tx *store.Tx, company string, asked Question, included []int64) (*frozen, error) {
	size, _, err := journal.Head(tx, company)
	if err != nil {
		return nil, err
	}
	objects, err := ask(tx, company, asked, included, trace.Question{})
	return &frozen{size, objects}, err
}

// ask is what a question and the objects that were included by hand reach.
func ask(tx *store.Tx, company string, asked Question, included []int64, q trace.Question) ([]trace.Object, error) {
	starts, err := withHand(tx, company, asked, included, q)
	if err != nil {
		return nil, err
	}
	reach, err := trace.ReachObjects(tx, company, starts, q)
	if err != nil {
		return nil, err
	}
	return reach.Objects, nil
}

// withHand are the starts of a question and what was included by hand.
func withHand(tx *store.Tx, company string, asked Question, included []int64, q trace.Question) (matches, error) {
	starts, _, err := asked.starts(tx, company, q)
	if err != nil {
		return nil, err
	}
	for _, id := range included {
		starts.add(id, false)
	}
	return starts, nil
}

// sizeHere is the size of the journal that a scope was frozen at; what came in
// from another journal was frozen before the entry that it came in with.
func sizeHere(size int64, line journal.Line) int64 {
	if size == 0 {
		return line.Seq
	}
	return size
}

func projectOpened(set *store.Set, line journal.Line, f *Opened) {
	question, err := json.Marshal(f.Question)
	if err != nil {
		panic(err) // texts always encode
	}
	Recalls.Put(set, Row{Recall: f.Recall, Reason: f.Reason, Question: string(question), Instructions: f.Instructions, State: StateOpen, Scope: 1, Size: sizeHere(f.Size, line),
		Must: f.Must, May: f.May, HadMust: int64(f.HadBeen.Must), HadMay: int64(f.HadBeen.May), OpenedAt: line.At, ScopedAt: line.At, Fact: line.ID()})
}
