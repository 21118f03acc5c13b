// Package api answers JSON over HTTP under /api/v1: every command that the
// program has, and the same questions as the command line.
package api

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// BodyMax bounds the body of a command, in bytes.
const BodyMax = 8 << 20

// server answers for one ledger.
type server struct{ ledger *ledger.Ledger }

// companyHeader names the company that a request is about, of those that share
// the database.
const companyHeader = "Lotline-Company"

// ledgerOf is the ledger that a request is about: that of the company it names,
// else the one that is served.
func (s *server) ledgerOf(r *http.Request) (*ledger.Ledger, error) {
	return s.ledger.Of(r.Context(), r.Header.Get(companyHeader))
}

// Handler serves the API of a ledger.
func Handler(l *ledger.Ledger) http.Handler {
	s := &server{l}
	mux := http.NewServeMux()
	for _, r := range Routes {
		mux.HandleFunc(r.Method+" /api/v1/"+r.Path, s.handle(r.Params, r.serve))
	}
	for name, make := range Commands {
		mux.HandleFunc("POST /api/v1/commands/"+name, s.handle(commandParams, func(q *question) (any, error) { return record(q, make()) }))
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", s.handle(nil, func(q *question) (any, error) {
		return map[string]string{"status": "ready"}, q.ledger.Read(q.Context(), func(*store.Tx) error { return nil })
	}))
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		problem(w, r, refuse.New(refuse.NotFound, "There is no %s %s.", r.Method, r.URL.Path))
	})
	return http.NewCrossOriginProtection().Handler(mux)
}

// commandParams are the parameters of every command.
var commandParams = []Param{{Name: "as_happened", Doc: "a reason: record what happened in the past though it broke a rule, as a breach", Kind: Text}}

// raw is an answer that is JSON already.
type raw []byte

func (s *server) handle(params []Param, f func(*question) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer, err := s.answer(r, params, f)
		if err != nil {
			problem(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if text, ok := answer.(raw); ok {
			_, _ = w.Write(text)
			return
		}
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(answer); err != nil {
			slog.Warn("answer", "path", r.URL.Path, "error", err)
		}
	}
}

// answer chooses the ledger, reads the parameters and asks.
func (s *server) answer(r *http.Request, params []Param, f func(*question) (any, error)) (any, error) {
	values, err := read(r, params)
	if err != nil {
		return nil, err
	}
	l, err := s.ledgerOf(r)
	if err != nil {
		return nil, err
	}
	return f(&question{Request: r, ledger: l, company: l.Company(), values: values})
}

// Problem is how the API says no (RFC 9457).
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Field  string `json:"field,omitempty"`
}

// statuses of refusals; whatever else goes wrong is the server's fault.
var statuses = map[refuse.Code]int{
	refuse.Invalid: http.StatusUnprocessableEntity, refuse.NotFound: http.StatusNotFound, refuse.Conflict: http.StatusConflict,
	refuse.Sealed: http.StatusConflict, refuse.TooLarge: http.StatusRequestEntityTooLarge, refuse.Unsupported: http.StatusUnprocessableEntity,
}

func problem(w http.ResponseWriter, r *http.Request, err error) {
	p := Problem{Type: "about:blank", Title: "The server failed", Status: http.StatusInternalServerError, Detail: "The request failed; the operator finds why in the log."}
	var large *http.MaxBytesError
	if refusal, ok := refuse.As(err); ok {
		status := statuses[refusal.Code]
		p = Problem{Type: "/problems/" + refusal.Type(), Title: http.StatusText(status), Status: status, Detail: refusal.Error(), Field: refusal.Field}
	} else if errors.As(err, &large) {
		p = Problem{Type: "/problems/too-large", Title: "Too large", Status: http.StatusRequestEntityTooLarge, Detail: "The body is larger than the server takes."}
	} else if !errors.Is(err, r.Context().Err()) || r.Context().Err() == nil {
		slog.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// record reads a command from the body and records it. The Idempotency-Key is
// the request's id.
func record(q *question, command ledger.Command) (any, error) {
	decoder := json.NewDecoder(http.MaxBytesReader(nil, q.Body, BodyMax))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(command); err != nil {
		var large *http.MaxBytesError
		if _, ok := refuse.As(err); ok || errors.As(err, &large) {
			return nil, err
		}
		return nil, refuse.New(refuse.Invalid, "The body is not the JSON of this command: %s.", strings.TrimPrefix(err.Error(), "json: "))
	}
	if decoder.More() {
		return nil, refuse.New(refuse.Invalid, "The body holds more than one command.")
	}
	if reason := q.text("as_happened"); reason != "" {
		command = &ledger.AsHappened{Command: command, Reason: reason}
	}
	return q.ledger.Record(q.Context(), ledger.Request{ID: q.Header.Get("Idempotency-Key"), By: "api", Via: "api"}, command)
}
