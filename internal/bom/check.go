package bom

import (
	"slices"
	"strconv"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/name"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Mistake is a line of a BOM that cannot be.
type Mistake struct {
	Line    int // from 0
	Refusal *refuse.Refusal
}

// Mistakes are all lines of the BOM that cannot be, with a reason each.
func (c *DefineBOM) Mistakes(set *store.Set) []Mistake {
	_, found := c.check(set)
	return found
}

// check brings the lines to their stored form and collects what is wrong.
func (c *DefineBOM) check(set *store.Set) (all []Line, found []Mistake) {
	all = make([]Line, len(c.Lines))
	finds := map[string]bool{}
	wrong := func(i int, err error) {
		if refusal, ok := refuse.As(err); ok {
			found = append(found, Mistake{i, refusal})
		}
	}
	for i, line := range c.Lines {
		err := line.clean(set, i)
		all[i] = line
		if err == nil && finds[line.FindNumber] {
			err = refuse.New(refuse.Invalid, "Find number %s stands twice in the BOM of %s: give each line its own.", line.FindNumber, c.Parent).At("find_number")
		}
		finds[line.FindNumber] = true
		wrong(i, err)
	}
	if len(found) == 0 {
		i, path := findCycle(set, c.Parent, all)
		if path != nil {
			wrong(i, refuse.New(refuse.Conflict, "The BOM would contain itself: %s. Take one of these out of the other.", strings.Join(path, " -> ")).At("component"))
		}
	}
	return all, found
}

// clean brings a line to its stored form.
func (l *Line) clean(set *store.Set, i int) error {
	if l.FindNumber == "" {
		l.FindNumber = strconv.Itoa(10 * (i + 1))
	}
	if l.RevisionRule == "" {
		l.RevisionRule = "any"
	}
	var err error
	if l.FindNumber, err = name.Clean("find_number", l.FindNumber); err != nil {
		return err
	}
	if l.Component, err = name.Clean("component", l.Component); err != nil {
		return err
	}
	if _, err := catalog.FindItem(set, l.Component); err != nil {
		return atField("component", err)
	}
	if l.ComponentRevision != "" {
		if _, err := catalog.FindRevision(set, l.Component, l.ComponentRevision); err != nil {
			return atField("component_revision", err)
		}
	}
	if err := l.inItsUnit(set); err != nil {
		return err
	}
	switch {
	case l.Quantity <= 0:
		return refuse.New(refuse.Invalid, "Line %s needs %s of %s: the quantity must be more than 0.", l.FindNumber, l.Quantity, l.Component).At("quantity")
	case l.Scrap < 0 || l.Scrap >= quantity.Pieces(100):
		return refuse.New(refuse.Invalid, "Scrap of %s %% is not possible: it must be from 0 to under 100.", l.Scrap).At("scrap_percent")
	case l.RevisionRule != "any" && l.RevisionRule != "exact" && l.RevisionRule != "or_later":
		return refuse.New(refuse.Invalid, "revision_rule is %q: it must be any, exact or or_later.", l.RevisionRule).At("revision_rule")
	case len(l.Designators) > 0 && l.Quantity != quantity.Pieces(int64(len(l.Designators))):
		return refuse.New(refuse.Invalid, "Line %s has %d reference designators for a quantity of %s: they must be as many.", l.FindNumber, len(l.Designators), l.Quantity).At("reference_designators")
	}
	if err := l.places(); err != nil {
		return err
	}
	return l.replacements(set)
}

// inItsUnit brings a quantity that was given in another unit to the item's own.
func (l *Line) inItsUnit(set *store.Set) error {
	l.Entered = nil
	base, entered, err := catalog.Convert(set, l.Component, l.UOM, l.Quantity)
	if err != nil || entered == nil {
		return err
	}
	if entered.LeftOver != "" {
		return refuse.New(refuse.Invalid, "%s %s of %s is no exact quantity in its own unit (%s is left over): give the quantity in that.", l.Quantity, l.UOM, l.Component, entered.LeftOver).At("uom")
	}
	item, err := catalog.FindItem(set, l.Component)
	l.Quantity, l.Entered, l.UOM = base, entered, item.UOM
	return err
}

// places checks the reference designators: each stands once, and holds what
// cannot be mistaken for two.
func (l *Line) places() error {
	for i, d := range l.Designators {
		if d == "" || strings.ContainsAny(d, " ,;\t\r\n") {
			return refuse.New(refuse.Invalid, "%q is no reference designator: write each alone, such as R1.", d).At("reference_designators")
		}
		if slices.Contains(l.Designators[:i], d) {
			return refuse.New(refuse.Invalid, "Reference designator %s stands twice in line %s: each place takes one piece.", d, l.FindNumber).At("reference_designators")
		}
	}
	return nil
}

// replacements checks the substitutes.
func (l *Line) replacements(set *store.Set) error {
	l.Substitutes = slices.Clone(l.Substitutes)
	for i := range l.Substitutes {
		s := &l.Substitutes[i]
		if s.Ratio == 0 {
			s.Ratio = quantity.One
		}
		if _, err := catalog.FindItem(set, s.PartNumber); err != nil {
			return atField("substitutes", err)
		}
		if s.Revision != "" {
			if _, err := catalog.FindRevision(set, s.PartNumber, s.Revision); err != nil {
				return atField("substitutes", err)
			}
		}
		switch {
		case s.Ratio < 0:
			return refuse.New(refuse.Invalid, "The ratio of substitute %s must be more than 0.", s.PartNumber).At("substitutes")
		case s.PartNumber == l.Component && s.Revision == "":
			return refuse.New(refuse.Invalid, "%s cannot substitute for itself: name another item, or one of its revisions.", s.PartNumber).At("substitutes")
		case s.From != 0 && s.Until != 0 && s.Until < s.From:
			return refuse.New(refuse.Invalid, "Substitute %s ends on %s, before it begins on %s.", s.PartNumber, s.Until, s.From).At("substitutes")
		}
		for _, other := range l.Substitutes[:i] {
			if other.PartNumber == s.PartNumber && other.Revision == s.Revision && other.From == s.From {
				return refuse.New(refuse.Invalid, "Substitute %s stands twice in line %s: keep one.", s.PartNumber, l.FindNumber).At("substitutes")
			}
		}
	}
	return nil
}

// step is an item in a line that leads on: the revision that the line names,
// or any that can be built.
type step struct {
	revisionOf
	from *step
	line int
}

// findCycle is a way from the lines of a BOM down to its own item, with the
// line where it begins; nil when there is none. A line that names no revision
// leads to every revision that is not obsolete: any of them may be the one that
// is taken tomorrow. Substitutes lead on too.
func findCycle(set *store.Set, parent string, all []Line) (line int, path []string) {
	// What is used nowhere can only contain itself directly.
	unused := len(usedIn.All(set, parent)) == 0 && len(insteadIn.All(set, parent)) == 0
	var queue []*step
	seen := map[revisionOf]bool{}
	visit := func(to revisionOf, from *step, line int) (end *step) {
		s := &step{to, from, line}
		if to.part == parent {
			return s
		}
		if !unused && !seen[to] {
			seen[to] = true
			queue = append(queue, s)
		}
		return nil
	}
	for i, l := range all {
		end := visit(revisionOf{l.Component, l.ComponentRevision}, nil, i)
		for _, s := range l.Substitutes {
			if end == nil && s.PartNumber != l.Component {
				end = visit(revisionOf{s.PartNumber, s.Revision}, nil, i)
			}
		}
		if end != nil {
			return i, end.path(parent)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		from := queue[0]
		for _, row := range below(set, from.revisionOf) {
			end := visit(revisionOf{row.Component, row.ComponentRevision}, from, from.line)
			for _, s := range row.Subs() {
				if end == nil && s.PartNumber != row.Component {
					end = visit(revisionOf{s.PartNumber, s.Revision}, from, from.line)
				}
			}
			if end != nil {
				return end.line, end.path(parent)
			}
		}
	}
	return 0, nil
}

// below are the lines of an item revision; of every revision that can still be
// built where none is named.
func below(set *store.Set, r revisionOf) []*Row {
	if r.revision != "" {
		return byParent.All(set, parentKey{r.part, r.revision})
	}
	var all []*Row
	for _, revision := range catalog.Living(set, r.part) {
		all = append(all, byParent.All(set, parentKey{r.part, revision})...)
	}
	return all
}

// path are the part numbers from the parent to the end.
func (s *step) path(parent string) []string {
	var parts []string
	for ; s != nil; s = s.from {
		parts = append(parts, s.part)
	}
	parts = append(parts, parent)
	slices.Reverse(parts)
	return parts
}
