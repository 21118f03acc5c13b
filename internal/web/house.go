package web

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/refuse"
)

// house serves the pages of all companies of a database: a browser's cookie says
// which one it works in. Each company has pages of its own, that know no other.
type house struct {
	own     *ledger.Ledger
	options Options
	lock    sync.Mutex
	doors   map[*ledger.Ledger]http.Handler
}

// What a browser remembers, each in a cookie of its own.
const (
	companyCookie = "company"
	personCookie  = "person"
	zoneCookie    = "zone"
)

// rememberedFor is how long a browser remembers, in seconds.
const rememberedFor = 365 * 24 * 60 * 60

// personMax bounds the name of a person, in bytes.
const personMax = 100

// Handler serves the pages of a ledger, and of the other companies of its
// database.
func Handler(l *ledger.Ledger, of ...Options) http.Handler {
	h := &house{own: l, doors: map[*ledger.Ledger]http.Handler{}}
	for _, options := range of {
		h.options = options
	}
	return http.NewCrossOriginProtection().Handler(secure(h))
}

// ServeHTTP leads to the company that the browser works in; a company that is
// not there leads to the server's own.
func (h *house) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l, err := h.own.Of(r.Context(), remembered(r, companyCookie))
	if err != nil {
		l = h.own
	}
	h.lock.Lock()
	door := h.doors[l]
	if door == nil {
		door = (&site{ledger: l, own: h.own, options: h.options}).routes()
		h.doors[l] = door
	}
	h.lock.Unlock()
	door.ServeHTTP(w, r)
}

// remembered is what a browser remembers under a name.
func remembered(r *http.Request, name string) string {
	cookie, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	text, err := url.QueryUnescape(cookie.Value)
	if err != nil {
		return ""
	}
	return text
}

// zoneOf is the time zone that a browser shows times in: UTC where it chose none.
func zoneOf(r *http.Request) *time.Location {
	zone, err := moment.Zone(remembered(r, zoneCookie))
	if err != nil {
		return time.UTC
	}
	return zone
}

// personOf is who works at the browser, as was said there; nobody checks it.
func personOf(r *http.Request) string {
	return strings.TrimSpace(remembered(r, personCookie))
}

// when shows a time to the minute, in the browser's zone.
func (a *asked) when(t moment.Time) string { return whenIn(t, zoneOf(a.Request)) }

// remember keeps in the browser's cookies who works there, for which company and
// in which time zone.
func (s *site) remember(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, formMax)
	person, zone, company := strings.TrimSpace(r.PostFormValue("person")), strings.TrimSpace(r.PostFormValue("zone")), r.PostFormValue("company_chosen")
	err := s.mayRemember(r, person, zone, company)
	if refusal, ok := refuse.As(err); ok {
		var p page
		if err = s.read(r, func(a *asked) error { p, err = s.settings(a); return err }); err == nil {
			you := p.Body.(settingsPage)
			you.Refusal, you.Person, you.Zone = refusal.Error(), person, zone
			p.Body, p.Status = you, statusOf(refusal)
			s.write(w, r, "settings", p)
			return
		}
	}
	if err != nil {
		s.write(w, r, "refused", refused(r, err))
		return
	}
	for name, text := range map[string]string{companyCookie: company, personCookie: person, zoneCookie: zone} {
		cookie := &http.Cookie{Name: name, Value: url.QueryEscape(text), Path: "/", MaxAge: rememberedFor, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil}
		if text == "" {
			cookie.MaxAge = -1
		}
		http.SetCookie(w, cookie)
	}
	http.Redirect(w, r, "/settings?kept=1", http.StatusSeeOther)
}

func (s *site) mayRemember(r *http.Request, person, zone, company string) error {
	if len(person) > personMax || strings.ContainsFunc(person, func(c rune) bool { return c < ' ' }) {
		return refuse.New(refuse.Invalid, "The name has at most %d bytes, all on one line.", personMax).At("person")
	}
	if _, err := moment.Zone(zone); zone != "" && err != nil {
		return err
	}
	_, err := s.own.Of(r.Context(), company)
	return err
}

// sameCompany refuses a form that was opened for another company than the
// browser works in now: two windows share one choice.
func (s *site) sameCompany(r *http.Request) error {
	if opened := r.PostFormValue("company_of_form"); opened != "" && opened != s.ledger.Company() {
		return refuse.New(refuse.Conflict, "This form was opened for company %s, and this browser works for %s now. Choose %s in the settings, then send it again.", opened, s.ledger.Company(), opened)
	}
	return nil
}
