package genealogy

import (
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Install puts a component into a unit or lot, at a position of its order BOM.
type Install struct {
	PartNumber      string            `json:"part_number"` // with serial or lot: the parent
	Serial          string            `json:"serial,omitempty"`
	Lot             string            `json:"lot,omitempty"`
	Component       string            `json:"component"`
	ComponentSerial string            `json:"component_serial,omitempty"`
	ComponentLot    string            `json:"component_lot,omitempty"`
	Quantity        quantity.Quantity `json:"quantity,omitempty"`
	FindNumber      string            `json:"find_number,omitempty"`
	Designator      string            `json:"reference_designator,omitempty"`
	SubstituteFor   string            `json:"substitute_for,omitempty"`
	Deviation       string            `json:"deviation,omitempty"`
	CandidateGroup  string            `json:"candidate_group,omitempty"`
	Certainty       string            `json:"certainty,omitempty"`
	Order           string            `json:"order,omitempty"`
	Operation       string            `json:"operation,omitempty"`
	Operator        string            `json:"operator,omitempty"`
	Machine         string            `json:"machine,omitempty"`
	Slot            string            `json:"slot,omitempty"`
	Replaces        string            `json:"replaces,omitempty"`
	At              moment.Time       `json:"at,omitempty"`
}

// Installed says that a component went into a parent.
type Installed struct {
	Parent         Object            `json:"parent"`
	Component      Object            `json:"component"`
	Quantity       quantity.Quantity `json:"quantity"`
	Certainty      string            `json:"certainty"`
	Position       string            `json:"position,omitempty"`
	Line           int64             `json:"line"`
	Designator     string            `json:"reference_designator,omitempty"`
	SubstituteFor  string            `json:"substitute_for,omitempty"`
	Deviation      string            `json:"deviation,omitempty"`
	CandidateGroup string            `json:"candidate_group,omitempty"`
	Order          string            `json:"order,omitempty"`
	FromOrder      quantity.Quantity `json:"from_order,omitempty"`
	Operation      string            `json:"operation,omitempty"`
	Operator       string            `json:"operator,omitempty"`
	Machine        string            `json:"machine,omitempty"`
	Slot           string            `json:"slot,omitempty"`
	Replaces       string            `json:"replaces,omitempty"`
	Warned         []string          `json:"warnings,omitempty"`
}

// Warnings are what may stand against it.
func (f *Installed) Warnings() []string { return f.Warned }

// Kind names the fact.
func (Installed) Kind() string { return "component.installed/1" }

// SetAt fills in when, if it was left open.
func (c *Install) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide puts the component in, or refuses with what stands against it.
func (c *Install) Decide(set *store.Set) ([]journal.Fact, error) {
	f := Installed{
		Parent:    Object{PartNumber: c.PartNumber, Serial: c.Serial, Lot: c.Lot},
		Component: Object{PartNumber: c.Component, Serial: c.ComponentSerial, Lot: c.ComponentLot},
		Quantity:  c.Quantity, Certainty: c.Certainty, Designator: c.Designator, SubstituteFor: c.SubstituteFor, Deviation: c.Deviation,
		CandidateGroup: c.CandidateGroup, Order: c.Order, Operation: c.Operation, Operator: c.Operator, Machine: c.Machine, Slot: c.Slot, Replaces: c.Replaces, Line: -1,
	}
	if c.Serial != "" {
		f.Parent.Lot = ""
	}
	if err := f.defaults(); err != nil {
		return nil, err
	}
	if _, err := tracked(set, f.Component); err != nil {
		return nil, field("component", err)
	}
	parent, err := Find(set, f.Parent)
	if err != nil {
		return nil, field("serial", err)
	}
	if parent.ScrappedAt != 0 {
		if err := forgive(set, parent, refuse.New(refuse.Conflict, "%s was scrapped on %s.", f.Parent, parent.ScrappedAt).At("serial")); err != nil {
			return nil, err
		}
	}
	if c.At < parent.At {
		if err := forgive(set, parent, refuse.New(refuse.Conflict, "%s came to be on %s, after %s.", f.Parent, parent.At, c.At).At("at")); err != nil {
			return nil, err
		}
	}
	facts, component, err := c.component(set, &f, parent)
	if err != nil {
		return nil, err
	}
	if m := reworking(set, parent.ID); f.Order == "" && m != nil {
		f.Order = m.Order
	}
	if f.Order == "" {
		f.Order = parent.Order
	}
	if err := f.place(set, parent, c.FindNumber, c.At); err != nil {
		return nil, err
	}
	if f.Quantity == 0 {
		f.Quantity = quantity.One
	}
	if component != nil {
		if err := f.take(set, parent, component, c.At); err != nil {
			return nil, err
		}
	}
	f.Component = f.Component.alone()
	return append(facts, journal.Fact{At: c.At, What: &f}), nil
}

// alone is the object by its serial only, where it has one.
func (o Object) alone() Object {
	if o.Serial != "" {
		o.Lot = ""
	}
	return o
}

func (f *Installed) defaults() error {
	if f.Certainty == "" {
		f.Certainty = Must
		if f.CandidateGroup != "" {
			f.Certainty = May
		}
	}
	if f.Certainty != Must && f.Certainty != May {
		return refuse.New(refuse.Invalid, "certainty is %q: it must be must or may.", f.Certainty).At("certainty")
	}
	if f.Parent.Name() == "" {
		return refuse.New(refuse.Invalid, "Name the unit (serial) or lot that the component went into.").At("serial")
	}
	if f.Quantity == 0 && f.Component.Kind() == LotKind {
		return nil // as much as the position takes
	}
	return whole(f.Component, &f.Quantity)
}

// The certainty of an edge.
const (
	Must = "must"
	May  = "may"
)

// component finds what is put in; a piece of an item whose serial is given at
// use comes to be now.
func (c *Install) component(set *store.Set, f *Installed, parent *Row) ([]journal.Fact, *Row, error) {
	row, ok := Get(set, f.Component.key())
	if ok {
		return nil, row, nil
	}
	item, err := catalog.FindItem(set, c.Component)
	if err != nil {
		return nil, nil, field("component", err)
	}
	if item.Tracking != catalog.SerialAtUse || c.ComponentSerial == "" || c.ComponentLot == "" {
		_, err := Find(set, f.Component)
		return nil, nil, field("component_"+map[bool]string{true: "serial", false: "lot"}[c.ComponentSerial != ""], err)
	}
	lot, err := Find(set, Object{PartNumber: c.Component, Lot: c.ComponentLot})
	if err != nil {
		return nil, nil, field("component_lot", err)
	}
	u := use{c.Deviation, c.Order, quantity.One, c.At}
	if err := u.permitted(set, c.SubstituteFor, lot); err != nil {
		return nil, nil, err
	}
	if err := u.usable(set, lot); err != nil {
		return nil, nil, field("component_lot", err)
	}
	if customer := customerAt(set, parent, c.At); customer != "" {
		return nil, nil, inField(parent, customer, lot)
	}
	if err := enoughFor(set, c.Order, lot, quantity.One, c.At); err != nil {
		return nil, nil, err
	}
	made := &UnitSerialized{PartNumber: c.Component, Serial: c.ComponentSerial, Lot: c.ComponentLot, FromStock: true}
	return one(c.At, made), nil, nil
}

// place finds the position of the parent's order BOM and refuses to overfill it.
func (f *Installed) place(set *store.Set, parent *Row, find string, at moment.Time) error {
	f.Position = find
	if f.Order == "" {
		return nil
	}
	part := f.Component.PartNumber
	if f.SubstituteFor != "" && f.Deviation != "" {
		part = f.SubstituteFor
	}
	line, substitute, err := order.PositionFor(set, f.Order, parent.PartNumber, find, part)
	if err != nil {
		if f.Deviation != "" {
			return nil
		}
		return forgive(set, parent, err)
	}
	f.Position, f.Line = line.Position, line.Line
	if f.Quantity == 0 {
		f.Quantity = line.PerOwner
	}
	if substitute && f.SubstituteFor == "" {
		f.SubstituteFor = line.PartNumber
	}
	if (line.Tracking == catalog.BySerial || line.Tracking == catalog.SerialAtUse) && f.Component.Kind() == LotKind && f.Deviation == "" && !substitute {
		if err := forgive(set, parent, refuse.New(refuse.Conflict, "Position %s of %s in order %s takes %s by serial: name the unit, not lot %s.", line.Position, f.Parent, f.Order, line.PartNumber, f.Component.Lot).At("component_serial")); err != nil {
			return err
		}
	}
	if err := f.revision(set, line, substitute, at); err != nil {
		return err
	}
	if parent.Kind != UnitKind || f.CandidateGroup != "" || f.Deviation != "" {
		return nil
	}
	filled := f.Quantity
	for _, e := range edgesTo.All(set, parent.ID) {
		if e.Position == line.Position && e.Kind == InstallEdge && e.Group == "" && e.Voided == 0 {
			filled += e.Quantity - e.Removed
		}
	}
	if filled > line.PerOwner && !substitute {
		return forgive(set, parent, refuse.New(refuse.Conflict, "Position %s of %s takes %s of %s and would hold %s: remove what is in it first.", line.Position, f.Parent, line.PerOwner, line.PartNumber, filled).At("quantity"))
	}
	return nil
}

// revision refuses a component of another revision than the line's rule asks,
// and a substitute that is not approved at that time.
func (f *Installed) revision(set *store.Set, line *order.Line, substitute bool, at moment.Time) error {
	component, ok := Get(set, f.Component.key())
	if !ok || f.Deviation != "" {
		return nil
	}
	if substitute {
		return forgive(set, component, line.Admits(component.PartNumber, component.Revision, at))
	}
	if fits(set, line, component) {
		return nil
	}
	return forgive(set, component, refuse.New(refuse.Conflict, "Position %s of %s takes revision %s of %s (%s), %s is revision %s: use that, or name the deviation that permits it.",
		line.Position, f.Parent, line.Revision, line.PartNumber, line.RevisionRule, f.Component, component.Revision).At("component"))
}

// Fits says whether an object's revision is one that the line's rule lets in.
func Fits(set *store.Set, line *order.Line, component *Row) bool { return fits(set, line, component) }

// fits says whether an object's revision is one that the line's rule lets in.
func fits(set *store.Set, line *order.Line, component *Row) bool {
	if component.PartNumber != line.PartNumber || component.Revision == line.Revision || component.Revision == "" {
		return true
	}
	switch line.RevisionRule {
	case "exact":
		return false
	case "or_later":
		return catalog.Later(set, line.PartNumber, component.Revision, line.Revision)
	}
	return true
}

// take checks that the component can be had, and from where.
func (f *Installed) take(set *store.Set, parent, component *Row, at moment.Time) error {
	u := use{f.Deviation, f.Order, f.Quantity, at}
	if err := u.permitted(set, f.SubstituteFor, component, parent); err != nil {
		return err
	}
	if err := u.usable(set, component); err != nil {
		return field("component", err)
	}
	f.Warned = warnings(set, component)
	customer := customerAt(set, parent, at)
	if component.Kind == UnitKind {
		if customer == "" {
			if err := free(set, component, at); err != nil {
				return field("component_serial", err)
			}
			if err := done(set, component); err != nil {
				return field("component_serial", err)
			}
		} else if has, since := shippedTo(set, component); has != customer || component.ParentEdge != 0 || component.ScrappedAt != 0 || at < since {
			return inField(parent, customer, component)
		}
		return noCycle(set, parent, component)
	}
	if customer != "" {
		return inField(parent, customer, component)
	}
	if component.ID == parent.ID {
		return refuse.New(refuse.Conflict, "%s cannot go into itself.", f.Parent).At("component")
	}
	if f.Order != "" {
		if o, ok := open.Get(set, openKey{f.Order, component.ID}); ok {
			f.FromOrder = min(max(o.Open, 0), f.Quantity)
		}
	}
	if f.FromOrder < f.Quantity {
		return enoughFor(set, f.Order, component, f.Quantity-f.FromOrder, at)
	}
	return nil
}

// inField refuses to put into a shipped unit what is not at its customer
// (rule 3: a field spare).
func inField(parent *Row, customer string, component *Row) error {
	return refuse.New(refuse.Conflict, "%s was shipped to %s: record its return first, or ship %s there as a spare.", parent.Object(), customer, component.Object()).At("component")
}

// noCycle refuses to put a unit into one that it contains (rule 6).
func noCycle(set *store.Set, parent, component *Row) error {
	for at := parent; at != nil; {
		if at.ID == component.ID {
			return refuse.New(refuse.Conflict, "%s contains %s: it cannot go into it.", component.Object(), parent.Object()).At("component_serial")
		}
		if at.ParentEdge == 0 {
			return nil
		}
		edge, ok := Edges.Get(set, at.ParentEdge)
		if !ok {
			return nil
		}
		at = byNumber(set, edge.ToID)
	}
	return nil
}
