package bom

import (
	"cmp"
	"math/big"
	"slices"

	"lotline/internal/catalog"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Used is where an item is used, as designed.
type Used struct {
	PartNumber string     `json:"part_number"`
	Revision   string     `json:"revision"` // empty: any
	UOM        string     `json:"uom"`
	Lines      []UsedLine `json:"lines"` // level by level upwards, every way up to its end; none when only the tops were asked for
	Tops       []UsedTop  `json:"tops"`  // what nothing else takes
}

// UsedLine is a line of a BOM that takes the item, or what the item is in.
type UsedLine struct {
	Level         int               `json:"level"` // 1: the item itself goes into it
	PartNumber    string            `json:"part_number"`
	Name          string            `json:"name"`
	Revision      string            `json:"revision"`
	Status        string            `json:"status"`
	FindNumber    string            `json:"find_number"`
	Component     string            `json:"component"` // what goes into it on this way
	ComponentRule string            `json:"revision_rule"`
	Quantity      quantity.Quantity `json:"quantity"`     // of the component in one of it
	InOne         quantity.Quantity `json:"quantity_per"` // of the item in one of it on this way, rounded up to a millionth
	Designators   string            `json:"reference_designators"`
	Phantom       bool              `json:"phantom"`
	Optional      bool              `json:"optional"`
	Substitute    bool              `json:"substitute"` // the item may take the place of what the first line asks for
	Top           bool              `json:"top"`        // nothing takes it
}

// UsedTop is an item revision that contains the item and goes into nothing.
type UsedTop struct {
	PartNumber string            `json:"part_number"`
	Name       string            `json:"name"`
	Revision   string            `json:"revision"`
	Status     string            `json:"status"`
	Quantity   quantity.Quantity `json:"quantity_per"` // in one of it, over all ways; as a substitute: wherever it may be taken
	Substitute bool              `json:"substitute"`
}

// revisionOf is an item in one of its revisions; an empty revision is any.
type revisionOf struct{ part, revision string }

// use is one way up: a line, and the amount of what is below it.
type use struct {
	row Row
	per *big.Rat
}

// climb looks upwards through the BOMs.
type climb struct {
	tx      *store.Tx
	company string
	set     *store.Set
	above   map[revisionOf][]use
	lines   int
}

func newClimb(tx *store.Tx, company string) *climb {
	return &climb{tx: tx, company: company, set: store.NewSet(tx, company), above: map[revisionOf][]use{}}
}

// AskWhereUsed finds where an item goes, every level up, in every revision of
// what it goes into. A line that names no revision of its component takes the
// released one that was defined last. With a revision it counts only the lines
// that take that one; with top it answers only the tops.
func AskWhereUsed(tx *store.Tx, company, part, revision string, top bool) (Used, error) {
	c := newClimb(tx, company)
	item, err := catalog.FindItem(c.set, part)
	if err != nil {
		return Used{}, atField("part_number", err)
	}
	if revision != "" {
		if _, err := catalog.FindRevision(c.set, part, revision); err != nil {
			return Used{}, atField("revision", err)
		}
	}
	u := Used{PartNumber: part, Revision: revision, UOM: item.UOM, Lines: []UsedLine{}, Tops: []UsedTop{}}
	start := revisionOf{part, revision}
	direct, err := c.uses(start)
	if err != nil {
		return u, err
	}
	replacing, err := c.substituted(part)
	if err != nil {
		return u, err
	}
	for _, from := range []struct {
		uses       []use
		substitute bool
	}{{direct, false}, {replacing, true}} {
		if !top {
			way := path{item: start, per: big.NewRat(1, 1), substitute: from.substitute}
			if err := c.list(&u, way, from.uses); err != nil {
				return u, err
			}
		}
		if err := c.tops(&u, start, from.uses, from.substitute); err != nil {
			return u, err
		}
	}
	return u, nil
}

// uses are the lines that take an item revision.
func (c *climb) uses(below revisionOf) ([]use, error) {
	if known, ok := c.above[below]; ok {
		return known, nil
	}
	rows, err := lines.Select(c.tx, c.company, `component = $2`, below.part)
	if err != nil {
		return nil, err
	}
	current, err := catalog.CurrentRevision(c.set, below.part, "")
	if err != nil {
		return nil, err
	}
	all := []use{}
	for _, row := range rows {
		if below.revision == "" || below.revision == cmp.Or(row.ComponentRevision, current.Revision) {
			all = append(all, use{row, row.Quantity.Rat()})
		}
	}
	c.above[below] = all
	return all, nil
}

// substituted are the lines whose component an item may replace.
func (c *climb) substituted(part string) ([]use, error) {
	found, err := substitutes.Select(c.tx, c.company, `substitute = $2`, part)
	if err != nil {
		return nil, err
	}
	var all []use
	for _, s := range found {
		rows, err := lines.Select(c.tx, c.company, `parent = $2 AND revision = $3 AND line = $4`, s.Parent, s.Revision, s.Line)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			all = append(all, use{row, new(big.Rat).Mul(row.Quantity.Rat(), s.Ratio.Rat())})
		}
	}
	return all, nil
}

// path is a way up from the item.
type path struct {
	item       revisionOf
	level      int
	per        *big.Rat
	substitute bool
}

// list lists the lines above, depth first.
func (c *climb) list(u *Used, way path, uses []use) error {
	for _, one := range uses {
		if c.lines++; c.lines > NodesMax {
			return refuse.New(refuse.TooLarge, "%s is used in more than %d places: ask for the tops only.", u.PartNumber, NodesMax)
		}
		up := path{revisionOf{one.row.Parent, one.row.Revision}, way.level + 1, new(big.Rat).Mul(way.per, one.per), way.substitute}
		line, err := c.line(&one.row, &up)
		if err != nil {
			return err
		}
		above, err := c.uses(up.item)
		if err != nil {
			return err
		}
		line.Top = len(above) == 0
		u.Lines = append(u.Lines, line)
		if err := c.list(u, up, above); err != nil {
			return err
		}
	}
	return nil
}

func (c *climb) line(row *Row, up *path) (UsedLine, error) {
	item, rev, err := c.named(up.item)
	if err != nil {
		return UsedLine{}, err
	}
	inOne, err := quantity.FromRat(up.per, true)
	return UsedLine{Level: up.level, PartNumber: row.Parent, Name: item.Name, Revision: row.Revision, Status: rev.Status,
		FindNumber: row.FindNumber, Component: row.Component, ComponentRule: row.RevisionRule, Quantity: row.Quantity, InOne: inOne,
		Designators: row.Designators, Phantom: row.Phantom, Optional: row.Optional, Substitute: up.substitute}, err
}

func (c *climb) named(r revisionOf) (catalog.Item, catalog.Revision, error) {
	item, err := catalog.FindItem(c.set, r.part)
	if err != nil {
		return item, catalog.Revision{}, err
	}
	rev, err := catalog.FindRevision(c.set, r.part, r.revision)
	return item, rev, err
}

// tops sums the amounts over all ways up: each item revision is looked at once,
// after everything below it.
func (c *climb) tops(u *Used, start revisionOf, first []use, substitute bool) error {
	ways := map[revisionOf][]use{start: first}
	waits := map[revisionOf]int{} // lines below that are not counted yet
	for queue := []revisionOf{start}; len(queue) > 0; queue = queue[1:] {
		for _, one := range ways[queue[0]] {
			up := revisionOf{one.row.Parent, one.row.Revision}
			waits[up]++
			if _, seen := ways[up]; seen {
				continue
			}
			above, err := c.uses(up)
			if err != nil {
				return err
			}
			ways[up] = above
			queue = append(queue, up)
		}
	}
	per := map[revisionOf]*big.Rat{start: big.NewRat(1, 1)}
	for ready := []revisionOf{start}; len(ready) > 0; ready = ready[1:] {
		below := ready[0]
		for _, one := range ways[below] {
			up := revisionOf{one.row.Parent, one.row.Revision}
			if per[up] == nil {
				per[up] = new(big.Rat)
			}
			per[up].Add(per[up], new(big.Rat).Mul(per[below], one.per))
			if waits[up]--; waits[up] == 0 {
				ready = append(ready, up)
			}
		}
		if len(ways[below]) > 0 || below == start {
			continue
		}
		item, rev, err := c.named(below)
		if err != nil {
			return err
		}
		q, err := quantity.FromRat(per[below], true)
		if err != nil {
			return err
		}
		u.Tops = append(u.Tops, UsedTop{below.part, item.Name, below.revision, rev.Status, q, substitute})
	}
	slices.SortFunc(u.Tops, func(a, b UsedTop) int {
		return cmp.Or(cmp.Compare(a.PartNumber, b.PartNumber), cmp.Compare(a.Revision, b.Revision))
	})
	return nil
}
