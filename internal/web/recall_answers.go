package web

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/quantity"
	"lotline/internal/recall"
	"lotline/internal/refuse"
)

// answersPage is what customers were told of, with what became of each, and the
// fields to record it.
type answersPage struct {
	*recallHead
	Lines    []answeredLine
	Lots     bool // some are quantities of lots
	States   []string
	Filters  []filter
	Filtered bool
	Total    int
	From     int
	Older    string
	CSV      string
	Refusal  string
	By       string // who answered, as typed
	Action   string // the filter stays
}

// answeredLine is a unit at a customer with the fields of its row.
type answeredLine struct {
	N        int
	Ref      string
	Customer string
	What     string
	System   string
	State    string
	Whole    bool
	Has      quantity.Quantity
	Parts    []term // of a lot: how much of it is in which state
	Answered string
	Value    answerTyped
}

// answerTyped is what stands in the fields of a row.
type answerTyped struct{ State, Quantity, System, Note string }

// answerRows is how many units a page shows to be answered for.
const answerRows = 100

// open and unaccounted are filters beside the states.
var answerFilters = append([]string{"not answered", "not accounted for"}, recall.UnitStates...)

func (s *site) recallAnswers(a *asked) (page, error) {
	return s.answersPage(a, nil, nil)
}

// answersPage shows the units; with what was typed and why it was refused.
func (s *site) answersPage(a *asked, typed url.Values, refusal *refuse.Refusal) (page, error) {
	h, err := a.recallHead("answers")
	if err != nil {
		return page{}, err
	}
	customer, state := strings.TrimSpace(a.URL.Query().Get("customer")), a.URL.Query().Get("state")
	units, err := recall.ShowUnits(a.tx, a.company, h.Recall, customer)
	if err != nil {
		return page{}, err
	}
	p := answersPage{recallHead: h, States: recall.UnitStates, Filtered: customer != "" || state != "", Action: without(a.URL, "recorded"), By: typed.Get("answered_by"), CSV: with(h.Part("answers"), "format", "csv")}
	customers := make([]string, len(h.ByCustomer))
	for i, c := range h.ByCustomer {
		customers[i] = c.Customer
	}
	p.Filters = []filter{{Name: "customer", Label: "Customer", Value: customer, Choices: customers}, {Name: "state", Label: "State", Value: state, Choices: answerFilters}}
	units = slices.DeleteFunc(units, func(u recall.UnitRow) bool { return !answerFits(&u, state) })
	if a.URL.Query().Get("format") == "csv" {
		return page{Body: download{"answers.csv", "text/csv; charset=utf-8", func(w io.Writer) error { return recall.WriteUnits(w, units) }}}, nil
	}
	p.Total = len(units)
	p.From, _ = strconv.Atoi(a.URL.Query().Get("from"))
	p.From = max(0, min(p.From, p.Total))
	if p.From+answerRows < p.Total {
		p.Older = with(without(a.URL, "recorded"), "from", strconv.Itoa(p.From+answerRows))
	}
	for n, u := range units[p.From:min(p.From+answerRows, p.Total)] {
		l := lineOf(n, &u, typed)
		l.Answered = a.when(u.AnsweredAt)
		p.Lines, p.Lots = append(p.Lines, l), p.Lots || !l.Whole
	}
	shown := page{Title: "Answers to recall " + h.Recall, Area: "recall", Body: &p}
	if refusal != nil {
		p.Refusal, shown.Status = refusal.Error(), statusOf(refusal)
	}
	return shown, nil
}

func answerFits(u *recall.UnitRow, state string) bool {
	switch state {
	case "":
		return true
	case "not answered":
		return u.AnsweredAt == 0
	case "not accounted for":
		return u.AccountedAt == 0
	}
	return u.State == state
}

// lineOf is a row with what was typed into it.
func lineOf(n int, u *recall.UnitRow, typed url.Values) answeredLine {
	o := u.Object()
	l := answeredLine{N: n, Ref: o.Ref(), Customer: u.Customer, What: short(o.Ref()), System: u.System, State: u.State, Whole: o.Serial != "", Has: u.Quantity,
		Value: answerTyped{System: u.FoundIn, Note: u.Note}}
	for _, part := range []struct {
		what string
		much quantity.Quantity
	}{{"located", u.Located}, {"returned", u.Returned}, {"corrected", u.Corrected}, {"destroyed", u.Destroyed}, {"not found", u.NotFound}} {
		if part.much != 0 && !l.Whole {
			l.Parts = append(l.Parts, term{part.what, part.much.String()})
		}
	}
	if at := "." + strconv.Itoa(n); typed.Get("object"+at) == l.Ref && typed.Get("customer"+at) == l.Customer {
		l.Value = answerTyped{typed.Get("state" + at), typed.Get("quantity" + at), typed.Get("system" + at), typed.Get("note" + at)}
	}
	return l
}

// takeRecallAnswers records what was typed into the rows, or a table that a
// customer filled in: all of it, or nothing with the reason.
func (s *site) takeRecallAnswers(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, formMax)
	said, err := readAnswersOf(r)
	name := (&asked{Request: r}).called("recall")
	if err == nil {
		answer, failed := s.record(r, r.PostFormValue("request"), &recall.Respond{Recall: name, Answers: said})
		if err = failed; err == nil {
			http.Redirect(w, r, with(without(r.URL, "recorded"), "recorded", strconv.FormatInt(answer.Seq, 10)), http.StatusSeeOther)
			return
		}
	}
	refusal, ok := refuse.As(err)
	if !ok {
		s.write(w, r, "refused", refused(r, err))
		return
	}
	var p page
	if err = s.read(r, func(a *asked) error { p, err = s.answersPage(a, r.PostForm, refusal); return err }); err != nil {
		s.write(w, r, "refused", refused(r, err))
		return
	}
	s.write(w, r, "recall-answers", p)
}

// readAnswersOf reads the rows with a state, and the table, of a posted form.
func readAnswersOf(r *http.Request) (said []recall.Said, err error) {
	if err := r.ParseMultipartForm(formMax); err != nil && err != http.ErrNotMultipart {
		return nil, refuse.New(refuse.TooLarge, "The answers have more than %d MiB: divide them.", formMax>>20)
	}
	get := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	for i := 0; r.PostForm.Has("object." + strconv.Itoa(i)); i++ {
		at := "." + strconv.Itoa(i)
		one := recall.Said{Object: get("object" + at), Customer: get("customer" + at), State: get("state" + at), System: get("system" + at), Note: get("note" + at), AnsweredBy: get("answered_by")}
		if one.State == "" {
			continue
		}
		if text := get("quantity" + at); text != "" {
			if one.Quantity, err = quantity.Parse(text); err != nil {
				return nil, err
			}
		}
		said = append(said, one)
	}
	table := []byte(get("table"))
	if file, _, err := r.FormFile("file"); err == nil {
		defer file.Close()
		if table, err = io.ReadAll(file); err != nil {
			return nil, err
		}
	}
	if len(bytes.TrimSpace(table)) > 0 {
		more, err := recall.ReadAnswers(bytes.NewReader(table))
		if err != nil {
			return nil, err
		}
		said = append(said, more...)
	}
	if len(said) == 0 {
		return nil, refuse.New(refuse.Invalid, "Choose for at least one of them what became of it, or give a table that was filled in.")
	}
	return said, nil
}
