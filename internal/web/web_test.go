package web_test

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lotline/internal/ledger"
	"lotline/internal/store/storetest"
	"lotline/internal/web"
	"lotline/internal/workbook"
	"lotline/test/load"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// plant is a small sample plant, served.
func plant(t *testing.T, fill bool) *httptest.Server {
	t.Helper()
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "plant.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if fill {
		dir := t.TempDir()
		if _, err := (load.Plant{Seed: 1, Systems: 4}).Folder(dir); err != nil {
			t.Fatal(err)
		}
		if report, err := workbook.Import(t.Context(), l, dir, workbook.Options{}); err != nil || !report.OK() {
			t.Fatal(err, report.Problems)
		}
	}
	server := httptest.NewServer(web.Handler(l))
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text := readAll(t, answer.Body)
	if strings.Contains(url, "/assets/") {
		return answer.StatusCode, text
	}
	if policy := answer.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("%s: policy %q", url, policy)
	}
	return answer.StatusCode, string(text)
}

func readAll(t *testing.T, body io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var links = regexp.MustCompile(`(?:href|src)="(/[^"]*)"`)

// TestEveryLinkLeadsSomewhere walks every link of the sample plant.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	b := opened(t)
	server := b.server
	b.presses("/recalls/RC-1", "/recalls/contain")
	b.presses("/recalls/RC-1", "/recalls/notify")
	if status, _, _ := b.send("/recall/drill", url.Values{"seed": {"5"}}); status != http.StatusSeeOther {
		t.Fatalf("a drill: %d", status)
	}
	queue := []string{"/", "/recalls/RC-1", "/recall/drill", "/completeness", "/?q=" + load.BadPart, "/?q=KAPTEK", "/trace?direction=backward&object=RADAR-X1/000001", "/recall?machine=OVEN-2"}
	seen := map[string]bool{}
	for len(queue) > 0 && len(seen) < 500 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] || strings.HasPrefix(path, "/api/") {
			continue
		}
		seen[path] = true
		if strings.Contains(path, "format=") {
			continue // files, which a test of their own reads
		}
		status, text := get(t, server.URL+path)
		if status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
		}
		for _, m := range links.FindAllStringSubmatch(text, -1) {
			queue = append(queue, html.UnescapeString(m[1]))
		}
	}
	if len(seen) < 200 {
		t.Errorf("only %d pages were found", len(seen))
	}
}

func TestPagesSayWhatTheyKnow(t *testing.T) {
	server := plant(t, true)
	for path, want := range map[string]string{
		"/":                                 "What needs a person",
		"/?q=C-1001":                        "CAP-10U-50V/C-1001",
		"/?q=nothing":                       "Nothing is named",
		"/units/RADAR-X1/000001":            "every position is explained",
		"/lots/CAP-10U-50V/C-1001":          "Mass balance",
		"/orders/RX-0001":                   "sha256:",
		"/recall?object=CAP-10U-50V/C-1001": "Who has them",
		"/trace?direction=forward&object=SCREW-M3/W-1001": "Forward trace",
		"/journal?kind=item.defined":                      "item defined",
	} {
		if status, text := get(t, server.URL+path); status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s: %d, without %q", path, status, want)
		}
	}
	for path, want := range map[string]string{
		"/units/RADAR-X1/999999": "There is no lot or unit",
		"/orders/NOPE":           "There is no order NOPE.",
		"/nowhere":               "There is no such page.",
	} {
		if status, text := get(t, server.URL+path); status != http.StatusNotFound || !strings.Contains(text, want) {
			t.Errorf("%s: %d, without %q", path, status, want)
		}
	}
	if _, text := get(t, server.URL+"/recall?machine=OVEN-2&from=2026-02-01&to=2026-01-01"); !strings.Contains(text, "before it begins") {
		t.Error("a window backwards was not refused in words")
	}
}

func TestEmptyPagesTeach(t *testing.T) {
	server := plant(t, false)
	for path, want := range map[string]string{"/": "Import a workbook", "/orders": "An order makes a batch", "/journal": "Nothing is recorded yet"} {
		if status, text := get(t, server.URL+path); status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s: %d, without %q", path, status, want)
		}
	}
}

// post uploads a file to the import page.
func post(t *testing.T, server *httptest.Server, name string, body []byte) (int, string) {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("workbook", name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(body)
	w.Close()
	answer, err := http.Post(server.URL+"/import", w.FormDataContentType(), &form)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text)
}

func TestImportPage(t *testing.T) {
	server := plant(t, false)
	dir := t.TempDir()
	if _, err := (load.Plant{Seed: 1, Systems: 2}).Folder(dir); err != nil {
		t.Fatal(err)
	}
	var zip bytes.Buffer
	if err := load.Zip(dir, &zip); err != nil {
		t.Fatal(err)
	}
	if status, text := post(t, server, "plant.zip", zip.Bytes()); status != http.StatusOK || !strings.Contains(text, "facts recorded") {
		t.Errorf("%d %s", status, text)
	}
	if status, text := post(t, server, "plant.pdf", []byte("x")); status != http.StatusUnprocessableEntity || !strings.Contains(text, "is no workbook") {
		t.Errorf("%d %s", status, text)
	}
}

func TestLink(t *testing.T) {
	for ref, want := range map[string]string{
		"unit:RADAR-X1/000042": "/units/RADAR-X1/000042",
		"lot:M83519/2-8/L 1":   "/object?ref=lot%3AM83519%2F2-8%2FL+1",
		"order:RX-1":           "/orders/RX-1",
	} {
		if got := web.Link(ref); got != want {
			t.Errorf("%s: got %s, want %s", ref, got, want)
		}
	}
}

// What one person asked for in vain says nothing to the next.
func TestARefusedPageDoesNotStay(t *testing.T) {
	server := plant(t, true)
	for _, pages := range [][2]string{{"/units/NONE/1", "/units/RADAR-X1/000001"}, {"/trace?object=NONE%2F1", "/trace?object=RADAR-X1%2F000001"}, {"/orders/NONE", "/orders/RX-0001"}} {
		if status, _ := get(t, server.URL+pages[0]); status != http.StatusNotFound {
			t.Errorf("%s: status %d", pages[0], status)
		}
		if status, text := get(t, server.URL+pages[1]); status != http.StatusOK || strings.Contains(text, "That is not possible") {
			t.Errorf("%s after %s: status %d\n%.800s", pages[1], pages[0], status, text)
		}
	}
}
