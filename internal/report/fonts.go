package report

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The typefaces are embedded in the program and in every document. What each
// is for and may be used under stands in fonts/README.md.
//
//go:embed fonts/*.ttf.gz
var fontFiles embed.FS

// typeface is a font that is read when a text needs it.
type typeface struct {
	name string
	load func() *loaded
}

type loaded struct {
	bytes []byte
	font  *sfnt.Font
	units float64 // per em
}

func newTypeface(name, file string) *typeface {
	return &typeface{name, sync.OnceValue(func() *loaded {
		body, err := fontFiles.ReadFile("fonts/" + file + ".ttf.gz")
		if err != nil {
			panic(err) // embedded
		}
		unzipped, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			panic(err)
		}
		if body, err = io.ReadAll(unzipped); err != nil {
			panic(err)
		}
		f, err := sfnt.Parse(body)
		if err != nil {
			panic(err)
		}
		return &loaded{body, f, float64(f.UnitsPerEm())}
	})}
}

// The typefaces, in the order in which they are asked for a letter.
var (
	plain  = newTypeface("plain", "IBMPlexSans-Regular")
	strong = newTypeface("strong", "IBMPlexSans-SemiBold")
	others = []*typeface{
		newTypeface("wide", "DejaVuSans"),            // Arabic, Hebrew, Armenian, Georgian, signs
		newTypeface("thai", "NotoSansThai-Regular"),  // Thai
		newTypeface("han", "DroidSansFallbackFull"),  // Chinese, Japanese
		newTypeface("korean", "NanumGothic-Regular"), // Korean
	}
)

// widths measures the letters of a typeface; one document uses it.
type widths struct {
	*typeface
	known map[rune]float64 // of an em; -1: it has no such letter
	room  sfnt.Buffer
}

// of is the width of a letter in ems; false where the typeface lacks it.
func (w *widths) of(r rune) (float64, bool) {
	width, ok := w.known[r]
	if !ok {
		width = w.measure(r)
		w.known[r] = width
	}
	return max(width, 0), width >= 0
}

func (w *widths) measure(r rune) float64 {
	f := w.load()
	index, err := f.font.GlyphIndex(&w.room, r)
	if err != nil || index == 0 {
		return -1
	}
	advance, err := f.font.GlyphAdvance(&w.room, index, fixed.Int26_6(f.units*64), font.HintingNone)
	if err != nil {
		return -1
	}
	return float64(advance) / 64 / f.units
}
