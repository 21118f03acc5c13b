package gs1

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"lotline/internal/refuse"
)

// envelope reads an ISO 15434 message: [)> RS 06 GS elements RS EOT.
func envelope(text string) (c Code, err error) {
	text = strings.TrimSuffix(text, "\x04")
	_, rest, found := strings.Cut(text, rs)
	if !found {
		return c, damaged(text)
	}
	for part := range strings.SplitSeq(rest, rs) {
		if part == "" {
			continue
		}
		format, body, _ := strings.Cut(part, gs)
		switch format {
		case "06":
			for element := range strings.SplitSeq(body, gs) {
				c.identify(element)
			}
		case "05":
			if c, err = elements(body); err != nil {
				return c, err
			}
		default:
			return c, refuse.New(refuse.Unsupported, "The code is of format %q: 05 (GS1) and 06 (data identifiers) are read.", format)
		}
	}
	return c, nil
}

// identifiers of ANSI MH10.8.2 that say something about an object; a longer one
// goes before its own beginning.
var identifiers = []struct {
	id    string
	field func(*Code) *string
}{
	{"1P", func(c *Code) *string { return &c.PartNumber }}, {"30P", func(c *Code) *string { return &c.PartNumber }}, {"P", func(c *Code) *string { return &c.PartNumber }},
	{"1T", func(c *Code) *string { return &c.Lot }}, {"30T", func(c *Code) *string { return &c.SupplierLot }}, {"T", func(c *Code) *string { return &c.Lot }},
	{"25S", nil}, {"S", func(c *Code) *string { return &c.Serial }},
	{"Q", func(c *Code) *string { return &c.Quantity }}, {"K", func(c *Code) *string { return &c.Order }}, {"1V", nil}, {"V", func(c *Code) *string { return &c.Supplier }},
	{"14D", func(c *Code) *string { return &c.ExpiresOn }}, {"16D", func(c *Code) *string { return &c.MadeOn }},
}

func (c *Code) identify(element string) {
	for _, d := range identifiers {
		value, ok := strings.CutPrefix(element, d.id)
		if !ok {
			continue
		}
		if d.field == nil || value == "" {
			return
		}
		if d.id == "14D" || d.id == "16D" {
			if at, err := time.Parse("20060102", value); err == nil {
				value = at.Format(time.DateOnly)
			}
		}
		*d.field(c) = value
		return
	}
}

// CheckDigit says whether the last of 14 digits fits the others (GS1 General
// Specifications, 7.9.1).
func CheckDigit(text string) bool {
	if len(text) != 14 || !digits(text) {
		return false
	}
	sum := 0
	for i := range 14 {
		weight := 1
		if i%2 == 0 {
			weight = 3
		}
		sum += weight * int(text[i]-'0')
	}
	return sum%10 == 0
}

// date reads YYMMDD; day 00 is the last of the month (GS1 General
// Specifications, 3.4). The century is that of 2000: objects of before are not
// scanned any more.
func date(text string) (string, error) {
	if len(text) != 6 || !digits(text) {
		return "", refuse.New(refuse.Invalid, "%q is no date of a code: it has six digits, YYMMDD.", text)
	}
	year, _ := strconv.Atoi(text[:2])
	month, _ := strconv.Atoi(text[2:4])
	day, _ := strconv.Atoi(text[4:])
	if day == 0 {
		return time.Date(2000+year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), nil
	}
	at, err := time.Parse(time.DateOnly, fmt.Sprintf("20%s-%s-%s", text[:2], text[2:4], text[4:]))
	if err != nil {
		return "", refuse.New(refuse.Invalid, "%q is no date of a code: there is no such day.", text)
	}
	return at.Format(time.DateOnly), nil
}

func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

func damaged(text string) error {
	if len(text) > 40 {
		text = strings.ToValidUTF8(text[:40], "") + "…"
	}
	return refuse.New(refuse.Invalid, "The code cannot be read at %q: scan it again.", text)
}
