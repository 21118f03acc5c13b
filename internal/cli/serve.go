package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"lotline/internal/api"
	"lotline/internal/ledger"
	"lotline/internal/mail"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/web"

	"github.com/spf13/cobra"
)

// shutdownMax is how long requests under way may take when the server ends.
const shutdownMax = 10 * time.Second

// cutMax is how long they may take then, when they have been told to end.
const cutMax = 5 * time.Second

// headerMax bounds the headers of a request, in bytes.
const headerMax = 64 << 10

func (a *app) serve() *cobra.Command {
	var addr, logs, graph, snapshot, smtp, base, drill string
	var questionMax time.Duration
	cmd := &cobra.Command{
		Use: "serve", Short: "Serve the pages and the API", Args: usage(cobra.NoArgs),
		Long: "Serve the pages and the API. /api/ shows the API, /healthz says that the server runs, /readyz that its database answers, /metrics measures it for Prometheus.\n" +
			"Traces and recalls are answered from the genealogy in memory, about 100 bytes for each edge, which outlives the server in a snapshot (--snapshot). Until it is read, and with --graph=off, the database answers; the answers are the same.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := a.logger(logs)
			if err != nil {
				return err
			}
			if questionMax <= 0 {
				return misuse{fmt.Errorf("serve: --question-max is %s: it must be longer than 0", questionMax)}
			}
			if graph != "on" && graph != "off" {
				return misuse{fmt.Errorf("serve: --graph is %q: it must be on or off", graph)}
			}
			defer collectLess()()
			return a.opened(cmd.Context(), ledger.Options{Store: store.Options{Exclusive: true}, Graph: graph == "on", Snapshot: cmp.Or(snapshot, ledger.SnapshotOf(a.db, a.company))}, func(l *ledger.Ledger) error {
				listener, err := net.Listen("tcp", addr)
				if err != nil {
					return refuse.New(refuse.Conflict, "Cannot listen on %s: %v. Name another address with --addr.", addr, err)
				}
				fmt.Fprintf(a.stdout, "Lotline serves %s on http://%s/\n", a.db, listener.Addr())
				fmt.Fprintf(a.stdout, "Type a serial, a lot or a supplier's lot in the box, for example KX-77120 in the sample plant. Stop with Ctrl-C.\n")
				if smtp != "" {
					server, err := mail.ParseServer(smtp)
					if err != nil {
						return errors.Join(err, listener.Close())
					}
					tick := time.NewTicker(outboxEvery)
					defer tick.Stop()
					sender := &mail.Sender{Ledger: l, Server: server, URL: base}
					defer background(cmd.Context(), log, func(ctx context.Context, log *slog.Logger) { sender.Run(ctx, tick.C, log) })()
				}
				if drill != "" {
					at, err := parseNightly(drill)
					if err != nil {
						return errors.Join(err, listener.Close())
					}
					defer background(cmd.Context(), log, func(ctx context.Context, log *slog.Logger) { drillNightly(ctx, l, at, time.After, log) })()
				}
				return serveOn(cmd.Context(), listener, l, api.Options{Clock: time.Now, Log: log, QuestionMax: questionMax, URL: base}, web.Options{URL: base})
			})
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen on")
	cmd.Flags().StringVar(&logs, "log", "text", "how each request is noted on stderr: text, json or off")
	cmd.Flags().DurationVar(&questionMax, "question-max", api.QuestionMax, "how long an answer may take")
	cmd.Flags().StringVar(&drill, "drill", os.Getenv("LOTLINE_DRILL"), "try a recall out each night at this time of UTC, as 02:30, and keep what it finds (LOTLINE_DRILL)")
	smtpFlag(cmd, &smtp)
	urlFlag(cmd, &base)
	cmd.Flags().StringVar(&snapshot, "snapshot", "", "the file that keeps the genealogy in memory from start to start; left out, it lies beside a SQLite database, as FILE.graph, and a server's has none")
	cmd.Flags().StringVar(&graph, "graph", "on", "keep the genealogy in memory: on or off")
	return cmd
}

// heapGrowth is by how much the heap of a server grows, in percent of what
// lives, before it is collected. Each command leaves garbage while what lives
// is small: at 100, the default, a fifth of the work was collecting.
const heapGrowth = 300

// collectLess lets the heap grow until what it answers is called, unless the
// environment says how much (GOGC).
func collectLess() (asBefore func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(heapGrowth)
	return func() { debug.SetGCPercent(before) }
}

// outboxEvery is how often the server looks what waits in the outbox.
const outboxEvery = 15 * time.Second

// background does a job beside the server until the answer is called, which
// waits for it.
func background(ctx context.Context, log *slog.Logger, job func(context.Context, *slog.Logger)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		job(ctx, log)
	}()
	return func() {
		cancel()
		<-done
	}
}

// logger notes what the server does. Bodies and parameters are never noted.
func (a *app) logger(how string) (*slog.Logger, error) {
	switch how {
	case "text":
		return slog.New(slog.NewTextHandler(a.stderr, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(a.stderr, nil)), nil
	case "off":
		return nil, nil
	}
	return nil, misuse{fmt.Errorf("serve: --log is %q: it must be text, json or off", how)}
}

// serveOn serves until ctx ends, then lets requests under way finish; those
// that take longer than shutdownMax are told to end.
func serveOn(ctx context.Context, listener net.Listener, l *ledger.Ledger, opt api.Options, pages ...web.Options) error {
	if opt.Log != nil {
		slog.SetDefault(opt.Log)
	}
	s := api.New(l, opt)
	own := s.Handler()
	mux := http.NewServeMux()
	for _, path := range []string{"/api/", "/problems/", "/healthz", "/readyz", "/metrics"} {
		mux.Handle(path, own)
	}
	mux.Handle("/", web.Handler(l, pages...))
	under, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	server := &http.Server{Handler: s.Watch(mux), BaseContext: func(net.Listener) context.Context { return under }, MaxHeaderBytes: headerMax,
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Minute, WriteTimeout: 10 * time.Minute, IdleTimeout: 2 * time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.Stop()
	if err := shutdown(ctx, server, shutdownMax); err != nil {
		slog.Warn("requests under way are ended", "after", shutdownMax)
		cut()
		if err := shutdown(ctx, server, cutMax); err != nil {
			_ = server.Close()
		}
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func shutdown(ctx context.Context, server *http.Server, most time.Duration) error {
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), most)
	defer cancel()
	return server.Shutdown(finish)
}
