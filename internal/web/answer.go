package web

import (
	"html/template"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/quantity"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// answerPage is what a customer sees by the link of its notice: its own units
// and nothing else, without an account.
type answerPage struct {
	Notice  *recall.Notice
	Lines   []answerLine
	States  []string
	Saved   bool
	Refusal string
}

// answerLine is a unit with its fields' number.
type answerLine struct {
	N int
	recall.NoticeUnit
}

// answers is a page without the frame of the others, which leads elsewhere.
var answers = template.Must(template.New("answer.html").Funcs(functions).ParseFS(files, "templates/answer.html"))

// visitor is whom a link is for.
type visitor struct {
	ledger           *ledger.Ledger
	recall, customer string
}

// visitor reads a link; a wrong one is told as little as an unknown one.
func (s *site) visitor(r *http.Request) (*visitor, error) {
	unknown := refuse.New(refuse.NotFound, "There is no such page. Look whether the whole link was copied.")
	fact, err := journal.ParseFactName(r.PathValue("fact"))
	if err != nil {
		return nil, unknown
	}
	l, err := s.own.Of(r.Context(), r.PathValue("company"))
	if _, refused := refuse.As(err); refused {
		return nil, unknown
	} else if err != nil {
		return nil, err
	}
	good, err := l.CheckToken(recall.LinkAbout(fact), r.PathValue("token"))
	if err != nil || !good {
		if _, refused := refuse.As(err); err == nil || refused {
			err = unknown
		}
		return nil, err
	}
	v := &visitor{ledger: l}
	err = l.Read(r.Context(), func(tx *store.Tx) error {
		var ok bool
		if v.recall, v.customer, ok, err = recall.OfLink(tx, l.Company(), fact); err == nil && !ok {
			err = unknown
		}
		return err
	})
	return v, err
}

// answer shows the page.
func (s *site) answer(w http.ResponseWriter, r *http.Request) {
	s.showAnswer(w, r, "")
}

func (s *site) showAnswer(w http.ResponseWriter, r *http.Request, refusal string) {
	p := answerPage{States: recall.UnitStates, Saved: r.URL.Query().Get("saved") != "", Refusal: refusal}
	v, err := s.visitor(r)
	if err == nil {
		err = v.ledger.Read(r.Context(), func(tx *store.Tx) (err error) {
			if p.Notice, err = recall.ShowNotice(tx, v.ledger.Company(), v.recall, v.customer, 0); err == nil {
				err = p.Notice.All(tx, v.ledger.Company())
			}
			return err
		})
	}
	status := http.StatusOK
	if err != nil {
		said := refused(r, err)
		status, p.Refusal, p.Notice = said.Status, said.Body.(string), nil
	} else {
		for i, u := range p.Notice.Units {
			p.Lines = append(p.Lines, answerLine{i, u})
		}
	}
	if refusal != "" && err == nil {
		status = http.StatusUnprocessableEntity
	}
	var out strings.Builder
	if err := answers.Execute(&out, p); err != nil {
		slog.Error("page failed", "path", "/answer", "error", err)
		http.Error(w, "The page failed; the operator finds why in the log.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the link must not wander
	h.Set("X-Robots-Tag", "noindex")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(out.String()))
}

// takeAnswers records what the customer says.
func (s *site) takeAnswers(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, formMax)
	v, err := s.visitor(r)
	if err != nil {
		s.showAnswer(w, r, "")
		return
	}
	command, err := v.read(r)
	if err == nil {
		_, err = v.ledger.Record(r.Context(), ledger.Request{By: "customer " + v.customer, Via: "link"}, command)
	}
	if refusal, ok := refuse.As(err); ok {
		s.showAnswer(w, r, refusal.Error())
		return
	}
	if err != nil {
		slog.Error("page failed", "path", "/answer", "error", err)
		http.Error(w, "The answers were not recorded; try again in a while.", http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, r.URL.Path+"?saved=1", http.StatusSeeOther)
}

// read makes a command of the posted form: each unit with a state.
func (v *visitor) read(r *http.Request) (*recall.Respond, error) {
	if err := r.ParseForm(); err != nil {
		return nil, refuse.New(refuse.Invalid, "The answers cannot be read: send fewer at once.")
	}
	command := &recall.Respond{Recall: v.recall}
	for i := 0; r.PostForm.Has("object." + strconv.Itoa(i)); i++ {
		get := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name + "." + strconv.Itoa(i))) }
		if get("state") == "" {
			continue
		}
		said := recall.Said{Object: get("object"), Customer: v.customer, State: get("state"), System: get("system"), Note: get("note"), AnsweredBy: strings.TrimSpace(r.PostForm.Get("answered_by"))}
		if q := get("quantity"); q != "" {
			var err error
			if said.Quantity, err = quantity.Parse(q); err != nil {
				return nil, err
			}
		}
		command.Answers = append(command.Answers, said)
	}
	if len(command.Answers) == 0 {
		return nil, refuse.New(refuse.Invalid, "Choose for at least one of them what became of it.")
	}
	return command, nil
}
