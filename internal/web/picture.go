package web

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/trace"
)

// picture is a genealogy drawn in layers: what went in on the left, the object
// in the middle, where it went on the right. Objects of one item, layer and
// class are one box with their count until it is unfolded.
type picture struct {
	Width, Height int
	Boxes         []box
	Lines         []line
	Grouped       bool
	Total         int
	Listed        int // objects that are in the table only
}

type box struct {
	X, Y        int
	Title, Note string
	Class       string // must, may, removed, self
	Link        string
	Count       int
	Group       string
	layer       int
	refs        []string
	id          string
}

type line struct {
	X1, Y1, X2, Y2, Middle int
	Class                  string
	from, to               *box
}

// The sizes of boxes and of the space between them, in pixels.
const (
	boxWidth  = 190
	boxHeight = 44
	gapAcross = 70
	gapDown   = 14
)

// unfoldMax is how many objects of a group are drawn one by one; the rest stay
// together in a box that says how many they are.
const unfoldMax = 60

// group is what boxes have in common.
type group struct {
	layer int
	part  string
	class string
	kind  string
}

func (g group) String() string {
	return fmt.Sprintf("%d\x1f%s\x1f%s\x1f%s", g.layer, g.part, g.class, g.kind)
}

// draw groups the objects of both directions into boxes; unfolded are the
// groups whose objects are drawn one by one.
func draw(self trace.Object, back, on *trace.Answer, unfolded []string) picture {
	groups := map[group][]string{}
	of := map[string]group{}
	kind, _, part := nameOf(self.Ref)
	put := func(ref string, g group) {
		if _, known := of[ref]; !known {
			of[ref] = g
			groups[g] = append(groups[g], ref)
		}
	}
	put(self.Ref, group{0, part, "self", kind})
	var edges []trace.Edge
	for _, side := range []struct {
		sign   int
		answer *trace.Answer
	}{{-1, back}, {1, on}} {
		if side.answer == nil {
			continue
		}
		edges = append(edges, side.answer.Edges...)
		for _, o := range side.answer.Objects {
			class, kind := o.Certainty, genealogy.UnitKind
			if o.Removed {
				class = "removed"
			}
			if o.Lot != "" {
				kind = genealogy.LotKind
			} else if o.Serial == "" {
				kind = "untracked"
			}
			put(o.Ref, group{side.sign * o.Depth, o.PartNumber, class, kind})
		}
	}
	var p picture
	p.Total = len(of)
	return p.layout(p.boxes(groups, unfolded), edges)
}

// boxes makes the boxes, and tells in which box an object is.
func (p *picture) boxes(groups map[group][]string, unfolded []string) map[string]*box {
	in := map[string]*box{}
	add := func(g group, id string, refs []string) {
		b := &box{layer: g.layer, Class: g.class, Title: g.part, Count: len(refs), Group: g.String(), refs: refs, id: id}
		_, name, _ := nameOf(refs[0])
		if b.Note, b.Link = name, Link(refs[0]); len(refs) > 1 {
			b.Note, b.Link = fmt.Sprintf("%d %ss", len(refs), cmp.Or(g.kind, "object")), "#objects"
			p.Grouped = true
		}
		if g.kind == "untracked" {
			b.Note, b.Link = "untracked", itemLink(g.part)
		}
		for _, ref := range refs {
			in[ref] = b
		}
	}
	for g, refs := range groups {
		slices.Sort(refs)
		if !slices.Contains(unfolded, g.String()) {
			add(g, g.String(), refs)
			continue
		}
		for _, ref := range refs[:min(len(refs), unfoldMax)] {
			add(g, ref, []string{ref})
		}
		if len(refs) > unfoldMax {
			add(g, g.String()+"+", refs[unfoldMax:])
		}
	}
	return in
}

// layout places the boxes column by column and joins them.
func (p picture) layout(of map[string]*box, edges []trace.Edge) picture {
	columns := map[int][]*box{}
	seen := map[*box]bool{}
	for _, ref := range slices.Sorted(maps.Keys(of)) {
		if b := of[ref]; !seen[b] {
			seen[b] = true
			columns[b.layer] = append(columns[b.layer], b)
		}
	}
	joined := joinedBoxes(of, edges)
	for layer, all := range columns {
		columns[layer] = slices.DeleteFunc(all, func(b *box) bool {
			if len(joined) > 0 && !joined[b] && b.Class != "self" {
				p.Listed += b.Count // an order's lot, which is listed and not walked through
				return true
			}
			return false
		})
		if len(columns[layer]) == 0 {
			delete(columns, layer)
		}
	}
	layers := slices.Sorted(maps.Keys(columns))
	for i, layer := range layers {
		for j, b := range columns[layer] {
			b.X, b.Y = 10+i*(boxWidth+gapAcross), 10+j*(boxHeight+gapDown)
			p.Height = max(p.Height, b.Y+boxHeight+10)
			p.Boxes = append(p.Boxes, *b)
		}
	}
	p.Width = 20 + len(layers)*(boxWidth+gapAcross) - gapAcross
	drawn := map[line]bool{}
	for _, e := range edges {
		from, to := of[e.From], of[e.To]
		if !joins(from, to, e) {
			continue
		}
		l := line{X1: from.X + boxWidth, Y1: from.Y + boxHeight/2, X2: to.X, Y2: to.Y + boxHeight/2, Class: e.Certainty, from: from, to: to}
		if e.EndedAt != 0 {
			l.Class = "removed"
		}
		l.Middle = (l.X1 + l.X2) / 2
		if !drawn[l] {
			drawn[l] = true
			p.Lines = append(p.Lines, l)
		}
	}
	return p
}

// joins says whether an edge is drawn between two boxes.
func joins(from, to *box, e trace.Edge) bool {
	return from != nil && to != nil && from != to && from.layer < to.layer && e.Kind != "member_of" && e.Kind != "order_lot"
}

func joinedBoxes(of map[string]*box, edges []trace.Edge) map[*box]bool {
	all := map[*box]bool{}
	for _, e := range edges {
		if from, to := of[e.From], of[e.To]; joins(from, to, e) {
			all[from], all[to] = true, true
		}
	}
	return all
}

// nameOf takes a ref apart for showing: kind, own number, part number.
func nameOf(ref string) (kind, name, part string) {
	ways, err := genealogy.ParseRef(ref)
	if err != nil || len(ways) == 0 {
		return "", "untracked", short(ref)
	}
	return ways[0].Kind(), ways[0].Name(), ways[0].PartNumber
}

// drawnBox and drawnLine are what script draws.
type drawnBox struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Note  string `json:"note"`
	Class string `json:"class"`
	Link  string `json:"link"`
	Group string `json:"group"`
	Count int    `json:"count"`
}

type drawnLine struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Class string `json:"class"`
	Label string `json:"label"`
}

// picture answers the boxes and lines of ?object=, in ?direction= or both, with
// the groups of ?unfold= unfolded.
func (s *site) picture(a *asked) (any, error) {
	q, err := trace.ReadQuestion(a.tx, a.company, a.value)
	if err != nil {
		return nil, err
	}
	ref, direction := a.value("object"), a.value("direction")
	var back, on *trace.Answer
	if direction != "forward" {
		if back, err = trace.Backward(a.tx, a.company, ref, q); err != nil {
			return nil, err
		}
	}
	if direction != "backward" {
		if on, err = trace.Forward(a.tx, a.company, ref, q); err != nil {
			return nil, err
		}
	}
	self := cmp.Or(back, on).Object
	p := draw(trace.Object{Ref: self}, back, on, a.URL.Query()["unfold"])
	boxes, lines := []drawnBox{}, []drawnLine{}
	for i := range p.Boxes {
		b := &p.Boxes[i]
		link := b.Link
		if strings.HasPrefix(link, "#") {
			link = ""
		}
		boxes = append(boxes, drawnBox{b.id, b.Title, b.Note, b.Class, link, b.Group, b.Count})
	}
	for _, l := range p.Lines {
		lines = append(lines, drawnLine{l.from.id, l.to.id, l.Class, ""})
	}
	return map[string]any{"boxes": boxes, "lines": lines, "total": p.Total - p.Listed}, nil
}

// queryOf is a question's own parameters, for its picture and its exports.
func queryOf(a *asked, without ...string) string {
	q := url.Values{}
	for name, all := range a.URL.Query() {
		if !slices.Contains(without, name) && name != "recorded" {
			q[name] = all
		}
	}
	return q.Encode()
}
