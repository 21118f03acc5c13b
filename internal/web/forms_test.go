package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"lotline/internal/api"
	"lotline/internal/web"
)

// browser posts forms as a browser does, and shows where it was sent.
type browser struct {
	*testing.T
	server *httptest.Server
}

var hidden = regexp.MustCompile(`name="request" value="([^"]+)"`)

// request is the id of the form that a page shows.
func (b browser) request(path string) string {
	b.Helper()
	status, text := get(b.T, b.server.URL+path)
	found := hidden.FindStringSubmatch(text)
	if status != http.StatusOK || found == nil {
		b.Fatalf("%s: %d, no form", path, status)
	}
	return found[1]
}

// send posts a form without following where it leads.
func (b browser) send(path string, values url.Values) (status int, to, text string) {
	b.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(b.server.URL+path, values)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode, answer.Header.Get("Location"), readAll(b.T, answer.Body)
}

// records posts a form that must be taken, and gives the page it leads to.
func (b browser) records(path string, pairs ...string) string {
	b.Helper()
	values := url.Values{"request": {b.request(path)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	status, to, text := b.send(path, values)
	if status != http.StatusSeeOther {
		b.Fatalf("%s %v: %d %s", path, pairs, status, wrongs(text))
	}
	status, page := get(b.T, b.server.URL+to)
	if status != http.StatusOK || !strings.Contains(page, "Recorded: ") {
		b.Fatalf("%s leads to %s: %d", path, to, status)
	}
	return page
}

var sentences = regexp.MustCompile(`(?s)(?:class="wrong"[^>]*>.*?<span>(.*?)</span>|class="notice bad"[^>]*>(.*?)</div>)`)

func wrongs(text string) (all []string) {
	for _, m := range sentences.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1]+m[2])
	}
	return all
}

// A day in the plant, by forms alone and without script.
func TestADayByForms(t *testing.T) {
	b := browser{t, plant(t, false)}
	b.records("/partners/define", "code", "ACME", "name", "Acme", "role", "customer")
	b.records("/items/define", "part_number", "AXLE", "name", "Axle", "tracking", "lot", "source", "buy", "gtin", "09506000134352")
	b.records("/items/define", "part_number", "CART", "name", "Cart", "tracking", "serial", "source", "make")
	b.records("/items/bom", "parent", "CART", "lines.paste", "Find number\tComponent\tQuantity\n10\tAXLE\t2\n")
	b.records("/plans/define", "plan", "FINAL", "part_number", "CART", "stage", "final", "characteristics.0.characteristic", "mass", "characteristics.0.upper", "10", "characteristics.0.uom", "kg")
	b.records("/orders/plan", "order", "PO-1", "part_number", "CART", "quantity", "2")
	b.records("/orders/release", "order", "PO-1")
	b.records("/orders/serialize", "order", "PO-1", "serial", "1-2")
	b.records("/lots/receive", "receipt", "GR-1", "part_number", "(01)09506000134352(10)STEEL-7(17)281231", "quantity", "10", "supplier_lot", "S-1")
	if page := b.records("/units/install", "object", "CART/1", "component_object", "STEEL-7", "quantity", "2"); !strings.Contains(page, "AXLE/STEEL-7") {
		t.Error("the unit's page does not show what went in")
	}
	b.records("/units/complete", "object", "CART/1")
	b.records("/shipments/send", "shipment", "SH-1", "customer", "ACME", "object", "CART/1", "system", "DEPOT")
	if _, text := get(t, b.server.URL+"/recall?supplier_lot=S-1"); !strings.Contains(text, "DEPOT") {
		t.Error("the recall does not reach the depot")
	}
	page := b.records("/quality/hold", "object", "AXLE/STEEL-7", "reason", "brittle")
	undo := regexp.MustCompile(`name="fact" value="(\d+)"`).FindStringSubmatch(page)
	if undo == nil {
		t.Fatal("what was recorded cannot be undone at once")
	}
	b.records("/journal/void", "fact", undo[1], "reason", "the wrong lot")
	if _, text := get(t, b.server.URL+"/quality/holds"); strings.Contains(text, "brittle") {
		t.Error("the hold was voided and is shown")
	}
}

// Pressed twice, recorded once; and what was typed stays when it is refused,
// with the sentence at its field.
func TestFormsKeepWhatWasTyped(t *testing.T) {
	b := browser{t, plant(t, false)}
	values := url.Values{"request": {b.request("/items/define")}, "part_number": {"X"}, "name": {"Thing & <co>"}, "tracking": {"lot"}, "shelf_life_days": {"soon"}}
	status, _, text := b.send("/items/define", values)
	if status != http.StatusUnprocessableEntity || !strings.Contains(text, "Thing &amp; &lt;co&gt;") || !strings.Contains(text, `id="shelf_life_days-wrong"`) || !strings.Contains(text, "no whole number") {
		t.Errorf("%d %v", status, wrongs(text))
	}
	values.Set("shelf_life_days", "30")
	_, first, _ := b.send("/items/define", values)
	_, again, _ := b.send("/items/define", values)
	if first == "" || first != again {
		t.Errorf("pressed twice: %s, then %s", first, again)
	}
	if _, text := get(t, b.server.URL+"/journal"); strings.Contains(text, "/journal/2.1") {
		t.Error("it was recorded twice")
	}
	status, _, text = b.send("/quality/hold", url.Values{"object": {"X/none"}, "reason": {"why"}})
	if status != http.StatusNotFound || !strings.Contains(text, `id="object-wrong"`) || !strings.Contains(text, `value="why"`) {
		t.Errorf("%d %v", status, wrongs(text))
	}
	status, _, text = b.send("/items/bom", url.Values{"parent": {"X"}, "lines.0.component": {"NOPE"}, "lines.0.quantity": {"1"}})
	if status != http.StatusNotFound || !strings.Contains(text, `value="NOPE"`) || len(wrongs(text)) != 1 {
		t.Errorf("%d %v", status, wrongs(text))
	}
}

// Every command of the program has a form with its own fields.
func TestEveryCommandHasAForm(t *testing.T) {
	server := plant(t, false)
	_, all := get(t, server.URL+"/commands")
	for name := range api.Commands {
		path := web.FormPath(name)
		if path == "" || !strings.Contains(all, `href="`+path+`"`) {
			t.Errorf("command %s has no form at %q, or is not listed", name, path)
			continue
		}
		status, text := get(t, server.URL+path)
		if status != http.StatusOK || !strings.Contains(text, `method="post" action="`+path+`"`) || strings.Count(text, `class="field`) < 1 {
			t.Errorf("%s at %s: %d", name, path, status)
		}
	}
}

// What a form does not understand is refused and never recorded.
func TestFormsRefuse(t *testing.T) {
	b := browser{t, plant(t, true)}
	for _, bad := range []struct {
		path, want string
		values     url.Values
	}{
		{"/lots/receive", "no date of a code", url.Values{"receipt": {"G"}, "part_number": {"(01)09506000134352(17)269999"}}},
		{"/lots/receive", "No item has the GTIN", url.Values{"receipt": {"G"}, "part_number": {"(01)09506000134352(10)L"}}},
		{"/stock/move", "Nothing is named", url.Values{"object": {"nothing"}, "to": {"A"}}},
		{"/items/define", "write name = value", url.Values{"part_number": {"P"}, "name": {"P"}, "properties": {"colour red"}}},
		{"/journal/void", "is no fact", url.Values{"fact": {"x"}, "reason": {"r"}}},
		{"/journal/void", "Say why", url.Values{"fact": {"1.1"}}},
		{"/orders/plan", "must be more than 0", url.Values{"order": {"P"}, "part_number": {"RADAR-X1"}, "quantity": {"0"}}},
		{"/quality/inspect", "Fill in a value", url.Values{"object": {"RADAR-X1/000001"}}},
	} {
		status, to, text := b.send(bad.path, bad.values)
		if status < 400 || status >= 500 || !strings.Contains(text, bad.want) {
			t.Errorf("%s %v: %d %s %v, want %q", bad.path, bad.values, status, to, wrongs(text), bad.want)
		}
	}
}

// The bench takes scans only: right ones fill the next position, wrong ones say
// why.
func TestBuildByScans(t *testing.T) {
	b := browser{t, plant(t, false)}
	for _, item := range [][]string{{"AXLE", "lot", "buy"}, {"WHEEL", "lot", "buy"}, {"NUT", "lot", "buy"}, {"CART", "serial", "make"}} {
		b.records("/items/define", "part_number", item[0], "name", item[0], "tracking", item[1], "source", item[2])
	}
	b.records("/items/bom", "parent", "CART", "lines.0.component", "AXLE", "lines.0.quantity", "1", "lines.1.component", "WHEEL", "lines.1.quantity", "4")
	b.records("/orders/plan", "order", "PO-1", "part_number", "CART", "quantity", "2")
	b.records("/orders/release", "order", "PO-1")
	b.records("/orders/serialize", "order", "PO-1", "serial", "1-2")
	for _, lot := range []string{"AXLE/a", "WHEEL/w", "NUT/n"} {
		part, name, _ := strings.Cut(lot, "/")
		b.records("/lots/receive", "receipt", "GR-"+name, "part_number", part, "lot", name, "quantity", "20")
	}
	scan := func(what, want string, status int) {
		t.Helper()
		request := b.request("/build?unit=CART/1")
		got, _, text := b.send("/build", url.Values{"unit": {"CART/1"}, "request": {request}, "scan": {what}})
		if got != status || !strings.Contains(text, want) {
			t.Errorf("scan %s: %d, without %q", what, got, want)
		}
	}
	scan("AXLE/a", "Next: 4 ×", http.StatusOK)
	scan("NUT/n", "is not in the order BOM", http.StatusConflict)
	scan("nonsense", "Nothing is named", http.StatusNotFound)
	scan("", "Scan a label", http.StatusUnprocessableEntity)
	scan("w", "Every position is filled", http.StatusOK)
	if _, _, text := b.send("/build", url.Values{"unit": {"CART/1"}, "complete": {"1"}, "request": {"done"}}); !strings.Contains(text, "is complete") {
		t.Error("the unit cannot be completed at the bench")
	}
	scan("CART/2", "Building CART 2.", http.StatusOK)
}

// Every list exports what it shows.
func TestListsExport(t *testing.T) {
	server := plant(t, true)
	for _, path := range []string{"/items", "/stock", "/orders", "/partners", "/quality/inspections", "/quality/instruments", "/trace?object=CAP-10U-50V%2FC-1001", "/recall?machine=OVEN-2"} {
		join := "?"
		if strings.Contains(path, "?") {
			join = "&"
		}
		status, text := get(t, server.URL+path+join+"format=csv")
		if status != http.StatusOK || strings.Count(text, "\n") < 2 || strings.Contains(text, "<") {
			t.Errorf("%s as CSV: %d %.100q", path, status, text)
		}
		if status, text := get(t, server.URL+path+join+"format=xlsx"); status != http.StatusOK || !strings.HasPrefix(text, "PK") {
			t.Errorf("%s as XLSX: %d %.20q", path, status, text)
		}
	}
	_, first := get(t, server.URL+"/stock?sort=name&down=1")
	next := regexp.MustCompile(`href="([^"]*after=[^"]*)">Next page`).FindStringSubmatch(first)
	if next == nil {
		t.Fatal("the list has no next page")
	}
	status, second := get(t, server.URL+strings.ReplaceAll(next[1], "&amp;", "&"))
	if status != http.StatusOK || second == first || !strings.Contains(second, "First page") {
		t.Errorf("next page: %d", status)
	}
}
