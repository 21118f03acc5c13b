// Package browser_test uses the pages in a real browser, as people do.
package browser_test

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lotline/internal/ledger"
	"lotline/internal/web"
	"lotline/internal/workbook"
	"lotline/test/load"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// journeyMax ends a browser that hangs.
const journeyMax = 10 * time.Minute

// long leaves a test out of a short run: browsers take their time.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a journey in a browser")
	}
}

// plant is a server on a made-up plant.
type plant struct {
	*httptest.Server
	ledger *ledger.Ledger
	truth  load.Truth
}

func serve(t *testing.T) plant {
	t.Helper()
	long(t)
	dir := t.TempDir()
	truth, err := load.Plant{Seed: 1, Systems: 300}.Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "plant.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if report, err := workbook.Import(t.Context(), l, dir, workbook.Options{}); err != nil || !report.OK() {
		t.Fatal(err, report.Problems)
	}
	server := httptest.NewServer(web.Handler(l))
	t.Cleanup(server.Close)
	return plant{server, l, truth}
}

// tab is a page of a browser of its own; whatever it prints to the console
// fails the test.
func tab(t *testing.T) context.Context {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil && os.Getenv("CI") != "true" {
		t.Skip("Chromium is not installed: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.WindowSize(1280, 900))
	ctx, end := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(end)
	ctx, end = chromedp.NewContext(ctx)
	t.Cleanup(end)
	ctx, end = context.WithTimeout(ctx, journeyMax)
	t.Cleanup(end)
	do(t, ctx, chromedp.Navigate("about:blank"))
	said := cdp.Events(ctx, chromedp.FromContext(ctx).Target, log.EntryAdded)
	go func() {
		for event, err := range said {
			if err == nil && !strings.Contains(event.Entry.Text, "status of 4") { // a refusal, which the page says in words
				t.Errorf("console: %s %s", event.Entry.Text, event.Entry.URL)
			}
		}
	}()
	thrown := cdp.Events(ctx, chromedp.FromContext(ctx).Target, runtime.ExceptionThrown)
	go func() {
		for event, err := range thrown {
			if err == nil {
				t.Errorf("script: %+v", event.ExceptionDetails)
			}
		}
	}()
	return ctx
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

func ask[T any](t *testing.T, ctx context.Context, question chromedp.Action[T]) T {
	t.Helper()
	answer, err := chromedp.Run(ctx, question)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// seesMax bounds the wait for a page that is on its way.
const seesMax = time.Minute

// sees waits until all words are on the page: the one that a click leads to may
// not be there yet, and what is asked of the old one may come to nothing.
func sees(t *testing.T, ctx context.Context, words ...string) {
	t.Helper()
	waiting, end := context.WithTimeout(ctx, seesMax)
	defer end()
	var text, missing string
	for waiting.Err() == nil {
		var err error
		if text, err = chromedp.Run(waiting, chromedp.Text(chromedp.CSS("main"))); err != nil {
			continue
		}
		missing = ""
		for _, w := range words {
			if !strings.Contains(strings.ToLower(text), strings.ToLower(w)) {
				missing = w
			}
		}
		if missing == "" {
			return
		}
	}
	t.Errorf("the page does not show %q:\n%.600s", missing, text)
}

// From the supplier's call to the customers' systems: type, look, follow.
func TestFindABadLot(t *testing.T) {
	p, ctx := serve(t), tab(t)
	do(t, ctx, chromedp.Navigate(p.URL), chromedp.SendKeys(chromedp.CSS("section.hero input[name=q]"), load.BadSupplierLot+"\n"), chromedp.WaitVisible(chromedp.CSS("main table a")))
	sees(t, ctx, "found for", "supplier lot")
	do(t, ctx, chromedp.Click(chromedp.CSS("main table a")), chromedp.WaitVisible(chromedp.CSS(`main a[href^="/trace"]`)))
	sees(t, ctx, load.BadSupplierLot, "received")
	do(t, ctx, chromedp.Click(chromedp.CSS(`main a[href^="/trace"]`)), chromedp.WaitVisible(chromedp.CSS("#objects")))
	for _, system := range p.truth.BadSystems[:1] {
		sees(t, ctx, system)
	}
	do(t, ctx, chromedp.WaitVisible(chromedp.CSS(`[data-picture=genealogy][data-drawn=yes] canvas`)))
	sees(t, ctx, "boxes for")
	do(t, ctx, chromedp.Navigate(p.URL+"/recall?supplier_lot="+url.QueryEscape(load.BadSupplierLot)))
	sees(t, ctx, "must", "customer")
	for customer, n := range p.truth.ByCustomer {
		sees(t, ctx, fmt.Sprintf("%s\t%d", customer, n))
	}
}

// bundle is a workbook of one sheet as people send it.
func bundle(t *testing.T, name, rows string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "workbook.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write([]byte(rows))
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestImportAMistakeAndMendIt(t *testing.T) {
	p, ctx := serve(t), tab(t)
	upload := func(path string) {
		t.Helper()
		do(t, ctx, chromedp.Navigate(p.URL+"/import"), chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), []string{path}),
			chromedp.Click(chromedp.CSS("main button.first")), chromedp.WaitVisible(chromedp.CSS(".notice")))
	}
	upload(bundle(t, "items.csv", "part_number,name,tracking\nNEW-1,New part,lots\nNEW-2,Newer part,lot\n"))
	sees(t, ctx, "Nothing is stored", "items", "2", "tracking", "lots")
	right := bundle(t, "items.csv", "part_number,name,tracking\nNEW-1,New part,lot\nNEW-2,Newer part,lot\n")
	upload(right)
	sees(t, ctx, "2 rows read", "2 facts recorded")
	upload(right)
	sees(t, ctx, "2 rows read", "0 facts recorded")
	do(t, ctx, chromedp.Navigate(p.URL+"/?q=NEW-1"))
	sees(t, ctx, "NEW-1")
}

// pages are those that the sample plant has, by name.
func (p plant) pages(t *testing.T) map[string]string {
	t.Helper()
	p.recalled(t)
	customer := ""
	for customer = range p.truth.ByCustomer {
		break
	}
	system := "unit:RADAR-X1/" + p.truth.BadSystems[0]
	return map[string]string{
		"home": "/", "find": "/?q=" + load.BadSupplierLot, "unit": web.Link(system), "lot": "/lots/CAP-10U-50V/C-1003", "trace": "/trace?direction=backward&object=" + url.QueryEscape(system),
		"forward": "/trace?direction=forward&object=CAP-10U-50V%2FC-1003", "trace-empty": "/trace", "stock": "/stock", "items": "/items", "item": "/items/RADAR-X1", "bom": "/items/bom?parent=RADAR-X1&parent_revision=A", "define": "/items/define",
		"partners": "/partners", "documents": "/documents", "receive": "/receive", "orders": "/orders", "order": "/orders/RX-0005", "compare": "/orders/RX-0005/compare", "totals": "/orders/RX-0005?view=totals&check=1",
		"build": "/build", "bench": "/build?unit=" + url.QueryEscape("RADAR-X1/"+p.truth.BadSystems[0]), "quality": "/quality", "inspect": "/quality/inspect?object=" + url.QueryEscape("RADAR-X1/"+p.truth.BadSystems[0]),
		"measurements": "/quality/inspections", "chart": "/quality/chart?part_number=RADAR-X1&characteristic=range", "nonconformities": "/quality/nonconformities", "holds": "/quality/holds", "deviations": "/quality/deviations", "instruments": "/quality/instruments",
		"ship": "/ship", "recall": "/recall?supplier_lot=" + load.BadSupplierLot, "recall-empty": "/recall", "journal": "/journal", "fact": "/journal/5.1", "import": "/import", "settings": "/settings?try=%7Bitem%7D-%7Bseq:5%7D", "commands": "/commands",
		"recalls": "/recalls", "recall-work": "/recalls/RC-1", "recall-scope": "/recalls/RC-1/scope?part_number=RADAR-X1&again=1&why=RADAR-X1/" + p.truth.BadSystems[0], "recall-customers": "/recalls/RC-1/customers",
		"recall-notice": "/recalls/RC-1/notice?customer=" + customer, "recall-answers": "/recalls/RC-1/answers", "recall-effect": "/recalls/RC-1/effect", "recall-report": "/recalls/RC-1/report",
		"recall-close": "/recalls/close?recall=RC-1", "drill": "/recall/drill?try=1&seed=5", "completeness": "/completeness",
		"hold": "/quality/hold", "install": "/units/install", "refused": "/units/NONE/1",
	}
}

// Every page fits a telephone and a large screen, in the light and in the dark.
func TestEveryPageFits(t *testing.T) {
	p, ctx := serve(t), tab(t)
	pictures := os.Getenv("LOTLINE_SCREENSHOTS")
	for name, path := range p.pages(t) {
		do(t, ctx, look{1280, "light", true}.set, chromedp.Navigate(p.URL+path), chromedp.WaitVisible(chromedp.CSS("main")))
		for _, as := range []look{{1280, "light", true}, {360, "light", true}, {1024, "dark", true}, {2560, "light", true}} {
			do(t, ctx, as.set)
			if pictures != "" { // until what is seen is drawn
				do(t, ctx, chromedp.Evaluate[chromedp.Void](`new Promise((done) => { const look = () => [...document.querySelectorAll("[data-drawn=waiting]")].some((e) => e.getBoundingClientRect().top < innerHeight) ? setTimeout(look, 50) : setTimeout(done, 150); look(); })`, chromedp.EvalAwaitPromise))
			}
			over := ask(t, ctx, chromedp.Evaluate[float64](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
			if over > 0 {
				t.Errorf("%s is %v px too wide for %d px", name, over, as.width)
			}
			if pictures != "" {
				picture := ask(t, ctx, chromedp.CaptureScreenshot())
				if err := os.WriteFile(filepath.Join(pictures, fmt.Sprintf("%s-%d-%s.png", name, as.width, as.scheme)), picture, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// look is how a browser shows a page.
type look struct {
	width  int64
	scheme string // light or dark
	script bool
}

func (l look) set(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
	_, err1 := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}}})
	_, err2 := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !l.script})
	_, err3 := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: l.width, Height: 800, DeviceScaleFactor: 1})
	return chromedp.Void{}, errors.Join(err1, err2, err3)
}
