package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// opened is a browser on the sample plant with recall RC-1 of its bad lot.
func opened(t *testing.T) browser {
	b := browser{t, plant(t, true)}
	for _, serial := range []string{"000001", "000002", "000003"} {
		b.records("/shipments/send", "shipment", "SH-"+serial, "customer", "NORDWIND", "object", "RADAR-X1/"+serial, "system", "TOWER-"+serial)
	}
	b.records("/recalls/open", "recall", "RC-1", "reason", "cracks", "any.0.supplier_lot", supplierLot(t, b))
	return b
}

// shows are words that a page must have.
func (b browser) shows(path string, words ...string) string {
	b.Helper()
	status, text := get(b.T, b.server.URL+path)
	for _, w := range words {
		if status != http.StatusOK || !strings.Contains(text, w) {
			b.Errorf("%s: %d, without %q", path, status, w)
		}
	}
	return text
}

// presses posts the form of a page that goes to a path, as its button does,
// with more fields.
func (b browser) presses(page, action string, pairs ...string) (status int, to, text string) {
	b.Helper()
	_, shown := get(b.T, b.server.URL+page)
	form := regexp.MustCompile(`(?s)<form[^>]*method="post"[^>]*action="` + regexp.QuoteMeta(action) + `".*?</form>`).FindString(shown)
	if form == "" {
		b.Fatalf("%s has no form to %s", page, action)
	}
	values := url.Values{}
	for _, m := range regexp.MustCompile(`type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		values.Add(m[1], m[2])
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return b.send(action, values)
}

// A recall is worked off on its pages alone: held, told, answered by rows and by
// a table, and closed, which is refused while something is open.
func TestARecallIsWorkedOffByForms(t *testing.T) {
	b := opened(t)
	b.shows("/recalls/RC-1", "Hold everything in the house", "Tell all customers", "nobody has answered")
	for _, action := range []string{"/recalls/contain", "/recalls/notify"} {
		if status, to, text := b.presses("/recalls/RC-1", action); status != http.StatusSeeOther || !strings.HasPrefix(to, "/recalls/RC-1") {
			t.Fatalf("%s: %d %s %v", action, status, to, wrongs(text))
		}
	}
	page := b.shows("/recalls/RC-1/customers", "waiting", "All notices (ZIP)")
	customer := regexp.MustCompile(`customer=([A-Z]+)">Notice`).FindStringSubmatch(page)
	if customer == nil {
		t.Fatal("no customer was told")
	}
	notice := "/recalls/RC-1/notice?customer=" + customer[1]
	letter := b.shows(notice, "You have of it", "/answer/main/")
	own := regexp.MustCompile(`/answer/main/[\w./-]+`).FindString(letter)
	b.shows(own, "What became of it")
	table := b.shows(notice+"&format=csv", customer[1], "RADAR-X1")
	b.answers("/recalls/RC-1/answers", strings.Replace(table, ",,,,,\n", ",returned,,DEPOT 9,in the cellar,Al\n", 1))
	b.shows("/recalls/RC-1/answers?state=returned", "DEPOT 9", "in the cellar")
	if status, _, text := b.presses("/recalls/RC-1/answers?state=notified", "/recalls/RC-1/answers?state=notified", "state.0", "corrected", "note.1", "kept", "quantity.0", "2"); status != http.StatusUnprocessableEntity ||
		!strings.Contains(text, "2 cannot be corrected") || !strings.Contains(text, `value="kept"`) {
		t.Errorf("two of one piece: %d %v", status, wrongs(text))
	}
	if status, to, text := b.presses("/recalls/RC-1/answers?state=notified", "/recalls/RC-1/answers?state=notified", "state.0", "corrected", "answered_by", "Eve"); status != http.StatusSeeOther || !strings.Contains(to, "state=notified") {
		t.Errorf("an answer by its row: %d %v", status, wrongs(text))
	}
	b.shows("/recalls/RC-1/effect", "2</b> accounted for", `<path class="plot good"`)
	if status, _, text := b.presses("/recalls/close?recall=RC-1", "/recalls/close", "recall", "RC-1", "reason", "done", "signed_by", "Eve"); status != http.StatusConflict || !strings.Contains(text, `id="despite-wrong"`) {
		t.Errorf("closed with units open: %d %v", status, wrongs(text))
	}
	b.records("/recalls/close?recall=RC-1", "recall", "RC-1", "reason", "done", "despite", "the rest is lost at sea", "signed_by", "Eve Adler", "meaning", "closed")
	b.shows("/recalls/RC-1/report", "lost at sea", "Eve Adler", "in the cellar", "opened", "notified", "answered")
	if page := b.shows("/recalls/RC-1"); strings.Contains(page, "Tell all customers") {
		t.Error("a closed recall offers to tell customers")
	}
}

// answers uploads a table of answers that must be taken.
func (b browser) answers(path, table string) {
	b.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("request", b.request(path))
	part, err := w.CreateFormFile("file", "units.csv")
	if err != nil {
		b.Fatal(err)
	}
	_, _ = part.Write([]byte(table))
	w.Close()
	answer, err := http.Post(b.server.URL+path, w.FormDataContentType(), &form)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	if text := readAll(b.T, answer.Body); answer.StatusCode != http.StatusOK || !strings.Contains(text, "Recorded: ") {
		b.Fatalf("a table of answers: %d %v", answer.StatusCode, wrongs(text))
	}
}

// Several boxes of a scope are excluded together.
func TestTickedObjectsAreExcluded(t *testing.T) {
	b := opened(t)
	page := b.shows("/recalls/RC-1/scope?part_number=RADAR-X1")
	boxes := regexp.MustCompile(`name="objects" value="([^"]+)"`).FindAllStringSubmatch(page, 2)
	if len(boxes) < 2 {
		t.Fatal("the scope has no boxes to tick")
	}
	if status, _, text := b.presses("/recalls/RC-1/scope", "/recalls/exclude", "objects", boxes[0][1], "objects", boxes[1][1], "reason", "X-rayed", "signed_by", "Eve", "meaning", "approved"); status != http.StatusSeeOther {
		t.Fatalf("%d %v", status, wrongs(text))
	}
	text := b.shows("/recalls/RC-1/scope", "X-rayed", "Eve, approved")
	if n := strings.Count(text, "X-rayed"); n != 2 {
		t.Errorf("%d objects were excluded", n)
	}
}

func TestADrillByForms(t *testing.T) {
	b := browser{t, plant(t, true)}
	b.shows("/recall/drill", "No drill was kept yet")
	b.shows("/recall/drill?try=1&seed=5", "of 100", "It was not kept", "documents")
	if status, _, text := b.send("/recall/drill", url.Values{"seed": {"soon"}}); status != http.StatusUnprocessableEntity || !strings.Contains(text, "write a whole number") || !strings.Contains(text, `value="soon"`) {
		t.Errorf("a seed that is no number: %d %v", status, wrongs(text))
	}
	twice := url.Values{"request": {"drill-1"}, "seed": {"5"}}
	status, to, text := b.send("/recall/drill", twice)
	if status != http.StatusSeeOther {
		t.Fatalf("%d %v", status, wrongs(text))
	}
	if status, _, _ := b.send("/recall/drill", twice); status != http.StatusConflict {
		t.Errorf("pressed twice: %d", status)
	}
	if !strings.Contains(b.shows("/recall/drill", "History"), `name="request"`) {
		t.Error("the form has no key of its own")
	}
	b.shows(to, "Kept as", "History", "What pulled it down")
	text = ""
	for end := 0; end < 100_000 && !strings.Contains(text, "of 100"); end++ { // a look at the plant may take longer than its page
		text = b.shows("/completeness", "Completeness of the record")
	}
	if !strings.Contains(text, "links that are recorded") {
		t.Error("the completeness of the plant was not told")
	}
	if status, _ := get(t, b.server.URL+"/recall/drill?entry=1"); status != http.StatusNotFound {
		t.Errorf("an entry without a drill: %d", status)
	}
}
