package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lotline/internal/api"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/recall"
	"lotline/internal/refuse"
)

// drillPage starts drills, shows what one found, and the history of all.
type drillPage struct {
	Tabs    []action
	Seed    string
	Raise   string
	Request string // pressed twice, the button keeps one drill
	Refusal string
	Shown   *shownDrill
	History *recall.History
	Picture lines
}

// shownDrill is a drill as the page tells it.
type shownDrill struct {
	Seed, Lot string
	At        moment.Time // of one that was kept
	Entry     int64
	Score     float64
	Seconds   float64
	Steps     []drillStep
	Checks    []costs
	Must, May int64
	Missing   string
	Findings  []drillFinding
	More      int64
	Again     string // its address when it was not kept
}

type drillStep struct {
	Step, What string
	Seconds    float64
	Share      int64 // of the whole, in percent
}

// costs is a kind of check with what it takes off the score.
type costs struct {
	recall.Check
	What   string
	Points float64
}

type drillFinding struct {
	recall.Finding
	Raise string
}

// drillsShown is how many drills the history lists.
const drillsShown = 50

var stepWords = map[string]string{
	"pick": "a lot was picked blind", "trigger": "the trigger was answered", "forward": "traced forward, where used", "backward": "traced backward, and from finished units back to the lot",
	"balance": "mass balances were drawn up", "scope": "the scope was counted", "contacts": "looked whether each customer could be told", "documents": "the notices were written",
}

var checkWords = map[string]string{
	"link": "links that are recorded", "end": "ends that somebody knows", "balance": "mass balances that come out even", "contact": "customers that could be told", "direction": "both directions say the same",
}

func (s *site) drill(a *asked) (page, error) {
	p := drillPage{Tabs: tabsAt(recallTabs, "/recall/drill"), Seed: strings.TrimSpace(a.value("seed")), Raise: a.value("raise"), Request: rand.Text()}
	var err error
	if p.History, err = recall.Drills(a.tx, a.company, drillsShown); err != nil {
		return page{}, err
	}
	p.Picture = scoresPicture(p.History.Drills)
	entry, err := a.number("entry")
	if err != nil {
		return page{}, err
	}
	shown := page{Title: "Recall drill", Area: "recall", Body: &p}
	switch {
	case entry != 0:
		f, kept, err := recall.ShowDrill(a.tx, a.company, entry)
		if err != nil {
			return page{}, err
		}
		p.Shown = keptDrill(f, kept)
	case a.value("try") != "":
		d, err := s.runDrill(a.Context(), p.Seed)
		if refusal, ok := refuse.As(err); ok {
			p.Refusal, shown.Status = refusal.Error(), statusOf(refusal)
			return shown, nil
		} else if err != nil {
			return page{}, err
		}
		p.Shown = triedDrill(d)
	}
	return shown, nil
}

func (s *site) runDrill(ctx context.Context, seed string) (*recall.Drill, error) {
	chosen, err := api.ParseSeed(seed)
	if err != nil {
		return nil, err
	}
	return api.Drill(ctx, s.ledger, chosen)
}

// startDrill runs a drill and keeps what it found, with its findings as
// nonconformities where a number for them is given.
func (s *site) startDrill(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, formMax)
	seed, raise := strings.TrimSpace(r.PostFormValue("seed")), strings.TrimSpace(r.PostFormValue("raise"))
	var answer ledger.Answer
	d, err := s.runDrill(r.Context(), seed)
	if err == nil {
		answer, err = s.record(r, r.PostFormValue("request"), &recall.KeepDrill{Drill: *d, Raise: raise})
	}
	if err == nil {
		seq := strconv.FormatInt(answer.Seq, 10)
		http.Redirect(w, r, "/recall/drill?"+url.Values{"entry": {seq}, "recorded": {seq}}.Encode(), http.StatusSeeOther)
		return
	}
	refusal, ok := refuse.As(err)
	if !ok {
		s.write(w, r, "refused", refused(r, err))
		return
	}
	var p page
	if err := s.read(r, func(a *asked) error { p, err = s.drill(a); return err }); err != nil {
		s.write(w, r, "refused", refused(r, err))
		return
	}
	p.Body.(*drillPage).Refusal, p.Status = refusal.Error(), statusOf(refusal)
	s.write(w, r, "drill", p)
}

func triedDrill(d *recall.Drill) *shownDrill {
	seed := strconv.FormatUint(d.Seed, 10)
	shown := &shownDrill{Seed: seed, Lot: d.Lot, Score: d.Score, Seconds: d.Seconds, Checks: costsOf(d.Checks), Must: int64(d.Must), May: int64(d.May), Missing: d.Balance.Missing.String(), More: int64(d.More),
		Again: "/recall/drill?" + url.Values{"try": {"1"}, "seed": {seed}}.Encode()}
	shown.tell(d.Steps, d.Findings)
	return shown
}

func keptDrill(f *recall.Drilled, k *recall.KeptDrill) *shownDrill {
	shown := &shownDrill{Seed: f.Seed, Lot: f.Lot, At: k.At, Entry: k.Entry, Score: k.Score, Seconds: k.Seconds, Checks: costsOf(f.Checks), Must: f.Must, May: f.May, Missing: f.Missing, More: f.More}
	shown.tell(k.Steps, f.Findings)
	return shown
}

// tell adds the steps and the findings, each with its words and its way on.
func (d *shownDrill) tell(steps []recall.Step, findings []recall.Finding) {
	for _, step := range steps {
		one := drillStep{Step: step.Step, What: stepWords[step.Step], Seconds: step.Seconds}
		if d.Seconds > 0 {
			one.Share = int64(100 * step.Seconds / d.Seconds)
		}
		d.Steps = append(d.Steps, one)
	}
	for _, f := range findings {
		q := url.Values{"description": {"traceability drill: " + f.What}, "severity": {"minor"}, "cause": {"record"}, "back": {"/recall/drill"}}
		if strings.HasPrefix(f.Object, "partner:") {
			q.Set("object", short(d.Lot))
			q.Set("description", "traceability drill: "+short(f.Object)+": "+f.What)
		} else {
			q.Set("object", short(f.Object))
		}
		d.Findings = append(d.Findings, drillFinding{f, formOf("raise-nonconformity").Path + "?" + q.Encode()})
	}
}

// costsOf says what each kind of check takes off the score.
func costsOf(all []recall.Check) (list []costs) {
	for _, c := range all {
		points := 0.0
		if c.Checked > 0 {
			points = 100 * float64(c.Wrong) / float64(c.Checked) / float64(len(all))
		}
		list = append(list, costs{c, checkWords[c.Kind], points})
	}
	return list
}

// completePage is how complete the record of the plant is.
type completePage struct {
	Tabs    []action
	Seen    bool // there is an answer
	Looking bool // the plant is being looked at
	Now     int64
	Since   int64 // entries since the answer
	Size    int64
	Score   float64
	Checks  []costs
	Gaps    []closeGap
	All     int
	More    string
}

// closeGap is a gap with the page where it can be closed.
type closeGap struct {
	recall.OpenGap
	Close action
}

// gapsShown is how many gaps the page lists.
const gapsShown = 200

func (s *site) completeness(a *asked) (page, error) {
	size, _, err := journal.Head(a.tx, a.company)
	if err != nil {
		return page{}, err
	}
	c, looking, err := s.survey.ask(s.ledger, size, a.value("again") != "")
	if err != nil {
		return page{}, err
	}
	p := completePage{Tabs: tabsAt(recallTabs, "/completeness"), Looking: looking, Seen: c != nil, Now: size}
	if c == nil {
		return page{Title: "Completeness of the record", Area: "recall", Body: &p}, nil
	}
	from, err := a.number("from")
	if err != nil {
		return page{}, err
	}
	p.Size, p.Score, p.Checks, p.All, p.Since = c.Size, c.Score, costsOf(c.Checks), len(c.Gaps), size-c.Size
	first := min(int(from), len(c.Gaps))
	last := min(first+gapsShown, len(c.Gaps))
	for _, g := range c.Gaps[first:last] {
		p.Gaps = append(p.Gaps, closeGap{g, wayToClose(g)})
	}
	if last < len(c.Gaps) {
		p.More = "/completeness?from=" + strconv.Itoa(last)
	}
	return page{Title: "Completeness of the record", Area: "recall", Body: &p}, nil
}

// wayToClose is the page where a gap can be closed.
func wayToClose(g recall.OpenGap) action {
	kind, name, _ := strings.Cut(g.Where, ":")
	switch kind {
	case "order":
		return action{Text: "Look at the order", Link: orderLink(name)}
	case "partner":
		return action{Text: "Say where it is reached", Link: formOf("define-partner").Path + "?" + url.Values{"code": {name}, "role": {"customer"}}.Encode()}
	case "item":
		return action{Text: "Its lots and units", Link: "/stock?" + url.Values{"part_number": {name}}.Encode()}
	case "lot", "unit":
		return action{Text: "Look at it", Link: Link(g.Where)}
	}
	return action{Text: "Look in the journal", Link: "/journal"}
}
