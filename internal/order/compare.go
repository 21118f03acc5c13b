package order

import (
	"fmt"
	"slices"
	"strings"

	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Change is a difference between two order BOMs at one place.
type Change struct {
	Path   string `json:"path"` // find numbers from the top, separated by slashes
	Change string `json:"change"`
	Field  string `json:"field,omitempty"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// The kinds of changes.
const (
	Added   = "added"
	Dropped = "dropped"
	Altered = "changed"
)

func (c Change) String() string {
	switch c.Change {
	case Added:
		return c.Path + ": added " + c.After
	case Dropped:
		return c.Path + ": dropped " + c.Before
	}
	return fmt.Sprintf("%s: %s %s, was %s", c.Path, c.Field, c.After, c.Before)
}

// paths are the lines by their find numbers from the top.
func paths(lines []SealedLine) (map[string]*SealedLine, []string) {
	all, order := map[string]*SealedLine{}, []string{}
	own := make([]string, len(lines))
	for i := range lines {
		l := &lines[i]
		if l.ParentLine >= 0 {
			own[i] = strings.TrimPrefix(own[l.ParentLine]+"/"+l.FindNumber, "/")
		}
		all[own[i]] = l
		order = append(order, own[i])
	}
	return all, order
}

// Compare are the differences from one list of lines to another, in the order
// of the lines.
func Compare(before, after []SealedLine) []Change {
	found := []Change{}
	old, oldPaths := paths(before)
	now, nowPaths := paths(after)
	for _, path := range oldPaths {
		if now[path] == nil {
			found = append(found, Change{Path: path, Change: Dropped, Before: lineText(old[path])})
		}
	}
	for _, path := range nowPaths {
		a, b := old[path], now[path]
		if a == nil {
			found = append(found, Change{Path: path, Change: Added, After: lineText(b)})
			continue
		}
		for _, f := range []struct{ name, before, after string }{
			{"part_number", a.PartNumber, b.PartNumber}, {"revision", a.Revision, b.Revision}, {"revision_rule", a.RevisionRule, b.RevisionRule},
			{"quantity_per", a.QuantityPer.String(), b.QuantityPer.String()}, {"uom", a.UOM, b.UOM}, {"tracking", a.Tracking, b.Tracking},
			{"scrap_percent", a.ScrapPercent.String(), b.ScrapPercent.String()},
			{"reference_designators", strings.Join(a.Designators, " "), strings.Join(b.Designators, " ")},
			{"substitutes", encode(a.Substitutes), encode(b.Substitutes)}, {"properties", encode(a.Properties), encode(b.Properties)},
			{"documents", strings.Join(a.Documents, "; "), strings.Join(b.Documents, "; ")},
			{"inspections", strings.Join(a.Inspections, "; "), strings.Join(b.Inspections, "; ")},
			{"operations", strings.Join(a.Operations, "; "), strings.Join(b.Operations, "; ")},
		} {
			if f.before != f.after {
				found = append(found, Change{path, Altered, f.name, f.before, f.after})
			}
		}
	}
	return found
}

func lineText(l *SealedLine) string {
	return fmt.Sprintf("%s %s of %s revision %s", l.QuantityPer, l.UOM, l.PartNumber, l.Revision)
}

// Compared is what differs between an order's BOM and another.
type Compared struct {
	Order   string   `json:"order"`
	With    string   `json:"with"`
	Changes []Change `json:"changes"`
}

// CompareWith compares an order's BOM with that of another order, or, where
// none is named, with the BOM as it is designed now.
func CompareWith(tx *store.Tx, company, name, other string) (Compared, error) {
	c := Compared{Order: name, With: other}
	before, o, err := linesNow(tx, company, name)
	if err != nil {
		return c, err
	}
	if other != "" {
		after, _, err := linesNow(tx, company, other)
		c.Changes = Compare(before, after)
		return c, err
	}
	c.With = "the design of now"
	set := store.NewSet(tx, company)
	o.Revision, err = latest(set, o)
	if err != nil {
		return c, err
	}
	doc, err := Draft(set, o)
	c.Changes = Compare(before, doc.Lines)
	return c, err
}

// linesNow are the lines of an order: sealed, or as it was planned or refreshed
// last.
func linesNow(tx *store.Tx, company, name string) ([]SealedLine, Order, error) {
	o, err := Get(tx, company, name)
	if err != nil {
		return nil, o, err
	}
	if o.Seal != "" {
		sealed, err := LoadSealed(tx, company, o)
		return sealed.OrderBOM.Lines, o, err
	}
	found, err := drafts.Select(tx, company, `order_name = $2`, name)
	if err != nil {
		return nil, o, err
	}
	if len(found) == 0 {
		return nil, o, refuse.New(refuse.Conflict, "Order %s was cancelled before it had an order BOM.", name)
	}
	return found[0].lines(), o, nil
}

// Purchase is what must be bought, or made, of an item for orders.
type Purchase struct {
	Supplier     string   `json:"supplier"`
	PartNumber   string   `json:"part_number"`
	SupplierPart string   `json:"supplier_part"`
	Source       string   `json:"source"`
	UOM          string   `json:"uom"`
	Required     Amount   `json:"required"`
	OnHand       Amount   `json:"on_hand"`
	Gap          Amount   `json:"gap"`
	LeadTimeDays int64    `json:"lead_time_days"`
	Orders       []string `json:"orders"`
}

// PurchaseList is what planned orders miss, by supplier and item. The stock of
// an item serves the orders in the order of their names.
func PurchaseList(tx *store.Tx, company string, names []string, stock Stock) ([]Purchase, error) {
	if len(names) == 0 {
		all, err := orders.Select(tx, company, `state = $2`, Planned)
		if err != nil {
			return nil, err
		}
		for _, o := range all {
			names = append(names, o.Order)
		}
	}
	slices.Sort(names)
	left := map[string]Amount{}
	rows := map[string]*Purchase{}
	for _, name := range slices.Compact(names) {
		o, err := Get(tx, company, name)
		if err != nil {
			return nil, err
		}
		if o.State != Planned {
			return nil, refuse.New(refuse.Conflict, "Order %s is %s: only planned orders have a gap.", name, o.State)
		}
		doc, err := Draft(store.NewSet(tx, company), o)
		if err != nil {
			return nil, err
		}
		n := netting{stock: stock, left: left}
		needs, err := n.net(&doc)
		if err != nil {
			return nil, err
		}
		for _, t := range doc.Totals {
			need := needs[[2]string{t.PartNumber, t.Revision}]
			if need.gap == 0 {
				continue
			}
			p := rows[t.PartNumber]
			if p == nil {
				s := need.stock
				p = &Purchase{Supplier: s.Supplier, PartNumber: t.PartNumber, SupplierPart: s.SupplierPart, Source: t.Source, UOM: t.UOM, OnHand: s.OnHand, LeadTimeDays: s.LeadTimeDays}
				rows[t.PartNumber] = p
			}
			p.Required += need.required
			p.Gap += need.gap
			p.Orders = append(p.Orders, name)
		}
	}
	list := make([]Purchase, 0, len(rows))
	for _, p := range rows {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b Purchase) int {
		return strings.Compare(a.Supplier+"\x00"+a.PartNumber, b.Supplier+"\x00"+b.PartNumber)
	})
	return list, nil
}
