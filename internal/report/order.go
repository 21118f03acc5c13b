package report

import (
	"cmp"
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/trace"
)

// order is the as-built record of a whole order.
func (m *maker) order() error {
	shown, err := trace.ShowOrder(m.tx, m.company, m.Name)
	if err != nil {
		return err
	}
	o, err := order.Get(m.tx, m.company, m.Name)
	if err != nil {
		return err
	}
	if o.Seal == "" {
		return refuse.New(refuse.Conflict, "Order %s is %s: it has no as-built record before it is released.", o.Order, o.State).At("order")
	}
	m.by(o.Fact, o.ClosedFact)
	m.doc.Subject, m.doc.File, m.doc.Path = "Order "+o.Order, fileName("as-built", "order", o.Order), pageNamed("/orders/", o.Order, "order")
	units, ids, err := m.members(o.Order)
	if err != nil {
		return err
	}
	built, err := trace.ShowUnits(m.tx, m.company, ids, trace.Question{})
	if err != nil {
		return err
	}
	if err := m.header(&shown, &o, len(units)); err != nil {
		return err
	}
	m.doc.Lead = summed(built)
	m.add(sealedLines(shown.Lines), m.wentIn(built))
	m.add(differing(built), eachUnit(units, built))
	return m.deviationsOf(o.Order)
}

// members are the units of an order by serial.
func (m *maker) members(name string) (units []genealogy.Row, ids []int64, err error) {
	members, err := trace.Members(m.tx, m.company, name, trace.Question{})
	if err != nil {
		return nil, nil, err
	}
	for id, left := range members {
		if left == 0 {
			ids = append(ids, id)
		}
	}
	rows, err := genealogy.ByNumbers(m.tx, m.company, ids)
	if err != nil {
		return nil, nil, err
	}
	ids = ids[:0]
	for _, r := range rows {
		if r.Kind == genealogy.UnitKind {
			units = append(units, r)
		}
	}
	slices.SortFunc(units, func(a, b genealogy.Row) int {
		return cmp.Or(strings.Compare(a.PartNumber, b.PartNumber), strings.Compare(a.Name, b.Name))
	})
	for i := range units {
		ids = append(ids, units[i].ID)
	}
	return units, ids, nil
}

// header says what the order is, and checks its seal.
func (m *maker) header(shown *order.Shown, o *order.Order, units int) error {
	text, err := order.Export(m.tx, m.company, o.Order)
	if err != nil {
		return err
	}
	wrong, err := order.Check(text)
	if err != nil {
		return err
	}
	check := "the order BOM was computed again and is the one that was sealed"
	if len(wrong) > 0 {
		check = "the order BOM is NOT the one that was sealed: " + plural(len(wrong), "line differs", "lines differ")
	}
	lots, err := genealogy.LotsOf(m.tx, m.company, o.Order)
	if err != nil {
		return err
	}
	var names []string
	for _, l := range lots {
		names = append(names, l.Name)
	}
	m.add(Part{Facts: facts("item", sentence(o.PartNumber, with("revision ", o.Revision)), "quantity", o.Quantity.String(), "units by serial", plural(units, "unit", "units"), "state", o.State, "lots", list(", ", names...),
		"customer", o.Customer, "project", o.Project, "planned", when(o.PlannedAt), "released", when(o.ReleasedAt), "closed", when(o.ClosedAt), "succeeds", o.Predecessor,
		"properties", pairs(shown.Properties), "documents of the order", strings.Join(shown.Documents, "; "), "seal", o.Seal, "check of the seal", check)})
	return nil
}

// summed says in a sentence how the units stand against the order BOM.
func summed(built []*trace.Unit) string {
	wrong, all := 0, 0
	for _, u := range built {
		if u.Unexplained > 0 {
			wrong, all = wrong+1, all+u.Unexplained
		}
	}
	switch {
	case len(built) == 0:
		return "The order has no units with a serial."
	case wrong == 0:
		return "Every position of all " + plural(len(built), "unit", "units") + " is explained by the sealed order BOM."
	}
	return plural(all, "difference", "differences") + " in " + plural(wrong, "unit", "units") + " of " + plural(len(built), "unit", "units") + " are not explained by the sealed order BOM."
}

func sealedLines(all []order.SealedLine) Part {
	var rows [][]string
	for _, l := range all {
		rows = append(rows, []string{strings.Repeat("\u2003", int(l.Level)) + l.FindNumber, l.PartNumber, l.Name, l.Revision, list(" ", l.QuantityPer.String(), l.UOM), l.Quantity.String(), l.Tracking, strings.Join(l.Designators, " ")})
	}
	return table("The sealed order BOM", "It has no lines.", columns("Position", "Item", "Name", "Rev", "#Per unit", "#In all", "Tracking", "Designators"), rows)
}

// filledWith is what filled a position of an order's units.
type filledWith struct{ position, part, ref, certainty string }

// wentIn sums up what filled each position: in how many units, and in which.
func (m *maker) wentIn(built []*trace.Unit) Part {
	in := map[filledWith][]string{}
	var keys []filledWith
	for _, u := range built {
		o := short(u.Object)
		serial := o[strings.LastIndexByte(o, '/')+1:]
		for _, p := range u.Positions {
			for _, f := range p.Filled {
				if f.Removed {
					continue
				}
				ref := short(f.Ref)
				if strings.HasPrefix(f.Ref, genealogy.UnitKind+":") {
					ref = "units by serial"
				}
				key := filledWith{p.FindNumber, p.PartNumber, ref, f.Certainty}
				if in[key] == nil {
					keys = append(keys, key)
				}
				if n := len(in[key]); n == 0 || in[key][n-1] != serial {
					in[key] = append(in[key], serial)
				}
			}
		}
	}
	slices.SortStableFunc(keys, func(a, b filledWith) int {
		return cmp.Or(comparePositions(a.position, b.position), strings.Compare(a.part, b.part), strings.Compare(a.ref, b.ref), strings.Compare(a.certainty, b.certainty))
	})
	var rows [][]string
	for _, k := range keys {
		rows = append(rows, []string{k.position, k.part, k.ref, k.certainty, plural(len(in[k]), "unit", "units"), ranges(in[k])})
	}
	return table("What went in", "Nothing was put into its units.", columns("Position", "Item", "Filled with", "!In", "#Units", "Serials"), rows)
}

// comparePositions puts 20 before 100.
func comparePositions(a, b string) int {
	if len(a) != len(b) && strings.Trim(a+b, "0123456789") == "" {
		return cmp.Compare(len(a), len(b))
	}
	return strings.Compare(a, b)
}

// differing lists the positions that are not as the order BOM says.
func differing(built []*trace.Unit) Part {
	var rows [][]string
	for _, u := range built {
		for _, p := range u.Positions {
			if p.Difference == "" {
				continue
			}
			rows = append(rows, []string{short(u.Object), p.FindNumber, p.PartNumber, filling(&p), spoken(p.Difference)})
		}
	}
	return table("Differences to the order BOM", "None.", columns("Unit", "Position", "Item", "Filled with", "!Difference"), rows)
}

func filling(p *trace.Position) string {
	var all []string
	for _, f := range p.Filled {
		text := short(f.Ref)
		if f.Quantity != quantity.One {
			text += " × " + f.Quantity.String()
		}
		if f.Certainty == genealogy.May {
			text += " (may)"
		}
		if f.Removed {
			text += " (removed)"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// eachUnit says of each unit what filled its positions.
func eachUnit(units []genealogy.Row, built []*trace.Unit) Part {
	row := map[string]*genealogy.Row{}
	for i := range units {
		row[units[i].Object().Ref()] = &units[i]
	}
	rows := make([][]string, 0, len(built))
	for _, u := range built {
		var in []string
		for _, p := range u.Positions {
			if text := filling(&p); text != "" {
				in = append(in, p.FindNumber+":\u00a0"+text)
			}
		}
		stands := "as planned"
		if u.Unexplained > 0 {
			stands = "differs, " + plural(u.Unexplained, "position", "positions")
		}
		r := row[u.Object]
		rows = append(rows, []string{r.Name, spoken(u.State), day(r.CompletedAt), strings.Join(in, " · "), stands})
	}
	return table("Unit by unit", "The order has no units with a serial.", columns("Serial", "State", "Completed", "Position: what fills it", "!Against the order BOM"), rows)
}

// deviationsOf are those that name the order.
func (m *maker) deviationsOf(name string) error {
	return m.deviations(genealogy.Row{Order: name, ID: -1})
}
