package browser_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// violation is what axe-core finds, as far as it is told.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// axe is the source of axe-core, which ui/package-lock.json locks.
func axe(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "ui", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("axe-core is not installed: make ui")
	}
	return string(text)
}

// No page violates WCAG 2.2 AA, as far as a program can tell, in the light and
// in the dark.
func TestAccessible(t *testing.T) {
	source := axe(t)
	p, ctx := serve(t), tab(t)
	dark := false
	for name, path := range p.pages(t) {
		as := look{1280, "light", true}
		if dark = !dark; dark {
			as.scheme = "dark"
		}
		do(t, ctx, as.set, chromedp.Navigate(p.URL+path), chromedp.WaitVisible(chromedp.CSS("main")))
		text := ask(t, ctx, chromedp.Evaluate[string](source+`; axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).then((r) => JSON.stringify(r.violations))`, chromedp.EvalAwaitPromise))
		var found []violation
		if err := json.Unmarshal([]byte(text), &found); err != nil {
			t.Fatal(err)
		}
		for _, v := range found {
			for _, n := range v.Nodes[:min(len(v.Nodes), 3)] {
				t.Errorf("%s (%s): %s: %s\n%s\n%s", name, as.scheme, v.ID, v.Help, n.HTML, strings.TrimSpace(n.Summary))
			}
		}
	}
}
