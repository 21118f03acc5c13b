package trace

import (
	"maps"
	"slices"

	"lotline/internal/store"
)

// Reach is the forward walk of a set, the starts in it at depth 0: must, or may
// where the set says that a start is only possibly affected.
func Reach(tx *store.Tx, company string, starts map[int64]bool, q Question) (*Answer, error) {
	return reachOf(tx, company, starts, q, false)
}

// ReachObjects is Reach without the edges.
func ReachObjects(tx *store.Tx, company string, starts map[int64]bool, q Question) (*Answer, error) {
	return reachOf(tx, company, starts, q, true)
}

func reachOf(tx *store.Tx, company string, starts map[int64]bool, q Question, objectsOnly bool) (*Answer, error) {
	n, surely, possibly, err := loadStarts(tx, company, starts, q)
	if err != nil {
		return nil, err
	}
	w := forwardOf(surely, possibly, nil)
	w.quantities()
	b := builder{tx: tx, company: company, q: q, net: n, walk: w, onward: true, objectsOnly: objectsOnly}
	a := &Answer{Direction: "forward", Complete: true}
	return a, b.answer(a, true)
}

// loadStarts loads all that a set reaches, with the starts that are surely and
// possibly affected.
func loadStarts(tx *store.Tx, company string, starts map[int64]bool, q Question) (n *net, surely, possibly []*node, err error) {
	ids := slices.Sorted(maps.Keys(starts))
	if n, err = load(tx, company, q, true, ids); err != nil {
		return nil, nil, nil, err
	}
	for _, id := range ids {
		switch start := n.nodes[id]; {
		case start == nil:
		case starts[id]:
			possibly = append(possibly, start)
		default:
			surely = append(surely, start)
		}
	}
	return n, surely, possibly, nil
}
