package trace

import (
	"strconv"
	"time"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/store"
)

// ReadQuestion reads the parameters that all questions share, by name: as_of
// (a time or a date), known_at (an entry or a time), full, counts and
// limit.
func ReadQuestion(tx *store.Tx, company string, get func(name string) string) (q Question, err error) {
	q.Full = get("full") == "true"
	q.Counts = get("counts") == "true"
	q.Limit, _ = strconv.Atoi(get("limit"))
	if text := get("as_of"); text != "" {
		if q.AsOf, err = moment.EndOf(text, time.UTC); err != nil {
			return q, err
		}
	}
	text := get("known_at")
	if text == "" {
		return q, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		q.KnownAt = n
		return q, nil
	}
	at, err := moment.EndOf(text, time.UTC)
	if err != nil {
		return q, err
	}
	q.KnownAt, err = journal.KnownAt(tx, company, at)
	return q, err
}
