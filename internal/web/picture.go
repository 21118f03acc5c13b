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
	Narrow        bool // the answer is too wide to be drawn on the server
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
		if from == nil || to == nil || from == to || from.layer >= to.layer || e.Kind == "member_of" || e.Kind == "order_lot" {
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
	return map[string]any{"boxes": boxes, "lines": lines, "total": p.Total}, nil
}

// stream is the flow from what a question starts from to the customers: how many
// objects of each item, and at whom.
type stream struct {
	Nodes []streamNode `json:"nodes"`
	Links []streamLink `json:"links"`
}

type streamNode struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Class string `json:"class"`
}

type streamLink struct {
	Source string `json:"source"`
	Target string `json:"target"`
	Value  int    `json:"value"`
}

// flowOf counts what an answer's objects go into: item by item through the
// depths, and from the outermost to their customers.
func flowOf(start string, objects []trace.Object, edges []trace.Edge) stream {
	node := map[string]string{}
	s := stream{Nodes: []streamNode{}, Links: []streamLink{}}
	known := map[string]bool{}
	add := func(name, label, class string) string {
		if !known[name] {
			known[name] = true
			s.Nodes = append(s.Nodes, streamNode{name, label, class})
		}
		return name
	}
	depth := map[string]int{}
	if start != "" {
		node[start] = add("0 "+start, short(start), "start")
	}
	for _, o := range objects {
		depth[o.Ref] = o.Depth
		if o.Removed {
			continue
		}
		if o.Depth == 0 {
			node[o.Ref] = add("0 "+o.Ref, short(o.Ref), "start")
			continue
		}
		node[o.Ref] = add(fmt.Sprintf("%d %s", o.Depth, o.PartNumber), o.PartNumber, "part")
	}
	count := map[[2]string]map[string]bool{}
	link := func(from, to, what string) {
		if from == "" || to == "" || from == to {
			return
		}
		key := [2]string{from, to}
		if count[key] == nil {
			count[key] = map[string]bool{}
		}
		count[key][what] = true
	}
	for _, e := range edges {
		if e.EndedAt == 0 && depth[e.From] < depth[e.To] && e.Kind != "member_of" && e.Kind != "order_lot" {
			link(node[e.From], node[e.To], e.To)
		}
	}
	for _, o := range objects {
		if node[o.Ref] == "" || o.Top != "" && o.Top != o.Ref {
			continue
		}
		switch {
		case o.Customer != "":
			link(node[o.Ref], add("customer "+o.Customer, o.Customer, "customer"), o.Ref)
		case len(o.Places) > 0 && o.Depth > 0:
			link(node[o.Ref], add("place "+o.Places[0].State, words(o.Places[0].State), "place"), o.Ref)
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(count), func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) }) {
		s.Links = append(s.Links, streamLink{key[0], key[1], len(count[key])})
	}
	return s
}

// flow is the flow forward of ?object=.
func (s *site) flow(a *asked) (any, error) {
	q, err := trace.ReadQuestion(a.tx, a.company, a.value)
	if err != nil {
		return nil, err
	}
	on, err := trace.Forward(a.tx, a.company, a.value("object"), q)
	if err != nil {
		return nil, err
	}
	return flowOf(on.Object, on.Objects, on.Edges), nil
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
