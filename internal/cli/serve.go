package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"lotline/internal/api"
	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/web"

	"github.com/spf13/cobra"
)

// shutdownMax is how long requests under way may take when the server ends.
const shutdownMax = 10 * time.Second

func (a *app) serve() *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use: "serve", Short: "Serve the pages and the API", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), store.Options{Exclusive: true}, func(l *ledger.Ledger) error {
				listener, err := net.Listen("tcp", addr)
				if err != nil {
					return refuse.New(refuse.Conflict, "Cannot listen on %s: %v. Name another address with --addr.", addr, err)
				}
				fmt.Fprintf(a.stdout, "Lotline serves %s on http://%s/\n", a.db, listener.Addr())
				fmt.Fprintf(a.stdout, "Type a serial, a lot or a supplier's lot in the box, for example KX-77120 in the sample plant. Stop with Ctrl-C.\n")
				return serveOn(cmd.Context(), listener, l)
			})
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen on")
	return cmd
}

// serveOn serves until ctx ends, then lets requests under way finish.
func serveOn(ctx context.Context, listener net.Listener, l *ledger.Ledger) error {
	mux := http.NewServeMux()
	mux.Handle("/api/", api.Handler(l))
	mux.Handle("/healthz", api.Handler(l))
	mux.Handle("/readyz", api.Handler(l))
	mux.Handle("/", web.Handler(l))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Minute, WriteTimeout: 10 * time.Minute, IdleTimeout: 2 * time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownMax)
	defer cancel()
	if err := server.Shutdown(finish); err != nil {
		return err
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
