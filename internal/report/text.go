package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// style is how a text is set.
type style struct {
	strong bool
	size   float64 // in points
}

// run is a piece of a line that one typeface sets, from left to right.
type run struct {
	face *typeface
	text string
}

// setter chooses typefaces for texts, and measures them.
type setter struct {
	faces map[*typeface]*widths
}

func newSetter() *setter { return &setter{faces: map[*typeface]*widths{}} }

func (s *setter) widths(f *typeface) *widths {
	w := s.faces[f]
	if w == nil {
		w = &widths{typeface: f, known: map[rune]float64{}}
		s.faces[f] = w
	}
	return w
}

// pointsPerMM turns sizes of type into lengths on paper.
const pointsPerMM = 72 / 25.4

// width is the width of a line in mm.
func (s *setter) width(text string, st style) float64 {
	sum := 0.0
	for _, r := range s.runs(text, st.strong) {
		w := s.widths(r.face)
		for _, c := range r.text {
			width, _ := w.of(c)
			sum += width
		}
	}
	return sum * st.size / pointsPerMM
}

// runs divides a line into pieces of one typeface each, as they stand from left
// to right. A character that no typeface has stands as its number in Unicode,
// [U+0915]: what was recorded is never left out.
func (s *setter) runs(text string, bold bool) []run {
	first := plain
	if bold {
		first = strong
	}
	if ascii(text) {
		return []run{{first, text}}
	}
	var all []run
	put := func(f *typeface, text string) {
		if n := len(all); n > 0 && all[n-1].face == f {
			all[n-1].text += text
			return
		}
		all = append(all, run{f, text})
	}
	for _, c := range leftToRight(norm.NFC.String(text)) {
		if f := s.faceOf(c, first); f != nil {
			put(f, string(c))
		} else {
			put(first, fmt.Sprintf("[U+%04X]", c))
		}
	}
	return all
}

// faceOf is the typeface that has a letter; nil for none. Signs that only
// control how others are shown could turn a text into another: they are shown.
func (s *setter) faceOf(c rune, first *typeface) *typeface {
	if c > 0xffff || unicode.Is(unicode.Cf, c) || unicode.IsControl(c) {
		return nil
	}
	for _, f := range append([]*typeface{first}, others...) {
		if _, ok := s.widths(f).of(c); ok {
			return f
		}
	}
	return nil
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// leftToRight is a line as it stands on paper: Hebrew and Arabic from the right,
// Arabic letters joined (Unicode Annex 9, with two levels of embedding).
func leftToRight(line string) []rune {
	var p bidi.Paragraph
	if _, err := p.SetString(line); err != nil || !rightward(line) {
		return []rune(line)
	}
	order, err := p.Order()
	if err != nil {
		return []rune(line)
	}
	pieces := piecesOf(&order)
	turn := func(from, to int) { slices.Reverse(pieces[from:to]) }
	if order.Direction() == bidi.RightToLeft || len(pieces) > 0 && pieces[0].right {
		turn(0, len(pieces))
	} else {
		for from := 0; from < len(pieces); from++ { // numbers behind what runs to the left belong to it
			to := from
			for to < len(pieces) && pieces[from].right && (pieces[to].right || pieces[to].number) {
				to++
			}
			if to > from {
				turn(from, to)
				from = to - 1
			}
		}
	}
	var all []rune
	for _, p := range pieces {
		all = append(all, p.text...)
	}
	return all
}

// piece of a line that runs in one direction.
type piece struct {
	text          []rune
	right, number bool
}

func piecesOf(order *bidi.Ordering) (all []piece) {
	for i := range order.NumRuns() {
		r := order.Run(i)
		text := r.String()
		if r.Direction() == bidi.RightToLeft {
			all = append(all, piece{text: []rune(bidi.ReverseString(string(joined([]rune(text))))), right: true})
			continue
		}
		number := len(text) - len(strings.TrimLeft(text, "0123456789.,:/-+"))
		if len(all) > 0 && number > 0 && (number == len(text) || text[number] == ' ') {
			all = append(all, piece{text: []rune(text[:number]), number: true})
			text = text[number:]
		}
		if text != "" {
			all = append(all, piece{text: []rune(text)})
		}
	}
	return all
}

// rightward says whether a line has letters that run to the left.
func rightward(line string) bool {
	return strings.ContainsFunc(line, func(c rune) bool {
		p, _ := bidi.LookupRune(c)
		return p.Class() == bidi.R || p.Class() == bidi.AL
	})
}

// shapes are the forms of an Arabic letter: alone, at the end of a word, at its
// begin, within; those that join only to the letter before have the first two.
var shapes = func() map[rune][]rune {
	all := map[rune][]rune{}
	for _, block := range [][2]rune{{0xfb50, 0xfbff}, {0xfe80, 0xfef4}} { // Arabic Presentation Forms A and B list them in this order
		for c := block[0]; c <= block[1]; c++ {
			if base := []rune(norm.NFKC.String(string(c))); len(base) == 1 && base[0] != c && len(all[base[0]]) < 4 {
				all[base[0]] = append(all[base[0]], c)
			}
		}
	}
	return all
}()

// lam and the alefs that it becomes one sign with, alone and at the end of a word.
const lam = 'ل'

var lamWith = map[rune][2]rune{'آ': {0xfef5, 0xfef6}, 'أ': {0xfef7, 0xfef8}, 'إ': {0xfef9, 0xfefa}, 'ا': {0xfefb, 0xfefc}}

// joined gives the letters of an Arabic text the forms in which they join.
func joined(text []rune) []rune {
	if !slices.ContainsFunc(text, func(c rune) bool { return shapes[c] != nil }) {
		return text
	}
	all := make([]rune, 0, len(text))
	for i := 0; i < len(text); i++ {
		forms := shapes[text[i]]
		if forms == nil {
			all = append(all, text[i])
			continue
		}
		before, after := beside(text, i, -1), beside(text, i, 1)
		form := 0
		if len(forms) >= 2 && len(shapes[before]) == 4 {
			form = 1 // joined to the letter before
		}
		if both, ok := lamWith[after]; ok && text[i] == lam && text[i+1] == after {
			all = append(all, both[form])
			i++
			continue
		}
		if len(forms) == 4 && len(shapes[after]) >= 2 {
			form += 2 // to the letter after: at the begin 2, within 3
		}
		all = append(all, forms[form])
	}
	return all
}

// beside is the next letter before or after, marks above and below left out.
func beside(text []rune, i, step int) rune {
	for i += step; i >= 0 && i < len(text); i += step {
		if !unicode.Is(unicode.Mn, text[i]) {
			return text[i]
		}
	}
	return 0
}

// wrap breaks a text into lines of a width in mm: at spaces, after signs that
// part names, and where nothing else helps within a word.
func (s *setter) wrap(text string, st style, width float64) []string {
	var lines []string
	for line := range strings.SplitSeq(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\t", " "), "\n") {
		if s.width(line, st) <= width {
			lines = append(lines, line)
			continue
		}
		lines = append(lines, s.fill(line, st, width)...)
	}
	return lines
}

func (s *setter) fill(line string, st style, width float64) (lines []string) {
	now, used := "", 0.0
	for _, word := range words(line) {
		w := s.width(word, st)
		if bare := strings.TrimRight(word, " "); used+s.width(bare, st) > width && now != "" {
			lines, now, used = append(lines, strings.TrimRight(now, " ")), "", 0
		}
		for used == 0 && s.width(strings.TrimRight(word, " "), st) > width {
			head := s.fitting(word, st, width)
			lines, word = append(lines, head), word[len(head):]
			w = s.width(word, st)
		}
		now, used = now+word, used+w
	}
	return append(lines, strings.TrimRight(now, " "))
}

// fitting is the longest begin of a word that fits, at least one letter.
func (s *setter) fitting(word string, st style, width float64) string {
	used := 0.0
	for i, c := range word {
		used += s.width(string(c), st)
		if used > width && i > 0 {
			return word[:i]
		}
	}
	return word
}

// words divides a line where it may be broken.
func words(line string) (all []string) {
	from := 0
	for i, c := range line {
		next := i + len(string(c))
		if (c == ' ' || strings.ContainsRune("/-,;·–_", c)) && next < len(line) && line[next] != ' ' {
			all, from = append(all, line[from:next]), next
		}
	}
	return append(all, line[from:])
}
