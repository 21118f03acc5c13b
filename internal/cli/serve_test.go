package cli

import (
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lotline/internal/api"
	"lotline/internal/ledger"
)

// waiting is a body whose end comes when the test says so.
type waiting struct {
	text  io.Reader
	begun func()
	end   chan struct{}
}

func (w *waiting) Read(p []byte) (int, error) {
	n, err := w.text.Read(p)
	if err == io.EOF {
		w.begun()
		<-w.end
	}
	return n, err
}

// untilClosed returns when nobody listens any more.
func untilClosed(address string) {
	for {
		c, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		c.Close()
	}
}

// read is what a page says.
func read(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A server whose context ends answers what is under way, and takes nothing more.
func TestTheServerEndsGracefully(t *testing.T) {
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "plant.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serveOn(ctx, listener, l, api.Options{Clock: time.Now}) }()
	at := "http://" + listener.Addr().String()
	for path, want := range map[string]string{"/": "Lotline", "/api/": "The API", "/healthz": "ok", "/readyz": "ready", "/metrics": "lotline_journal_entries 0", "/problems/invalid": "The API", "/api/v1/orders": "orders"} {
		answer, err := http.Get(at + path)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != 200 || !strings.Contains(string(text), want) || answer.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: %d, want 200 with %q and an id of the request", path, answer.StatusCode, want)
		}
	}
	begun, once := make(chan struct{}), sync.Once{}
	body := &waiting{text: strings.NewReader(`{"code":"ACME","name":"Acme"}`), begun: func() { once.Do(func() { close(begun) }) }, end: make(chan struct{})}
	under := make(chan int, 1)
	go func() {
		answer, err := http.Post(at+"/api/v1/commands/define-partner", "application/json", body)
		if err != nil {
			under <- 0
			return
		}
		answer.Body.Close()
		under <- answer.StatusCode
	}()
	<-begun
	for !strings.Contains(read(t, at+"/metrics"), "lotline_http_requests_in_flight 2") { // until the server has it
	}
	stop()
	untilClosed(listener.Addr().String())
	select {
	case err := <-ended:
		t.Errorf("the server ended before what was under way: %v", err)
	default:
	}
	close(body.end)
	if got := <-under; got != 200 {
		t.Errorf("what was under way is answered %d", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
