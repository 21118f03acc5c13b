package api

import (
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"lotline/internal/ledger"
	"lotline/internal/name"
	"lotline/internal/refuse"
)

// The headers that say who asks, and name a request.
const (
	byHeader  = "Lotline-By"
	viaHeader = "Lotline-Via"
	keyHeader = "Idempotency-Key"
	keyMax    = 255 // bytes of a key
	askerMax  = 100 // bytes of who asks, and of the machine
)

// askerOf is who gives a command, and through what. Nobody has shown yet who
// they are, so a name bears that it is unverified, for ever; the machine stands
// behind "api", so that none can pass for a page or an import.
func askerOf(h http.Header) (ledger.Request, error) {
	req := ledger.Request{ID: h.Get(keyHeader), By: "api", Via: "api"}
	if len(req.ID) > keyMax {
		return req, refuse.New(refuse.Invalid, "The %s has %d bytes, at most %d.", keyHeader, len(req.ID), keyMax).At(keyHeader)
	}
	if strings.ContainsFunc(req.ID, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }) {
		return req, refuse.New(refuse.Invalid, "The %s holds what is no printable ASCII: use letters, digits and signs.", keyHeader).At(keyHeader)
	}
	by, err := header(h, byHeader)
	if err != nil {
		return req, err
	}
	if by != "" {
		req.By = by + " (unverified)"
	}
	via, err := header(h, viaHeader)
	if err != nil {
		return req, err
	}
	if via != "" {
		req.Via = "api/" + via
	}
	return req, nil
}

// header is the name that a header holds; empty when it is not sent.
func header(h http.Header, key string) (string, error) {
	text := h.Get(key)
	if text == "" {
		return "", nil
	}
	if len(text) > askerMax {
		return "", refuse.New(refuse.Invalid, "%s has %d bytes, at most %d.", key, len(text), askerMax).At(key)
	}
	clean, err := name.Clean(key, text)
	if refusal, ok := refuse.As(err); ok {
		return "", refusal.At(key)
	}
	return clean, err
}

// The types of bodies.
var (
	jsonTypes   = []string{"application/json"}
	uploadTypes = []string{"application/zip", "application/x-zip-compressed", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/octet-stream"}
)

// accepts refuses a body of another type than the route takes. A body whose
// type is not said is taken for what it must be.
func (r *Route) accepts(h http.Header) error {
	if len(r.Body) == 0 || r.Body[0] == "*/*" {
		return nil
	}
	wanted := "send it as " + r.Body[0] + "."
	if encoding := h.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return no{http.StatusUnsupportedMediaType, "media-type", "The body is packed as " + shown(encoding) + ": " + wanted}
	}
	given := h.Get("Content-Type")
	if given == "" {
		return nil
	}
	kind, params, err := mime.ParseMediaType(given)
	if err != nil || !slices.Contains(r.Body, kind) {
		return no{http.StatusUnsupportedMediaType, "media-type", "The body is " + shown(given) + ": " + wanted}
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return no{http.StatusUnsupportedMediaType, "media-type", "The body is written in " + shown(charset) + ": write UTF-8."}
	}
	return nil
}
