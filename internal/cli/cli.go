// Package cli is the command line: one file per command or family of them. It
// turns words into commands and questions, and answers into text or JSON.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"os/user"
	"syscall"

	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"

	"github.com/spf13/cobra"
)

// The exit statuses.
const (
	Done    = 0
	Refused = 1
	Misused = 2
	Failed  = 3
)

// app is one run of the program.
type app struct {
	db      string
	company string
	key     string
	json    bool
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
}

// misuse is a command line that cannot be understood.
type misuse struct{ error }

// Main runs the program with its arguments and answers the exit status.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := a.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return Done
	}
	var wrong misuse
	if refusal, ok := refuse.As(err); ok {
		fmt.Fprintln(stderr, refusal)
		return Refused
	}
	if errors.As(err, &wrong) {
		fmt.Fprintf(stderr, "%v\nTry 'lotline --help'.\n", wrong.error)
		return Misused
	}
	fmt.Fprintln(stderr, "lotline failed:", err)
	return Failed
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "lotline",
		Short:         "The as-built record of everything a company makes",
		Long:          "Lotline keeps what went into each unit that a company made, and where everything that it received ended up.",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          usage(cobra.NoArgs),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	db := os.Getenv("LOTLINE_DB")
	if db == "" {
		db = "lotline.db"
	}
	root.PersistentFlags().StringVar(&a.db, "db", db, "database: a file, or a postgres:// URL (LOTLINE_DB)")
	company := os.Getenv("LOTLINE_COMPANY")
	if company == "" {
		company = ledger.MainCompany
	}
	root.PersistentFlags().StringVar(&a.company, "company", company, "the company whose records are meant (LOTLINE_COMPANY)")
	root.PersistentFlags().StringVar(&a.key, "key", os.Getenv("LOTLINE_KEY"), "file of the key that signs checkpoints (LOTLINE_KEY), with the company's name behind unless it is main; beside a database file by default")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "answer as JSON")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return misuse{err} })
	root.AddCommand(a.demo(), a.serve(), a.bench(), a.importCmd(), a.importBOM(), a.exportCmd(), a.order(), a.unit(), a.lot(), a.find(), a.passport(), a.trace(), a.recall(), a.completeness(),
		a.balance(), a.verify(), a.rebuild(), a.journal(), a.checkpoint(), a.prove(), a.checkProof(), a.copy(), a.backup(), a.companies(), a.stock(), a.upgrade(), a.man(), a.document(), a.report())
	root.AddCommand(a.quality()...)
	root.AddCommand(a.designed(a.say(commands))...)
	return root
}

// usage makes a wrong number of words a misuse.
func usage(args cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, words []string) error {
		if err := args(cmd, words); err != nil {
			return misuse{fmt.Errorf("%s: %w", cmd.CommandPath(), err)}
		}
		return nil
	}
}

// with opens the ledger for f and closes it again.
func (a *app) with(ctx context.Context, opt store.Options, f func(*ledger.Ledger) error) error {
	return a.opened(ctx, ledger.Options{Store: opt}, f)
}

// opened is with, with more said of the ledger.
func (a *app) opened(ctx context.Context, opt ledger.Options, f func(*ledger.Ledger) error) error {
	opt.KeyFile, opt.Company = a.keyFile(), a.company
	l, err := ledger.Open(ctx, a.db, opt)
	if err != nil {
		return err
	}
	err = f(l)
	return errors.Join(err, l.Close())
}

// asking is a database that must be there already: a question makes none.
func (a *app) asking(ctx context.Context, f func(*ledger.Ledger) error) error {
	return a.onDatabase(func() error { return a.with(ctx, store.Options{}, f) })
}

// onDatabase refuses a file that is not there.
func (a *app) onDatabase(f func() error) error {
	if !store.IsServer(a.db) {
		if _, err := os.Stat(a.db); errors.Is(err, os.ErrNotExist) {
			return refuse.New(refuse.NotFound, "There is no database %s: import a workbook first, or name another with --db.", a.db)
		}
	}
	return f()
}

// ask answers a question from one moment of the database.
func (a *app) ask(ctx context.Context, f func(tx *store.Tx, company string) error) error {
	return a.asking(ctx, func(l *ledger.Ledger) error {
		return l.Read(ctx, func(tx *store.Tx) error { return f(tx, l.Company()) })
	})
}

// put prints an answer: as JSON if asked for, else as text does it.
func (a *app) put(answer any, text func(io.Writer)) error {
	if a.json || text == nil {
		encoder := json.NewEncoder(a.stdout)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(answer)
	}
	text(a.stdout)
	return nil
}

// request says who gives a command on this machine.
func request() ledger.Request {
	by := "unknown"
	if who, err := user.Current(); err == nil {
		by = who.Username
	}
	return ledger.Request{By: by, Via: "cli"}
}
