package api_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"lotline/internal/api"
)

// Two clients that ask for serials of one item at once never get the same.
func TestSerialsAtOnce(t *testing.T) {
	const clients, times, many = 4, 6, 5
	each(t, func(c client) {
		c.record("define-item", `{"part_number":"CART","name":"Cart","tracking":"serial","source":"make","serial_format":"C-{seq:6}"}`)
		c.record("plan-order", fmt.Sprintf(`{"order":"PO","part_number":"CART","quantity":"%d"}`, clients*times*many))
		c.record("release-order", `{"order":"PO"}`)
		var all sync.WaitGroup
		for range clients {
			all.Go(func() {
				for range times {
					body := fmt.Sprintf(`{"part_number":"CART","count":%d,"order":"PO"}`, many)
					if status, p, _ := c.send("POST", "commands/serialize", "application/json", strings.NewReader(body)); status != 200 {
						c.Errorf("%d %+v", status, p)
					}
				}
			})
		}
		all.Wait()
		given := map[string]int{}
		_, got := c.do("GET", "journal", "", "")
		for _, entry := range got["entries"].([]any) {
			for _, fact := range entry.(map[string]any)["facts"].([]any) {
				f := fact.(map[string]any)
				if serial, ok := f["fact"].(map[string]any)["serial"].(string); ok && strings.HasPrefix(f["kind"].(string), "units.serialized/") {
					given[serial]++
				}
			}
		}
		for i := 1; i <= clients*times*many; i++ {
			if serial := fmt.Sprintf("C-%06d", i); given[serial] != 1 {
				c.Errorf("%s was given %d times", serial, given[serial])
			}
		}
		if len(given) != clients*times*many {
			c.Errorf("%d serials were given, want %d", len(given), clients*times*many)
		}
	})
}

// workbook is a zip of sheets by name.
func workbook(t *testing.T, sheets map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range sheets {
		f, err := w.Create(name + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// upload sends a workbook under a key.
func (c client) upload(query, key string, body []byte) (int, map[string]any) {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), "POST", c.url+"import?name=plant.zip"+query, bytes.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/zip")
	r.Header.Set("Idempotency-Key", key)
	r.Header.Set("Lotline-By", "jan")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.Fatal(err)
	}
	c.holds(r, string(body), answer, text)
	got := map[string]any{}
	if err := json.Unmarshal(text, &got); err != nil {
		c.Fatal(err)
	}
	return answer.StatusCode, got
}

// An upload under a key is recorded once; another one under it is refused.
func TestUploadsUnderAKey(t *testing.T) {
	var items strings.Builder
	items.WriteString("part_number,name\n")
	for i := range 1500 { // more than one entry
		fmt.Fprintf(&items, "P-%d,Part\n", i)
	}
	book := workbook(t, map[string]string{"items": items.String()})
	other := workbook(t, map[string]string{"items": "part_number,name\nQ,Other\n"})
	each(t, func(c client) {
		if status, got := c.upload("&dry_run=true", "k", book); status != 200 || got["repeated"] != nil || c.size() != 0 {
			c.Fatalf("dry run: %d %v", status, got)
		}
		status, first := c.upload("", "k", book)
		if status != 200 || first["entries"].(float64) < 2 || first["repeated"] != nil {
			c.Fatalf("%d %v", status, first)
		}
		size := c.size()
		if status, got := c.upload("", "later", other); status != 200 || got["entries"] != 1.0 {
			c.Errorf("another: %d %v", status, got)
		}
		status, again := c.upload("", "k", book)
		if status != 200 || again["repeated"] != true || again["entries"] != first["entries"] || again["facts"] != first["facts"] || again["stored"] != true {
			c.Errorf("again: %d %v, first %v", status, again, first)
		}
		for what, got := range map[string]int{"other bytes": statusOf(c.upload("", "k", other)), "other options": statusOf(c.upload("&history=true", "k", book))} {
			if got != http.StatusConflict {
				c.Errorf("%s under the key: %d", what, got)
			}
		}
		if got := c.size(); got != size+1 {
			c.Errorf("the journal has %d entries, want %d", got, size+1)
		}
		_, got := c.do("GET", "journal?limit=1", "", "")
		if e := got["entries"].([]any)[0].(map[string]any); e["by"] != "jan (unverified)" || e["via"] != "import" {
			c.Errorf("the journal says by %v via %v", e["by"], e["via"])
		}
	})
}

func statusOf(status int, _ map[string]any) int { return status }

// Lists go on where they ended; a trace is whole unless a limit is given.
func TestPages(t *testing.T) {
	each(t, func(c client) {
		c.plant()
		for path, list := range map[string]string{"orders": "orders", "journal": "entries", "items": "items", "find?text=1": "matches"} {
			join := "?"
			if strings.Contains(path, "?") {
				join = "&"
			}
			_, whole := c.do("GET", path, "", "")
			want, _ := json.Marshal(whole[list])
			all := []any{}
			from := ""
			for range 100 {
				status, page := c.do("GET", path+join+"limit=1"+from, "", "")
				some, _ := page[list].([]any)
				if status != 200 || len(some) > 1 {
					c.Fatalf("%s: %d %v", path, status, page)
				}
				all = append(all, some...)
				if page["next"] == nil {
					break
				}
				from = "&from=" + url.QueryEscape(fmt.Sprint(page["next"]))
			}
			if got, _ := json.Marshal(all); string(got) != string(want) || len(all) == 0 {
				c.Errorf("%s in pages: %s\nwhole: %s", path, got, want)
			}
		}
		_, whole := c.do("GET", "trace/backward?object=CART%2F1", "", "")
		_, cut := c.do("GET", "trace/backward?limit=1&object=CART%2F1", "", "")
		if whole["complete"] != true || cut["complete"] != false || len(cut["objects"].([]any)) != 1 || len(whole["objects"].([]any)) < 2 {
			c.Errorf("whole %v\ncut %v", whole, cut)
		}
		if got, want := fmt.Sprint(cut["counts"]), fmt.Sprint(whole["counts"]); got != want {
			c.Errorf("a trace that is cut counts %s, want %s", got, want)
		}
		ref := cut["objects"].([]any)[0].(map[string]any)["ref"]
		for _, e := range cut["edges"].([]any) {
			for _, end := range []any{e.(map[string]any)["from"], e.(map[string]any)["to"]} {
				if end != ref && end != "unit:CART/1" {
					c.Errorf("a trace that is cut has an edge of %v, which it does not list", end)
				}
			}
		}
	})
}

// Documents are kept and given back byte for byte.
func TestDocumentsOverTheAPI(t *testing.T) {
	each(t, func(c client) {
		text := "\x00\x01 a certificate"
		status, kept := c.do("POST", "documents", "", text)
		hash, _ := kept["sha256"].(string)
		if status != 200 || len(hash) != 64 || kept["size"] != float64(len(text)) {
			c.Fatalf("%d %v", status, kept)
		}
		if status, got := c.text("/api/v1/documents/" + hash); status != 200 || got != text {
			c.Errorf("%d %q", status, got)
		}
		status, p, h := c.send("GET", "documents/"+strings.Repeat("0", 64), "", nil)
		c.refused("a document that nobody kept", status, p, h, "")
		status, p, h = c.send("POST", "documents", "application/pdf", strings.NewReader(""))
		c.refused("an empty document", status, p, h, "")
		if status, got := c.do("GET", "verify", "", ""); status != 200 || len(got["findings"].([]any)) != 0 {
			c.Errorf("verify: %d %v", status, got)
		}
	})
}

// What is written piece by piece is the JSON of encoding/json.
func TestAnswersAreWrittenAsTheyAre(t *testing.T) {
	type inner struct {
		List  []int           `json:"list"`
		Empty []string        `json:"empty,omitempty"`
		Map   map[string]int  `json:"map,omitempty"`
		Zero  int             `json:"zero,omitempty"`
		Gone  struct{ A int } `json:"gone,omitzero"`
		Not   string          `json:"-"`
		text  string
	}
	type embeds struct {
		inner
		B string `json:"b"`
	}
	for _, answer := range []any{
		&inner{List: []int{1, 2}, text: "x"}, inner{}, (*inner)(nil), []inner{{}, {Zero: 1}}, embeds{B: "<&>"}, map[string]any{"a": []int(nil)}, []json.RawMessage{[]byte("1")}, "text", []byte("bytes"),
		struct {
			Deep  *inner   `json:"deep"`
			Nil   *inner   `json:"nil"`
			Lists [][]int  `json:"lists"`
			Raw   any      `json:"raw"`
			Texts []string `json:"texts"`
		}{Deep: &inner{Map: map[string]int{"b": 1, "a": 2}}, Lists: [][]int{{1}, nil}, Texts: []string{"<", "\u2028"}},
	} {
		var got bytes.Buffer
		if err := api.Write(&got, answer); err != nil {
			t.Fatal(err)
		}
		var want, plain bytes.Buffer
		encoder := json.NewEncoder(&want)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(answer); err != nil {
			t.Fatal(err)
		}
		if err := json.Compact(&plain, got.Bytes()); err != nil {
			t.Fatalf("%s: %v", got.String(), err)
		}
		if plain.String() != strings.TrimSpace(want.String()) {
			t.Errorf("got %s, want %s", plain.String(), want.String())
		}
	}
}
