// Package bom holds what an item is made of, as designed: its lines, level by
// level (explode), and where an item is used.
package bom

import (
	_ "embed" // the schema
	"encoding/json"
	"math/big"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

//go:embed tables.sql
var schema string

// Row is one line of a BOM as it is stored.
type Row struct {
	Parent            string            `col:"parent,key"`
	Revision          string            `col:"revision,key"`
	Line              int64             `col:"line,key"`
	FindNumber        string            `col:"find_number"`
	Component         string            `col:"component"`
	ComponentRevision string            `col:"component_revision"`
	RevisionRule      string            `col:"revision_rule"`
	Quantity          quantity.Quantity `col:"quantity"`
	Designators       string            `col:"reference_designators"` // separated by blanks
	Substitutes       string            `col:"substitutes"`           // JSON
	Scrap             quantity.Quantity `col:"scrap"`                 // percent
	Phantom           bool              `col:"phantom"`
	Optional          bool              `col:"optional"`
	Operation         string            `col:"operation"`
}

type rowKey struct {
	Parent, Revision string
	Line             int64
}

type parentKey struct{ Parent, Revision string }

var (
	lines    = store.NewTable("bom_line", func(r *Row) rowKey { return rowKey{r.Parent, r.Revision, r.Line} })
	byParent = store.NewIndex(lines, "parent, revision", func(r *Row) parentKey { return parentKey{r.Parent, r.Revision} })
)

// Projection is what BOMs derive from their facts.
var Projection = journal.Projection{
	Name: "bom", Version: 1, Schema: schema,
	Tables:  []store.AnyTable{lines},
	Kinds:   journal.Kinds{Defined{}.Kind(): func() journal.Body { return new(Defined) }},
	Project: project,
}

func project(set *store.Set, line journal.Line) {
	f, ok := line.What.(*Defined)
	if !ok {
		return
	}
	old := byParent.All(set, parentKey{f.Parent, f.Revision})
	for i := len(f.Lines); i < len(old); i++ {
		lines.Delete(set, rowKey{f.Parent, f.Revision, int64(i + 1)})
	}
	for _, row := range rowsOf(f.Parent, f.Revision, f.Lines) {
		lines.Put(set, row)
	}
}

func rowsOf(parent, revision string, all []Line) []Row {
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
		rows[i] = Row{parent, revision, int64(i + 1), l.FindNumber, l.Component, l.ComponentRevision, l.RevisionRule, l.Quantity,
			strings.Join(l.Designators, " "), substitutes, l.Scrap, l.Phantom, l.Optional, l.Operation}
	}
	return rows
}

// Node is a line of an exploded BOM; the first is the top itself.
type Node struct {
	Row
	Item     catalog.Item
	Rev      catalog.Revision
	Parent   int      // index of the line above; -1 at the top
	Level    int      // 0 at the top
	Per      *big.Rat // pieces or amount for one of the line above
	Subs     []Substitute
	HasLines bool
}

// NodesMax bounds an exploded BOM.
const NodesMax = 200_000

// Explode is the BOM of an item revision with all its levels, depth first, in
// the order of the lines. A component without a revision of its own takes the
// released one that was defined last.
func Explode(set *store.Set, part, revision string) ([]Node, error) {
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
		node, err := newNode(set, next.row, next.parent, nodes)
		if err != nil {
			return nil, err
		}
		below := byParent.All(set, parentKey{node.Item.PartNumber, node.Rev.Revision})
		node.HasLines = len(below) > 0
		nodes = append(nodes, node)
		for i := len(below) - 1; i >= 0; i-- {
			stack = append(stack, waiting{*below[i], len(nodes) - 1})
		}
	}
	return nodes, nil
}

func newNode(set *store.Set, row Row, parent int, nodes []Node) (Node, error) {
	item, err := catalog.FindItem(set, row.Component)
	if err != nil {
		return Node{}, err
	}
	rev, err := catalog.FindRevision(set, row.Component, row.ComponentRevision)
	if err != nil {
		return Node{}, err
	}
	node := Node{Row: row, Item: item, Rev: rev, Parent: parent, Per: row.Quantity.Rat()}
	if err := json.Unmarshal([]byte(row.Substitutes), &node.Subs); err != nil {
		return Node{}, err
	}
	if parent >= 0 {
		node.Level = nodes[parent].Level + 1
	}
	return node, nil
}

// Show are the lines of a BOM; none when it is not defined.
func Show(tx *store.Tx, company, parent, revision string) ([]Row, error) {
	return lines.Select(tx, company, `parent = $2 AND revision = $3`, parent, revision)
}

// WhereUsed are the lines that have an item as their component.
func WhereUsed(tx *store.Tx, company, component string) ([]Row, error) {
	return lines.Select(tx, company, `component = $2`, component)
}
