package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lotline/internal/api"
	"lotline/internal/ledger"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

// watched serves a ledger as lotline serve does, with a log to look at.
func watched(t *testing.T, f func(c client, s *api.Server, log *bytes.Buffer)) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		l, err := ledger.On(t.Context(), open(), ledger.Options{KeyFile: t.TempDir() + "/key"})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		log := &bytes.Buffer{}
		s := api.New(l, api.Options{Clock: time.Now, Log: slog.New(slog.NewJSONHandler(log, nil))})
		mux := http.NewServeMux()
		mux.Handle("/", s.Handler())
		server := httptest.NewServer(s.Watch(mux))
		defer server.Close()
		f(client{t, server.URL + "/api/v1/", l}, s, log)
	})
}

// text asks for a path beside the API.
func (c client) text(path string) (int, string) {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), "GET", strings.TrimSuffix(c.url, "/api/v1/")+path, nil)
	if err != nil {
		c.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestEveryRequestIsNotedAndMeasured(t *testing.T) {
	watched(t, func(c client, _ *api.Server, log *bytes.Buffer) {
		_, _, h := c.send("POST", "commands/define-partner", "application/json", strings.NewReader(`{"code":"SECRET","name":"Acme"}`), "X-Request-Id", "mine-1")
		if got := h.Get("X-Request-Id"); got != "mine-1" {
			c.Errorf("the request's id is %q, want the one that was sent", got)
		}
		status, p, h := c.send("GET", "orders/NOPE?", "", nil, "X-Request-Id", "not one\tof ours")
		if id := h.Get("X-Request-Id"); status != 404 || p.RequestID != id || len(id) < 16 {
			c.Errorf("%d %+v, header %q", status, p, id)
		}
		c.send("GET", "nowhere", "", nil)
		type line struct {
			ID     string `json:"request_id"`
			Method string
			Route  string
			Status int
			Bytes  int
			Ms     *float64
		}
		var got []string
		for text := range strings.Lines(log.String()) {
			var l line
			if err := json.Unmarshal([]byte(text), &l); err != nil || l.Ms == nil || l.Bytes == 0 || l.ID == "" {
				c.Errorf("%s is no line of a request: %v", text, err)
			}
			got = append(got, fmt.Sprintf("%s %s %d", l.Method, l.Route, l.Status))
		}
		want := []string{"POST /api/v1/commands/define-partner 200", "GET /api/v1/orders/{order} 404", "GET none 404"}
		if !slices.Equal(got, want) {
			c.Errorf("the log has %q, want %q", got, want)
		}
		if strings.Contains(log.String(), "SECRET") {
			c.Errorf("the log holds a body: %s", log)
		}
		_, text := c.text("/metrics")
		for _, want := range []string{
			`lotline_http_requests_total{method="POST",route="/api/v1/commands/define-partner",status="200"} 1`, `lotline_http_requests_total{method="GET",route="/api/v1/orders/{order}",status="404"} 1`,
			`lotline_http_request_seconds_count{method="GET",route="/api/v1/orders/{order}"} 1`, `lotline_commands_total{command="define-partner",outcome="recorded"} 1`,
			"lotline_turns_total 1", "lotline_turn_commands_total 1", "lotline_journal_entries 1", "go_goroutines",
		} {
			if !strings.Contains(text, want) {
				c.Errorf("/metrics has no %s", want)
			}
		}
	})
}

// slow is a body that arrives when the test says so.
type slow struct {
	started sync.Once
	begun   chan struct{}
	text    io.Reader
	go_     chan struct{}
}

func (s *slow) Read(p []byte) (int, error) {
	s.started.Do(func() { close(s.begun); <-s.go_ })
	return s.text.Read(p)
}

func TestAServerThatStops(t *testing.T) {
	watched(t, func(c client, s *api.Server, _ *bytes.Buffer) {
		for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready"} {
			if status, text := c.text(path); status != 200 || !strings.Contains(text, want) {
				c.Errorf("%s: %d %s", path, status, text)
			}
		}
		body := &slow{begun: make(chan struct{}), go_: make(chan struct{}), text: strings.NewReader(`{"code":"ACME","name":"Acme"}`)}
		under := make(chan int, 1)
		go func() {
			status, _, _ := c.send("POST", "commands/define-partner", "application/json", body)
			under <- status
		}()
		<-body.begun
		// The request is under way: the server has its headers when it counts it.
		for {
			if _, text := c.text("/metrics"); strings.Contains(text, "lotline_http_requests_in_flight 2") {
				break
			}
		}
		s.Stop()
		if status, text := c.text("/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(text, "stopping") {
			c.Errorf("/readyz of a server that stops: %d %s", status, text)
		}
		if status, _ := c.text("/healthz"); status != 200 {
			c.Errorf("/healthz of a server that stops: %d", status)
		}
		status, p, h := c.send("GET", "orders", "", nil)
		if status != http.StatusServiceUnavailable || p.Type != "/problems/stopping" || h.Get("Retry-After") == "" {
			c.Errorf("a new request: %d %+v", status, p)
		}
		close(body.go_)
		if status := <-under; status != 200 {
			c.Errorf("the request under way: %d", status)
		}
		if got := c.size(); got != 1 {
			c.Errorf("the journal has %d entries, want 1", got)
		}
	})
}

func TestADatabaseThatDoesNotAnswer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		l, err := ledger.On(t.Context(), db, ledger.Options{KeyFile: t.TempDir() + "/key"})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(api.Handler(l))
		defer server.Close()
		l.Close()
		db.Close()
		c := client{t, server.URL + "/api/v1/", l}
		if status, text := c.text("/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(text, "does not answer") {
			t.Errorf("%d %s", status, text)
		}
		if _, text := c.text("/metrics"); !strings.Contains(text, "lotline_journal_entries NaN") {
			t.Error("/metrics says how many entries there are, and cannot know")
		}
	})
}

func TestAnAnswerThatTakesTooLong(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		l, err := ledger.On(t.Context(), open(), ledger.Options{KeyFile: t.TempDir() + "/key"})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		server := httptest.NewServer(api.New(l, api.Options{QuestionMax: time.Nanosecond}).Handler())
		defer server.Close()
		c := client{t, server.URL + "/api/v1/", l}
		for _, r := range []struct{ method, path, says string }{{"GET", "orders", "longer"}, {"POST", "commands/define-partner", "Idempotency-Key"}} {
			status, p, _ := c.send(r.method, r.path, "application/json", strings.NewReader(`{"code":"A","name":"A"}`))
			if status != http.StatusServiceUnavailable || p.Type != "/problems/timeout" || !strings.Contains(p.Detail, r.says) {
				t.Errorf("%s: %d %+v", r.path, status, p)
			}
		}
	})
}

// The journal says who acted, and that nobody has shown it.
func TestWhoActs(t *testing.T) {
	each(t, func(c client) {
		long := strings.Repeat("x", 101)
		for i, r := range []struct{ by, via, wantBy, wantVia string }{
			{"", "", "api", "api"}, {"jan", "", "jan (unverified)", "api"}, {"Ünal", "press 7", "Ünal (unverified)", "api/press 7"},
			{long, "", "", ""}, {"", long, "", ""}, {"a\u0085b", "", "", ""}, {"", "..", "", ""},
		} {
			var headers []string
			if r.by != "" {
				headers = append(headers, "Lotline-By", r.by)
			}
			if r.via != "" {
				headers = append(headers, "Lotline-Via", r.via)
			}
			size := c.size()
			status, p, h := c.send("POST", "commands/define-partner", "application/json", strings.NewReader(fmt.Sprintf(`{"code":"C%d","name":"C"}`, i)), headers...)
			if r.wantBy == "" {
				c.refused(fmt.Sprintf("by %q via %q", r.by, r.via), status, p, h, headers[0])
				continue
			}
			_, got := c.do("GET", fmt.Sprint("journal?from=", size+1), "", "")
			entry := got["entries"].([]any)[0].(map[string]any)
			if entry["by"] != r.wantBy || entry["via"] != r.wantVia {
				c.Errorf("by %q via %q: the journal says by %v via %v", r.by, r.via, entry["by"], entry["via"])
			}
		}
		for _, key := range []string{strings.Repeat("k", 256), "kö", "a\tb"} {
			status, p, h := c.send("POST", "commands/define-partner", "application/json", strings.NewReader(`{"code":"K","name":"K"}`), "Idempotency-Key", key)
			c.refused("key "+key, status, p, h, "Idempotency-Key")
		}
	})
}

// HEAD and OPTIONS answer as they should, and other sites' pages are kept out.
func TestOtherMethods(t *testing.T) {
	each(t, func(c client) {
		status, _, h := c.send("HEAD", "orders", "", nil)
		if status != 200 || h.Get("Content-Type") != "application/json; charset=utf-8" {
			c.Errorf("HEAD: %d %v", status, h)
		}
		status, _, h = c.send("OPTIONS", "commands/receive", "", nil)
		if status != http.StatusNoContent || h.Get("Allow") != "POST, OPTIONS" {
			c.Errorf("OPTIONS: %d %v", status, h)
		}
		status, p, _ := c.send("POST", "commands/define-partner", "application/json", strings.NewReader(`{"code":"A","name":"A"}`), "Sec-Fetch-Site", "cross-site")
		if status != http.StatusForbidden || p.Type != "/problems/cross-origin" {
			c.Errorf("from another site: %d %+v", status, p)
		}
		status, _, h = c.send("POST", "commands/define-partner", "application/json", strings.NewReader(`{"code":"A","name":"A"}`), "Content-Encoding", "gzip")
		if status != http.StatusUnsupportedMediaType {
			c.Errorf("packed: %d %v", status, h)
		}
	})
}

// The page shows every route, and asks nobody else for anything.
func TestThePageOfTheAPI(t *testing.T) {
	each(t, func(c client) {
		status, page := c.text("/api/")
		if status != 200 {
			c.Fatalf("%d %s", status, page)
		}
		for _, r := range api.Routes {
			if !strings.Contains(page, "<code>"+r.Method+" /api/v1/"+r.Path+"</code>") {
				c.Errorf("the page does not show %s %s", r.Method, r.Path)
			}
		}
		for name := range api.Commands {
			if !strings.Contains(page, "/api/v1/commands/"+name+"<") {
				c.Errorf("the page does not show %s", name)
			}
		}
		for _, foreign := range []string{"<script", "http://", "src=", "onclick", "style=\"", "<style"} {
			if strings.Contains(strings.ReplaceAll(page, "https://example.com", ""), foreign) {
				c.Errorf("the page has %s", foreign)
			}
		}
		if status, text := c.text("/api/v1/openapi.json"); status != 200 || text != string(api.Document()) {
			c.Errorf("the document: %d", status)
		}
		if status, _ := c.text("/problems/conflict"); status != 200 { // it leads to the page
			c.Errorf("/problems/conflict: %d", status)
		}
	})
}
