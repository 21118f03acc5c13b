package graph

import (
	"fmt"
	"slices"
)

// findingsMax ends a comparison: what is wrong throughout need not be said
// throughout.
const findingsMax = 20

// Compare says where one view tells something else than another that was made
// of the same facts.
func Compare(got, want *View) []string {
	c := comparison{got: got, want: want}
	if got.objects.n != want.objects.n || got.edges.n != want.edges.n {
		c.say("%d objects and %d edges, not %d and %d", got.objects.n, got.edges.n, want.objects.n, want.edges.n)
		return c.found
	}
	for i := range want.objects.n {
		c.object(i)
		if len(c.found) >= findingsMax {
			return c.found
		}
	}
	for i := range want.orders.n {
		name := want.words.all[want.orders.get(i, orderName)]
		c.order(name)
	}
	return c.found
}

type comparison struct {
	got, want *View
	found     []string
}

func (c *comparison) say(text string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(text, args...))
}

// each compares what both list of something.
func each[T comparable](c *comparison, what string, of any, list func(v *View, f func(T))) {
	collect := func(v *View) (all []string) {
		list(v, func(x T) { all = append(all, fmt.Sprintf("%+v", x)) })
		slices.Sort(all)
		return slices.Compact(all)
	}
	if got, want := collect(c.got), collect(c.want); !slices.Equal(got, want) {
		c.say("%s of %v: %v, not %v", what, of, got, want)
	}
}

func (c *comparison) object(i uint32) {
	got, want := c.got.Object(i), c.want.Object(i)
	if got != want {
		c.say("%+v, not %+v", got, want)
		return
	}
	of := want.ID
	each(c, "edges out", of, func(v *View, f func(Edge)) {
		v.Out(i, func(to, edge uint32) { f(v.Edge(edge, of, v.ObjectID(to))) })
	})
	each(c, "edges in", of, func(v *View, f func(Edge)) {
		v.In(i, func(from, edge uint32) { f(v.Edge(edge, v.ObjectID(from), of)) })
	})
	each(c, "removals", of, func(v *View, f func(Removal)) {
		v.In(i, func(_, edge uint32) { v.Removals(v.edges.get(edge, edgeID), f) })
	})
	each(c, "units", of, func(v *View, f func(int64)) { v.Units(i, func(unit uint32) { f(v.ObjectID(unit)) }) })
	each(c, "issues", of, func(v *View, f func(Issue)) { v.IssuesOf(i, f) })
	each(c, "memberships", of, func(v *View, f func(Membership)) { v.MembershipsOf(i, f) })
	each(c, "movements", of, func(v *View, f func(Movement)) { v.Movements(i, f) })
	each(c, "breaches", of, func(v *View, f func(Breach)) { v.Breaches(i, f) })
}

func (c *comparison) order(name string) {
	got, _ := c.got.Order(name)
	if want, _ := c.want.Order(name); got != want {
		c.say("%+v, not %+v", got, want)
	}
	each(c, "objects", name, func(v *View, f func(int64)) { v.Named(name, func(i uint32) { f(v.ObjectID(i)) }) })
	each(c, "issues", name, func(v *View, f func(Issue)) { v.IssuesTo(name, f) })
	each(c, "memberships", name, func(v *View, f func(Membership)) { v.MembershipsIn(name, f) })
}
