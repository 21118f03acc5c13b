package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/quantity"
	"lotline/internal/recall"
	"lotline/internal/store"
	"lotline/internal/web"
)

// link is where a customer of recall RC-1 answers.
func link(p *ledgertest.Plant, customer string) string {
	p.Helper()
	var fact int64
	p.Read(func(tx *store.Tx) (err error) {
		fact, err = recall.FirstNotice(tx, "main", "RC-1", customer)
		return err
	})
	token, err := p.Ledger.Token(recall.LinkAbout(fact))
	if err != nil {
		p.Fatal(err)
	}
	return "/answer/main/" + journal.FactName(fact) + "/" + token
}

// answering is a served plant whose recall RC-1 has told ACME of lot R1, and
// BETA of R2.
type answering struct {
	*ledgertest.Plant
	url string
}

func answered(t *testing.T, f func(a answering)) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "RES/9", Name: "Resistor", Tracking: "lot"}},
			&catalog.DefinePartner{Code: "ACME", Name: "Acme", Role: "customer"}, &catalog.DefinePartner{Code: "BETA", Name: "Beta", Role: "customer"})
		for _, lot := range []string{"R1", "R2"} {
			customer := map[string]string{"R1": "ACME", "R2": "BETA"}[lot]
			p.Do(&genealogy.Receive{PartNumber: "RES/9", Lot: lot, Quantity: quantity.Pieces(9), Purchase: genealogy.Purchase{Receipt: "GR-" + lot}},
				&genealogy.Ship{PartNumber: "RES/9", Lot: lot, Quantity: quantity.Pieces(4), Customer: customer, Shipment: "SH-" + lot, System: "RADAR-" + lot})
		}
		p.Do(&recall.Open{Recall: "RC-1", Reason: "cracks", Instructions: "Send it back.", Question: recall.Question{Any: []recall.Trigger{{PartNumber: "RES/9"}}}}, &recall.Notify{Recall: "RC-1"})
		server := httptest.NewServer(web.Handler(p.Ledger))
		defer server.Close()
		f(answering{p, server.URL})
	})
}

func (a answering) get(path string) (int, string) { return a.page(http.Get(a.url + path)) }

func (a answering) post(path string, form url.Values) (int, string) {
	return a.page(http.PostForm(a.url+path, form))
}

func (a answering) page(r *http.Response, err error) (int, string) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
	defer r.Body.Close()
	return r.StatusCode, readAll(a.T, r.Body)
}

// The page of a link shows what its customer has, and nothing else; a wrong
// link shows nothing.
func TestALinkShowsNothingElse(t *testing.T) {
	answered(t, func(a answering) {
		acme, beta := link(a.Plant, "ACME"), link(a.Plant, "BETA")
		status, page := a.get(acme)
		for _, want := range []string{"RES/9 lot R1, 4", "RADAR-R1", "Send it back.", "Acme"} {
			if status != 200 || !strings.Contains(page, want) {
				a.Errorf("%d, the page has no %q", status, want)
			}
		}
		for _, hidden := range []string{"R2", "BETA", "Beta", `href="/"`, "/recall", "/journal"} {
			if strings.Contains(page, hidden) {
				a.Errorf("the page shows %q", hidden)
			}
		}
		for _, wrong := range []string{acme[:len(acme)-1] + map[bool]string{true: "y", false: "x"}[strings.HasSuffix(acme, "x")], acme[:strings.LastIndex(acme, "/")+1] + beta[strings.LastIndex(beta, "/")+1:], "/answer/main/1.1/abc",
			"/answer/other" + strings.TrimPrefix(acme, "/answer/main"), "/answer/main/x/y"} {
			if status, page := a.get(wrong); status != 404 || !strings.Contains(page, "There is no such page") || strings.Contains(page, "R1") {
				a.Errorf("%s: %d", wrong, status)
			}
			if status, _ := a.post(wrong, url.Values{"object.0": {"lot:RES/9/R1"}, "state.0": {"returned"}}); status != 404 {
				a.Errorf("posted to %s: %d", wrong, status)
			}
		}
	})
}

func TestACustomerAnswers(t *testing.T) {
	answered(t, func(a answering) {
		acme := link(a.Plant, "ACME")
		form := url.Values{"object.0": {"lot:RES/9/R1"}, "state.0": {"returned"}, "quantity.0": {"3"}, "note.0": {"by post"}, "answered_by": {"Al"}}
		if status, page := a.post(acme, form); status != 200 || !strings.Contains(page, "Your answers are recorded") || !strings.Contains(page, "as answered: returned") {
			a.Errorf("an answer: %d %s", status, page)
		}
		for field, wrong := range map[string]string{"object.0": "lot:RES/9/R2", "state.0": "", "quantity.0": "5"} {
			bad := url.Values{}
			for name := range form {
				bad.Set(name, form.Get(name))
			}
			bad.Set(field, wrong)
			if status, page := a.post(acme, bad); status != 422 || !strings.Contains(page, `class="notice bad"`) {
				a.Errorf("%s %q: %d", field, wrong, status)
			}
		}
		a.Read(func(tx *store.Tx) error {
			units, err := recall.ShowUnits(tx, "main", "RC-1", "ACME")
			if err == nil && (len(units) != 1 || units[0].Returned != quantity.Pieces(3) || units[0].AnsweredBy != "Al" || units[0].Note != "by post") {
				a.Errorf("recorded %+v", units)
			}
			return err
		})
		a.Do(&recall.Close{Recall: "RC-1", Reason: "done", Despite: "it is", Signature: journal.Signature{SignedBy: "eve"}})
		if status, page := a.get(acme); status != 200 || !strings.Contains(page, "This recall is closed") || strings.Contains(page, "Send the answers") {
			a.Errorf("closed: %d", status)
		}
		if status, _ := a.post(acme, form); status != 422 {
			a.Errorf("an answer to a closed recall: %d", status)
		}
	})
}
