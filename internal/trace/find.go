package trace

import (
	"slices"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/order"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Found is the answer of find.
type Found struct {
	Matches []genealogy.Match `json:"matches"`
}

// Find answers everything that a text names: lots and units by any of their
// names, orders, items, partners. All matches, not the first.
func Find(tx *store.Tx, company, text string) (*Found, error) {
	objects, err := genealogy.FindObjects(tx, company, text)
	if err != nil {
		return nil, err
	}
	found := &Found{Matches: append([]genealogy.Match{}, objects...)}
	if o, err := order.Get(tx, company, text); err == nil {
		found.Matches = append(found.Matches, genealogy.Match{Kind: "order", Ref: "order:" + o.Order, PartNumber: o.PartNumber, What: "order"})
	} else if _, missing := refuse.As(err); !missing {
		return nil, err
	}
	item, _, ok, err := catalog.ShowItem(tx, company, text)
	if err != nil {
		return nil, err
	}
	if ok {
		found.Matches = append(found.Matches, genealogy.Match{Kind: "item", Ref: "item:" + item.PartNumber, PartNumber: item.PartNumber, What: item.Name})
	}
	partners, err := catalog.Partners(tx, company)
	for _, p := range partners {
		if p.Code == text || p.Name == text {
			found.Matches = append(found.Matches, genealogy.Match{Kind: "partner", Ref: "partner:" + p.Code, What: p.Name})
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
