package api_test

import (
	"net/http"
	"testing"
)

// One trigger is parameters, several are a body; both echo the question.
func TestRecallPlanOverTheAPI(t *testing.T) {
	each(t, func(c client) {
		c.record("define-item", `{"part_number":"RES","name":"Resistor","tracking":"lot"}`)
		c.record("receive", `{"receipt":"GR-1","part_number":"RES","lot":"A","quantity":"5","supplier_lot":"S1"}`)
		c.record("receive", `{"receipt":"GR-2","part_number":"RES","lot":"B","quantity":"5","heat":"H2"}`)
		for _, ok := range []struct {
			method, path, body string
			must               float64
		}{
			{"GET", "recall/plan?supplier_lot=S1", "", 1},
			{"GET", "recall/plan?part_number=RES&from=2020-01-01&full=true", "", 2},
			{"POST", "recall/plan", `{"any":[{"supplier_lot":"S1"},{"heat":"H2"}]}`, 2},
			{"POST", "recall/plan", `{"heat":"H2"}`, 1},
		} {
			status, got := c.do(ok.method, ok.path, "", ok.body)
			trigger, _ := got["trigger"].(map[string]any)
			if status != http.StatusOK || got["must"] != ok.must || trigger["any"] == nil {
				c.Errorf("%s %s %s: %d %v", ok.method, ok.path, ok.body, status, got)
			}
		}
		for _, bad := range []struct {
			method, path, body string
			status             int
			field              string
		}{
			{"GET", "recall/plan", "", 422, ""},
			{"GET", "recall/plan?suplier_lot=S1", "", 422, "suplier_lot"},
			{"GET", "recall/plan?instrument=I&since_calibration=yes", "", 422, "since_calibration"},
			{"GET", "recall/plan?machine=M&from=2026-02-01&to=2026-01-01", "", 422, "to"},
			{"GET", "recall/plan?heat=H9", "", 404, ""},
			{"POST", "recall/plan", `{"any":[]}`, 422, "any"},
			{"POST", "recall/plan", `{"any":[{"het":"H2"}]}`, 422, "any"},
			{"POST", "recall/plan", `heat`, 422, "any"},
		} {
			status, got := c.do(bad.method, bad.path, "", bad.body)
			if field, _ := got["field"].(string); status != bad.status || field != bad.field {
				c.Errorf("%s %s %s: %d %v", bad.method, bad.path, bad.body, status, got)
			}
		}
	})
}

func TestRecallsOverTheAPI(t *testing.T) {
	each(t, func(c client) {
		c.record("define-item", `{"part_number":"RES","name":"Resistor","tracking":"lot"}`)
		c.record("receive", `{"receipt":"GR-1","part_number":"RES","lot":"A","quantity":"5","supplier_lot":"S1"}`)
		c.record("receive", `{"receipt":"GR-2","part_number":"RES","lot":"B","quantity":"5"}`)
		c.record("open-recall", `{"recall":"RC 1","reason":"cracks","any":[{"supplier_lot":"S1"}]}`)
		c.record("exclude-from-recall", `{"recall":"RC 1","objects":["RES/A"],"reason":"tested","signed_by":"eve"}`)
		c.record("include-in-recall", `{"recall":"RC 1","objects":["RES/B"],"reason":"same tray","signed_by":"eve"}`)
		c.record("scope-recall", `{"recall":"RC 1","reason":"weekly"}`)
		for path, want := range map[string]string{"": "by_customer", "/scope": "objects", "/again": "differences", "/why?object=RES%2FA": "steps"} {
			if status, got := c.do("GET", "recalls/RC%201"+path, "", ""); status != http.StatusOK || got[want] == nil {
				c.Errorf("%s: %d %v, want %s", path, status, got, want)
			}
		}
		if status, _ := c.do("GET", "recalls", "", ""); status != http.StatusOK {
			c.Errorf("recalls: %d", status)
		}
		if status, got := c.do("GET", "recalls/RC-9", "", ""); status != http.StatusNotFound || got["field"] != "recall" {
			c.Errorf("a recall that is not there: %d %v", status, got)
		}
		if status, got := c.do("POST", "commands/exclude-from-recall", "", `{"recall":"RC 1","objects":["RES/B"],"reason":"tested"}`); status != 422 || got["field"] != "signed_by" {
			c.Errorf("without a signature: %d %v", status, got)
		}
	})
}

func TestDrillsOverTheAPI(t *testing.T) {
	each(t, func(c client) {
		if status, got := c.do("GET", "recall/drill?seed=1", "", ""); status != http.StatusNotFound {
			c.Errorf("an empty plant: %d %v", status, got)
		}
		c.record("define-item", `{"part_number":"RES","name":"Resistor","tracking":"lot"}`)
		c.record("receive", `{"receipt":"GR-1","part_number":"RES","lot":"A","quantity":"5"}`)
		if status, got := c.do("GET", "recall/drill?seed=1", "", ""); status != http.StatusOK || got["lot"] != "lot:RES/A" || got["score"] != 100.0 || got["seed"] != 1.0 {
			c.Errorf("a drill: %d %v", status, got)
		}
		if _, got := c.do("GET", "recall/drills", "", ""); len(got["drills"].([]any)) != 0 {
			c.Errorf("a drill that was only asked for is kept: %v", got)
		}
		if status, got := c.do("POST", "recall/drill?seed=1", "", ""); status != http.StatusOK || got["lot"] != "lot:RES/A" {
			c.Errorf("a drill that is kept: %d %v", status, got)
		}
		if _, got := c.do("GET", "recall/drills", "", ""); len(got["drills"].([]any)) != 1 || got["mean"] != 100.0 {
			c.Errorf("history: %v", got)
		}
		if status, got := c.do("GET", "completeness", "", ""); status != http.StatusOK || got["score"] != 100.0 {
			c.Errorf("completeness: %d %v", status, got)
		}
		for path, field := range map[string]string{"recall/drill?seed=x": "seed", "recall/drill?seed=-1": "seed", "recall/drill?sed=1": "sed", "recall/drills?limit=9999": "limit"} {
			if status, got := c.do("GET", path, "", ""); status != 422 || got["field"] != field {
				c.Errorf("%s: %d %v", path, status, got)
			}
		}
	})
}
