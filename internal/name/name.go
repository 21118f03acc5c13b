// Package name cleans the names that people give to things: item numbers, lots, serial numbers, orders. Two names
// that look alike are stored alike, so that what was scanned finds what was typed.
package name

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lotline/internal/refuse"
)

const bytesMax = 200 // of a name, so that a key made of several still fits every index

// Clean gives a name as it is stored: Unicode NFC (UAX 15), trimmed. It refuses empty names, more than 200 bytes,
// control characters, and "." and "..", which would be lost in a URL. The refusal is at the field.
func Clean(field, text string) (string, error) {
	if len(text) > 16*bytesMax { // before normalizing, which costs time
		return "", tooLong(field)
	}
	if !utf8.ValidString(text) {
		return "", refuse.New(refuse.Invalid, "The %s is not UTF-8 text. Save the file as UTF-8 and try again.", spoken(field)).At(field)
	}
	clean := strings.TrimSpace(norm.NFC.String(text))
	if clean == "" {
		return "", refuse.New(refuse.Invalid, "The %s is empty. Give one.", spoken(field)).At(field)
	}
	if len(clean) > bytesMax {
		return "", tooLong(field)
	}
	if clean == "." || clean == ".." {
		return "", refuse.New(refuse.Invalid, "The %s cannot be %q. Give a name with letters or digits.", spoken(field), clean).At(field)
	}
	for _, r := range clean {
		if hidden(r) {
			return "", refuse.New(refuse.Invalid, "The %s %s contains the invisible character U+%04X. Remove it.",
				spoken(field), strconv.Quote(clean), r).At(field)
		}
	}
	return clean, nil
}

// hidden finds control characters, also those of Unicode: line separators, marks that turn the reading direction,
// and those without any width that would make two names look like one.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) ||
		r == '\u2028' || r == '\u2029' || r == '\u200b' || r == '\u2060' || r == '\ufeff'
}

func tooLong(field string) error {
	return refuse.New(refuse.TooLarge, "The %s is longer than %d bytes. Shorten it.", spoken(field), bytesMax).At(field)
}

func spoken(field string) string {
	return strings.ReplaceAll(field, "_", " ")
}
