// Package order holds production orders and the order BOM: an order's own copy
// of everything it is built from, sealed when it is released.
package order

import (
	_ "embed" // the schema
	"encoding/json"
	"strings"

	"lotline/internal/bom"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

//go:embed tables.sql
var schema string

// The states of an order.
const (
	Planned   = "planned"
	Released  = "released"
	Closed    = "closed"
	Cancelled = "cancelled"
)

// Order is a production order.
type Order struct {
	Order       string            `col:"name,key"`
	PartNumber  string            `col:"part_number"`
	Revision    string            `col:"revision"`
	Quantity    quantity.Quantity `col:"quantity"` // the batch size
	Lot         string            `col:"lot"`
	State       string            `col:"state"`
	PlannedAt   moment.Time       `col:"planned_at"`
	ReleasedAt  moment.Time       `col:"released_at"`
	ClosedAt    moment.Time       `col:"closed_at"`
	CancelledAt moment.Time       `col:"cancelled_at"`
	Customer    string            `col:"customer"`
	Project     string            `col:"project"`
	ParentOrder string            `col:"parent_order"`
	Serialize   string            `col:"serialize"`
	Tolerance   quantity.Quantity `col:"tolerance"`
	Properties  string            `col:"properties"`
	Seal        string            `col:"seal"`
	Fact        int64             `col:"fact"`             // that released it
	Predecessor string            `col:"predecessor"`      // the order that it succeeds
	Gone        quantity.Quantity `col:"gone"`             // units that went to successors
	ClosedFact  int64             `col:"closed_fact"`      // that closed it
	Changed     int64             `col:"changed" json:"-"` // the fact that changed it last
	BlockedFor  string            `col:"blocked_for"`      // why it must not go on
	BlockedAt   moment.Time       `col:"blocked_at"`
}

// Kept is what the order itself is to make: its quantity without the units that
// went to successors.
func (o *Order) Kept() quantity.Quantity { return o.Quantity - o.Gone }

// Line is a line of a sealed order BOM as it is stored.
type Line struct {
	Order        string            `col:"order_name,key"`
	Line         int64             `col:"line,key"` // 0 is the top; depth first
	ParentLine   int64             `col:"parent_line"`
	OwnerLine    int64             `col:"owner_line"` // the object that the line's piece goes into
	OwnerPart    string            `col:"owner_part"`
	Position     string            `col:"position"` // unique within its owner
	Level        int64             `col:"level"`
	FindNumber   string            `col:"find_number"`
	PartNumber   string            `col:"part_number"`
	Revision     string            `col:"revision"`
	RevisionRule string            `col:"revision_rule"`
	QuantityPer  quantity.Quantity `col:"quantity_per"` // for one of the line above
	PerOwner     quantity.Quantity `col:"per_owner"`    // for one of the owner, net
	Quantity     quantity.Quantity `col:"quantity"`     // for the order, net
	UOM          string            `col:"uom"`
	Tracking     string            `col:"tracking"`
	Source       string            `col:"source"`
	Phantom      bool              `col:"phantom"`
	Optional     bool              `col:"optional"`
	Blown        bool              `col:"blown"` // no position of its own: its lines take its place
	Body         string            `col:"body"`  // the line as it was sealed
}

// Substitutes are the items that may take the line's place.
func (l *Line) Substitutes() []bom.Substitute {
	if !strings.Contains(l.Body, `"substitutes":[{`) {
		return nil // most lines have none, and an import asks for each of them
	}
	var body struct {
		Substitutes []bom.Substitute `json:"substitutes"`
	}
	_ = json.Unmarshal([]byte(l.Body), &body) // written by this package
	return body.Substitutes
}

// Documents are the documents that the line seals, as catalog.Document.Text.
func (l *Line) Documents() []string {
	var body struct {
		Documents []string `json:"documents"`
	}
	_ = json.Unmarshal([]byte(l.Body), &body) // written by this package
	return body.Documents
}

// Admits refuses an item that is neither the line's nor one of its
// substitutes, and a substitute in another revision or at another time than it
// was approved for.
func (l *Line) Admits(part, revision string, at moment.Time) error {
	if part == l.PartNumber {
		return nil
	}
	err := error(refuse.New(refuse.Conflict, "Position %s of order %s takes %s, not %s: use that, or name the deviation that permits it.", l.Position, l.Order, l.PartNumber, part).At("component"))
	for _, s := range l.Substitutes() {
		if s.PartNumber != part {
			continue
		}
		if err = s.Check(revision, at); err == nil {
			return nil
		}
	}
	return err
}

type lineKey struct {
	Order string
	Line  int64
}

type ownerKey struct{ Order, OwnerPart string }

type totalRow struct {
	Order      string `col:"order_name,key"`
	PartNumber string `col:"part_number,key"`
	Revision   string `col:"revision,key"`
	Body       string `col:"body"`
}

type totalKey struct{ Order, PartNumber, Revision string }

type headerRow struct {
	Order string `col:"order_name,key"`
	Body  string `col:"body"`
}

var (
	orders  = store.NewTable("production_order", func(r *Order) string { return r.Order })
	lines   = store.NewTable("order_bom_line", func(r *Line) lineKey { return lineKey{r.Order, r.Line} })
	byOwner = store.NewIndex(lines, "order_name, owner_part", func(r *Line) ownerKey { return ownerKey{r.Order, r.OwnerPart} })
	linesOf = store.NewIndex(lines, "order_name", func(r *Line) string { return r.Order })
	totals  = store.NewTable("order_bom_total", func(r *totalRow) totalKey { return totalKey{r.Order, r.PartNumber, r.Revision} })
	headers = store.NewTable("order_bom_header", func(r *headerRow) string { return r.Order })
)

// Projection is what orders derive from their facts.
var Projection = journal.Projection{
	Name: "order", Version: 2, Schema: schema,
	Tables: []store.AnyTable{orders, lines, totals, headers, drafts},
	Kinds: journal.Kinds{
		OrderPlanned{}.Kind():   func() journal.Body { return new(OrderPlanned) },
		OrderReleased{}.Kind():  func() journal.Body { return new(OrderReleased) },
		OrderListed{}.Kind():    func() journal.Body { return new(OrderListed) },
		OrderRefreshed{}.Kind(): func() journal.Body { return new(OrderRefreshed) },
		OrderSucceeded{}.Kind(): func() journal.Body { return new(OrderSucceeded) },
		OrderClosed{}.Kind():    func() journal.Body { return new(OrderClosed) },
		OrderCancelled{}.Kind(): func() journal.Body { return new(OrderCancelled) },
		OrderBlocked{}.Kind():   func() journal.Body { return new(OrderBlocked) },
		OrderUnblocked{}.Kind(): func() journal.Body { return new(OrderUnblocked) },
	},
	Project: project,
}

// Find is an order, or a refusal that says it is missing.
func Find(set *store.Set, name string) (Order, error) {
	o, ok := orders.Get(set, name)
	if !ok {
		return Order{}, refuse.New(refuse.NotFound, "Order %s is not planned: plan it first.", name)
	}
	return *o, nil
}

// LineAt is a line of a released order's BOM by its number; nil for none.
func LineAt(set *store.Set, name string, number int64) *Line {
	if l, ok := lines.Get(set, lineKey{name, number}); ok && number >= 0 {
		return l
	}
	return nil
}

// LinesWith are the lines of a released order's BOM that have an item, phantoms
// aside.
func LinesWith(set *store.Set, name, part string) []*Line {
	var found []*Line
	for _, l := range linesOf.All(set, name) {
		if l.PartNumber == part && !l.Phantom {
			found = append(found, l)
		}
	}
	return found
}

// IsReleased says whether an order is, or was, released.
func IsReleased(set *store.Set, name string) bool {
	o, ok := orders.Get(set, name)
	return ok && o.ReleasedAt != 0
}

// Makes says whether an order makes an item itself.
func Makes(set *store.Set, name, part string) bool {
	o, ok := orders.Get(set, name)
	return ok && o.PartNumber == part
}

// Positions are the places of a released order's item where components go:
// its lines with phantoms and untracked make items blown through.
func Positions(set *store.Set, name, ownerPart string) []*Line {
	var open []*Line
	owner := int64(-1)
	for _, l := range byOwner.All(set, ownerKey{name, ownerPart}) {
		if owner < 0 {
			owner = l.OwnerLine
		}
		// The same item on two lines has the same positions; the first serves.
		if !l.Blown && l.OwnerLine == owner {
			open = append(open, l)
		}
	}
	return open
}

// PositionFor is where a component goes: the position named, else the only one
// of its item, or of an item that it may substitute.
func PositionFor(set *store.Set, name, ownerPart, position, part string) (line *Line, substitute bool, err error) {
	var named, own, instead []*Line
	for _, l := range Positions(set, name, ownerPart) {
		if position != "" && l.Position != position && l.FindNumber != position {
			continue
		}
		named = append(named, l)
		if l.PartNumber == part {
			own = append(own, l)
			continue
		}
		for _, s := range l.Substitutes() {
			if s.PartNumber == part {
				instead = append(instead, l)
			}
		}
	}
	switch {
	case len(own) == 1:
		return own[0], false, nil
	case len(own) > 1:
		return nil, false, refuse.New(refuse.Invalid, "%s goes to several positions of %s in order %s (%s): name one.", part, ownerPart, name, positionNames(own)).At("find_number")
	case len(instead) == 1:
		return instead[0], true, nil
	case len(instead) > 1:
		return nil, false, refuse.New(refuse.Invalid, "%s may substitute at several positions of %s in order %s (%s): name one.", part, ownerPart, name, positionNames(instead)).At("find_number")
	case position != "" && len(named) == 0:
		return nil, false, refuse.New(refuse.NotFound, "%s has no position %s in order %s.", ownerPart, position, name).At("find_number")
	case position != "":
		return nil, false, refuse.New(refuse.Conflict, "Position %s of %s in order %s takes %s, not %s: use that, or name the deviation that permits it.", position, ownerPart, name, named[0].PartNumber, part).At("component")
	}
	return nil, false, refuse.New(refuse.Conflict, "%s is not in the order BOM of %s for %s: use what it asks for, or name the deviation that permits it.", part, name, ownerPart).At("component")
}

func positionNames(all []*Line) string {
	names := make([]string, len(all))
	for i, l := range all {
		names[i] = l.Position
	}
	return strings.Join(names, ", ")
}

// LineFor is where an order takes material that is issued to it as a whole:
// a position of its top item, else the only line of any level that has the
// item or lets it substitute.
func LineFor(set *store.Set, name, top, position, part string) (*Line, error) {
	line, _, err := PositionFor(set, name, top, position, part)
	if err == nil {
		return line, nil
	}
	var found []*Line
	for _, l := range linesOf.All(set, name) {
		if l.Level == 0 || l.Phantom || position != "" && l.FindNumber != position && l.Position != position {
			continue
		}
		fits := l.PartNumber == part
		for _, s := range l.Substitutes() {
			fits = fits || s.PartNumber == part
		}
		if fits {
			found = append(found, l)
		}
	}
	if len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}
