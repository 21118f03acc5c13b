package trace

import (
	"lotline/internal/genealogy"
	"lotline/internal/store"
)

// Where are objects with their places, at the time that is asked about, in no
// order; what is not recorded then is left out.
func Where(tx *store.Tx, company string, ids []int64, q Question) ([]Object, error) {
	l := &loader{tx: tx, company: company, q: q, net: newNet()}
	if err := l.objects(ids); err != nil {
		return nil, err
	}
	b := builder{tx: tx, company: company, q: q, net: l.net, walk: &walk{found: map[int64]*reached{}}, onward: true}
	var found []*reached
	for _, n := range l.net.nodes {
		r := &reached{node: n, labels: []label{{}}}
		if n.Kind == genealogy.UnitKind {
			r.min, r.max = one, one
		} else {
			r.min, r.max = n.Size, n.Size
		}
		b.walk.found[n.ID] = r
		found = append(found, r)
	}
	var err error
	if b.where, err = b.findWhere(found); err != nil {
		return nil, err
	}
	all := make([]Object, len(found))
	for i, r := range found {
		all[i] = b.object(r)
	}
	return all, nil
}
