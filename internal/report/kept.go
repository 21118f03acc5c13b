package report

import (
	"encoding/json"
	"maps"
	"slices"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
)

// kept are the documents that go with an object or its receipts.
func (m *maker) kept(row genealogy.Row) error {
	all, err := catalog.DocumentsAbout(m.tx, m.company, short(row.Object().Ref()))
	if err != nil {
		return err
	}
	m.add(documents(all))
	return nil
}

func documents(all []catalog.Document) Part {
	var rows [][]string
	for _, d := range all {
		rows = append(rows, []string{d.Document, d.Revision, list(" · ", d.Title, d.File, d.URL), day(d.At), d.SHA256})
	}
	return table("Documents", "None is attached.", columns("Number", "Revision", "Title", "Attached", "SHA-256"), rows)
}

// parameters are those of an operation, as name = value, in order.
func parameters(text string) string {
	var all map[string]string
	if json.Unmarshal([]byte(text), &all) != nil {
		return ""
	}
	var said []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		said = append(said, name+" = "+all[name])
	}
	return list("; ", said...)
}

// pairs are names with values, in order.
func pairs(all map[string]string) string {
	var said []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		said = append(said, name+" = "+all[name])
	}
	return list("; ", said...)
}
