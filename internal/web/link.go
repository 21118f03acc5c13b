package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"lotline/internal/bom"
	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/quantity"
)

var functions = template.FuncMap{
	"link": Link, "itemLink": itemLink, "orderLink": orderLink, "recallLink": recallLink, "asset": asset, "icon": icon, "when": when, "zone": func() string { return "UTC" }, "day": day, "short": short, "words": words, "kindWords": kindWords,
	"add": func(a, b int) int { return a + b }, "sub": func(a, b int) int { return a - b },
	"indent": func(level int64) string { return strings.Repeat("\u2003", int(level)) },
	"join":   strings.Join,
	"json":   func(text json.RawMessage) string { return string(text) },
	"tag":    tagOf, "class": classOf, "address": with, "substitutes": substitutesOf, "vias": func() []string { return []string{"page", "api", "import", "cli", "machine"} }, "plural": plural, "percent": percent, "plural64": func(n int64, one, many string) string { return plural(int(n), one, many) }, "between": between,
	"more": func(q quantity.Quantity) bool { return q > 0 },
	"dict": func(pairs ...any) map[string]any {
		all := map[string]any{}
		for i := 0; i+1 < len(pairs); i += 2 {
			all[fmt.Sprint(pairs[i])] = pairs[i+1]
		}
		return all
	},
}

// Link is the page of something that an answer names by its ref.
func Link(ref string) string {
	kind, name, _ := strings.Cut(ref, ":")
	part, own, ok := strings.Cut(name, "/")
	switch kind {
	case genealogy.UnitKind, genealogy.LotKind:
		if !ok || strings.Contains(own, "/") {
			return "/object?ref=" + url.QueryEscape(ref) // a slash in a name: the ref itself is safer than a path
		}
		return "/" + kind + "s/" + url.PathEscape(part) + "/" + url.PathEscape(own)
	case "order":
		return orderLink(name)
	case "item":
		return itemLink(name)
	case "partner":
		return "/partners?code=" + url.QueryEscape(name)
	case "shipment":
		return "/ship?shipment=" + url.QueryEscape(name)
	}
	return "/?q=" + url.QueryEscape(name)
}

func itemLink(part string) string {
	if part == "" {
		return "/items"
	}
	return beside("/items/", part, "part")
}

func orderLink(name string) string {
	if name == "" {
		return "/orders"
	}
	return beside("/orders/", name, "order")
}

// beside is the page of a name; one that is spelt like a command's address is
// given as a parameter of a page that nobody can name.
func beside(prefix, name, parameter string) string {
	if taken[prefix+name] {
		return prefix + "-?" + parameter + "=" + url.QueryEscape(name)
	}
	return prefix + url.PathEscape(name)
}

// called is the name in the path, or in the parameter where the path says "-".
func (a *asked) called(parameter string) string {
	name := a.PathValue(parameter)
	if name == "-" && a.URL.Query().Has(parameter) {
		return a.URL.Query().Get(parameter)
	}
	return name
}

// when shows a time to the minute, in UTC.
func when(t moment.Time) string { return whenIn(t, time.UTC) }

func whenIn(t moment.Time, zone *time.Location) string {
	if t == 0 || t == moment.Never || t == moment.Earliest {
		return ""
	}
	return t.Go().In(zone).Format("2006-01-02 15:04")
}

// day shows a date, or the day of a time in UTC.
func day(t moment.Time) string {
	if t == 0 || t == moment.Never || t == moment.Earliest {
		return ""
	}
	return t.Go().Format("2006-01-02")
}

func short(ref string) string {
	if _, name, ok := strings.Cut(ref, ":"); ok {
		return name
	}
	return ref
}

func words(name string) string { return strings.NewReplacer("_", " ", "-", " ").Replace(name) }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// between shows two bounds, as one where they are equal.
func between(low, high quantity.Quantity) string {
	if low == high {
		return low.String()
	}
	return low.String() + "–" + high.String()
}

// kindWords says a kind of fact in words: "lot received" of lot.received/1.
func kindWords(kind string) string {
	kind, _, _ = strings.Cut(kind, "/")
	return strings.NewReplacer(".", " ", "_", " ").Replace(kind)
}

// voidable says whether the page offers to void a fact; the ledger decides.
func voidable(kind string) bool {
	for _, about := range []string{"lot", "units", "object", "component", "material.issued", "material.returned", "operation", "unit.", "inspection", "instrument", "nonconformity", "shipment", "deviation", "lots"} {
		if strings.HasPrefix(kind, about) {
			return true
		}
	}
	return false
}

// classes are the colours of states; each state also has its word.
var classes = map[string]string{
	"must": "must", "may": "may", "pass": "good", "fail": "bad", "held": "bad", "on hold": "bad", "released": "good", "planned": "calm", "closed": "", "cancelled": "was", "draft": "calm", "obsolete": "was",
	"shipped": "calm", "in_stock": "good", "in_work": "warn", "inside": "calm", "scrapped": "bad", "returned": "warn", "used_up": "was", "mixed": "warn", "reserved": "calm",
	"missing": "bad", "extra": "bad", "wrong_item": "bad", "wrong_revision": "bad", "wrong_quantity": "bad", "substitute": "warn", "deviation": "warn",
	"open": "bad", "critical": "bad", "major": "warn", "minor": "calm", "due": "warn", "overdue": "bad", "voided": "was", "expired": "bad", "done": "good", "begun": "warn", "to do": "bad", "silent": "bad", "sent": "good", "waiting": "warn", "not sent": "bad", "blocked": "bad",
	"notified": "calm", "acknowledged": "calm", "located": "warn", "corrected": "good", "destroyed": "good", "not_found": "bad", "removed": "was", "complete": "good",
}

func classOf(state string) string { return classes[state] }

// tagOf is a state as a coloured word.
func tagOf(state string) template.HTML {
	if state == "" {
		return ""
	}
	return template.HTML(`<span class="tag ` + classes[state] + `">` + template.HTMLEscapeString(words(state)) + `</span>`)
}

// substitutesOf are the substitutes of a BOM line, with their ratio where it is
// not one.
func substitutesOf(text string) (all []string) {
	var subs []bom.Substitute
	_ = json.Unmarshal([]byte(text), &subs) // written by bom
	for _, s := range subs {
		one := s.PartNumber
		if s.Ratio != quantity.One {
			one += " × " + s.Ratio.String()
		}
		all = append(all, one)
	}
	return all
}
