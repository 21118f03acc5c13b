// Package gs1 reads what a scanner gives: GS1 element strings (GS1 General
// Specifications, 3 and 7.8), GS1 Digital Links, and data identifiers in an
// ISO 15434 envelope (format 06, ANSI MH10.8.2).
package gs1

import (
	"net/url"
	"strings"

	"lotline/internal/refuse"
)

// Code is what a code says about an object; what it does not say is empty.
type Code struct {
	GTIN        string // 14 digits
	PartNumber  string // of a data identifier, or additional product identification
	Lot         string
	Serial      string
	SupplierLot string
	Supplier    string
	Order       string // the customer's purchase order
	Quantity    string
	ExpiresOn   string // a date, YYYY-MM-DD
	MadeOn      string // a date, YYYY-MM-DD
}

// textMax bounds a code, in bytes; a Data Matrix holds at most 3,116 digits.
const textMax = 4096

const (
	gs = "\x1d" // separates elements
	rs = "\x1e" // separates formats of an envelope
)

// Parse reads a code. It answers false for plain text, which is no code; a code
// that is damaged is refused.
func Parse(text string) (Code, bool, error) {
	text = strings.TrimSpace(text)
	if len(text) > textMax {
		return Code{}, true, refuse.New(refuse.TooLarge, "The code is longer than any symbol holds.")
	}
	switch {
	case strings.HasPrefix(text, "[)>"):
		c, err := envelope(text)
		return c, true, err
	case strings.HasPrefix(text, "http://"), strings.HasPrefix(text, "https://"):
		return link(text)
	case strings.HasPrefix(text, "("):
		if c, ok, err := bracketed(text); ok {
			return c, true, err
		}
		return Code{}, false, nil
	}
	rest, symbol := symbology(text)
	if symbol || strings.Contains(rest, gs) {
		c, err := elements(rest)
		return c, true, err
	}
	if len(rest) > 16 && strings.HasPrefix(rest, "01") && CheckDigit(rest[2:16]) { // a keyboard may swallow what announces it
		if c, err := elements(rest); err == nil {
			return c, true, nil
		}
	}
	return Code{}, false, nil
}

// symbology takes off what a scanner says about the symbol (ISO/IEC 15424); the
// ones that carry GS1 data are told.
func symbology(text string) (rest string, carries bool) {
	for _, id := range []string{"]C1", "]d2", "]Q3", "]e0", "]J1"} {
		if after, ok := strings.CutPrefix(text, id); ok {
			return strings.TrimPrefix(after, gs), true
		}
	}
	if after, ok := strings.CutPrefix(text, gs); ok {
		return after, true
	}
	return text, false
}

// fixed is how long elements are that end without a separator, by the first two
// digits (GS1 General Specifications, figure 7.8.5-2), identifier included.
var fixed = map[string]int{"00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "11": 8, "12": 8, "13": 8, "14": 8, "15": 8, "16": 8, "17": 8, "18": 8, "19": 8, "20": 4,
	"31": 10, "32": 10, "33": 10, "34": 10, "35": 10, "36": 10, "41": 16}

// identifierLength is how long an application identifier is, by its first two digits.
func identifierLength(text string) int {
	switch text[:2] {
	case "23", "24", "25", "40", "41", "42", "71":
		return 3
	case "31", "32", "33", "34", "35", "36", "39", "43", "70", "72", "80", "81", "82":
		return 4
	}
	return 2
}

// elements reads an element string without brackets.
func elements(text string) (c Code, err error) {
	for text != "" {
		if len(text) < 3 || !digits(text[:2]) {
			return c, damaged(text)
		}
		n := identifierLength(text)
		if len(text) <= n {
			return c, damaged(text)
		}
		id, rest := text[:n], text[n:]
		var value string
		if length, ok := fixed[id[:2]]; ok {
			if len(text) < length {
				return c, damaged(text)
			}
			value, text = text[n:length], strings.TrimPrefix(text[length:], gs)
		} else {
			value, text, _ = strings.Cut(rest, gs)
		}
		if err := c.set(id, value); err != nil {
			return c, err
		}
	}
	return c, nil
}

// bracketed reads an element string as people read it: (01)0950…(21)S1.
func bracketed(text string) (c Code, ok bool, err error) {
	for text != "" {
		id, rest, found := strings.Cut(strings.TrimPrefix(text, "("), ")")
		if text[0] != '(' || !found || len(id) < 2 || len(id) > 4 || !digits(id) {
			return c, ok, damagedIf(ok, text)
		}
		value := rest
		text = ""
		for i := range rest {
			if rest[i] == '(' && i+3 < len(rest) && digits(rest[i+1:i+3]) && strings.Contains(rest[i:min(len(rest), i+6)], ")") {
				value, text = rest[:i], rest[i:]
				break
			}
		}
		ok = true
		if err := c.set(id, value); err != nil {
			return c, true, err
		}
	}
	return c, ok, nil
}

func damagedIf(known bool, text string) error {
	if known {
		return damaged(text)
	}
	return nil
}

// link reads a GS1 Digital Link (GS1 Digital Link Standard: URI Syntax, 4): keys
// and qualifiers in the path, the rest as parameters. Another address is none.
func link(text string) (c Code, ok bool, err error) {
	u, err := url.Parse(text)
	if err != nil {
		return c, false, nil
	}
	parts := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	for i := 0; i+1 < len(parts); i++ {
		if !ok && parts[i] != "01" {
			continue
		}
		value, err := url.PathUnescape(parts[i+1])
		if err != nil || !digits(parts[i]) {
			return c, ok, damaged(text)
		}
		ok = true
		if err := c.set(parts[i], value); err != nil {
			return c, true, err
		}
		i++
	}
	if !ok {
		return c, false, nil
	}
	for id, values := range u.Query() {
		if digits(id) && len(values) > 0 {
			if err := c.set(id, values[0]); err != nil {
				return c, true, err
			}
		}
	}
	return c, true, nil
}

// set keeps an element. Identifiers that say nothing about an object are left
// alone.
func (c *Code) set(id, value string) (err error) {
	switch id {
	case "01", "02":
		value = strings.Repeat("0", max(0, 14-len(value))) + value // a Digital Link may bear a GTIN-13
		if !CheckDigit(value) {
			return refuse.New(refuse.Invalid, "The GTIN %s is damaged: its last digit does not fit the others.", value)
		}
		c.GTIN = value
	case "10":
		c.Lot = value
	case "21":
		c.Serial = value
	case "240", "241":
		c.PartNumber = value
	case "30", "37":
		c.Quantity = value
	case "400":
		c.Order = value
	case "11":
		c.MadeOn, err = date(value)
	case "17":
		c.ExpiresOn, err = date(value)
	}
	return err
}
