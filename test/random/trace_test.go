package random_test

import (
	"fmt"
	"strings"

	"lotline/internal/ledger/ledgertest"
	"lotline/internal/store"
	"lotline/internal/trace"

	"pgregory.net/rapid"
)

// compareTraces asks both traces of every object, now and at a moment before,
// and holds them against each other and against the model.
func (r *run) compareTraces() {
	agree(r, r.program, r.refs(), trace.Question{})
	agree(r, r.program, r.refs(), trace.Question{AsOf: hour(r.now / 2)})
	r.reached()
}

// refs are the names of all objects of the model.
func (r *run) refs() (all []string) {
	for name := range r.model.lots {
		all = append(all, "lot:"+name)
	}
	for name := range r.model.units {
		all = append(all, "unit:"+name)
	}
	for order, part := range made {
		all = append(all, "lot:"+part+"/"+order)
	}
	return all
}

// agree checks rule 8: A is in B's backward trace exactly when B is in A's
// forward trace, with the same class and bounds.
func agree(t rapid.TB, p *ledgertest.Plant, refs []string, q trace.Question) {
	up, down := map[string]string{}, map[string]string{}
	p.Read(func(tx *store.Tx) error {
		for _, ref := range refs {
			if _, err := trace.Resolve(tx, "main", ref); err != nil {
				return err
			}
			forward, err := trace.Forward(tx, "main", ref, q)
			if err != nil {
				continue // not there yet at that moment
			}
			for _, o := range forward.Objects {
				up[ref+" in "+o.Ref] = fmt.Sprint(o.Certainty, o.Removed, o.QuantityMin, o.QuantityMax)
			}
			backward, err := trace.Backward(tx, "main", ref, q)
			if err != nil {
				return err
			}
			for _, o := range backward.Objects {
				if strings.HasPrefix(o.Ref, "item:") {
					continue // of no lot: nobody can ask where it went
				}
				down[o.Ref+" in "+ref] = fmt.Sprint(o.Certainty, o.Removed, o.QuantityMin, o.QuantityMax)
			}
		}
		return nil
	})
	for pair, says := range up {
		if down[pair] != says {
			t.Errorf("as of %s: %s: forward %q, backward %q", q.AsOf, pair, says, down[pair])
		}
	}
	for pair, says := range down {
		if up[pair] == "" {
			t.Errorf("as of %s: %s: backward %q, forward has it not", q.AsOf, pair, says)
		}
	}
}

// reached checks the forward trace of every lot and unit: what holds it now is
// in it for sure, and nothing is in it that no way of the model leads to.
func (r *run) reached() {
	for _, ref := range r.refs() {
		var answer *trace.Answer
		r.program.Read(func(tx *store.Tx) (err error) {
			answer, err = trace.Forward(tx, "main", ref, trace.Question{})
			return err
		})
		says := map[string]trace.Object{}
		for _, o := range answer.Objects {
			says[o.Ref] = o
		}
		for _, holder := range r.holders(ref) {
			if o, ok := says[holder]; !ok || o.Certainty != "must" || o.Removed {
				r.Errorf("%s is in %s now, the trace says %+v", ref, holder, o)
			}
		}
		ways := r.ways(ref)
		for other := range says {
			if !ways[other] {
				r.Errorf("the trace of %s holds %s, to which no way leads", ref, other)
			}
		}
	}
}

// holders are the units that something is in now, through all levels.
func (r *run) holders(ref string) (all []string) {
	for _, s := range r.model.stays {
		if s.out == s.pieces || r.refOf(s) != ref {
			continue
		}
		for u := s.parent; u != nil; {
			all = append(all, "unit:"+u.part+"/"+u.name)
			if u.in == nil {
				break
			}
			u = u.in.parent
		}
	}
	return all
}

func (r *run) refOf(s *stay) string {
	if s.lot != nil {
		return "lot:" + s.lot.part + "/" + s.lot.name
	}
	return "unit:" + s.unit.part + "/" + s.unit.name
}

// ways are all objects that something could be in, without regard to time and
// quantity.
func (r *run) ways(from string) map[string]bool {
	found := map[string]bool{}
	next := []string{from}
	visit := func(ref string) {
		if !found[ref] {
			found[ref] = true
			next = append(next, ref)
		}
	}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		for _, s := range r.model.stays {
			if r.refOf(s) == at {
				visit("unit:" + s.parent.part + "/" + s.parent.name)
			}
		}
		for name, l := range r.model.lots {
			for _, from := range append(l.merged, l.parent) {
				if from != nil && at == "lot:"+from.part+"/"+from.name {
					visit("lot:" + name)
				}
			}
		}
		for name, u := range r.model.units {
			if lot := "lot:" + u.part + "/" + u.order; u.order != "" && at == "unit:"+name {
				found[lot] = true // listed, not walked through
			} else if at == lot {
				visit("unit:" + name)
			}
		}
		for order, lots := range r.model.given {
			for l := range lots {
				if at != "lot:"+l.part+"/"+l.name {
					continue
				}
				found["lot:"+made[order]+"/"+order] = true
				for name, u := range r.model.units {
					if u.order == order {
						visit("unit:" + name)
					}
				}
			}
		}
	}
	return found
}
