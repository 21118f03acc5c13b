package name

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lotline/internal/refuse"
)

// Format is how serials or lot numbers are formed: fixed text with tokens in
// braces, as {item}-{yy}{ww}-{seq:5}.
type Format struct {
	text   string
	pieces []piece
	digits int
	reset  string
	// Company is set when the sequence runs through all items of the company.
	Company bool
}

// piece is fixed text, or a token.
type piece struct{ token, text string }

// How a sequence begins anew.
var resets = []string{"year", "month", "week", "day"}

const formatHelp = "Write fixed text and {item}, {order}, {yyyy}, {yy}, {mm}, {dd}, {ww} (ISO 8601 week), {seq:5}, {seq:5,week} (year, month, week or day: it begins anew), " +
	"{seq:5,company} (one sequence for all items), {check:37,36} (ISO/IEC 7064) or {check:luhn10} to {check:luhn36}."

// ParseFormat reads a format. It has one sequence.
func ParseFormat(text string) (Format, error) {
	f := Format{text: text}
	rest := text
	for rest != "" {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			f.pieces = append(f.pieces, piece{text: rest})
			break
		}
		if open > 0 {
			f.pieces = append(f.pieces, piece{text: rest[:open]})
		}
		end := strings.IndexByte(rest, '}')
		if end < open {
			return f, badFormat(text, "a brace is not closed")
		}
		if err := f.token(rest[open+1 : end]); err != nil {
			return f, err
		}
		rest = rest[end+1:]
	}
	if f.digits == 0 {
		return f, badFormat(text, "it has no {seq:N}")
	}
	return f, nil
}

func badFormat(text, why string) error {
	return refuse.New(refuse.Invalid, "The format %q is not possible: %s. %s", text, why, formatHelp)
}

func (f *Format) token(token string) error {
	kind, args, _ := strings.Cut(token, ":")
	switch kind {
	case "item", "order", "yyyy", "yy", "mm", "dd", "ww":
		if args != "" {
			return badFormat(f.text, "{"+token+"} takes no argument")
		}
	case "seq":
		return f.sequence(token, strings.Split(args, ","))
	case "check":
		if n, ok := strings.CutPrefix(args, "luhn"); ok {
			if base, err := strconv.Atoi(n); err != nil || base < 2 || base > 36 {
				return badFormat(f.text, "{"+token+"} needs a base from 2 to 36")
			}
		} else if args != "37,36" {
			return badFormat(f.text, "{"+token+"} is no check character")
		}
	default:
		return badFormat(f.text, "{"+token+"} is no token")
	}
	f.pieces = append(f.pieces, piece{token: token})
	return nil
}

// sequenceDigits is the most digits of a sequence.
const sequenceDigits = 12

func (f *Format) sequence(token string, args []string) error {
	digits, err := strconv.Atoi(args[0])
	switch {
	case f.digits != 0:
		return badFormat(f.text, "it has two sequences")
	case err != nil || digits < 1 || digits > sequenceDigits:
		return badFormat(f.text, "{"+token+"} needs a number of digits from 1 to "+strconv.Itoa(sequenceDigits))
	}
	f.digits = digits
	for _, arg := range args[1:] {
		switch {
		case arg == "company":
			f.Company = true
		case slices.Contains(resets, arg) && f.reset == "":
			f.reset = arg
		default:
			return badFormat(f.text, "{"+token+"}: "+arg+" is not known there")
		}
	}
	f.pieces = append(f.pieces, piece{token: "seq"})
	return nil
}

// Counter is the name of the sequence that an item uses at a time: another for
// each period in which it begins anew.
func (f *Format) Counter(item string, at time.Time) string {
	scope := item
	if f.Company {
		scope = ""
	}
	year, week := at.ISOWeek()
	period := map[string]string{
		"year": at.Format("2006"), "month": at.Format("2006-01"), "day": at.Format("2006-01-02"), "week": fmt.Sprintf("%04d-W%02d", year, week),
	}[f.reset]
	return scope + "\x1f" + f.text + "\x1f" + period
}

// Render forms number n of the sequence.
func (f *Format) Render(item, order string, at time.Time, n int64) (string, error) {
	var b strings.Builder
	year, week := at.ISOWeek()
	for _, p := range f.pieces {
		switch kind, args, _ := strings.Cut(p.token, ":"); kind {
		case "":
			b.WriteString(p.text)
		case "item":
			b.WriteString(item)
		case "order":
			b.WriteString(order)
		case "yyyy":
			if f.byWeek() {
				fmt.Fprintf(&b, "%04d", year)
			} else {
				b.WriteString(at.Format("2006"))
			}
		case "yy":
			if f.byWeek() {
				fmt.Fprintf(&b, "%02d", year%100)
			} else {
				b.WriteString(at.Format("06"))
			}
		case "mm":
			b.WriteString(at.Format("01"))
		case "dd":
			b.WriteString(at.Format("02"))
		case "ww":
			fmt.Fprintf(&b, "%02d", week)
		case "seq":
			digits := strconv.FormatInt(n, 10)
			if len(digits) > f.digits {
				return "", refuse.New(refuse.Conflict, "The sequence of the format %q is used up at %d: give it more digits.", f.text, n-1)
			}
			b.WriteString(strings.Repeat("0", f.digits-len(digits)) + digits)
		case "check":
			b.WriteByte(check(b.String(), args))
		}
	}
	return Clean("serial", b.String())
}

// byWeek says that years are those of ISO 8601 weeks, since weeks stand beside them.
func (f *Format) byWeek() bool {
	return slices.ContainsFunc(f.pieces, func(p piece) bool { return p.token == "ww" })
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// values are the characters that a check character covers: letters without
// regard to case and digits; others are passed over.
func values(text string) (all []int) {
	for _, c := range strings.ToUpper(text) {
		if i := strings.IndexRune(alphabet, c); i >= 0 {
			all = append(all, i)
		}
	}
	return all
}

func check(text, how string) byte {
	if n, ok := strings.CutPrefix(how, "luhn"); ok {
		base, _ := strconv.Atoi(n)
		return luhn(values(text), base)
	}
	return mod3736(values(text))
}

// mod3736 is the check character of ISO/IEC 7064 MOD 37,36.
func mod3736(all []int) byte {
	p := 36
	for _, v := range all {
		s := (p + v) % 36
		if s == 0 {
			s = 36
		}
		p = 2 * s % 37
	}
	return alphabet[(37-p)%36]
}

// luhn is the check character of Luhn mod n. A character beyond the base
// counts by its value in the base.
func luhn(all []int, n int) byte {
	sum, factor := 0, 2
	for _, v := range slices.Backward(all) {
		addend := factor * (v % n)
		factor = 3 - factor
		sum += addend/n + addend%n
	}
	return alphabet[(n-sum%n)%n]
}
