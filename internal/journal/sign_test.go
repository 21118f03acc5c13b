package journal

import "testing"

func TestACountersignatureNamesWhatItSigns(t *testing.T) {
	seen := map[string]string{}
	signs([]byte(`{"kind":"entry.signed/1","at":"2026-01-01T00:00:00Z","fact":{"signed_by":"ann","lines":1,"hash":"sha256:aa"}}`), 7, 2, seen)
	for _, c := range []struct {
		line string
		want bool
	}{
		{`{"kind":"thing.signed/1","at":"2026-01-01T00:00:00Z","fact":{"signs":"7.2","hash":"sha256:aa"}}`, true},
		{`{"kind":"thing.signed/1","at":"2026-01-01T00:00:00Z","fact":{"signs":"7.2","hash":"sha256:ab"}}`, false},
		{`{"kind":"thing.signed/1","at":"2026-01-01T00:00:00Z","fact":{"signs":"7.1","hash":"sha256:aa"}}`, false},
		{`{"kind":"thing.signed/1","at":"2026-01-01T00:00:00Z","fact":{"hash":"sha256:ab"}}`, true},
		{`{"kind":"thing.made/1","at":"2026-01-01T00:00:00Z","fact":{"signs":"7.1"}}`, true},
	} {
		if got := countersigned([]byte(c.line), seen); got != c.want {
			t.Errorf("%s: got %v, want %v", c.line, got, c.want)
		}
	}
}

func TestASignatureIsUnderTheLinesBeforeIt(t *testing.T) {
	signed, err := Sign([]Fact{{What: thing{"a"}}, {What: thing{"b"}}}, Signature{SignedBy: "ann"}, "approved")
	if err != nil {
		t.Fatal(err)
	}
	var lines [][]byte
	for _, f := range signed {
		line, err := encodeLine(f)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if !signature(lines, 3) {
		t.Error("a signature is not found to be one under its lines")
	}
	for i := range 2 { // whichever line was exchanged
		other := [][]byte{lines[0], lines[1], lines[2]}
		other[i] = []byte(`{"kind":"thing/1","at":"2026-01-01T00:00:00Z","fact":{"name":"c"}}`)
		if signature(other, 3) {
			t.Errorf("line %d is another than was signed, and nobody hears of it", i+1)
		}
	}
	if signature(lines[1:], 2) {
		t.Error("a line that was signed is missing, and nobody hears of it")
	}
}

type thing struct {
	Name string `json:"name"`
}

func (thing) Kind() string { return "thing/1" }
