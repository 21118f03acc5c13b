package api

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
)

// requestHeader bears the id of a request, which a problem and the log have too.
const requestHeader = "X-Request-Id"

const requestMax = 100 // bytes of an id that somebody before us gave

type requestKey struct{}

// requestID is the id of a watched request.
func requestID(r *http.Request) string {
	id, _ := r.Context().Value(requestKey{}).(string)
	return id
}

// Watch gives every request its id, measures it and notes it in the log, pages
// and API alike, and refuses new ones when the server stops. Bodies and
// parameters are never noted.
func (s *Server) Watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.now()
		id := r.Header.Get(requestHeader)
		if !sound(id) {
			id = rand.Text()
		}
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, id))
		w.Header().Set(requestHeader, id)
		watched := &watched{ResponseWriter: w}
		s.measures.under.Inc()
		defer func() {
			s.measures.under.Dec()
			s.note(r, watched, s.now().Sub(began))
		}()
		if s.stopping.Load() && !slices.Contains([]string{"/healthz", "/readyz", "/metrics"}, r.URL.Path) {
			w.Header().Set("Connection", "close")
			problem(watched, r, no{http.StatusServiceUnavailable, "stopping", "The server is stopping. Ask again in a moment."})
			return
		}
		next.ServeHTTP(watched, r)
	})
}

func (s *Server) now() time.Time {
	if s.opt.Clock == nil {
		return time.Time{}
	}
	return s.opt.Clock()
}

// sound says that an id from outside can stand in a header and a log.
func sound(id string) bool {
	return id != "" && len(id) <= requestMax && !strings.ContainsFunc(id, func(r rune) bool {
		return !strings.ContainsRune("-_.:/+=", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

// note measures a request that is answered, and writes its line in the log.
func (s *Server) note(r *http.Request, w *watched, took time.Duration) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	route := routeOf(r)
	s.measures.request(r.Method, route, w.status, took)
	if s.opt.Log == nil {
		return
	}
	s.opt.Log.LogAttrs(context.WithoutCancel(r.Context()), slog.LevelInfo, "request", slog.String("request_id", requestID(r)), slog.String("method", r.Method),
		slog.String("path", r.URL.Path), slog.String("route", route), slog.Int("status", w.status),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.Int64("bytes", w.bytes))
}

// routeOf is the pattern that answered, so that there are only so many.
func routeOf(r *http.Request) string {
	_, path, found := strings.Cut(r.Pattern, " ")
	if !found {
		path = r.Pattern
	}
	if path == "" || path == "/" {
		return "none"
	}
	return path
}

// watched is an answer whose status and size are noted.
type watched struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader notes the status.
func (w *watched) WriteHeader(status int) {
	if w.status == 0 || w.status < http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (w *watched) Write(text []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(text)
	w.bytes += int64(n)
	return n, err
}

// Flush sends what is written so far.
func (w *watched) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
