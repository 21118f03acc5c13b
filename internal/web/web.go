// Package web is the pages: rendered on the server, useful without script, and
// calling nothing outside.
package web

import (
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

//go:embed templates/*.html assets/*
var files embed.FS

var functions = template.FuncMap{
	"link": Link,
	"when": func(t moment.Time) string { return strings.Replace(strings.TrimSuffix(t.String(), "Z"), "T", " ", 1) },
	"short": func(ref string) string {
		_, name, _ := strings.Cut(ref, ":")
		return name
	},
	"words":  func(name string) string { return strings.ReplaceAll(name, "_", " ") },
	"add":    func(a, b int) int { return a + b },
	"indent": func(level int64) string { return strings.Repeat("\u2003", int(level)) },
	"join":   func(texts []string) string { return strings.Join(texts, " ") },
}

// templates by page; each page has the layout.
var templates = parse()

func parse() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, page := range []string{"home", "object", "trace", "order", "orders", "recall", "import", "journal", "refused"} {
		all[page] = template.Must(template.New("layout.html").Funcs(functions).ParseFS(files, "templates/layout.html", "templates/"+page+".html"))
	}
	return all
}

// Link is the page of something that an answer names by its ref.
func Link(ref string) string {
	kind, name, _ := strings.Cut(ref, ":")
	part, own, ok := strings.Cut(name, "/")
	if ok && strings.Contains(own, "/") {
		return "/object?ref=" + url.QueryEscape(ref) // a slash in a name: the ref itself is safer than a path
	}
	switch kind {
	case genealogy.UnitKind:
		return "/units/" + url.PathEscape(part) + "/" + url.PathEscape(own)
	case genealogy.LotKind:
		return "/lots/" + url.PathEscape(part) + "/" + url.PathEscape(own)
	case "order":
		return "/orders/" + url.PathEscape(name)
	}
	return "/?q=" + url.QueryEscape(name)
}

// page is what every page has.
type page struct {
	Title  string
	Search string
	Body   any
}

// site serves the pages of one ledger.
type site struct{ ledger *ledger.Ledger }

// Handler serves the pages of a ledger.
func Handler(l *ledger.Ledger) http.Handler {
	s := &site{l}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.show("home", s.home))
	mux.HandleFunc("GET /units/{part}/{name}", s.show("object", s.unit))
	mux.HandleFunc("GET /lots/{part}/{name}", s.show("object", s.lot))
	mux.HandleFunc("GET /object", s.show("object", s.object))
	mux.HandleFunc("GET /trace", s.show("trace", s.trace))
	mux.HandleFunc("GET /orders", s.show("orders", s.orders))
	mux.HandleFunc("GET /orders/{order}", s.show("order", s.order))
	mux.HandleFunc("GET /recall", s.show("recall", s.recall))
	mux.HandleFunc("GET /import", s.show("import", s.importForm))
	mux.HandleFunc("POST /import", s.show("import", s.importFile))
	mux.HandleFunc("GET /journal", s.show("journal", s.journal))
	mux.Handle("GET /assets/", http.FileServerFS(files))
	mux.HandleFunc("/", s.show("refused", func(*store.Tx, *http.Request) (page, error) {
		return page{}, refuse.New(refuse.NotFound, "There is no such page.")
	}))
	return http.NewCrossOriginProtection().Handler(secure(mux))
}

// secure lets a page load nothing but what this server serves.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// show answers a page from one moment of the database; a refusal is shown in
// words, anything else is logged and hidden.
func (s *site) show(name string, f func(*store.Tx, *http.Request) (page, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		shown := templates[name]
		var p page
		var err error
		if r.Method == http.MethodPost {
			p, err = f(nil, r)
		} else {
			err = s.ledger.Read(r.Context(), func(tx *store.Tx) error {
				p, err = f(tx, r)
				return err
			})
		}
		status := http.StatusOK
		if err != nil {
			shown = templates["refused"]
			p, status = refused(r, err)
		}
		var out strings.Builder
		if err := shown.Execute(&out, p); err != nil {
			slog.Error("page failed", "path", r.URL.Path, "error", err)
			http.Error(w, "The page failed; the operator finds why in the log.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(out.String()))
	}
}

func refused(r *http.Request, err error) (page, int) {
	refusal, ok := refuse.As(err)
	if !ok {
		slog.Error("page failed", "path", r.URL.Path, "error", err)
		return page{Title: "Failed", Body: "The page failed; the operator finds why in the log."}, http.StatusInternalServerError
	}
	status := http.StatusUnprocessableEntity
	if refusal.Code == refuse.NotFound {
		status = http.StatusNotFound
	}
	return page{Title: "Not possible", Body: refusal.Error()}, status
}
