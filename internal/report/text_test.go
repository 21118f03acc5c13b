package report

import (
	"slices"
	"strings"
	"testing"
)

// What no typeface has, and what would only change how other letters look, is
// printed as its number.
func TestEveryLetterIsVisible(t *testing.T) {
	s := newSetter()
	for _, c := range []struct{ text, want string }{
		{"Grüße", "Grüße"},
		{"Кран 7", "Кран 7"},
		{"日本語 한국어 中文", "日本語 한국어 中文"},
		{"ไทย", "ไทย"},
		{"שלום", "םולש"},
		{"AB שלום 12", "AB 12 םולש"},
		{"AB שלום CD 12", "AB םולש CD 12"},
		{"שלום AB", "AB םולש"},
		{"سلام", "ﻡﻼﺳ"},
		{"क", "[U+0915]"},
		{"😀", "[U+1F600]"},
		{"a\u202eb", "a[U+202E]b"},
		{"a\u0007b", "a[U+0007]b"},
		{"e\u0301", "é"},
	} {
		var got strings.Builder
		for _, r := range s.runs(c.text, false) {
			got.WriteString(r.text)
			for _, letter := range r.text {
				if _, ok := s.widths(r.face).of(letter); !ok {
					t.Errorf("%q: %s has no %q", c.text, r.face.name, letter)
				}
			}
		}
		if got.String() != c.want {
			t.Errorf("%q is set as %q, want %q", c.text, got.String(), c.want)
		}
	}
}

func TestWrap(t *testing.T) {
	s := newSetter()
	for _, c := range []struct {
		text  string
		width float64
		want  []string
	}{
		{"one two three", 1000, []string{"one two three"}},
		{"one two three", 14, []string{"one two", "three"}},
		{"a\nb", 1000, []string{"a", "b"}},
		{"CAP-10U-50V/C-1003", 13, []string{"CAP-10U-", "50V/C-", "1003"}},
		{"WWWWWWWWWW", 14, []string{"WWWWW", "WWWWW"}},
		{"", 10, []string{""}},
	} {
		got := s.wrap(c.text, cellStyle, c.width)
		if !slices.Equal(got, c.want) {
			t.Errorf("%q in %v mm: %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestRanges(t *testing.T) {
	for _, c := range []struct {
		serials []string
		want    string
	}{
		{[]string{"X1"}, "X1"},
		{[]string{"X1", "X2"}, "X1, X2"},
		{[]string{"X1", "X2", "X3"}, "X1–X3"},
		{[]string{"008", "009", "010", "012"}, "008–010, 012"},
		{[]string{"X9", "X10", "X11", "X12"}, "X9, X10–X12"},
		{[]string{"A", "B", "C"}, "A, B, C"},
		{[]string{"X1", "Y2", "Y3", "Y4"}, "X1, Y2–Y4"},
		{nil, ""},
	} {
		if got := ranges(c.serials); got != c.want {
			t.Errorf("%v: %q, want %q", c.serials, got, c.want)
		}
	}
}

// A row with more than a page holds goes on in the next; no line is lost.
func TestARowIsDivided(t *testing.T) {
	long := make([]string, 2*rowMax+3)
	for i := range long {
		long[i] = strings.Repeat("x", i%7+1)
	}
	var got []string
	pieces := divided([][]string{{"short"}, long})
	for _, p := range pieces {
		got = append(got, p[1]...)
		if len(p[1]) > rowMax || rowHeight(p) > bottom-top-20 {
			t.Errorf("a piece has %d lines, %.0f mm", len(p[1]), rowHeight(p))
		}
	}
	if len(pieces) != 3 || !slices.Equal(got, long) {
		t.Errorf("%d pieces, %d lines of %d", len(pieces), len(got), len(long))
	}
}

func TestColumnsShareThePage(t *testing.T) {
	for _, c := range []struct {
		width          float64
		least, natural []float64
	}{
		{100, []float64{10, 10}, []float64{20, 30}},
		{100, []float64{10, 40}, []float64{20, 90}},
		{100, []float64{60, 60}, []float64{90, 90}},
	} {
		sum := 0.0
		for i, w := range share(c.width, c.least, c.natural) {
			sum += w
			if w < min(c.least[i], c.width/2)-1e-9 {
				t.Errorf("%v: column %d has %v", c, i, w)
			}
		}
		if sum > c.width+1e-9 {
			t.Errorf("%v: the columns take %v", c, sum)
		}
	}
}
