package api_test

import (
	"flag"
	"os"
	"testing"

	"lotline/internal/api"
)

var update = flag.Bool("update", false, "write the reference instead of comparing it")

func TestReferenceIsCurrent(t *testing.T) {
	const path = "../../docs/reference/api.md"
	if *update {
		if err := os.WriteFile(path, []byte(api.Reference()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != api.Reference() {
		t.Errorf("%s is not current (%v): go test ./internal/api -update", path, err)
	}
}
