package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"lotline/test/load"
)

var frozen = regexp.MustCompile(`type="hidden" name="(any\.[^"]+)" value="([^"]*)"`)

// From the plan on the page to a recall with a frozen scope, changed by hand and
// compared with today.
func TestARecallByForms(t *testing.T) {
	b := browser{t, plant(t, true)}
	_, plan := get(t, b.server.URL+"/recall?supplier_lot="+url.QueryEscape(supplierLot(t, b))+"&selectors=2&2.machine=OVEN-2")
	values := url.Values{"request": {"r1"}, "recall": {"RC-1"}, "reason": {"brittle"}, "instructions": {"Stop use."}}
	for _, m := range frozen.FindAllStringSubmatch(plan, -1) {
		values.Set(m[1], m[2])
	}
	if values.Get("any.0.supplier_lot") == "" || values.Get("any.1.machine") != "OVEN-2" {
		t.Fatalf("the page does not carry its question on: %v", values)
	}
	status, to, text := b.send("/recalls/open", values)
	if status != http.StatusSeeOther {
		t.Fatalf("%d %v", status, wrongs(text))
	}
	_, page := get(t, b.server.URL+to)
	for _, want := range []string{"brittle", "Stop use.", "OVEN-2", "scope 1 frozen"} {
		if !strings.Contains(page, want) {
			t.Errorf("the recall's page is without %q", want)
		}
	}
	_, page = get(t, b.server.URL+"/recalls/RC-1/scope")
	unit := regexp.MustCompile(`href="/units/(RADAR-X1/\d+)"`).FindStringSubmatch(page)
	if unit == nil {
		t.Fatal("no system is in the scope")
	}
	b.records("/recalls/exclude", "recall", "RC-1", "objects", unit[1], "reason", "was never fitted", "signed_by", "QA", "meaning", "approved")
	if _, page := get(t, b.server.URL+"/recalls/RC-1/scope?again=1&why="+url.QueryEscape(unit[1])); !strings.Contains(page, "was never fitted") || !strings.Contains(page, "Since entry") {
		t.Error("the exclusion or the comparison is not shown")
	}
	if _, home := get(t, b.server.URL+"/"); !strings.Contains(home, `href="/recalls/RC-1"`) {
		t.Error("home does not show the open recall")
	}
}

// supplierLot is a supplier's lot of the sample plant.
func supplierLot(t *testing.T, b browser) string {
	t.Helper()
	_, text := get(t, b.server.URL+"/lots/"+load.BadPart+"/C-1001")
	m := regexp.MustCompile(`supplier_lot=([^"]+)"`).FindStringSubmatch(text)
	if m == nil {
		t.Fatal("the lot has no supplier's lot")
	}
	name, _ := url.QueryUnescape(m[1])
	return name
}
