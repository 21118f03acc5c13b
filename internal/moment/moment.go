// Package moment holds points in time as the tables keep them: microseconds since 1970 UTC in one integer. People
// give them as RFC 3339 text or as a date in their company's zone; they are stored and sent as UTC.
package moment

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"lotline/internal/refuse"
)

// Time is microseconds since 1970-01-01T00:00:00 UTC. 0 means not given; no text is ever read as 0 except "".
type Time int64

// The two ends of all time. They bound searches and intervals; nothing happens at them. People cannot type them,
// but JSON carries them as the words "never" and "earliest", so that an open interval survives the way.
const (
	Never    Time = math.MaxInt64
	Earliest Time = math.MinInt64
)

const (
	neverWord    = "never"
	earliestWord = "earliest"
	layout       = "2006-01-02T15:04:05.999999Z"
	textMax      = 64 // bytes of a time as text
)

// Of converts a Go time, dropping what is finer than a microsecond. Go's zero time is "not given"; the one
// microsecond of 1970 that would read as "not given" becomes the next one.
func Of(t time.Time) Time {
	if t.IsZero() {
		return 0
	}
	if us := t.UnixMicro(); us != 0 {
		return Time(us)
	}
	return 1
}

// Go converts to a Go time in UTC; "not given" becomes Go's zero time.
func (t Time) Go() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(t)).UTC()
}

// String gives RFC 3339 in UTC with as few fraction digits as needed, and "" when the time is not given.
func (t Time) String() string {
	switch t {
	case 0:
		return ""
	case Never:
		return neverWord
	case Earliest:
		return earliestWord
	}
	return t.Go().Format(layout)
}

// MarshalJSON gives String as JSON text. It fails on years that RFC 3339 cannot spell.
func (t Time) MarshalJSON() ([]byte, error) {
	if t != 0 && t != Never && t != Earliest && !spelt(t.Go()) {
		return nil, fmt.Errorf("time %d lies outside the years 1 to 9999", int64(t))
	}
	return []byte(`"` + t.String() + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON wrote, any other RFC 3339 time, or a date alone (00:00 UTC).
func (t *Time) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return refuse.New(refuse.Invalid, "A time is text such as \"2026-03-01T14:30:00Z\", not %s.", shown(string(data)))
	}
	switch text {
	case "":
		*t = 0
		return nil
	case neverWord:
		*t = Never
		return nil
	case earliestWord:
		*t = Earliest
		return nil
	}
	read, err := Parse(text, time.UTC)
	if err == nil {
		*t = read
	}
	return err
}

// Parse reads an RFC 3339 time, or a date alone as the first moment of that day in the zone (nil is UTC). What is
// finer than a microsecond is dropped. The error is a *refuse.Refusal.
func Parse(text string, zone *time.Location) (Time, error) {
	return parse(text, zone, 0)
}

// EndOf reads as Parse does, but a date alone is the last microsecond of that day in the zone.
func EndOf(text string, zone *time.Location) (Time, error) {
	return parse(text, zone, 1)
}

func parse(text string, zone *time.Location, endOf int) (Time, error) {
	text = strings.TrimSpace(text)
	if zone == nil {
		zone = time.UTC
	}
	read, err := time.Parse(time.DateOnly, text)
	if err == nil {
		read = dayStart(read.Year(), read.Month(), read.Day()+endOf, zone).Add(-time.Duration(endOf) * time.Microsecond)
	} else if len(text) > textMax || lax(text) || read.UnmarshalText([]byte(text)) != nil {
		return 0, refuse.New(refuse.Invalid,
			"%s is not a time. Write a date such as 2026-03-01, or a time with its zone such as 2026-03-01T14:30:00Z or 2026-03-01T14:30:00+01:00.",
			shown(text))
	}
	if !spelt(read) {
		return 0, refuse.New(refuse.Invalid, "%s lies outside the years 1 to 9999. Check the year.", shown(text))
	}
	us := read.UnixMicro()
	if us == 0 {
		return 0, refuse.New(refuse.Invalid,
			"%s is the moment that many programs write for \"no date\". Leave it empty, or give the real date.", shown(text))
	}
	return Time(us), nil
}

// dayStart finds the first moment of a day. Where clocks change at midnight a day starts at 01:00, or has 00:00
// twice, and time.Date does not promise which moment it gives.
func dayStart(year int, month time.Month, day int, zone *time.Location) time.Time {
	noon := time.Date(year, month, day, 12, 0, 0, 0, time.UTC)
	start := time.Date(year, month, day, 0, 0, 0, 0, zone)
	if start.Day() != noon.Day() { // 00:00 was skipped: the day begins when the clocks change
		if _, change := start.ZoneBounds(); !change.IsZero() && start.Before(change) {
			return change
		}
		return start
	}
	before := start.Add(-time.Microsecond)
	if before.Day() == start.Day() { // the second of two midnights
		_, earlier := before.Zone()
		_, later := start.Zone()
		return start.Add(-time.Duration(earlier-later) * time.Second)
	}
	return start
}

// lax finds what Go's reader lets through and RFC 3339 does not: an hour of one digit, a comma before the fraction.
func lax(text string) bool {
	return len(text) < len("2026-03-01T14:30:00Z") || text[len("2026-03-01T14")] != ':' || strings.Contains(text, ",")
}

func spelt(t time.Time) bool {
	year := t.UTC().Year()
	return year >= 1 && year <= 9999
}

func shown(text string) string {
	if len(text) > textMax {
		text = strings.ToValidUTF8(text[:textMax], "") + "…"
	}
	return fmt.Sprintf("%q", text)
}
