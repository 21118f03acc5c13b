package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"lotline/internal/api"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// client talks to a served ledger.
type client struct {
	*testing.T
	url    string
	ledger *ledger.Ledger
}

func each(t *testing.T, f func(c client)) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		l, err := ledger.On(t.Context(), open(), ledger.Options{KeyFile: t.TempDir() + "/key"})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		server := httptest.NewServer(api.Handler(l))
		defer server.Close()
		f(client{t, server.URL + "/api/v1/", l})
	})
}

// do gives the answer's status and JSON.
func (c client) do(method, path, key, body string) (int, map[string]any) {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
		if strings.HasPrefix(path, "import") {
			r.Header.Set("Content-Type", "application/zip")
		}
		if path == "documents" {
			r.Header.Set("Content-Type", "application/pdf")
		}
		r.Header.Set("Idempotency-Key", key)
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
	if !strings.Contains(path, "nothing") {
		c.holds(r, body, answer, text)
	}
	got := map[string]any{}
	_ = json.Unmarshal(text, &got) // a list stays empty
	return answer.StatusCode, got
}

// size is how many entries the journal has.
func (c client) size() (size int64) {
	c.Helper()
	err := c.ledger.Read(c.Context(), func(tx *store.Tx) (err error) {
		size, _, err = journal.Head(tx, c.ledger.Company())
		return err
	})
	if err != nil {
		c.Fatal(err)
	}
	return size
}

func (c client) record(name, body string) {
	c.Helper()
	if status, got := c.do("POST", "commands/"+name, "", body); status != http.StatusOK {
		c.Fatalf("%s %s: %d %v", name, body, status, got)
	}
}

func TestAThreadOverTheAPI(t *testing.T) {
	each(t, func(c client) {
		c.record("define-partner", `{"code":"ACME","name":"Acme","role":"customer"}`)
		c.record("define-item", `{"part_number":"AXLE","name":"Axle","tracking":"lot"}`)
		c.record("define-item", `{"part_number":"CART","name":"Cart","tracking":"serial","source":"make"}`)
		c.record("define-bom", `{"parent":"CART","lines":[{"component":"AXLE","quantity":"1"}]}`)
		c.record("plan-order", `{"order":"PO","part_number":"CART","quantity":"2"}`)
		c.record("release-order", `{"order":"PO"}`)
		c.record("receive", `{"receipt":"GR","part_number":"AXLE","lot":"A","quantity":"5","supplier_lot":"S"}`)
		c.record("serialize", `{"part_number":"CART","serial":"1-2","order":"PO"}`)
		c.record("install", `{"part_number":"CART","serial":"1","component":"AXLE","component_lot":"A"}`)
		c.record("ship", `{"shipment":"SH","customer":"ACME","part_number":"CART","serial":"1","system":"DEPOT"}`)
		lot, cart := url.QueryEscape("AXLE/A"), url.QueryEscape("CART/1")
		for path, want := range map[string]string{
			"find?text=S": "matches", "units?object=" + cart: "positions", "units/bom?object=" + cart: "positions", "passport?object=" + cart: "backward",
			"trace/forward?object=" + lot: "counts", "trace/backward?object=" + cart: "gaps", "recall/plan?supplier_lot=S": "by_customer",
			"balance?object=" + lot: "missing", "orders/PO": "seal", "orders/PO/export": "order_bom", "journal": "entries", "checkpoint": "checkpoint", "proofs/1.1": "line_path",
		} {
			if status, got := c.do("GET", path, "", ""); status != http.StatusOK || got[want] == nil {
				c.Errorf("%s: %d %v, want %s", path, status, got, want)
			}
		}
	})
}

func TestRefusalsAreProblems(t *testing.T) {
	each(t, func(c client) {
		for _, bad := range []struct {
			method, path, body string
			status             int
			field, detail      string
		}{
			{"POST", "commands/define-item", `{"part_number":"X","name":"X","tracking":"magic"}`, 422, "tracking", "must be one of"},
			{"POST", "commands/define-item", `{"part_number":"X","nmae":"X"}`, 422, "nmae", "unknown field"},
			{"POST", "commands/define-item", `{`, 422, "", "not the JSON"},
			{"POST", "commands/receive", `{"receipt":"GR","part_number":"NOPE","lot":"L","quantity":"1"}`, 404, "part_number", "not defined"},
			{"POST", "commands/nothing", `{}`, 404, "", "There is no POST"},
			{"GET", "trace/forward?object=A/B", "", 404, "", "There is no lot or unit A/B."},
			{"GET", "trace/forward?object=AB", "", 422, "", "names no object"},
			{"GET", "proofs/x", "", 422, "", "is no fact"},
			{"GET", "orders/NOPE", "", 404, "", "There is no order NOPE."},
			{"POST", "import?name=x.pdf", "x", 422, "name", "Name the workbook"},
		} {
			status, got := c.do(bad.method, bad.path, "", bad.body)
			detail, _ := got["detail"].(string)
			field, _ := got["field"].(string)
			if status != bad.status || field != bad.field || !strings.Contains(detail, bad.detail) {
				c.Errorf("%s %s: %d %v", bad.method, bad.path, status, got)
			}
		}
	})
}

func TestIdempotencyKey(t *testing.T) {
	each(t, func(c client) {
		body := `{"code":"ACME","name":"Acme","role":"customer"}`
		_, first := c.do("POST", "commands/define-partner", "k1", body)
		status, again := c.do("POST", "commands/define-partner", "k1", body)
		if status != http.StatusOK || again["entry"] != first["entry"] || again["repeated"] != true {
			c.Errorf("%d %v, first %v", status, again, first)
		}
		if status, got := c.do("POST", "commands/define-partner", "k1", `{"code":"B","name":"B","role":"customer"}`); status != http.StatusConflict {
			c.Errorf("another body under the same key: %d %v", status, got)
		}
	})
}
