package quality

import (
	"slices"
	"strings"

	"lotline/internal/catalog"
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
	State         string            `col:"state"`      // open, pending, disposed
	Signatures    int64             `col:"signatures"` // that its disposition needs
	Signers       string            `col:"signers"`    // who signed it, one a line
	CAPA          string            `col:"capa"`       // the corrective or preventive action
	Owner         string            `col:"owner"`
	DueAt         moment.Time       `col:"due_at"`
	DoneAt        moment.Time       `col:"done_at"`
	Voided        int64             `col:"voided"` // the fact that voided it: its number is free again
}

// The states of a nonconformity: one whose disposition still lacks signatures
// is pending, and its disposition has no effect yet.
const (
	NCROpen     = "open"
	NCRPending  = "pending"
	NCRDisposal = "disposed"
)

// SignedBy are the names of those who signed the disposition.
func (n *NCR) SignedBy() []string {
	if n.Signers == "" {
		return nil
	}
	return strings.Split(n.Signers, "\n")
}

// Overdue says whether something is still to be done that was due: to dispose
// of it, or the action that is named.
func (n *NCR) Overdue(now moment.Time) bool {
	return n.Voided == 0 && n.DueAt != 0 && n.DueAt < now && (n.State != NCRDisposal || n.CAPA != "" && n.DoneAt == 0)
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
	Dispositions = []string{UseAsIs, "rework", "repair", "scrap", ReturnToSupplier}
)

// Dispositions that something follows from: use-as-is lets an object be used,
// return-to-supplier asks for a return.
const (
	UseAsIs          = "use-as-is"
	ReturnToSupplier = "return-to-supplier"
)

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
	Signatures    int64             `json:"signatures,omitempty"` // that its disposition needs
	CAPA          string            `json:"capa,omitempty"`
	Owner         string            `json:"owner,omitempty"`
	DueAt         moment.Time       `json:"due_at,omitempty"`
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
	row := f.row(c.At)
	switch {
	case f.Signatures < 0 || f.Signatures > catalog.SignaturesMax:
		return nil, refuse.New(refuse.Invalid, "The disposition of %s would need %d signatures: ask for 0 to %d.", f.Nonconformity, f.Signatures, catalog.SignaturesMax).At("signatures")
	case f.DueAt != 0 && f.DueAt < c.At:
		return nil, refuse.New(refuse.Invalid, "Nonconformity %s is raised on %s and due on %s, before that.", f.Nonconformity, c.At, f.DueAt).At("due_at")
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
		was := raisedAs(set, old)
		if *was == row {
			return nil, nil
		}
		was.CAPA, was.Owner, was.DueAt = old.CAPA, old.Owner, old.DueAt
		if *was == row { // as an export says it
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

// row is the nonconformity as it is raised; its object is not known here.
func (f *NCRRaised) row(at moment.Time) NCR {
	return NCR{Nonconformity: f.Nonconformity, Order: f.Order, At: at, Quantity: f.Quantity, Description: f.Description, Severity: f.Severity, Cause: f.Cause,
		State: NCROpen, Signatures: f.Signatures, CAPA: f.CAPA, Owner: f.Owner, DueAt: f.DueAt}
}

// raisedAs is a nonconformity without what was done about it since.
func raisedAs(set *store.Set, n *NCR) *NCR {
	row := *n
	row.Fact, row.Disposition, row.DisposedAt, row.ApprovedBy, row.DisposedFact, row.State, row.Signers, row.DoneAt = 0, "", 0, "", 0, NCROpen, "", 0
	for _, e := range eventsOf(set, n) {
		if e.Kind == eventRaised {
			row.CAPA, row.Owner, row.DueAt = e.CAPA, e.Owner, e.DueAt
		}
	}
	return &row
}

func projectRaised(set *store.Set, line journal.Line, f *NCRRaised) {
	row := f.row(line.At)
	row.Fact = line.ID()
	if f.Serial+f.Lot != "" {
		row.ObjectID = objectID(set, objectOf(f.PartNumber, f.Serial, f.Lot))
	}
	NCRs.Put(set, row)
	ncrEvents.New(set, ncrEvent{Nonconformity: f.Nonconformity, Fact: line.ID(), Kind: eventRaised, CAPA: f.CAPA, Owner: f.Owner, DueAt: f.DueAt})
}
