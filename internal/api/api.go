// Package api answers JSON over HTTP under /api/v1: every command that the
// program has, and the same questions as the command line. What it says of
// itself (/api/, /api/v1/openapi.json) is made of the types that serve.
package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Limits of a request.
const (
	BodyMax     = 8 << 20          // bytes of a command
	QuestionMax = time.Minute      // how long an answer may take, unless the options say otherwise
	queryMax    = 8 << 10          // bytes of all parameters
	bodyTakes   = 30 * time.Second // until a command's body is there
	uploadTakes = 30 * time.Minute // until a workbook is there and decided
	readyTakes  = 2 * time.Second
)

// Options of a server. The zero value logs nothing and sets no deadline on a
// connection.
type Options struct {
	Clock       func() time.Time
	Log         *slog.Logger
	QuestionMax time.Duration // how long an answer may take; 0: QuestionMax
	URL         string        // where the pages are, for documents; "" when nobody said
}

// Server answers for one ledger.
type Server struct {
	ledger   *ledger.Ledger
	opt      Options
	measures *measures
	stopping atomic.Bool
}

// New makes a server of a ledger.
func New(l *ledger.Ledger, opt Options) *Server {
	if opt.QuestionMax <= 0 {
		opt.QuestionMax = QuestionMax
	}
	return &Server{ledger: l, opt: opt, measures: newMeasures(l)}
}

// Handler serves the API of a ledger.
func Handler(l *ledger.Ledger) http.Handler { return New(l, Options{}).Handler() }

// Stop says that the server ends: it is not ready any more, and Watch refuses
// what comes from now on.
func (s *Server) Stop() { s.stopping.Store(true) }

// companyHeader names the company that a request is about, of those that share
// the database.
const companyHeader = "Lotline-Company"

// ledgerOf is the ledger that a request is about: that of the company it names,
// else the one that is served.
func (s *Server) ledgerOf(r *http.Request) (*ledger.Ledger, error) {
	return s.ledger.Of(r.Context(), r.Header.Get(companyHeader))
}

// Handler serves the API, and what those who run the server ask: /healthz,
// /readyz and /metrics.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	methods := map[string][]string{}
	on := func(method, path string, h http.HandlerFunc) {
		mux.HandleFunc(method+" "+path, h)
		methods[path] = append(methods[path], method)
	}
	for _, r := range Routes {
		on(r.Method, "/api/v1/"+r.Path, s.handle(r))
	}
	for name, make := range Commands {
		on(http.MethodPost, "/api/v1/commands/"+name, s.handle(commandRoute(name, make)))
	}
	on(http.MethodGet, "/api/v1/openapi.json", s.document)
	on(http.MethodGet, "/api/{$}", s.page)
	on(http.MethodGet, "/problems/{type}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/api/#problem-"+r.PathValue("type"), http.StatusSeeOther)
	})
	on(http.MethodGet, "/healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	on(http.MethodGet, "/readyz", s.ready)
	on(http.MethodGet, "/metrics", s.measures.handler().ServeHTTP)
	for path, allowed := range methods {
		mux.HandleFunc(path, other(allowed))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem(w, r, refuse.New(refuse.NotFound, "There is no %s %s.", r.Method, shown(r.URL.Path)))
	})
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		problem(w, r, no{http.StatusForbidden, "cross-origin", "The request comes from a page of another site: it is not taken."})
	}))
	return guard.Handler(mux)
}

// other answers the methods that a path does not take.
func other(allowed []string) http.HandlerFunc {
	allow := append(slices.Clone(allowed), http.MethodOptions)
	if slices.Contains(allowed, http.MethodGet) {
		allow = append(allow, http.MethodHead)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", strings.Join(allow, ", "))
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		problem(w, r, no{http.StatusMethodNotAllowed, "method", fmt.Sprintf("%s does not take %s: use %s.", r.URL.Path, shown(r.Method), strings.Join(allowed, " or "))})
	}
}

// ready says whether requests would be answered.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTakes)
	defer cancel()
	switch err := s.ledger.Read(ctx, func(*store.Tx) error { return nil }); {
	case s.stopping.Load():
		problem(w, r, no{http.StatusServiceUnavailable, "stopping", "The server is stopping."})
	case err != nil:
		problem(w, r, no{http.StatusServiceUnavailable, "stopping", "The database does not answer."})
	default:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = io.WriteString(w, `{"status":"ready"}`+"\n")
	}
}

// handle answers a route.
func (s *Server) handle(route Route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), s.takes(&route))
		defer cancel()
		answer, err := s.answer(&route, &question{Request: r.WithContext(ctx), w: w, clock: s.opt.Clock, pages: s.opt.URL})
		if err != nil {
			problem(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		switch answer := answer.(type) {
		case file:
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Header().Set("Content-Disposition", "attachment")
		case *printed:
			answer.say(w.Header())
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if err := write(w, answer); err != nil {
			slog.Warn("answer", "request_id", requestID(r), "route", route.Path, "error", err)
			panic(http.ErrAbortHandler) // so that nobody takes the half for the whole
		}
	}
}

// takes is how long a route may take.
func (s *Server) takes(route *Route) time.Duration {
	if route.Takes > 0 {
		return route.Takes
	}
	return s.opt.QuestionMax
}

// answer checks the request, chooses the ledger and asks.
func (s *Server) answer(route *Route, q *question) (answer any, err error) {
	if len(q.URL.RawQuery) > queryMax {
		return nil, no{http.StatusRequestURITooLong, string(refuse.TooLarge), fmt.Sprintf("The parameters have %d bytes, at most %d.", len(q.URL.RawQuery), queryMax)}
	}
	if err := route.accepts(q.Header); err != nil {
		return nil, err
	}
	if q.values, err = read(q.Request, route.Params); err != nil {
		return nil, err
	}
	if q.ledger, err = s.ledgerOf(q.Request); err != nil {
		return nil, err
	}
	q.company = q.ledger.Company()
	if q.asker, err = askerOf(q.Header); err != nil {
		return nil, err
	}
	answer, err = route.serve(q)
	if route.command != "" {
		s.measures.command(route.command, answer, err)
	}
	return answer, err
}
