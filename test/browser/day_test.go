package browser_test

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"testing"

	"lotline/internal/ledger"
	"lotline/internal/web"

	"github.com/chromedp/chromedp"
)

// empty is a server on a plant without records.
func empty(t *testing.T) string {
	t.Helper()
	long(t)
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "plant.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	server := httptest.NewServer(web.Handler(l))
	t.Cleanup(server.Close)
	return server.URL
}

// floor is a browser on a plant.
type floor struct {
	*testing.T
	ctx context.Context
	url string
}

// records fills a form by the ids of its fields, sends it, and sees that it was
// recorded.
func (f floor) records(path string, pairs ...string) {
	f.Helper()
	do(f.T, f.ctx, chromedp.Navigate(f.url+path), chromedp.WaitVisible(chromedp.CSS("main form button.first")))
	for i := 0; i+1 < len(pairs); i += 2 {
		f.fill(pairs[i], pairs[i+1])
	}
	do(f.T, f.ctx, chromedp.Click(chromedp.CSS("main form button.first")), chromedp.WaitVisible(chromedp.CSS(".notice.good")))
	sees(f.T, f.ctx, "Recorded")
}

// fill puts a value into a field, as a person or a paste would.
func (f floor) fill(id, value string) {
	f.Helper()
	do(f.T, f.ctx, chromedp.Evaluate[chromedp.Void](`(() => { const e = document.getElementById(`+quote(id)+`); e.closest("details")?.setAttribute("open", ""); e.value = `+quote(value)+`; e.dispatchEvent(new Event("input", {bubbles: true})); })()`))
}

// pastes puts a table into a cell, as the clipboard of a spreadsheet does.
func (f floor) pastes(id, table string) {
	f.Helper()
	do(f.T, f.ctx, chromedp.Evaluate[chromedp.Void](`(() => { const e = document.getElementById(`+quote(id)+`); e.focus(); const d = new DataTransfer(); d.setData("text/plain", `+quote(table)+`);
		e.dispatchEvent(new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true})); })()`))
}

// scans types as a scanner does: fast, and with Enter at the end, wherever the
// focus is; then waits for the words.
func (f floor) scans(text, want string) {
	f.Helper()
	do(f.T, f.ctx, chromedp.Evaluate[chromedp.Void](`(() => { document.querySelector(".says:not(.next)")?.remove(); const at = document.activeElement ?? document.body;
		for (const key of [...`+quote(text)+`, "Enter"]) at.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})); })()`), chromedp.WaitVisible(chromedp.CSS(".says:not(.next)")))
	sees(f.T, f.ctx, want)
}

// A day in the plant: define, paste, plan, release, serialize, receive, build by
// scans with two wrong ones, a failed inspection to its disposition, ship, void.
func TestADayInThePlant(t *testing.T) {
	plant := empty(t) // ends after the browser
	f := floor{t, tab(t), plant}
	f.records("/partners/define", "code", "ACME", "name", "Acme", "role", "customer")
	f.records("/items/define", "part_number", "AXLE", "name", "Axle", "tracking", "lot", "source", "buy", "gtin", "09506000134352")
	f.records("/items/define", "part_number", "NUT", "name", "Nut", "tracking", "lot", "source", "buy")
	f.records("/items/define", "part_number", "CART", "name", "Cart", "tracking", "serial", "source", "make")
	do(t, f.ctx, chromedp.Navigate(f.url+"/items/bom?parent=CART"), chromedp.WaitVisible(chromedp.CSS("table.grid-input")))
	f.pastes("lines.0.find_number", "find number\tcomponent\tquantity\n10\tAXLE\t2\n")
	do(t, f.ctx, chromedp.Click(chromedp.CSS("main form button.first")), chromedp.WaitVisible(chromedp.CSS(".notice.good")))
	sees(t, f.ctx, "AXLE")
	f.records("/plans/define", "plan", "FINAL", "part_number", "CART", "stage", "final", "characteristics.0.characteristic", "mass", "characteristics.0.upper", "10")
	f.records("/orders/plan", "order", "PO-1", "part_number", "CART", "quantity", "2")
	f.records("/orders/release", "order", "PO-1")
	f.records("/orders/serialize", "order", "PO-1", "serial", "1-2")
	for _, part := range []string{"AXLE", "NUT"} {
		f.records("/lots/receive", "receipt", "GR-"+part, "part_number", part, "lot", part+"-1", "quantity", "10")
	}
	do(t, f.ctx, chromedp.Navigate(f.url+"/build?unit=CART/1"), chromedp.WaitVisible(chromedp.CSS(".says.next")))
	f.scans("NUT/NUT-1", "is not in the order BOM")
	f.scans("no such label", "Nothing is named")
	f.scans("(01)09506000134352(10)AXLE-1", "Every position is filled")
	// What the scan said goes first, or it would be taken for the answer.
	do(t, f.ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector(".says.good")?.remove()`), chromedp.Click(chromedp.CSS("button[name=complete]")), chromedp.WaitVisible(chromedp.CSS(".says.good")))
	sees(t, f.ctx, "The unit is complete")
	do(t, f.ctx, chromedp.Navigate(f.url+"/quality/inspect?object=CART/1"), chromedp.WaitVisible(chromedp.CSS("input[name='value.0']")), chromedp.SendKeys(chromedp.CSS("input[name='value.0']"), "12"),
		chromedp.Click(chromedp.CSS("main form[method=post] button.first")), chromedp.WaitVisible(chromedp.CSS(".notice.good")))
	sees(t, f.ctx, "on hold", "inspection mass: fail")
	f.records("/quality/raise", "nonconformity", "NC-1", "object", "CART/1", "description", "too heavy")
	f.records("/quality/dispose", "nonconformity", "NC-1", "disposition", "use-as-is", "approved_by", "QA")
	do(t, f.ctx, chromedp.Navigate(f.url+"/units/CART/1"), chromedp.WaitVisible(chromedp.CSS(".life")))
	sees(t, f.ctx, "NC-1", "use-as-is")
	f.ships("CART/1")
	f.records("/quality/hold", "object", "AXLE/AXLE-1", "reason", "the wrong lot")
	do(t, f.ctx, chromedp.Click(chromedp.CSS(".notice.good summary")), chromedp.WaitVisible(chromedp.CSS(".notice.good form button.danger")), chromedp.Click(chromedp.CSS(".notice.good form button.danger")), chromedp.WaitVisible(chromedp.CSS(".notice.good")))
	sees(t, f.ctx, "entry voided")
}

// quote is a text as script writes it.
func quote(text string) string { return strconv.Quote(text) }
