package order

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// ReleaseOrder seals the order BOM and lets the order begin. It may be signed
// (21 CFR 11.50; ISO 13485 7.5.1, verified and approved records of a batch).
type ReleaseOrder struct {
	Order string `json:"order"`
	journal.Signature
	At moment.Time `json:"at,omitempty"`
}

// OrderReleased carries the header and the seal of an order BOM; its lines and
// totals follow in the same entry.
type OrderReleased struct {
	Order  string `json:"order"`
	Seal   string `json:"seal"`
	Header Header `json:"header"`
	// Tracking of the top, so that readers of this fact alone know what is made.
	Tracking string `json:"tracking"`
}

// Kind names the fact.
func (OrderReleased) Kind() string { return "order.released/1" }

// OrderListed carries one line or one total of a sealed order BOM.
type OrderListed struct {
	Order string       `json:"order"`
	Line  *SealedLine  `json:"line,omitempty"`
	Total *SealedTotal `json:"total,omitempty"`
}

// Kind names the fact.
func (OrderListed) Kind() string { return "order.listed/1" }

// SetAt fills in when, if it was left open.
func (c *ReleaseOrder) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide explodes the BOM as it is designed now and seals it. A released order
// stays as it is.
func (c *ReleaseOrder) Decide(set *store.Set) ([]journal.Fact, error) {
	o, err := Find(set, c.Order)
	if err != nil {
		return nil, field("order", err)
	}
	switch o.State {
	case Released, Closed:
		return nil, nil
	case Cancelled:
		return nil, refuse.New(refuse.Conflict, "Order %s is cancelled and cannot be released: plan another.", c.Order).At("order")
	}
	if err := o.Open(c.At); err != nil {
		return nil, err
	}
	o.ReleasedAt = c.At
	doc, err := draft(set, o)
	if err != nil {
		return nil, err
	}
	if old, ok := drafts.Get(set, c.Order); ok && old.Body != encode(doc.Lines) {
		if changes := Compare(designed(set, old.lines()), designed(set, doc.Lines)); len(changes) > 0 {
			return nil, refuse.New(refuse.Conflict, "The design changed since order %s was planned (%s; %d changes in all): refresh the order, look at it, and release it then.", c.Order, changes[0], len(changes)).At("order")
		}
	}
	if err := doc.hash(); err != nil {
		return nil, err
	}
	facts, err := c.sealed(set, &doc)
	if err != nil {
		return nil, err
	}
	return journal.SignIf(facts, c.Signature, "released the order")
}

// designed are the lines without what may change while the design stays, such
// as a price.
func designed(set *store.Set, lines []SealedLine) []SealedLine {
	all := slices.Clone(lines)
	for i := range all {
		all[i].Properties = catalog.DesignedProperties(set, all[i].PartNumber, all[i].Properties)
	}
	return all
}

// sealed is the sealed order BOM as facts.
func (c *ReleaseOrder) sealed(set *store.Set, doc *OrderBOM) ([]journal.Fact, error) {
	for _, l := range doc.Lines {
		rev, err := catalog.FindRevision(set, l.PartNumber, l.Revision)
		if err != nil {
			return nil, err
		}
		if rev.Status == catalog.Draft {
			return nil, refuse.New(refuse.Conflict, "Revision %s of %s is a draft: release it before order %s.", l.Revision, l.PartNumber, c.Order).At("order")
		}
		if rev.Status == catalog.Obsolete && rev.ObsoletedAt != 0 && rev.ObsoletedAt <= c.At {
			return nil, refuse.New(refuse.Conflict, "Revision %s of %s is obsolete since %s: order %s must be built to another.", l.Revision, l.PartNumber, rev.ObsoletedAt, c.Order).At("order")
		}
	}
	seal, err := doc.seal()
	if err != nil {
		return nil, err
	}
	facts := []journal.Fact{{At: c.At, What: &OrderReleased{Order: c.Order, Seal: seal, Header: doc.Header, Tracking: doc.Lines[0].Tracking}}}
	for i := range doc.Lines {
		facts = append(facts, journal.Fact{At: c.At, What: &OrderListed{Order: c.Order, Line: &doc.Lines[i]}})
	}
	for i := range doc.Totals {
		facts = append(facts, journal.Fact{At: c.At, What: &OrderListed{Order: c.Order, Total: &doc.Totals[i]}})
	}
	return facts, nil
}

// Draft is the order BOM as a release would seal it now.
func Draft(set *store.Set, o Order) (OrderBOM, error) {
	doc, err := draft(set, o)
	if err != nil {
		return doc, err
	}
	return doc, doc.hash()
}

// draft is Draft without the hashes.
func draft(set *store.Set, o Order) (OrderBOM, error) {
	nodes, err := bom.Explode(set, o.PartNumber, o.Revision)
	if err != nil {
		return OrderBOM{}, err
	}
	rule, err := parseSerialize(o.Serialize)
	if err != nil {
		return OrderBOM{}, err
	}
	doc := OrderBOM{Header: header(set, &o), Lines: make([]SealedLine, len(nodes)), Totals: []SealedTotal{}}
	d := drafter{set: set, nodes: nodes, rule: rule, lines: doc.Lines, batch: o.Quantity.Rat(),
		net: make([]*big.Rat, len(nodes)), owner: make([]*big.Rat, len(nodes))}
	for i := range nodes {
		if err := d.line(i); err != nil {
			return OrderBOM{}, err
		}
	}
	if doc.Totals, err = d.totals(); err != nil {
		return OrderBOM{}, err
	}
	return doc, nil
}

func header(set *store.Set, o *Order) Header {
	h := Header{
		Documents: catalog.DocumentsOfOrder(set, o.Order),
		Order:     o.Order, PartNumber: o.PartNumber, Revision: o.Revision, Quantity: o.Quantity, Lot: o.Lot, Serialize: o.Serialize,
		Customer: o.Customer, Project: o.Project, ReleasedAt: o.ReleasedAt, Properties: map[string]string{},
	}
	_ = json.Unmarshal([]byte(o.Properties), &h.Properties) // written by this package
	return h
}

// drafter makes the lines of an order BOM from an exploded BOM. Amounts are
// exact fractions until they are written down.
type drafter struct {
	set   *store.Set
	nodes []bom.Node
	rule  serializeRule
	lines []SealedLine
	batch *big.Rat
	net   []*big.Rat // for the order
	owner []*big.Rat // for one of the owner
}

func (d *drafter) line(i int) error {
	n := &d.nodes[i]
	l := &d.lines[i]
	*l = SealedLine{
		Line: int64(i), Level: int64(n.Level), FindNumber: n.FindNumber, ParentLine: int64(n.Parent), PartNumber: n.Item.PartNumber,
		Name: n.Item.Name, Revision: n.Rev.Revision, RevisionRule: n.RevisionRule, QuantityPer: n.Quantity, UOM: n.Item.UOM,
		Tracking: d.tracking(n), Source: n.Item.Source, Phantom: n.Phantom, Optional: n.Optional, ScrapPercent: n.Scrap,
		Designators: designators(n.Designators), Substitutes: n.Subs(), Properties: map[string]string{},
		Documents: []string{}, Inspections: []string{}, Operations: []string{},
	}
	if l.Substitutes == nil {
		l.Substitutes = []bom.Substitute{}
	}
	if n.Operation != "" {
		l.Operations = []string{n.Operation}
	}
	l.Properties = catalog.Properties(&n.Item, &n.Rev)
	l.Documents = catalog.DocumentsOf(d.set, n.Item.PartNumber, n.Rev.Revision)
	for _, p := range catalog.PlansOf(d.set, n.Item.PartNumber) {
		for _, ch := range p.Characteristics() {
			l.Inspections = append(l.Inspections, sealedCheck(p, &ch))
		}
	}
	l.Blown = i > 0 && (n.Phantom || n.Item.Source == catalog.Make && n.HasLines && l.Tracking == catalog.None)
	if i == 0 {
		d.net[0], d.owner[0] = d.batch, big.NewRat(1, 1)
		l.Quantity, l.PerOwner = quantity.Quantity(0), quantity.One
		l.ParentLine = -1
		var err error
		l.Quantity, err = quantity.FromRat(d.batch, true)
		return err
	}
	return d.below(i, n, l)
}

// Inspection is a characteristic of an inspection plan as an order BOM seals it.
type Inspection struct {
	Plan  string `json:"plan"`
	Stage string `json:"stage"`
	catalog.Characteristic
}

// sealedCheck is a check as text: its JSON.
func sealedCheck(p *catalog.PlanRow, ch *catalog.Characteristic) string {
	return encode(Inspection{p.Plan, p.Stage, *ch})
}

// Inspections are the inspections that a line of an order BOM asks for.
func (l *Line) Inspections() (all []Inspection) {
	if strings.Contains(l.Body, `"inspections":[]`) {
		return nil
	}
	var body struct {
		Inspections []string `json:"inspections"`
	}
	_ = json.Unmarshal([]byte(l.Body), &body) // written by this package
	for _, text := range body.Inspections {
		var c Inspection
		if json.Unmarshal([]byte(text), &c) == nil {
			all = append(all, c)
		}
	}
	return all
}

// Steps are the operations that a line of an order BOM goes in at.
func (l *Line) Steps() []string {
	if strings.Contains(l.Body, `"operations":[]`) {
		return nil
	}
	var body struct {
		Operations []string `json:"operations"`
	}
	_ = json.Unmarshal([]byte(l.Body), &body) // written by this package
	return body.Operations
}

// below fills in what a line has from the line above it.
func (d *drafter) below(i int, n *bom.Node, l *SealedLine) error {
	above := &d.lines[n.Parent]
	l.Parent = above.PartNumber
	l.OwnerLine, l.OwnerPart, l.Position = above.Line, above.PartNumber, n.FindNumber
	d.owner[i] = n.Per
	if above.Blown {
		l.OwnerLine, l.OwnerPart, l.Position = above.OwnerLine, above.OwnerPart, above.Position+"/"+n.FindNumber
		d.owner[i] = new(big.Rat).Mul(d.owner[n.Parent], n.Per)
	}
	d.net[i] = new(big.Rat).Mul(d.net[n.Parent], n.Per)
	var err error
	if l.PerOwner, err = quantity.FromRat(d.owner[i], true); err == nil {
		l.Quantity, err = quantity.FromRat(d.net[i], true)
	}
	return err
}

// tracking is how the order follows the item: as the item says, or more.
func (d *drafter) tracking(n *bom.Node) string {
	asked := n.Item.Source == catalog.Make && !n.Phantom && n.Level < d.rule.levels || d.rule.items[n.Item.PartNumber]
	if asked && rank[n.Item.Tracking] < rank[catalog.BySerial] {
		return catalog.BySerial
	}
	return n.Item.Tracking
}

// totals flattens the lines: one row per item revision, without the top and
// without phantoms.
func (d *drafter) totals() ([]SealedTotal, error) {
	flat, err := bom.Totals(d.nodes, d.batch)
	all := make([]SealedTotal, len(flat))
	for i, t := range flat {
		all[i] = SealedTotal{PartNumber: t.PartNumber, Revision: t.Revision, UOM: t.UOM, Source: t.Source, Quantity: t.Net, QuantityGross: t.Gross}
	}
	return all, err
}
