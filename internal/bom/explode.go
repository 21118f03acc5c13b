package bom

import (
	"math/big"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Exploded is the BOM of an item revision with its levels.
type Exploded struct {
	PartNumber string         `json:"part_number"`
	Name       string         `json:"name"`
	Revision   string         `json:"revision"`
	Status     string         `json:"status"`
	UOM        string         `json:"uom"`
	Levels     int            `json:"levels"`   // below the top, of the lines that are shown
	Complete   bool           `json:"complete"` // false: there is more below the levels that were asked for
	Lines      []ExplodedLine `json:"lines"`    // depth first, without the top
}

// ExplodedLine is a line of an exploded BOM.
type ExplodedLine struct {
	Level          int               `json:"level"` // 1 directly below the top
	Path           string            `json:"path"`  // find numbers from the top, separated by slashes
	FindNumber     string            `json:"find_number"`
	Parent         string            `json:"parent"`
	ParentRevision string            `json:"parent_revision"`
	PartNumber     string            `json:"part_number"`
	Name           string            `json:"name"`
	Revision       string            `json:"revision"`
	Status         string            `json:"status"`
	RevisionRule   string            `json:"revision_rule"`
	Quantity       quantity.Quantity `json:"quantity"`         // for one of the parent
	PerTop         quantity.Quantity `json:"quantity_per_top"` // for one of the top, without scrap; rounded up to a millionth
	UOM            string            `json:"uom"`
	Tracking       string            `json:"tracking"`
	Source         string            `json:"source"`
	Phantom        bool              `json:"phantom"`
	Optional       bool              `json:"optional"`
	Scrap          quantity.Quantity `json:"scrap_percent"`
	Designators    []string          `json:"reference_designators"`
	Substitutes    []Substitute      `json:"substitutes"`
	Operation      string            `json:"operation"`
	HasLines       bool              `json:"has_lines"` // it has a BOM of its own
}

// AskExplode explodes the BOM of an item revision as it is designed now, to a
// number of levels; 0 for all. Where a revision is not named, the released one
// that was defined last is taken, else the last draft.
func AskExplode(tx *store.Tx, company, part, revision string, levels int) (Exploded, error) {
	set := store.NewSet(tx, company)
	nodes, err := ask(set, part, revision, levels)
	if err != nil {
		return Exploded{}, err
	}
	top := &nodes[0]
	e := Exploded{PartNumber: top.Item.PartNumber, Name: top.Item.Name, Revision: top.Rev.Revision, Status: top.Rev.Status, UOM: top.Item.UOM,
		Complete: true, Lines: make([]ExplodedLine, 0, len(nodes)-1)}
	per := amounts(nodes, big.NewRat(1, 1)).net
	paths := make([]string, len(nodes))
	for i := 1; i < len(nodes); i++ {
		n := &nodes[i]
		paths[i] = strings.TrimPrefix(paths[n.Parent]+"/"+n.FindNumber, "/")
		line := n.line(&nodes[n.Parent])
		line.Path = paths[i]
		if line.PerTop, err = quantity.FromRat(per[i], true); err != nil {
			return Exploded{}, err
		}
		e.Levels = max(e.Levels, n.Level)
		e.Complete = e.Complete && !(n.HasLines && n.Level == levels)
		e.Lines = append(e.Lines, line)
	}
	return e, nil
}

func (n *Node) line(above *Node) ExplodedLine {
	line := ExplodedLine{
		Level: n.Level, FindNumber: n.FindNumber, Parent: above.Item.PartNumber, ParentRevision: above.Rev.Revision,
		PartNumber: n.Item.PartNumber, Name: n.Item.Name, Revision: n.Rev.Revision, Status: n.Rev.Status, RevisionRule: n.RevisionRule,
		Quantity: n.Quantity, UOM: n.Item.UOM, Tracking: n.Item.Tracking, Source: n.Item.Source, Phantom: n.Phantom, Optional: n.Optional,
		Scrap: n.Scrap, Designators: strings.Fields(n.Designators), Substitutes: n.Subs(), Operation: n.Operation, HasLines: n.HasLines,
	}
	if line.Substitutes == nil {
		line.Substitutes = []Substitute{}
	}
	return line
}

// roundsMax is how often a level is looked at while it is loaded: its items,
// their revisions, and the lines of those.
const roundsMax = 4

// ask explodes the BOM as it is designed now. Each level is loaded together
// first: one item after the other, a wide BOM would take a query for each.
func ask(set *store.Set, part, revision string, levels int) ([]Node, error) {
	seen := map[revisionOf]bool{}
	level := []revisionOf{{part, revision}}
	for depth := 0; len(level) > 0 && (levels == 0 || depth <= levels); depth++ {
		var next []revisionOf
		look := func() {
			next = next[:0]
			for _, r := range level {
				rev, err := catalog.CurrentRevision(set, r.part, r.revision)
				if err != nil {
					continue
				}
				for _, row := range byParent.All(set, parentKey{r.part, rev.Revision}) {
					next = append(next, revisionOf{row.Component, row.ComponentRevision})
				}
			}
		}
		for range roundsMax {
			if set.Probe(look) == 0 {
				break
			}
			if err := set.Load(); err != nil {
				return nil, err
			}
		}
		level = level[:0:0]
		for _, r := range next {
			if !seen[r] {
				seen[r] = true
				level = append(level, r)
			}
		}
	}
	return explode(set, part, revision, levels, catalog.CurrentRevision)
}

// Node is a line of an exploded BOM; the first is the top itself.
type Node struct {
	Row
	Item     catalog.Item
	Rev      catalog.Revision
	Parent   int      // index of the line above; -1 at the top
	Level    int      // 0 at the top
	Per      *big.Rat // pieces or amount for one of the line above
	HasLines bool
}

// NodesMax bounds an exploded BOM.
const NodesMax = 200_000

// Explode is the BOM of an item revision with all its levels, depth first, in
// the order of the lines. A component without a revision of its own takes the
// released one that was defined last.
func Explode(set *store.Set, part, revision string) ([]Node, error) {
	return explode(set, part, revision, 0, catalog.FindRevision)
}

// finder finds a revision of an item; an empty one asks for the one to take.
type finder func(set *store.Set, part, revision string) (catalog.Revision, error)

func explode(set *store.Set, part, revision string, levels int, find finder) ([]Node, error) {
	type waiting struct {
		row    Row
		parent int
	}
	stack := []waiting{{Row{Component: part, ComponentRevision: revision, Quantity: quantity.One, Substitutes: "[]"}, -1}}
	var nodes []Node
	for len(stack) > 0 {
		next := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if len(nodes) >= NodesMax {
			return nil, refuse.New(refuse.TooLarge, "The BOM of %s has more than %d lines over all levels.", part, NodesMax)
		}
		node, err := newNode(set, next.row, find)
		if err != nil {
			return nil, err
		}
		node.Parent = next.parent
		if next.parent >= 0 {
			node.Level = nodes[next.parent].Level + 1
		}
		below := byParent.All(set, parentKey{node.Item.PartNumber, node.Rev.Revision})
		node.HasLines = len(below) > 0
		nodes = append(nodes, node)
		if levels > 0 && node.Level == levels {
			continue
		}
		for i := len(below) - 1; i >= 0; i-- {
			stack = append(stack, waiting{*below[i], len(nodes) - 1})
		}
	}
	return nodes, nil
}

func newNode(set *store.Set, row Row, find finder) (Node, error) {
	item, err := catalog.FindItem(set, row.Component)
	if err != nil {
		return Node{}, err
	}
	rev, err := find(set, row.Component, row.ComponentRevision)
	if err != nil {
		return Node{}, err
	}
	return Node{Row: row, Item: item, Rev: rev, Per: row.Quantity.Rat()}, nil
}

// Notes are what is special about a line, in words.
func (l *ExplodedLine) Notes() []string {
	var notes []string
	for _, n := range []struct {
		is   bool
		text string
	}{{l.Phantom, "phantom"}, {l.Optional, "optional"}, {l.Scrap != 0, "scrap " + l.Scrap.String() + " %"}, {l.Status != catalog.Released, l.Status}} {
		if n.is {
			notes = append(notes, n.text)
		}
	}
	for _, s := range l.Substitutes {
		notes = append(notes, "or "+s.String())
	}
	return notes
}
