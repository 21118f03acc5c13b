package name

import (
	"slices"
	"strings"
	"testing"

	"lotline/internal/refuse"
)

func TestClean(t *testing.T) {
	tests := []struct{ text, want string }{
		{" RADAR-X1 ", "RADAR-X1"}, {"Gehäuse", "Gehäuse"}, {"Geha\u0308use", "Geh\u00e4use"}, {"...", "..."},
		{"a b", "a b"}, {"電容", "電容"}, {strings.Repeat("x", 200), strings.Repeat("x", 200)}, {"\t1\n", "1"},
	}
	for _, test := range tests {
		if got, err := Clean("item", test.text); err != nil || got != test.want {
			t.Errorf("Clean(%q): got %q, %v, want %q", test.text, got, err, test.want)
		}
	}
}

func TestCleanRefuses(t *testing.T) {
	tests := []struct {
		text string
		code refuse.Code
		says string
	}{
		{"", refuse.Invalid, "The supplier lot is empty."}, {" \t ", refuse.Invalid, "empty"},
		{".", refuse.Invalid, "cannot be"}, {" .. ", refuse.Invalid, "cannot be"},
		{"a\nb", refuse.Invalid, "U+000A"}, {"a\x00b", refuse.Invalid, "U+0000"}, {"a\u202eb", refuse.Invalid, "U+202E"},
		{"a\u200bb", refuse.Invalid, "U+200B"}, {"a\u0085b", refuse.Invalid, "U+0085"}, {"\xff", refuse.Invalid, "UTF-8"},
		{strings.Repeat("x", 201), refuse.TooLarge, "200 bytes"}, {strings.Repeat("x", 1<<20), refuse.TooLarge, "200 bytes"},
	}
	for _, test := range tests {
		got, err := Clean("supplier_lot", test.text)
		r, ok := refuse.As(err)
		if !ok || got != "" || r.Code != test.code || r.Field != "supplier_lot" || !strings.Contains(r.Error(), test.says) {
			t.Errorf("Clean(%.20q): got %q, %v, want %s with %q", test.text, got, err, test.code, test.says)
		}
	}
}

func TestSerials(t *testing.T) {
	tests := []struct{ text, want string }{
		{"1-5", "1 2 3 4 5"}, {"8-11", "8 9 10 11"}, {"008-011", "008 009 010 011"}, {"99-100", "99 100"}, {"7-7", "7"},
		{"A001~+3", "A001 A002 A003 A004"}, {"A001~A004", "A001 A002 A003 A004"}, {"A9~A11", "A9 A10 A11"}, {"A1~+0", "A1"},
		{"a,b;c", "a b c"}, {"a\r\nb\n\nc,", "a b c"}, {"SN-0001", "SN-0001"}, {"SN-01 ~ SN-03", "SN-01 SN-02 SN-03"},
		{`"1-5"`, "1-5"}, {"000042", "000042"}, {"3-2-1", "3-2-1"}, {"1-2, 5, B7~+1", "1 2 5 B7 B8"},
		{"12345678901234567890~+1", "12345678901234567890 12345678901234567891"},
	}
	for _, test := range tests {
		got, err := Serials(test.text)
		if err != nil || !slices.Equal(got, strings.Fields(test.want)) {
			t.Errorf("Serials(%q): got %q, %v, want %s", test.text, got, err, test.want)
		}
	}
	if got, err := Serials("1-100000"); err != nil || len(got) != serialsMax {
		t.Errorf("the most: got %d, %v", len(got), err)
	}
}

func TestSerialsRefuses(t *testing.T) {
	tests := []struct {
		text string
		code refuse.Code
		says string
	}{
		{"", refuse.Invalid, "Give serial numbers"}, {" , ;", refuse.Invalid, "Give serial numbers"}, {"1,2,1", refuse.Invalid, "1 is given twice"},
		{"1-3,2", refuse.Invalid, "2 is given twice"}, {"5-1", refuse.Invalid, "smaller"}, {"2024-0001", refuse.Invalid, "double quotes"},
		{"1-050", refuse.Invalid, "equally many"}, {"010-9", refuse.Invalid, "equally many"}, {"A1~B5", refuse.Invalid, "begin alike"},
		{"A~B", refuse.Invalid, "end in digits"}, {"A~+3", refuse.Invalid, "end in digits"}, {"A1~+x", refuse.Invalid, "how many"},
		{"A1~+-1", refuse.Invalid, "how many"}, {"~+5", refuse.Invalid, "end in digits"}, {"a\x00", refuse.Invalid, "U+0000"},
		{"1-100001", refuse.TooLarge, "100,000"}, {"1~+100000", refuse.TooLarge, "100,000"}, {"1-99999, a, b", refuse.TooLarge, "100,000"},
		{"1~+99999999999999999999", refuse.Invalid, "how many"}, {"1-999999999999999999", refuse.TooLarge, "100,000"},
		{"999999999999999999~+1", refuse.Invalid, "18 digits"}, {strings.Repeat("x", 201), refuse.TooLarge, "200 bytes"},
	}
	for _, test := range tests {
		got, err := Serials(test.text)
		r, ok := refuse.As(err)
		if !ok || got != nil || r.Code != test.code || r.Field != "serial" || !strings.Contains(r.Error(), test.says) {
			t.Errorf("Serials(%.30q): got %d, %v, want %s with %q", test.text, len(got), err, test.code, test.says)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, text := range []string{" a ", "Geha\u0308use", "..", "\xff", "a\u202eb", "\u0344"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clean, err := Clean("item", text)
		if err != nil {
			if _, ok := refuse.As(err); !ok || clean != "" {
				t.Fatalf("got %q, %v, want a refusal", clean, err)
			}
			return
		}
		if again, err := Clean("item", clean); err != nil || again != clean {
			t.Fatalf("%q cleans to %q, and that to %q, %v", text, clean, again, err)
		}
	})
}

func FuzzSerials(f *testing.F) {
	for _, text := range []string{"1-5", "A001~+9", "A001~A010", "a,b;c", `"1-5"`, "~+", "0-0", "\xff~\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		serials, err := Serials(text)
		if err != nil {
			if _, ok := refuse.As(err); !ok || serials != nil {
				t.Fatalf("got %q, %v, want a refusal", serials, err)
			}
			return
		}
		seen := map[string]bool{}
		for _, serial := range serials {
			if clean, err := Clean("serial", serial); err != nil || clean != serial || seen[serial] {
				t.Fatalf("%q gives %q, unclean or twice", text, serial)
			}
			seen[serial] = true
		}
		if len(serials) == 0 || len(serials) > serialsMax {
			t.Fatalf("%q gives %d numbers", text, len(serials))
		}
	})
}
