package cli_test

import (
	"flag"
	"os"
	"testing"

	"lotline/internal/cli"
)

var update = flag.Bool("update", false, "write the reference instead of comparing it")

func TestReferenceIsCurrent(t *testing.T) {
	const path = "../../docs/reference/cli.md"
	if *update {
		if err := os.WriteFile(path, []byte(cli.Reference()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != cli.Reference() {
		t.Errorf("%s is not current (%v): go test ./internal/cli -update", path, err)
	}
}
