package cli

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"lotline/internal/api"
	"lotline/internal/catalog"
	"lotline/internal/ledger"
)

// recordRun is how fast clients record commands over HTTP, one by one.
type recordRun struct {
	Engine  string  `json:"engine"`
	Clients int     `json:"clients"`
	PerS    float64 `json:"commands_per_s"`
	P50     float64 `json:"p50_ms"`
	P99     float64 `json:"p99_ms"`
}

// loadRun is how long questions take over HTTP while others record.
type loadRun struct {
	Engine   string  `json:"engine"`
	Question string  `json:"question"`
	Clients  int     `json:"recording_clients"`
	Asked    int     `json:"asked"`
	Bytes    int     `json:"bytes"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	P999     float64 `json:"p999_ms"`
}

// benchClients are how many record at once; each records so many commands.
var benchClients = []int{1, 8, 64, 128}

const (
	commandsEach = 4_000 // in all, divided among the clients
	askedEach    = 300
	loadClients  = 64
)

func (b *bench) recordings() error {
	for _, n := range benchClients {
		for i, url := range b.databases("record-" + strconv.Itoa(n)) {
			if i > 0 && b.report.Plants != nil {
				continue // the one server holds the plant
			}
			l, err := b.open(url, true)
			if err != nil {
				return err
			}
			err = b.recordOn(l, n)
			if closing := l.Close(); err == nil {
				err = closing
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) recordOn(l *ledger.Ledger, n int) error {
	defer collectLess()()
	s, err := b.serve(l)
	if err != nil {
		return err
	}
	defer s.close()
	begin := time.Now()
	took, err := s.record(n, commandsEach, "")
	if err != nil {
		return err
	}
	b.report.Recordings = append(b.report.Recordings, recordRun{Engine: l.DB().Engine(), Clients: n, PerS: float64(len(took)) / time.Since(begin).Seconds(),
		P50: quantile(took, 500), P99: quantile(took, 990)})
	return nil
}

// quantile in thousandths, in milliseconds.
func quantile(took []time.Duration, part int) float64 {
	if len(took) == 0 {
		return 0
	}
	return ms(took[min(len(took)-1, len(took)*part/1000)])
}

// served is a server in this process.
type served struct {
	server *http.Server
	base   string
	client *http.Client
}

func (b *bench) serve(l *ledger.Ledger) (*served, error) {
	for part, tracking := range map[string]string{"BENCH-LOT": "lot", "BENCH-UNIT": "serial"} {
		if _, err := l.Record(b.ctx, ledger.Request{By: "bench", Via: "bench"}, &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: part, Name: part, Tracking: tracking}}); err != nil {
			return nil, err
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &served{server: &http.Server{Handler: api.Handler(l), ReadHeaderTimeout: time.Minute}, base: "http://" + listener.Addr().String() + "/api/v1/",
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * loadClients}}}
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

func (s *served) close() {
	s.client.CloseIdleConnections()
	s.server.Close()
}

// record lets n clients record count commands in all: of four, one receives a
// lot, one a unit, one records an operation on it and one an inspection of it.
func (s *served) record(n, count int, prefix string) ([]time.Duration, error) {
	var left atomic.Int64
	left.Store(int64(count))
	took, failed := make([][]time.Duration, n), make([]error, n)
	var all sync.WaitGroup
	for who := range n {
		all.Go(func() {
			for i := 0; left.Add(-1) >= 0; i++ {
				command, body := benchCommand(prefix+strconv.Itoa(who), i)
				begin := time.Now()
				if _, err := s.send(http.MethodPost, "commands/"+command, body); err != nil {
					failed[who] = err
					return
				}
				took[who] = append(took[who], time.Since(begin))
			}
		})
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	times := slices.Concat(took...)
	slices.Sort(times)
	return times, nil
}

func benchCommand(who string, i int) (command, body string) {
	unit := fmt.Sprintf("%s-%d", who, i/4)
	switch i % 4 {
	case 1:
		return "receive", fmt.Sprintf(`{"part_number":"BENCH-UNIT","serial":"\"%s\"","receipt":"GM%s"}`, unit, unit)
	case 2:
		return "perform-operation", fmt.Sprintf(`{"operation":"reflow","part_number":"BENCH-UNIT","serial":"%s","machine":"OVEN-1","operator":"1207","parameters":{"peak":"243"}}`, unit)
	case 3:
		return "record-inspection", fmt.Sprintf(`{"stage":"final","part_number":"BENCH-UNIT","serial":"%s","characteristic":"gain","value":"31.5","lower":"30","upper":"33","result":"pass"}`, unit)
	}
	return "receive", fmt.Sprintf(`{"part_number":"BENCH-LOT","lot":"%s","quantity":"5000","receipt":"GR%s","supplier_lot":"S%s"}`, unit, unit, unit)
}

func (s *served) send(method, path, body string) (size int, err error) {
	request, err := http.NewRequest(method, s.base+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := s.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s %s", method, path, answer.Status, text)
	}
	return len(text), err
}

// loadOn asks a server while clients record.
func (b *bench) loadOn(url string) error {
	defer collectLess()()
	l, err := b.open(url, true)
	if err != nil {
		return err
	}
	defer l.Close()
	l.Ready(b.ctx)
	s, err := b.serve(l)
	if err != nil {
		return err
	}
	defer s.close()
	for what, path := range loadQuestions() {
		done := make(chan error, 1)
		go func() {
			_, err := s.record(loadClients, commandsEach, "load-"+strconv.Itoa(len(b.report.Loads))+"-")
			done <- err
		}()
		run := loadRun{Engine: l.DB().Engine(), Question: what, Clients: loadClients}
		var took []time.Duration
		for range askedEach {
			begin := time.Now()
			if run.Bytes, err = s.send(http.MethodGet, path, ""); err != nil {
				return err
			}
			took = append(took, time.Since(begin))
		}
		if err := <-done; err != nil {
			return err
		}
		slices.Sort(took)
		run.Asked, run.P50, run.P99, run.P999 = len(took), quantile(took, 500), quantile(took, 990), quantile(took, 999)
		b.report.Loads = append(b.report.Loads, run)
	}
	return nil
}

func loadQuestions() map[string]string {
	lot := url.Values{"object": {benchLot}}
	unit := url.Values{"object": {"unit:RADAR-X1/000001"}}
	return map[string]string{"backward, one system": "trace/backward?" + unit.Encode(), "forward, one lot": "trace/forward?" + lot.Encode()}
}
