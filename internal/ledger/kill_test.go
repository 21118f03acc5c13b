package ledger_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"lotline/internal/ledger"
)

// TestKilledWriter is a process that records until it is killed: first single
// commands, each told on stdout after it was acknowledged, then an import.
func TestKilledWriter(t *testing.T) {
	path := os.Getenv("LOTLINE_TEST_KILLED_DB")
	if path == "" {
		t.Skip("only as the child of TestKillLosesNothingAcknowledged")
	}
	l, err := ledger.Open(context.Background(), path, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		if _, err := l.Record(t.Context(), ledger.Request{}, partner(fmt.Sprint("P", i))); err != nil {
			t.Fatal(err)
		}
		fmt.Println("acknowledged")
	}
	_, _ = l.Import(t.Context(), ledger.Request{}, func(imp *ledger.Importer) error {
		for i := range 1_000_000 {
			c := partner(fmt.Sprint("I", i))
			c.SetAt(1)
			if _, err := imp.Do(c); err != nil {
				return err
			}
			if i == 3_000 {
				fmt.Println("importing")
			}
		}
		return nil
	})
}

func TestKillLosesNothingAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "killed.db")
	child := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$")
	child.Env = append(os.Environ(), "LOTLINE_TEST_KILLED_DB="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := int64(0)
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "importing" {
		if lines.Text() == "acknowledged" {
			acknowledged++
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	l, err := ledger.Open(t.Context(), path, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if got := size(t, l); got != acknowledged || acknowledged != 200 {
		t.Errorf("%d entries after kill -9, %d were acknowledged; want 200 and nothing of the import", got, acknowledged)
	}
	v, err := l.Verify(t.Context())
	if err != nil || len(v.Findings) > 0 {
		t.Errorf("verify: %v %v", v.Findings, err)
	}
}
