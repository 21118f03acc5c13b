package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"lotline/internal/refuse"
)

// Problem is how the API says no (RFC 9457).
type Problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Field     string `json:"field,omitempty"`
	RequestID string `json:"request_id,omitempty"`
}

// statuses of refusals; whatever else goes wrong is the server's fault.
var statuses = map[refuse.Code]int{
	refuse.Invalid: http.StatusUnprocessableEntity, refuse.NotFound: http.StatusNotFound, refuse.Conflict: http.StatusConflict,
	refuse.Sealed: http.StatusConflict, refuse.TooLarge: http.StatusRequestEntityTooLarge, refuse.Unsupported: http.StatusUnprocessableEntity,
}

// no is a refusal that only HTTP knows.
type no struct {
	status int
	slug   string // of the problem's type
	text   string
}

// Error is the sentence.
func (n no) Error() string { return n.text }

// isNo says that an error is a refusal that only HTTP knows.
func isNo(err error) bool {
	var n no
	return errors.As(err, &n)
}

// problems are the types of problems, each with what it means.
var problems = []struct{ slug, doc string }{
	{string(refuse.Invalid), "What was given cannot be understood, or breaks a rule by itself. The field at fault is named."},
	{string(refuse.NotFound), "What was named is not there."},
	{string(refuse.Conflict), "What was asked for does not fit what is recorded."},
	{string(refuse.Sealed), "What should change is sealed for ever."},
	{string(refuse.TooLarge), "A limit was passed."},
	{string(refuse.Unsupported), "A format, kind or version that this program does not know."},
	{"method", "The path takes another method; the header Allow names it."},
	{"media-type", "The body is of another type than the path takes."},
	{"timeout", "It took too long. A question has changed nothing; a command may yet be recorded: repeat it with the same Idempotency-Key."},
	{"stopping", "The server is stopping, or its database does not answer. Ask again in a moment."},
	{"cross-origin", "A browser sent the request from a page of another site."},
	{"failed", "The server failed; the operator finds why in the log, by the request_id."},
}

// problemOf is what an error is to the one who asked.
func problemOf(r *http.Request, err error) Problem {
	var other no
	if refusal, ok := refuse.As(err); ok {
		status := statuses[refusal.Code]
		return Problem{Type: "/problems/" + refusal.Type(), Title: http.StatusText(status), Status: status, Detail: refusal.Error(), Field: refusal.Field}
	}
	switch {
	case errors.As(err, &other):
	case errors.Is(err, context.DeadlineExceeded) && r.Method == http.MethodPost:
		other = no{http.StatusServiceUnavailable, "timeout", "The command waited too long for its turn. It may yet be recorded: repeat it with the same Idempotency-Key to know."}
	case errors.Is(err, context.DeadlineExceeded):
		other = no{http.StatusServiceUnavailable, "timeout", "The answer took longer than the server gives it. Ask for less, or have the operator raise --question-max."}
	case errors.Is(err, context.Canceled):
		other = no{http.StatusServiceUnavailable, "stopping", "The server is stopping. Ask again in a moment."}
	default:
		slog.Error("request failed", "request_id", requestID(r), "method", r.Method, "path", r.URL.Path, "error", err)
		other = no{http.StatusInternalServerError, "failed", "The request failed; the operator finds why in the log."}
	}
	return Problem{Type: "/problems/" + other.slug, Title: http.StatusText(other.status), Status: other.status, Detail: other.text}
}

func problem(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r, err)
	p.RequestID = requestID(r)
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(p.Status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(p)
}
