package report

import (
	"fmt"
	"net/url"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/quality"
	"lotline/internal/refuse"
	"lotline/internal/trace"
)

// nonconformity is the report of a nonconformity: what was found, on what, and
// what was decided (ISO 9001 8.7.2).
func (m *maker) nonconformity() error {
	all, err := quality.NCRs.Select(m.tx, m.company, "nonconformity = $2 AND voided = 0", m.Name)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return refuse.New(refuse.NotFound, "There is no nonconformity %s.", m.Name).At("nonconformity")
	}
	n := &all[0]
	if err := m.ncr(n); err != nil {
		return err
	}
	m.doc.Subject, m.doc.File, m.doc.Path = "Nonconformity "+n.Nonconformity, fileName("nonconformity", n.Nonconformity), "/quality/nonconformities?nonconformity="+url.QueryEscape(n.Nonconformity)
	m.doc.Lead = "It is open: nothing was decided yet."
	switch n.State {
	case quality.NCRPending:
		m.doc.Lead = fmt.Sprintf("It is open: %s was decided, and waits for signatures (%d of %d).", n.Disposition, len(n.SignedBy()), n.Signatures)
	case quality.NCRDisposal:
		m.doc.Lead = "It was decided: " + decided(n) + "."
	}
	about, row, err := m.aboutObject(n)
	if err != nil {
		return err
	}
	quantity := ""
	if n.Quantity != 0 {
		quantity = n.Quantity.String()
	}
	m.add(Part{Facts: facts("about", about, "quantity", quantity, "raised", when(n.At), "severity", n.Severity, "what was found", n.Description, "cause", n.Cause, "disposition", n.Disposition, "decided", when(n.DisposedAt), "approved by", n.ApprovedBy,
		"action", n.CAPA, "owner", n.Owner, "due", day(n.DueAt), "done", day(n.DoneAt))})
	if row.ID != 0 {
		if err := m.stands(row); err != nil {
			return err
		}
	}
	if err := m.deviations(genealogy.Row{ID: row.ID, Order: n.Order}); err != nil {
		return err
	}
	attached, err := catalog.Documents.Select(m.tx, m.company, "nonconformity = $2", n.Nonconformity)
	if err != nil {
		return err
	}
	m.add(documents(attached))
	return nil
}

func (m *maker) aboutObject(n *quality.NCR) (string, genealogy.Row, error) {
	if n.ObjectID == 0 {
		return "everything that order " + n.Order + " made", genealogy.Row{}, nil
	}
	rows, err := genealogy.ByNumbers(m.tx, m.company, []int64{n.ObjectID})
	row := rows[n.ObjectID]
	return sentence(row.Kind+" "+short(row.Object().Ref()), with("order ", n.Order)), row, err
}

// stands is how the object stands: where it is, its holds, what was measured on
// it, and what happened to it since.
func (m *maker) stands(row genealogy.Row) error {
	p, err := trace.ShowPassport(m.tx, m.company, row.Object().Ref(), trace.Question{})
	if err != nil {
		return err
	}
	m.add(Part{Title: "The object", Facts: facts("item", sentence(row.PartNumber, with("revision ", row.Revision)), "where it is", places(p.Object.Places), "order", row.Order)})
	holds, err := genealogy.HoldsOn(m.tx, m.company, row.ID)
	if err != nil {
		return err
	}
	m.add(m.holds(holds), inspections(p.Object.Inspections), operations(p.Object.Operations), life(p.Life))
	return nil
}
