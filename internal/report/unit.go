package report

import (
	"fmt"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/trace"
)

// unit is the as-built record of a unit.
func (m *maker) unit() error {
	row, err := trace.Resolve(m.tx, m.company, m.Name)
	if err != nil {
		return err
	}
	if row.Kind != genealogy.UnitKind {
		return refuse.New(refuse.Invalid, "%s is a lot: ask for the report lot.", row.Object()).At("object")
	}
	p, err := m.passport(row)
	if err != nil {
		return err
	}
	m.doc.Subject, m.doc.File = "Unit "+short(p.Object.Ref), fileName("as-built", row.PartNumber, row.Name)
	m.doc.Lead = explained(p.Unit, p.Backward.Gaps)
	if err := m.identity(p, row); err != nil {
		return err
	}
	tree, err := trace.UnitBOM(m.tx, m.company, p.Object.Ref, 0, trace.Question{})
	if err != nil {
		return err
	}
	var rows [][]string
	asBuilt(tree, 0, &rows)
	m.add(table("As built", "Nothing is asked to be in it, and nothing was put in.", columns("Position", "Item", "#Needs", "Filled with", "#Quantity", "By", "!Against the order BOM"), rows))
	m.add(origins(p.Backward))
	if err := m.quality(&p.Object, row); err != nil {
		return err
	}
	m.add(gaps(p.Backward.Gaps))
	if err := m.kept(row); err != nil {
		return err
	}
	m.add(life(p.Life))
	return nil
}

// passport asks for everything about an object, and gives the document its page.
func (m *maker) passport(row genealogy.Row) (*trace.Passport, error) {
	m.doc.Path = pageOf(row.Object())
	m.by(row.ID)
	return trace.ShowPassport(m.tx, m.company, row.Object().Ref(), trace.Question{})
}

// explained says in a sentence whether a unit is built as it was planned.
func explained(u *trace.Unit, gaps []trace.Gap) string {
	text := "Every position is explained by the sealed order BOM."
	switch {
	case u.Order == "":
		text = "It was not built under an order: what is in it was recorded without a BOM to compare with."
	case u.Unexplained > 0:
		text = plural(u.Unexplained, "difference is", "differences are") + " not explained by the sealed order BOM."
	}
	if len(gaps) > 0 {
		text += " The record has " + plural(len(gaps), "gap", "gaps") + "; they are named below."
	}
	return text
}

// identity says what the unit is and where.
func (m *maker) identity(p *trace.Passport, row genealogy.Row) error {
	var asked string
	if row.Order != "" {
		o, err := order.Get(m.tx, m.company, row.Order)
		if err != nil {
			return err
		}
		m.by(o.Fact)
		asked = o.Order + with(", released ", when(o.ReleasedAt))
	}
	top := p.Object.Top
	if top == p.Object.Ref {
		top = ""
	}
	m.add(Part{Facts: facts("item", sentence(row.PartNumber, with("revision ", row.Revision)), "serial", row.Name, "recorded", when(row.At), "completed", when(row.CompletedAt),
		"where it is", places(p.Object.Places), "inside", short(top), "order", asked, "seal of the order BOM", p.Unit.Seal)})
	return nil
}

// asBuilt lists the positions of a unit, and below each unit that fills one the
// positions of that.
func asBuilt(u *trace.Unit, level int, rows *[][]string) {
	indent := strings.Repeat("\u2003", level)
	for _, p := range u.Positions {
		needs := ""
		if p.Quantity != 0 {
			needs = p.Quantity.String()
		}
		difference := against(&p)
		if len(p.Filled) == 0 {
			*rows = append(*rows, []string{indent + p.FindNumber, p.PartNumber, needs, "", "", p.By, difference})
			continue
		}
		for i, f := range p.Filled {
			row := []string{indent + p.FindNumber, p.PartNumber, needs, short(f.Ref), f.Quantity.String(), p.By, difference}
			if f.Certainty == genealogy.May {
				row[4] = "0–" + row[4]
				row[5] = "may, by " + p.By
			}
			if f.Removed {
				row[6] = "removed"
			} else if i > 0 {
				row[2] = ""
			}
			*rows = append(*rows, row)
			if f.Unit != nil {
				asBuilt(f.Unit, level+1, rows)
			}
		}
	}
}

// against says how a position stands against the order BOM.
func against(p *trace.Position) string {
	switch {
	case p.Difference != "":
		return spoken(p.Difference)
	case p.By == "assumption":
		return "assumed"
	}
	return "as planned"
}

// origins are the receipts of what is in it.
func origins(a *trace.Answer) Part {
	var rows [][]string
	for _, o := range a.Objects {
		for _, r := range o.Receipts {
			certainty := o.Certainty
			if o.Removed {
				certainty = "removed"
			}
			rows = append(rows, []string{short(o.Ref), certainty, r.Supplier, r.SupplierLot, r.Certificate, r.Receipt, day(r.At)})
		}
	}
	return table("Where its parts came from", "Nothing in it was received from a supplier.", columns("Object", "!In it", "Supplier", "Supplier's lot", "Certificate", "Receipt", "Received"), rows)
}

// quality is what was done and measured, and what did not conform.
func (m *maker) quality(o *trace.Object, row genealogy.Row) error {
	m.add(operations(o.Operations), inspections(o.Inspections))
	ncrs, err := quality.NCRsOf(m.tx, m.company, row.ID)
	if err != nil {
		return err
	}
	if row.Order != "" {
		of, err := quality.NCRs.Select(m.tx, m.company, "order_name = $2 AND object_id = 0", row.Order)
		if err != nil {
			return err
		}
		ncrs = append(ncrs, of...)
	}
	var rows [][]string
	for _, n := range ncrs {
		if n.Voided == 0 {
			if err := m.ncr(&n); err != nil {
				return err
			}
			rows = append(rows, []string{n.Nonconformity, day(n.At), n.Severity, n.Description, decided(&n)})
		}
	}
	m.add(table("Nonconformities", "None was raised.", columns("Number", "Raised", "Severity", "What", "Disposition"), rows))
	holds, err := genealogy.HoldsOn(m.tx, m.company, row.ID)
	if err != nil {
		return err
	}
	m.add(m.holds(holds))
	return m.deviations(row)
}

// ncr says that the signatures of a nonconformity and its disposition apply.
func (m *maker) ncr(n *quality.NCR) error {
	m.by(n.Fact, n.DisposedFact)
	if n.Signers == "" {
		return nil
	}
	shown, err := quality.ShowNCR(m.tx, m.company, n.Nonconformity, 0)
	for _, s := range shown.Signatures {
		fact, err := journal.ParseFactName(s.Fact)
		if err != nil {
			return err
		}
		m.by(journal.FirstOf(journal.EntryOf(fact)))
	}
	return err
}

func decided(n *quality.NCR) string {
	switch n.State {
	case quality.NCROpen:
		return "open"
	case quality.NCRPending:
		return sentence("open", n.Disposition+" waits for signatures")
	}
	return sentence(n.Disposition, day(n.DisposedAt), with("approved by ", n.ApprovedBy))
}

func (m *maker) holds(all []genealogy.HoldRow) Part {
	var rows [][]string
	for _, h := range all {
		m.by(h.Fact)
		quantity := "all"
		if h.Quantity != 0 {
			quantity = h.Quantity.String()
		}
		released := "open"
		if h.ReleasedAt != 0 {
			released = sentence(day(h.ReleasedAt), h.ReleaseReason)
		}
		rows = append(rows, []string{h.Hold, day(h.At), quantity, h.Reason, released})
	}
	return table("Holds", "None lies or lay on it.", columns("Hold", "Laid", "Quantity", "Why", "Released"), rows)
}

// deviations are those that name the object, or its order.
func (m *maker) deviations(row genealogy.Row) error {
	all, err := genealogy.Deviations.Select(m.tx, m.company, "object_id = $2 OR order_name = $3 AND order_name <> ''", row.ID, row.Order)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, d := range all {
		m.by(d.Fact)
		limit := "no limit"
		if d.Quantity != 0 {
			limit = fmt.Sprintf("%s of %s used", d.Used, d.Quantity)
		}
		rows = append(rows, []string{d.Deviation, d.Kind, sentence(d.PartNumber, with("instead of ", d.InsteadOf)), limit, d.Reason, sentence(day(d.At), with("by ", d.ApprovedBy))})
	}
	m.add(table("Deviations", "None was granted.", columns("Number", "Kind", "For", "Limit", "Why", "Granted"), rows))
	return nil
}

func operations(all []trace.Operation) Part {
	var rows [][]string
	for _, o := range all {
		rows = append(rows, []string{when(o.At), o.Operation, sentence(o.WorkCenter, o.Machine, o.Tool), o.Operator, o.Program, parameters(string(o.Parameters)), spoken(o.Result)})
	}
	return table("Operations", "None was recorded.", columns("When", "Operation", "Where", "Operator", "Program", "Parameters", "!Result"), rows)
}

func inspections(all []trace.Inspection) Part {
	var rows [][]string
	for _, i := range all {
		rows = append(rows, []string{when(i.At), list(" ", i.Stage, i.Plan), i.Characteristic, list(" ", i.Value, i.UOM), quality.Limits(i.Lower, i.Upper), i.Inspector, i.Instrument, i.Result})
	}
	return table("Inspections", "None was recorded.", columns("When", "Stage, plan", "Characteristic", "#Value", "Limits", "Inspector", "Instrument", "!Result"), rows)
}

func gaps(all []trace.Gap) Part {
	var rows [][]string
	for _, g := range all {
		rows = append(rows, []string{short(g.Object), g.Position, spoken(g.Reason)})
	}
	return table("Gaps of the record", "None: everything that was asked for is recorded.", columns("Object", "Position", "What is missing"), rows)
}

// life is what happened to an object, in order.
func life(all []genealogy.Event) Part {
	var rows [][]string
	for _, e := range all {
		much := ""
		if e.Quantity != 0 && e.Quantity != quantity.One {
			much = e.Quantity.String()
		}
		what := spoken(e.What)
		if e.Voided {
			what += " (voided)"
		}
		rows = append(rows, []string{when(e.At), what, much, sentence(short(e.Other), with("order ", e.Order), with("customer ", e.Customer), with("system ", e.System)), e.Text, e.Fact})
	}
	return table("Life", "Nothing was recorded.", columns("When", "What", "#Quantity", "With what", "Remark", "Fact"), rows)
}
