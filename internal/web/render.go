package web

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// templates by page; each page has the layout and the parts that pages share.
var templates = parse()

func parse() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, page := range []string{"home", "object", "trace", "list", "item", "compare", "receive", "order", "build", "quality", "inspect", "chart", "ship", "recall", "recalls", "recall-scope", "recall-customers", "recall-notice", "recall-answers", "recall-effect", "recall-report", "drill", "completeness",
		"journal", "fact", "verified", "import", "settings", "commands", "form", "refused"} {
		all[page] = template.Must(template.New("layout.html").Funcs(functions).ParseFS(files, "templates/layout.html", "templates/parts.html", "templates/recall-parts.html", "templates/"+page+".html"))
	}
	return all
}

// zones are the templates of the zones that browsers asked for: at most
// zonesMax, so that nobody fills the memory with all of them.
var zones = struct {
	sync.Mutex
	of map[string]map[string]*template.Template
}{of: map[string]map[string]*template.Template{}}

const zonesMax = 12

// inZone are the templates with all times in a zone.
func inZone(zone *time.Location) map[string]*template.Template {
	zones.Lock()
	defer zones.Unlock()
	if known := zones.of[zone.String()]; known != nil {
		return known
	}
	all := map[string]*template.Template{}
	for name, t := range templates {
		all[name] = template.Must(t.Clone()).Funcs(template.FuncMap{"when": func(t moment.Time) string { return whenIn(t, zone) }, "zone": zone.String})
	}
	if len(zones.of) < zonesMax {
		zones.of[zone.String()] = all
	}
	return all
}

// marked says in each form of which company it is.
func (s *site) marked(page string) string {
	return strings.ReplaceAll(page, formMark, `<input type="hidden" name="company_of_form" value="`+template.HTMLEscapeString(s.ledger.Company())+`">`+formMark)
}

// formMark is how the first field of each form that records begins.
const formMark = `<input type="hidden" name="request"`

// formMax bounds a posted form, in bytes.
const formMax = 8 << 20

// elsewhere is the answer of a view that sends the reader to another page.
type elsewhere string

func (e elsewhere) Error() string { return "see " + string(e) }

// read asks f at one moment of the database.
func (s *site) read(r *http.Request, f func(*asked) error) error {
	return s.ledger.Read(r.Context(), func(tx *store.Tx) error {
		return f(&asked{r, tx, s.ledger.Company()})
	})
}

// show answers a page; a refusal is shown in words, anything else is logged and
// hidden. A posted view has no moment of the database: it records first.
func (s *site) show(name string, v view) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var p page
		var err error
		if r.Method == http.MethodPost {
			p, err = v(s, &asked{Request: r, company: s.ledger.Company()})
		} else {
			err = s.read(r, func(a *asked) error {
				if p, err = v(s, a); err == nil {
					p.Recorded, err = s.recordedBefore(a)
				}
				return err
			})
		}
		var to elsewhere
		if errors.As(err, &to) {
			http.Redirect(w, r, string(to), http.StatusSeeOther)
			return
		}
		if table, ok := p.Body.(*listing); ok && err == nil && table.Format != "" {
			table.export(w, r)
			return
		}
		if file, ok := p.Body.(download); ok && err == nil {
			file.send(w, r)
			return
		}
		if err != nil {
			name := "refused"
			p = refused(r, err)
			s.write(w, r, name, p)
			return
		}
		s.write(w, r, name, p)
	}
}

// write renders a page, whole or not at all.
func (s *site) write(w http.ResponseWriter, r *http.Request, name string, p page) {
	if cookie, err := r.Cookie("scheme"); err == nil && (cookie.Value == "light" || cookie.Value == "dark") {
		p.Scheme = cookie.Value
	}
	zone := zoneOf(r)
	p.Company, p.Person, p.Zone = s.ledger.Company(), personOf(r), zone.String()
	var out strings.Builder
	if err := inZone(zone)[name].Execute(&out, p); err != nil {
		slog.Error("page failed", "path", r.URL.Path, "error", err)
		http.Error(w, "The page failed; the operator finds why in the log.", http.StatusInternalServerError)
		return
	}
	text := s.marked(out.String())
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept-Encoding")
	status := p.Status
	if status == 0 {
		status = http.StatusOK
	}
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
		return
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := gzip.NewWriter(w)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
}

// statuses of refusals.
var statuses = map[refuse.Code]int{refuse.NotFound: http.StatusNotFound, refuse.Conflict: http.StatusConflict, refuse.Sealed: http.StatusConflict, refuse.TooLarge: http.StatusRequestEntityTooLarge}

func statusOf(r *refuse.Refusal) int {
	if status, ok := statuses[r.Code]; ok {
		return status
	}
	return http.StatusUnprocessableEntity
}

func refused(r *http.Request, err error) page {
	refusal, ok := refuse.As(err)
	if !ok {
		if r.Context().Err() == nil {
			slog.Error("page failed", "path", r.URL.Path, "error", err)
		}
		return page{Title: "Failed", Body: "The page failed; the operator finds why in the log.", Status: http.StatusInternalServerError}
	}
	return page{Title: "Not possible", Body: refusal.Error(), Status: statusOf(refusal)}
}

// json answers what script asks for.
func (s *site) json(f func(*site, *asked) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var answer any
		err := s.read(r, func(a *asked) (err error) {
			answer, err = f(s, a)
			return err
		})
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if err != nil {
			p := refused(r, err)
			w.WriteHeader(p.Status)
			answer = map[string]any{"problem": p.Body}
		}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			slog.Warn("answer", "path", r.URL.Path, "error", err)
		}
	}
}
