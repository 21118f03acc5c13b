package cli_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lotline/internal/store"
)

// lotline runs the program as its own process and answers what it printed and
// its exit status.
func lotline(t *testing.T, args ...string) (printed string, status int) {
	t.Helper()
	cmd := exec.Command("lotline", args...)
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// wants runs the program and requires a status and words in what it prints.
func wants(t *testing.T, status int, words string, args ...string) {
	t.Helper()
	printed, got := lotline(t, args...)
	if got != status || !strings.Contains(printed, words) {
		t.Errorf("lotline %s: status %d, %q; want status %d and %q", strings.Join(args, " "), got, printed, status, words)
	}
}

// parts is a workbook of n items.
func parts(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("part_number,name\n")
	for i := range n {
		fmt.Fprintf(&b, "PART-%d,A part with number %d %s\n", i, i, strings.Repeat("and a long name ", 8))
	}
	if err := os.WriteFile(filepath.Join(dir, "items.csv"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestWhatIsNoDatabaseIsRefused(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte("Dear diary, this is no database.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	wants(t, 1, "is not a Lotline database", "verify", "--db", text)
	wants(t, 1, "is not a Lotline database", "import", parts(t, 1), "--db", text)
	wants(t, 1, "is a folder", "import", parts(t, 1), "--db", dir)
	wants(t, 1, "There is no database", "find", "X", "--db", filepath.Join(dir, "none.db"))
	wants(t, 1, "There is no folder", "import", parts(t, 1), "--db", filepath.Join(dir, "no", "such", "file.db"))
	kept, err := os.ReadFile(text)
	if err != nil || !strings.HasPrefix(string(kept), "Dear diary") {
		t.Errorf("the file was touched: %q, %v", kept, err)
	}
	empty := filepath.Join(dir, "empty.db")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	wants(t, 0, "facts recorded", "import", parts(t, 1), "--db", empty)
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	at := filepath.Join(t.TempDir(), "plant.db")
	wants(t, 0, "facts recorded", "import", parts(t, 1), "--db", at)
	db, err := store.Open(t.Context(), at, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE lotline_format SET version = 99`)
		return err
	})
	db.Close()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify"}, {"find", "PART-0"}, {"import", parts(t, 2)}, {"serve", "--addr", "127.0.0.1:0"}} {
		wants(t, 1, "made by a newer Lotline", append(args, "--db", at)...)
	}
}

// serving starts a server on a database and answers its address.
func serving(t *testing.T, at string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "lotline", "serve", "--db", at, "--addr", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line[strings.Index(line, "http://"):])
}

func TestOneServerOnAFile(t *testing.T) {
	at := filepath.Join(t.TempDir(), "plant.db")
	address := serving(t, at)
	wants(t, 1, "Another Lotline server is running", "serve", "--db", at, "--addr", "127.0.0.1:0")
	// The command line works beside it, and the server sees what it did.
	wants(t, 0, "facts recorded", "import", parts(t, 3), "--db", at)
	wants(t, 0, "PART-2", "find", "PART-2", "--db", at)
	answer, err := http.Get(address + "api/v1/find?text=PART-2")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text := make([]byte, 1000)
	n, _ := answer.Body.Read(text)
	if !strings.Contains(string(text[:n]), "PART-2") {
		t.Errorf("the server says %s", text[:n])
	}
	wants(t, 0, "", "verify", "--db", at)
}

// A file system that takes no more is made by a limit on the size of files.
func TestAFullDiskLosesNothing(t *testing.T) {
	at := filepath.Join(t.TempDir(), "plant.db")
	wants(t, 0, "facts recorded", "import", parts(t, 2), "--db", at)
	size := func() string {
		printed, _ := lotline(t, "checkpoint", "--db", at)
		return strings.Join(strings.Split(printed, "\n")[:3], "\n")
	}
	before := size()
	large := parts(t, 20_000)
	full := exec.Command("sh", "-c", `ulimit -f 2000; exec lotline import "$0" --db "$1"`, large, at)
	printed, err := full.CombinedOutput()
	if err == nil || full.ProcessState.ExitCode() != 3 || strings.Count(string(printed), "\n") != 1 || !strings.Contains(string(printed), "is the disk full?") {
		t.Errorf("status %d, printed %q; want 3 and one sentence", full.ProcessState.ExitCode(), printed)
	}
	if after := size(); after != before {
		t.Errorf("the journal was\n%s\nand is\n%s", before, after)
	}
	wants(t, 0, "", "verify", "--db", at)
	wants(t, 0, "facts recorded", "import", large, "--db", at)
	wants(t, 0, "", "verify", "--db", at)
}
