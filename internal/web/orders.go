package web

import (
	"net/url"

	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/store"
	"lotline/internal/trace"
)

func (s *site) orders(a *asked) (page, error) {
	l, asks := a.list(listing{Title: "Orders", Area: "orders",
		Columns: []column{{Title: "Order", Sort: "name"}, {Title: "Item", Sort: "part_number"}, {Title: "Rev"}, {Title: "Quantity", Number: true, Sort: "quantity"}, {Title: "State", Sort: "state"}, {Title: "Customer", Sort: "customer"}, {Title: "Planned", Sort: "planned_at"}, {Title: "Released", Sort: "released_at"}, {Title: "Succeeds"}},
		Filters: []filter{{Name: "name", Label: "Order begins", Begins: true}, {Name: "part_number", Label: "Item", Suggest: "item"}, {Name: "state", Label: "State", Choices: []string{"planned", "released", "closed", "cancelled"}}, {Name: "customer", Label: "Customer", Suggest: "customer"}},
		Actions: []action{{Text: "Plan an order", Link: "/orders/plan", Icon: "plus", First: true}},
		Empty:   "An order makes a batch of an item from a sealed copy of everything it is built from.", EmptyActions: []action{{Text: "Plan an order", Link: "/orders/plan", First: true}, {Text: "Import a workbook", Link: "/import"}}})
	rows, next, err := order.ListOrders(a.tx, a.company, asks)
	if err != nil {
		return page{}, err
	}
	for _, o := range rows {
		l.row(id(o.Order, orderLink(o.Order)), id(o.PartNumber, itemLink(o.PartNumber)), text(o.Revision), amount(o.Quantity), tags(o.State), text(o.Customer), instant(o.PlannedAt), instant(o.ReleasedAt), id(o.Predecessor, orderLinkOf(o.Predecessor)))
	}
	return l.end(next)
}

func orderLinkOf(name string) string {
	if name == "" {
		return ""
	}
	return orderLink(name)
}

// orderPage is an order with its BOM, its shortages and its progress.
type orderPage struct {
	order.Shown
	Progress  progress
	Flat      bool
	Short     []order.ShownTotal // what is missing of a planned order
	Shortage  int
	Changed   []order.Change // since it was planned or sealed
	Positions []*order.Line
	Matrix    []matrixRow
	More      string // the address of the next units
	Lots      []genealogy.Row
	Check     []order.Difference
	Checked   bool
	Next      []action
}

// matrixRow is a unit of the order with what fills its positions.
type matrixRow struct {
	Unit, Link, State string
	Cells             []matrixCell
}

type matrixCell struct {
	State string // full, half, open, off
	Text  string
	Title string
	Link  string
}

// matrixRows is how many units the matrix shows at once.
const matrixRows = 60

func (s *site) order(a *asked) (page, error) {
	name := a.called("order")
	shown, err := order.Show(a.tx, a.company, name, trace.Stock(a.tx, a.company))
	if err != nil {
		return page{}, err
	}
	p := orderPage{Shown: shown, Flat: a.value("view") == "totals"}
	o, err := order.Get(a.tx, a.company, name)
	if err != nil {
		return page{}, err
	}
	if p.Progress, err = a.progressOf(o); err != nil {
		return page{}, err
	}
	for _, t := range shown.Totals {
		if t.Gap != nil && *t.Gap > 0 {
			p.Short = append(p.Short, t)
		}
	}
	p.Shortage = len(p.Short)
	if p.Lots, err = genealogy.LotsOf(a.tx, a.company, name); err != nil {
		return page{}, err
	}
	if o.State == order.Planned || o.State == order.Released {
		compared, err := order.CompareWith(a.tx, a.company, name, "")
		if err != nil {
			return page{}, err
		}
		p.Changed = compared.Changes
	}
	if o.Seal != "" {
		if err := p.released(a, o); err != nil {
			return page{}, err
		}
	}
	p.Next = nextSteps(o)
	return page{Title: "Order " + name, Area: "orders", Body: &p}, nil
}

// nextSteps are the commands that an order can be given now.
func nextSteps(o order.Order) (all []action) {
	names := map[string][]string{
		order.Planned:  {"release-order", "refresh-order", "allocate", "cancel-order"},
		order.Released: {"serialize", "issue", "complete", "produce", "perform-operation", "give-back", "succeed-order", "raise-nonconformity", "close-order"},
	}[o.State]
	for i, name := range names {
		f := formOf(name)
		q := url.Values{"order": {o.Order}, "back": {orderLink(o.Order)}}
		if name == "succeed-order" {
			q = url.Values{"predecessor": {o.Order}}
		}
		all = append(all, action{Text: f.Title, Link: f.Path + "?" + q.Encode(), First: i == 0})
	}
	return all
}

// released adds what only a released order has: its matrix, and on request the
// check of its seal.
func (p *orderPage) released(a *asked, o order.Order) (err error) {
	if p.Positions, err = order.PositionsOf(a.tx, a.company, o.Order, o.PartNumber); err != nil {
		return err
	}
	if a.value("check") != "" {
		text, err := order.Export(a.tx, a.company, o.Order)
		if err != nil {
			return err
		}
		if p.Check, err = order.Check(text); err != nil {
			return err
		}
		p.Checked = true
	}
	units, next, err := genealogy.MembersOf(a.tx, a.company, o.Order, store.Listing{Limit: matrixRows, After: a.value("after")})
	if err != nil {
		return err
	}
	if next != "" {
		p.More = with(orderLink(o.Order), "after", next) + "#progress"
	}
	return p.matrix(a, o, units)
}

// matrix says what fills each position of each unit.
func (p *orderPage) matrix(a *asked, o order.Order, units []genealogy.Row) error {
	ids := make([]int64, len(units))
	for i := range units {
		ids[i] = units[i].ID
	}
	into, err := genealogy.Into(a.tx, a.company, ids)
	if err != nil {
		return err
	}
	issued, err := genealogy.IssuedTo(a.tx, a.company, o.Order)
	if err != nil {
		return err
	}
	for _, u := range units {
		state := "in_work"
		switch {
		case u.ScrappedAt != 0:
			state = "scrapped"
		case u.Shipped != 0:
			state = "shipped"
		case u.CompletedAt != 0:
			state = "complete"
		}
		if u.Held > 0 {
			state = "held"
		}
		row := matrixRow{Unit: u.Name, Link: Link(u.Object().Ref()), State: state}
		for _, line := range p.Positions {
			row.Cells = append(row.Cells, cellOf(line, u, into[u.ID], issued[line.Line]))
		}
		p.Matrix = append(p.Matrix, row)
	}
	return nil
}

// cellOf says how far a position of a unit is filled.
func cellOf(line *order.Line, u genealogy.Row, into []genealogy.Edge, issued quantity.Quantity) matrixCell {
	var has quantity.Quantity
	for _, e := range into {
		if e.Position == line.Position && e.EndedAt == moment.Never {
			has += e.Quantity - e.Removed
		}
	}
	c := matrixCell{Title: line.PartNumber + ": " + has.String() + " of " + line.PerOwner.String(), Link: "/build?unit=" + url.QueryEscape(short(u.Object().Ref()))}
	switch {
	case line.Tracking == "none":
		c.State, c.Text, c.Title = "half", "–", line.PartNumber+": untracked, assumed"
	case has >= line.PerOwner:
		c.State, c.Text = "full", "✓"
	case issued > 0 && has == 0:
		c.State, c.Text, c.Title = "half", "≈", line.PartNumber+": issued to the order as a whole"
	case has > 0:
		c.State, c.Text = "half", has.String()
	case u.CompletedAt != 0 && !line.Optional:
		c.State, c.Text = "off", "✕"
	default:
		c.State, c.Text = "open", "·"
	}
	return c
}

// compareOrder compares an order's BOM with another's, or with the design of
// now.
func (s *site) compareOrder(a *asked) (page, error) {
	name := a.called("order")
	c, err := order.CompareWith(a.tx, a.company, name, a.value("with"))
	if err != nil {
		return page{}, err
	}
	p := comparePage{Kicker: "The order BOM of " + name, Before: name, After: c.With, BeforeLink: orderLink(name), AfterLink: orderLinkOf(a.value("with")), Changes: c.Changes}
	if c.Changes == nil {
		p.Changes = []order.Change{}
	}
	return page{Title: "Compare " + name, Area: "orders", Body: p}, nil
}

func (s *site) stock(a *asked) (page, error) {
	l, asks := a.list(listing{Title: "Lots and units", Area: "stock",
		Columns: []column{{Title: "Item", Sort: "part_number"}, {Title: "Kind"}, {Title: "Number", Sort: "name"}, {Title: "State"}, {Title: "In stock", Number: true}, {Title: "Place"}, {Title: "Order"}, {Title: "Expires"}, {Title: "Recorded", Sort: "id"}},
		Filters: []filter{{Name: "part_number", Label: "Item", Suggest: "item"}, {Name: "name", Label: "Number begins", Begins: true}, {Name: "kind", Label: "Kind", Choices: []string{"lot", "unit"}}, {Name: "order_name", Label: "Order", Suggest: "order"}},
		Actions: []action{{Text: "Receive", Link: "/receive", Icon: "package-plus", First: true}, {Text: "Move", Link: "/stock/move"}, {Text: "Split", Link: "/lots/split"}, {Text: "Merge", Link: "/lots/merge"}, {Text: "Trace", Link: "/trace"}},
		Empty:   "Every lot and every unit that was received or made.", EmptyActions: []action{{Text: "Receive", Link: "/receive", First: true}, {Text: "Import a workbook", Link: "/import"}}})
	rows, next, err := genealogy.ListObjects(a.tx, a.company, asks)
	if err != nil {
		return page{}, err
	}
	for _, r := range rows {
		expires := text(day(r.ExpiresOn))
		onHand := text("")
		if r.Kind == genealogy.LotKind {
			onHand = amount(r.OnHand)
		}
		l.row(id(r.PartNumber, itemLink(r.PartNumber)), text(r.Kind), id(r.Name, Link(r.Object().Ref())), tags(stateOf(r, s.ledger.Now())...), onHand, text(r.Location), id(r.Order, orderLinkOf(r.Order)), expires, instant(r.At))
	}
	return l.end(next)
}

// stateOf is what a row alone says about an object's state.
func stateOf(r genealogy.Row, now moment.Time) (all []string) {
	switch {
	case r.ScrappedAt != 0:
		all = append(all, "scrapped")
	case r.Shipped != 0:
		all = append(all, "shipped")
	case r.ParentEdge != 0:
		all = append(all, "inside")
	case r.Kind == genealogy.UnitKind && r.Order != "" && r.CompletedAt == 0:
		all = append(all, "in_work")
	case r.Kind == genealogy.UnitKind || r.OnHand > 0:
		all = append(all, "in_stock")
	default:
		all = append(all, "used_up")
	}
	if r.Held > 0 {
		all = append(all, "held")
	}
	if r.ExpiresOn != 0 && r.ExpiresOn < now {
		all = append(all, "expired")
	}
	return all
}
