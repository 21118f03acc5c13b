package api_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"lotline/internal/api"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// document is what the API says of itself, which every test of it checks.
var document = sync.OnceValues(func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(api.Document()) })

var documented = sync.OnceValues(func() (routers.Router, error) {
	d, err := document()
	if err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(d)
})

func TestTheDocumentIsOpenAPI(t *testing.T) {
	d, err := document()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(d.OpenAPI, "3.1.") {
		t.Errorf("the document is OpenAPI %s", d.OpenAPI)
	}
	for name := range api.Commands {
		item := d.Paths.Value("/commands/" + name)
		if item == nil || item.Post == nil {
			t.Errorf("command %s is not in the document: describe it in about.go", name)
			continue
		}
		body := item.Post.RequestBody.Value.Content["application/json"].Schema.Value
		for field, schema := range body.Properties {
			if schema.Value.Description == "" {
				t.Errorf("field %s of %s has no sentence: give it one in about.go, or to its sheet's column", field, name)
			}
		}
		for _, field := range body.Required {
			if body.Properties[field] == nil {
				t.Errorf("%s requires %s, which it does not have", name, field)
			}
		}
	}
	for _, r := range api.Routes {
		if item := d.Paths.Value("/" + r.Path); item == nil || item.GetOperation(r.Method) == nil {
			t.Errorf("%s %s is not in the document", r.Method, r.Path)
		}
		for _, p := range r.Params {
			if p.Doc == "" {
				t.Errorf("?%s= of %s has no sentence", p.Name, r.Path)
			}
		}
	}
}

// holds checks an answer, and a request that was not refused, against the
// document.
func (c client) holds(r *http.Request, body string, answer *http.Response, text []byte) {
	c.Helper()
	router, err := documented()
	if err != nil {
		c.Fatal(err)
	}
	r.URL.Host, r.Host, r.URL.Scheme = "", "", ""
	route, params, err := router.FindRoute(r)
	if err != nil {
		c.Errorf("%s %s is not documented: %v", r.Method, r.URL, err)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(body))
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route}
	if answer.StatusCode == http.StatusOK {
		if err := openapi3filter.ValidateRequest(c.Context(), in); err != nil {
			c.Errorf("%s %s was answered, but is not as documented: %s", r.Method, r.URL, short(err))
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: answer.StatusCode, Header: answer.Header, Body: io.NopCloser(bytes.NewReader(text)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true}}
	if err := openapi3filter.ValidateResponse(c.Context(), out); err != nil {
		c.Errorf("%s %s: the answer %d is not as documented: %s", r.Method, r.URL, answer.StatusCode, short(err))
	}
}

// short is an error without the whole schema.
func short(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\nSchema:")
	return text
}
