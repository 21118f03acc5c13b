package cli

import (
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"lotline/internal/api"

	"github.com/spf13/cobra"
)

// The API answers what the command line answers: each command that is no
// api.Command stands here, with the routes that answer it, or why none does.
var (
	asRoutes = map[string]string{
		"find": "find", "unit show": "units", "unit bom": "units/bom", "lot show": "lots", "passport": "passport", "trace": "trace/forward trace/backward", "recall plan": "recall/plan",
		"balance": "balance", "stock": "stock", "journal": "journal", "checkpoint": "checkpoint", "prove": "proofs/{fact}", "verify": "verify", "company list": "companies",
		"document": "documents/{sha256}", "attach": "documents", "import": "import", "order list": "orders", "order show": "orders/{order}", "order compare": "orders/{order}/compare",
		"order purchase": "purchase-list", "order export": "orders/{order}/export", "item list": "items", "item show": "items/{part_number}", "catalog list": "catalogs",
		"recall open": "commands/open-recall", "recall include": "commands/include-in-recall", "recall exclude": "commands/exclude-from-recall", "recall list": "recalls", "recall show": "recalls/{recall}",
		"recall scope": "commands/scope-recall recalls/{recall}/scope recalls/{recall}/again", "recall why": "recalls/{recall}/why", "import-bom": "import-bom", "mapping list": "mappings",
		"partner list": "partners", "bom explode": "bom/explode", "bom flatten": "bom/flatten", "bom where-used": "bom/where-used", "bom compare": "bom/compare",
		"recall contain": "commands/contain-recall", "recall notify": "commands/notify-recall", "recall remind": "commands/remind-recall", "recall answer": "commands/answer-recall", "recall close": "commands/close-recall",
		"recall drill": "recall/drill", "recall drills": "recall/drills", "completeness": "completeness",
		"report unit": "units/report.pdf units/report.xlsx", "report order": "orders/{order}/report.pdf orders/{order}/report.xlsx",
		"report recall": "recalls/{recall}/report.pdf recalls/{recall}/report.xlsx", "report notice": "recalls/{recall}/notices/{customer}/report.pdf recalls/{recall}/notices/{customer}/report.xlsx",
		"report drill": "recall/drills/{entry}/report.pdf recall/drills/{entry}/report.xlsx", "report shipment": "shipments/{shipment}/report.pdf shipments/{shipment}/report.xlsx",
		"report nonconformity": "nonconformities/{nonconformity}/report.pdf nonconformities/{nonconformity}/report.xlsx", "report lot": "lots/report.pdf lots/report.xlsx",
		"deviations": "deviations", "nonconformities": "nonconformities nonconformities/{nonconformity}", "suppliers": "suppliers", "recall effect": "recalls/{recall}/effectiveness", "recall time-line": "recalls/{recall}/time-line", "recall notices": "recalls/{recall}/notices/{customer}", "recall answers": "recalls/{recall}/answers",
	}
	notAsked = map[string]string{
		"serve": "it is the server", "demo": "it fills a new database", "rebuild": "for who runs the server, on its machine", "upgrade": "for who runs the server, on its machine",
		"copy": "for who runs the server, on its machine", "backup": "for who runs the server, on its machine", "export": "it writes a folder or file of its machine",
		"check-proof": "it needs no database, so that nobody has to trust the server", "order check": "it needs no database, so that nobody has to trust the server",
		"bench": "it measures the machine it runs on", "recall send": "the server sends by itself", "man": "it writes manual pages", "company add": "for who runs the server, on its machine",
	}
)

func TestTheAPIAnswersWhatTheCommandLineDoes(t *testing.T) {
	routes := map[string]bool{}
	for _, r := range api.Routes {
		routes[r.Path] = true
	}
	said := map[string]bool{}
	a := &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}
	for _, s := range slices.Concat(commands, orderCommands) {
		said[s.command] = true
	}
	answered := map[string]bool{}
	var walk func(cmd *cobra.Command, path string)
	walk = func(cmd *cobra.Command, path string) {
		for _, sub := range cmd.Commands() {
			walk(sub, strings.TrimSpace(path+" "+sub.Name()))
		}
		if path == "" || !cmd.Runnable() {
			return
		}
		for _, route := range strings.Fields(asRoutes[path]) {
			answered[route] = true
			command, isCommand := strings.CutPrefix(route, "commands/")
			said[command] = said[command] || isCommand
			if !routes[route] && (!isCommand || api.Commands[command] == nil) {
				t.Errorf("lotline %s: there is no route %s", path, route)
			}
		}
		speaks := slices.ContainsFunc(slices.Concat(commands, orderCommands), func(s spoken) bool {
			return strings.HasPrefix(cmd.Short, s.short) && strings.HasPrefix(s.use+" ", cmd.Name()+" ")
		})
		if asRoutes[path] == "" && notAsked[path] == "" && !speaks {
			t.Errorf("lotline %s: the API does not answer it. Give it a route, and name both in asRoutes", path)
		}
	}
	walk(a.root(), "")
	for name := range api.Commands {
		if !said[name] {
			t.Errorf("the command line cannot say %s: add it to spoken.go", name)
		}
	}
	for _, route := range slices.Sorted(maps.Keys(routes)) {
		if !answered[route] {
			t.Errorf("no command of the command line asks %s", route)
		}
	}
}
