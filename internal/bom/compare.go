package bom

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// The kinds of differences.
const (
	Added   = "added"
	Dropped = "dropped"
	Altered = "changed"
)

// Difference is something that one revision of an item has otherwise than
// another.
type Difference struct {
	About      string `json:"about"` // line, property, document
	FindNumber string `json:"find_number,omitempty"`
	Component  string `json:"component,omitempty"`
	Name       string `json:"name,omitempty"` // of the property or document
	Change     string `json:"change"`         // added, dropped, changed
	Field      string `json:"field,omitempty"`
	Before     string `json:"before"`
	After      string `json:"after"`
}

func (d Difference) String() string {
	where := d.About + " " + d.Name
	if d.About == "line" {
		where = "line " + d.FindNumber + " " + d.Component
	}
	switch d.Change {
	case Added:
		return where + ": added " + d.After
	case Dropped:
		return where + ": dropped " + d.Before
	}
	return strings.TrimSpace(where+": "+d.Field) + " " + shown(d.After) + ", was " + shown(d.Before)
}

func shown(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// Compared is what differs between two revisions of an item.
type Compared struct {
	PartNumber string       `json:"part_number"`
	From       string       `json:"from"`
	To         string       `json:"to"`
	Same       int          `json:"same"` // lines that are equal in both
	Changes    []Difference `json:"changes"`
}

// Compare compares two revisions of an item: the lines directly below it, its
// designed properties, and its documents. Lines belong together that have the
// same component at the same find number; then those of the same component at
// another; then those of another component at the same find number.
func Compare(tx *store.Tx, company, part, from, to string) (Compared, error) {
	c := Compared{PartNumber: part, From: from, To: to, Changes: []Difference{}}
	set := store.NewSet(tx, company)
	if _, err := catalog.FindItem(set, part); err != nil {
		return c, atField("part_number", err)
	}
	var revs [2]catalog.Revision
	for i, name := range []string{"from", "to"} {
		revision := []string{from, to}[i]
		if revision == "" {
			return c, refuse.New(refuse.Invalid, "Name the two revisions of %s that are compared.", part).At(name)
		}
		var err error
		if revs[i], err = catalog.FindRevision(set, part, revision); err != nil {
			return c, atField(name, err)
		}
	}
	before := byParent.All(set, parentKey{part, from})
	after := byParent.All(set, parentKey{part, to})
	c.lines(before, after)
	c.properties(revs[0].Properties, revs[1].Properties)
	c.documents(catalog.DocumentsFor(set, part, from), catalog.DocumentsFor(set, part, to))
	return c, nil
}

func (c *Compared) lines(before, after []*Row) {
	with := pair(before, after)
	for _, row := range before {
		if !slices.Contains(slices.Collect(maps.Values(with)), row) {
			c.Changes = append(c.Changes, Difference{About: "line", FindNumber: row.FindNumber, Component: row.Component, Change: Dropped, Before: row.text()})
		}
	}
	for _, row := range after {
		old := with[row]
		if old == nil {
			c.Changes = append(c.Changes, Difference{About: "line", FindNumber: row.FindNumber, Component: row.Component, Change: Added, After: row.text()})
			continue
		}
		changed := len(c.Changes)
		a, b := old.fields(), row.fields()
		for i := range a {
			if a[i][1] != b[i][1] {
				c.Changes = append(c.Changes, Difference{About: "line", FindNumber: row.FindNumber, Component: row.Component, Change: Altered,
					Field: a[i][0], Before: a[i][1], After: b[i][1]})
			}
		}
		if len(c.Changes) == changed {
			c.Same++
		}
	}
}

// pair finds for each line of after the one of before that it belongs to.
func pair(before, after []*Row) map[*Row]*Row {
	with, taken := map[*Row]*Row{}, map[*Row]bool{}
	for _, same := range []func(a, b *Row) bool{
		func(a, b *Row) bool { return a.FindNumber == b.FindNumber && a.Component == b.Component },
		func(a, b *Row) bool { return a.Component == b.Component && a.Designators == b.Designators },
		func(a, b *Row) bool { return a.Component == b.Component },
		func(a, b *Row) bool { return a.FindNumber == b.FindNumber },
	} {
		for _, b := range after {
			if with[b] != nil {
				continue
			}
			for _, a := range before {
				if !taken[a] && same(a, b) {
					with[b], taken[a] = a, true
					break
				}
			}
		}
	}
	return with
}

// fields are the names and texts of what a line says, in the order in which
// differences are told.
func (r *Row) fields() [][2]string {
	return [][2]string{
		{"find_number", r.FindNumber}, {"component", r.Component}, {"component_revision", r.ComponentRevision}, {"revision_rule", r.RevisionRule},
		{"quantity", r.Quantity.String()}, {"reference_designators", r.Designators}, {"substitutes", substitutesText(r.Subs())},
		{"scrap_percent", r.Scrap.String()}, {"phantom", yesNo(r.Phantom)}, {"optional", yesNo(r.Optional)}, {"operation", r.Operation},
	}
}

func (r *Row) text() string { return r.Quantity.String() + " of " + r.Component }

func yesNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

func substitutesText(all []Substitute) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = s.String()
	}
	return strings.Join(texts, "; ")
}

func (c *Compared) properties(before, after string) {
	var a, b map[string]string
	_ = json.Unmarshal([]byte(before), &a) // written by the catalog
	_ = json.Unmarshal([]byte(after), &b)
	for _, name := range slices.Sorted(maps.Keys(merged(a, b))) {
		c.named("property", name, a[name], b[name])
	}
}

func merged(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, b)
	return all
}

// named compares what has a name and a text: no text is not there.
func (c *Compared) named(about, name, before, after string) {
	change := Altered
	switch {
	case before == after:
		return
	case before == "":
		change = Added
	case after == "":
		change = Dropped
	}
	c.Changes = append(c.Changes, Difference{About: about, Name: name, Change: change, Before: before, After: after})
}

// documents compares the documents by their numbers.
func (c *Compared) documents(before, after []*catalog.Document) {
	a, b := byNumber(before), byNumber(after)
	for _, number := range slices.Sorted(maps.Keys(merged(a, b))) {
		c.named("document", number, a[number], b[number])
	}
}

func byNumber(all []*catalog.Document) map[string]string {
	texts := map[string][]string{}
	for _, d := range all {
		texts[d.Document] = append(texts[d.Document], d.Text())
	}
	joined := map[string]string{}
	for number, each := range texts {
		joined[number] = strings.Join(each, ", ")
	}
	return joined
}
