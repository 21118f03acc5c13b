package bom

import (
	"strings"
	"time"

	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
)

// Substitute may take a component's place; Ratio of it for one of the component.
type Substitute struct {
	PartNumber string            `json:"part_number"`
	Ratio      quantity.Quantity `json:"ratio"`
	Revision   string            `json:"revision,omitempty"` // only this one; any where it is left out
	From       moment.Time       `json:"from,omitempty"`     // not before this time
	Until      moment.Time       `json:"until,omitempty"`    // not after this time
}

// Check refuses a substitute that is not the one approved: another revision, or
// another time.
func (s Substitute) Check(revision string, at moment.Time) error {
	switch {
	case s.Revision != "" && revision != "" && s.Revision != revision:
		return refuse.New(refuse.Conflict, "%s may substitute in revision %s, not %s: use that, or name the deviation that permits it.", s.PartNumber, s.Revision, revision).At("component")
	case s.From != 0 && at < s.From:
		return refuse.New(refuse.Conflict, "%s may substitute from %s on, not on %s: use what the line asks for, or name the deviation that permits it.", s.PartNumber, s.From, at).At("component")
	case s.Until != 0 && at > s.Until:
		return refuse.New(refuse.Conflict, "%s may substitute until %s, not on %s: use what the line asks for, or name the deviation that permits it.", s.PartNumber, s.Until, at).At("component")
	}
	return nil
}

// String is the substitute as a workbook spells it: the part number; an
// asterisk and how much of it takes the place of one; @ and the only revision;
// in brackets from when until when: CAP-2*1.5@B[2026-01-01..2026-06-30].
func (s Substitute) String() string {
	rest := ""
	if s.Revision != "" {
		rest = "@" + s.Revision
	}
	if s.From != 0 || s.Until != 0 {
		rest += "[" + dateOf(s.From) + ".." + dateOf(s.Until) + "]"
	}
	if rest == "" && s.Ratio == quantity.One && !strings.Contains(s.PartNumber, "*") {
		return s.PartNumber
	}
	return s.PartNumber + "*" + s.Ratio.String() + rest
}

// dateOf is a time as a date where that says all.
func dateOf(t moment.Time) string {
	if text := t.Go().Format(time.DateOnly); t != 0 {
		if same, err := moment.Parse(text, time.UTC); err == nil && same == t {
			return text
		}
	}
	return t.String()
}

// ParseSubstitute reads what String writes; dates alone are in UTC.
func ParseSubstitute(text string) (Substitute, error) {
	s := Substitute{PartNumber: text, Ratio: quantity.One}
	i := strings.LastIndexByte(text, '*')
	if i < 0 {
		return s, nil
	}
	wrong := refuse.New(refuse.Invalid, "%q is no substitute. Write the part number, an asterisk and how much of it takes the place of one, such as CAP-2*1.5; then, if wanted, @ and the only revision, and [from..until]: CAP-2*1.5@B[2026-01-01..2026-06-30].", text).At("substitutes")
	s.PartNumber = text[:i]
	rest, dates, dated := strings.Cut(text[i+1:], "[")
	ratio, revision, revised := strings.Cut(rest, "@")
	var err error
	if s.Ratio, err = quantity.Parse(ratio); err != nil || s.Ratio <= 0 || s.PartNumber == "" || revised && revision == "" {
		return s, wrong
	}
	s.Revision = revision
	if !dated {
		return s, nil
	}
	dates, closed := strings.CutSuffix(dates, "]")
	from, until, both := strings.Cut(dates, "..")
	if !closed || !both {
		return s, wrong
	}
	for _, d := range []struct {
		text string
		to   *moment.Time
	}{{from, &s.From}, {until, &s.Until}} {
		if d.text == "" {
			continue
		}
		if *d.to, err = moment.Parse(d.text, time.UTC); err != nil {
			return s, wrong
		}
	}
	return s, nil
}
