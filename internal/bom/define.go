package bom

import (
	"encoding/json"
	"reflect"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Line is what goes into an item.
type Line struct {
	FindNumber        string            `json:"find_number"`
	Component         string            `json:"component"`
	ComponentRevision string            `json:"component_revision,omitempty"`
	RevisionRule      string            `json:"revision_rule"` // any, exact, or_later
	Quantity          quantity.Quantity `json:"quantity"`
	UOM               string            `json:"uom,omitempty"`
	Entered           *catalog.Entered  `json:"entered,omitempty"` // the quantity as it was given, in another unit
	Designators       []string          `json:"reference_designators,omitempty"`
	Substitutes       []Substitute      `json:"substitutes,omitempty"`
	Scrap             quantity.Quantity `json:"scrap_percent,omitempty"`
	Phantom           bool              `json:"phantom,omitempty"`
	Optional          bool              `json:"optional,omitempty"`
	Operation         string            `json:"operation,omitempty"`
}

// DefineBOM says what a revision of an item is made of, all lines at once.
type DefineBOM struct {
	Parent   string      `json:"parent"`
	Revision string      `json:"parent_revision,omitempty"`
	Lines    []Line      `json:"lines"`
	At       moment.Time `json:"at,omitempty"`
}

// Defined says what a revision of an item is made of.
type Defined struct {
	Parent   string `json:"parent"`
	Revision string `json:"parent_revision"`
	Lines    []Line `json:"lines"`
}

// Kind names the fact.
func (Defined) Kind() string { return "bom.defined/1" }

// Extended gives further lines to a BOM that is too long for one fact; it
// follows bom.defined in the same entry.
type Extended struct {
	Parent   string `json:"parent"`
	Revision string `json:"parent_revision"`
	After    int64  `json:"after"` // how many lines come before these
	Lines    []Line `json:"lines"`
}

// Kind names the fact.
func (Extended) Kind() string { return "bom.extended/1" }

// SetAt fills in when, if it was left open.
func (c *DefineBOM) SetAt(at moment.Time) {
	if c.At == 0 {
		c.At = at
	}
}

// Decide defines the BOM. A released revision's BOM is defined once; a BOM
// that would contain itself is refused with the path named.
func (c *DefineBOM) Decide(set *store.Set) ([]journal.Fact, error) {
	rev, err := catalog.FindRevision(set, c.Parent, c.Revision)
	if err != nil {
		return nil, atField("parent", err)
	}
	all, mistakes := c.check(set)
	if len(mistakes) > 0 {
		return nil, mistakes[0].Refusal
	}
	if old := byParent.All(set, parentKey{c.Parent, rev.Revision}); len(old) > 0 {
		if sameRows(old, rowsOf(c.Parent, rev.Revision, 0, all)) {
			return nil, nil
		}
		if rev.Status != catalog.Draft {
			return nil, refuse.New(refuse.Conflict, "The BOM of %s revision %s is defined and released: define a new revision for the change.", c.Parent, rev.Revision).At("parent")
		}
	}
	return c.facts(rev.Revision, all)
}

// factMax is how many bytes of lines one fact holds, well below what a line of
// the journal can.
const factMax = journal.LineMax / 2

// facts divides a BOM into facts that the journal can hold.
func (c *DefineBOM) facts(revision string, all []Line) ([]journal.Fact, error) {
	first := &Defined{Parent: c.Parent, Revision: revision, Lines: []Line{}}
	facts := []journal.Fact{{At: c.At, What: first}}
	to, size := &first.Lines, 0
	for i, line := range all {
		text, err := json.Marshal(line)
		if err != nil {
			return nil, err
		}
		if size += len(text); size > factMax && len(*to) > 0 {
			next := &Extended{Parent: c.Parent, Revision: revision, After: int64(i)}
			facts = append(facts, journal.Fact{At: c.At, What: next})
			to, size = &next.Lines, len(text)
		}
		*to = append(*to, line)
	}
	return facts, nil
}

func atField(name string, err error) error {
	if refusal, ok := refuse.As(err); ok {
		return refusal.At(name)
	}
	return err
}

func sameRows(old []*Row, rows []Row) bool {
	if len(old) != len(rows) {
		return false
	}
	for i := range rows {
		if !reflect.DeepEqual(*old[i], rows[i]) {
			return false
		}
	}
	return true
}

func rowsOf(parent, revision string, after int64, all []Line) []Row {
	rows := make([]Row, len(all))
	for i, l := range all {
		substitutes := "[]"
		if len(l.Substitutes) > 0 {
			text, err := json.Marshal(l.Substitutes)
			if err != nil {
				panic(err) // names and amounts always encode
			}
			substitutes = string(text)
		}
		rows[i] = Row{parent, revision, after + int64(i+1), l.FindNumber, l.Component, l.ComponentRevision, l.RevisionRule, l.Quantity,
			strings.Join(l.Designators, " "), substitutes, l.Scrap, l.Phantom, l.Optional, l.Operation}
	}
	return rows
}
