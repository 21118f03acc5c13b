package api

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/workbook"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// measures are what /metrics shows, in the format of Prometheus.
type measures struct {
	registry *prometheus.Registry
	under    prometheus.Gauge
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	commands *prometheus.CounterVec
}

func newMeasures(l *ledger.Ledger) *measures {
	m := &measures{
		registry: prometheus.NewRegistry(),
		under:    prometheus.NewGauge(prometheus.GaugeOpts{Name: "lotline_http_requests_in_flight", Help: "Requests that are being answered."}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "lotline_http_requests_total", Help: "Requests that were answered."},
			[]string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "lotline_http_request_seconds", Help: "How long requests took.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}}, []string{"method", "route"}),
		commands: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "lotline_commands_total",
			Help: "Commands of the API: recorded, repeated (recorded before under the same key), unchanged (nothing had to change), refused or failed."},
			[]string{"command", "outcome"}),
	}
	m.registry.MustRegister(m.under, m.requests, m.seconds, m.commands, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "lotline_turns_total", Help: "Turns that were taken: transactions that record commands."},
			func() float64 { turns, _ := l.Turns(); return float64(turns) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "lotline_turn_commands_total", Help: "Commands that shared those turns; divided by the turns it is their size."},
			func() float64 { _, commands := l.Turns(); return float64(commands) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "lotline_journal_entries", Help: "Entries in the journal; NaN while the database does not answer."},
			func() float64 { return journalSize(l) }))
	return m
}

func journalSize(l *ledger.Ledger) float64 {
	ctx, cancel := context.WithTimeout(context.Background(), readyTakes)
	defer cancel()
	var size int64
	err := l.Read(ctx, func(tx *store.Tx) (err error) {
		size, _, err = journal.Head(tx, l.Company())
		return err
	})
	if err != nil {
		return math.NaN()
	}
	return float64(size)
}

func (m *measures) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// request counts a request. Only methods that somebody serves have a name.
func (m *measures) request(method, route string, status int, took time.Duration) {
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions}, method) {
		method = "other"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(method, route).Observe(took.Seconds())
}

// command counts what became of a command.
func (m *measures) command(name string, answer any, err error) {
	outcome := "recorded"
	switch a := answer.(type) {
	case ledger.Answer:
		switch {
		case a.Repeated:
			outcome = "repeated"
		case a.Lines == 0:
			outcome = "unchanged"
		}
	case workbook.Report:
		switch {
		case !a.OK():
			outcome = "refused"
		case a.Facts == 0 || a.DryRun:
			outcome = "unchanged"
		}
	}
	if err != nil {
		outcome = "failed"
		if _, refused := refuse.As(err); refused || isNo(err) {
			outcome = "refused"
		}
	}
	m.commands.WithLabelValues(name, outcome).Inc()
}
