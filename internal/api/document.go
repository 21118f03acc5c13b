package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/invopop/jsonschema"
)

// The parts of an OpenAPI document (3.1.1) that we write.
type (
	openAPI struct {
		OpenAPI    string               `json:"openapi"`
		Info       info                 `json:"info"`
		Servers    []map[string]string  `json:"servers"`
		Tags       []tag                `json:"tags"`
		Paths      map[string]*pathItem `json:"paths"`
		Components struct {
			Schemas   map[string]*jsonschema.Schema `json:"schemas"`
			Responses map[string]response           `json:"responses"`
			Headers   map[string]headerOf           `json:"headers"`
		} `json:"components"`
	}
	info struct {
		Title       string            `json:"title"`
		Version     string            `json:"version"`
		Summary     string            `json:"summary"`
		Description string            `json:"description"`
		License     map[string]string `json:"license"`
	}
	tag struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	}
	pathItem struct {
		Get  *operation `json:"get,omitempty"`
		Post *operation `json:"post,omitempty"`
	}
	operation struct {
		OperationID string              `json:"operationId"`
		Summary     string              `json:"summary"`
		Tags        []string            `json:"tags"`
		Parameters  []parameter         `json:"parameters,omitempty"`
		RequestBody *requestBody        `json:"requestBody,omitempty"`
		Responses   map[string]response `json:"responses"`
	}
	parameter struct {
		Name        string             `json:"name"`
		In          string             `json:"in"`
		Description string             `json:"description"`
		Required    bool               `json:"required,omitempty"`
		Schema      *jsonschema.Schema `json:"schema"`
	}
	requestBody struct {
		Required bool                 `json:"required"`
		Content  map[string]mediaType `json:"content"`
	}
	mediaType struct {
		Schema *jsonschema.Schema `json:"schema,omitempty"`
	}
	response struct {
		Ref         string               `json:"$ref,omitempty"`
		Description string               `json:"description,omitempty"`
		Headers     map[string]headerOf  `json:"headers,omitempty"`
		Content     map[string]mediaType `json:"content,omitempty"`
	}
	headerOf struct {
		Ref         string             `json:"$ref,omitempty"`
		Description string             `json:"description,omitempty"`
		Schema      *jsonschema.Schema `json:"schema,omitempty"`
	}
)

// Document is the API as OpenAPI 3.1, made of the types that serve.
var Document = sync.OnceValue(func() []byte {
	d := describe()
	text, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		panic(fmt.Sprintf("api: the document of the API: %v", err)) // of our own types
	}
	return append(bytes.ReplaceAll(text, []byte(`"#/$defs/`), []byte(`"#/components/schemas/`)), '\n')
})

func (s *Server) document(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(Document())
}

func describe() *openAPI {
	d := &openAPI{
		OpenAPI: "3.1.1",
		Info: info{Title: "Lotline", Version: "1", Summary: "The as-built record of everything a company makes",
			Description: "Questions read one moment of the record; commands add to it, and are answered with the entry that holds them. " +
				"Quantities are decimal strings, times RFC 3339 in UTC. More fields may be added to an answer.", License: map[string]string{"name": "Apache-2.0", "identifier": "Apache-2.0"}},
		Servers: []map[string]string{{"url": "/api/v1"}},
		Tags:    []tag{{"questions", "What is recorded, and what follows from it."}, {"commands", "What is recorded next."}},
		Paths:   map[string]*pathItem{},
	}
	s := &schemas{map[string]*jsonschema.Schema{}}
	d.Components.Schemas = s.components
	d.Components.Headers = map[string]headerOf{requestHeader: {Description: "The id of the request, which the operator's log has too.", Schema: &jsonschema.Schema{Type: "string"}}}
	s.answer(reflect.TypeFor[Problem]())
	d.Components.Responses = map[string]response{}
	for status, doc := range refusals {
		d.Components.Responses[strconv.Itoa(status)] = response{Description: doc, Headers: map[string]headerOf{requestHeader: {Ref: "#/components/headers/" + requestHeader}},
			Content: map[string]mediaType{"application/problem+json": {&jsonschema.Schema{Ref: "#/$defs/api.Problem"}}}}
	}
	for i := range Routes {
		d.add(s, &Routes[i])
	}
	for _, a := range commandsInOrder {
		r := commandRoute(a.name, Commands[a.name])
		d.add(s, &r)
	}
	return d
}

// add describes a route.
func (d *openAPI) add(s *schemas, r *Route) {
	o := &operation{OperationID: strings.NewReplacer("/", "-", "{", "", "}", "").Replace(r.Path), Summary: r.Doc, Tags: []string{"questions"}, Responses: map[string]response{}}
	o.Parameters = append(o.Parameters, companyParam)
	for i := range r.Params {
		o.Parameters = append(o.Parameters, r.parameter(&r.Params[i]))
	}
	o.Responses["200"] = response{Description: "The answer.", Headers: map[string]headerOf{requestHeader: {Ref: "#/components/headers/" + requestHeader}},
		Content: map[string]mediaType{"application/json": {s.answer(r.Answer)}}}
	if r.Gives != "" {
		o.Responses["200"].Content[r.Gives] = mediaType{}
		delete(o.Responses["200"].Content, "application/json")
	}
	for _, code := range codes(r) {
		text := strconv.Itoa(code)
		o.Responses[text] = response{Ref: "#/components/responses/" + text}
	}
	item := d.Paths["/"+r.Path]
	if item == nil {
		item = &pathItem{}
		d.Paths["/"+r.Path] = item
	}
	if r.Method == http.MethodGet {
		item.Get = o
		return
	}
	item.Post = o
	if r.command != "" {
		o.Tags = []string{"commands"}
		o.Parameters = append(o.Parameters, askers...)
	}
	if r.command == "" || item.Get != nil {
		o.OperationID += "-post"
	}
	if len(r.Body) == 0 {
		return
	}
	o.RequestBody = &requestBody{Required: true, Content: map[string]mediaType{}}
	for _, kind := range r.Body {
		o.RequestBody.Content[kind] = mediaType{}
	}
	if len(r.Given) > 0 {
		one := &jsonschema.Schema{}
		for _, t := range r.Given {
			one.AnyOf = append(one.AnyOf, s.answer(t))
		}
		o.RequestBody.Content[r.Body[0]] = mediaType{one}
	}
	if a := abouts[r.command]; a != nil {
		o.RequestBody.Content[r.Body[0]] = mediaType{s.command(a)}
	}
}

// parameter describes a parameter of a route.
func (r *Route) parameter(p *Param) parameter {
	d := parameter{Name: p.Name, In: "query", Description: p.Doc, Required: p.Required, Schema: &jsonschema.Schema{Type: "string"}}
	if strings.Contains(r.Path, "{"+p.Name+"}") {
		d.In, d.Required = "path", true
	}
	switch p.Kind {
	case Number:
		d.Schema = &jsonschema.Schema{Type: "integer", Minimum: "0"}
		if p.Max > 0 {
			d.Schema.Maximum = json.Number(strconv.FormatInt(p.Max, 10))
		}
	case YesNo:
		d.Schema.Type = "boolean"
	case When:
		d.Description += " (RFC 3339, or a date)"
	case Known:
		d.Description += " (RFC 3339, a date, or the number of an entry)"
	}
	for _, c := range p.Choices {
		d.Schema.Enum = append(d.Schema.Enum, c)
	}
	if p.Many {
		d.Schema = &jsonschema.Schema{Type: "array", Items: d.Schema}
		d.Description += "; may be given several times"
	}
	return d
}

// companyParam is a header of every request.
var companyParam = parameter{Name: companyHeader, In: "header", Description: "The company that is meant, of those that share the database; the one that is served when it is left out.",
	Schema: &jsonschema.Schema{Type: "string"}}

// askers are the headers that what records takes.
var askers = []parameter{
	{Name: keyHeader, In: "header", Description: "A key of your own that makes the request safe to repeat: the same key is answered the same and records nothing again; with another body it is refused.",
		Schema: &jsonschema.Schema{Type: "string", MaxLength: ptr(keyMax)}},
	{Name: byHeader, In: "header", Description: "Who acts. It is recorded as unverified: there is no login yet.", Schema: &jsonschema.Schema{Type: "string", MaxLength: ptr(askerMax)}},
	{Name: viaHeader, In: "header", Description: "The machine or program that acts; recorded as api/NAME.", Schema: &jsonschema.Schema{Type: "string", MaxLength: ptr(askerMax)}},
}

func ptr(n uint64) *uint64 { return &n }

// refusals are the statuses of problems, and when each is given.
var refusals = map[int]string{
	http.StatusForbidden:             "A browser sent the request from a page of another site (cross-origin).",
	http.StatusNotFound:              "What was named is not there (not-found).",
	http.StatusRequestTimeout:        "The body did not arrive in time (timeout).",
	http.StatusConflict:              "What was asked for does not fit what is recorded (conflict), or would change what is sealed for ever (sealed).",
	http.StatusRequestEntityTooLarge: "A limit was passed (too-large).",
	http.StatusRequestURITooLong:     "The parameters are too long (too-large).",
	http.StatusUnsupportedMediaType:  "The body is of another type than the path takes (media-type).",
	http.StatusUnprocessableEntity:   "What was given cannot be understood or breaks a rule by itself (invalid), or is of a kind that this program does not know (unsupported).",
	http.StatusInternalServerError:   "The server failed; the operator finds why in the log, by the request_id (failed).",
	http.StatusServiceUnavailable:    "It took too long (timeout), or the server is stopping (stopping).",
}
