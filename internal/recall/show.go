package recall

import (
	"slices"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// ByHand is an object that was excluded from a scope, or included in it.
type ByHand struct {
	Object     string                   `json:"object"`
	Reason     string                   `json:"reason"`
	At         moment.Time              `json:"at"`
	Entry      int64                    `json:"entry"`
	Signatures []journal.ShownSignature `json:"signatures"`
}

// Summary is a recall in a list.
type Summary struct {
	Recall   string      `json:"recall"`
	Reason   string      `json:"reason"`
	State    string      `json:"state"`
	OpenedAt moment.Time `json:"opened_at"`
	ScopedAt moment.Time `json:"scoped_at"`
	ClosedAt moment.Time `json:"closed_at"`
	Scope    int64       `json:"scope"` // how often it was frozen
	Size     int64       `json:"size"`  // of the journal when it was frozen last
	Entry    int64       `json:"entry"` // that opened it
}

// Shown is a recall with what its scope comes to. Excluded objects are not
// counted.
type Shown struct {
	Summary
	Instructions string         `json:"instructions"`
	Question     Question       `json:"question"`
	Must         int            `json:"must"`
	May          int            `json:"may"`
	HadBeen      trace.HadBeen  `json:"had_been"`
	ByState      map[string]int `json:"by_state"`
	ByCustomer   []Customer     `json:"by_customer"`
	Excluded     []ByHand       `json:"excluded"`
	Included     []ByHand       `json:"included"`
}

// ScopeObject is an object of a scope.
type ScopeObject struct {
	trace.Object
	Excluded bool `json:"excluded"`
	Included bool `json:"included"`
}

// ScopeShown is a scope as it was frozen, with what was changed by hand since.
type ScopeShown struct {
	Recall   string        `json:"recall"`
	Scope    int64         `json:"scope"`
	Size     int64         `json:"size"`
	ScopedAt moment.Time   `json:"scoped_at"`
	Question Question      `json:"question"`
	Objects  []ScopeObject `json:"objects"`
}

// Explained is why an object is in a scope.
type Explained struct {
	Recall   string `json:"recall"`
	Object   string `json:"object"`
	Excluded string `json:"excluded,omitempty"` // why it was taken out by hand
	Included string `json:"included,omitempty"` // why it was put in by hand
	*trace.Path
}

func (r *Row) summary() Summary {
	return Summary{r.Recall, r.Reason, r.State, r.OpenedAt, r.ScopedAt, r.ClosedAt, r.Scope, r.Size, journal.EntryOf(r.Fact)}
}

// List are the recalls of a company, the open ones first, then the latest.
func List(tx *store.Tx, company string) ([]Summary, error) {
	rows, err := Recalls.SelectOrdered(tx, company, "", "ORDER BY state DESC, opened_at DESC, recall")
	all := make([]Summary, len(rows))
	for i := range rows {
		all[i] = rows[i].summary()
	}
	return all, err
}

// Show is a recall with what its scope comes to.
func Show(tx *store.Tx, company, recall string) (*Shown, error) {
	r, err := Get(tx, company, recall)
	if err != nil {
		return nil, err
	}
	s := &Shown{Summary: r.summary(), Instructions: r.Instructions, Question: r.question()}
	objects, err := counted(tx, company, recall)
	if err != nil {
		return nil, err
	}
	total := trace.CountOf(objects)
	s.Must, s.May, s.HadBeen, s.ByState, s.ByCustomer = total.Must, total.May, total.HadBeen, total.ByState, byCustomer(trace.AtCustomers(objects))
	if s.Excluded, err = handList(tx, company, recall, scopeExcluded); err != nil {
		return nil, err
	}
	s.Included, err = handList(tx, company, recall, scopeIncluded)
	return s, err
}

// counted are the objects of a scope that are not excluded.
func counted(tx *store.Tx, company, recall string) ([]trace.Object, error) {
	objects, err := scopeObjects(tx, company, recall)
	if err != nil {
		return nil, err
	}
	out, err := byHand(tx, company, recall, scopeExcluded)
	return slices.DeleteFunc(objects, func(o trace.Object) bool { _, gone := out[o.Number()]; return gone }), err
}

func handList(tx *store.Tx, company, recall, change string) ([]ByHand, error) {
	rows, err := byHand(tx, company, recall, change)
	all := []ByHand{}
	for _, id := range ids(rows) {
		h := rows[id]
		b := ByHand{Object: h.Ref, Reason: h.Reason, At: h.At, Entry: journal.EntryOf(h.Fact)}
		if err == nil {
			b.Signatures, err = journal.SignaturesFor(tx, company, journal.Signs{Facts: []int64{h.Fact}, About: "recall", Name: recall, Object: h.Ref})
		}
		all = append(all, b)
	}
	return all, err
}

// ShowScope is a recall's scope as it was frozen.
func ShowScope(tx *store.Tx, company, recall string) (*ScopeShown, error) {
	r, err := Get(tx, company, recall)
	if err != nil {
		return nil, err
	}
	s := &ScopeShown{Recall: r.Recall, Scope: r.Scope, Size: r.Size, ScopedAt: r.ScopedAt, Question: r.question(), Objects: []ScopeObject{}}
	objects, err := scopeObjects(tx, company, recall)
	if err != nil {
		return nil, err
	}
	hands, err := Hands.Select(tx, company, "recall = $2", recall)
	changed := map[int64]string{}
	for _, h := range hands {
		changed[h.ObjectID] = h.Change
	}
	for _, o := range objects {
		change := changed[o.Number()]
		s.Objects = append(s.Objects, ScopeObject{o, change == scopeExcluded, change == scopeIncluded})
	}
	return s, err
}

// Why is one shortest path to an object of a recall's scope, as it was known
// when the scope was frozen.
func Why(tx *store.Tx, company, recall, object string) (*Explained, error) {
	r, err := Get(tx, company, recall)
	if err != nil {
		return nil, err
	}
	row, err := trace.Resolve(tx, company, object)
	if err != nil {
		return nil, at("object", err)
	}
	in, err := Scopes.Select(tx, company, "recall = $2 AND object_id = $3", recall, row.ID)
	if err != nil {
		return nil, err
	}
	if len(in) == 0 {
		return nil, refuse.New(refuse.NotFound, "%s is not in the scope of recall %s.", row.Object(), recall).At("object")
	}
	e := &Explained{Recall: recall, Object: row.Object().Ref()}
	hands, err := Hands.Select(tx, company, "recall = $2 AND object_id = $3", recall, row.ID)
	if err != nil {
		return nil, err
	}
	for _, h := range hands {
		if h.Change == scopeExcluded {
			e.Excluded = h.Reason
		} else {
			e.Included = h.Reason
		}
	}
	included, err := byHand(tx, company, recall, scopeIncluded)
	if err != nil {
		return nil, err
	}
	e.Path, err = pathTo(tx, company, r, ids(included), row.ID)
	return e, err
}

// pathTo asks for a path as known when the scope was frozen, and for what came
// in by hand later, as known now.
func pathTo(tx *store.Tx, company string, r *Row, included []int64, object int64) (*trace.Path, error) {
	for _, q := range []trace.Question{{KnownAt: r.Size}, {}} {
		starts, err := withHand(tx, company, r.question(), included, q)
		if err != nil {
			return nil, err
		}
		ways, err := trace.FindWays(tx, company, starts, q)
		if err != nil {
			return nil, err
		}
		if path, err := ways.To(object); path != nil || err != nil {
			return path, err
		}
	}
	return &trace.Path{Steps: []trace.Step{}}, nil
}
