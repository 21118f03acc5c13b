package browser_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The main journeys with script switched off, on a telephone and in the dark:
// define, plan, build, inspect, ship, and a recall from its plan to its close.
func TestWithoutScriptOnATelephoneInTheDark(t *testing.T) {
	plant := empty(t) // ends after the browser
	f := floor{t, tab(t), plant}
	do(t, f.ctx, look{360, "dark", false}.set)
	f.records("/partners/define", "code", "ACME", "name", "Acme", "role", "customer", "address", "1 Pier")
	f.records("/items/define", "part_number", "AXLE", "name", "Axle", "tracking", "lot", "source", "buy")
	f.records("/items/define", "part_number", "CART", "name", "Cart", "tracking", "serial", "source", "make")
	f.records("/items/bom?parent=CART", "lines.paste", "find number\tcomponent\tquantity\n10\tAXLE\t2\n")
	f.records("/plans/define", "plan", "FINAL", "part_number", "CART", "stage", "final", "characteristics.0.characteristic", "mass", "characteristics.0.upper", "10")
	f.records("/orders/plan", "order", "PO-1", "part_number", "CART", "quantity", "2")
	f.records("/orders/release", "order", "PO-1")
	f.records("/orders/serialize", "order", "PO-1", "serial", "1-2")
	f.records("/lots/receive", "receipt", "GR-1", "part_number", "AXLE", "lot", "AXLE-1", "quantity", "10", "supplier_lot", "S-1")
	f.goes("/build?unit=CART/1", "Next: 2")
	f.fill("scan", "AXLE/NONE")
	f.presses("form.bench-scan button.first", "There is no lot or unit")
	f.fill("scan", "AXLE/AXLE-1")
	f.presses("form.bench-scan button.first", "Every position is filled")
	f.presses("button[name=complete]", "The unit is complete")
	f.goes("/quality/inspect?object=CART/1", "computed from the limits")
	do(t, f.ctx, chromedp.SendKeys(chromedp.CSS("input[name='value.0']"), "9"))
	f.presses("main form[method=post] button.first", "Recorded", "inspection recorded")
	f.ships("CART/1")
	f.recallsPlainly()
	if dark := ask(t, f.ctx, chromedp.Evaluate[string](`getComputedStyle(document.body).backgroundColor`)); !strings.Contains(dark, "15, 20, 23") {
		t.Errorf("in the dark the paper is %s", dark)
	}
}

// ships sends a unit, and is refused to send it again.
func (f floor) ships(unit string) {
	f.Helper()
	f.goes("/ship", "Nothing was shipped yet")
	for id, text := range map[string]string{"shipment": "SH-1", "customer": "ACME", "object": unit, "system": "DEPOT-7"} {
		f.fill(id, text)
	}
	f.presses("main form button.first", "Recorded: shipment sent", "DEPOT-7")
	f.goes("/ship?shipment=SH-1&customer=ACME", unit)
	f.fill("object", unit)
	do(f.T, f.ctx, chromedp.Click(chromedp.CSS("main form button.first")), chromedp.WaitVisible(chromedp.CSS("main .wrong, main .notice.bad")))
}

// recallsPlainly plans a recall by a form, freezes it, and works it off.
func (f floor) recallsPlainly() {
	f.goes("/recall", "Nothing is asked yet")
	f.fill("supplier_lot", "S-1")
	f.presses("form[data-ask] button.first", "Who has them", "DEPOT-7")
	f.fill("recall", "RC-1")
	f.fill("reason", "brittle")
	f.presses("#answer form button.first", "scope 1 frozen")
	f.presses(`form[action="/recalls/contain"] button`, "0 not;")
	f.presses(`form[action="/recalls/notify"] button`, "1 customer told")
	f.goes("/recalls/RC-1/notice?customer=ACME", "1 Pier", "DEPOT-7", "/answer/main/")
	f.goes("/recalls/RC-1/answers", "CART/1")
	f.fill("table", "object,state\nCART/1,returned\n")
	f.presses("main form[method=post] button.first", "Recorded", "returned")
	f.records("/recalls/close?recall=RC-1", "reason", "done", "signed_by", "Eve", "meaning", "closed")
	f.goes("/recalls/RC-1/report", "returned", "Eve")
}
