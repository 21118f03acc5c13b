package api

import (
	"fmt"
	"reflect"
	"strings"
)

const preface = "# The API\n\nMade from the program by `go test ./internal/api -update`; `/api/` of a running server shows the same, and `/api/v1/openapi.json` is the same for programs (OpenAPI 3.1).\n\n" +
	"- All paths begin with `/api/v1/`. Answers have the names of the command line's `--json`.\n" +
	"- A refusal is a problem (RFC 9457, `application/problem+json`) with `type`, `title`, `status`, `detail` and, where one field is at fault, `field`.\n" +
	"  What is unknown, given twice or of another type than it should be is refused, never passed over.\n" +
	"- `Idempotency-Key` makes what records safe to repeat: the same key is answered with the same entry and records nothing again; with another body it is refused. At most 255 printable characters.\n" +
	"- `Lotline-By` says who acts. The journal keeps it as `NAME (unverified)`, since there is no login yet; without it stands `api`. `Lotline-Via` names the machine or program; the journal keeps it as `api/NAME`.\n" +
	"- `Lotline-Company` names the company that is meant, of those that share the database.\n" +
	"- `X-Request-Id` is answered with every request, in problems too, and stands in the log; one that is sent is kept.\n" +
	"- Lists are answered at most 1,000 at once. `next` in the answer is the `from` of what follows; without it there is no more. Traces and recall plans are whole unless `limit` is given.\n" +
	"- A command has at most 8 MiB, a workbook 1 GiB, all parameters 8 KiB. An answer takes at most as long as `lotline serve --question-max` says (1 minute).\n" +
	"- `/healthz` says that the server runs, `/readyz` that its database answers and that it is not stopping, `/metrics` measures it for Prometheus.\n"

// Reference is the API as a page of Markdown.
func Reference() string {
	var b strings.Builder
	p := show(describe())
	b.WriteString(preface)
	b.WriteString("\n## Questions\n")
	for _, r := range p.Questions {
		r.write(&b)
	}
	b.WriteString("\n## Commands\n\nPosted as JSON with these fields; those in bold must be given. `at` is now when it is left out. Entry 0 in the answer says that nothing had to change.\n")
	for _, r := range p.Commands {
		r.write(&b)
	}
	b.WriteString("\n## Answers\n\nFields in bold are always there.\n")
	for _, t := range p.Types {
		fmt.Fprintf(&b, "\n### %s\n\n", t.Name)
		table(&b, "field", t.Fields)
	}
	b.WriteString("\n## Refusals\n\n| status | when |\n|---|---|\n")
	for _, status := range []int{403, 404, 408, 409, 413, 414, 415, 422, 500, 503} {
		fmt.Fprintf(&b, "| %d | %s |\n", status, refusals[status])
	}
	b.WriteString("| 405 | The path takes another method; the header Allow names it (method). |\n\n| type | what it says |\n|---|---|\n")
	for _, k := range p.Problems {
		fmt.Fprintf(&b, "| `/problems/%s` | %s |\n", k.Name, k.Doc)
	}
	return b.String()
}

// write writes a route.
func (r *shownRoute) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n### %s %s\n\n%s.", r.Method, strings.TrimPrefix(r.Path, "/api/v1/"), strings.TrimSuffix(r.Doc, "."))
	codes := make([]string, len(r.Refusals))
	for i, f := range r.Refusals {
		codes[i] = f.Name
	}
	fmt.Fprintf(b, " Answers `%s`; refuses with %s.\n", r.Answer, strings.Join(codes, ", "))
	if len(r.Params) > 0 {
		b.WriteString("\n")
		table(b, "parameter", r.Params)
	}
	if len(r.Body) > 0 {
		b.WriteString("\n")
		table(b, "field of the body", r.Body)
	}
	if r.Example != "" {
		fmt.Fprintf(b, "\n```json\n%s\n```\n", r.Example)
	}
}

func table(b *strings.Builder, head string, fields []shownField) {
	fmt.Fprintf(b, "| %s | takes | what it says |\n|---|---|---|\n", head)
	for _, f := range fields {
		name := "`" + f.Name + "`"
		if f.Required {
			name = "**" + name + "**"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", name, strings.ReplaceAll(f.Type, "|", `\|`), f.Doc)
	}
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
