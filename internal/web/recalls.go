package web

import (
	"net/url"
	"strconv"
	"strings"

	"lotline/internal/recall"
	"lotline/internal/trace"
)

// recallsPage is a recall that was opened, with its frozen scope.
type recallsPage struct {
	*recall.Shown
	Triggers []string
	Objects  []recall.ScopeObject
	Total    int
	Compared *recall.Compared
	Why      *recall.Explained
	States   []term
	Next     []action
	Self     string
	CSV      string
	XLSX     string
}

func recallLink(name string) string { return beside("/recalls/", name, "recall") }

// opened shows one recall: what it asks, what its scope came to, what was
// changed by hand, and on request what differs today and why an object is in it.
func (s *site) opened(a *asked) (page, error) {
	name := a.called("recall")
	shown, err := recall.Show(a.tx, a.company, name)
	if err != nil {
		return page{}, err
	}
	p := recallsPage{Shown: shown, Self: recallLink(name)}
	scope, err := recall.ShowScope(a.tx, a.company, name)
	if err != nil {
		return page{}, err
	}
	if format := a.value("format"); format == "csv" || format == "xlsx" {
		all := make([]trace.Object, len(scope.Objects))
		for i := range scope.Objects {
			all[i] = scope.Objects[i].Object
		}
		return a.traced(&trace.Answer{Objects: all})
	}
	p.CSV, p.XLSX = with(p.Self, "format", "csv"), with(p.Self, "format", "xlsx")
	p.Total, p.Objects = len(scope.Objects), scope.Objects[:min(len(scope.Objects), objectsShown)]
	for _, t := range shown.Question.Any {
		p.Triggers = append(p.Triggers, t.String())
	}
	for _, state := range sortedKeys(shown.ByState) {
		p.States = append(p.States, term{words(state), thousands(int64(shown.ByState[state]))})
	}
	if a.value("again") != "" {
		if p.Compared, err = recall.Compare(a.tx, a.company, name); err != nil {
			return page{}, err
		}
	}
	if object := strings.TrimSpace(a.value("why")); object != "" {
		o, err := a.named(object, nil)
		if err != nil {
			return page{}, err
		}
		if p.Why, err = recall.Why(a.tx, a.company, name, o.Ref()); err != nil {
			return page{}, err
		}
	}
	p.Next = recallSteps(shown)
	return page{Title: "Recall " + name, Area: "recall", Body: &p}, nil
}

// recallSteps are the commands that name a recall, while it is open.
func recallSteps(shown *recall.Shown) (all []action) {
	if shown.State != recall.StateOpen {
		return nil
	}
	for _, f := range forms {
		if f.Area == "recall" && f.Command != "open-recall" {
			q := url.Values{"recall": {shown.Recall}, "back": {recallLink(shown.Recall)}}
			all = append(all, action{Text: f.Title, Link: f.Path + "?" + q.Encode()})
		}
	}
	return all
}

// frozenFields are the fields of the form that opens a recall, with the triggers
// that the plan asks: what the form posts is what was shown.
func frozenFields(selectors []selector) (all []field) {
	for n, s := range selectors {
		for _, g := range s.Groups {
			for _, f := range g.Fields {
				if f.Value != "" {
					name := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
					all = append(all, field{Name: "any." + strconv.Itoa(n) + "." + name, Value: f.Value})
				}
			}
		}
	}
	return all
}
