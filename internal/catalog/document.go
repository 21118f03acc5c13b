package catalog

import (
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/store"
)

// DocumentAttached says that a document, known by the hash of its bytes, goes
// with something: an item's revision, an object, an order, a receipt, an
// inspection or a nonconformity.
type DocumentAttached struct {
	Document      string `json:"document"`
	Revision      string `json:"revision,omitempty"`
	Title         string `json:"title,omitempty"`
	File          string `json:"file,omitempty"` // its name
	URL           string `json:"url,omitempty"`
	SHA256        string `json:"sha256,omitempty"`
	Object        string `json:"object,omitempty"` // PART/NAME
	PartNumber    string `json:"part_number,omitempty"`
	PartRevision  string `json:"part_revision,omitempty"`
	Order         string `json:"order,omitempty"`
	Receipt       string `json:"receipt,omitempty"`
	Inspection    string `json:"inspection,omitempty"`
	Nonconformity string `json:"nonconformity,omitempty"`
}

// Kind names the fact.
func (DocumentAttached) Kind() string { return "document.attached/1" }

// Document is a document that goes with something.
type Document struct {
	ID            int64       `col:"id,key"`
	Document      string      `col:"document"`
	Revision      string      `col:"revision"`
	Title         string      `col:"title"`
	File          string      `col:"file"`
	URL           string      `col:"url"`
	SHA256        string      `col:"sha256"`
	Object        string      `col:"object"`
	PartNumber    string      `col:"part_number"`
	PartRevision  string      `col:"part_revision"`
	Order         string      `col:"order_name"`
	Receipt       string      `col:"receipt"`
	Inspection    string      `col:"inspection"`
	Nonconformity string      `col:"nonconformity"`
	At            moment.Time `col:"at"`
}

// The documents of a company.
var (
	Documents    = store.NewTable("document", func(r *Document) int64 { return r.ID })
	documentsOf  = store.NewIndex(Documents, "part_number", func(r *Document) string { return r.PartNumber })
	documentsFor = store.NewIndex(Documents, "order_name", func(r *Document) string { return r.Order })
	documentsNow = store.NewIndex(Documents, "document", func(r *Document) string { return r.Document })
)

func (f *DocumentAttached) row(id int64, at moment.Time) Document {
	return Document{id, f.Document, f.Revision, f.Title, f.File, f.URL, f.SHA256, f.Object, f.PartNumber, f.PartRevision, f.Order, f.Receipt, f.Inspection, f.Nonconformity, at}
}

// IsAttached says whether the same document goes with the same thing already.
func (f *DocumentAttached) IsAttached(set *store.Set) bool {
	for _, d := range documentsNow.All(set, f.Document) {
		if *d == f.row(d.ID, d.At) {
			return true
		}
	}
	return false
}

// OtherBytes is the hash under which a revision of a document is known, where
// it is another.
func (f *DocumentAttached) OtherBytes(set *store.Set) string {
	for _, d := range documentsNow.All(set, f.Document) {
		if d.Revision == f.Revision && d.SHA256 != "" && f.SHA256 != "" && d.SHA256 != f.SHA256 {
			return d.SHA256
		}
	}
	return ""
}

// Text is a document as an order BOM seals it: number, revision and hash.
func (d *Document) Text() string {
	text := d.Document
	if d.Revision != "" {
		text += " rev " + d.Revision
	}
	if d.SHA256 != "" {
		text += " sha256:" + d.SHA256
	}
	return text
}

// DocumentsOf are the documents of an item's revision, as an order BOM seals
// them: number, revision and hash of each.
func DocumentsOf(set *store.Set, part, revision string) []string {
	all := []string{}
	for _, d := range DocumentsFor(set, part, revision) {
		all = append(all, d.Text())
	}
	return all
}

// DocumentsFor are the documents of an item's revision, those of all its
// revisions too.
func DocumentsFor(set *store.Set, part, revision string) []*Document {
	var all []*Document
	for _, d := range documentsOf.All(set, part) {
		if d.PartRevision == revision || d.PartRevision == "" {
			all = append(all, d)
		}
	}
	return all
}

// DocumentsOfOrder are the documents of an order itself, as its order BOM seals
// them.
func DocumentsOfOrder(set *store.Set, name string) (all []string) {
	for _, d := range documentsFor.All(set, name) {
		all = append(all, d.Text())
	}
	return all
}

func projectDocument(set *store.Set, line journal.Line, f *DocumentAttached) {
	Documents.Put(set, f.row(line.ID(), line.At))
}
