package journal_test

import (
	"os"
	"testing"

	"lotline/internal/journal"
)

func readFile(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func FuzzCheckProof(f *testing.F) {
	dir := f.TempDir()
	if _, err := journal.LoadOrCreateKey(dir+"/key", "lotline/main"); err != nil {
		f.Fatal(err)
	}
	verifier, err := journal.Verifier(readFile(f, dir+"/key.pub"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"format":1,"checkpoint":"lotline/main\n1\nAAAA\n\n— x y\n","header":"{}","line_number":1,"line":"{}","salt":"","line_path":[],"entry_path":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := journal.CheckProof(text, verifier); err == nil {
			t.Error("proven without a signature")
		}
	})
}

func FuzzParseFactName(f *testing.F) {
	f.Add("12.3")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := journal.ParseFactName(text)
		if err != nil {
			return
		}
		if again, err := journal.ParseFactName(journal.FactName(id)); err != nil || again != id {
			t.Errorf("%q: %d, then %d", text, id, again)
		}
	})
}
