package web

import (
	"slices"
	"strconv"
	"strings"

	"lotline/internal/recall"
	"lotline/internal/trace"
)

// scopePage is what a recall reaches: its objects, what was changed by hand,
// why an object is in it, and how it differs today.
type scopePage struct {
	*recallHead
	Compared *recall.Compared
	Why      *recall.Explained
	Objects  []recall.ScopeObject
	Total    int // of those that fit the filter
	All      int
	From     int
	Filters  []filter
	Filtered bool
	Older    string // the next page
	CSV      string
	XLSX     string
}

// scopeRows is how many objects a page of a scope shows.
const scopeRows = 200

func (s *site) recallScope(a *asked) (page, error) {
	h, err := a.recallHead("scope")
	if err != nil {
		return page{}, err
	}
	p := scopePage{recallHead: h}
	scope, err := recall.ShowScope(a.tx, a.company, h.Recall)
	if err != nil {
		return page{}, err
	}
	p.All = len(scope.Objects)
	kept := p.filter(a, scope.Objects)
	if format := a.value("format"); format == "csv" || format == "xlsx" {
		all := make([]trace.Object, len(kept))
		for i := range kept {
			all[i] = kept[i].Object
		}
		return a.traced(&trace.Answer{Objects: all})
	}
	self := without(a.URL, "recorded")
	p.CSV, p.XLSX = with(self, "format", "csv"), with(self, "format", "xlsx")
	p.Total = len(kept)
	p.From, _ = strconv.Atoi(a.value("from"))
	p.From = max(0, min(p.From, p.Total))
	p.Objects = kept[p.From:min(p.From+scopeRows, p.Total)]
	if p.From+scopeRows < p.Total {
		p.Older = with(self, "from", strconv.Itoa(p.From+scopeRows))
	}
	return page{Title: "Scope of recall " + h.Recall, Area: "recall", Body: &p}, p.explain(a)
}

// filter keeps the objects that are asked for.
func (p *scopePage) filter(a *asked, all []recall.ScopeObject) []recall.ScopeObject {
	states, customers := []string{}, []string{}
	for _, t := range sortedKeys(p.ByState) {
		states = append(states, t)
	}
	for _, c := range p.ByCustomer {
		customers = append(customers, c.Customer)
	}
	p.Filters = []filter{{Name: "part_number", Label: "Item", Suggest: "item"}, {Name: "certainty", Label: "Certainty", Choices: []string{"must", "may", "removed"}},
		{Name: "state", Label: "Where", Choices: states}, {Name: "customer", Label: "Customer", Choices: customers}}
	asks := map[string]string{}
	for i := range p.Filters {
		f := &p.Filters[i]
		f.Value = strings.TrimSpace(a.value(f.Name))
		asks[f.Name] = f.Value
		p.Filtered = p.Filtered || f.Value != ""
	}
	return slices.DeleteFunc(slices.Clone(all), func(o recall.ScopeObject) bool {
		class := o.Certainty
		if o.Removed {
			class = "removed"
		}
		at := slices.ContainsFunc(o.Places, func(place trace.Place) bool { return asks["state"] == "" || place.State == asks["state"] })
		return !at || asks["part_number"] != "" && o.PartNumber != asks["part_number"] || asks["certainty"] != "" && class != asks["certainty"] ||
			asks["customer"] != "" && o.Customer != asks["customer"]
	})
}

// explain answers why an object is in the scope, and what differs today.
func (p *scopePage) explain(a *asked) (err error) {
	if a.value("again") != "" {
		if p.Compared, err = recall.Compare(a.tx, a.company, p.Recall); err != nil {
			return err
		}
	}
	if object := strings.TrimSpace(a.value("why")); object != "" {
		o, err := a.named(object, nil)
		if err != nil {
			return err
		}
		p.Why, err = recall.Why(a.tx, a.company, p.Recall, o.Ref())
		return err
	}
	return nil
}
