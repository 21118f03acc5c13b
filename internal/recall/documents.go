package recall

import (
	"maps"
	"slices"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/refuse"
	"lotline/internal/trace"
)

// byNonconformity starts from what a nonconformity is about.
func (s *scout) byNonconformity() (matches, error) {
	found := matches{}
	known, err := s.nonconforming(found, s.Nonconformity)
	if err == nil && !known {
		err = refuse.New(refuse.NotFound, "Nonconformity %s is not raised.", s.Nonconformity).At("nonconformity")
	}
	return found, err
}

func (s *scout) nonconforming(found matches, number string) (known bool, err error) {
	rows, err := quality.NCRs.Select(s.tx, s.company, "nonconformity = $2", number)
	for _, n := range rows {
		known = known || n.Voided == 0
		if err == nil && s.q.Sees(n.Fact, n.At, n.Voided) {
			known = true
			if n.ObjectID != 0 {
				found.add(n.ObjectID, false)
			} else if members, failed := s.of(n.Order); failed == nil {
				for id, left := range members {
					if left == 0 || left >= n.At {
						found.add(id, false)
					}
				}
			} else {
				err = failed
			}
		}
	}
	return known, err
}

// byDocument starts from what a document goes with: the object, the order, the
// receipt, the inspection, the nonconformity; of an item, what was built under
// an order BOM that sealed it, and what came in while it was in force.
func (s *scout) byDocument() (matches, error) {
	rows, err := catalog.Documents.Select(s.tx, s.company, "document = $2", s.Document)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, refuse.New(refuse.NotFound, "Document %s is not attached to anything.", s.Document).At("document")
	}
	rows = slices.DeleteFunc(rows, func(d catalog.Document) bool { return !s.q.Sees(d.ID, d.At, 0) })
	found := matches{}
	for i := range rows {
		if s.DocumentRevision != "" && rows[i].Revision != s.DocumentRevision {
			continue
		}
		if err := s.documented(found, &rows[i], rows); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (s *scout) documented(found matches, d *catalog.Document, all []catalog.Document) error {
	switch {
	case d.Object != "":
		row, err := trace.Resolve(s.tx, s.company, d.Object)
		if err == nil {
			maps.Copy(found, s.seen(row))
		}
		return err
	case d.Order != "":
		return s.touched(found, 0, d.Order, d.At, false)
	case d.Receipt != "":
		return pick(s, genealogy.Receipts, "receipt", []string{d.Receipt}, func(r *genealogy.Receipt) {
			if s.q.Sees(r.ID, r.At, r.Voided) {
				found.add(r.ObjectID, false)
			}
		})
	case d.Inspection != "":
		return pick(s, quality.Inspections, "number", []string{d.Inspection}, func(r *quality.Inspection) {
			if s.q.Sees(r.ID, r.At, r.Voided) {
				found.add(r.ObjectID, false)
			}
		})
	case d.Nonconformity != "":
		_, err := s.nonconforming(found, d.Nonconformity)
		return err
	}
	if err := s.sealed(found, d); err != nil {
		return err
	}
	return s.inForce(found, d, all)
}

// sealed adds what orders made of an item under a BOM that sealed the document.
func (s *scout) sealed(found matches, d *catalog.Document) error {
	lines, err := order.LinesOfItem(s.tx, s.company, d.PartNumber)
	if err != nil {
		return err
	}
	for i := range lines {
		if !slices.Contains(lines[i].Documents(), d.Text()) {
			continue
		}
		members, err := s.of(lines[i].Order)
		if err != nil {
			return err
		}
		err = pick(s, genealogy.Objects, "id", ids(members), func(r *genealogy.Row) {
			if r.PartNumber == d.PartNumber {
				found.add(r.ID, members[r.ID] != 0)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// inForce adds what came in while no later revision of the
// document went with its item.
func (s *scout) inForce(found matches, d *catalog.Document, all []catalog.Document) error {
	until := moment.Never
	for _, other := range all {
		if other.PartNumber == d.PartNumber && other.PartRevision == d.PartRevision && other.Revision != d.Revision && other.At > d.At {
			until = min(until, other.At)
		}
	}
	c := conditions{}
	c.equal("part_number", d.PartNumber)
	c.equal("revision", d.PartRevision)
	c.equal("origin", genealogy.OriginReceived)
	c.add("at >= $", int64(d.At))
	c.add("at < $", int64(until))
	rows, err := genealogy.Objects.Select(s.tx, s.company, c.where(), c.args...)
	maps.Copy(found, s.seen(rows...))
	return err
}
