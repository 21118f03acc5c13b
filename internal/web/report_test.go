package web_test

import (
	"strings"
	"testing"
)

// The pages have a button for the documents of what they show; what is not
// there is refused on a page.
func TestDocumentsOfPages(t *testing.T) {
	server := plant(t, true)
	for _, c := range []struct{ page, link, begins string }{
		{"/units/RADAR-X1/000001", "/reports/unit.pdf?name=unit%3aRADAR-X1%2f000001", "%PDF-"},
		{"/lots/CAP-10U-50V/C-1001", "/reports/lot.pdf?name=lot%3aCAP-10U-50V%2fC-1001", "%PDF-"},
		{"/orders/RX-0001", "/reports/order.xlsx?name=RX-0001", "PK"},
	} {
		if _, text := get(t, server.URL+c.page); !strings.Contains(text, c.link) {
			t.Errorf("%s has no link %s", c.page, c.link)
		}
		if status, text := get(t, server.URL+c.link); status != 200 || !strings.HasPrefix(text, c.begins) {
			t.Errorf("%s: %d %.100q", c.link, status, text)
		}
	}
	for path, want := range map[string]string{"/reports/unit.pdf?name=X/9": "There is no lot or unit X/9", "/reports/poem.pdf?name=x": "There is no document", "/reports/order.doc?name=RX-0001": "A document is written as .pdf or .xlsx"} {
		if status, text := get(t, server.URL+path); status < 400 || status >= 500 || !strings.Contains(text, want) {
			t.Errorf("%s: %d, want %q", path, status, want)
		}
	}
}
