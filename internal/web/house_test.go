package web_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"lotline/internal/ledger"
	"lotline/internal/web"
)

// people is a server of two companies, and a browser that remembers.
func people(t *testing.T) (browser, *http.Client) {
	t.Helper()
	db := filepath.Join(t.TempDir(), "plant.db")
	l, err := ledger.Open(t.Context(), db, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	other, err := ledger.On(t.Context(), l.DB(), ledger.Options{Company: "North & Sons", New: true, KeyFile: db + ".north"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	server := httptest.NewServer(web.Handler(l))
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return browser{t, server}, &http.Client{Jar: jar}
}

// by asks with a browser that remembers.
func (b browser) by(client *http.Client, path string, form url.Values) (int, string) {
	b.Helper()
	var answer *http.Response
	var err error
	if form == nil {
		answer, err = client.Get(b.server.URL + path)
	} else {
		answer, err = client.PostForm(b.server.URL+path, form)
	}
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode, readAll(b.T, answer.Body)
}

// A browser works for one company, in a name and in a time zone; each page says
// so, and a form that was opened for another company is refused.
func TestABrowserRemembers(t *testing.T) {
	b, client := people(t)
	item := url.Values{"request": {"r1"}, "part_number": {"X"}, "name": {"Thing"}, "tracking": {"lot"}, "company_of_form": {"main"}}
	if _, page := b.by(client, "/items/define", nil); !strings.Contains(page, `name="company_of_form" value="main"`) || !strings.Contains(page, "no name given · UTC") {
		t.Error("the page does not say for which company it is")
	}
	if status, page := b.by(client, "/settings/browser", url.Values{"company_chosen": {"North & Sons"}, "person": {"Ann"}, "zone": {"Asia/Tokyo"}}); status != http.StatusOK || !strings.Contains(page, "Ann · Asia/Tokyo") || !strings.Contains(page, "<b>North &amp; Sons</b>") {
		t.Fatalf("chosen: %d", status)
	}
	if status, page := b.by(client, "/items/define", item); status != http.StatusConflict || !strings.Contains(page, "This form was opened for company main") {
		t.Errorf("a form of another company: %d %v", status, wrongs(page))
	}
	item.Set("company_of_form", "North & Sons")
	if status, page := b.by(client, "/items/define", item); status != http.StatusOK || !strings.Contains(page, "Recorded: ") {
		t.Errorf("a form of the company: %d %v", status, wrongs(page))
	}
	if _, page := b.by(client, "/journal/1.1", nil); !strings.Contains(page, "by Ann") || !strings.Contains(page, "Asia/Tokyo") {
		t.Error("the record does not say who, or its page not in which zone")
	}
	if status, page := get(t, b.server.URL+"/items/X"); status != http.StatusNotFound {
		t.Errorf("the other company has the item too: %d %.80s", status, page)
	}
	for field, wrong := range map[string]string{"zone": "Mars/Olympus", "company_chosen": "South", "person": strings.Repeat("x", 101)} {
		if status, page := b.by(client, "/settings/browser", url.Values{field: {wrong}}); status < 400 || !strings.Contains(page, `class="notice bad"`) {
			t.Errorf("%s %q: %d", field, wrong, status)
		}
	}
}

// A time that is typed in Tokyo is nine hours earlier in UTC, and shown as typed.
func TestTimesAreThoseOfTheBrowser(t *testing.T) {
	b, client := people(t)
	b.by(client, "/settings/browser", url.Values{"zone": {"Asia/Tokyo"}})
	b.by(client, "/items/define", url.Values{"part_number": {"X"}, "name": {"Thing"}, "tracking": {"lot"}})
	status, page := b.by(client, "/lots/receive", url.Values{"receipt": {"GR-1"}, "part_number": {"X"}, "lot": {"A"}, "quantity": {"5"}, "at": {"2026-03-01T05:00"}})
	if status != http.StatusOK || !strings.Contains(page, "Recorded: ") {
		t.Fatalf("%d %v", status, wrongs(page))
	}
	if _, page := b.by(client, "/journal/2.1", nil); !strings.Contains(page, "2026-03-01 05:00") || !strings.Contains(page, "2026-02-28T20:00:00Z") {
		t.Error("the time is not the one that was typed, or not kept in UTC")
	}
	if _, page := get(t, b.server.URL+"/journal/2.1"); !strings.Contains(page, "2026-02-28 20:00") {
		t.Error("a browser without a zone does not see UTC")
	}
	if _, page := b.by(client, "/stock", nil); !strings.Contains(page, "X") {
		t.Error("the lot is not in the list")
	}
}
