package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"time"

	"lotline/internal/ledger"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/web"
	"lotline/test/load"
)

// pageRun is how long the server took for a page of a plant; in milliseconds.
type pageRun struct {
	Engine string  `json:"engine"`
	Page   string  `json:"page"`
	Bytes  int     `json:"bytes"` // as sent, compressed
	Times  int     `json:"times"`
	P50    float64 `json:"p50_ms"`
	P99    float64 `json:"p99_ms"`
}

// Limits of how often a page is asked for, and of how long that takes.
const (
	pageTimes = 50
	pageMax   = 3 * time.Second
)

// benchPages are the pages of a made-up plant, where a system is one that has
// the bad lot.
func benchPages(system string) []string {
	object, lot := url.QueryEscape("RADAR-X1/"+system), url.QueryEscape(load.BadPart+"/"+load.BadLot)
	return []string{
		"/", "/?q=" + load.BadSupplierLot, "/units/RADAR-X1/" + system, "/lots/" + load.BadPart + "/" + load.BadLot, "/trace?direction=backward&object=" + object, "/trace?direction=forward&object=" + lot,
		"/stock", "/stock?kind=lot", "/stock?part_number=RADAR-X1", "/items", "/items/RADAR-X1", "/items/" + load.BadPart, "/items/bom?parent=RADAR-X1&parent_revision=A", "/partners", "/documents",
		"/receive", "/orders", "/orders?state=released", "/orders/RX-0005", "/orders/RX-0005?view=totals&check=1", "/orders/RX-0005/compare", "/build", "/build?unit=" + object,
		"/quality", "/quality/inspect?object=" + object, "/quality/inspections", "/quality/inspections?result=fail", "/quality/inspections?instrument=PM-1", "/quality/chart?part_number=RADAR-X1&characteristic=range",
		"/quality/nonconformities", "/quality/holds", "/quality/deviations", "/quality/instruments", "/ship", "/recall", "/recall?supplier_lot=" + load.BadSupplierLot, "/recalls", "/recalls/BENCH",
		"/recalls/BENCH/scope", "/recalls/BENCH/customers", "/recalls/BENCH/answers", "/recalls/BENCH/effect", "/recalls/BENCH/report", "/recall/drill", "/recall/drill?try=1&seed=5", "/completeness",
		"/journal", "/journal?kind=recall", "/journal/5.1", "/import", "/settings", "/commands",
	}
}

// pages asks for every page of the plant, one after the other, with nobody else
// there.
func (b *bench) pages(at string, truth load.Truth) error {
	if len(truth.BadSystems) == 0 {
		return refuse.New(refuse.Invalid, "The plant is too small for its pages: take 9,000 edges or more.").At("edges")
	}
	l, err := b.open(at, true)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := benchRecall(b.ctx, l); err != nil {
		return err
	}
	for !l.Ready(b.ctx) && b.ctx.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	handler := web.Handler(l)
	for _, page := range benchPages(truth.BadSystems[0]) {
		run, err := b.page(handler, page)
		if err != nil {
			return err
		}
		run.Engine = l.DB().Engine()
		b.report.Pages = append(b.report.Pages, run)
	}
	return nil
}

// benchRecall opens the recall whose pages are asked for.
func benchRecall(ctx context.Context, l *ledger.Ledger) error {
	for _, command := range []ledger.Command{
		&recall.Open{Recall: "BENCH", Reason: "bench", Question: recall.Question{Any: []recall.Trigger{{SupplierLot: load.BadSupplierLot}}}},
		&recall.Contain{Recall: "BENCH"}, &recall.Notify{Recall: "BENCH"},
	} {
		if _, err := l.Record(ctx, ledger.Request{By: "bench"}, command); err != nil {
			return err
		}
	}
	return nil
}

// page asks for one page again and again.
func (b *bench) page(handler http.Handler, page string) (pageRun, error) {
	run := pageRun{Page: page}
	var took []time.Duration
	for begin := time.Now(); b.ctx.Err() == nil && len(took) < b.times && (len(took) < 2 || time.Since(begin) < pageMax); {
		r := httptest.NewRequestWithContext(b.ctx, http.MethodGet, page, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		asked := time.Now()
		handler.ServeHTTP(w, r)
		took = append(took, time.Since(asked))
		if run.Bytes = w.Body.Len(); w.Code != http.StatusOK {
			return run, fmt.Errorf("the page %s answers %d", page, w.Code)
		}
	}
	slices.Sort(took)
	if len(took) > 0 {
		run.Times, run.P50, run.P99 = len(took), ms(took[len(took)/2]), ms(took[min(len(took)*99/100, len(took)-1)])
	}
	return run, b.ctx.Err()
}
