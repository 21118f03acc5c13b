package trace

import (
	"cmp"
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/store"
)

// Contents are all that is or may be in any of several objects, the objects
// themselves too, in the order of answers; what was removed again is left out.
func Contents(tx *store.Tx, company string, ids []int64, q Question) ([]genealogy.Row, error) {
	n, err := load(tx, company, q, false, ids)
	if err != nil {
		return nil, err
	}
	found := map[int64]*node{}
	for _, id := range ids {
		start := n.nodes[id]
		if start == nil {
			continue
		}
		for id, r := range backward(start).found {
			if !r.best().removed {
				found[id] = r.node
			}
		}
	}
	all := make([]genealogy.Row, 0, len(found))
	for _, node := range found {
		all = append(all, node.Row)
	}
	slices.SortFunc(all, func(a, b genealogy.Row) int {
		return cmp.Or(cmp.Compare(a.PartNumber, b.PartNumber), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return all, nil
}
