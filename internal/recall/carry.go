package recall

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Portable is a fact of a recall as it goes into another journal, as JSON:
// objects go by what they are called now instead of by the numbers of facts,
// those that called does not know are left out, and the size of this journal
// says nothing there. It answers "" for facts that are not of recalls.
func Portable(what journal.Body, called func(id int64) (genealogy.Object, bool, error)) (recall string, body []byte, err error) {
	switch f := what.(type) {
	case *Opened:
		c := *f
		c.Size, recall, what = 0, f.Recall, &c
	case *Scoped:
		c := *f
		c.Size, recall, what = 0, f.Recall, &c
		c.Objects, err = portable(f.Objects, func(o *ScopedObject) *string { return &o.ID }, called)
	case *Acted:
		c := *f
		recall, what = f.Recall, &c
		c.Objects, err = portable(f.Objects, func(o *ActedObject) *string { return &o.ID }, called)
	case *Closed:
		recall = f.Recall
	case *Drilled:
		recall = f.Lot
	default:
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	body, err = json.Marshal(what)
	return recall, body, err
}

// portable are objects by what they are called now.
func portable[T any](objects []T, number func(*T) *string, called func(id int64) (genealogy.Object, bool, error)) ([]T, error) {
	var all []T
	for _, o := range objects {
		id, err := journal.ParseFactName(*number(&o))
		if err != nil {
			return nil, err
		}
		now, ok, err := called(id)
		if err != nil {
			return nil, err
		}
		if ok {
			*number(&o) = now.Kind() + ":" + url.PathEscape(now.PartNumber) + "/" + url.PathEscape(now.Name())
			all = append(all, o)
		}
	}
	return all, nil
}

// Carry takes a fact of a recall as it was in another journal: a scope that was
// frozen there stays as it was, and what customers have said is not asked again.
type Carry struct {
	Recall string      `json:"recall"`
	Fact   string      `json:"kind"`
	Body   string      `json:"body"` // as Portable writes it
	At     moment.Time `json:"at,omitempty"`
}

// SetAt fills in when, if it was left open.
func (c *Carry) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide takes the fact. The recall must have been opened by one that was taken
// before, and its objects must be recorded.
func (c *Carry) Decide(set *store.Set) ([]journal.Fact, error) {
	decode := Projection.Kinds[c.Fact]
	if decode == nil {
		return nil, refuse.New(refuse.Invalid, "kind is %q: it must be one of those that a recall has, as an export writes them.", c.Fact).At("kind")
	}
	what := decode()
	decoder := json.NewDecoder(strings.NewReader(c.Body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(what); err != nil {
		return nil, refuse.New(refuse.Invalid, "The body is not that of a %s: leave it as it was exported.", c.Fact).At("body")
	}
	of, objects := "", []*string(nil)
	switch f := what.(type) {
	case *Opened:
		return c.opened(set, f)
	case *Scoped:
		of = f.Recall
		for i := range f.Objects {
			objects = append(objects, &f.Objects[i].ID)
		}
		if f.Change == scopeAgain {
			_ = scopeOf.All(set, f.Recall) // loads what is replaced
		}
	case *Acted:
		of = f.Recall
		for i := range f.Objects {
			objects = append(objects, &f.Objects[i].ID)
		}
	case *Closed:
		of = f.Recall
	case *Drilled:
		of = f.Lot
		return []journal.Fact{{At: c.At, What: f}}, c.same(of)
	}
	if _, ok := Recalls.Get(set, of); !ok {
		return nil, refuse.New(refuse.NotFound, "Recall %s is not opened by a row before this.", of).At("recall")
	}
	for _, ref := range objects {
		if err := numbered(set, ref); err != nil {
			return nil, err
		}
	}
	return []journal.Fact{{At: c.At, What: what}}, c.same(of)
}

// same refuses a row whose body is about another recall.
func (c *Carry) same(of string) error {
	if of != c.Recall {
		return refuse.New(refuse.Invalid, "The body is about %s, not %s: leave the row as it was exported.", of, c.Recall).At("recall")
	}
	return nil
}

func (c *Carry) opened(set *store.Set, f *Opened) ([]journal.Fact, error) {
	clean, err := name.Clean("recall", f.Recall)
	switch {
	case err != nil:
		return nil, err
	case clean != f.Recall || strings.Contains(clean, "/") || f.Reason == "":
		return nil, refuse.New(refuse.Invalid, "The body opens no recall: leave it as it was exported.").At("body")
	}
	if old, ok := Recalls.Get(set, f.Recall); ok {
		return nil, refuse.New(refuse.Conflict, "Recall %s is %s since %s: what another plant has recorded of one of that name cannot be added.", f.Recall, old.State, old.OpenedAt).At("recall")
	}
	return []journal.Fact{{At: c.At, What: f}}, c.same(f.Recall)
}

// numbered puts the number of an object where its name is.
func numbered(set *store.Set, ref *string) error {
	ways, err := genealogy.ParseRef(*ref)
	if err != nil || len(ways) != 1 {
		return refuse.New(refuse.Invalid, "%q in the body names no object: leave it as it was exported.", *ref).At("body")
	}
	row, err := genealogy.Find(set, ways[0])
	if err != nil {
		return at("body", err)
	}
	*ref = journal.FactName(row.ID)
	return nil
}

// HandNames are the objects that a fact changed in a scope by hand, as they are
// called now; ok is false for other facts.
func HandNames(what journal.Body, called func(id int64) (genealogy.Object, bool, error)) (recall string, refs []string, ok bool, err error) {
	f, is := what.(*Scoped)
	if !is || !slices.Contains([]string{scopeExcluded, scopeIncluded}, f.Change) {
		return "", nil, false, nil
	}
	for _, o := range f.Objects {
		id, err := journal.ParseFactName(o.ID)
		if err != nil {
			return "", nil, false, err
		}
		if now, known, err := called(id); err != nil {
			return "", nil, false, err
		} else if known {
			refs = append(refs, now.Ref())
		}
	}
	return f.Recall, refs, true, nil
}
