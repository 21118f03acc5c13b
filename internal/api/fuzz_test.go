package api_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"lotline/internal/api"
	"lotline/internal/refuse"
)

// FuzzDecode: whatever the bytes are, they are a command or a refusal; and a
// command that was read says the same when it is written and read again.
func FuzzDecode(f *testing.F) {
	names := slices.Sorted(maps.Keys(api.Commands))
	for _, e := range api.Documented() {
		f.Add(uint8(slices.Index(names, e.Name)), []byte(e.Body))
	}
	f.Add(uint8(slices.Index(names, "void")), []byte(`{"fact": "1.1", "replace": {"command": "receive", "lot": "L", "quantity": 1.50, "at": "2026-02-03"}}`))
	f.Add(uint8(0), []byte(`{"Part_Number": null, "lines": [{}], "lines": [], "at": ""}`))
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		name := names[int(which)%len(names)]
		command, err := api.Decode(name, text)
		if err != nil {
			if refusal, ok := refuse.As(err); !ok || refusal.Error() == "" {
				t.Errorf("%s %q: %v is no refusal", name, text, err)
			}
			return
		}
		if name == "void" {
			return // what replaces is written without its name
		}
		first, err := json.Marshal(command)
		if err != nil {
			t.Skip() // a time outside the years that text can say
		}
		again := api.Commands[name]()
		if err := json.Unmarshal(first, again); err != nil {
			t.Fatalf("%s %q was read, but %s cannot be: %v", name, text, first, err)
		}
		second, err := json.Marshal(again)
		if err != nil || string(first) != string(second) {
			t.Errorf("%s %q: %s became %s (%v)", name, text, first, second, err)
		}
	})
}
