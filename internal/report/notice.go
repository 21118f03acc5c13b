package report

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/recall"
)

// notice is a notice of a recall to a customer: its units, and nobody else's.
func (m *maker) notice() error {
	n, err := recall.ShowNotice(m.tx, m.company, m.Name, m.Customer, m.Notice)
	if err != nil {
		return err
	}
	n.Link = m.Link
	m.doc = Letter(m.doc.Frame, n)
	return nil
}

// Letter is the document of a notice. A drill's has no number.
func Letter(f Frame, n *recall.Notice) *Document {
	d := &Document{Frame: f, Path: pageNamed("/recalls/", n.Recall, "recall")}
	if rest, named := strings.CutPrefix(d.Path, "/recalls/-?"); named {
		d.Path = "/recalls/-/notice?" + rest + "&"
	} else {
		d.Path += "/notice?"
	}
	d.Path += "customer=" + url.QueryEscape(n.Customer)
	if n.Notice == 0 {
		d.Path = "/recall/drill"
	}
	d.write(n)
	return d
}

func (d *Document) write(n *recall.Notice) {
	d.Kind, d.Answer = "Recall notice", n.Link
	if n.Reminder {
		d.Kind = "Reminder of a recall"
	}
	d.Subject = "Recall " + n.Recall
	d.File = fileName("notice", n.Recall, n.Customer)
	d.Letter = []string{list("\n", cmp.Or(n.Name, n.Customer), n.Address, n.Country), list(" ", "Notice", text(n.Notice), with("of ", day(n.At)))}
	d.Lead = n.Reason
	for _, said := range []string{n.Text, n.Instructions} {
		if said != "" {
			d.Parts = append(d.Parts, Part{Text: []string{said}})
		}
	}
	var rows [][]string
	for i := range n.Units {
		rows = append(rows, noticed(&n.Units[i]))
	}
	d.Parts = append(d.Parts, together(n.Units), d.howToAnswer(),
		table("Each of them", "Nothing is left to be answered.", columns("Item", "Serial or lot", "#Quantity", "System", "Shipment", "!Affected", "What is affected in it", "What became of it"), rows))
}

// together sums up what a customer has, by item and system.
func together(units []recall.NoticeUnit) Part {
	type in struct{ part, system string }
	serials, lots := map[in][]string{}, map[in][]string{}
	keys := map[in]bool{}
	for _, u := range units {
		key := in{u.PartNumber, u.System}
		keys[key] = true
		if u.Serial != "" {
			serials[key] = append(serials[key], u.Serial)
		} else {
			lots[key] = append(lots[key], u.Quantity.String()+" of lot "+u.Lot)
		}
	}
	order := slices.SortedFunc(maps.Keys(keys), func(a, b in) int {
		return cmp.Or(strings.Compare(a.part, b.part), strings.Compare(a.system, b.system))
	})
	var rows [][]string
	for _, key := range order {
		slices.Sort(serials[key])
		what := lots[key]
		if len(serials[key]) > 0 {
			what = append(what, count(serials[key], "unit", "units"))
		}
		rows = append(rows, []string{key.part, key.system, strings.Join(what, "; ")})
	}
	return table("You have of it", "Nothing is left to be answered.", columns("Item", "Your system", "What"), rows)
}

func (d *Document) howToAnswer() Part {
	states := strings.ReplaceAll(strings.Join(recall.UnitStates, ", "), "_", " ")
	text := "Tell us what became of each of them: fill in the list below or the table that came with this letter, and send it back."
	if d.Answer != "" {
		text = "Tell us what became of each of them: scan the code above, or open the address. No account is needed, and nobody else sees it.\n" + d.Answer
	}
	return Part{Title: "What we ask of you", Text: []string{text, "Answers: " + states + "."}}
}

func noticed(u *recall.NoticeUnit) []string {
	state := ""
	if u.State != recall.UnitNotified {
		state = spoken(u.State)
	}
	certainty := "surely"
	if u.Certainty == genealogy.May {
		certainty = "possibly"
	}
	return []string{u.PartNumber, u.Serial + u.Lot, u.Quantity.String(), u.System, u.Shipment, certainty, namesOf(u.Affected), state}
}
