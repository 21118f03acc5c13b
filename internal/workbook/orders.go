package workbook

import (
	"bytes"
	"encoding/json"
	"strconv"

	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// A row of orders asks for up to four steps: plan, release, close, cancel.
const releaseStep = 1

func plannedAt(r *row) (moment.Time, bool) {
	if at := r.time("planned_at"); at != 0 {
		return at, true
	}
	return r.time("released_at"), true
}

func planOrder(r *row) ledger.Command {
	at, _ := plannedAt(r)
	c := &order.PlanOrder{OrderPlanned: order.OrderPlanned{
		Order: r.text("order"), PartNumber: r.text("part_number"), Revision: r.text("revision"), Quantity: r.amount("quantity"), Lot: r.text("lot"),
		Customer: r.text("customer"), Project: r.text("project"), ParentOrder: r.text("parent_order"), Serialize: r.text("serialize"),
		Tolerance: r.amount("tolerance"), Properties: r.extras(),
	}, At: at}
	return &checked{Command: c, same: func(set *store.Set) error {
		o, err := order.Find(set, c.Order)
		if err != nil {
			return err
		}
		what := "Order " + o.Order
		for _, one := range []struct{ column, recorded, given string }{
			{"planned_at", o.PlannedAt.String(), r.time("planned_at").String()},
			{"project", o.Project, c.Project},
			{"parent_order", o.ParentOrder, c.ParentOrder},
			{"tolerance", o.Tolerance.String(), given(c.Tolerance.String(), "0")},
		} {
			if err := differs(one.column, what, one.recorded, one.given); err != nil {
				return err
			}
		}
		return sameProperties(what, o.Properties, c.Properties)
	}}
}

// given is a value, or nothing where it is what nothing stands for.
func given(value, nothing string) string {
	if value == nothing {
		return ""
	}
	return value
}

func sameProperties(what, recorded string, properties map[string]string) error {
	var all map[string]string
	_ = json.Unmarshal([]byte(recorded), &all) // written by the order's projection
	for name, value := range properties {
		if all[name] != value {
			return refuse.New(refuse.Conflict, "%s is recorded with %s %q, not %q. Correct the row.", what, name, all[name], value).At(name)
		}
	}
	return nil
}

// dated checks, when a step was recorded before, that it was at the same time.
func dated(r *row, column string, c ledger.Command, recorded func(order.Order) moment.Time) ledger.Command {
	return &checked{Command: c, same: func(set *store.Set) error {
		o, err := order.Find(set, r.text("order"))
		if err != nil {
			return err
		}
		return differs(column, "Order "+o.Order, recorded(o).String(), r.time(column).String())
	}}
}

func releaseOrder(r *row) ledger.Command {
	return dated(r, "released_at", &order.ReleaseOrder{Order: r.text("order"), At: r.time("released_at")},
		func(o order.Order) moment.Time { return o.ReleasedAt })
}

func closeOrder(r *row) ledger.Command {
	return dated(r, "closed_at", &order.CloseOrder{Order: r.text("order"), At: r.time("closed_at")},
		func(o order.Order) moment.Time { return o.ClosedAt })
}

func cancelOrder(r *row) ledger.Command {
	return dated(r, "cancelled_at", &order.CancelOrder{Order: r.text("order"), At: r.time("cancelled_at")},
		func(o order.Order) moment.Time { return o.CancelledAt })
}

// takeSealed releases an order with the order BOM that travelled with it, as
// it was sealed: the designs of today may differ from those of that day.
type takeSealed struct {
	name   string
	at     moment.Time
	sealed order.Sealed
}

// readSealed checks the file by itself.
func readSealed(name string, at moment.Time, text []byte) (*takeSealed, error) {
	found, err := order.Check(text)
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return nil, refuse.New(refuse.Sealed, "The sealed order BOM %s/%s.json is not what was sealed: %s. Take the file as it was exported.",
			orderBOMFolder, name, found[0].String()).At("released_at")
	}
	c := &takeSealed{name: name, at: at}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c.sealed); err != nil || len(c.sealed.OrderBOM.Lines) == 0 {
		return nil, refuse.New(refuse.Unsupported, "The sealed order BOM %s/%s.json has a form that this version does not know. Take it with a newer one.",
			orderBOMFolder, name).At("released_at")
	}
	return c, nil
}

// Decide releases the planned order, if it is the one that was sealed.
func (c *takeSealed) Decide(set *store.Set) ([]journal.Fact, error) {
	o, err := order.Find(set, c.name)
	if err != nil {
		return nil, err
	}
	h := &c.sealed.OrderBOM.Header
	for _, one := range []struct{ column, sealed, given string }{
		{"order", h.Order, o.Order},
		{"part_number", h.PartNumber, o.PartNumber},
		{"revision", h.Revision, o.Revision},
		{"quantity", h.Quantity.String(), o.Quantity.String()},
		{"lot", h.Lot, o.Lot},
		{"serialize", h.Serialize, o.Serialize},
		{"released_at", h.ReleasedAt.String(), c.at.String()},
	} {
		if err := differs(one.column, "The sealed order BOM of "+o.Order, one.sealed, one.given); err != nil {
			return nil, err
		}
	}
	switch {
	case o.Seal == c.sealed.Seal:
		return nil, nil
	case o.State != order.Planned:
		return nil, refuse.New(refuse.Sealed, "Order %s is %s with another order BOM than %s/%s.json. What was sealed stays.",
			o.Order, o.State, orderBOMFolder, o.Order).At("released_at")
	}
	for _, l := range c.sealed.OrderBOM.Lines {
		if _, err := catalog.FindRevision(set, l.PartNumber, l.Revision); err != nil {
			return nil, err
		}
	}
	return c.facts(), nil
}

func (c *takeSealed) facts() []journal.Fact {
	doc := &c.sealed.OrderBOM
	facts := []journal.Fact{{At: c.at, What: &order.OrderReleased{Order: c.name, Seal: c.sealed.Seal, Header: doc.Header, Tracking: doc.Lines[0].Tracking}}}
	for i := range doc.Lines {
		facts = append(facts, journal.Fact{At: c.at, What: &order.OrderListed{Order: c.name, Line: &doc.Lines[i]}})
	}
	for i := range doc.Totals {
		facts = append(facts, journal.Fact{At: c.at, What: &order.OrderListed{Order: c.name, Total: &doc.Totals[i]}})
	}
	return facts
}

func suffix(ordinal int) string {
	if ordinal == 0 {
		return ""
	}
	return "~" + strconv.Itoa(ordinal+1)
}
