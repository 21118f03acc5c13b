package journal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

// goldenLeaf was computed from testdata/entry.txt by another program, from the
// description in this package's comment alone.
const goldenLeaf = "781cefa4f6002382d9e09478ad8ef619a4fcf921fa43aef81652c3e86412e778"

func TestTheHashOfAnEntryIsForEver(t *testing.T) {
	body, err := os.ReadFile("testdata/entry.txt")
	if err != nil {
		t.Fatal(err)
	}
	p, err := parse(body)
	if err != nil {
		t.Fatal(err)
	}
	leaf := p.leaf()
	if got := hex.EncodeToString(leaf[:]); got != goldenLeaf {
		t.Errorf("leaf hash %s, want %s", got, goldenLeaf)
	}
	again, err := json.Marshal(p.Header)
	if err != nil || !bytes.Equal(again, p.head) {
		t.Errorf("the header is written as %s, %v; stored is %s", again, err, p.head)
	}
	for i := range body {
		changed := bytes.Clone(body)
		changed[i] ^= 1
		if q, err := parse(changed); err == nil && q.leaf() == leaf {
			t.Errorf("byte %d changed, and the leaf hash is the same", i)
		}
	}
}

// FuzzParse reads any bytes as an entry: they are refused, or they are exactly
// what its parts say.
func FuzzParse(f *testing.F) {
	body, err := os.ReadFile("testdata/entry.txt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte("{}\n\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := parse(body)
		if err != nil {
			return
		}
		whole := append(append(bytes.Clone(p.head), '\n'), hex.EncodeToString(p.salt)...)
		for i, line := range p.lines {
			whole = append(append(whole, '\n'), line...)
			_, _ = decodeLine(p.Seq, i+1, line, Kinds{})
		}
		if !bytes.Equal(whole, body) {
			t.Errorf("its parts make up %q, read was %q", whole, body)
		}
		p.leaf()
	})
}
