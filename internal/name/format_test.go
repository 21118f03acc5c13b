package name

import (
	"strings"
	"testing"
	"time"
)

func TestFormats(t *testing.T) {
	at := time.Date(2027, 1, 2, 10, 0, 0, 0, time.UTC) // in week 53 of 2026
	for _, c := range []struct {
		format string
		n      int64
		want   string
	}{
		{"{item}-{yy}{ww}-{seq:5}", 42, "PUMP-2653-00042"},
		{"{yyyy}{mm}{dd}/{seq:3}", 7, "20270102/007"},
		{"SN{seq:4}-{order}", 12, "SN0012-PO-7"},
		{"799273987{seq:1}{check:luhn10}", 1, "79927398713"},             // the example of the Luhn algorithm's literature
		{"A12425GABC12340{seq:2}{check:37,36}", 2, "A12425GABC1234002M"}, // the GRid example of ISO 7064's use
	} {
		f, err := ParseFormat(c.format)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Render("PUMP", "PO-7", at, c.n); err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.format, got, err, c.want)
		}
	}
}

func TestFormatsThatAreRefused(t *testing.T) {
	for format, why := range map[string]string{
		"SN": "no {seq:N}", "{seq}": "number of digits", "{seq:13}": "number of digits", "{seq:3}{seq:3}": "two sequences", "{seq:3": "not closed",
		"{color}{seq:3}": "no token", "{seq:3}{check:crc}": "no check character", "{seq:3}{check:luhn99}": "base", "{seq:3,decade}": "not known", "{yy:2}{seq:3}": "no argument",
	} {
		if _, err := ParseFormat(format); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want %q", format, err, why)
		}
	}
	f, err := ParseFormat("{seq:2}")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Render("P", "", time.Now(), 100); err == nil || !strings.Contains(err.Error(), "used up") {
		t.Errorf("number 100 of two digits: %v", err)
	}
}

func TestCountersBeginAnew(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	for format, same := range map[string]bool{"{seq:3}": true, "{seq:3,year}": true, "{seq:3,month}": true, "{seq:3,week}": false, "{seq:3,day}": false} {
		f, err := ParseFormat(format)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Counter("A", day(1)) == f.Counter("A", day(9)); got != same {
			t.Errorf("%s on the 1st and the 9th: one sequence %v", format, got)
		}
		if f.Counter("A", day(1)) == f.Counter("B", day(1)) {
			t.Errorf("%s: two items share a sequence", format)
		}
	}
	f, _ := ParseFormat("{seq:3,company,day}")
	if f.Counter("A", day(1)) != f.Counter("B", day(1)) || !f.Company {
		t.Error("a company's sequence is not one for all items")
	}
}
