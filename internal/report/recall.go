package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/quantity"
	"lotline/internal/recall"
	"lotline/internal/trace"
)

// recall is the dossier of a recall: all that it asked, reached and did.
func (m *maker) recall() error {
	r, err := recall.Get(m.tx, m.company, m.Name)
	if err != nil {
		return err
	}
	shown, err := recall.Show(m.tx, m.company, m.Name)
	if err != nil {
		return err
	}
	effect, err := recall.Effectiveness(m.tx, m.company, m.Name)
	if err != nil {
		return err
	}
	m.by(r.Fact, r.ClosedFact)
	m.doc.Subject, m.doc.File, m.doc.Path = "Recall "+r.Recall, fileName("recall", r.Recall), pageNamed("/recalls/", r.Recall, "recall")
	m.doc.Lead = recalled(shown, effect)
	m.asks(r, shown)
	m.reaches(shown)
	m.add(m.byHand(shown))
	for _, step := range []func() error{m.balances, func() error { return m.house(effect) }, func() error { return m.customers(effect) }, m.answers, m.timeLine, m.scope} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// recalled says in sentences how the recall stands.
func recalled(s *recall.Shown, e *recall.Effect) string {
	text := fmt.Sprintf("The recall is %s. It reaches %s surely and %d possibly; %d had been affected.", s.State, plural(s.Must, "object", "objects"), s.May, s.HadBeen.Must+s.HadBeen.May)
	if e.Total.Units > 0 {
		text += fmt.Sprintf(" Of %s at customers %s are answered for (%s) and %s accounted for (%s); %s are not found.", e.Total.Units, e.Total.Answered, percent(e.Total.ShareAnswered),
			e.Total.Accounted, percent(e.Total.ShareAccounted), e.Total.NotFound)
	}
	return text
}

// percent is a share of 1, to four places, in per cent.
func percent(share string) string {
	whole, part, _ := strings.Cut(share, ".")
	part = (part + "0000")[:4]
	return strings.TrimLeft(whole+part[:2], "0") + zero(whole+part[:2]) + "." + part[2:] + " %"
}

// zero is what is left where all digits were zeros.
func zero(digits string) string {
	if strings.Trim(digits, "0") == "" {
		return "0"
	}
	return ""
}

func (m *maker) asks(r *recall.Row, s *recall.Shown) {
	var triggers []string
	for _, t := range s.Question.Any {
		triggers = append(triggers, t.String())
	}
	m.add(Part{Facts: facts("reason", r.Reason, "instructions", r.Instructions, "it asks for", strings.Join(triggers, "\nor "), "opened", sentence(when(r.OpenedAt), with("entry ", strconv.FormatInt(s.Entry, 10))),
		"scope", fmt.Sprintf("number %d, frozen %s from the first %s of the journal", r.Scope, when(r.ScopedAt), plural(int(r.Size), "entry", "entries")), "closed", sentence(when(r.ClosedAt), r.CloseReason))})
}

// reaches is what the scope came to, by state and by customer.
func (m *maker) reaches(s *recall.Shown) {
	var states []string
	for _, state := range slices.Sorted(maps.Keys(s.ByState)) {
		states = append(states, fmt.Sprintf("%s %d", spoken(state), s.ByState[state]))
	}
	m.add(Part{Title: "What it reaches", Facts: facts("surely affected", strconv.Itoa(s.Must), "possibly affected", strconv.Itoa(s.May), "had been", strconv.Itoa(s.HadBeen.Must+s.HadBeen.May), "by state", strings.Join(states, ", "))})
	m.add(atCustomers(s.ByCustomer))
}

func atCustomers(all []recall.Customer) Part {
	var rows [][]string
	for _, c := range all {
		for i, system := range c.Systems {
			row := []string{c.Customer, "", "", system.System, namesOf(system.Objects)}
			if i == 0 {
				row[1], row[2] = strconv.Itoa(c.Must), strconv.Itoa(c.May)
			}
			rows = append(rows, row)
		}
	}
	return table("At customers", "Nothing of it is at a customer.", columns("Customer", "#Must", "#May", "System", "Outermost units"), rows)
}

// namesOf are refs without their kinds, serials of one item as ranges.
func namesOf(refs []string) string {
	serials := map[string][]string{}
	var all []string
	for _, ref := range refs {
		if kind, name, _ := strings.Cut(ref, ":"); kind == genealogy.UnitKind {
			at := strings.LastIndexByte(name, '/')
			serials[name[:at+1]] = append(serials[name[:at+1]], name[at+1:])
		} else {
			all = append(all, name)
		}
	}
	for _, item := range slices.Sorted(maps.Keys(serials)) {
		slices.Sort(serials[item])
		all = append(all, item+ranges(serials[item]))
	}
	return strings.Join(all, ", ")
}

func (m *maker) byHand(s *recall.Shown) Part {
	var rows [][]string
	add := func(what string, all []recall.ByHand) {
		for _, h := range all {
			m.by(journal.FirstOf(h.Entry))
			rows = append(rows, []string{what, short(h.Object), when(h.At), h.Reason, strconv.FormatInt(h.Entry, 10)})
		}
	}
	add("excluded", s.Excluded)
	add("included", s.Included)
	return table("Changed by hand", "Nothing was taken out or put in by hand.", columns("Change", "Object", "When", "Why", "#Entry"), rows)
}

// balances are the mass balances of the lots that the recall starts from.
func (m *maker) balances() error {
	scope, err := recall.ShowScope(m.tx, m.company, m.Name)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, o := range scope.Objects {
		if o.Depth != 0 || o.Lot == "" || o.Number() == 0 {
			continue
		}
		found, err := genealogy.ByNumbers(m.tx, m.company, []int64{o.Number()})
		if err != nil {
			return err
		}
		b, err := genealogy.BalanceOf(m.tx, m.company, found[o.Number()])
		if err != nil {
			return err
		}
		came, where := terms(&b)
		rows = append(rows, []string{short(o.Ref), came, where, b.Missing.String()})
	}
	m.add(table("Mass balance of what it starts from", "It does not start from a lot.", columns("Lot", "Came in", "Where it is", "#Missing"), rows))
	return nil
}

// terms are what of a balance is not nothing: what came in, and where it is.
func terms(b *genealogy.Balance) (came, where string) {
	say := func(name string, much quantity.Quantity) string {
		if much == 0 {
			return ""
		}
		return name + " " + much.String()
	}
	units := say("in units", b.InUnits)
	if b.InUnits != b.InUnitsMin {
		units = "in units " + between(b.InUnitsMin, b.InUnits)
	}
	return sentence(say("received", b.Received), say("produced", b.Produced), say("split in", b.SplitIn), say("merged in", b.MergedIn), say("adjusted up", b.AdjustedUp)),
		sentence(say("in stock", b.InStock), say("in work", b.InWork), units, say("scrapped", b.Scrapped), say("shipped", b.Shipped), say("returned to the supplier", b.Returned),
			say("split away", b.SplitAway), say("merged away", b.MergedAway), say("adjusted down", b.AdjustedOff))
}

// house is what was done inside: holds, what cannot be held, orders.
func (m *maker) house(e *recall.Effect) error {
	holds, err := genealogy.Holds.Select(m.tx, m.company, "hold = $2", m.Name)
	if err != nil {
		return err
	}
	ids := make([]int64, len(holds))
	for i, h := range holds {
		ids[i] = h.ObjectID
	}
	of, err := genealogy.ByNumbers(m.tx, m.company, ids)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, h := range holds {
		m.by(h.Fact)
		row := of[h.ObjectID]
		rows = append(rows, []string{short(row.Object().Ref()), "held", when(h.At), h.Reason, sentence(when(h.ReleasedAt), h.ReleaseReason)})
	}
	slices.SortFunc(rows, slices.Compare)
	m.add(Part{Title: "In the house", Facts: facts("held", strconv.Itoa(e.Held), "affected and not held", list(", ", shortened(e.Loose)...))},
		table("Holds of the recall", "No hold was laid under its number.", columns("Object", "!State", "Laid", "Why", "Released"), rows))
	m.add(notHeld(e.NotHeld))
	rows = nil
	for _, o := range e.Orders {
		blocked := "blocked"
		if !o.Blocked {
			blocked = "was blocked, and goes on"
		}
		rows = append(rows, []string{o.Order, spoken(o.State), blocked})
	}
	m.add(table("Orders that have affected lots", "None was blocked.", columns("Order", "State", "How it stands"), rows))
	return nil
}

// notHeld is what cannot be held, by why.
func notHeld(all []recall.NotHeld) Part {
	of := map[string][]string{}
	for _, n := range all {
		of[n.Why] = append(of[n.Why], n.Object)
	}
	var rows [][]string
	for _, why := range slices.Sorted(maps.Keys(of)) {
		rows = append(rows, []string{why, strconv.Itoa(len(of[why])), namesOf(of[why])})
	}
	return table("What cannot be held", "Everything in the house can be held.", columns("Why", "#Objects", "Which"), rows)
}

func shortened(refs []string) []string {
	all := make([]string, len(refs))
	for i, ref := range refs {
		all[i] = short(ref)
	}
	return all
}

// customers is how each was told, and answered (21 CFR 7.42(b)(3)).
func (m *maker) customers(e *recall.Effect) error {
	var rows [][]string
	for _, c := range e.Customers {
		stands := "open"
		switch {
		case c.Silent:
			stands = "silent"
		case c.Accounted == c.Units:
			stands = "accounted for"
		}
		rows = append(rows, []string{c.Customer, day(c.NotifiedAt), strconv.FormatInt(c.Notices, 10), c.Mail, c.Units.String(), c.Answered.String(), c.Accounted.String(), c.NotFound.String(), percent(c.ShareAccounted), stands})
	}
	m.add(table("Customers", "Nobody was told yet.", columns("Customer", "Told", "#Notices", "Mail", "#Units", "#Answered", "#Accounted", "#Not found", "#Share", "!How it stands"), rows))
	rows = nil
	for _, d := range e.Days {
		rows = append(rows, []string{d.Day, d.Units.String(), d.Answered.String(), percent(d.ShareAnswered), d.Accounted.String(), percent(d.ShareAccounted), d.NotFound.String()})
	}
	m.add(table("Effectiveness by day", "Nobody was told yet.", columns("End of", "#Units", "#Answered", "#Share", "#Accounted", "#Share", "#Not found"), rows))
	return nil
}

// answers is what became of each unit at a customer.
func (m *maker) answers() error {
	units, err := recall.ShowUnits(m.tx, m.company, m.Name, "")
	if err != nil {
		return err
	}
	var rows [][]string
	for i := range units {
		u := &units[i]
		at := u.System
		if u.FoundIn != "" && u.FoundIn != u.System {
			at = list(", ", u.System, "found in "+u.FoundIn)
		}
		rows = append(rows, []string{u.Customer, u.PartNumber + "/" + u.Name, u.Quantity.String(), u.Shipment, at, spoken(u.State), day(u.AnsweredAt), sentence(u.AnsweredBy, u.Note)})
	}
	m.add(table("What became of each", "Nobody was told yet.", columns("Customer", "Unit or lot", "#Quantity", "Shipment", "System", "!State", "Answered", "By whom, and what they said"), rows))
	return nil
}

func (m *maker) timeLine() error {
	events, err := recall.TimeLine(m.tx, m.company, m.Name)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, e := range events {
		m.by(journal.FirstOf(e.Entry))
		count := ""
		if e.Count != 0 {
			count = strconv.FormatInt(e.Count, 10)
		}
		rows = append(rows, []string{when(e.At), spoken(e.Action), e.Customer, count, e.Text, strconv.FormatInt(e.Entry, 10)})
	}
	m.add(table("What was done, in order", "", columns("When", "What", "Customer", "#Count", "Remark", "#Entry"), rows))
	return nil
}

// scope lists all objects of the scope, as it was frozen.
func (m *maker) scope() error {
	s, err := recall.ShowScope(m.tx, m.company, m.Name)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, o := range s.Objects {
		rows = append(rows, []string{short(o.Ref), affected(&o.Object), between(o.QuantityMin, o.QuantityMax), places(o.Places), hand(o)})
	}
	m.add(table("All objects of the scope", "Nothing is affected.", columns("Object", "!Affected", "#Quantity", "Where it was", "By hand"), rows))
	return nil
}

func affected(o *trace.Object) string {
	if o.Removed {
		return "removed, " + o.Certainty
	}
	return o.Certainty
}

func hand(o recall.ScopeObject) string {
	switch {
	case o.Excluded:
		return "excluded"
	case o.Included:
		return "included"
	}
	return ""
}
