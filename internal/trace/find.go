package trace

import (
	"slices"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/order"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Resolve is the object that a text names, among all ways to read it; several
// are refused with their list.
func Resolve(tx *store.Tx, company, text string) (genealogy.Row, error) {
	ways, err := genealogy.ParseRef(text)
	if err != nil {
		return genealogy.Row{}, err
	}
	var found []genealogy.Row
	for _, o := range ways {
		rows, err := genealogy.Objects.Select(tx, company, `part_number = $2 AND kind = $3 AND name = $4`, o.PartNumber, o.Kind(), o.Name())
		if err != nil {
			return genealogy.Row{}, err
		}
		found = append(found, rows...)
	}
	if len(found) == 0 {
		if found, err = renamed(tx, company, ways); err != nil {
			return genealogy.Row{}, err
		}
	}
	switch {
	case len(found) == 0:
		return genealogy.Row{}, refuse.New(refuse.NotFound, "There is no lot or unit %s.", text)
	case len(found) > 1:
		return genealogy.Row{}, refuse.New(refuse.Conflict, "%s names %s and %s: write one of them.", text, found[0].Object().Ref(), found[1].Object().Ref())
	}
	return found[0], nil
}

// renamed are the units that had one of the names before they were given
// another.
func renamed(tx *store.Tx, company string, ways []genealogy.Object) (found []genealogy.Row, err error) {
	for _, o := range ways {
		if o.Kind() != genealogy.UnitKind {
			continue
		}
		ids, err := genealogy.OldNames(tx, company, []string{o.Serial})
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			rows, err := genealogy.Objects.Select(tx, company, `id = $2 AND part_number = $3`, id, o.PartNumber)
			if err != nil {
				return nil, err
			}
			found = append(found, rows...)
		}
	}
	return found, nil
}

// FindMax is how many matches one answer holds at most.
const FindMax = 1_000

// Found is the answer of find. Next is the from of what follows; empty when
// there is no more.
type Found struct {
	Matches []genealogy.Match `json:"matches"`
	Next    string            `json:"next,omitempty"`
}

// Find answers what a text names: lots and units by any of their names, orders,
// items, partners. All matches, not the first: at most limit (0: FindMax) at
// once, from a place on that an answer before named as next.
func Find(tx *store.Tx, company, text, from string, limit int) (*Found, error) {
	if limit <= 0 || limit > FindMax {
		limit = FindMax
	}
	var others []genealogy.Match
	if from == "" { // the first answer has what is no object
		var err error
		if others, err = findOthers(tx, company, text); err != nil {
			return nil, err
		}
	}
	objects, next, err := genealogy.FindObjects(tx, company, text, from, max(limit-len(others), 1))
	return &Found{Matches: append(append([]genealogy.Match{}, objects...), others...), Next: next}, err
}

// findOthers are the orders, items and partners that a text names.
func findOthers(tx *store.Tx, company, text string) (found []genealogy.Match, err error) {
	if o, err := order.Get(tx, company, text); err == nil {
		found = append(found, genealogy.Match{Kind: "order", Ref: "order:" + o.Order, PartNumber: o.PartNumber, What: "order"})
	} else if _, missing := refuse.As(err); !missing {
		return nil, err
	}
	item, _, ok, err := catalog.ShowItem(tx, company, text)
	if err != nil {
		return nil, err
	}
	if ok {
		found = append(found, genealogy.Match{Kind: "item", Ref: "item:" + item.PartNumber, PartNumber: item.PartNumber, What: item.Name})
	}
	partners, err := catalog.Partners(tx, company)
	for _, p := range partners {
		if p.Code == text || p.Name == text {
			found = append(found, genealogy.Match{Kind: "partner", Ref: "partner:" + p.Code, What: p.Name})
		}
	}
	return found, err
}

// ShowOrder is an order with its BOM and all lots that it makes or has made.
func ShowOrder(tx *store.Tx, company, name string) (order.Shown, error) {
	shown, err := order.Show(tx, company, name, Stock(tx, company))
	if err != nil {
		return shown, err
	}
	lots, err := genealogy.LotsOfOrder(tx, company, name)
	for _, lot := range lots {
		if !slices.Contains(shown.Lots, lot) {
			shown.Lots = append(shown.Lots, lot)
		}
	}
	return shown, err
}

// Stock tells orders what there is of an item, and who supplies it.
func Stock(tx *store.Tx, company string) order.Stock {
	return func(name, part string) (h order.Have, err error) {
		if h.OnHand, h.Allocated, err = genealogy.OnHand(tx, company, name, part); err != nil {
			return h, err
		}
		item, _, _, err := catalog.ShowItem(tx, company, part)
		h.Supplier, h.SupplierPart, h.LeadTimeDays = item.Supplier, item.SupplierPart, item.LeadTimeDays
		return h, err
	}
}
