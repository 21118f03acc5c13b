// Package report makes the documents that are handed over: to an auditor, to a
// customer, into a file. Each is made of the same questions as the pages, once
// as a list of parts, and printed as PDF or written as XLSX from there. The
// same record gives the same bytes.
package report

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"

	"golang.org/x/mod/sumdb/note"
)

// Document is a document before it is printed.
type Document struct {
	Kind       string // "As-built record"
	Subject    string // what it is about: "unit RADAR/X1"
	File       string // a name for its file, without ending
	Path       string // of its page
	Lead       string // the answer in a sentence or two
	Letter     []string
	Answer     string // where the reader answers, of a letter: the code leads there
	Parts      []Part
	Signatures []journal.ShownSignature
	Behind     []Behind // other documents that are bound behind it
	Frame
}

// Frame is what every document carries: whose record it is, how far it went,
// and how that can be proven.
type Frame struct {
	Company string
	URL     string // where the pages are; "" where nobody said
	Size    int64  // entries of the journal
	Root    string // the tree's root hash over them, base64
	Note    string // the signed checkpoint; "" without a key
	Shows   moment.Time
}

// Part is a section of a document: sentences, names with values, or a table.
type Part struct {
	Title string
	Text  []string
	Facts []Fact
	Table *Table
	Fine  bool // in small letters
	Break bool // begins on a page of its own
}

// Fact is a value with its name.
type Fact struct{ Name, Value string }

// Table has a head that is repeated on each page.
type Table struct {
	Columns []Column
	Rows    [][]string
	Empty   string // said instead of no rows
}

// Column of a table.
type Column struct {
	Title  string
	Number bool // to the right
	State  bool // words that have a colour
}

// Asked says which document is wanted.
type Asked struct {
	Kind     string // one of Kinds
	Name     string // of what it is about
	Customer string // of a notice
	Notice   int64  // of a notice; 0: the last
	Link     string // of a notice: where the customer answers
}

// maker gathers a document from one moment of the record.
type maker struct {
	tx      *store.Tx
	company string
	Asked
	doc   *Document
	facts map[int64]bool // whose signatures apply
}

// Kind is a kind of document.
type Kind struct {
	Kind  string // in commands and addresses
	Title string // on the document
	Route string // of what it is about, in the API
	Named []Named
	Doc   string
	make  func(*maker) error
}

// Named is what a document is asked for by: its field, and what that is.
type Named struct{ Field, Doc string }

// find is a kind of document by its name.
func find(kind string) (*Kind, error) {
	var names []string
	for i := range Kinds {
		if Kinds[i].Kind == kind {
			return &Kinds[i], nil
		}
		names = append(names, Kinds[i].Kind)
	}
	return nil, refuse.New(refuse.Invalid, "There is no document %q: ask for one of %s.", kind, strings.Join(names, ", ")).At("kind")
}

// Make gathers a document. The signer signs the checkpoint on it; nil for none.
func Make(tx *store.Tx, company string, f Frame, a Asked) (*Document, error) {
	kind, err := find(a.Kind)
	if err != nil {
		return nil, err
	}
	m := &maker{tx: tx, company: company, Asked: a, doc: &Document{Kind: kind.Title, Frame: f}, facts: map[int64]bool{}}
	if err := kind.make(m); err != nil {
		return nil, err
	}
	return m.doc, m.signatures()
}

// NewFrame is the frame of a document that shows a company's record as it is
// now. Signer may be nil.
func NewFrame(tx *store.Tx, company, url string, signer note.Signer) (Frame, error) {
	f := Frame{Company: company, URL: strings.TrimSuffix(url, "/")}
	size, root, err := journal.Head(tx, company)
	if err != nil {
		return f, err
	}
	f.Size, f.Root = size, base64.StdEncoding.EncodeToString(root[:])
	if signer != nil {
		text, err := journal.Checkpoint(tx, company, signer)
		if err != nil {
			return f, err
		}
		f.Note = string(text)
	}
	_, err = tx.One([]any{(*int64)(&f.Shows)}, `SELECT recorded_at FROM journal WHERE company = $1 AND seq = $2`, company, size)
	return f, err
}

// by says that the signatures of facts apply to the document; of an entry,
// journal.FirstOf it stands for all its facts.
func (m *maker) by(facts ...int64) {
	for _, fact := range facts {
		if fact != 0 {
			m.facts[fact] = true
		}
	}
}

// signatures gathers those that apply (21 CFR 11.50(b): part of any printout).
func (m *maker) signatures() error {
	of := map[int64][]int64{} // facts by entry
	for _, fact := range slices.Sorted(maps.Keys(m.facts)) {
		of[journal.EntryOf(fact)] = append(of[journal.EntryOf(fact)], fact)
	}
	for _, entry := range slices.Sorted(maps.Keys(of)) {
		all, err := journal.SignaturesIn(m.tx, m.company, entry)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			continue // as most
		}
		if of[entry][0] != journal.FirstOf(entry) {
			if all, err = m.covering(of[entry]); err != nil {
				return err
			}
		}
		m.doc.Signatures = append(m.doc.Signatures, all...)
	}
	return nil
}

// covering are the signatures that facts lie under, each once.
func (m *maker) covering(facts []int64) (all []journal.ShownSignature, err error) {
	known := map[string]bool{}
	for _, fact := range facts {
		some, err := journal.SignaturesOf(m.tx, m.company, fact)
		if err != nil {
			return nil, err
		}
		for _, s := range some {
			if !known[s.Fact] {
				known[s.Fact] = true
				all = append(all, s)
			}
		}
	}
	return all, nil
}

func (m *maker) add(parts ...Part) { m.doc.Parts = append(m.doc.Parts, parts...) }

// table is a part that is a table.
func table(title, empty string, columns []Column, rows [][]string) Part {
	return Part{Title: title, Table: &Table{Columns: columns, Rows: rows, Empty: empty}}
}

// columns reads titles: one that begins with # holds numbers, with ! states.
func columns(titles ...string) []Column {
	all := make([]Column, len(titles))
	for i, t := range titles {
		all[i] = Column{Title: strings.TrimLeft(t, "#!"), Number: t[0] == '#', State: t[0] == '!'}
	}
	return all
}

// facts leaves out what has no value.
func facts(pairs ...string) (all []Fact) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all = append(all, Fact{pairs[i], pairs[i+1]})
		}
	}
	return all
}

// back is the address that leads back to the document's page.
func (d *Document) back() string { return d.URL + d.Path }

// coded is what the code on the document says.
func (d *Document) coded() string {
	if d.Answer != "" {
		return d.Answer
	}
	return d.back()
}

// Formats are what a document can be written as.
var Formats = []string{"pdf", "xlsx"}

// As writes the document in a format; a PDF has pages.
func (d *Document) As(format string) (body []byte, pages int, err error) {
	switch format {
	case "pdf":
		return d.PDF()
	case "xlsx":
		body, err = d.XLSX()
		return body, 0, err
	}
	return nil, 0, refuse.New(refuse.Invalid, "A document is written as .pdf or .xlsx, not as %q.", format).At("output")
}
