package recall

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/store"
)

// OpenGap is what the record of the whole plant does not say: so many times in
// one place.
type OpenGap struct {
	Kind  string `json:"kind"`  // link, end, balance, contact
	Where string `json:"where"` // order:…, item:…, lot:…, partner:…
	What  string `json:"what"`
	Count int    `json:"count"`
}

// Completeness is the score of a drill for the whole plant, and its gaps, those
// worth closing first at the head. Finished units are looked at: completed or
// shipped.
type Completeness struct {
	Size   int64     `json:"size"` // of the journal
	Score  float64   `json:"score"`
	Checks []Check   `json:"checks"`
	Gaps   []OpenGap `json:"gaps"`
}

// survey is a look at the whole plant.
type survey struct {
	*Completeness
	tx      *store.Tx
	company string
	checks  map[string]*Check
}

// Complete looks at the whole plant.
func Complete(tx *store.Tx, company string) (*Completeness, error) {
	s := &survey{&Completeness{Gaps: []OpenGap{}}, tx, company, map[string]*Check{}}
	var err error
	if s.Size, _, err = journal.Head(tx, company); err != nil {
		return nil, err
	}
	for _, look := range []func() error{s.links, s.breaches, s.ends, s.balances, s.contacts} {
		if err := look(); err != nil {
			return nil, err
		}
	}
	s.Checks, s.Score = score(s.checks)
	slices.SortStableFunc(s.Gaps, func(a, b OpenGap) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Where, b.Where), strings.Compare(a.What, b.What))
	})
	return s.Completeness, nil
}

func (s *survey) add(kind, where, what string, checked, wrong int) {
	if s.checks[kind] == nil {
		s.checks[kind] = &Check{Kind: kind}
	}
	s.checks[kind].Checked += checked
	s.checks[kind].Wrong += wrong
	if wrong > 0 {
		s.Gaps = append(s.Gaps, OpenGap{kind, where, what, wrong})
	}
}

// made is an item that an order made units of.
type made struct{ order, part string }

// counts runs a query of groups, each two or three texts and a number.
func (s *survey) counts(query string, each func(words []string, n int64), args ...any) error {
	rows, err := s.tx.Query(query, append([]any{s.company}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		words := make([]string, 3)
		var n int64
		if err := rows.Scan(&words[0], &words[1], &words[2], &n); err != nil {
			return err
		}
		each(words, n)
	}
	return rows.Err()
}

// finished are units that are completed or shipped.
const finished = `o.kind = 'unit' AND o.voided = 0 AND o.order_name <> '' AND (o.completed_at <> 0 OR o.shipped <> 0)`

// done is how many of an order's units something was done to.
type done map[made]map[string]int64

func (d done) note(words []string, n int64) {
	k := made{words[0], words[1]}
	if d[k] == nil {
		d[k] = map[string]int64{}
	}
	d[k][words[2]] = n
}

// links looks at every position, operation and inspection that the order BOMs of
// finished units ask for.
func (s *survey) links() error {
	units, filled, worked, measured := done{}, done{}, done{}, done{}
	issued := map[string]int64{}
	for _, q := range []struct {
		text string
		each func([]string, int64)
		args []any
	}{
		{`SELECT o.order_name, o.part_number, '', COUNT(*) FROM object o WHERE o.company = $1 AND ` + finished + ` GROUP BY o.order_name, o.part_number`, units.note, nil},
		{`SELECT o.order_name, o.part_number, e.position, COUNT(DISTINCT e.to_id) FROM object o JOIN edge e ON e.company = $1 AND e.to_id = o.id
			WHERE o.company = $1 AND ` + finished + ` AND e.kind = 'install' AND e.voided = 0 AND e.ended_at = $2 GROUP BY o.order_name, o.part_number, e.position`, filled.note, []any{int64(moment.Never)}},
		{`SELECT o.order_name, o.part_number, w.operation, COUNT(DISTINCT w.object_id) FROM object o JOIN operation w ON w.company = $1 AND w.object_id = o.id
			WHERE o.company = $1 AND ` + finished + ` AND w.voided = 0 GROUP BY o.order_name, o.part_number, w.operation`, worked.note, nil},
		{`SELECT o.order_name, o.part_number, i.plan || ' ' || i.characteristic, COUNT(DISTINCT i.object_id) FROM object o JOIN inspection i ON i.company = $1 AND i.object_id = o.id
			WHERE o.company = $1 AND ` + finished + ` AND i.voided = 0 GROUP BY o.order_name, o.part_number, i.plan, i.characteristic`, measured.note, nil},
		{`SELECT w.order_name, '', w.operation, COUNT(*) FROM operation w WHERE w.company = $1 AND w.object_id = 0 AND w.voided = 0 GROUP BY w.order_name, w.operation`, worked.note, nil},
	} {
		if err := s.counts(q.text, q.each, q.args...); err != nil {
			return err
		}
	}
	rows, err := genealogy.Issues.Select(s.tx, s.company, "voided = 0")
	if err != nil {
		return err
	}
	for _, i := range rows {
		issued[fmt.Sprintf("%s %d", i.Order, i.Line)] += int64(i.Quantity)
	}
	return s.lines(units, filled, worked, measured, issued)
}

// lines goes through the order BOMs of what was made.
func (s *survey) lines(units, filled, worked, measured done, issued map[string]int64) error {
	orders := map[string][]string{}
	for m := range units {
		orders[m.order] = append(orders[m.order], m.part)
	}
	for name, parts := range orders {
		lines, err := order.LinesOf(s.tx, s.company, name)
		if err != nil {
			return err
		}
		for _, part := range parts {
			k := made{name, part}
			n := units[k][""]
			askOf := func(n int64, what string, have int64) {
				s.add("link", "order:"+name, what+" of "+part, int(n), int(max(0, n-have)))
			}
			ask := func(what string, have int64) { askOf(n, what, have) }
			own := true
			for i := range lines {
				l := &lines[i]
				if l.PartNumber == part && own {
					own = false
					for _, c := range l.Inspections() {
						want, key := n, c.Plan+" "+c.Characteristic.Characteristic
						if sample := c.Sampled(); sample.Part() {
							want = min(n, sample.Of(l.Quantity))
						}
						if c.Stage != "incoming" {
							askOf(want, "inspection "+key, measured[k][key])
						}
					}
				}
				if l.OwnerPart != part || l.Level == 0 || l.Blown {
					continue
				}
				for _, step := range l.Steps() {
					have := worked[k][step]
					if worked[made{name, ""}][step] > 0 {
						have = n
					}
					ask("operation "+step, have)
				}
				if l.Tracking == catalog.None || l.Optional {
					continue
				}
				have := filled[k][l.Position]
				if given := issued[fmt.Sprintf("%s %d", name, l.Line)]; given > 0 && l.PerOwner > 0 {
					have += given / int64(l.PerOwner)
				}
				ask("position "+l.Position+" ("+l.PartNumber+")", have)
			}
		}
	}
	return nil
}

func (s *survey) breaches() error {
	rows, err := genealogy.BreachRows.Select(s.tx, s.company, "voided = 0")
	if len(rows) > 0 {
		s.add("link", "record of the past", "a rule was broken when it happened", len(rows), len(rows))
	}
	return err
}

// ends looks for objects of which nobody knows where they came from.
func (s *survey) ends() error {
	return s.counts(`SELECT o.part_number, o.origin, '', COUNT(*) FROM object o WHERE o.company = $1 AND o.voided = 0 GROUP BY o.part_number, o.origin`, func(words []string, n int64) {
		wrong := 0
		if words[1] == genealogy.OriginUnknown {
			wrong = int(n)
		}
		s.add("end", "item:"+words[0], "nobody knows where they came from", int(n), wrong)
	})
}

func (s *survey) balances() error {
	var lots []int64
	err := s.counts(`SELECT '', '', '', o.id FROM object o WHERE o.company = $1 AND o.kind = 'lot' AND o.voided = 0 ORDER BY o.id`, func(_ []string, id int64) { lots = append(lots, id) })
	if err != nil {
		return err
	}
	wrong, err := genealogy.OpenBalances(s.tx, s.company, lots)
	s.add("balance", "", "", len(lots)-len(wrong), 0)
	for _, b := range wrong {
		s.add("balance", b.Object, open(&b), 1, 1)
	}
	return err
}

// contacts looks whether each customer could be told.
func (s *survey) contacts() error {
	partners, err := catalog.Partners(s.tx, s.company)
	if err != nil {
		return err
	}
	reached := map[string]bool{}
	for _, p := range partners {
		reached[p.Code] = p.Email+p.Address+p.Phone != ""
	}
	return s.counts(`SELECT m.customer, '', '', COUNT(*) FROM movement m WHERE m.company = $1 AND m.term = $2 AND m.voided = 0 GROUP BY m.customer`, func(words []string, sent int64) {
		if reached[words[0]] {
			s.add("contact", "", "", 1, 0)
			return
		}
		s.add("contact", "partner:"+words[0], "it has no address, no telephone and no e-mail", 1, 1)
		s.Gaps[len(s.Gaps)-1].Count = int(sent)
	}, genealogy.TermShipped)
}
