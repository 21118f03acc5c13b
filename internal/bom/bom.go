// Package bom holds what an item is made of, as designed: its lines, level by
// level (explode), and where an item is used.
package bom

import (
	_ "embed" // the schema
	"encoding/json"

	"lotline/internal/journal"
	"lotline/internal/quantity"
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

// instead is that an item may take the place of a line's component.
type instead struct {
	Substitute string            `col:"substitute,key"`
	Parent     string            `col:"parent,key"`
	Revision   string            `col:"revision,key"`
	Line       int64             `col:"line,key"`
	Ratio      quantity.Quantity `col:"ratio"`
}

type insteadKey struct {
	Substitute, Parent, Revision string
	Line                         int64
}

var substitutes = store.NewTable("bom_substitute", func(r *instead) insteadKey { return insteadKey{r.Substitute, r.Parent, r.Revision, r.Line} })

// usedIn and insteadIn are where an item goes, and where it may go.
var (
	usedIn    = store.NewIndex(lines, "component", func(r *Row) string { return r.Component })
	insteadIn = store.NewIndex(substitutes, "substitute", func(r *instead) string { return r.Substitute })
)

// Projection is what BOMs derive from their facts.
var Projection = journal.Projection{
	Name: "bom", Version: 2, Schema: schema,
	Tables: []store.AnyTable{lines, substitutes, mappings},
	Kinds: journal.Kinds{
		Defined{}.Kind():      func() journal.Body { return new(Defined) },
		Extended{}.Kind():     func() journal.Body { return new(Extended) },
		MappingSaved{}.Kind(): func() journal.Body { return new(MappingSaved) },
	},
	Project: project,
}

func project(set *store.Set, line journal.Line) {
	switch f := line.What.(type) {
	case *Defined:
		for _, old := range byParent.All(set, parentKey{f.Parent, f.Revision}) {
			for _, s := range old.Subs() {
				substitutes.Delete(set, insteadKey{s.PartNumber, f.Parent, f.Revision, old.Line})
			}
			if old.Line > int64(len(f.Lines)) {
				lines.Delete(set, rowKey{f.Parent, f.Revision, old.Line})
			}
		}
		put(set, rowsOf(f.Parent, f.Revision, 0, f.Lines))
	case *Extended:
		put(set, rowsOf(f.Parent, f.Revision, f.After, f.Lines))
	case *MappingSaved:
		mappings.Put(set, SavedMapping(*f))
	}
}

func put(set *store.Set, rows []Row) {
	for _, row := range rows {
		lines.Put(set, row)
		for _, s := range row.Subs() {
			substitutes.Put(set, instead{s.PartNumber, row.Parent, row.Revision, row.Line, s.Ratio})
		}
	}
}

// Subs are the items that may take the place of the line's component.
func (r *Row) Subs() (all []Substitute) {
	if r.Substitutes != "[]" {
		_ = json.Unmarshal([]byte(r.Substitutes), &all) // written by this package
	}
	return all
}

// Show are the lines of a BOM; none when it is not defined.
func Show(tx *store.Tx, company, parent, revision string) ([]Row, error) {
	return lines.Select(tx, company, `parent = $2 AND revision = $3`, parent, revision)
}
