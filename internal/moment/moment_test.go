package moment

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"lotline/internal/refuse"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestParse(t *testing.T) {
	tests := []struct{ text, zone, start, end string }{
		{"2026-03-01", "UTC", "2026-03-01T00:00:00Z", "2026-03-01T23:59:59.999999Z"},
		{" 2026-03-01 ", "Europe/Berlin", "2026-02-28T23:00:00Z", "2026-03-01T22:59:59.999999Z"},
		{"2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999999Z"},     // 23 hours long
		{"2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T01:59:59.999999Z"}, // starts at 01:00
		{"2018-11-03", "America/Sao_Paulo", "2018-11-03T03:00:00Z", "2018-11-04T02:59:59.999999Z"},
		{"2025-11-02", "America/Havana", "2025-11-02T04:00:00Z", "2025-11-03T04:59:59.999999Z"}, // 00:00 twice
		{"2026-03-01T14:30:00+01:00", "Asia/Tokyo", "2026-03-01T13:30:00Z", "2026-03-01T13:30:00Z"},
		{"2026-03-01T14:30:00.5Z", "UTC", "2026-03-01T14:30:00.5Z", "2026-03-01T14:30:00.5Z"},
		{"2026-03-01T14:30:00.123456789Z", "UTC", "2026-03-01T14:30:00.123456Z", "2026-03-01T14:30:00.123456Z"},
		{"1969-12-31", "UTC", "1969-12-31T00:00:00Z", "1969-12-31T23:59:59.999999Z"},
		{"9999-12-31", "UTC", "9999-12-31T00:00:00Z", "9999-12-31T23:59:59.999999Z"},
	}
	for _, test := range tests {
		start, err := Parse(test.text, zone(t, test.zone))
		if err != nil || start.String() != test.start {
			t.Errorf("Parse(%q, %s): got %v, %v, want %s", test.text, test.zone, start, err, test.start)
		}
		end, err := EndOf(test.text, zone(t, test.zone))
		if err != nil || end.String() != test.end {
			t.Errorf("EndOf(%q, %s): got %v, %v, want %s", test.text, test.zone, end, err, test.end)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		"", "yesterday", "2026-02-30", "2026-3-1", "01.03.2026", "2026-03-01T14:30:00", "2026-03-01T1:30:00Z",
		"2026-03-01 14:30:00Z", "2026-03-01T14:30:00,5Z", "2026-03-01T25:00:00Z", "1970-01-01", "1970-01-01T00:00:00Z",
		"0000-01-01", "9999-12-31T23:59:59-01:00", "never", "earliest", "20260301",
	} {
		got, err := Parse(text, nil)
		if r, ok := refuse.As(err); !ok || r.Code != refuse.Invalid || got != 0 {
			t.Errorf("Parse(%q): got %v, %v, want a refusal", text, got, err)
		}
	}
}

func TestOf(t *testing.T) {
	if got := Of(time.Time{}); got != 0 || !got.Go().IsZero() {
		t.Errorf("zero time: got %d, want 0 and back", got)
	}
	if got := Of(time.Unix(0, 0)); got == 0 {
		t.Error("1970 must not read as not given")
	}
	at := time.Date(2026, 3, 1, 14, 30, 0, 123456000, zone(t, "Asia/Tokyo"))
	if got := Of(at).Go(); !got.Equal(at) {
		t.Errorf("got %v, want %v", got, at)
	}
}

func TestJSON(t *testing.T) {
	for _, test := range []struct {
		at   Time
		text string
	}{
		{0, `""`}, {1, `"1970-01-01T00:00:00.000001Z"`}, {-1, `"1969-12-31T23:59:59.999999Z"`},
		{1_772_375_400_500_000, `"2026-03-01T14:30:00.5Z"`}, {Never, `"never"`}, {Earliest, `"earliest"`},
	} {
		text, err := json.Marshal(test.at)
		if err != nil || string(text) != test.text {
			t.Errorf("got %s, %v, want %s", text, err, test.text)
		}
		back := Time(7)
		if err := json.Unmarshal(text, &back); err != nil || back != test.at {
			t.Errorf("%s: got %d, %v, want %d", text, back, err, test.at)
		}
	}
	var at Time
	if _, refused := refuse.As(json.Unmarshal([]byte(`12`), &at)); !refused {
		t.Error("a JSON number: want a refusal")
	}
	if _, err := json.Marshal(Never - 1); err == nil {
		t.Error("a year past 9999: want an error")
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"2026-03-01", "2018-11-04", "2026-03-01T14:30:00.123456789+01:00", "1970-01-01", "", "\xff"} {
		f.Add(text)
	}
	places := []*time.Location{time.UTC, zone(f, "America/Sao_Paulo"), zone(f, "Pacific/Apia"), zone(f, "America/Havana")}
	f.Fuzz(func(t *testing.T, text string) {
		for _, place := range places {
			at, err := Parse(text, place)
			if err != nil {
				if _, ok := refuse.As(err); !ok || at != 0 {
					t.Fatalf("Parse(%q): got %d, %v, want 0 and a refusal", text, at, err)
				}
				continue
			}
			if at == 0 {
				t.Fatalf("Parse(%q): got 0", text)
			}
			if again, err := Parse(at.String(), nil); err != nil || again != at {
				t.Fatalf("%q reads as %v, and that as %v, %v", text, at, again, err)
			}
			if end, err := EndOf(text, place); err == nil && end < at-1 {
				t.Fatalf("%q ends at %v before it starts at %v", text, end, at)
			}
		}
	})
}
