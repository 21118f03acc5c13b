package trace

import (
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Filled is what fills a position.
type Filled struct {
	Ref       string            `json:"ref"`
	Quantity  quantity.Quantity `json:"quantity"`
	Certainty string            `json:"certainty"`
	Removed   bool              `json:"removed"`
	Unit      *Unit             `json:"unit,omitempty"` // in a serialized BOM

	substitute bool
	deviation  bool
	part       string
	from       *node
	at         moment.Time // when it went in
}

// Position is a place of a unit's order BOM with what fills it.
type Position struct {
	FindNumber string            `json:"find_number"`
	PartNumber string            `json:"part_number"`
	Quantity   quantity.Quantity `json:"quantity"`
	Filled     []Filled          `json:"filled"`
	By         string            `json:"by"`
	Difference string            `json:"difference"`
}

// Unit is a unit as it was built.
type Unit struct {
	Object      string     `json:"object"`
	State       string     `json:"state"`
	Order       string     `json:"order"`
	Seal        string     `json:"seal"`
	Positions   []Position `json:"positions"`
	Unexplained int        `json:"unexplained"`
}

// ShowUnit is a unit with what fills each position of its order BOM, and each
// difference named.
func ShowUnit(tx *store.Tx, company, object string, q Question) (*Unit, error) {
	row, err := Resolve(tx, company, object)
	if err != nil {
		return nil, err
	}
	if row.Kind != genealogy.UnitKind {
		return nil, refuse.New(refuse.Invalid, "%s is a lot: ask lot show about it.", row.Object().Ref())
	}
	return showUnit(tx, company, row, q)
}

func showUnit(tx *store.Tx, company string, row genealogy.Row, q Question) (*Unit, error) {
	n, err := load(tx, company, q, false, []int64{row.ID})
	if err != nil {
		return nil, err
	}
	unit := n.nodes[row.ID]
	if unit == nil {
		return nil, refuse.New(refuse.NotFound, "%s is not recorded at the time that is asked about, or its record was voided.", row.Object())
	}
	b := builder{tx: tx, company: company, q: q, net: n, set: store.NewSet(tx, company)}
	where, err := b.findWhere([]*reached{{node: unit}})
	if err != nil {
		return nil, err
	}
	return b.unit(unit, where), nil
}

// ShowUnits are several units as ShowUnit shows each, loaded together; those
// that are not recorded at the time that is asked about are left out.
func ShowUnits(tx *store.Tx, company string, ids []int64, q Question) ([]*Unit, error) {
	n, err := load(tx, company, q, false, ids)
	if err != nil {
		return nil, err
	}
	b := builder{tx: tx, company: company, q: q, net: n, set: store.NewSet(tx, company)}
	var found []*reached
	for _, id := range ids {
		if unit := n.nodes[id]; unit != nil && unit.Kind == genealogy.UnitKind {
			found = append(found, &reached{node: unit})
		}
	}
	where, err := b.findWhere(found)
	if err != nil {
		return nil, err
	}
	all := make([]*Unit, len(found))
	for i, r := range found {
		all[i] = b.unit(r.node, where)
	}
	return all, nil
}

// unit compares a unit with its order BOM.
func (b *builder) unit(unit *node, where *whereabouts) *Unit {
	u := &Unit{Object: unit.Object().Ref(), Order: unit.Order, Positions: []Position{}, State: where.places(unit)[0].State}
	taken := map[*arc]bool{}
	if o := b.net.orders[unit.Order]; o != nil {
		u.Seal = o.Seal
		for i := range o.lines {
			line := &o.lines[i]
			if line.OwnerPart == unit.PartNumber && !line.Blown && line.Level > 0 {
				u.Positions = append(u.Positions, b.position(unit, line, taken))
			}
		}
	}
	u.extra(unit, taken)
	for _, p := range u.Positions {
		switch p.Difference {
		case genealogy.Missing, genealogy.Extra, genealogy.WrongItem, genealogy.WrongRevision, genealogy.WrongQuantity:
			u.Unexplained++
		}
	}
	return u
}

// position says what fills a line of the order BOM.
func (b *builder) position(unit *node, line *order.Line, taken map[*arc]bool) Position {
	p := Position{FindNumber: line.Position, PartNumber: line.PartNumber, Quantity: line.PerOwner, Filled: []Filled{}, By: "install"}
	var alive, most quantity.Quantity
	issued := false
	for _, a := range unit.in {
		if a.position != line.Position || a.kind != genealogy.InstallEdge && a.kind != issueArc {
			continue
		}
		taken[a] = true
		f := filled(a)
		f.substitute = f.part != line.PartNumber
		p.Filled = append(p.Filled, f)
		if a.end == never {
			alive += a.min
			most += a.max
			issued = issued || a.kind == issueArc
		}
	}
	if issued {
		p.By = "issue"
	}
	if line.Tracking == catalog.None {
		p.By = "assumption"
		return p
	}
	p.Difference = b.difference(line, p.Filled, alive, most)
	return p
}

// difference names how a position differs from its line: a substitute that the
// order BOM lists and what a deviation permits are explained.
func (b *builder) difference(line *order.Line, fill []Filled, least, most quantity.Quantity) string {
	substitute, deviation, wrong := false, false, ""
	for _, f := range fill {
		switch {
		case f.Removed:
		case f.deviation:
			deviation = true
		case f.substitute && line.Admits(f.part, f.from.Revision, f.at) == nil:
			substitute = true
		case f.substitute:
			wrong = genealogy.WrongItem
		case wrong == "" && !genealogy.Fits(b.set, line, &f.from.Row):
			wrong = genealogy.WrongRevision
		}
	}
	switch {
	case wrong != "":
		return wrong
	case most == 0 && line.Optional:
		return ""
	case most == 0:
		return genealogy.Missing
	case deviation:
		return genealogy.Deviating
	case substitute:
		return genealogy.Substitute
	case most < line.PerOwner || least > line.PerOwner:
		return genealogy.WrongQuantity
	}
	return ""
}

func filled(a *arc) Filled {
	return Filled{Ref: a.from.Object().Ref(), Quantity: a.max, Certainty: certainty(a.must), Removed: a.end != never, part: a.from.PartNumber, from: a.from, deviation: a.deviation != "", at: a.at}
}

// extra adds what stands on no line of the order BOM.
func (u *Unit) extra(unit *node, taken map[*arc]bool) {
	for _, a := range unit.in {
		if taken[a] || a.kind != genealogy.InstallEdge && a.kind != issueArc {
			continue
		}
		p := Position{FindNumber: a.position, PartNumber: a.from.PartNumber, Filled: []Filled{filled(a)}, By: "install"}
		if a.kind == issueArc {
			p.By = "issue"
		}
		if u.Order != "" && a.end == never {
			p.Difference = genealogy.Extra
			if a.deviation != "" {
				p.Difference = genealogy.Deviating
			}
		}
		u.Positions = append(u.Positions, p)
	}
}

// levelsMax bounds a serialized BOM.
const levelsMax = 1_000

// UnitBOM is the serialized BOM of a unit: each filled child with its own
// positions and its order's seal; levels 0 asks for all.
func UnitBOM(tx *store.Tx, company, object string, levels int, q Question) (*Unit, error) {
	top, err := ShowUnit(tx, company, object, q)
	if err != nil {
		return nil, err
	}
	type waiting struct {
		unit  *Unit
		level int
	}
	if levels == 0 {
		levels = levelsMax
	}
	queue := []waiting{{top, 1}}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		if next.level >= levels {
			continue
		}
		for i := range next.unit.Positions {
			fill := next.unit.Positions[i].Filled
			for j := range fill {
				if fill[j].Removed || fill[j].Ref[0] != 'u' {
					continue
				}
				row, err := Resolve(tx, company, fill[j].Ref)
				if err != nil {
					return nil, err
				}
				if fill[j].Unit, err = showUnit(tx, company, row, q); err != nil {
					return nil, err
				}
				queue = append(queue, waiting{fill[j].Unit, next.level + 1})
			}
		}
	}
	return top, nil
}

// Passport is everything about an object in one answer.
type Passport struct {
	Object   Object            `json:"object"`
	Unit     *Unit             `json:"unit,omitempty"`
	Life     []genealogy.Event `json:"life"`
	Backward *Answer           `json:"backward"`
	Forward  *Answer           `json:"forward"`
}

// ShowPassport is the passport of an object: both traces, life line, quality.
func ShowPassport(tx *store.Tx, company, object string, q Question) (*Passport, error) {
	row, err := Resolve(tx, company, object)
	if err != nil {
		return nil, err
	}
	q.Full = true
	self, err := Reach(tx, company, map[int64]bool{row.ID: false}, q)
	if err != nil {
		return nil, err
	}
	if len(self.Objects) == 0 {
		return nil, refuse.New(refuse.NotFound, "%s is not recorded at the time that is asked about, or its record was voided.", row.Object())
	}
	p := &Passport{Object: self.Objects[0]}
	if row.Kind == genealogy.UnitKind {
		if p.Unit, err = showUnit(tx, company, row, q); err != nil {
			return nil, err
		}
	}
	if p.Life, err = genealogy.LifeLine(tx, company, row.ID); err != nil {
		return nil, err
	}
	ref := row.Object().Ref()
	if p.Backward, err = Backward(tx, company, ref, q); err != nil {
		return nil, err
	}
	p.Forward, err = Forward(tx, company, ref, q)
	return p, err
}
