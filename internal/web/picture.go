package web

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/trace"
)

// picture is a genealogy drawn in layers: what went in on the left, the object
// in the middle, where it went on the right. Objects of one item, layer and
// class are one box with their count.
type picture struct {
	Width, Height int
	Boxes         []box
	Lines         []line
	Grouped       bool
}

type box struct {
	X, Y        int
	Title, Note string
	Class       string // must, may, removed, self
	Link        string
	layer       int
	key         string
	refs        []string
}

type line struct {
	X1, Y1, X2, Y2, Middle int
	Class                  string
}

// The sizes of boxes and of the space between them, in pixels.
const (
	boxWidth  = 190
	boxHeight = 44
	gapAcross = 70
	gapDown   = 14
)

func draw(self trace.Object, back, on *trace.Answer) picture {
	boxes := map[string]*box{}
	of := map[string]*box{}
	put := func(o trace.Object, layer int, class string) {
		key := fmt.Sprintf("%d %s %s %t", layer, o.PartNumber, class, o.Lot != "")
		b := boxes[key]
		if b == nil {
			b = &box{layer: layer, key: key, Class: class, Title: o.PartNumber}
			boxes[key] = b
		}
		b.refs = append(b.refs, o.Ref)
		of[o.Ref] = b
	}
	_, _, part := genealogyName(self.Ref)
	self.PartNumber = cmp.Or(self.PartNumber, part)
	put(self, 0, "self")
	var edges []trace.Edge
	for sign, a := range map[int]*trace.Answer{-1: back, 1: on} {
		if a == nil {
			continue
		}
		edges = append(edges, a.Edges...)
		for _, o := range a.Objects {
			class := o.Certainty
			if o.Removed {
				class = "removed"
			}
			if of[o.Ref] == nil {
				put(o, sign*o.Depth, class)
			}
		}
	}
	return layout(boxes, of, edges)
}

// layout places the boxes column by column and joins them.
func layout(boxes map[string]*box, of map[string]*box, edges []trace.Edge) picture {
	var p picture
	columns := map[int][]*box{}
	for _, key := range slices.Sorted(maps.Keys(boxes)) {
		b := boxes[key]
		b.finish()
		p.Grouped = p.Grouped || len(b.refs) > 1
		columns[b.layer] = append(columns[b.layer], b)
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
	seen := map[line]bool{}
	for _, e := range edges {
		from, to := of[e.From], of[e.To]
		if from == nil || to == nil || from == to || from.layer >= to.layer || e.Kind == "member_of" || e.Kind == "order_lot" {
			continue
		}
		l := line{X1: from.X + boxWidth, Y1: from.Y + boxHeight/2, X2: to.X, Y2: to.Y + boxHeight/2, Class: e.Certainty}
		if e.EndedAt != 0 {
			l.Class = "removed"
		}
		l.Middle = (l.X1 + l.X2) / 2
		if !seen[l] {
			seen[l] = true
			p.Lines = append(p.Lines, l)
		}
	}
	return p
}

func (b *box) finish() {
	_, name, _ := genealogyName(b.refs[0])
	if len(b.refs) == 1 {
		b.Note, b.Link = name, Link(b.refs[0])
		return
	}
	b.Note = fmt.Sprintf("%d objects", len(b.refs))
	b.Link = "#objects"
}

// genealogyName takes a ref apart for showing: kind, own number, part number.
func genealogyName(ref string) (kind, name, part string) {
	ways, err := genealogy.ParseRef(ref)
	if err != nil || len(ways) == 0 {
		return "", "untracked", ""
	}
	return ways[0].Kind(), ways[0].Name(), ways[0].PartNumber
}
