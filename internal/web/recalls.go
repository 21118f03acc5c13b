package web

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/journal"
	"lotline/internal/recall"
)

// recallHead is what each page of an opened recall begins with.
type recallHead struct {
	*recall.Shown
	Self    string // its first page
	Tabs    []action
	Open    bool
	Request string // of the one form on the page
}

// recallParts are the pages of a recall, in the order of the work.
var recallParts = []struct{ part, title string }{{"", "Work"}, {"scope", "Scope"}, {"customers", "Customers"}, {"answers", "Answers"}, {"effect", "Effectiveness"}, {"report", "Report"}}

// recallTabs are the places around recalls.
var recallTabs = []action{{Text: "Plan", Link: "/recall"}, {Text: "Recalls", Link: "/recalls"}, {Text: "Drills", Link: "/recall/drill"}, {Text: "Completeness", Link: "/completeness"}}

func recallLink(name string) string { return beside("/recalls/", name, "recall") }

// recallPart is the address of one of the pages of a recall.
func recallPart(name, part string) string {
	link := recallLink(name)
	if part == "" {
		return link
	}
	path, query, found := strings.Cut(link, "?")
	if found {
		return path + "/" + part + "?" + query
	}
	return path + "/" + part
}

// recallHead reads the recall that a page is about.
func (a *asked) recallHead(part string) (*recallHead, error) {
	name := a.called("recall")
	shown, err := recall.Show(a.tx, a.company, name)
	if err != nil {
		return nil, err
	}
	h := &recallHead{Shown: shown, Self: recallLink(name), Open: shown.State == recall.StateOpen, Request: rand.Text()}
	for _, p := range recallParts {
		h.Tabs = append(h.Tabs, action{Text: p.title, Link: recallPart(name, p.part), Current: p.part == part})
	}
	return h, nil
}

// Part is the address of one of the recall's pages.
func (h *recallHead) Part(part string) string { return recallPart(h.Recall, part) }

// Do is the address of a command's form about this recall, which leads back.
func (h *recallHead) Do(command string) string {
	return formOf(command).Path + "?" + url.Values{"recall": {h.Recall}, "back": {h.Self}}.Encode()
}

// Triggers are what the recall asks, in words.
func (h *recallHead) Triggers() (all []string) {
	for _, t := range h.Question.Any {
		all = append(all, t.String())
	}
	return all
}

// States are how many objects are where.
func (h *recallHead) States() (all []term) {
	for _, state := range sortedKeys(h.ByState) {
		all = append(all, term{words(state), thousands(int64(h.ByState[state]))})
	}
	return all
}

// recallsPage is a recall at work: what is done, and what comes next.
type recallsPage struct {
	*recallHead
	Effect  *recall.Effect
	Steps   []workStep
	Closing *closing
	Picture lines
	Untold  int
}

// workStep is one of the steps of a recall: done, or what is open, and the
// command that goes on with it.
type workStep struct {
	Title, Text string
	State       string // done, open, next
	Links       []action
	Command     string // given at once by a button
	Path, Verb  string
}

// closing is how a recall ended.
type closing struct {
	Reason     string
	Entry      int64
	Signatures []journal.ShownSignature
}

// opened shows a recall at work.
func (s *site) opened(a *asked) (page, error) {
	h, err := a.recallHead("")
	if err != nil {
		return page{}, err
	}
	p := recallsPage{recallHead: h}
	if p.Effect, err = recall.Effectiveness(a.tx, a.company, h.Recall); err != nil {
		return page{}, err
	}
	if p.Closing, err = a.closing(h); err != nil {
		return page{}, err
	}
	p.Untold = len(untold(h, p.Effect))
	p.Picture = answersPicture(p.Effect.Days)
	p.Steps = p.steps(a)
	return page{Title: "Recall " + h.Recall, Area: "recall", Body: &p}, nil
}

func (a *asked) closing(h *recallHead) (*closing, error) {
	if h.Open {
		return nil, nil
	}
	r, err := recall.Get(a.tx, a.company, h.Recall)
	if err != nil {
		return nil, err
	}
	c := &closing{Reason: r.CloseReason, Entry: journal.EntryOf(r.ClosedFact)}
	c.Signatures, err = journal.SignaturesFor(a.tx, a.company, journal.Signs{Facts: []int64{r.ClosedFact}, About: "recall", Name: h.Recall})
	return c, err
}

// untold are the customers that have something of the scope and were not told.
func untold(h *recallHead, e *recall.Effect) (all []recall.Customer) {
	for _, c := range h.ByCustomer {
		if !slices.ContainsFunc(e.Customers, func(told recall.CustomerEffect) bool { return told.Customer == c.Customer }) {
			all = append(all, c)
		}
	}
	return all
}

// steps are the work of a recall in its order.
func (p *recallsPage) steps(a *asked) []workStep {
	e := p.Effect
	blocked := 0
	for _, o := range e.Orders {
		if o.Blocked {
			blocked++
		}
	}
	all := []workStep{
		{Title: "Freeze the scope", State: "done", Text: fmt.Sprintf("scope %d frozen %s at entry %d", p.Scope, a.when(p.ScopedAt), p.Size),
			Links: []action{{Text: "Ask again and compare", Link: with(p.Part("scope"), "again", "1")}, {Text: "Freeze it again", Link: p.Do("scope-recall")}}},
		{Title: "Hold what is in the house", State: progressWord(len(e.Loose) == 0, e.Held > 0), Text: fmt.Sprintf("%s held, %d not; %s blocked", plural(e.Held, "object", "objects"), len(e.Loose), plural(blocked, "order", "orders")),
			Command: "contain-recall", Verb: "Hold everything in the house", Links: []action{{Text: "What is held", Link: p.Part("effect") + "#held"}}},
		{Title: "Tell the customers", State: progressWord(p.Untold == 0, len(e.Customers) > 0), Text: fmt.Sprintf("%s told, %d not", plural(len(e.Customers), "customer", "customers"), p.Untold),
			Command: "notify-recall", Verb: "Tell all customers", Links: []action{{Text: "Notices", Link: p.Part("customers")}}},
		{Title: "Record the answers", State: progressWord(e.Total.Units > 0 && e.Total.Accounted == e.Total.Units || len(p.ByCustomer) == 0, e.Total.Answered > 0),
			Text:  fmt.Sprintf("%s of %s answered for, %s accounted for", e.Total.Answered, e.Total.Units, e.Total.Accounted),
			Links: []action{{Text: "Enter answers", Link: p.Part("answers")}, {Text: "Remind who is silent", Link: p.Do("remind-recall")}}},
		{Title: "Close it, signed", State: progressWord(!p.Open, false), Text: "What is open then must be explained.", Links: []action{{Text: "Close the recall", Link: p.Do("close-recall")}}},
	}
	if len(p.ByCustomer) == 0 {
		all[2].Text, all[3].Text = "no customer has any", "nobody has to answer"
	}
	p.offer(all)
	return all
}

func progressWord(done, begun bool) string {
	switch {
	case done:
		return "done"
	case begun:
		return "begun"
	}
	return "to do"
}

// offer marks the first step that is not done, and takes the commands from what
// cannot be given.
func (p *recallsPage) offer(all []workStep) {
	next := false
	for i := range all {
		step := &all[i]
		if step.Command != "" {
			step.Path = formOf(step.Command).Path
		}
		if step.State == "done" || !p.Open {
			step.Command = ""
		}
		if !p.Open {
			step.Links = slices.DeleteFunc(step.Links, func(l action) bool { return strings.Contains(l.Link, "back=") })
		}
		if p.Open && step.State != "done" && !next {
			next = true
			step.Links = append(step.Links[:0:0], step.Links...)
			if step.Command == "" && len(step.Links) > 0 {
				step.Links[0].First = true
			}
		}
	}
}

// allRecalls lists the recalls.
func (s *site) allRecalls(a *asked) (page, error) {
	l, _ := a.list(listing{Title: "Recalls", Area: "recall", Tabs: tabsAt(recallTabs, "/recalls"),
		Columns: []column{{Title: "Recall"}, {Title: "State"}, {Title: "Reason"}, {Title: "Opened"}, {Title: "Scope", Number: true}, {Title: "Frozen"}, {Title: "Closed"}, {Title: ""}},
		Actions: []action{{Text: "Plan a recall", Link: "/recall", Icon: "siren", First: true}},
		Empty:   "A recall begins as a plan: say what is wrong and see what it reaches. Then freeze its scope.", EmptyActions: []action{{Text: "Plan a recall", Link: "/recall", First: true}, {Text: "Try one out", Link: "/recall/drill"}}})
	all, err := recall.List(a.tx, a.company)
	if err != nil {
		return page{}, err
	}
	for _, r := range all {
		l.row(id(r.Recall, recallLink(r.Recall)), tags(r.State), text(r.Reason), instant(r.OpenedAt), number(r.Scope), instant(r.ScopedAt), instant(r.ClosedAt), linked("Report", recallPart(r.Recall, "report")))
	}
	return l.end("")
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
