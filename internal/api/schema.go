package api

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"lotline/internal/moment"
	"lotline/internal/quantity"

	"github.com/invopop/jsonschema"
)

// schemas makes JSON Schemas of Go types: of what a command takes, or of what
// an answer is. Types that have a name become components of the document.
type schemas struct {
	components map[string]*jsonschema.Schema
}

// answer is the schema of an answer.
func (s *schemas) answer(t reflect.Type) *jsonschema.Schema {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[file]() || t == reflect.TypeFor[printed]() {
		return &jsonschema.Schema{}
	}
	if t == reflect.TypeFor[raw]() {
		return &jsonschema.Schema{Type: "object", Description: "A file that another program can check."}
	}
	r := jsonschema.Reflector{Anonymous: true, AllowAdditionalProperties: true, Namer: nameOf, Mapper: answered, LookupComment: help}
	made := r.ReflectFromType(t)
	for name, def := range made.Definitions {
		if name != "" {
			s.components[name] = def
		}
	}
	made.Definitions, made.Version = nil, ""
	return made
}

// command is the schema of a command's body, as a component.
func (s *schemas) command(a *about) *jsonschema.Schema {
	r := jsonschema.Reflector{Anonymous: true, ExpandedStruct: true, DoNotReference: true, Mapper: given, LookupComment: help}
	made := r.ReflectFromType(reflect.TypeOf(Commands[a.name]()).Elem())
	made.Version = ""
	a.finish(made, "")
	made.Title, made.Description, made.Required = a.name, a.doc+".", a.needs
	made.Examples = []any{json.RawMessage(a.example)}
	s.components["command."+a.name] = made
	return &jsonschema.Schema{Ref: "#/$defs/command." + a.name}
}

// finish says of each field what it is, and leaves out what no caller gives.
func (a *about) finish(s *jsonschema.Schema, path string) {
	if s.Properties == nil {
		return
	}
	for _, hidden := range []string{"warnings", "entered"} {
		s.Properties.Delete(hidden)
	}
	s.Required = nil
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		doc, choices := a.describe(path+p.Key, p.Key)
		if path == "any." {
			doc, choices = "", nil // its own tag says what it is
		}
		p.Value.Description = strings.TrimPrefix(doc+"; "+p.Value.Description, "; ")
		p.Value.Description = strings.TrimSuffix(p.Value.Description, "; ")
		for _, c := range choices {
			p.Value.Enum = append(p.Value.Enum, c)
		}
		if p.Value.Items != nil {
			a.finish(p.Value.Items, path+p.Key+".")
		}
	}
	switch path {
	case "", "any.": // a trigger needs none of its fields
		return
	case "answers.":
		s.Required = []string{"object", "state"}
		return
	}
	for _, name := range []string{"component", "quantity", "characteristic", "property", "part_number"} {
		if _, has := s.Properties.Get(name); has {
			s.Required = append(s.Required, name)
		}
	}
}

// nameOf is how a type is called in the document: by its package too, since an
// object of a trace is none of the genealogy.
func nameOf(t reflect.Type) string {
	if t.Name() == "" || t.Kind() != reflect.Struct {
		return ""
	}
	parts := strings.Split(t.PkgPath(), "/")
	return parts[len(parts)-1] + "." + t.Name()
}

// help is what a field of an answer says: by its own tag, by its type and name,
// or by its name.
func help(t reflect.Type, field string) string {
	if t.Kind() != reflect.Struct {
		return ""
	}
	f, _ := t.FieldByName(field)
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return cmp.Or(f.Tag.Get("help"), meaning[strings.TrimPrefix(nameOf(t)+"."+name, ".")], meaning[name])
}

const decimal = `^-?[0-9]+(\.[0-9]{1,6})?$`

// answered are the schemas of our own types in answers.
func answered(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[quantity.Quantity]():
		return &jsonschema.Schema{Type: "string", Pattern: decimal, Description: "an exact decimal"}
	case reflect.TypeFor[moment.Time]():
		return &jsonschema.Schema{Type: "string", Description: "RFC 3339 in UTC; empty when there is none"}
	}
	return nil
}

// given are the schemas of our own types in commands.
func given(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[quantity.Quantity]():
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "string", Pattern: decimal}, {Type: "number"}}, Description: "a decimal with at most six places"}
	case reflect.TypeFor[moment.Time]():
		return &jsonschema.Schema{Type: "string", Description: "a time in RFC 3339, or a date"}
	case reflect.TypeFor[Replacement]():
		one := &jsonschema.Schema{Type: "object", Required: []string{"command"}, Properties: jsonschema.NewProperties()}
		name := &jsonschema.Schema{Type: "string"}
		for _, a := range commandsInOrder {
			name.Enum = append(name.Enum, a.name)
		}
		one.Properties.Set("command", name)
		return one
	}
	return nil
}

// codes are the statuses that a route can answer beside its answer.
func codes(r *Route) []int {
	all := []int{403, 404, 409, 413, 414, 422, 500, 503}
	if len(r.Body) > 0 {
		all = append(all, 408, 415)
	}
	slices.Sort(all)
	return all
}
