package web

import (
	"testing"

	"lotline/internal/ledger"

	"github.com/jba/templatecheck"
)

// typed is a page whose body has a type that templates can be checked against.
type typed[T any] struct {
	Title    string
	Area     string
	Search   string
	Scheme   string
	Recorded *recorded
	Company  string
	Person   string
	Zone     string
	Body     T
}

// A field that a template names and its page has not would only be noticed by
// who sees that page.
func TestTemplatesMatchTheirPages(t *testing.T) {
	pages := map[string]any{
		"home": typed[homePage]{}, "object": typed[objectPage]{}, "trace": typed[tracePage]{}, "list": typed[*listing]{}, "item": typed[*itemPage]{}, "compare": typed[comparePage]{},
		"receive": typed[receivePage]{}, "order": typed[*orderPage]{}, "build": typed[*buildPage]{}, "quality": typed[qualityPage]{}, "inspect": typed[*inspectPage]{}, "chart": typed[chartPage]{},
		"ship": typed[shipPage]{}, "recall": typed[recallPage]{}, "recalls": typed[*recallsPage]{}, "recall-scope": typed[*scopePage]{}, "recall-customers": typed[*customersPage]{}, "recall-notice": typed[*noticePage]{}, "recall-answers": typed[*answersPage]{}, "recall-effect": typed[*effectPage]{}, "recall-report": typed[*reportPage]{}, "drill": typed[*drillPage]{}, "completeness": typed[*completePage]{}, "journal": typed[*journalPage]{}, "fact": typed[*factPage]{}, "verified": typed[ledger.Verified]{},
		"import": typed[importPage]{}, "settings": typed[settingsPage]{}, "commands": typed[[]commandGroup]{}, "form": typed[*shownForm]{}, "refused": typed[string]{},
	}
	if err := templatecheck.CheckHTML(answers, answerPage{}); err != nil {
		t.Errorf("page answer: %v", err)
	}
	for name, tmpl := range templates {
		data := pages[name]
		if data == nil {
			t.Errorf("page %s is not checked", name)
			continue
		}
		if err := templatecheck.CheckHTML(tmpl, data); err != nil {
			t.Errorf("page %s: %v", name, err)
		}
	}
}
