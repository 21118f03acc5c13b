package api

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// Kind is what a parameter takes.
type Kind string

// The kinds of parameters.
const (
	Text   Kind = "text"
	Number Kind = "number" // a whole number, from 0 on
	YesNo  Kind = "true or false"
	When   Kind = "time"          // RFC 3339, or a date
	Known  Kind = "entry or time" // what was recorded by then
)

// Param is a parameter of a route: in the path where the path names it, else
// in the query.
type Param struct {
	Name, Doc string
	Kind      Kind
	Required  bool
	Many      bool  // may be given several times
	Max       int64 // of a number; 0: none
	Choices   []string
}

// textMax bounds the value of a parameter, in bytes.
const textMax = 1024

// question is what a route is asked, its parameters checked against what the
// route declares.
type question struct {
	*http.Request
	w       http.ResponseWriter
	clock   func() time.Time
	ledger  *ledger.Ledger
	asker   ledger.Request
	tx      *store.Tx // of a question that reads
	company string
	values  url.Values
	pages   string // where the pages are
}

// text is the value of a parameter; empty when it was not given.
func (q *question) text(name string) string { return q.values.Get(name) }

// all are the values of a parameter that may be given several times.
func (q *question) all(name string) []string { return q.values[name] }

// number is the value of a Number; 0 when it was not given.
func (q *question) number(name string) int64 {
	n, _ := strconv.ParseInt(q.text(name), 10, 64) // read has checked it
	return n
}

// yes is the value of a YesNo.
func (q *question) yes(name string) bool { return q.text(name) == "true" }

// within lets the connection take that long for the rest of the body; 0 lets it
// take as long as the route. Without a clock there is no deadline.
func (q *question) within(d time.Duration) {
	if q.clock == nil {
		return
	}
	var at time.Time
	if d > 0 {
		at = q.clock().Add(d)
	}
	control := http.NewResponseController(q.w)
	_ = control.SetReadDeadline(at) // a connection that cannot has none
	if d > bodyTakes {
		_ = control.SetWriteDeadline(at.Add(d))
	}
}

// about are the parameters that all questions about the past share.
func (q *question) about() (trace.Question, error) {
	return trace.ReadQuestion(q.tx, q.company, q.text)
}

// get is a route that reads one moment of the database and answers a T.
func get[T any](path, doc string, params []Param, f func(*question) (T, error)) Route {
	return Route{Method: http.MethodGet, Path: path, Doc: doc, Params: params, Answer: reflect.TypeFor[T](), serve: func(q *question) (answer any, err error) {
		err = q.ledger.Read(q.Context(), func(tx *store.Tx) error {
			q.tx = tx
			answer, err = f(q)
			return err
		})
		return answer, err
	}}
}

// read checks the parameters of a request against what the route declares.
func read(r *http.Request, params []Param) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refuse.New(refuse.Invalid, "The parameters cannot be read: write a %% of their text as %%25, a & as %%26.")
	}
	for name := range values {
		if !slices.ContainsFunc(params, func(p Param) bool { return p.Name == name }) {
			return nil, unknown(name, params)
		}
	}
	for _, p := range params {
		if inPath := r.PathValue(p.Name); inPath != "" {
			values[p.Name] = []string{inPath}
		}
		given := values[p.Name]
		if len(given) > 1 && !p.Many {
			return nil, refuse.New(refuse.Invalid, "%s is given %d times: give it once.", p.Name, len(given)).At(p.Name)
		}
		if p.Required && strings.TrimSpace(strings.Join(given, "")) == "" {
			return nil, refuse.New(refuse.Invalid, "Say %s with ?%s=.", p.Doc, p.Name).At(p.Name)
		}
		for _, text := range given {
			if err := p.check(text); err != nil {
				return nil, err
			}
		}
	}
	return values, nil
}

func unknown(name string, params []Param) error {
	if len(name) > 64 {
		name = strings.ToValidUTF8(name[:64], "") + "…"
	}
	if len(params) == 0 {
		return refuse.New(refuse.Invalid, "There is no parameter %q: this takes none.", name).At(name)
	}
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	return refuse.New(refuse.Invalid, "There is no parameter %q: this takes %s.", name, strings.Join(names, ", ")).At(name)
}

// check says what is wrong with the text of a parameter.
func (p *Param) check(text string) error {
	if len(text) > textMax {
		return refuse.New(refuse.TooLarge, "%s has %d bytes, at most %d.", p.Name, len(text), textMax).At(p.Name)
	}
	if text == "" {
		return nil
	}
	switch p.Kind {
	case Number:
		return p.whole(text)
	case YesNo:
		if text != "true" && text != "false" {
			return refuse.New(refuse.Invalid, "%s is %q: write true or false.", p.Name, text).At(p.Name)
		}
	case Known:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			if n < 1 {
				return refuse.New(refuse.Invalid, "%s is %q: entries count from 1.", p.Name, text).At(p.Name)
			}
			return nil
		}
		return p.when(text)
	case When:
		return p.when(text)
	}
	if len(p.Choices) > 0 && !slices.Contains(p.Choices, text) {
		return refuse.New(refuse.Invalid, "%s is %q: it must be one of %s.", p.Name, text, strings.Join(p.Choices, ", ")).At(p.Name)
	}
	return nil
}

func (p *Param) whole(text string) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return refuse.New(refuse.Invalid, "%s is %q: write a whole number, 0 or more.", p.Name, text).At(p.Name)
	}
	if p.Max > 0 && n > p.Max {
		return refuse.New(refuse.Invalid, "%s is %d: at most %d.", p.Name, n, p.Max).At(p.Name)
	}
	return nil
}

func (p *Param) when(text string) error {
	_, err := moment.Parse(text, time.UTC)
	if refusal, ok := refuse.As(err); ok {
		return refusal.At(p.Name)
	}
	return err
}
