package genealogy

import (
	"cmp"
	"slices"

	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

func fill(at *moment.Time, now moment.Time) {
	if *at == 0 {
		*at = now
	}
}

func field(name string, err error) error {
	if refusal, ok := refuse.As(err); ok {
		return refusal.At(name)
	}
	return err
}

func one(at moment.Time, what journal.Body) []journal.Fact {
	return []journal.Fact{{At: at, What: what}}
}

// Find is a recorded object, or a refusal that says it is missing.
func Find(set *store.Set, o Object) (*Row, error) {
	row, ok := Objects.Get(set, o.key())
	if !ok {
		word := "Lot"
		if o.Kind() == UnitKind {
			word = "Unit"
		}
		return nil, refuse.New(refuse.NotFound, "%s %s is not recorded: receive or make it first.", word, o)
	}
	return row, nil
}

// byNumber is the object of an id.
func byNumber(set *store.Set, id int64) *Row {
	if rows := byID.All(set, id); len(rows) == 1 {
		return rows[0]
	}
	return nil
}

// usable refuses what rule 5 forbids: a held or expired object is not issued,
// installed or shipped, unless a deviation is named.
func usable(row *Row, at moment.Time, deviation string) error {
	switch {
	case deviation != "":
		return nil
	case row.Held > 0:
		return refuse.New(refuse.Conflict, "%s is on hold: release the hold, or name the deviation that permits its use.", row.Object())
	case row.ExpiresOn != 0 && row.ExpiresOn < at:
		return refuse.New(refuse.Conflict, "%s expired on %s: name the deviation that permits its use.", row.Object(), row.ExpiresOn)
	}
	return nil
}

// free refuses a unit that is somewhere else already.
func free(set *store.Set, row *Row, at moment.Time) error {
	switch {
	case row.ScrappedAt != 0:
		return refuse.New(refuse.Conflict, "%s was scrapped on %s.", row.Object(), row.ScrappedAt)
	case row.Shipped != 0:
		return refuse.New(refuse.Conflict, "%s was shipped: record its return first.", row.Object())
	case row.ParentEdge != 0:
		if edge, ok := Edges.Get(set, row.ParentEdge); ok {
			if parent := byNumber(set, edge.ToID); parent != nil {
				return refuse.New(refuse.Conflict, "%s is installed in %s since %s: remove it first.", row.Object(), parent.Object(), edge.At)
			}
		}
		return refuse.New(refuse.Conflict, "%s is installed in another unit: remove it first.", row.Object())
	case at < row.At:
		return refuse.New(refuse.Conflict, "%s came to be on %s, after %s.", row.Object(), row.At, at)
	}
	for _, edge := range edgesFrom.All(set, row.ID) { // a unit is in one parent at a time (rule 3)
		if parent := byNumber(set, edge.ToID); edge.EndedAt > at && parent != nil {
			return refuse.New(refuse.Conflict, "%s was in %s until %s, after %s.", row.Object(), parent.Object(), edge.EndedAt, at)
		}
	}
	return nil
}

// enough refuses to take more of a lot than it has in stock, at that moment
// and at every later one (rule 4).
func enough(set *store.Set, row *Row, q quantity.Quantity, at moment.Time) error {
	if at < row.At {
		return refuse.New(refuse.Conflict, "Lot %s came in on %s, after %s.", row.Object(), row.At, at).At("at")
	}
	if row.OnHand < q {
		return refuse.New(refuse.Conflict, "Lot %s has %s in stock, %s are asked for.", row.Object(), row.OnHand, q).At("quantity")
	}
	if at >= row.LastMoved {
		return nil
	}
	if least := leastFrom(set, row, at); least < q {
		return refuse.New(refuse.Conflict, "Lot %s had only %s in stock at some time from %s on, %s are asked for.", row.Object(), least, at, q).At("quantity")
	}
	return nil
}

// leastFrom is the smallest stock that a lot had from a moment on.
func leastFrom(set *store.Set, row *Row, at moment.Time) quantity.Quantity {
	type change struct {
		at moment.Time
		q  quantity.Quantity
	}
	var all []change
	for _, m := range movesOf.All(set, row.ID) {
		if m.Term == TermScrapped && m.Order != "" {
			continue // of what had been issued
		}
		all = append(all, change{m.At, StockSign(m.Term) * m.Quantity})
	}
	for _, e := range edgesFrom.All(set, row.ID) {
		if e.Kind == InstallEdge {
			all = append(all, change{e.At, -(e.Quantity - e.FromOrder)})
		}
	}
	for _, i := range issuesOf.All(set, row.ID) {
		all = append(all, change{i.At, -i.Quantity})
	}
	slices.SortStableFunc(all, func(a, b change) int { return cmp.Compare(a.at, b.at) })
	var stock quantity.Quantity
	least := row.OnHand
	for i, c := range all {
		stock += c.q
		last := i+1 == len(all) || all[i+1].at > c.at
		if last && (c.at >= at || i+1 < len(all) && all[i+1].at > at) {
			least = min(least, stock)
		}
	}
	return least
}

// StockSign says whether a movement adds to the stock of its lot.
func StockSign(term string) quantity.Quantity {
	switch term {
	case TermReceived, TermProduced, TermSplitIn, TermReturned:
		return 1
	case TermScrapped, TermShipped, TermSplitOut, TermSerialized:
		return -1
	}
	return 0
}

// tracked refuses a lot of an item that has none, and the like.
func tracked(set *store.Set, o Object) (catalog.Item, error) {
	item, err := catalog.FindItem(set, o.PartNumber)
	if err != nil {
		return item, field("part_number", err)
	}
	if o.Name() == "" {
		return item, refuse.New(refuse.Invalid, "%s is followed by %s: name it.", o.PartNumber, item.Tracking).At("lot")
	}
	return item, nil
}

func positive(q quantity.Quantity) error {
	if q <= 0 {
		return refuse.New(refuse.Invalid, "The quantity %s is not possible: it must be more than 0.", q).At("quantity")
	}
	return nil
}

// whole gives a unit its quantity of one and refuses any other.
func whole(o Object, q *quantity.Quantity) error {
	if o.Kind() == UnitKind {
		if *q == 0 {
			*q = quantity.One
		}
		if *q != quantity.One {
			return refuse.New(refuse.Invalid, "%s is one piece: its quantity is 1, not %s.", o, *q).At("quantity")
		}
	}
	return positive(*q)
}
