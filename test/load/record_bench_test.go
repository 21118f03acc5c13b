package load_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lotline/internal/api"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/quantity"
)

// clients is how many record at once.
var clients = []int{1, 8, 64, 128}

// BenchmarkRecord records receipts one by one, durably, from several callers
// in this process.
func BenchmarkRecord(b *testing.B) {
	for _, n := range clients {
		b.Run(fmt.Sprintf("clients=%d", n), func(b *testing.B) {
			engines(b, func(b *testing.B, open func() *ledger.Ledger) {
				l := open()
				defineParts(b, l)
				measure(b, n, func(client, i int) error {
					name := fmt.Sprintf("%d-%d", client, i)
					_, err := l.Record(context.Background(), ledger.Request{}, &genealogy.Receive{PartNumber: "RESISTOR", Lot: name, Quantity: quantity.One,
						Purchase: genealogy.Purchase{Receipt: "GR" + name}})
					return err
				})
			})
		})
	}
}

// BenchmarkRecordHTTP records over HTTP on loopback, the clients on the same
// machine: of four commands one receives a lot, one a unit, one records an
// operation on that unit and one an inspection of it.
func BenchmarkRecordHTTP(b *testing.B) {
	for _, n := range clients {
		b.Run(fmt.Sprintf("clients=%d", n), func(b *testing.B) {
			engines(b, func(b *testing.B, open func() *ledger.Ledger) {
				l := open()
				defineParts(b, l)
				server := httptest.NewServer(api.Handler(l))
				b.Cleanup(server.Close)
				client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}}
				measure(b, n, func(who, i int) error {
					unit := fmt.Sprintf("%d-%d", who, i/4)
					command, body := "receive", fmt.Sprintf(`{"part_number":"RESISTOR","lot":"%s","quantity":"5000","receipt":"GR%s","supplier_lot":"S%s"}`, unit, unit, unit)
					switch i % 4 {
					case 1:
						body = fmt.Sprintf(`{"part_number":"MODULE","serial":"\"%s\"","receipt":"GM%s"}`, unit, unit)
					case 2:
						command, body = "perform-operation", fmt.Sprintf(`{"operation":"reflow","part_number":"MODULE","serial":"%s","machine":"OVEN-1","operator":"1207","parameters":{"peak":"243"}}`, unit)
					case 3:
						command, body = "record-inspection", fmt.Sprintf(`{"stage":"final","part_number":"MODULE","serial":"%s","characteristic":"gain","value":"31.5","lower":"30","upper":"33","result":"pass"}`, unit)
					}
					return post(client, server.URL+"/api/v1/commands/"+command, body)
				})
			})
		})
	}
}

func post(client *http.Client, url, body string) error {
	answer, err := client.Post(url, "application/json", bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s %s", url, body, answer.Status, text)
	}
	return err
}

func defineParts(b *testing.B, l *ledger.Ledger) {
	do(b, l, &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "RESISTOR", Name: "Resistor", Tracking: "lot"}},
		&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "MODULE", Name: "Module", Tracking: "serial"}})
}

// measure lets n clients call f, b.N times in all, and reports how many calls
// a second that made, and how long the slowest hundredth took at least.
func measure(b *testing.B, n int, f func(client, i int) error) {
	var left atomic.Int64
	left.Store(int64(b.N))
	took := make([][]time.Duration, n)
	b.ResetTimer()
	var all sync.WaitGroup
	for client := range n {
		all.Go(func() {
			for i := 0; left.Add(-1) >= 0; i++ {
				begin := time.Now()
				if err := f(client, i); err != nil {
					b.Error(err)
					return
				}
				took[client] = append(took[client], time.Since(begin))
			}
		})
	}
	all.Wait()
	times := slices.Concat(took...)
	slices.Sort(times)
	b.ReportMetric(float64(len(times))/b.Elapsed().Seconds(), "commands/s")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
}
