package workbook

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
)

// Type is what the cells of a column hold.
type Type string

// The types of columns.
const (
	Text     Type = "text"
	Quantity Type = "quantity" // an exact decimal of up to six places
	Time     Type = "time"     // RFC 3339, or a date alone: 00:00 in the company's zone
	Bool     Type = "yes or no"
	Integer  Type = "whole number"
	Choice   Type = "choice"
	List     Type = "list" // separated by blanks, commas or semicolons
)

// Column is one column of a sheet.
type Column struct {
	Name     string
	Type     Type
	Required bool
	Choices  []string
	Digits   bool // a serial, lot or the like: as a number cell of an .xlsx it has lost its zeros
	Doc      string
}

// Sheet is one sheet: what its rows are, and what they name.
type Sheet struct {
	Name    string
	Doc     string
	Event   bool   // a row says what happened; it may have id and seq
	Extra   string // what an unknown column is: "property", "parameter" (as parameter:NAME), or "" for a mistake
	Columns []Column
	// What a row makes, what it names, and what it cannot do without, as
	// "unit:part_number,serial": a bad row's consequences are counted under it.
	Makes, Names, Needs []string

	order  int            // among the sheets
	at     map[string]int // column by name
	folded map[string]int // column by folded name
	refs   struct{ makes, names, needs []ref }
	steps  []step
	group  []string // columns whose equal values make one command of several rows
}

// Column is the column of a name.
func (s *Sheet) Column(name string) (Column, bool) {
	i, ok := s.at[name]
	if !ok {
		return Column{}, false
	}
	return s.Columns[i], true
}

// canonical brings a cell to the form in which it is hashed, sorted and
// decided: times as microseconds, amounts as millionths, yes as "true", no as
// "". The empty cell stays empty.
func (c *Column) canonical(text string, zone *time.Location) (string, error) {
	if !utf8.ValidString(text) {
		return "", refuse.New(refuse.Invalid, "The cell is not UTF-8 text. Save the file as CSV UTF-8 and import it again.")
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil
	}
	switch c.Type {
	case Quantity:
		q, err := quantity.Parse(text)
		return strconv.FormatInt(int64(q), 10), err
	case Time:
		t, err := moment.Parse(text, zone)
		return strconv.FormatInt(int64(t), 10), err
	case Integer:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return "", refuse.New(refuse.Invalid, "%s is not a whole number. Write digits alone, such as 30.", shown(text))
		}
		return strconv.FormatInt(n, 10), nil
	case Bool:
		return boolean(text)
	case Choice:
		return c.choose(text)
	}
	return text, nil
}

func boolean(text string) (string, error) {
	switch strings.ToLower(text) {
	case "true", "yes", "y", "x", "1":
		return "true", nil
	case "false", "no", "n", "0":
		return "", nil
	}
	return "", refuse.New(refuse.Invalid, "%s is neither yes nor no. Write yes or no.", shown(text))
}

func (c *Column) choose(text string) (string, error) {
	if slices.Contains(c.Choices, text) {
		return text, nil
	}
	for _, choice := range c.Choices {
		if fold(choice) == fold(text) {
			return choice, nil
		}
	}
	return "", refuse.New(refuse.Invalid, "%s is not one of the choices. Write one of %s.", shown(text), strings.Join(c.Choices, ", "))
}

const shownMax = 60 // bytes of a cell in a message

func shown(text string) string {
	if len(text) > shownMax {
		text = strings.ToValidUTF8(text[:shownMax], "") + "…"
	}
	return fmt.Sprintf("%q", text)
}

// fold is a name without regard to case, blanks, _ and -.
func fold(name string) string {
	plain := true
	for i := range len(name) {
		if b := name[i]; b < 'a' || b > 'z' {
			plain = false
			break
		}
	}
	if plain {
		return name
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\u00a0', '_', '-':
			return -1
		}
		return r
	}, strings.ToLower(name))
}
