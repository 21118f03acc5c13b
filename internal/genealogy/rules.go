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

// Get is the object of a key, unless the record of it was voided.
func Get(set *store.Set, key ObjectKey) (*Row, bool) {
	row, ok := Objects.Get(set, key)
	if !ok || row.Voided != 0 {
		return nil, false
	}
	return row, true
}

// Find is a recorded object, or a refusal that says it is missing.
func Find(set *store.Set, o Object) (*Row, error) {
	row, ok := Get(set, o.key())
	if ok {
		return row, nil
	}
	err := missing(set, o)
	if set.Forgiving() {
		return nil, &Unknown{o, err}
	}
	return nil, err
}

func missing(set *store.Set, o Object) error {
	word := "Lot"
	if o.Kind() == UnitKind {
		word = "Unit"
		if now := isOldName(set, o.PartNumber, o.Serial); now != nil {
			return refuse.New(refuse.NotFound, "Unit %s has another serial now: it is %s.", o, now.Object())
		}
	}
	return refuse.New(refuse.NotFound, "%s %s is not recorded: receive or make it first.", word, o)
}

// ByNumber is the object of an id; nil for none.
func ByNumber(set *store.Set, id int64) *Row { return byNumber(set, id) }

func byNumber(set *store.Set, id int64) *Row {
	if rows := byID.All(set, id); len(rows) == 1 {
		return rows[0]
	}
	return nil
}

// free refuses a unit that is somewhere else already.
func free(set *store.Set, row *Row, at moment.Time) error {
	return forgive(set, row, elsewhere(set, row, at))
}

func elsewhere(set *store.Set, row *Row, at moment.Time) error {
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
	if at < row.LastMoved {
		for _, m := range movesOf.All(set, row.ID) {
			if m.Voided == 0 && m.Term == TermReturned && m.At > at {
				return refuse.New(refuse.Conflict, "%s was at %s until %s, after %s.", row.Object(), m.Customer, m.At, at)
			}
		}
	}
	for _, edge := range edgesFrom.All(set, row.ID) { // a unit is in one parent at a time (rule 3)
		if parent := byNumber(set, edge.ToID); edge.Voided == 0 && edge.EndedAt > at && parent != nil {
			return refuse.New(refuse.Conflict, "%s was in %s until %s, after %s.", row.Object(), parent.Object(), edge.EndedAt, at)
		}
	}
	return nil
}

// anyway lets what holds keep back be taken: to be moved, adjusted, scrapped or
// returned to its supplier.
const anyway = true

// enough refuses to take more of a lot than it has in stock, at that moment
// and at every later one (rule 4), and what holds of a quantity keep back.
func enough(set *store.Set, row *Row, q quantity.Quantity, at moment.Time, held ...bool) error {
	if row.Origin == OriginUnknown {
		return nil // nobody knows what it had
	}
	return forgive(set, row, lacking(set, row, q, at, held...))
}

func lacking(set *store.Set, row *Row, q quantity.Quantity, at moment.Time, held ...bool) error {
	if at < row.At {
		return refuse.New(refuse.Conflict, "Lot %s came in on %s, after %s.", row.Object(), row.At, at).At("at")
	}
	if row.OnHand < q {
		return refuse.New(refuse.Conflict, "Lot %s has %s in stock, %s are asked for.", row.Object(), row.OnHand, q).At("quantity")
	}
	if len(held) == 0 && row.OnHand-row.Allocated < q {
		return refuse.New(refuse.Conflict, "Lot %s has %s in stock, of which %s are kept for orders; %s are asked for.", row.Object(), row.OnHand, row.Allocated, q).At("quantity")
	}
	if len(held) == 0 && row.OnHand-row.HeldPart < q {
		return refuse.New(refuse.Conflict, "Lot %s has %s in stock, of which %s are on hold; %s are asked for.", row.Object(), row.OnHand, row.HeldPart, q).At("quantity")
	}
	if at >= row.LastMoved {
		return nil
	}
	if least := leastFrom(set, row, at); least < q {
		return refuse.New(refuse.Conflict, "Lot %s had only %s in stock at some time from %s on, %s are asked for.", row.Object(), least, at, q).At("quantity")
	}
	return nil
}

// enoughFor is enough for an order, which has what is kept for it.
func enoughFor(set *store.Set, name string, row *Row, q quantity.Quantity, at moment.Time) error {
	if own := allocated(set, row, name); own > 0 {
		free := *row
		free.Allocated -= own
		row = &free
	}
	return enough(set, row, q, at)
}

// change is what happened to a lot's stock at a time.
type change struct {
	at   moment.Time
	q    quantity.Quantity
	fact int64
}

// changes are all changes of a lot's stock, in their order.
func changes(set *store.Set, row *Row) []change {
	var all []change
	for _, m := range movesOf.All(set, row.ID) {
		if sign := StockSign(m.Term); m.Voided == 0 && sign != 0 && !(m.Term == TermScrapped && m.Order != "") { // of what had been issued
			all = append(all, change{m.At, sign * m.Quantity, m.ID})
		}
	}
	for _, e := range edgesFrom.All(set, row.ID) {
		if e.Kind == InstallEdge && e.Voided == 0 {
			all = append(all, change{e.At, -(e.Quantity - e.FromOrder), e.ID})
		}
	}
	for _, i := range issuesOf.All(set, row.ID) {
		if i.Voided == 0 {
			all = append(all, change{i.At, -i.Quantity, i.ID})
		}
	}
	slices.SortStableFunc(all, func(a, b change) int { return cmp.Compare(a.at, b.at) })
	return all
}

// stockAt is what a lot had in stock at a time.
func stockAt(set *store.Set, row *Row, at moment.Time) quantity.Quantity {
	if at >= row.LastMoved {
		return row.OnHand
	}
	var stock quantity.Quantity
	for _, c := range changes(set, row) {
		if c.at <= at {
			stock += c.q
		}
	}
	return stock
}

// leastFrom is the smallest stock that a lot had from a moment on.
func leastFrom(set *store.Set, row *Row, at moment.Time) quantity.Quantity {
	all := changes(set, row)
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
	case TermReceived, TermProduced, TermSplitIn, TermReturned, TermMergedIn, TermUp:
		return 1
	case TermScrapped, TermShipped, TermSplitOut, TermSerialized, TermMergedOut, TermDown, TermToSupplier:
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
