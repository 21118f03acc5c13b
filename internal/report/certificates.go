package report

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"lotline/internal/blob"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/order"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// chunkMax is how many values one statement asks for.
const chunkMax = 500

// each asks for the rows of a table whose column is one of several values.
func each[K comparable, T, V any](m *maker, t *store.Table[K, T], column string, values []V, f func(*T)) error {
	for chunk := range slices.Chunk(values, chunkMax) {
		places, args := make([]string, len(chunk)), make([]any, len(chunk))
		for i, v := range chunk {
			places[i], args[i] = "$"+text(int64(i+2)), v
		}
		rows, err := t.Select(m.tx, m.company, column+" IN ("+strings.Join(places, ", ")+")", args...)
		if err != nil {
			return err
		}
		for i := range rows {
			f(&rows[i])
		}
	}
	return nil
}

// seal is an order as a certificate names it.
func (m *maker) seal(name string) ([]string, error) {
	o, err := order.Get(m.tx, m.company, name)
	if err != nil {
		return nil, err
	}
	m.by(o.Fact)
	return []string{o.Order, o.PartNumber, o.Revision, day(o.ReleasedAt), o.Seal}, nil
}

// certificate is a document of what went in, and what it goes with.
type certificate struct {
	catalog.Document
	with []string
}

// certificates binds the documents of what went in behind the certificate: those
// attached to it, to its receipts and inspections. What cannot be bound is named.
func (m *maker) certificates(s *sent) error {
	all, missing, err := m.proofs(s)
	if err != nil {
		return err
	}
	rows := make([][]string, 0, len(all)+len(missing))
	for _, c := range all {
		row := []string{c.Document.Document, c.Revision, c.Title, namesOf(c.with), "", "", c.SHA256}
		body, stands, err := m.bytesOf(&c.Document)
		if err != nil {
			return err
		}
		row[4] = stands
		rows = append(rows, row)
		if body != nil {
			pages, wrong := readPDF(body)
			if wrong != nil {
				row[4] = "damaged, cannot be read"
				continue
			}
			row[5] = "in the PDF"
			m.doc.Behind = append(m.doc.Behind, Behind{Document: c.Document.Document, SHA256: c.SHA256, Body: body, pages: pages, cell: &row[5]})
		}
	}
	rows = append(rows, missing...)
	if n := len(rows) - len(m.doc.Behind); n > 0 {
		m.doc.Lead += " " + plural(n, "certificate is", "certificates are") + " not bound behind; the list says why."
	}
	m.add(table("Certificates of what went in", "No certificate is attached to what went in.", columns("Document", "Rev", "Title", "Goes with", "!How it stands", "#Pages", "SHA-256"), rows))
	return nil
}

// bytesOf are the bytes of a document that can be bound, or why there are none.
func (m *maker) bytesOf(d *catalog.Document) (body []byte, stands string, err error) {
	if d.SHA256 == "" {
		return nil, "not kept, its bytes are not known", nil
	}
	body, err = blob.Get(m.tx, m.company, d.SHA256)
	refusal, refused := refuse.As(err)
	switch {
	case refused && refusal.Code == refuse.NotFound:
		return nil, "not kept, only its hash is known", nil
	case refused:
		return nil, "damaged, its bytes are not those that were kept", nil
	case err != nil:
		return nil, "", err
	case !bytes.Contains(body[:min(len(body), 1024)], []byte("%PDF-")):
		return nil, "not a PDF, kept by its hash", nil
	}
	return body, "bound behind", nil
}

// proofs are the documents of what went in, by number, and the certificates that
// receipts name and nobody attached.
func (m *maker) proofs(s *sent) ([]*certificate, [][]string, error) {
	contents, err := trace.Contents(m.tx, m.company, s.ids, trace.Question{})
	if err != nil {
		return nil, nil, err
	}
	found := &proofs{by: map[catalog.Document]*certificate{}, known: map[string]bool{}, of: map[string]string{}, in: map[string][]string{}}
	var names, receipts []string
	var ids []int64
	of := map[int64]string{}
	for i := range contents {
		ref := contents[i].Object().Ref()
		names, ids = append(names, short(ref)), append(ids, contents[i].ID)
		of[contents[i].ID], found.of[short(ref)] = ref, ref
	}
	if err := each(m, catalog.Documents, "object", names, func(d *catalog.Document) { found.add(d, found.of[d.Object]) }); err != nil {
		return nil, nil, err
	}
	var named []genealogy.Receipt
	err = each(m, genealogy.Receipts, "object_id", ids, func(r *genealogy.Receipt) {
		if r.Voided == 0 {
			receipts, named = append(receipts, r.Receipt), append(named, *r)
			found.in[r.Receipt] = append(found.in[r.Receipt], of[r.ObjectID])
		}
	})
	if err != nil {
		return nil, nil, err
	}
	slices.Sort(receipts)
	err = each(m, catalog.Documents, "receipt", slices.Compact(receipts), func(d *catalog.Document) { found.add(d, found.in[d.Receipt]...) })
	return found.sorted(), found.missing(named, of), err
}

// proofs gathers documents, each once.
type proofs struct {
	by    map[catalog.Document]*certificate
	known map[string]bool     // numbers
	of    map[string]string   // refs of objects, by their short names
	in    map[string][]string // what came in under a receipt
}

func (p *proofs) add(d *catalog.Document, with ...string) {
	key := catalog.Document{Document: d.Document, Revision: d.Revision, SHA256: d.SHA256}
	c := p.by[key]
	if c == nil {
		c = &certificate{Document: *d}
		p.by[key] = c
	}
	p.known[d.Document] = true
	c.with = append(c.with, with...)
}

func (p *proofs) sorted() (all []*certificate) {
	for _, c := range p.by {
		slices.Sort(c.with)
		c.with = slices.Compact(c.with)
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *certificate) int {
		return cmp.Or(strings.Compare(a.Document.Document, b.Document.Document), strings.Compare(a.Revision, b.Revision), strings.Compare(a.SHA256, b.SHA256))
	})
	return all
}

// missing are certificates that receipts name, without a document.
func (p *proofs) missing(named []genealogy.Receipt, of map[int64]string) (rows [][]string) {
	with := map[string][]string{}
	for _, r := range named {
		if r.Certificate != "" && !p.known[r.Certificate] {
			with[r.Certificate] = append(with[r.Certificate], of[r.ObjectID])
		}
	}
	for name, objects := range with {
		slices.Sort(objects)
		rows = append(rows, []string{name, "", "", namesOf(slices.Compact(objects)), "missing, not attached", "", ""})
	}
	slices.SortFunc(rows, slices.Compare)
	return rows
}
