package web

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/refuse"
)

// journalPage is a page of entries, the newest first.
type journalPage struct {
	Size     int64
	Root     string
	Rows     []entryRow
	Kind, By string
	Via      string
	At       string
	Older    string
	Newer    string
	Looked   int64
	Filtered bool
}

type entryRow struct {
	journal.Header
	Facts []factRow
	More  int
}

type factRow struct {
	Name, Kind, What, Link string
	At                     moment.Time
}

// Limits of a page of the journal.
const (
	entriesShown = 25
	factsShown   = 8
	entriesRead  = 5_000  // a filter looks at so many entries and says so
	linesRead    = 40_000 // or at so many facts
	entriesStep  = 10     // read together by a filter
)

func (s *site) journal(a *asked) (page, error) {
	size, root, err := journal.Head(a.tx, a.company)
	if err != nil {
		return page{}, err
	}
	j := journalPage{Size: size, Root: root.String(), Kind: strings.TrimSpace(a.value("kind")), By: strings.TrimSpace(a.value("by")), Via: a.value("via"), At: a.value("known_at")}
	last, err := strconv.ParseInt(a.value("last"), 10, 64)
	if err != nil || last > size || last < 1 {
		last = size
	}
	if j.At != "" {
		at, err := moment.EndOf(j.At, nil)
		if err != nil {
			return page{}, err
		}
		known, err := journal.KnownAt(a.tx, a.company, at)
		if err != nil {
			return page{}, err
		}
		last = min(last, known)
	}
	j.Filtered = j.Kind != "" || j.By != "" || j.Via != ""
	if err := j.read(a, last); err != nil {
		return page{}, err
	}
	return page{Title: "Journal", Area: "journal", Body: &j}, nil
}

// read reads backward from an entry, until the page is full.
func (j *journalPage) read(a *asked, last int64) error {
	from, lines, step := last, 0, int64(entriesShown)
	if j.Filtered {
		step = entriesStep
	}
	for from > 0 && len(j.Rows) < entriesShown && last-from < entriesRead && lines < linesRead {
		first := max(1, from-step+1)
		var found []entryRow
		err := journal.ReadText(a.tx, a.company, first, from, func(e journal.EntryText) error {
			lines += e.Lines
			if row, ok := j.row(e); ok {
				found = append(found, row)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i := len(found) - 1; i >= 0; i-- {
			j.Rows = append(j.Rows, found[i])
		}
		from = first - 1
	}
	j.Looked = last - from
	if from > 0 {
		j.Older = with(without(a.URL, "recorded"), "last", strconv.FormatInt(from, 10))
	}
	if last < j.Size {
		j.Newer = without(a.URL, "last")
	}
	return nil
}

// row is an entry as the page shows it; false when the filter leaves it out.
func (j *journalPage) row(e journal.EntryText) (entryRow, bool) {
	row := entryRow{Header: e.Header}
	if j.By != "" && e.By != j.By || j.Via != "" && e.Via != j.Via {
		return row, false
	}
	kind := []byte(`"kind":"` + j.Kind)
	for k, line := range e.Text {
		if j.Kind != "" && !bytes.Contains(line, kind) {
			continue
		}
		if len(row.Facts) == factsShown {
			row.More++
			continue
		}
		if f := factOf(e.Seq, k+1, line); strings.HasPrefix(f.Kind, j.Kind) {
			row.Facts = append(row.Facts, f)
		}
	}
	return row, len(row.Facts) > 0
}

// factOf reads what a line is about, for one row.
func factOf(seq int64, k int, line json.RawMessage) factRow {
	var stored struct {
		Kind string         `json:"kind"`
		At   moment.Time    `json:"at"`
		Fact map[string]any `json:"fact"`
	}
	_ = json.Unmarshal(line, &stored) // the journal wrote it
	f := factRow{Name: strconv.FormatInt(seq, 10) + "." + strconv.Itoa(k), Kind: stored.Kind, At: stored.At}
	f.What, f.Link = about(stored.Fact)
	return f
}

// about says what a fact is about, and where to look at it.
func about(fact map[string]any) (what, link string) {
	get := func(name string) string { text, _ := fact[name].(string); return text }
	for _, name := range []string{"parent", "component", "object"} {
		if inner, ok := fact[name].(map[string]any); ok {
			if what, link = about(inner); name == "parent" {
				if component, ok := fact["component"].(map[string]any); ok {
					other, _ := about(component)
					return other + " → " + what, link
				}
			}
			return what, link
		}
	}
	switch {
	case get("serial") != "":
		return get("part_number") + " " + get("serial"), Link("unit:" + get("part_number") + "/" + get("serial"))
	case get("lot") != "" && get("part_number") != "":
		return get("part_number") + " " + get("lot"), Link("lot:" + get("part_number") + "/" + get("lot"))
	case get("order") != "":
		return get("order"), orderLink(get("order"))
	case get("part_number") != "":
		return get("part_number"), itemLink(get("part_number"))
	}
	for _, name := range []string{"code", "catalog", "parent", "nonconformity", "instrument", "deviation", "document", "fact", "plan", "recall"} {
		if text := get(name); text != "" {
			return text, ""
		}
	}
	return "", ""
}

// factPage is one fact as it is kept for ever, and what can be done with it.
type factPage struct {
	journal.Header
	Name, Kind, What, Link string
	At                     moment.Time
	Text                   string
	Lines                  []factRow
	Void                   bool
	Voided                 *ledger.Voiding
	VoidedBy               string
	Request                string
	Correct                string // the form that replaces it
}

func (s *site) fact(a *asked) (page, error) {
	name := a.PathValue("fact")
	number, err := journal.ParseFactName(name)
	if err != nil {
		return page{}, err
	}
	seq, k := journal.EntryOf(number), int(number&journal.LinesMax)
	f := factPage{Name: name, Request: rand.Text()}
	found := false
	err = journal.ReadText(a.tx, a.company, seq, seq, func(e journal.EntryText) error {
		f.Header = e.Header
		for i, line := range e.Text {
			row := factOf(seq, i+1, line)
			if i < linesShown {
				f.Lines = append(f.Lines, row)
			}
			if i+1 != k {
				continue
			}
			found = true
			f.Kind, f.What, f.Link, f.At = row.Kind, row.What, row.Link, row.At
			var out bytes.Buffer
			if err := json.Indent(&out, line, "", "  "); err != nil {
				return err
			}
			f.Text = out.String()
			f.Correct = correction(name, row.Kind, line)
		}
		return nil
	})
	if err != nil {
		return page{}, err
	}
	if !found {
		return page{}, refuse.New(refuse.NotFound, "There is no fact %s.", name)
	}
	f.Void = voidable(f.Kind)
	f.Voided, err = ledger.VoidingOf(a.tx, a.company, number)
	if f.Voided != nil {
		f.Void, f.VoidedBy = false, journal.FactName(f.Voided.By)
	}
	return page{Title: "Fact " + name, Area: "journal", Body: &f}, err
}

// linesShown is how many of an entry's facts its page lists.
const linesShown = 200

// corrected are the commands whose form can take the place of a fact.
var corrected = map[string]string{"lot.received": "receive", "units.received": "receive", "component.installed": "install", "material.issued": "issue", "inspection.recorded": "record-inspection",
	"operation.performed": "perform-operation", "instrument.calibrated": "calibrate", "shipment.sent": "ship", "object.moved": "move", "object.scrapped": "scrap", "lot.adjusted": "adjust", "object.held": "hold"}

// correction is the form that voids a fact and records a better one, filled with
// what was said.
func correction(name, kind string, line json.RawMessage) string {
	kind, _, _ = strings.Cut(kind, "/")
	f := formOf(corrected[kind])
	if f == nil {
		return ""
	}
	var stored struct {
		At   string                     `json:"at"`
		Fact map[string]json.RawMessage `json:"fact"`
	}
	_ = json.Unmarshal(line, &stored) // the journal wrote it
	q := url.Values{"replaces": {name}, "at": {stored.At}}
	for field, value := range stored.Fact {
		var text string
		if json.Unmarshal(value, &text) == nil {
			q.Set(field, text)
			continue
		}
		var o struct {
			PartNumber string `json:"part_number"`
			Serial     string `json:"serial"`
			Lot        string `json:"lot"`
		}
		if json.Unmarshal(value, &o) == nil && o.PartNumber != "" {
			q.Set(map[string]string{"parent": "object", "component": "component_object"}[field], o.PartNumber+"/"+o.Serial+o.Lot)
		}
	}
	if f.Objects["object"] != nil && q.Get("object") == "" && q.Get("part_number") != "" {
		number := q.Get("serial")
		if number == "" {
			number = q.Get("lot")
		}
		q.Set("object", q.Get("part_number")+"/"+number)
	}
	return f.Path + "?" + q.Encode()
}

// verify recomputes everything that is stored, and names what differs.
func (s *site) verify(a *asked) (page, error) {
	v, err := s.ledger.Verify(a.Context())
	return page{Title: "Verified", Area: "journal", Body: v}, err
}

// checkpoint is a signed note of the journal's size and root, to keep elsewhere.
func (s *site) checkpoint(w http.ResponseWriter, r *http.Request) {
	signer, err := s.ledger.Signer()
	var note []byte
	if err == nil {
		err = s.read(r, func(a *asked) (err error) {
			note, err = journal.Checkpoint(a.tx, a.company, signer)
			return err
		})
	}
	if err != nil {
		s.write(w, r, "refused", refused(r, err))
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="checkpoint.txt"`)
	_, _ = io.Copy(w, bytes.NewReader(note))
}
