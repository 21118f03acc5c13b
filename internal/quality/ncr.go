package quality

import (
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// NCR is a nonconformity and what was decided about it (ISO 9001 8.7,
// AS9100 8.7.1).
type NCR struct {
	Nonconformity string            `col:"nonconformity,key"`
	Fact          int64             `col:"fact,key"`
	ObjectID      int64             `col:"object_id"` // 0: the whole order
	Order         string            `col:"order_name"`
	At            moment.Time       `col:"at"`
	Quantity      quantity.Quantity `col:"quantity"`
	Description   string            `col:"description"`
	Severity      string            `col:"severity"`
	Cause         string            `col:"cause"`
	Disposition   string            `col:"disposition"`
	DisposedAt    moment.Time       `col:"disposed_at"`
	ApprovedBy    string            `col:"approved_by"`
	DisposedFact  int64             `col:"disposed_fact"`
	Voided        int64             `col:"voided"` // the fact that voided it: its number is free again
}

type ncrKey struct {
	Nonconformity string
	Fact          int64
}

// NCRs are the nonconformities of a company.
var (
	NCRs   = store.NewTable("nonconformity", func(r *NCR) ncrKey { return ncrKey{r.Nonconformity, r.Fact} })
	ncrsOf = store.NewIndex(NCRs, "nonconformity", func(r *NCR) string { return r.Nonconformity })
)

// ncr is the nonconformity of a number; nil for none.
func ncr(set *store.Set, number string) *NCR {
	for _, n := range ncrsOf.All(set, number) {
		if n.Voided == 0 {
			return n
		}
	}
	return nil
}

// Severities and dispositions of nonconformities.
var (
	Severities   = []string{"minor", "major", "critical"}
	Dispositions = []string{UseAsIs, "rework", "repair", "scrap", "return-to-supplier"}
)

// UseAsIs lets a nonconforming object be used.
const UseAsIs = "use-as-is"

// RaiseNCR records that an object, or what an order made, does not conform. It
// holds nothing by itself: lay a hold where use must stop.
type RaiseNCR struct {
	NCRRaised
	At moment.Time `json:"at,omitempty"`
}

// NCRRaised says what does not conform.
type NCRRaised struct {
	Nonconformity string            `json:"nonconformity"`
	PartNumber    string            `json:"part_number,omitempty"`
	Serial        string            `json:"serial,omitempty"`
	Lot           string            `json:"lot,omitempty"`
	Order         string            `json:"order,omitempty"`
	Quantity      quantity.Quantity `json:"quantity,omitempty"`
	Description   string            `json:"description,omitempty"`
	Severity      string            `json:"severity,omitempty"`
	Cause         string            `json:"cause,omitempty"`
}

// Kind names the fact.
func (NCRRaised) Kind() string { return "nonconformity.raised/1" }

// SetAt fills in when, if it was left open.
func (c *RaiseNCR) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide raises the nonconformity; the same one again changes nothing.
func (c *RaiseNCR) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.NCRRaised
	var err error
	if f.Nonconformity, err = name.Clean("nonconformity", f.Nonconformity); err != nil {
		return nil, err
	}
	if f.Severity != "" && !slices.Contains(Severities, f.Severity) {
		return nil, refuse.New(refuse.Invalid, "severity is %q: it must be one of %s.", f.Severity, strings.Join(Severities, ", ")).At("severity")
	}
	row := NCR{Nonconformity: f.Nonconformity, Order: f.Order, At: c.At, Quantity: f.Quantity, Description: f.Description, Severity: f.Severity, Cause: f.Cause}
	switch {
	case f.Quantity < 0:
		return nil, refuse.New(refuse.Invalid, "The quantity %s is not possible: it must be more than 0.", f.Quantity).At("quantity")
	case f.Serial+f.Lot != "":
		object, err := genealogy.Find(set, objectOf(f.PartNumber, f.Serial, f.Lot))
		if err != nil {
			return nil, field("serial", err)
		}
		row.ObjectID = object.ID
	case f.Order == "":
		return nil, refuse.New(refuse.Invalid, "Name the object or the order that nonconformity %s is about.", f.Nonconformity).At("part_number")
	}
	if f.Order != "" {
		if _, err := order.Find(set, f.Order); err != nil {
			return nil, field("order", err)
		}
	}
	if old := ncr(set, f.Nonconformity); old != nil {
		row.Disposition, row.DisposedAt, row.ApprovedBy, row.Fact, row.DisposedFact = old.Disposition, old.DisposedAt, old.ApprovedBy, old.Fact, old.DisposedFact
		if *old == row {
			return nil, nil
		}
		return nil, refuse.New(refuse.Conflict, "Nonconformity %s was raised on %s with other content: give another its own number.", f.Nonconformity, old.At).At("nonconformity")
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

func objectOf(part, serial, lot string) genealogy.Object {
	if serial != "" {
		lot = ""
	}
	return genealogy.Object{PartNumber: part, Serial: serial, Lot: lot}
}

// DisposeNCR decides what becomes of a nonconforming object.
type DisposeNCR struct {
	NCRDisposed
	At moment.Time `json:"at,omitempty"`
}

// NCRDisposed says what was decided.
type NCRDisposed struct {
	Nonconformity string `json:"nonconformity"`
	Disposition   string `json:"disposition"` // use-as-is, rework, repair, scrap, return-to-supplier
	ApprovedBy    string `json:"approved_by,omitempty"`
}

// Kind names the fact.
func (NCRDisposed) Kind() string { return "nonconformity.disposed/1" }

// SetAt fills in when, if it was left open.
func (c *DisposeNCR) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide disposes of the nonconformity. Use-as-is releases what failed
// inspections hold of its object (rule 5).
func (c *DisposeNCR) Decide(set *store.Set) ([]journal.Fact, error) {
	if !slices.Contains(Dispositions, c.Disposition) {
		return nil, refuse.New(refuse.Invalid, "disposition is %q: it must be one of %s.", c.Disposition, strings.Join(Dispositions, ", ")).At("disposition")
	}
	n := ncr(set, c.Nonconformity)
	if n == nil {
		return nil, refuse.New(refuse.NotFound, "Nonconformity %s is not raised: raise it first.", c.Nonconformity).At("nonconformity")
	}
	switch {
	case n.Disposition == c.Disposition && n.DisposedAt == c.At && n.ApprovedBy == c.ApprovedBy:
		return nil, nil
	case n.Disposition != "":
		return nil, refuse.New(refuse.Conflict, "Nonconformity %s was disposed of on %s: %s. Void that first, or raise another.", c.Nonconformity, n.DisposedAt, n.Disposition).At("disposition")
	case c.At < n.At:
		return nil, refuse.New(refuse.Conflict, "Nonconformity %s was raised on %s, after %s.", c.Nonconformity, n.At, c.At).At("at")
	}
	facts := []journal.Fact{{At: c.At, What: &c.NCRDisposed}}
	if c.Disposition != UseAsIs || n.ObjectID == 0 {
		return facts, nil
	}
	row := genealogy.ByNumber(set, n.ObjectID)
	if row == nil {
		return facts, nil
	}
	for _, h := range genealogy.OpenHolds(set, n.ObjectID) {
		if h.Source == genealogy.FromInspection {
			facts = append(facts, journal.Fact{At: c.At, What: &genealogy.Unheld{Object: row.Object(), Hold: h.Hold, Reason: "nonconformity " + c.Nonconformity + ": " + UseAsIs}})
		}
	}
	return facts, nil
}

func projectRaised(set *store.Set, line journal.Line, f *NCRRaised) {
	row := NCR{Nonconformity: f.Nonconformity, Order: f.Order, At: line.At, Quantity: f.Quantity, Description: f.Description, Severity: f.Severity, Cause: f.Cause, Fact: line.ID()}
	if f.Serial+f.Lot != "" {
		row.ObjectID = objectID(set, objectOf(f.PartNumber, f.Serial, f.Lot))
	}
	NCRs.Put(set, row)
}

func projectDisposed(set *store.Set, line journal.Line, f *NCRDisposed) {
	old := ncr(set, f.Nonconformity)
	if old == nil {
		return
	}
	n := *old
	n.Disposition, n.DisposedAt, n.ApprovedBy, n.DisposedFact = f.Disposition, line.At, f.ApprovedBy, line.ID()
	NCRs.Put(set, n)
	if f.Disposition == UseAsIs && n.ObjectID != 0 {
		for _, r := range rejectedOn.All(set, n.ObjectID) {
			rejections.Delete(set, *r)
		}
	}
}
