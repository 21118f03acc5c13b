package cli_test

import (
	"os"
	"testing"

	"lotline/internal/cli"
	"lotline/internal/store/storetest"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(stories{m}, map[string]func(){
		"lotline": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// stories ends the PostgreSQL of the test run after the last of them.
type stories struct{ m *testing.M }

func (s stories) Run() int {
	code := s.m.Run()
	storetest.End()
	return code
}

// TestStories runs each story on both engines.
func TestStories(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { run(t, func(*testscript.Env) string { return "plant.db" }) })
	if testing.Short() {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		run(t, func(env *testscript.Env) string { return storetest.Postgres(env.T().(testing.TB)) })
	})
}

func run(t *testing.T, database func(*testscript.Env) string) {
	dir, few := "testdata/scenarios", []string(nil)
	if testing.Short() { // all of them take minutes
		dir, few = "", []string{"testdata/scenarios/thread.txtar", "testdata/scenarios/mistakes.txtar", "testdata/scenarios/recall-scope.txtar"}
	}
	testscript.Run(t, testscript.Params{
		Dir: dir, Files: few,
		Cmds: words,
		Setup: func(env *testscript.Env) error {
			env.Setenv("LOTLINE_DB", database(env))
			env.Setenv("LOTLINE_KEY", env.WorkDir+"/key")
			env.Setenv("TMPDIR", env.WorkDir)
			return nil
		},
	})
}
