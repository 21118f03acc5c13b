package bom

import (
	"reflect"
	"strconv"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
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
	Designators       []string          `json:"reference_designators,omitempty"`
	Substitutes       []Substitute      `json:"substitutes,omitempty"`
	Scrap             quantity.Quantity `json:"scrap_percent,omitempty"`
	Phantom           bool              `json:"phantom,omitempty"`
	Optional          bool              `json:"optional,omitempty"`
	Operation         string            `json:"operation,omitempty"`
}

// Substitute may take a component's place; Ratio of it for one of the component.
type Substitute struct {
	PartNumber string            `json:"part_number"`
	Ratio      quantity.Quantity `json:"ratio"`
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
		return nil, field("parent", err)
	}
	f := Defined{Parent: c.Parent, Revision: rev.Revision, Lines: make([]Line, len(c.Lines))}
	finds := map[string]bool{}
	for i, line := range c.Lines {
		if err := cleanLine(set, i, &line); err != nil {
			return nil, err
		}
		if finds[line.FindNumber] {
			return nil, refuse.New(refuse.Invalid, "Find number %s stands twice in the BOM of %s.", line.FindNumber, c.Parent).At("find_number")
		}
		finds[line.FindNumber] = true
		f.Lines[i] = line
	}
	old := byParent.All(set, parentKey{f.Parent, f.Revision})
	if len(old) > 0 {
		if sameRows(old, rowsOf(f.Parent, f.Revision, f.Lines)) {
			return nil, nil
		}
		if rev.Status != catalog.Draft {
			return nil, refuse.New(refuse.Conflict, "The BOM of %s revision %s is defined and released: define a new revision for the change.", c.Parent, rev.Revision).At("parent")
		}
	}
	for _, line := range f.Lines {
		if path := findPath(set, line.Component, c.Parent); path != nil {
			return nil, refuse.New(refuse.Conflict, "The BOM would contain itself: %s > %s.", c.Parent, strings.Join(path, " > ")).At("component")
		}
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

func field(name string, err error) error {
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

func cleanLine(set *store.Set, i int, l *Line) error {
	if l.FindNumber == "" {
		l.FindNumber = strconv.Itoa(10 * (i + 1))
	}
	if l.RevisionRule == "" {
		l.RevisionRule = "any"
	}
	var err error
	if l.Component, err = name.Clean("component", l.Component); err != nil {
		return err
	}
	item, err := catalog.FindItem(set, l.Component)
	if err != nil {
		return field("component", err)
	}
	if l.ComponentRevision != "" {
		if _, err := catalog.FindRevision(set, l.Component, l.ComponentRevision); err != nil {
			return field("component_revision", err)
		}
	}
	switch {
	case l.Quantity <= 0:
		return refuse.New(refuse.Invalid, "Line %s needs %s of %s: the quantity must be more than 0.", l.FindNumber, l.Quantity, l.Component).At("quantity")
	case l.Scrap < 0 || l.Scrap >= quantity.Pieces(100):
		return refuse.New(refuse.Invalid, "Scrap of %s %% is not possible: it must be from 0 to under 100.", l.Scrap).At("scrap_percent")
	case l.UOM != "" && l.UOM != item.UOM:
		return refuse.New(refuse.Invalid, "%s is counted in %s, not %s.", l.Component, item.UOM, l.UOM).At("uom")
	case l.RevisionRule != "any" && l.RevisionRule != "exact" && l.RevisionRule != "or_later":
		return refuse.New(refuse.Invalid, "revision_rule is %q: it must be any, exact or or_later.", l.RevisionRule).At("revision_rule")
	case len(l.Designators) > 0 && l.Quantity != quantity.Pieces(int64(len(l.Designators))):
		return refuse.New(refuse.Invalid, "Line %s has %d reference designators for a quantity of %s: they must be as many.", l.FindNumber, len(l.Designators), l.Quantity).At("reference_designators")
	}
	for j := range l.Substitutes {
		s := &l.Substitutes[j]
		if s.Ratio == 0 {
			s.Ratio = quantity.One
		}
		if _, err := catalog.FindItem(set, s.PartNumber); err != nil {
			return field("substitutes", err)
		}
		if s.Ratio < 0 {
			return refuse.New(refuse.Invalid, "The ratio of substitute %s must be more than 0.", s.PartNumber).At("substitutes")
		}
	}
	return nil
}

// findPath is a way down the BOMs from one item to another, nil when there is
// none. It looks at every item once.
func findPath(set *store.Set, from, to string) []string {
	above := map[string]string{from: ""}
	queue := []string{from}
	for len(queue) > 0 {
		part := queue[0]
		queue = queue[1:]
		if part == to {
			var path []string
			for p := part; p != ""; p = above[p] {
				path = append([]string{p}, path...)
			}
			return path
		}
		rev, err := catalog.FindRevision(set, part, "")
		if err != nil {
			continue
		}
		for _, line := range byParent.All(set, parentKey{part, rev.Revision}) {
			if _, seen := above[line.Component]; !seen {
				above[line.Component] = part
				queue = append(queue, line.Component)
			}
		}
	}
	return nil
}
