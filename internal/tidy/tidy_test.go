package tidy

import (
	"os"
	"path/filepath"
	"testing"
)

// root finds the folder of go.mod, upward from the test's own.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
}

func TestTidy(t *testing.T) {
	tree, err := Read(os.DirFS(root(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Files) < 10 {
		t.Fatalf("got %d Go files: the checks look at the wrong folder", len(tree.Files))
	}
	for _, check := range Checks {
		t.Run(check.Name, func(t *testing.T) {
			for _, found := range check.Find(tree) {
				t.Error(found)
			}
		})
	}
}
