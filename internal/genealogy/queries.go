package genealogy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// Match is something that a text finds.
type Match struct {
	Kind       string `json:"kind"` // unit, lot, order, item, partner, shipment
	Ref        string `json:"ref"`
	PartNumber string `json:"part_number,omitempty"`
	Serial     string `json:"serial,omitempty"`
	Lot        string `json:"lot,omitempty"`
	What       string `json:"what"` // how the text names it
}

// OldNames are the units that had one of the names before they were given
// another.
func OldNames(tx *store.Tx, company string, names []string) (units []int64, err error) {
	for some := range slices.Chunk(names, 500) {
		places, args := make([]string, len(some)), []any{oldName}
		for i, text := range some {
			places[i], args = "$"+strconv.Itoa(i+3), append(args, text)
		}
		rows, err := identifiers.Select(tx, company, "kind = $2 AND text IN ("+strings.Join(places, ", ")+")", args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			units = append(units, r.ObjectID)
		}
	}
	return units, nil
}

// Event is a moment in the life of an object.
type Event struct {
	At       moment.Time       `json:"at"`
	What     string            `json:"what"`
	Quantity quantity.Quantity `json:"quantity"`
	Other    string            `json:"other,omitempty"` // the other object
	Order    string            `json:"order,omitempty"`
	Customer string            `json:"customer,omitempty"`
	System   string            `json:"system,omitempty"`
	Text     string            `json:"text,omitempty"`
	Voided   bool              `json:"voided,omitempty"`
	Fact     string            `json:"fact"` // by which it can be proven or voided

	id int64
}

// LifeLine is all that happened to an object itself, in order.
func LifeLine(tx *store.Tx, company string, id int64) ([]Event, error) {
	all := []Event{}
	moves, err := Movements.Select(tx, company, `object_id = $2`, id)
	if err != nil {
		return nil, err
	}
	for _, m := range moves {
		other := m.Shipment
		if m.Term == TermMoved {
			other = m.Location
		}
		all = append(all, Event{m.At, m.Term, m.Quantity, other, m.Order, m.Customer, m.System, m.Reason, m.Voided != 0, "", m.ID})
	}
	edges, err := Edges.Select(tx, company, `from_id = $2`, id)
	if err != nil {
		return nil, err
	}
	for _, e := range edges {
		if e.Kind != InstallEdge {
			continue
		}
		other, err := refOf(tx, company, e.ToID)
		if err != nil {
			return nil, err
		}
		all = append(all, Event{At: e.At, What: "installed", Quantity: e.Quantity, Other: other, Order: e.Order, Text: e.Operator, Voided: e.Voided != 0, id: e.ID})
		out, err := Removals.Select(tx, company, `edge_id = $2`, e.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range out {
			all = append(all, Event{At: r.At, What: "removed", Quantity: r.Quantity, Other: other, Text: r.Reason, Voided: r.Voided != 0, id: r.ID})
		}
	}
	issues, err := Issues.Select(tx, company, `object_id = $2`, id)
	if err != nil {
		return nil, err
	}
	for _, i := range issues {
		what := "issued"
		if i.Quantity < 0 {
			what = "given back"
		}
		all = append(all, Event{At: i.At, What: what, Quantity: max(i.Quantity, -i.Quantity), Order: i.Order, Text: i.Operator, Voided: i.Voided != 0, id: i.ID})
	}
	slices.SortFunc(all, func(a, b Event) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.id, b.id)) })
	for i := range all {
		all[i].Fact = journal.FactName(all[i].id)
	}
	return all, nil
}

func refOf(tx *store.Tx, company string, id int64) (string, error) {
	rows, err := Objects.Select(tx, company, `id = $2`, id)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0].Object().Ref(), nil
}

// Balance is the mass balance of a lot: what came in, and where it is.
type Balance struct {
	Object      string            `json:"object"`
	Received    quantity.Quantity `json:"received"`
	Produced    quantity.Quantity `json:"produced"`
	SplitIn     quantity.Quantity `json:"split_in"`
	MergedIn    quantity.Quantity `json:"merged_in"`
	AdjustedUp  quantity.Quantity `json:"adjusted_up"`
	InStock     quantity.Quantity `json:"in_stock"`
	InWork      quantity.Quantity `json:"in_work"`
	InUnits     quantity.Quantity `json:"in_units"`
	InUnitsMin  quantity.Quantity `json:"in_units_min"` // less where installs are may
	Scrapped    quantity.Quantity `json:"scrapped"`
	Shipped     quantity.Quantity `json:"shipped"`
	Returned    quantity.Quantity `json:"returned_to_supplier"`
	SplitAway   quantity.Quantity `json:"split_away"`
	MergedAway  quantity.Quantity `json:"merged_away"`
	AdjustedOff quantity.Quantity `json:"adjusted_down"`
	Missing     quantity.Quantity `json:"missing"`
}

// BalanceOf is the mass balance of a lot.
func BalanceOf(tx *store.Tx, company string, row Row) (Balance, error) {
	b := Balance{Object: row.Object().Ref(), InStock: row.OnHand}
	moves, err := Movements.Select(tx, company, `object_id = $2`, row.ID)
	if err != nil {
		return b, err
	}
	for _, m := range moves {
		if term := b.term(m.Term); term != nil && m.Voided == 0 {
			*term += m.Quantity
		}
		if m.Term == TermReturned && m.Voided == 0 {
			b.Shipped -= m.Quantity
		}
	}
	edges, err := Edges.Select(tx, company, `from_id = $2`, row.ID)
	if err != nil {
		return b, err
	}
	for _, e := range edges {
		if e.Kind == InstallEdge && e.Voided == 0 {
			b.InUnits += e.Quantity - e.Removed
			if e.Certainty == Must {
				b.InUnitsMin += e.Quantity - e.Removed
			}
		}
	}
	left, err := open.Select(tx, company, `object_id = $2`, row.ID)
	if err != nil {
		return b, err
	}
	for _, o := range left {
		b.InWork += o.Open
	}
	b.Missing = b.Received + b.Produced + b.SplitIn + b.MergedIn + b.AdjustedUp -
		(b.InStock + b.InWork + b.InUnits + b.Scrapped + b.Shipped + b.Returned + b.SplitAway + b.MergedAway + b.AdjustedOff)
	return b, nil
}

// term is where a movement counts.
func (b *Balance) term(term string) *quantity.Quantity {
	switch term {
	case TermReceived:
		return &b.Received
	case TermProduced:
		return &b.Produced
	case TermSplitIn:
		return &b.SplitIn
	case TermScrapped, TermRemovedBad:
		return &b.Scrapped
	case TermShipped:
		return &b.Shipped
	case TermSplitOut, TermRemoved:
		return &b.SplitAway
	case TermSerialized:
		return &b.InUnits
	case TermMergedIn:
		return &b.MergedIn
	case TermMergedOut:
		return &b.MergedAway
	case TermUp:
		return &b.AdjustedUp
	case TermDown:
		return &b.AdjustedOff
	case TermToSupplier:
		return &b.Returned
	}
	return nil
}

// LotsOfOrder are the numbers of the lots that an order has made, splits of
// them aside, by number.
func LotsOfOrder(tx *store.Tx, company, name string) (lots []string, err error) {
	rows, err := Objects.Select(tx, company, `order_name = $2 AND kind = $3 AND origin = $4 AND voided = 0`, name, LotKind, OriginMade)
	for _, r := range rows {
		lots = append(lots, r.Name)
	}
	return lots, err
}

// OnHand is the stock of an item over all its lots that is neither held nor
// kept for another order, and what is kept for this one.
func OnHand(tx *store.Tx, company, name, part string) (onHand, kept quantity.Quantity, err error) {
	var sum, own int64
	if _, err := tx.One([]any{&sum}, `SELECT CAST(coalesce(sum(on_hand - held_part - allocated), 0) AS BIGINT) FROM object
		WHERE company = $1 AND part_number = $2 AND held = 0 AND voided = 0`, company, part); err != nil {
		return 0, 0, err
	}
	_, err = tx.One([]any{&own}, `SELECT CAST(coalesce(sum(a.quantity), 0) AS BIGINT) FROM allocation a JOIN object o ON o.company = $1 AND o.id = a.object_id
		WHERE a.company = $1 AND a.order_name = $2 AND o.part_number = $3`, company, name, part)
	return quantity.Quantity(sum + own), quantity.Quantity(own), err
}
