package genealogy

import (
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// The kinds of deviations (ISO 9000 3.12.5 and 3.12.6).
const (
	Permit     = "permit"     // given before
	Concession = "concession" // given after
)

// DeviationRow is a deviation and how much of it is used.
type DeviationRow struct {
	Deviation  string            `col:"deviation,key"`
	Kind       string            `col:"kind"`
	ObjectID   int64             `col:"object_id"`
	Order      string            `col:"order_name"`
	PartNumber string            `col:"part_number"`
	InsteadOf  string            `col:"instead_of"`
	Quantity   quantity.Quantity `col:"quantity"` // 0: without limit
	Used       quantity.Quantity `col:"used"`
	At         moment.Time       `col:"at"`
	From       moment.Time       `col:"begins"`
	Until      moment.Time       `col:"ends"`
	Reason     string            `col:"reason"`
	ApprovedBy string            `col:"approved_by"`
	Fact       int64             `col:"fact"`
}

// Deviations are all that were granted.
var Deviations = store.NewTable("deviation", func(r *DeviationRow) string { return r.Deviation })

// GrantDeviation permits what the order BOM, a hold or an expiry date forbids.
// It may be signed (21 CFR 11.50).
type GrantDeviation struct {
	DeviationGranted
	journal.Signature
	At moment.Time `json:"at,omitempty"`
}

// DeviationGranted says what is permitted, for an object, an order or an item,
// up to a quantity and within a time.
type DeviationGranted struct {
	Deviation  string            `json:"deviation"`
	Type       string            `json:"kind"` // permit, concession
	PartNumber string            `json:"part_number,omitempty"`
	Serial     string            `json:"serial,omitempty"` // with part_number: the object
	Lot        string            `json:"lot,omitempty"`
	Order      string            `json:"order,omitempty"`
	InsteadOf  string            `json:"instead_of,omitempty"`
	Quantity   quantity.Quantity `json:"quantity,omitempty"`
	From       moment.Time       `json:"from,omitempty"`
	Until      moment.Time       `json:"until,omitempty"`
	Reason     string            `json:"reason"`
	ApprovedBy string            `json:"approved_by,omitempty"`
}

// Kind names the fact.
func (DeviationGranted) Kind() string { return "deviation.granted/1" }

// SetAt fills in when, if it was left open.
func (c *GrantDeviation) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide grants the deviation; the same one again changes nothing.
func (c *GrantDeviation) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.DeviationGranted
	var err error
	if f.Deviation, err = name.Clean("deviation", f.Deviation); err != nil {
		return nil, err
	}
	f.Type = or(f.Type, Permit)
	switch {
	case f.Type != Permit && f.Type != Concession:
		return nil, refuse.New(refuse.Invalid, "kind is %q: it must be permit or concession.", f.Type).At("kind")
	case f.Reason == "":
		return nil, refuse.New(refuse.Invalid, "Say why deviation %s is granted.", f.Deviation).At("reason")
	case f.PartNumber == "" && f.Order == "":
		return nil, refuse.New(refuse.Invalid, "Say what deviation %s is for: an object, an item or an order.", f.Deviation).At("part_number")
	case f.Quantity < 0:
		return nil, positive(f.Quantity)
	case f.Until != 0 && f.Until < f.From:
		return nil, refuse.New(refuse.Invalid, "Deviation %s ends on %s, before it begins on %s.", f.Deviation, f.Until, f.From).At("until")
	}
	for column, part := range map[string]string{"part_number": f.PartNumber, "instead_of": f.InsteadOf} {
		if _, err := catalog.FindItem(set, part); part != "" && err != nil {
			return nil, field(column, err)
		}
	}
	if f.Order != "" {
		if _, err := order.Find(set, f.Order); err != nil {
			return nil, field("order", err)
		}
	}
	row, err := f.row(set, c.At)
	if err != nil {
		return nil, err
	}
	if old, ok := Deviations.Get(set, f.Deviation); ok {
		row.Used, row.Fact = old.Used, old.Fact
		if *old == row {
			return nil, nil
		}
		return nil, refuse.New(refuse.Conflict, "Deviation %s was granted on %s with other content: give another its own number.", f.Deviation, old.At).At("deviation")
	}
	return journal.SignIf(one(c.At, &f), c.Signature, "granted the "+f.Type)
}

func (f *DeviationGranted) row(set *store.Set, at moment.Time) (DeviationRow, error) {
	row := DeviationRow{Deviation: f.Deviation, Kind: f.Type, Order: f.Order, PartNumber: f.PartNumber, InsteadOf: f.InsteadOf, Quantity: f.Quantity,
		At: at, From: f.From, Until: f.Until, Reason: f.Reason, ApprovedBy: f.ApprovedBy}
	if f.Serial+f.Lot == "" {
		return row, nil
	}
	object, err := Find(set, Object{PartNumber: f.PartNumber, Serial: f.Serial, Lot: f.Lot}.alone())
	if err != nil {
		return row, field("serial", err)
	}
	row.ObjectID = object.ID
	return row, nil
}

// use is what is done with an object, for which a deviation may be named.
type use struct {
	deviation string
	order     string
	quantity  quantity.Quantity
	at        moment.Time
}

// permitted refuses a deviation that is not granted, or not for this: another
// object, item or order, another time, more than its quantity. The objects are
// those that the use is about, any of which the deviation may name.
func (u use) permitted(set *store.Set, instead string, objects ...*Row) error {
	if u.deviation == "" {
		return nil
	}
	d, ok := Deviations.Get(set, u.deviation)
	if !ok {
		return refuse.New(refuse.NotFound, "Deviation %s is not granted: grant it first.", u.deviation).At("deviation")
	}
	names := d.ObjectID == 0 && d.PartNumber == ""
	for _, o := range objects {
		if o != nil && (d.ObjectID == 0 && o.PartNumber == d.PartNumber || d.ObjectID != 0 && (o.ID == d.ObjectID || o.LotID == d.ObjectID)) {
			names = true
		}
	}
	var wrong string
	switch {
	case !names:
		wrong = "names another object or item"
	case u.at < d.At:
		return refuse.New(refuse.Conflict, "Deviation %s was granted on %s, after %s: it permits only what comes later. Grant it with the time at which it was given, or record the use when it was.", u.deviation, d.At, u.at).At("deviation")
	case d.Order != "" && d.Order != u.order:
		wrong = "is for order " + d.Order
	case d.InsteadOf != "" && instead != "" && d.InsteadOf != instead:
		wrong = "is for what goes in instead of " + d.InsteadOf
	case u.at < d.From:
		wrong = "begins on " + d.From.String()
	case d.Until != 0 && u.at > d.Until:
		wrong = "ended on " + d.Until.String()
	case d.Quantity != 0 && d.Used+u.quantity > d.Quantity:
		wrong = "is for " + d.Quantity.String() + ", of which " + d.Used.String() + " are used"
	default:
		return nil
	}
	return refuse.New(refuse.Conflict, "Deviation %s %s: it does not permit this.", u.deviation, wrong).At("deviation")
}

// usable refuses what rule 5 forbids: a held, rejected or expired object is
// not issued, installed, merged, completed or shipped, unless the deviation
// permits it.
func (u use) usable(set *store.Set, row *Row) error {
	return forgive(set, row, u.blocked(set, row))
}

func (u use) blocked(set *store.Set, row *Row) error {
	if u.deviation != "" {
		return nil // permitted has looked at it
	}
	switch {
	case row.Held > 0:
		return refuse.New(refuse.Conflict, "%s is on hold by %s: release it, or name the deviation that permits its use.", row.Object(), or(heldBy(set, row, false), "a hold"))
	case row.ExpiresOn != 0 && row.ExpiresOn < u.at:
		return refuse.New(refuse.Conflict, "%s expired on %s: name the deviation that permits its use.", row.Object(), row.ExpiresOn)
	}
	return nil
}

// warnings says what possibly stands against the use of objects, and is kept
// with the fact.
func warnings(set *store.Set, rows ...*Row) []string {
	var all []string
	for _, row := range rows {
		if row != nil && row.Warned > 0 {
			all = append(all, row.Object().String()+" may hold what is held: "+heldBy(set, row, true))
		}
	}
	return all
}

// deviationUse is a fact that used a deviation.
type deviationUse struct {
	Deviation string `col:"deviation,key"`
	Fact      int64  `col:"fact,key"`
}

var (
	deviationUses = store.NewTable("deviation_use", func(r *deviationUse) deviationUse { return *r })
	usesOf        = store.NewIndex(deviationUses, "deviation", func(r *deviationUse) string { return r.Deviation })
)

// useDeviation counts what a fact uses of a deviation; a negative quantity
// takes it back.
func useDeviation(set *store.Set, deviation string, q quantity.Quantity, fact int64) {
	if deviation == "" {
		return
	}
	if q < 0 {
		deviationUses.Delete(set, deviationUse{deviation, fact})
	} else {
		deviationUses.Put(set, deviationUse{deviation, fact})
	}
	if old, ok := Deviations.Get(set, deviation); ok {
		d := *old
		d.Used += q
		Deviations.Put(set, d)
	}
}
