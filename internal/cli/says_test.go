package cli_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// words are what stories can say beside the commands of testscript: what an
// answer must say of an object, as "must 1 1" (certainty, least and most
// quantity), "removed may 0 2", or "nothing" when it must not be in it.
var words = map[string]func(*testscript.TestScript, bool, []string){
	// says REF WANT...: the last answer, asked with --json.
	"says": func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) < 2 {
			ts.Fatalf("usage: says REF WANT...")
		}
		same(ts, ts.ReadFile("stdout"), args[0], args[1:])
	},
	// both COMPONENT PARENT WANT...: the forward trace of the component and the
	// backward trace of the parent say the same (rule 8).
	"both": func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) < 3 {
			ts.Fatalf("usage: both COMPONENT PARENT WANT...")
		}
		ts.Check(ts.Exec("lotline", "--json", "trace", args[0], "--forward"))
		same(ts, ts.ReadFile("stdout"), args[1], args[2:])
		ts.Check(ts.Exec("lotline", "--json", "trace", args[1], "--backward"))
		same(ts, ts.ReadFile("stdout"), args[0], args[2:])
	},
}

// same fails the story when an answer says something else of an object.
func same(ts *testscript.TestScript, text, ref string, want []string) {
	var answer struct {
		Objects []struct {
			Ref         string `json:"ref"`
			Certainty   string `json:"certainty"`
			Removed     bool   `json:"removed"`
			QuantityMin string `json:"quantity_min"`
			QuantityMax string `json:"quantity_max"`
		} `json:"objects"`
	}
	ts.Check(json.Unmarshal([]byte(text), &answer))
	got := "nothing"
	for _, o := range answer.Objects {
		if o.Ref != ref {
			continue
		}
		got = fmt.Sprintf("%s %s %s", o.Certainty, o.QuantityMin, o.QuantityMax)
		if o.Removed {
			got = "removed " + got
		}
	}
	if w := strings.Join(want, " "); got != w {
		ts.Fatalf("of %s the answer says %s, want %s", ref, got, w)
	}
}
