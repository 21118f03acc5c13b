package quantity

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lotline/internal/refuse"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text string
		want Quantity
		back string
	}{
		{"0", 0, "0"}, {"-0", 0, "0"}, {"12", 12 * One, "12"}, {"0.5", One / 2, "0.5"}, {" 007.50 ", 7_500_000, "7.5"},
		{"-3.25", -3_250_000, "-3.25"}, {"0.000001", 1, "0.000001"}, {"-0.000001", -1, "-0.000001"},
		{"9223372036854.775807", math.MaxInt64, "9223372036854.775807"},
		{"-9223372036854.775808", math.MinInt64, "-9223372036854.775808"},
	}
	for _, test := range tests {
		got, err := Parse(test.text)
		if err != nil || got != test.want || got.String() != test.back {
			t.Errorf("Parse(%q): got %d (%s), %v, want %d (%s)", test.text, got, got, err, test.want, test.back)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct {
		text string
		code refuse.Code
		says string
	}{
		{"", refuse.Invalid, "empty"}, {"1,5", refuse.Invalid, "after a point"}, {"1.0000000", refuse.Invalid, "six"},
		{".5", refuse.Invalid, "0.5"}, {"5.", refuse.Invalid, "0.5"}, {"1e3", refuse.Invalid, "not an amount"},
		{"+1", refuse.Invalid, "not an amount"}, {"--1", refuse.Invalid, "not an amount"}, {"1.2.3", refuse.Invalid, "not an amount"},
		{"NaN", refuse.Invalid, "not an amount"}, {"0x10", refuse.Invalid, "not an amount"}, {"٣", refuse.Invalid, "not an amount"},
		{"9223372036854.775808", refuse.TooLarge, "too large"}, {"-9223372036854.775809", refuse.TooLarge, "too large"},
		{"99999999999999999999", refuse.TooLarge, "too large"}, {strings.Repeat("1", 1000), refuse.Invalid, "…"},
	}
	for _, test := range tests {
		_, err := Parse(test.text)
		if r, ok := refuse.As(err); !ok || r.Code != test.code || !strings.Contains(r.Error(), test.says) {
			t.Errorf("Parse(%q): got %v, want %s with %q", test.text, err, test.code, test.says)
		}
	}
}

func TestJSON(t *testing.T) {
	tests := []struct {
		text string
		want Quantity
		ok   bool
	}{
		{`"1.5"`, 1_500_000, true}, {`1.5`, 1_500_000, true}, {`9223372036854.775807`, math.MaxInt64, true}, {`0.1`, 100_000, true},
		{`1e3`, 1000 * One, true}, {`1.5E-3`, 1500, true}, {`2e+0`, 2 * One, true}, {`null`, 7, true},
		{`"1e3"`, 7, false}, {`1e-7`, 7, false}, {`1e400`, 7, false}, {`1e99999999999`, 7, false}, {`1e30`, 7, false},
		{`true`, 7, false}, {`""`, 7, false}, {`[1]`, 7, false}, {`0.1234567`, 7, false},
	}
	for _, test := range tests {
		got := Quantity(7)
		err := json.Unmarshal([]byte(test.text), &got)
		if _, refused := refuse.As(err); got != test.want || (err == nil) != test.ok || refused == test.ok {
			t.Errorf("%s: got %d, %v, want %d, ok %v", test.text, got, err, test.want, test.ok)
		}
	}
	if text, err := json.Marshal(struct{ Q Quantity }{-One / 4}); err != nil || string(text) != `{"Q":"-0.25"}` {
		t.Errorf("got %s, %v", text, err)
	}
}

func TestFromRat(t *testing.T) {
	tests := []struct {
		num, den int64
		up       bool
		want     Quantity
	}{
		{1, 3, false, 333_333}, {1, 3, true, 333_334}, {-1, 3, false, -333_334}, {-1, 3, true, -333_333},
		{1, 2, true, 500_000}, {0, 1, true, 0},
	}
	for _, test := range tests {
		if got, err := FromRat(big.NewRat(test.num, test.den), test.up); err != nil || got != test.want {
			t.Errorf("%d/%d up %v: got %v, %v, want %v", test.num, test.den, test.up, got, err, test.want)
		}
	}
	if _, err := FromRat(big.NewRat(math.MaxInt64, 1), true); err == nil {
		t.Error("what does not fit must be refused")
	}
}

func TestPieces(t *testing.T) {
	if got := Pieces(500); got != 500*One {
		t.Errorf("got %v, want 500", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("what does not fit must panic")
		}
	}()
	Pieces(math.MaxInt64)
}

func TestAddAgainstBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := Quantity(rapid.Int64().Draw(t, "a")), Quantity(rapid.Int64().Draw(t, "b"))
		want := new(big.Int).Add(big.NewInt(int64(a)), big.NewInt(int64(b)))
		got, err := Add(a, b)
		if fits := want.IsInt64(); fits != (err == nil) || fits && int64(got) != want.Int64() {
			t.Fatalf("%v + %v: got %v, %v, want %v", a, b, got, err, want)
		}
	})
}

func TestTextAndRatRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := Quantity(rapid.Int64().Draw(t, "q"))
		if back, err := Parse(q.String()); err != nil || back != q {
			t.Fatalf("%d as %s: got %d, %v", q, q, back, err)
		}
		for _, up := range []bool{true, false} {
			if back, err := FromRat(q.Rat(), up); err != nil || back != q {
				t.Fatalf("%v through Rat: got %v, %v", q, back, err)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"1", "-3.25", "0.000001", "9223372036854.775808", "1e3", "", "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var fromJSON Quantity
		_ = fromJSON.UnmarshalJSON([]byte(text)) // must not panic, whatever it is given
		q, err := Parse(text)
		if err != nil {
			if _, ok := refuse.As(err); !ok || q != 0 {
				t.Fatalf("Parse(%q): got %v, %v, want 0 and a refusal", text, q, err)
			}
			return
		}
		exact, ok := new(big.Rat).SetString(strings.TrimSpace(text))
		if !ok || exact.Cmp(q.Rat()) != 0 {
			t.Fatalf("Parse(%q): got %v, not exact", text, q)
		}
		if again, err := Parse(q.String()); err != nil || again != q {
			t.Fatalf("%q reads as %v, and that as %v, %v", text, q, again, err)
		}
	})
}
