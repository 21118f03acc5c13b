package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lotline/internal/api"
)

// send posts bytes as they are, and answers status, problem and headers.
func (c client) send(method, path, kind string, body io.Reader, headers ...string) (int, api.Problem, http.Header) {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), method, c.url+path, body)
	if err != nil {
		c.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.Fatal(err)
	}
	var p api.Problem
	_ = json.Unmarshal(text, &p) // an answer that is none stays empty
	return answer.StatusCode, p, answer.Header
}

// refused says that a request is refused in a sentence, with its field.
func (c client) refused(what string, status int, p api.Problem, h http.Header, field string) {
	c.Helper()
	if status < 400 || status >= 500 || p.Status != status || h.Get("Content-Type") != "application/problem+json" {
		c.Errorf("%s: %d %s %+v, want a problem", what, status, h.Get("Content-Type"), p)
	}
	if !strings.HasPrefix(p.Type, "/problems/") || !strings.HasSuffix(p.Detail, ".") || len(p.Detail) > 1500 {
		c.Errorf("%s: %+v is no sentence", what, p)
	}
	if field != "" && p.Field != field {
		c.Errorf("%s: the field is %q, want %q: %s", what, p.Field, field, p.Detail)
	}
}

// plant records every example.
func (c client) plant() {
	c.Helper()
	for _, e := range api.Documented() {
		c.prepare(e.Name)
		if e.Name != "void" {
			c.record(e.Name, e.Body)
		}
	}
}

// Whatever is wrong with the body of a command, it is refused in a sentence and
// nothing is recorded.
func TestWrongBodies(t *testing.T) {
	huge := strings.Repeat(" ", api.BodyMax) + "{}"
	each(t, func(c client) {
		c.plant()
		size := c.size()
		for _, e := range api.Documented() {
			path := "commands/" + e.Name
			post := func(what, body, field string) {
				c.Helper()
				status, p, h := c.send("POST", path, "application/json", strings.NewReader(body))
				c.refused(e.Name+" "+what, status, p, h, field)
			}
			for what, body := range map[string]string{
				"no JSON": `{"a": `, "nothing": "", "text": "hello", "a list": "[]", "null": "null", "a number": "7", "two": e.Body + e.Body, "cut": e.Body[:len(e.Body)-1],
				"deep": strings.Repeat(`{"a":`, 20_000), "huge": huge,
			} {
				post(what, body, "")
			}
			post("unknown field", strings.Replace(e.Body, "{", `{"nonsense": 1, `, 1), "nonsense")
			for _, field := range c.fields(e.Name) {
				if field != "at" {
					post("another case of "+field, with(c.T, e.Body, strings.ToUpper(field), `"x"`), strings.ToUpper(field))
				}
				post("wrong "+field, with(c.T, e.Body, field, `[{"x": [1]}]`), field)
				post("wrong "+field, with(c.T, e.Body, field, `{"x": [1]}`), field)
				post(field+" twice", `{"`+field+`": "1", "`+field+`": "2"}`, field)
			}
			for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", ";;"} {
				status, p, h := c.send("POST", path, kind, strings.NewReader(e.Body))
				if status != http.StatusUnsupportedMediaType {
					c.Errorf("%s as %s: %d", e.Name, kind, status)
				}
				c.refused(e.Name+" as "+kind, status, p, h, "")
			}
			if _, p, _ := c.send("POST", path, "application/json", strings.NewReader("{\"a\": \"\xff\"}")); !strings.Contains(p.Detail, "UTF-8") { // else Go reads it as another text
				c.Errorf("%s of bytes that are no text: %+v", e.Name, p)
			}
			status, p, h := c.send("POST", path+"?as_happend=x", "application/json", strings.NewReader(e.Body))
			c.refused(e.Name+" with an unknown parameter", status, p, h, "as_happend")
		}
		if got := c.size(); got != size {
			c.Errorf("what was refused has made %d entries", got-size)
		}
	})
}

// fields are the fields of a command, as the document has them.
func (c client) fields(command string) (all []string) {
	c.Helper()
	d, err := document()
	if err != nil {
		c.Fatal(err)
	}
	for name := range d.Components.Schemas["command."+command].Value.Properties {
		all = append(all, name)
	}
	return all
}

// with is the JSON of an object with a field more, or another one.
func with(t *testing.T, body, field, value string) string {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(body), &fields); err != nil {
		t.Fatal(err)
	}
	fields[field] = json.RawMessage(value)
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// otherMethods are refused with the one that is taken.
func (c client) otherMethods(r *api.Route) {
	c.Helper()
	for _, method := range []string{"PUT", "DELETE", "PATCH", "NONSENSE"} {
		status, p, h := c.send(method, strings.NewReplacer("{", "", "}", "").Replace(r.Path), "", nil)
		if status != http.StatusMethodNotAllowed || !strings.Contains(h.Get("Allow"), r.Method) {
			c.Errorf("%s %s: %d, allowed %q", method, r.Path, status, h.Get("Allow"))
		}
		c.refused(method+" "+r.Path, status, p, h, "")
	}
}

// wrongs are texts that a parameter of a kind does not take.
var wrongs = map[api.Kind][]string{
	api.Number: {"x", "-1", "1.5", "99999999999999999999"}, api.YesNo: {"yes", "1"}, api.When: {"yesterday", "2026-13-01", "7"}, api.Known: {"yesterday", "0", "-3"},
}

// Whatever is wrong with the parameters of a route, it is refused in a sentence
// that names the parameter.
func TestWrongParameters(t *testing.T) {
	each(t, func(c client) {
		c.plant()
		size := c.size()
		for _, r := range api.Routes {
			ask := func(what, field string, q url.Values) {
				c.Helper()
				path := r.Path
				for _, p := range r.Params {
					path = strings.ReplaceAll(path, "{"+p.Name+"}", "x")
				}
				body, kind := io.Reader(nil), ""
				if len(r.Body) > 0 {
					body, kind = strings.NewReader("{}"), strings.Replace(r.Body[0], "*/*", "text/plain", 1)
				}
				status, p, h := c.send(r.Method, path+"?"+q.Encode(), kind, body)
				c.refused(fmt.Sprintf("%s %s: %s", r.Method, r.Path, what), status, p, h, field)
			}
			good := url.Values{}
			for _, p := range r.Params {
				if p.Required && !strings.Contains(r.Path, "{"+p.Name+"}") {
					good.Set(p.Name, "x")
				}
			}
			changed := func(name string, texts ...string) url.Values {
				q := url.Values{}
				for k, v := range good {
					q[k] = v
				}
				q[name] = texts
				return q
			}
			ask("unknown", "nonsense", changed("nonsense", "1"))
			ask("long", "", changed("nonsense", strings.Repeat("x", 9000)))
			for _, p := range r.Params {
				if strings.Contains(r.Path, "{"+p.Name+"}") {
					continue
				}
				for _, wrong := range wrongs[p.Kind] {
					ask(p.Name+"="+wrong, p.Name, changed(p.Name, wrong))
				}
				if p.Max > 0 {
					ask(p.Name+" too large", p.Name, changed(p.Name, fmt.Sprint(p.Max+1)))
				}
				if !p.Many {
					ask(p.Name+" twice", p.Name, changed(p.Name, "1", "1"))
				}
				if p.Required {
					ask("no "+p.Name, p.Name, changed(p.Name, " "))
				}
				ask(p.Name+" too long", p.Name, changed(p.Name, strings.Repeat("1", 2000)))
			}
			c.otherMethods(&r)
		}
		if got := c.size(); got != size {
			c.Errorf("what was refused has made %d entries", got-size)
		}
	})
}
