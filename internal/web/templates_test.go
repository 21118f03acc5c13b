package web

import (
	"testing"

	"lotline/internal/order"

	"github.com/jba/templatecheck"
)

// typed is a page whose body has a type that templates can be checked against.
type typed[T any] struct {
	Title  string
	Search string
	Body   T
}

// A field that a template names and its page has not would only be noticed by
// who sees that page.
func TestTemplatesMatchTheirPages(t *testing.T) {
	pages := map[string]any{
		"home": typed[homePage]{}, "object": typed[objectPage]{}, "trace": typed[tracePage]{},
		"order": typed[order.Shown]{}, "orders": typed[[]order.Order]{}, "recall": typed[recallPage]{},
		"import": typed[importPage]{}, "journal": typed[journalPage]{}, "refused": typed[string]{},
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
