package trace

import (
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/graph"
)

// change is what facts since a number did to the tables.
type change struct {
	feed
	first   int64
	objects map[int64]bool // that may have changed
	edges   map[int64]graph.Edge
	rows    []func() error // what is put once the objects are there
}

// since reads what changed by facts from a number on. Rows are new, or bear a
// number that was voided since; the objects they speak of may have changed.
func (f *feed) since(first int64, voided Voided) error {
	c := &change{feed: *f, first: first, objects: map[int64]bool{}, edges: map[int64]graph.Edge{}}
	gone, err := voided(f.tx, f.company, first)
	if err != nil {
		return err
	}
	for _, id := range gone {
		c.objects[id] = true // what it made, if it made one
	}
	gone = slices.DeleteFunc(gone, func(id int64) bool { return id >= first }) // those are new
	for _, read := range []func(gone []int64) error{c.newObjects, c.changedEdges, c.removals, c.others, c.receipts, c.redrawn} {
		if err := read(gone); err != nil {
			return err
		}
	}
	if err := c.ofOrders(); err != nil {
		return err
	}
	if err := c.ofLots(); err != nil {
		return err
	}
	if err := c.putObjects(); err != nil {
		return err
	}
	ids := map[int64]bool{}
	for id := range c.edges {
		ids[id] = true
	}
	for _, id := range sortedIDs(ids) {
		x := c.edges[id]
		if err := f.edit.Edge(&x); err != nil {
			return err
		}
	}
	for _, put := range c.rows {
		if err := put(); err != nil {
			return err
		}
	}
	return nil
}

// both gives f the rows whose facts are voided, and then the new ones.
func (c *change) both(text string, gone []int64, each func(cells) error) error {
	if err := c.among(text, "id", gone, each); err != nil {
		return err
	}
	return c.feed.rows(text, " AND id >= $2 ORDER BY id", []any{c.first}, each)
}

func (c *change) newObjects([]int64) error {
	return c.feed.rows(`SELECT id FROM object`, " AND id >= $2", []any{c.first}, func(x cells) error {
		c.objects[x.number(0)] = true
		return nil
	})
}

func (c *change) takeEdge(x cells) error {
	e := edge(x)
	c.edges[e.ID] = e
	c.objects[e.From], c.objects[e.To] = true, true
	return nil
}

func (c *change) changedEdges(gone []int64) error { return c.both(edgeText, gone, c.takeEdge) }

func (c *change) removals(gone []int64) error {
	edges := map[int64]bool{}
	err := c.both(removalText, gone, func(x cells) error {
		r := graph.Removal{ID: x.number(0), Edge: x.number(1), Quantity: x.number(2), At: x.number(3), Voided: x.number(4)}
		edges[r.Edge] = true
		c.rows = append(c.rows, func() error { return c.edit.Removal(&r) })
		return nil
	})
	if err != nil {
		return err
	}
	return c.among(edgeText, "id", sortedIDs(edges), c.takeEdge)
}

// others are the rows that speak of one object each.
func (c *change) others(gone []int64) error {
	touch := func(object int64, put func() error) error {
		c.objects[object] = true
		c.rows = append(c.rows, put)
		return nil
	}
	err := c.both(issueText, gone, func(x cells) error {
		i := graph.Issue{ID: x.number(0), Object: x.number(1), Line: x.number(2), Quantity: x.number(3), At: x.number(4), Voided: x.number(5), Order: x.text(6), Deviation: x.text(7)}
		return touch(i.Object, func() error { return c.edit.Issue(&i) })
	})
	if err != nil {
		return err
	}
	err = c.both(movementText, gone, func(x cells) error {
		m := moved(x)
		return touch(m.Object, func() error { return c.edit.Movement(&m) })
	})
	if err != nil {
		return err
	}
	err = c.both(breachText, gone, func(x cells) error {
		b := graph.Breach{ID: x.number(0), Object: x.number(1), At: x.number(2), Voided: x.number(3)}
		return touch(b.Object, func() error { return c.edit.Breach(&b) })
	})
	if err != nil {
		return err
	}
	if err := c.both(memberText, gone, c.takeMembership); err != nil {
		return err
	}
	// A completion ends the membership of a rework order.
	return c.among(memberText, "object_id", sortedIDs(c.objects), c.takeMembership)
}

func (c *change) takeMembership(x cells) error {
	m := graph.Membership{ID: x.number(0), Object: x.number(1), At: x.number(2), Until: x.number(3), Voided: x.number(4), Order: x.text(5), Kind: x.text(6)}
	c.objects[m.Object] = true
	c.rows = append(c.rows, func() error { return c.edit.Membership(&m) })
	return nil
}

func (c *change) receipts(gone []int64) error {
	return c.both(receiptText, gone, func(x cells) error {
		c.objects[x.number(1)] = true
		return nil
	})
}

// redrawn are the edges out of what voided facts spoke of: a void decides anew
// what installations drew on an order.
func (c *change) redrawn(gone []int64) error {
	if len(gone) == 0 {
		return nil
	}
	return c.among(edgeText, "from_id", sortedIDs(c.objects), c.takeEdge)
}

// ofOrders are the members of orders that changed: closing an order completes
// them.
func (c *change) ofOrders() error {
	var names []string
	if err := c.orders(c.first, func(name string) { names = append(names, name) }); err != nil {
		return err
	}
	for _, name := range names {
		err := c.feed.rows(`SELECT id FROM object`, " AND order_name = $2", []any{name}, func(x cells) error {
			c.objects[x.number(0)] = true
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ofLots are the units of lots that were split, which may have gone along, and
// the lots of units that changed, which a unit that is received makes larger.
func (c *change) ofLots() error {
	split := map[int64]bool{}
	for _, e := range c.edges {
		if e.Kind == genealogy.SplitEdge {
			split[e.From], split[e.To] = true, true
		}
	}
	err := c.among(`SELECT id FROM object`, "lot_id", sortedIDs(split), func(x cells) error {
		c.objects[x.number(0)] = true
		return nil
	})
	if err != nil {
		return err
	}
	return c.among(`SELECT id, lot_id FROM object`, "id", sortedIDs(c.objects), func(x cells) error {
		c.objects[x.number(1)] = true
		return nil
	})
}

func (c *change) putObjects() error {
	type belonging struct{ unit, lot int64 }
	var belong []belonging
	err := c.among(objectText, "id", sortedIDs(c.objects), func(x cells) error {
		o := object(x)
		belong = append(belong, belonging{o.ID, o.Lot})
		return c.edit.Object(o)
	})
	if err != nil {
		return err
	}
	for _, b := range belong {
		if err := c.edit.Belongs(b.unit, b.lot); err != nil {
			return err
		}
	}
	return nil
}
