package web

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"lotline/internal/trace"
)

// stream is the flow from what a question starts from to the customers: how many
// objects of each item, and at whom.
type stream struct {
	Nodes []streamNode `json:"nodes"`
	Links []streamLink `json:"links"`

	node  map[string]string             // of an object
	known map[string]bool               // nodes
	count map[[2]string]map[string]bool // from and to: what flows
	depth map[string]int                // of an object
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
	s := stream{Nodes: []streamNode{}, Links: []streamLink{}, node: map[string]string{}, known: map[string]bool{}, count: map[[2]string]map[string]bool{}, depth: map[string]int{}}
	if start != "" {
		s.node[start] = s.add("0 "+start, short(start), "start")
	}
	for _, o := range objects {
		s.depth[o.Ref] = o.Depth
		switch {
		case o.Removed:
		case o.Depth == 0:
			s.node[o.Ref] = s.add("0 "+o.Ref, short(o.Ref), "start")
		default:
			s.node[o.Ref] = s.add(fmt.Sprintf("%d %s", o.Depth, o.PartNumber), o.PartNumber, "part")
		}
	}
	entered := map[string]bool{}
	for _, e := range edges {
		if e.EndedAt == 0 && s.depth[e.From] < s.depth[e.To] && e.Kind != "member_of" && e.Kind != "order_lot" {
			s.link(s.node[e.From], s.node[e.To], e.To)
			entered[e.To] = true // an order's lot is listed and not walked through
		}
	}
	for _, o := range objects {
		if o.Depth == 0 || entered[o.Ref] {
			s.toCustomer(o)
		}
	}
	linked := map[string]bool{}
	for _, key := range slices.SortedFunc(maps.Keys(s.count), func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) }) {
		s.Links = append(s.Links, streamLink{key[0], key[1], len(s.count[key])})
		linked[key[0]], linked[key[1]] = true, true
	}
	s.Nodes = slices.DeleteFunc(s.Nodes, func(n streamNode) bool { return !linked[n.Name] })
	return s
}

// toCustomer leads an outermost object to its customer, or to where it is.
func (s *stream) toCustomer(o trace.Object) {
	if s.node[o.Ref] == "" || o.Top != "" && o.Top != o.Ref {
		return
	}
	switch {
	case o.Customer != "":
		s.link(s.node[o.Ref], s.add("customer "+o.Customer, o.Customer, "customer"), o.Ref)
	case len(o.Places) > 0 && o.Depth > 0:
		s.link(s.node[o.Ref], s.add("place "+o.Places[0].State, words(o.Places[0].State), "place"), o.Ref)
	}
}

func (s *stream) add(name, label, class string) string {
	if !s.known[name] {
		s.known[name] = true
		s.Nodes = append(s.Nodes, streamNode{name, label, class})
	}
	return name
}

func (s *stream) link(from, to, what string) {
	if from == "" || to == "" || from == to {
		return
	}
	key := [2]string{from, to}
	if s.count[key] == nil {
		s.count[key] = map[string]bool{}
	}
	s.count[key][what] = true
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
