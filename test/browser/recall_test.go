package browser_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/recall"
	"lotline/test/load"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// presses clicks what a selector finds first, and waits for the words.
func (f floor) presses(selector string, words ...string) {
	f.Helper()
	do(f.T, f.ctx, chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
	sees(f.T, f.ctx, words...)
}

// goes looks at a page, and waits for the words.
func (f floor) goes(path string, words ...string) {
	f.Helper()
	do(f.T, f.ctx, chromedp.Navigate(f.url+path), chromedp.WaitVisible(chromedp.CSS("main")))
	sees(f.T, f.ctx, words...)
}

// reaches waits until the plan says another number of surely affected objects
// than before, and gives it.
func (f floor) reaches(before string) string {
	f.Helper()
	for range 600 {
		got := ask(f.T, f.ctx, chromedp.Evaluate[string](`new Promise((done) => setTimeout(() => done(document.querySelector("#answer .must dd")?.textContent ?? ""), 100))`, chromedp.EvalAwaitPromise))
		if got != "" && got != before {
			return got
		}
	}
	f.Fatalf("the plan still reaches %s", before)
	return ""
}

// A lot is bad: found, planned, asked otherwise, frozen, held, told, answered,
// closed and printed; and then a drill.
func TestARecallFromTheCallToTheReport(t *testing.T) {
	p := serve(t)
	f := floor{t, tab(t), p.URL}
	f.goes("/?q="+load.BadSupplierLot, load.BadPart)
	f.goes("/recall", "Nothing is asked yet")
	f.fill("supplier_lot", load.BadSupplierLot)
	few := f.reaches("")
	f.fill("supplier_lot", "")
	f.fill("part_number", load.BadPart)
	f.reaches(few)
	f.presses("#answer details.card summary", "Number of the recall")
	f.fill("recall", "RC-1")
	f.fill("reason", "Capacitors crack")
	f.fill("instructions", "Stop using the system.")
	f.presses("#answer form button.first", "scope 1 frozen", "Capacitors crack", "to do")
	f.presses(`form[action="/recalls/contain"] button`, "0 not;", "objects held")
	f.presses(`form[action="/recalls/notify"] button`, "customers told, 0 not")
	f.goes("/recalls/RC-1/scope?part_number=RADAR-X1&certainty=must", "Exclude what is ticked")
	do(t, f.ctx, chromedp.Click(chromedp.CSS(`input[name=objects]`)))
	for id, text := range map[string]string{"out-reason": "X-rayed and sound", "out-signed_by": "Eve Adler"} {
		f.fill(id, text)
	}
	f.presses(`form[action="/recalls/exclude"] button.danger`, "Excluded by hand", "Eve Adler, approved")
	f.answer(p)
	f.goes("/recalls/RC-1/report", "What became of each", "Eve Adler", "Closed")
	f.prints()
	f.goes("/recall/drill", "No drill was kept yet")
	f.fill("seed", "5")
	f.presses("main form button.first", "of 100", "What pulled it down", "documents", "History")
}

// answer records one answer by its row, is refused to close, gives the rest as
// a table, and closes.
func (f floor) answer(p plant) {
	f.goes("/recalls/RC-1/customers", "waiting", "Notice")
	f.goes("/recalls/RC-1/answers?state=notified", "as it is")
	do(f.T, f.ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector("select[name='state.0']").value = "returned"`))
	f.presses("main form[method=post] button.first", "Recorded")
	f.goes("/recalls/close?recall=RC-1", "Close and sign")
	f.fill("reason", "All is done")
	f.fill("signed_by", "Eve Adler")
	f.presses("main form button.first", "not accounted for")
	f.goes("/recalls/RC-1/answers")
	do(f.T, f.ctx, chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{answered(f.T, p)}))
	f.presses("main form[method=post] button.first", "Recorded")
	f.goes("/recalls/RC-1/effect", "100.0 % accounted for")
	f.records("/recalls/close?recall=RC-1", "reason", "All is done", "signed_by", "Eve Adler", "meaning", "closed")
	f.goes("/recalls/RC-1", "Closed", "All is done", "Eve Adler")
}

// answered is the table of what was told, filled in.
func answered(t *testing.T, p plant) string {
	t.Helper()
	answer, err := http.Get(p.URL + "/recalls/RC-1/answers?format=csv&state=notified")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "answers.csv")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), ",,,,,\n", ",corrected,,,,\n")), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// prints looks at the page as paper: without places and buttons, and not wider
// than a sheet.
func (f floor) prints() {
	f.Helper()
	for _, media := range []string{"print", ""} {
		if _, err := cdp.Call(f.ctx, chromedp.FromContext(f.ctx).Target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media}); err != nil {
			f.Fatal(err)
		}
		shown := ask(f.T, f.ctx, chromedp.Evaluate[string](`[".side", ".bar", "[data-print]", ".tabs"].map((s) => document.querySelector(s).getClientRects().length === 0).join() + " " + (document.querySelector("table") !== null)`))
		if want := fmt.Sprintf("%[1]v,%[1]v,%[1]v,%[1]v true", media == "print"); shown != want {
			f.Errorf("as %q: hidden %s, want %s", media, shown, want)
		}
	}
}

// recalled adds a recall at work and a drill to a plant, for its pages.
func (p plant) recalled(t *testing.T) {
	t.Helper()
	for _, command := range []ledger.Command{
		&recall.Open{Recall: "RC-1", Reason: "Capacitors crack above 70 °C", Instructions: "Stop using the system.", Question: recall.Question{Any: []recall.Trigger{
			{PartNumber: "RADAR-X1", Serials: p.truth.BadSystems[0] + "~+20"}, {PartNumber: "RADAR-X1", Serials: "000281-000300"}}}},
		&recall.Contain{Recall: "RC-1"}, &recall.Notify{Recall: "RC-1"},
		&recall.Respond{Recall: "RC-1", Answers: []recall.Said{{Object: "RADAR-X1/" + p.truth.BadSystems[0], State: "returned"}, {Object: "RADAR-X1/" + p.truth.BadSystems[1], State: "not_found", Note: "sold on"}}},
		&recall.Exclude{Recall: "RC-1", Objects: []string{"RADAR-X1/" + p.truth.BadSystems[2]}, Reason: "X-rayed and sound", Signature: journal.Signature{SignedBy: "Eve Adler", Meaning: "approved"}},
	} {
		if _, err := p.ledger.Record(t.Context(), ledger.Request{By: "eve", Via: "page"}, command); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := http.PostForm(p.URL+"/recall/drill", map[string][]string{"seed": {"5"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
}
