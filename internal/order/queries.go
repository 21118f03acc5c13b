package order

import (
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Get is an order, or a refusal that says it is missing.
func Get(tx *store.Tx, company, name string) (Order, error) {
	found, err := orders.Select(tx, company, `name = $2`, name)
	if err != nil {
		return Order{}, err
	}
	if len(found) == 0 {
		return Order{}, refuse.New(refuse.NotFound, "There is no order %s.", name)
	}
	return found[0], nil
}

// Seen is an order as it was when only the facts that sees lets through had
// happened, or were known: whether it was closed, and what had gone to successors.
func Seen(tx *store.Tx, company string, o Order, sees func(fact int64, at moment.Time) bool) (Order, error) {
	if o.State == Closed && !sees(o.ClosedFact, o.ClosedAt) {
		o.State, o.ClosedAt, o.ClosedFact = Released, 0, 0
	}
	if o.Gone == 0 {
		return o, nil
	}
	successors, err := orders.Select(tx, company, `predecessor = $2`, o.Order)
	if err != nil {
		return o, err
	}
	for i := range successors {
		s := &successors[i]
		if sees(s.Fact, s.ReleasedAt) {
			continue
		}
		sealed, err := LoadSealed(tx, company, *s)
		if err != nil {
			return o, err
		}
		o.Gone -= quantity.Pieces(int64(len(sealed.OrderBOM.Header.Units)))
	}
	return o, nil
}

// List are orders in the order of their names, from one on.
func List(tx *store.Tx, company, from string, limit int64) ([]Order, error) {
	return orders.SelectOrdered(tx, company, `name >= $2`, `ORDER BY name LIMIT $3`, from, limit)
}

// Changed are the orders that facts from a number on changed.
func Changed(tx *store.Tx, company string, first int64) ([]Order, error) {
	return orders.Select(tx, company, `changed >= $2`, first)
}

// Listed is an order in a list.
type Listed struct {
	Order       string            `json:"order"`
	PartNumber  string            `json:"part_number"`
	Revision    string            `json:"revision"`
	Quantity    quantity.Quantity `json:"quantity"`
	Lot         string            `json:"lot"`
	State       string            `json:"state"`
	Customer    string            `json:"customer,omitempty"`
	Project     string            `json:"project,omitempty"`
	ParentOrder string            `json:"parent_order,omitempty"`
	Predecessor string            `json:"predecessor,omitempty"`
	PlannedAt   moment.Time       `json:"planned_at"`
	ReleasedAt  moment.Time       `json:"released_at"`
	ClosedAt    moment.Time       `json:"closed_at"`
	CancelledAt moment.Time       `json:"cancelled_at"`
	Seal        string            `json:"seal"`
}

// Listing is a page of orders; Next is the order that the next page begins with,
// empty when there is none.
type Listing struct {
	Orders []Listed `json:"orders"`
	Next   string   `json:"next,omitempty"`
}

// ListMax is how many orders a page holds at most.
const ListMax = 1_000

// Page are orders in the order of their names, from one on; at most limit (0:
// ListMax).
func Page(tx *store.Tx, company, from string, limit int64) (Listing, error) {
	if limit <= 0 || limit > ListMax {
		limit = ListMax
	}
	all := Listing{Orders: []Listed{}}
	rows, err := List(tx, company, from, limit+1)
	for i, o := range rows {
		if int64(i) == limit {
			all.Next = o.Order
			break
		}
		all.Orders = append(all.Orders, Listed{Order: o.Order, PartNumber: o.PartNumber, Revision: o.Revision, Quantity: o.Quantity, Lot: o.Lot, State: o.State, Customer: o.Customer,
			Project: o.Project, ParentOrder: o.ParentOrder, Predecessor: o.Predecessor, PlannedAt: o.PlannedAt, ReleasedAt: o.ReleasedAt, ClosedAt: o.ClosedAt,
			CancelledAt: o.CancelledAt, Seal: o.Seal})
	}
	return all, err
}

// LinesOf are the lines of a sealed order BOM.
func LinesOf(tx *store.Tx, company, name string) ([]Line, error) {
	return lines.Select(tx, company, `order_name = $2`, name)
}

// LinesOfItem are the lines of all sealed order BOMs that have an item.
func LinesOfItem(tx *store.Tx, company, part string) ([]Line, error) {
	return lines.Select(tx, company, `part_number = $2`, part)
}

// ShownTotal is a total; while the order is planned with what there is of it.
type ShownTotal struct {
	SealedTotal
	OnHand    *quantity.Quantity `json:"on_hand,omitempty"`
	Allocated *quantity.Quantity `json:"allocated,omitempty"`
	Gap       *quantity.Quantity `json:"gap,omitempty"`
	Supplier  string             `json:"supplier,omitempty"`
}

// Shown is an order with its BOM.
type Shown struct {
	Order      string            `json:"order"`
	Lots       []string          `json:"lots"`
	PartNumber string            `json:"part_number"`
	Revision   string            `json:"revision"`
	Quantity   quantity.Quantity `json:"quantity"`
	State      string            `json:"state"`
	Customer   string            `json:"customer,omitempty"`
	Project    string            `json:"project,omitempty"`
	Parent     string            `json:"parent_order,omitempty"`
	Serialize  string            `json:"serialize"`
	Tolerance  quantity.Quantity `json:"tolerance"`
	Properties map[string]string `json:"properties"`
	Documents  []string          `json:"documents"` // of the order itself
	PlannedAt  moment.Time       `json:"planned_at"`
	ReleasedAt moment.Time       `json:"released_at"`
	ClosedAt   moment.Time       `json:"closed_at"`
	Seal       string            `json:"seal"`
	Lines      []SealedLine      `json:"lines"`
	Totals     []ShownTotal      `json:"totals"`
	// Those who signed the release.
	Signatures []journal.ShownSignature `json:"signatures"`
}

// Show is an order with its sealed BOM; while it is planned, with the BOM as a
// release would seal it now, and what of each item is missing.
func Show(tx *store.Tx, company, name string, stock Stock) (Shown, error) {
	o, err := Get(tx, company, name)
	if err != nil {
		return Shown{}, err
	}
	s := Shown{Order: o.Order, Lots: []string{o.Lot}, PartNumber: o.PartNumber, Revision: o.Revision, Quantity: o.Quantity, State: o.State,
		Customer: o.Customer, Project: o.Project, Parent: o.ParentOrder, Serialize: o.Serialize, Tolerance: o.Tolerance, Properties: map[string]string{},
		Documents: []string{}, PlannedAt: o.PlannedAt, ReleasedAt: o.ReleasedAt, ClosedAt: o.ClosedAt, Seal: o.Seal, Totals: []ShownTotal{}, Signatures: []journal.ShownSignature{}}
	if o.Seal != "" {
		sealed, err := LoadSealed(tx, company, o)
		if err != nil {
			return s, err
		}
		if s.Signatures, err = journal.SignaturesFor(tx, company, journal.Signs{Facts: []int64{o.Fact}, About: "order", Name: o.Order}); err != nil {
			return s, err
		}
		s.about(&sealed.OrderBOM.Header)
		s.Lines = sealed.OrderBOM.Lines
		for _, t := range sealed.OrderBOM.Totals {
			s.Totals = append(s.Totals, ShownTotal{SealedTotal: t})
		}
		return s, nil
	}
	doc, err := Draft(store.NewSet(tx, company), o)
	if err != nil {
		return s, err
	}
	s.about(&doc.Header)
	s.Lines = doc.Lines
	n := netting{stock: stock, left: map[string]Amount{}}
	needs, err := n.net(&doc)
	if err != nil {
		return s, err
	}
	for _, t := range doc.Totals {
		need := needs[[2]string{t.PartNumber, t.Revision}]
		s.Totals = append(s.Totals, ShownTotal{SealedTotal: t, OnHand: &need.stock.OnHand, Allocated: &need.stock.Allocated, Gap: &need.gap, Supplier: need.stock.Supplier})
	}
	return s, nil
}

// about takes what the header says of the order itself.
func (s *Shown) about(h *Header) {
	if h.Properties != nil {
		s.Properties = h.Properties
	}
	s.Documents = append(s.Documents, h.Documents...)
}

// Amount is an exact quantity, in the item's unit.
type Amount = quantity.Quantity

// ListOrders is a page of the orders.
func ListOrders(tx *store.Tx, company string, l store.Listing) ([]Order, string, error) {
	return orders.Page(tx, company, l, "")
}

// Running are the orders that are planned or released, the latest first.
func Running(tx *store.Tx, company string, limit int) ([]Order, error) {
	rows, _, err := orders.Page(tx, company, store.Listing{Sort: "planned_at", Down: true, Limit: limit}, `state = 'planned' OR state = 'released'`)
	return rows, err
}

// CountRunning counts the orders that are planned or released, up to most.
func CountRunning(tx *store.Tx, company string, most int64) (int64, error) {
	return orders.CountUpTo(tx, company, most, `state = 'planned' OR state = 'released'`)
}

// Named are at most limit orders whose name begins like the text.
func Named(tx *store.Tx, company, text string, limit int) ([]Order, error) {
	rows, _, err := orders.Page(tx, company, store.Listing{Begins: map[string]string{"name": text}, Limit: limit}, "")
	return rows, err
}

// PositionsOf are the places of a released order's item where components go.
func PositionsOf(tx *store.Tx, company, name, ownerPart string) ([]*Line, error) {
	set := store.NewSet(tx, company)
	found := Positions(set, name, ownerPart)
	return found, set.Err()
}
