package api

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Reference is the API as a page of Markdown.
func Reference() string {
	var b strings.Builder
	b.WriteString("# The API\n\nMade from the program by `go test ./internal/api -update`. All paths begin with /api/v1/. Answers have the names of the command line's `--json`.\n" +
		"A refusal is a problem (RFC 9457, application/problem+json) with `type`, `title`, `status`, `detail` and, where one field is at fault, `field`.\n" +
		"An `Idempotency-Key` makes a command safe to repeat: the same key is answered the same, and records nothing again.\n" +
		"`/healthz` says that the server runs, `/readyz` that its database answers.\n\n## Questions\n\n| method | path | answers | parameters |\n|---|---|---|---|\n")
	for _, r := range Routes {
		params := make([]string, len(r.Params))
		for i, p := range r.Params {
			params[i] = "`" + p.Name + "`"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", r.Method, r.Path, r.Doc, strings.Join(params, ", "))
	}
	b.WriteString("\n## Commands\n\nPosted to `commands/NAME` as JSON with these fields; `at` is now when it is left out. The answer is `{\"entry\", \"lines\", \"repeated\"}`; entry 0 means that nothing had to change. With ?as_happened=REASON a record of the past is taken though it broke a rule; the breach is recorded too.\n\n| command | fields |\n|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(Commands)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", name, strings.Join(fields(reflect.TypeOf(Commands[name]()).Elem()), ", "))
	}
	return b.String()
}

// fields are the JSON names of a command, those of embedded structs too.
func fields(t reflect.Type) []string {
	var all []string
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			all = append(all, fields(f.Type)...)
			continue
		}
		if name := FieldName(f); name != "" {
			all = append(all, "`"+name+"`")
		}
	}
	return all
}

// FieldName is how JSON names a field of a command; empty for one that only
// its fact has.
func FieldName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "-" || name == "warnings" || name == "entered" {
		return ""
	}
	return name
}
