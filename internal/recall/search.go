package recall

import (
	"encoding/json"
	"fmt"
	"strings"

	"lotline/internal/journal"
	"lotline/internal/trace"
)

// unexplained is a difference whose entry its own record does not tell.
type unexplained struct {
	at     int // in the list of differences
	object int64
	before string // "" for not in the scope
}

// probesMax bounds how often a question is asked again to find the entries that
// changed its answer.
const probesMax = 100

// search finds the entries that made differences by asking the question as
// known at entries between: the first after which the answer is another.
func (b *because) search(c *Compared, open []unexplained, low, high int64) error {
	if len(open) == 0 || high <= low {
		return nil
	}
	if high == low+1 {
		what, err := b.describe(high)
		for _, u := range open {
			c.Differences[u.at].Why, c.Differences[u.at].Entry = what, high
		}
		return err
	}
	if b.probes++; b.probes > probesMax {
		return nil
	}
	middle := low + (high-low)/2
	objects, err := ask(b.tx, b.company, b.question, b.included, trace.Question{KnownAt: middle})
	if err != nil {
		return err
	}
	then := map[int64]string{}
	for i := range objects {
		then[objects[i].Number()] = text(&objects[i])
	}
	var earlier, later []unexplained
	for _, u := range open {
		if then[u.object] == u.before {
			later = append(later, u)
		} else {
			earlier = append(earlier, u)
		}
	}
	if err := b.search(c, earlier, low, middle); err != nil {
		return err
	}
	return b.search(c, later, middle, high)
}

// describe says what an entry recorded.
func (b *because) describe(entry int64) (text string, err error) {
	err = journal.ReadText(b.tx, b.company, entry, entry, func(e journal.EntryText) error {
		var line struct {
			Kind string `json:"kind"`
			Fact struct {
				Kind   string `json:"kind"`
				Reason string `json:"reason"`
			} `json:"fact"`
		}
		_ = json.Unmarshal(e.Text[0], &line) // a fact without such fields has none
		kind, _, _ := strings.Cut(line.Kind, "/")
		if kind == "entry.voided" {
			what, _, _ := strings.Cut(line.Fact.Kind, "/")
			kind = fmt.Sprintf("%s was voided: %s", what, line.Fact.Reason)
		}
		text = fmt.Sprintf("%s, by entry %d", kind, entry)
		return nil
	})
	return text, err
}
