package recall

import (
	"maps"
	"slices"
	"strings"

	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// Customer is what a customer has of the scope.
type Customer struct {
	Customer string   `json:"customer"`
	Must     int      `json:"must"`
	May      int      `json:"may"`
	Systems  []System `json:"systems"`
}

// System is a customer's own system with the outermost units that went into it.
type System struct {
	System  string   `json:"system"`
	Objects []string `json:"objects"`
}

// Answer is the plan of a recall. Trigger is what was asked, Matched how many
// objects each of its triggers selects.
type Answer struct {
	Trigger    Question       `json:"trigger"`
	Matched    []int          `json:"matched"`
	Start      []trace.Object `json:"start"`
	Must       int            `json:"must"`
	May        int            `json:"may"`
	HadBeen    trace.HadBeen  `json:"had_been"`
	Objects    []trace.Object `json:"objects"`
	ByState    map[string]int `json:"by_state"`
	ByCustomer []Customer     `json:"by_customer"`
	Gaps       []trace.Gap    `json:"gaps"`
}

// Plan answers what the triggers reach: the starts of any of them, and all
// that contains or may contain those. The starts too are those of the time
// that is asked about.
func Plan(tx *store.Tx, company string, asked Question, q trace.Question) (*Answer, error) {
	a := &Answer{Trigger: asked, Start: []trace.Object{}}
	starts, matched, err := asked.starts(tx, company, q)
	if err != nil {
		return nil, err
	}
	a.Matched = matched
	if len(starts) == 0 {
		return nil, refuse.New(refuse.NotFound, "The trigger matches nothing that is recorded.")
	}
	if q.Counts {
		return a, a.count(tx, company, starts, q)
	}
	reach, err := trace.ReachObjects(tx, company, starts, q)
	if err != nil {
		return nil, err
	}
	a.Must, a.May, a.HadBeen, a.ByState = reach.Counts.Must, reach.Counts.May, reach.Counts.HadBeen, reach.Counts.ByState
	a.Objects, a.Gaps = reach.Objects, reach.Gaps
	for _, o := range reach.Objects {
		if o.Depth == 0 {
			a.Start = append(a.Start, o)
		}
	}
	a.ByCustomer = byCustomer(trace.AtCustomers(reach.Objects))
	return a, nil
}

// count fills in the counts alone.
func (a *Answer) count(tx *store.Tx, company string, starts matches, q trace.Question) error {
	scope, err := trace.Count(tx, company, starts, q)
	if err != nil {
		return err
	}
	a.Must, a.May, a.HadBeen, a.ByState = scope.Must, scope.May, scope.HadBeen, scope.ByState
	a.Objects, a.Gaps = []trace.Object{}, []trace.Gap{}
	a.ByCustomer = byCustomer(scope.At)
	return nil
}

// starts are the objects that any of the triggers select, and how many each
// does.
func (asked Question) starts(tx *store.Tx, company string, q trace.Question) (matches, []int, error) {
	if len(asked.Any) == 0 || len(asked.Any) > triggersMax {
		return nil, nil, refuse.New(refuse.Invalid, "%d triggers are given: 1 to %d can be asked about at once.", len(asked.Any), triggersMax).At("any")
	}
	starts, matched := matches{}, []int{}
	for _, t := range asked.Any {
		found, err := t.starts(tx, company, q)
		if err != nil {
			return nil, nil, err
		}
		matched = append(matched, len(found))
		for id, may := range found {
			starts.add(id, may)
		}
	}
	return starts, matched, nil
}

// byCustomer counts the outermost units, each once.
func byCustomer(at []trace.AtCustomer) []Customer {
	all := map[string]*Customer{}
	systems := map[[2]string][]string{}
	for _, o := range at {
		c := all[o.Customer]
		if c == nil {
			c = &Customer{Customer: o.Customer}
			all[o.Customer] = c
		}
		if o.May {
			c.May++
		} else {
			c.Must++
		}
		key := [2]string{o.Customer, o.System}
		systems[key] = append(systems[key], o.Ref)
	}
	list := []Customer{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		c := all[name]
		c.Systems = []System{}
		for _, s := range slices.SortedFunc(maps.Keys(systems), func(a, b [2]string) int { return strings.Compare(a[1], b[1]) }) {
			if s[0] == name {
				slices.Sort(systems[s])
				c.Systems = append(c.Systems, System{s[1], systems[s]})
			}
		}
		list = append(list, *c)
	}
	return list
}
