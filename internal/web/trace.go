package web

import (
	"net/url"
	"strings"

	"lotline/internal/trace"
)

// tracePage is one direction of an object's genealogy: sentence, picture,
// unfolding table, list.
type tracePage struct {
	*trace.Answer
	Shown        []trace.Object
	Tree         []branch
	TreeCut      bool
	Picture      picture
	Source, Flow string
	AsOf         string
	KnownAt      string
	CSV, XLSX    string
	JSON         string
}

// branch is an object in the unfolding table with what it is connected to.
type branch struct {
	trace.Object
	Edge     trace.Edge
	Children []branch
	Again    bool // it stands above already
}

// Limits of the page: an export has all.
const (
	objectsShown = 400
	treeMax      = 1_500
)

func (s *site) trace(a *asked) (page, error) {
	if strings.TrimSpace(a.value("object")) == "" {
		return page{Title: "Trace", Area: "stock", Body: tracePage{}}, nil
	}
	q, err := trace.ReadQuestion(a.tx, a.company, a.value)
	if err != nil {
		return page{}, err
	}
	o, err := a.named(strings.TrimSpace(a.value("object")), nil)
	if err != nil {
		return page{}, err
	}
	ask := trace.Forward
	if a.value("direction") == "backward" {
		ask = trace.Backward
	}
	answer, err := ask(a.tx, a.company, o.Ref(), q)
	if err != nil {
		return page{}, err
	}
	if format := a.value("format"); format == "csv" || format == "xlsx" {
		return a.traced(answer)
	}
	t := tracePage{Answer: answer, AsOf: a.value("as_of"), KnownAt: a.value("known_at"), Shown: answer.Objects[:min(len(answer.Objects), objectsShown)]}
	own := url.Values{"object": {o.Ref()}, "direction": {answer.Direction}}
	for _, name := range []string{"as_of", "known_at"} {
		if text := a.value(name); text != "" {
			own.Set(name, text)
		}
	}
	t.Source, t.Flow = "/picture?"+own.Encode(), "/flow?"+own.Encode()
	t.CSV, t.XLSX = with("/trace?"+own.Encode(), "format", "csv"), with("/trace?"+own.Encode(), "format", "xlsx")
	t.JSON = "/api/v1/trace/" + answer.Direction + "?" + own.Encode()
	t.Tree, t.TreeCut = unfold(answer)
	self := trace.Object{Ref: answer.Object}
	if answer.Direction == "backward" {
		t.Picture = draw(self, answer, nil, nil)
	} else {
		t.Picture = draw(self, nil, answer, nil)
	}
	return page{Title: "Trace of " + short(answer.Object), Area: "stock", Body: t}, nil
}

// unfold makes a tree of an answer: what stands twice is unfolded once, so that
// it ends on any graph.
func unfold(answer *trace.Answer) (tree []branch, cut bool) {
	objects := map[string]trace.Object{}
	for _, o := range answer.Objects {
		objects[o.Ref] = o
	}
	next := map[string][]trace.Edge{}
	for _, e := range answer.Edges {
		if e.Kind == "member_of" || e.Kind == "order_lot" {
			continue
		}
		if answer.Direction == "backward" {
			next[e.To] = append(next[e.To], e)
		} else {
			next[e.From] = append(next[e.From], e)
		}
	}
	seen := map[string]bool{answer.Object: true}
	left := treeMax
	var grow func(ref string, depth int) []branch
	grow = func(ref string, depth int) (all []branch) {
		for _, e := range next[ref] {
			other := e.To
			if answer.Direction == "backward" {
				other = e.From
			}
			o, ok := objects[other]
			if !ok {
				continue
			}
			if left--; left < 0 || depth > depthMax {
				cut = true
				return all
			}
			b := branch{Object: o, Edge: e, Again: seen[other]}
			if !b.Again {
				seen[other] = true
				b.Children = grow(other, depth+1)
			}
			all = append(all, b)
		}
		return all
	}
	return grow(answer.Object, 1), cut
}

// depthMax is how deep the page unfolds.
const depthMax = 60

// traced is an answer as a list, for its export.
func (a *asked) traced(answer *trace.Answer) (page, error) {
	l, _ := a.list(listing{Title: "Trace", Columns: []column{{Title: "depth"}, {Title: "ref"}, {Title: "part_number"}, {Title: "revision"}, {Title: "certainty"}, {Title: "removed"},
		{Title: "quantity_min"}, {Title: "quantity_max"}, {Title: "places"}, {Title: "end"}, {Title: "customer"}, {Title: "system"}}})
	for _, o := range answer.Objects {
		states := make([]string, len(o.Places))
		for i, p := range o.Places {
			states[i] = p.State
		}
		removed := ""
		if o.Removed {
			removed = "true"
		}
		l.row(number(int64(o.Depth)), text(o.Ref), text(o.PartNumber), text(o.Revision), text(o.Certainty), text(removed), amount(o.QuantityMin), amount(o.QuantityMax), text(strings.Join(states, ", ")), text(o.End), text(o.Customer), text(o.System))
	}
	return l.end("")
}
