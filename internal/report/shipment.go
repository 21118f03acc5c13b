package report

import (
	"cmp"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/quality"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/trace"
)

// sent is a shipment with what was in it.
type sent struct {
	moves  []genealogy.Movement
	rows   map[int64]genealogy.Row
	ids    []int64 // of units and lots
	built  []*trace.Unit
	orders []string
}

// shipment is the certificate of conformance of a shipment (EN 10204 and AS9163
// say what such a paper names: who, to whom, what, against what, and the proof).
func (m *maker) shipment() error {
	s, err := m.sent()
	if err != nil {
		return err
	}
	m.doc.Subject, m.doc.File, m.doc.Path = "Shipment "+m.Name, fileName("certificate", m.Name), "/ship?shipment="+url.QueryEscape(m.Name)
	if err := m.delivery(s); err != nil {
		return err
	}
	m.add(s.contents())
	if err := m.sealedBy(s); err != nil {
		return err
	}
	open, err := m.nonconforming(s)
	if err != nil {
		return err
	}
	m.doc.Lead = s.certified(open)
	m.add(differing(s.built))
	if err = m.certificates(s); err == nil && len(m.doc.Behind) > 0 {
		m.doc.Lead += " " + plural(len(m.doc.Behind), "document", "documents") + " about what went in " + map[bool]string{true: "is", false: "are"}[len(m.doc.Behind) == 1] + " bound behind."
	}
	return err
}

func (m *maker) sent() (*sent, error) {
	s := &sent{}
	var err error
	s.moves, err = genealogy.Movements.Select(m.tx, m.company, "shipment = $2 AND term = $3 AND voided = 0", m.Name, genealogy.TermShipped)
	if err != nil {
		return nil, err
	}
	if len(s.moves) == 0 || m.Name == "" {
		return nil, refuse.New(refuse.NotFound, "There is no shipment %s.", m.Name).At("shipment")
	}
	ids, orders := map[int64]bool{}, map[string]bool{}
	for _, v := range s.moves {
		m.by(v.ID)
		ids[v.ObjectID] = true
	}
	s.ids = slices.Sorted(maps.Keys(ids))
	if s.rows, err = genealogy.ByNumbers(m.tx, m.company, s.ids); err != nil {
		return nil, err
	}
	for _, r := range s.rows {
		if r.Order != "" {
			orders[r.Order] = true
		}
	}
	s.orders = slices.Sorted(maps.Keys(orders))
	s.built, err = trace.ShowUnits(m.tx, m.company, s.ids, trace.Question{})
	return s, err
}

// delivery is who sent it to whom.
func (m *maker) delivery(s *sent) error {
	partners, err := catalog.Partners(m.tx, m.company)
	if err != nil {
		return err
	}
	to, orders, from, until := map[string]bool{}, map[string]bool{}, s.moves[0].At, s.moves[0].At
	for _, v := range s.moves {
		name := v.Customer
		for _, p := range partners {
			if p.Code == v.Customer {
				name = sentence(p.Name, p.Address, p.Country, "our code "+p.Code)
			}
		}
		to[name], orders[v.Reason] = true, true
		from, until = min(from, v.At), max(until, v.At)
	}
	delete(orders, "")
	m.add(Part{Facts: facts("customer", strings.Join(slices.Sorted(maps.Keys(to)), "\n"), "customer's order", strings.Join(slices.Sorted(maps.Keys(orders)), ", "), "shipped", span(from, until))})
	return nil
}

func span(from, until moment.Time) string {
	if day(from) == day(until) {
		return day(from)
	}
	return day(from) + " to " + day(until)
}

// contents are what was sent, serials as ranges.
func (s *sent) contents() Part {
	type group struct{ part, revision, customer, system, destination string }
	serials, lots := map[group][]string{}, map[group][]string{}
	pieces := map[group]quantity.Quantity{}
	for _, v := range s.moves {
		r := s.rows[v.ObjectID]
		key := group{r.PartNumber, r.Revision, v.Customer, v.System, v.Location}
		pieces[key] += v.Quantity
		if r.Kind == genealogy.UnitKind {
			serials[key] = append(serials[key], r.Name)
		} else {
			lots[key] = append(lots[key], v.Quantity.String()+" of lot "+r.Name)
		}
	}
	keys := slices.SortedFunc(maps.Keys(pieces), func(a, b group) int {
		return cmp.Or(strings.Compare(a.part, b.part), strings.Compare(a.revision, b.revision), strings.Compare(a.customer, b.customer), strings.Compare(a.system, b.system), strings.Compare(a.destination, b.destination))
	})
	var rows [][]string
	for _, key := range keys {
		slices.Sort(serials[key])
		slices.Sort(lots[key])
		rows = append(rows, []string{key.part, key.revision, pieces[key].String(), list("; ", list("", ranges(serials[key])), strings.Join(lots[key], "; ")), key.customer, sentence(key.system, key.destination)})
	}
	return table("What was sent", "", columns("Item", "Rev", "#Quantity", "Serials and lots", "Customer", "System, destination"), rows)
}

// sealedBy are the orders that made it, with their seals.
func (m *maker) sealedBy(s *sent) error {
	made := map[string]int{}
	for _, r := range s.rows {
		made[r.Order]++
	}
	var rows [][]string
	for _, name := range s.orders {
		shown, err := m.seal(name)
		if err != nil {
			return err
		}
		rows = append(rows, append(shown, text(int64(made[name]))))
	}
	m.add(table("Built and checked against", "None of it was made under an order.", columns("Order", "Item", "Rev", "Released", "Seal of the order BOM", "#Objects"), rows))
	return nil
}

// nonconforming lists what did not conform, and counts what is open.
func (m *maker) nonconforming(s *sent) (open int, err error) {
	var rows [][]string
	var wrong error
	of := func(n *quality.NCR, what string) {
		wrong = errors.Join(wrong, m.ncr(n))
		if n.State != quality.NCRDisposal {
			open++
		}
		rows = append(rows, []string{n.Nonconformity, what, n.Severity, n.Description, decided(n)})
	}
	err = each(m, quality.NCRs, "object_id", s.ids, func(n *quality.NCR) {
		if row := s.rows[n.ObjectID]; n.Voided == 0 {
			of(n, short(row.Object().Ref()))
		}
	})
	if err != nil {
		return 0, err
	}
	err = each(m, quality.NCRs, "order_name", s.orders, func(n *quality.NCR) {
		if n.ObjectID == 0 && n.Voided == 0 {
			of(n, "order "+n.Order)
		}
	})
	slices.SortFunc(rows, slices.Compare)
	m.add(table("Nonconformities", "None was raised.", columns("Number", "About", "Severity", "What", "Disposition"), rows))
	return open, errors.Join(err, wrong)
}

// certified says what is certified; it never says more than the record does.
func (s *sent) certified(open int) string {
	unexplained := 0
	for _, u := range s.built {
		unexplained += u.Unexplained
	}
	what := plural(len(s.ids), "object", "objects")
	if unexplained == 0 && open == 0 {
		return "We certify that the " + what + " of this shipment conform to the sealed order BOMs named below: every position of every unit is explained by them, and no nonconformity is open."
	}
	return "This shipment is NOT certified as conforming: of its " + what + " " + plural(unexplained, "difference is", "differences are") + " not explained by the sealed order BOMs, and " + plural(open, "nonconformity is", "nonconformities are") + " open. They are named below."
}
