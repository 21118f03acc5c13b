package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"lotline/internal/api"
)

// before are what an example needs that no example before it has made.
var before = map[string][]string{
	"define-bom": {`define-item {"part_number": "CART", "name": "Cart", "tracking": "serial", "source": "make"}`,
		`define-item {"part_number": "BOLT", "name": "Bolt"}`, `define-item {"part_number": "MIX", "name": "Mix", "tracking": "lot", "source": "make"}`},
	"release-revision": {`define-item {"part_number": "CART", "name": "Cart", "tracking": "serial", "source": "make", "revision": "B", "status": "draft"}`},
	"refresh-order":    {`define-item {"part_number": "AXLE", "name": "Axle", "tracking": "lot", "supplier": "ACME", "revision": "B"}`},
	"produce":          {`plan-order {"order": "WO-2", "part_number": "MIX", "quantity": "100", "lot": "B-1"}`, `release-order {"order": "WO-2"}`},
	"scope-recall":     {`receive {"receipt": "GR-9", "part_number": "AXLE", "lot": "A-9", "quantity": "2"}`},
	"cancel-order":     {`plan-order {"order": "WO-3", "part_number": "MIX", "quantity": "1"}`},
	"void":             {`hold {"hold": "H-9", "part_number": "AXLE", "lot": "A-1", "reason": "by mistake"}`},
}

// prepare records what an example needs.
func (c client) prepare(name string) {
	c.Helper()
	for _, text := range before[name] {
		command, body, _ := strings.Cut(text, " ")
		c.record(command, body)
	}
}

// body is an example as it can be posted; the void names the fact before it.
func (c client) example(e api.Example) string {
	c.Helper()
	if e.Name != "void" {
		return e.Body
	}
	_, got := c.do("GET", "journal?from=1", "", "")
	list := got["entries"].([]any)
	last, _ := json.Marshal(list[len(list)-1].(map[string]any)["seq"])
	return strings.Replace(e.Body, "1.1", string(last)+".1", 1)
}

// Every command's example in the reference can be recorded, and cannot without
// a field that it is said to need.
func TestExamplesAreRecorded(t *testing.T) {
	each(t, func(c client) {
		examples := api.Documented()
		if len(examples) != len(api.Commands) {
			c.Errorf("%d commands have an example, of %d: write it in about.go", len(examples), len(api.Commands))
		}
		for _, e := range examples {
			c.prepare(e.Name)
			body := c.example(e)
			size := c.size()
			for _, field := range e.Needs {
				if status, got := c.do("POST", "commands/"+e.Name, "", without(c.T, body, field)); status < 400 || status >= 500 || got["detail"] == "" {
					c.Errorf("%s without %s: %d %v", e.Name, field, status, got)
				}
			}
			if got := c.size(); got != size {
				c.Errorf("%s: what was refused has made %v entries", e.Name, got-size)
			}
			status, got := c.do("POST", "commands/"+e.Name, "", body)
			if status != http.StatusOK || got["entry"] == 0.0 {
				c.Errorf("%s %s: %d %v", e.Name, body, status, got)
			}
		}
	})
}

// without is the JSON of an object without one of its fields.
func without(t *testing.T, body, field string) string {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(body), &fields); err != nil {
		t.Fatal(err)
	}
	delete(fields, field)
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
