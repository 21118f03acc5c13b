package report

import (
	"strconv"

	"lotline/internal/genealogy"
	"lotline/internal/refuse"
	"lotline/internal/trace"
)

// lot is the history of a lot: where it came from, where it is, where it went.
func (m *maker) lot() error {
	row, err := trace.Resolve(m.tx, m.company, m.Name)
	if err != nil {
		return err
	}
	if row.Kind != genealogy.LotKind {
		return refuse.New(refuse.Invalid, "%s is a unit: ask for the report unit.", row.Object()).At("object")
	}
	p, err := m.passport(row)
	if err != nil {
		return err
	}
	b, err := genealogy.BalanceOf(m.tx, m.company, row)
	if err != nil {
		return err
	}
	m.doc.Subject, m.doc.File = "Lot "+short(p.Object.Ref), fileName("lot", row.PartNumber, row.Name)
	m.doc.Lead = wentTo(p.Forward, &b)
	came, where := terms(&b)
	m.add(Part{Facts: facts("item", sentence(row.PartNumber, with("revision ", row.Revision)), "lot", row.Name, "recorded", when(row.At), "order", row.Order, "expires", day(row.ExpiresOn), "where it is", places(p.Object.Places),
		"came in", came, "is now", where, "missing in the balance", b.Missing.String())})
	if err := m.receipts(row); err != nil {
		return err
	}
	if len(p.Backward.Objects) > 0 {
		m.add(traced("What is in it", p.Backward))
	}
	if err := m.quality(&p.Object, row); err != nil {
		return err
	}
	if err := m.kept(row); err != nil {
		return err
	}
	m.add(life(p.Life), traced("Where it went", p.Forward), gaps(p.Forward.Gaps))
	return nil
}

// wentTo says in sentences where a lot went, and whether its balance is right.
func wentTo(a *trace.Answer, b *genealogy.Balance) string {
	text := "It is, or may be, in nothing else."
	if len(a.Objects) > 0 {
		text = "It is surely in " + plural(a.Counts.Must, "object", "objects") + ", possibly in " + strconv.Itoa(a.Counts.May) + ", at " + plural(len(a.Counts.ByCustomer), "customer", "customers") + "."
	}
	if b.Missing == 0 {
		return text + " All of it is accounted for."
	}
	return text + " Of it " + b.Missing.String() + " are missing."
}

func (m *maker) receipts(row genealogy.Row) error {
	all, err := genealogy.Receipts.Select(m.tx, m.company, "object_id = $2 AND voided = 0", row.ID)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, r := range all {
		rows = append(rows, []string{r.Receipt, day(r.At), r.Quantity.String(), sentence(r.Supplier, with("their lot ", r.SupplierLot)), sentence(r.Manufacturer, r.ManufacturerPart, with("lot ", r.ManufacturerLot), with("date code ", r.DateCode), with("heat ", r.Heat), r.Country), r.Certificate})
	}
	m.add(table("How it came in", "It was not received from a supplier.", columns("Receipt", "When", "#Quantity", "Supplier", "Maker", "Certificate"), rows))
	return nil
}

func traced(title string, a *trace.Answer) Part {
	var rows [][]string
	for i := range a.Objects {
		o := &a.Objects[i]
		rows = append(rows, []string{strconv.Itoa(o.Depth), short(o.Ref), affected(o), between(o.QuantityMin, o.QuantityMax), places(o.Places)})
	}
	return table(title, "Nothing.", columns("#Depth", "Object", "!In it", "#Quantity", "Where it is"), rows)
}
