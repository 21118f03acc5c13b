package report

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/trace"
)

// when shows a time to the minute, in UTC.
func when(t moment.Time) string { return format(t, "2006-01-02 15:04") }

// day shows the day of a time, in UTC.
func day(t moment.Time) string { return format(t, "2006-01-02") }

func format(t moment.Time, layout string) string {
	if t == 0 || t == moment.Never || t == moment.Earliest {
		return ""
	}
	return t.Go().Format(layout)
}

// short is a ref without its kind.
func short(ref string) string {
	if _, name, ok := strings.Cut(ref, ":"); ok {
		return name
	}
	return ref
}

// spoken is a name of a state in words.
func spoken(name string) string { return strings.NewReplacer("_", " ", "-", " ").Replace(name) }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// between shows two bounds, as one where they are equal.
func between(low, high quantity.Quantity) string {
	if low == high {
		return low.String()
	}
	return low.String() + "–" + high.String()
}

// list joins what is not empty.
func list(separator string, texts ...string) string {
	var all []string
	for _, t := range texts {
		if t != "" {
			all = append(all, t)
		}
	}
	return strings.Join(all, separator)
}

// sentence joins texts that are not empty by commas.
func sentence(texts ...string) string { return list(", ", texts...) }

// place says where an object is.
func place(p trace.Place) string {
	text := spoken(p.State)
	if p.Quantity != 0 && p.Quantity != quantity.One {
		text += ", " + p.Quantity.String()
	}
	location := p.Location
	if p.Customer != "" {
		location = "" // its destination, which the customer and the shipment say too
	}
	return sentence(text, with("order ", p.Order), with("at ", p.Customer), with("in system ", p.System), with("shipment ", p.Shipment), location)
}

func places(all []trace.Place) string {
	texts := make([]string, len(all))
	for i, p := range all {
		texts[i] = place(p)
	}
	return strings.Join(texts, "; ")
}

// with puts a word before a text that is not empty.
func with(word, text string) string {
	if text == "" {
		return ""
	}
	return word + text
}

// pageOf is the page of an object.
func pageOf(o genealogy.Object) string {
	kind, own := genealogy.UnitKind, o.Serial
	if o.Lot != "" {
		kind, own = genealogy.LotKind, o.Lot
	}
	if strings.Contains(own, "/") {
		return "/object?ref=" + url.QueryEscape(o.Ref()) // a slash in a name: the ref itself is safer than a path
	}
	return "/" + kind + "s/" + url.PathEscape(o.PartNumber) + "/" + url.PathEscape(own)
}

// pageNamed is the page of a name below a prefix. A name that could be the
// address of a command is given as a parameter.
func pageNamed(prefix, name, parameter string) string {
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") == "" {
		return prefix + "-?" + parameter + "=" + url.QueryEscape(name)
	}
	return prefix + url.PathEscape(name)
}

// fileName is a name that any file system takes.
func fileName(words ...string) string {
	text := strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(`/\:*?"<>| `, c) {
			return '-'
		}
		return c
	}, strings.Join(words, "-"))
	if len(text) > 120 {
		text = strings.ToValidUTF8(text[:120], "")
	}
	return strings.Trim(text, ".")
}

// ranges writes serials so that neighbours stand as a range: X0001–X0050.
func ranges(serials []string) string {
	var all []string
	for from := 0; from < len(serials); {
		to := from
		for to+1 < len(serials) && follows(serials[to], serials[to+1]) {
			to++
		}
		switch to - from {
		case 0:
			all = append(all, serials[from])
		case 1:
			all = append(all, serials[from], serials[to])
		default:
			all = append(all, serials[from]+"–"+serials[to])
		}
		from = to + 1
	}
	return strings.Join(all, ", ")
}

// digitsMax is how many digits at the end of a serial are counted.
const digitsMax = 18

// follows says whether a serial is the next after another: the same begin and as
// many digits, one more.
func follows(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	head := strings.TrimRight(a, "0123456789")
	if digits := len(a) - len(head); digits == 0 || digits > digitsMax || !strings.HasPrefix(b, head) {
		return false
	}
	x, _ := strconv.ParseInt(a[len(head):], 10, 64)
	y, err := strconv.ParseInt(b[len(head):], 10, 64)
	return err == nil && y == x+1
}

// count says how many of something, with its serials as ranges.
func count(serials []string, one, many string) string {
	return fmt.Sprintf("%s: %s", plural(len(serials), one, many), ranges(serials))
}

func text(n int64) string { return strconv.FormatInt(n, 10) }
