package api

import (
	"bytes"
	"cmp"
	_ "embed"
	"html/template"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/invopop/jsonschema"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// shownPage is the document of the API as a page shows it.
type shownPage struct {
	Questions, Commands []shownRoute
	Types               []shownType
	Problems            []shownField
}

type shownRoute struct {
	Method, Path, ID, Doc, Example string
	Params, Body                   []shownField
	Answer                         string
	Refusals                       []shownField
}

type shownType struct {
	Name   string
	Fields []shownField
}

type shownField struct {
	Name, Type, Ref, Doc string
	Required             bool
}

// page shows the API to a person. It is a whole page without script, and asks
// no other server for anything.
func (s *Server) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	text, err := rendered()
	if err != nil {
		slog.Error("page failed", "path", "/api/", "error", err)
		http.Error(w, "The page failed; the operator finds why in the log.", http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(text)
}

var rendered = sync.OnceValues(func() ([]byte, error) {
	var out bytes.Buffer
	err := pageTemplate.Execute(&out, show(describe()))
	return out.Bytes(), err
})

func show(d *openAPI) shownPage {
	p := shownPage{}
	for _, r := range all() {
		o := d.Paths["/"+r.Path].Get
		if r.Method == http.MethodPost {
			o = d.Paths["/"+r.Path].Post
		}
		shown := shownRoute{Method: r.Method, Path: "/api/v1/" + r.Path, ID: o.OperationID, Doc: r.Doc}
		for _, param := range o.Parameters {
			if param.Name == companyHeader {
				continue
			}
			shown.Params = append(shown.Params, shownField{Name: param.Name, Type: typeOf(param.Schema), Doc: param.Description + where(param.In), Required: param.Required})
		}
		if a := abouts[r.command]; a != nil {
			shown.Body, shown.Example = fieldsIn(d.Components.Schemas["command."+a.name]), a.example
		}
		shown.Answer = cmp.Or(typeOf(o.Responses["200"].Content["application/json"].Schema), "bytes")
		for _, code := range codes(&r) {
			shown.Refusals = append(shown.Refusals, shownField{Name: strconv.Itoa(code), Doc: refusals[code]})
		}
		for _, t := range r.Given {
			shown.Body = append(shown.Body, fieldsIn(d.Components.Schemas[nameOf(t)])...)
		}
		if r.command == "" {
			p.Questions = append(p.Questions, shown)
		} else {
			p.Commands = append(p.Commands, shown)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		if !strings.HasPrefix(name, "command.") {
			p.Types = append(p.Types, shownType{name, fieldsIn(d.Components.Schemas[name])})
		}
	}
	for _, k := range problems {
		p.Problems = append(p.Problems, shownField{Name: k.slug, Doc: k.doc})
	}
	return p
}

// all are the routes in the order of the reference, and then the commands.
func all() []Route {
	routes := slices.Clone(Routes)
	for _, a := range commandsInOrder {
		routes = append(routes, commandRoute(a.name, Commands[a.name]))
	}
	return routes
}

func where(in string) string {
	switch in {
	case "header":
		return " (a header)"
	case "path":
		return " (in the path)"
	}
	return ""
}

// fieldsIn are the fields of a schema, those of lists below it too.
func fieldsIn(s *jsonschema.Schema) []shownField {
	var fields []shownField
	if s.Properties == nil {
		return nil
	}
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		fields = append(fields, shownField{Name: p.Key, Type: typeOf(p.Value), Ref: refOf(p.Value), Doc: p.Value.Description, Required: slices.Contains(s.Required, p.Key)})
		if p.Value.Items != nil && p.Value.Items.Properties != nil {
			for _, f := range fieldsIn(p.Value.Items) {
				f.Name = p.Key + "[]." + f.Name
				fields = append(fields, f)
			}
		}
	}
	return fields
}

// typeOf is a schema in a word.
func typeOf(s *jsonschema.Schema) string {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, e := range s.Enum {
			words[i], _ = e.(string)
		}
		return strings.Join(words, " | ")
	case s.Items != nil:
		return "list of " + typeOf(s.Items)
	case len(s.OneOf) > 0:
		return "decimal"
	case s.Type == "object" && s.AdditionalProperties != nil:
		return "object of " + typeOf(s.AdditionalProperties)
	case s.Type == "":
		return "any"
	}
	return s.Type
}

// refOf is the type that a field leads to.
func refOf(s *jsonschema.Schema) string {
	for s.Items != nil {
		s = s.Items
	}
	return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
}
