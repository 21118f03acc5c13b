package web

import (
	"cmp"
	"net/url"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// receivePage is the form, and what was received last.
type receivePage struct {
	Form    *shownForm
	Receipt string
	Last    []receiptRow
	More    string
}

type receiptRow struct {
	genealogy.Receipt
	Ref string
}

func (s *site) receive(a *asked) (page, error) {
	f := formOf("receive")
	values := url.Values{}
	for name, all := range a.URL.Query() {
		if name != "receipt" || a.value("list") == "" {
			values[name] = all
		}
	}
	values.Set("back", "/receive")
	p := receivePage{Form: f.page(values, nil).Body.(*shownForm), Receipt: a.value("receipt")}
	var rows []genealogy.Receipt
	var err error
	if p.Receipt != "" {
		rows, err = genealogy.ReceivedUnder(a.tx, a.company, p.Receipt)
	} else {
		rows, p.More, err = genealogy.ListReceipts(a.tx, a.company, store.Listing{Sort: "id", Down: true, Limit: 15, After: a.value("after")})
	}
	if err != nil {
		return page{}, err
	}
	refs, err := names(a, rows, func(r genealogy.Receipt) int64 { return r.ObjectID })
	for _, r := range rows {
		p.Last = append(p.Last, receiptRow{r, refs[r.ObjectID]})
	}
	return page{Title: "Receive", Area: "receive", Body: p}, err
}

// shipPage is the form, and what was shipped last or in one shipment.
type shipPage struct {
	Form     *shownForm
	Shipment string
	Last     []shippedRow
	More     string
}

type shippedRow struct {
	genealogy.Movement
	Ref string
}

func (s *site) ship(a *asked) (page, error) {
	f := formOf("ship")
	values := a.URL.Query()
	back := "/ship"
	if shipment := a.value("shipment"); shipment != "" {
		back += "?shipment=" + url.QueryEscape(shipment) // the next piece goes into the same
	}
	values.Set("back", cmp.Or(local(values.Get("back")), back))
	if ref := values.Get("ref"); ref != "" {
		if err := s.prefill(a, f, ref, values); err != nil {
			return page{}, err
		}
	}
	p := shipPage{Form: f.page(values, nil).Body.(*shownForm), Shipment: strings.TrimSpace(a.value("shipment"))}
	rows, next, err := genealogy.ListShipped(a.tx, a.company, p.Shipment, store.Listing{Sort: "id", Down: true, Limit: 25, After: a.value("after")})
	if err != nil {
		return page{}, err
	}
	if next != "" {
		p.More = with(without(a.URL, "recorded"), "after", next)
	}
	refs, err := names(a, rows, func(m genealogy.Movement) int64 { return m.ObjectID })
	for _, m := range rows {
		p.Last = append(p.Last, shippedRow{m, refs[m.ObjectID]})
	}
	return page{Title: "Ship", Area: "ship", Body: p}, err
}

// proposal is something known that a field may mean.
type proposal struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// proposalsMax is how many proposals are shown.
const proposalsMax = 8

// suggest proposes what of ?kind= begins like ?q=.
func (s *site) suggest(a *asked) (any, error) {
	all := []proposal{}
	text := strings.TrimSpace(a.value("q"))
	if text == "" {
		return all, nil
	}
	ask, ok := suggestions[a.value("kind")]
	if !ok {
		return all, nil
	}
	found, err := ask(a, text)
	return append(all, found...), err
}

// matched is what a text names exactly.
func matched(a *asked, text string) (all []proposal, err error) {
	found, err := trace.Find(a.tx, a.company, text, "", proposalsMax)
	if err != nil {
		return nil, err
	}
	for _, m := range found.Matches {
		if m.Kind == genealogy.LotKind || m.Kind == genealogy.UnitKind {
			all = append(all, proposal{short(m.Ref), m.Kind + ", " + words(m.What)})
		}
	}
	return all[:min(len(all), proposalsMax)], nil
}
