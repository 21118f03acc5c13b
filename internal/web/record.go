package web

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/refuse"
)

// view shows the empty form, or filled by the parameters of its address.
func (f *form) view(s *site, a *asked) (page, error) {
	values := a.URL.Query()
	if f.fill != nil {
		if err := f.fill(s, a, values); err != nil {
			return page{}, err
		}
	}
	if ref := values.Get("ref"); ref != "" { // an object, by the name that answers use
		if err := s.prefill(a, f, ref, values); err != nil {
			return page{}, err
		}
	}
	fromUTC(f, values, zoneOf(a.Request))
	return f.page(values, nil), nil
}

// prefill names the object of a form by its ref.
func (s *site) prefill(_ *asked, f *form, ref string, values url.Values) error {
	_, name, _ := strings.Cut(ref, ":")
	if f.Objects["object"] != nil {
		values.Set("object", name)
		return nil
	}
	ways, err := genealogy.ParseRef(ref)
	if err != nil {
		return err
	}
	values.Set("part_number", ways[0].PartNumber)
	values.Set("serial", ways[0].Serial)
	values.Set("lot", ways[0].Lot)
	return nil
}

// page is the form with what was typed, and the refusal where it belongs.
func (f *form) page(values url.Values, refusal *refuse.Refusal) page {
	shown := shownForm{form: f, Request: values.Get("request"), Replaces: values.Get("replaces"), Reason: values.Get("void_reason"), AsHappened: values.Get("as_happened"), Back: local(values.Get("back"))}
	if shown.Request == "" {
		shown.Request = rand.Text()
	}
	shown.Main, shown.More = fieldsOf(f, values)
	p := page{Title: f.Title, Area: f.Area, Body: &shown}
	if refusal != nil {
		p.Status = statusOf(refusal)
		if !blame(shown.Main, refusal) && !blame(shown.More, refusal) && !f.blameObject(shown.Main, values, refusal) {
			shown.Wrong = refusal.Error()
		}
	}
	return p
}

// blame puts the sentence beside the field that it is about.
func blame(fields []field, refusal *refuse.Refusal) bool {
	for i := range fields {
		f := &fields[i]
		if f.Name == refusal.Field && refusal.Field != "" {
			f.Wrong = refusal.Error()
			return true
		}
		for _, column := range f.Columns {
			if column.Name == refusal.Field {
				f.Wrong = refusal.Error()
				return true
			}
		}
	}
	return false
}

// blameObject puts a sentence about a part of a scanned object beside the scan.
func (f *form) blameObject(fields []field, values url.Values, refusal *refuse.Refusal) bool {
	for i := range fields {
		for _, part := range f.Objects[fields[i].Name] {
			if part != "" && part == refusal.Field && values.Get(fields[i].Name) != "" {
				fields[i].Wrong = refusal.Error()
				return true
			}
		}
	}
	return false
}

// local keeps a way back on this server.
func local(path string) string {
	if strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.HasPrefix(path, `/\`) {
		return path
	}
	return ""
}

// post records the command of a posted form and goes on; a refusal shows the
// form again with all that was typed.
func (s *site) post(f *form) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, formMax)
		if err := r.ParseForm(); err != nil {
			s.write(w, r, "refused", refused(r, refuse.New(refuse.TooLarge, "The form is larger than %d MiB.", formMax>>20)))
			return
		}
		answer, err := s.give(r, f, r.PostForm)
		if err == nil {
			http.Redirect(w, r, f.next(r.PostForm, answer), http.StatusSeeOther)
			return
		}
		if refusal, ok := refuse.As(err); ok {
			s.write(w, r, "form", f.page(r.PostForm, refusal))
			return
		}
		s.write(w, r, "refused", refused(r, err))
	}
}

// give gives the ledger the command of a form. The form's own id makes sure
// that a second press of the button records nothing again.
func (s *site) give(r *http.Request, f *form, values url.Values) (ledger.Answer, error) {
	filled := url.Values{}
	for name, all := range values {
		filled[name] = all
	}
	if err := s.read(r, func(a *asked) error { return a.resolve(f, filled) }); err != nil {
		return ledger.Answer{}, err
	}
	inUTC(f, filled, zoneOf(r))
	command, err := decode(f, filled)
	if err != nil {
		return ledger.Answer{}, err
	}
	if fact := values.Get("replaces"); fact != "" {
		command = &ledger.Void{Fact: fact, Reason: values.Get("void_reason"), Replacement: command}
	}
	if reason := strings.TrimSpace(values.Get("as_happened")); reason != "" {
		command = &ledger.AsHappened{Command: command, Reason: reason}
	}
	return s.record(r, values.Get("request"), command)
}

// record gives the ledger a command.
func (s *site) record(r *http.Request, request string, command ledger.Command) (ledger.Answer, error) {
	if err := s.sameCompany(r); err != nil {
		return ledger.Answer{}, err
	}
	by := personOf(r)
	if by == "" {
		by = "page"
	}
	return s.ledger.Record(r.Context(), ledger.Request{ID: request, By: by, Via: "page"}, command)
}

// resolve fills the fields of an object from the one field that named it.
func (a *asked) resolve(f *form, values url.Values) error {
	for name, parts := range f.Objects {
		text := strings.TrimSpace(values.Get(name))
		if text == "" {
			continue
		}
		o, err := a.named(text, parts)
		if err != nil {
			return at(err, name)
		}
		for i, value := range []string{o.PartNumber, o.Serial, o.Lot} {
			if parts[i] != "" {
				values.Set(parts[i], value)
			}
		}
	}
	return a.unscan(f, values)
}

// next is where to go after the command was recorded.
func (f *form) next(values url.Values, answer ledger.Answer) string {
	to := local(values.Get("back"))
	switch {
	case to != "":
	case f.then != nil && f.then(values.Get) != "":
		to = f.then(values.Get)
	case values.Get("object") != "" && !strings.ContainsAny(values.Get("object"), "~,; \n"):
		to = "/object?ref=" + url.QueryEscape(values.Get("object"))
	case answer.Seq != 0:
		to = "/journal/" + strconv.FormatInt(answer.Seq, 10) + ".1"
	default:
		to = f.Path
	}
	return with(to, "recorded", strconv.FormatInt(answer.Seq, 10))
}

// with adds a parameter to an address.
func with(address, name, value string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// recorded is what a post has recorded, as the next page says it.
type recorded struct {
	Seq      int64
	Lines    int
	What     string
	Warnings []string
	Voidable bool
	Request  string
	Back     string
}

// recordedBefore reads the entry that the page's address says was recorded.
func (s *site) recordedBefore(a *asked) (*recorded, error) {
	text := a.URL.Query().Get("recorded")
	if text == "" {
		return nil, nil
	}
	seq, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seq < 0 {
		return nil, nil
	}
	got := &recorded{Seq: seq, Request: rand.Text(), Back: without(a.URL, "recorded")}
	if seq == 0 {
		return got, nil
	}
	err = journal.ReadText(a.tx, a.company, seq, seq, func(e journal.EntryText) error {
		got.Lines = e.Lines
		for _, line := range e.Text {
			var f struct {
				Kind string `json:"kind"`
				Fact struct {
					Warnings []string `json:"warnings"`
				} `json:"fact"`
			}
			if err := json.Unmarshal(line, &f); err != nil {
				return fmt.Errorf("entry %d: %w", seq, err)
			}
			got.Warnings = append(got.Warnings, f.Fact.Warnings...)
			if got.What == "" {
				got.What = kindWords(f.Kind)
				got.Voidable = voidable(f.Kind)
			}
		}
		return nil
	})
	return got, err
}

// without is an address on this server without one parameter.
func without(u *url.URL, name string) string {
	q := u.Query()
	q.Del(name)
	rest := *u
	rest.RawQuery = q.Encode()
	return rest.RequestURI()
}
