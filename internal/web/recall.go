package web

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/trace"
)

// recallPage is the trigger and what it reaches, at once.
type recallPage struct {
	Selectors []selector
	Answer    *recall.Answer
	Shown     []trace.Object
	Refusal   string
	Empty     bool
	AsOf      string
	KnownAt   string
	Flow      string
	CSV, XLSX string
	Another   string
	States    []term
	Recalls   []recall.Summary // those that are open
	Tabs      []action
	Frozen    []field // the triggers, as the form that opens a recall posts them
	Request   string
}

// selector is one of the triggers that any of may match.
type selector struct {
	Number string
	Groups []selectorGroup
	Open   bool
}

type selectorGroup struct {
	Title  string
	Open   bool
	Fields []field
}

// groupsOfTrigger are the fields of a trigger as people look for them; what is
// in none of them is shown at the end.
var groupsOfTrigger = []struct {
	title  string
	fields string
}{
	{"What was received", "object supplier supplier_lot manufacturer_lot certificate heat date_code"},
	{"An item or an order", "part_number revision serials order customer"},
	{"How it was made", "operation work_center machine operator program tool parameter parameter_lower parameter_upper"},
	{"What was measured", "characteristic lower upper plan result inspector instrument since_calibration nonconformity document document_revision"},
	{"When", "from to zone"},
}

// selectorsMax is how many triggers the page joins.
const selectorsMax = 10

func (s *site) recall(a *asked) (page, error) {
	p := recallPage{Tabs: tabsAt(recallTabs, "/recall"), AsOf: a.value("as_of"), KnownAt: a.value("known_at"), Empty: true}
	var q recall.Question
	count, _ := strconv.Atoi(a.value("selectors"))
	count = min(max(count, 1), selectorsMax)
	var wrong error
	for n := range count {
		prefix := ""
		if n > 0 {
			prefix = strconv.Itoa(n+1) + "."
		}
		get := func(name string) string { return strings.TrimSpace(a.value(prefix + name)) }
		chosen, given := selectorOf(n, prefix, get)
		p.Selectors = append(p.Selectors, chosen)
		if !given {
			continue
		}
		p.Empty = false
		trigger, err := recall.ReadTrigger(get)
		if err != nil {
			wrong = err
		}
		q.Any = append(q.Any, trigger)
	}
	if count < selectorsMax {
		p.Another = with(without(a.URL, "recorded"), "selectors", strconv.Itoa(count+1))
	}
	if !p.Empty {
		if wrong == nil {
			wrong = p.ask(a, q)
		}
		if refusal, ok := refuse.As(wrong); ok {
			p.Refusal = refusal.Error()
		} else if wrong != nil {
			return page{}, wrong
		}
	}
	var err error
	if p.Recalls, err = recall.List(a.tx, a.company); err != nil {
		return page{}, err
	}
	p.Recalls = slices.DeleteFunc(p.Recalls, func(r recall.Summary) bool { return r.State != recall.StateOpen })
	p.Frozen, p.Request = frozenFields(p.Selectors), rand.Text()
	if format := a.value("format"); p.Answer != nil && (format == "csv" || format == "xlsx") {
		return a.traced(&trace.Answer{Objects: p.Answer.Objects})
	}
	return page{Title: "Recall", Area: "recall", Body: p}, nil
}

// selectorOf is one trigger's fields with what was typed.
func selectorOf(n int, prefix string, get func(string) string) (selector, bool) {
	s := selector{Number: strconv.Itoa(n + 1)}
	help := map[string]recall.Field{}
	var rest []string
	for _, f := range recall.Fields() {
		help[f.Name] = f
		rest = append(rest, f.Name)
	}
	given := false
	groups := slices.Clone(groupsOfTrigger)
	for i := range groups {
		g := selectorGroup{Title: groups[i].title, Open: i == 0 && n == 0}
		for name := range strings.FieldsSeq(groups[i].fields) {
			f, ok := help[name]
			if !ok {
				continue
			}
			rest = slices.DeleteFunc(rest, func(r string) bool { return r == name })
			made := triggerField(f, prefix, get(name))
			given = given || made.Value != ""
			g.Open = g.Open || made.Value != ""
			g.Fields = append(g.Fields, made)
		}
		s.Groups = append(s.Groups, g)
	}
	last := &s.Groups[len(s.Groups)-1]
	for _, name := range rest {
		made := triggerField(help[name], prefix, get(name))
		given = given || made.Value != ""
		last.Fields = append(last.Fields, made)
	}
	return s, given
}

func triggerField(f recall.Field, prefix, value string) field {
	made := field{Name: prefix + f.Name, ID: prefix + f.Name, Label: label("", f.Name), Help: f.Help, Kind: "text", Value: value, Scan: scanned[f.Name], Suggest: proposals[f.Name]}
	switch {
	case f.Flag:
		made.Kind = "check"
	case f.Name == "result":
		made.Kind, made.Choices = "choice", []string{"", "pass", "fail", "na"}
	case f.Name == "object":
		made.Object = true
	}
	return made
}

// ask plans the recall.
func (p *recallPage) ask(a *asked, q recall.Question) error {
	at, err := trace.ReadQuestion(a.tx, a.company, a.value)
	if err != nil {
		return err
	}
	for i := range q.Any {
		if text := q.Any[i].Object; text != "" {
			o, err := a.named(text, nil)
			if err != nil {
				return err
			}
			q.Any[i].Object = o.Ref()
		}
	}
	if p.Answer, err = recall.Plan(a.tx, a.company, q, at); err != nil {
		return err
	}
	p.Shown = p.Answer.Objects[:min(len(p.Answer.Objects), objectsShown)]
	own := queryOf(a, "format")
	p.Flow, p.CSV, p.XLSX = "/recall/flow?"+own, with("/recall?"+own, "format", "csv"), with("/recall?"+own, "format", "xlsx")
	for _, state := range sortedKeys(p.Answer.ByState) {
		p.States = append(p.States, term{words(state), thousands(int64(p.Answer.ByState[state]))})
	}
	return nil
}

// recallFlow is the flow of what a trigger reaches.
func (s *site) recallFlow(a *asked) (any, error) {
	var q recall.Question
	count, _ := strconv.Atoi(a.value("selectors"))
	for n := range min(max(count, 1), selectorsMax) {
		prefix := ""
		if n > 0 {
			prefix = strconv.Itoa(n+1) + "."
		}
		get := func(name string) string { return strings.TrimSpace(a.value(prefix + name)) }
		if _, given := selectorOf(n, prefix, get); !given {
			continue
		}
		trigger, err := recall.ReadTrigger(get)
		if err != nil {
			return nil, err
		}
		q.Any = append(q.Any, trigger)
	}
	var p recallPage
	if err := p.ask(a, q); err != nil {
		return nil, err
	}
	starts := map[int64]bool{}
	for _, o := range p.Answer.Start {
		row, err := trace.Resolve(a.tx, a.company, o.Ref)
		if err != nil {
			return nil, err
		}
		starts[row.ID] = o.Certainty == genealogy.May
	}
	reach, err := trace.Reach(a.tx, a.company, starts, trace.Question{})
	if err != nil {
		return nil, err
	}
	return flowOf("", reach.Objects, reach.Edges), nil
}
