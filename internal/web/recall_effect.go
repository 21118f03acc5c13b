package web

import (
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/recall"
)

// effectPage is how well a recall works, by customer and by day, and what is
// held.
type effectPage struct {
	*recallHead
	Effect    *recall.Effect
	Total     shareBar
	Customers []effectRow
	Picture   lines
	Orders    []blockedRow
}

type effectRow struct {
	recall.CustomerEffect
	Bar shareBar
}

type blockedRow struct {
	recall.BlockedOrder
	Unblock string
}

// shareBar is a share drawn: how much is accounted for, and how much more is
// answered, of a width of 100.
type shareBar struct {
	Accounted, Answered int64
	Words               string
}

func barOf(s recall.Share) shareBar {
	if s.Units == 0 {
		return shareBar{Words: "nothing"}
	}
	part := func(q quantity.Quantity) int64 { return int64(100 * float64(q) / float64(s.Units)) }
	b := shareBar{Accounted: part(s.Accounted), Answered: part(s.Answered)}
	b.Words = percent(s.ShareAccounted) + " accounted for, " + percent(s.ShareAnswered) + " answered for"
	return b
}

func (s *site) recallEffect(a *asked) (page, error) {
	p, err := a.effect("effect")
	if err != nil {
		return page{}, err
	}
	return page{Title: "Effectiveness of recall " + p.Recall, Area: "recall", Body: p}, nil
}

func (a *asked) effect(part string) (*effectPage, error) {
	h, err := a.recallHead(part)
	if err != nil {
		return nil, err
	}
	p := &effectPage{recallHead: h}
	if p.Effect, err = recall.Effectiveness(a.tx, a.company, h.Recall); err != nil {
		return nil, err
	}
	p.Total, p.Picture = barOf(p.Effect.Total), answersPicture(p.Effect.Days)
	for _, c := range p.Effect.Customers {
		p.Customers = append(p.Customers, effectRow{c, barOf(c.Share)})
	}
	for _, o := range p.Effect.Orders {
		row := blockedRow{BlockedOrder: o}
		if o.Blocked {
			row.Unblock = with(with(formOf("unblock-order").Path, "order", o.Order), "back", h.Part(part))
		}
		p.Orders = append(p.Orders, row)
	}
	return p, nil
}

// reportPage is everything of a recall on one page, to be printed.
type reportPage struct {
	*effectPage
	Objects []recall.ScopeObject
	All     int
	Events  []recall.Event
	Units   []recall.UnitRow
	Told    int
	Closing *closing
	Printed moment.Time
}

// Limits of what a report prints; the files have the rest, and it says so.
const (
	reportObjects = 1_000
	reportUnits   = 1_000
)

func (s *site) recallReport(a *asked) (page, error) {
	e, err := a.effect("report")
	if err != nil {
		return page{}, err
	}
	p := reportPage{effectPage: e, Printed: s.ledger.Now()}
	scope, err := recall.ShowScope(a.tx, a.company, p.Recall)
	if err != nil {
		return page{}, err
	}
	p.All, p.Objects = len(scope.Objects), scope.Objects[:min(len(scope.Objects), reportObjects)]
	if p.Events, err = recall.TimeLine(a.tx, a.company, p.Recall); err != nil {
		return page{}, err
	}
	units, err := recall.ShowUnits(a.tx, a.company, p.Recall, "")
	if err != nil {
		return page{}, err
	}
	p.Told, p.Units = len(units), units[:min(len(units), reportUnits)]
	p.Closing, err = a.closing(p.recallHead)
	return page{Title: "Report of recall " + p.Recall, Area: "recall", Body: &p}, err
}
