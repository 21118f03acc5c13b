// Package web is the pages: rendered on the server, useful without script, and
// calling nothing outside. Pages decide nothing: a post is a command for the
// ledger, what is shown is an answer of a domain package.
package web

import (
	"net/http"
	"sync"

	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// page is what every page has.
type page struct {
	Title    string
	Area     string // the place of the side that is marked
	Search   string
	Body     any
	Recorded *recorded // what the post before recorded
	Scheme   string    // light or dark where the reader chose one
	Status   int       // 0: 200
	Company  string
	Person   string // who works at the browser, as was said there
	Zone     string // of all times on the page
}

// Options are what the operator says of the pages.
type Options struct {
	URL string // where they are, as customers reach them; "": as the browser came
}

// site serves the pages of one ledger.
type site struct {
	ledger  *ledger.Ledger
	own     *ledger.Ledger // of the company that the server was started for
	options Options
	survey  survey
	imports sync.Map // request id: *progress
}

// asked is a page's question: one moment of the database, and the request.
type asked struct {
	*http.Request
	tx      *store.Tx
	company string
}

// value is a parameter of the request.
func (a *asked) value(name string) string { return a.FormValue(name) }

// view answers a page from one moment of the database.
type view func(*site, *asked) (page, error)

// views are the pages that answer questions: pattern, template, what fills it.
var views = []struct {
	pattern, template string
	view              view
}{
	{"/{$}", "home", (*site).home},
	{"/units/{part}/{name}", "object", (*site).unit},
	{"/lots/{part}/{name}", "object", (*site).lot},
	{"/object", "object", (*site).object},
	{"/trace", "trace", (*site).trace},
	{"/stock", "list", (*site).stock},
	{"/items", "list", (*site).items},
	{"/items/{part}", "item", (*site).item},
	{"/items/{part}/compare", "compare", (*site).compareRevisions},
	{"/partners", "list", (*site).partners},
	{"/documents", "list", (*site).documents},
	{"/receive", "receive", (*site).receive},
	{"/orders", "list", (*site).orders},
	{"/orders/{order}", "order", (*site).order},
	{"/orders/{order}/compare", "compare", (*site).compareOrder},
	{"/build", "build", (*site).build},
	{"/quality", "quality", (*site).quality},
	{"/quality/inspections", "list", (*site).inspections},
	{"/quality/inspect", "inspect", (*site).inspect},
	{"/quality/chart", "chart", (*site).chart},
	{"/quality/nonconformities", "list", (*site).nonconformities},
	{"/quality/holds", "list", (*site).holds},
	{"/quality/deviations", "list", (*site).deviations},
	{"/quality/instruments", "list", (*site).instruments},
	{"/quality/suppliers", "list", (*site).suppliers},
	{"/ship", "ship", (*site).ship},
	{"/recall", "recall", (*site).recall},
	{"/recall/drill", "drill", (*site).drill},
	{"/completeness", "completeness", (*site).completeness},
	{"/recalls", "list", (*site).allRecalls},
	{"/recalls/{recall}", "recalls", (*site).opened},
	{"/recalls/{recall}/scope", "recall-scope", (*site).recallScope},
	{"/recalls/{recall}/customers", "recall-customers", (*site).recallCustomers},
	{"/recalls/{recall}/notice", "recall-notice", (*site).recallNotice},
	{"/recalls/{recall}/notices.zip", "list", (*site).recallZip},
	{"/recalls/{recall}/answers", "recall-answers", (*site).recallAnswers},
	{"/recalls/{recall}/effect", "recall-effect", (*site).recallEffect},
	{"/recalls/{recall}/report", "recall-report", (*site).recallReport},
	{"/reports/{file}", "list", (*site).report},
	{"/journal", "journal", (*site).journal},
	{"/journal/{fact}", "fact", (*site).fact},
	{"/import", "import", (*site).importForm},
	{"/settings", "settings", (*site).settings},
	{"/commands", "commands", (*site).allCommands},
}

// routes are the pages of one company.
func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	for _, v := range views {
		mux.HandleFunc("GET "+v.pattern, s.show(v.template, v.view))
	}
	for _, f := range forms {
		mux.HandleFunc("GET "+f.Path, s.show("form", f.view))
		mux.HandleFunc("POST "+f.Path, s.post(f))
	}
	mux.HandleFunc("POST /build", s.show("build", (*site).scanOnBench))
	mux.HandleFunc("POST /settings/browser", s.remember)
	mux.HandleFunc("POST /recall/drill", s.startDrill)
	mux.HandleFunc("POST /recalls/{recall}/answers", s.takeRecallAnswers)
	mux.HandleFunc("POST /quality/inspect", s.show("inspect", (*site).recordInspections))
	mux.HandleFunc("POST /import", s.show("import", (*site).importFile))
	mux.HandleFunc("GET /import/progress", s.importProgress)
	mux.HandleFunc("POST /journal/verify", s.show("verified", (*site).verify))
	mux.HandleFunc("GET /journal/checkpoint", s.checkpoint)
	mux.HandleFunc("GET /live", s.live)
	for path, answer := range map[string]func(*site, *asked) (any, error){
		"/suggest": (*site).suggest, "/scan": (*site).scan, "/picture": (*site).picture, "/flow": (*site).flow, "/recall/flow": (*site).recallFlow, "/quality/chart.json": (*site).chartData,
	} {
		mux.HandleFunc("GET "+path, s.json(answer))
	}
	mux.HandleFunc("GET /answer/{company}/{fact}/{token}", s.answer)
	mux.HandleFunc("POST /answer/{company}/{fact}/{token}", s.takeAnswers)
	mux.HandleFunc("GET /assets/{file}", serveAsset)
	mux.HandleFunc("/", s.show("refused", func(*site, *asked) (page, error) {
		return page{}, refuse.New(refuse.NotFound, "There is no such page.")
	}))
	return mux
}

// policy lets a page load nothing but what this server serves, and run nothing
// that stands in it.
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}
