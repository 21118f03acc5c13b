package recall

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
	"strings"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// Share is how much of what customers were told of they answered for, and how
// much is returned, corrected or destroyed; shares are of 1, to four places.
type Share struct {
	Units          quantity.Quantity `json:"units"` // pieces of lots too
	Answered       quantity.Quantity `json:"answered"`
	Accounted      quantity.Quantity `json:"accounted"`
	Located        quantity.Quantity `json:"located"`
	NotFound       quantity.Quantity `json:"not_found"`
	ShareAnswered  string            `json:"share_answered"`
	ShareAccounted string            `json:"share_accounted"`
}

// CustomerEffect is how a customer answered.
type CustomerEffect struct {
	Customer   string      `json:"customer"`
	NotifiedAt moment.Time `json:"notified_at"`
	Notices    int64       `json:"notices"` // reminders too
	LastAt     moment.Time `json:"last_at"` // of those
	AnsweredAt moment.Time `json:"answered_at"`
	Silent     bool        `json:"silent"` // has not answered for anything
	Mail       string      `json:"mail"`   // "", waiting, sent, or what the mail server said
	Share
}

// DayEffect is how far answers were at the end of a day, in UTC. A lot counts
// as accounted for once all of it is.
type DayEffect struct {
	Day string `json:"day"`
	Share
}

// BlockedOrder is an order that the recall blocked.
type BlockedOrder struct {
	Order   string `json:"order"`
	State   string `json:"state"`
	Blocked bool   `json:"blocked"` // still
}

// NotHeld is an object of a scope that cannot be held, and why.
type NotHeld struct {
	Object string `json:"object"`
	Why    string `json:"why"`
}

// Effect is how well a recall works (21 CFR 7.42(b)(3), effectiveness checks).
type Effect struct {
	Recall    string           `json:"recall"`
	Total     Share            `json:"total"`
	Customers []CustomerEffect `json:"customers"`
	Days      []DayEffect      `json:"days"`
	Held      int              `json:"held"`     // objects in the house
	Loose     []string         `json:"loose"`    // affected objects in the house that are not held
	NotHeld   []NotHeld        `json:"not_held"` // what cannot be held, and why
	Orders    []BlockedOrder   `json:"orders"`
}

func (s *Share) add(u *UnitRow) {
	s.Units += u.Quantity
	if u.AnsweredAt != 0 {
		s.Answered += u.Quantity
	}
	s.Accounted += u.accounted()
	s.Located += u.Located
	s.NotFound += u.NotFound
}

func (s *Share) shares() {
	of := func(q quantity.Quantity) string {
		if s.Units == 0 {
			return "1.0000"
		}
		return new(big.Rat).SetFrac64(int64(q), int64(s.Units)).FloatString(4)
	}
	s.ShareAnswered, s.ShareAccounted = of(s.Answered), of(s.Accounted)
}

// Effectiveness is how well a recall works.
func Effectiveness(tx *store.Tx, company, recall string) (*Effect, error) {
	if _, err := Get(tx, company, recall); err != nil {
		return nil, err
	}
	e := &Effect{Recall: recall, Customers: []CustomerEffect{}, Days: []DayEffect{}, Loose: []string{}, NotHeld: []NotHeld{}, Orders: []BlockedOrder{}}
	units, err := ShowUnits(tx, company, recall, "")
	if err != nil {
		return nil, err
	}
	if e.Customers, err = customerEffects(tx, company, recall, units); err != nil {
		return nil, err
	}
	for i := range units {
		e.Total.add(&units[i])
	}
	e.Total.shares()
	e.Days = dayEffects(units)
	inside, outside, err := whereNow(tx, company, recall)
	if err != nil {
		return nil, err
	}
	loose, err := looseOf(tx, company, inside)
	if err != nil {
		return nil, err
	}
	e.Loose, e.Held = append(e.Loose, loose...), len(inside)-len(loose)
	for _, o := range outside {
		e.NotHeld = append(e.NotHeld, NotHeld{o.Ref(), o.Why})
	}
	e.Orders, err = blockedOrders(tx, company, recall)
	return e, err
}

// ShowUnits are what customers were told of, and answered: of one customer, or
// of all; without what was excluded since.
func ShowUnits(tx *store.Tx, company, recall, customer string) ([]UnitRow, error) {
	where, args := "recall = $2", []any{recall}
	if customer != "" {
		where, args = where+" AND customer = $3", append(args, customer)
	}
	units, err := Units.Select(tx, company, where, args...)
	if err != nil {
		return nil, err
	}
	out, err := byHand(tx, company, recall, scopeExcluded)
	units = slices.DeleteFunc(units, func(u UnitRow) bool { _, gone := out[u.ObjectID]; return gone })
	slices.SortFunc(units, func(a, b UnitRow) int {
		return cmp.Or(strings.Compare(a.Customer, b.Customer), strings.Compare(a.System, b.System), strings.Compare(a.PartNumber, b.PartNumber), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
	})
	return units, err
}

func customerEffects(tx *store.Tx, company, recall string, units []UnitRow) ([]CustomerEffect, error) {
	all := map[string]*CustomerEffect{}
	for i := range units {
		u := &units[i]
		c := all[u.Customer]
		if c == nil {
			c = &CustomerEffect{Customer: u.Customer, NotifiedAt: u.NotifiedAt, Silent: true}
			all[u.Customer] = c
		}
		c.add(u)
		c.NotifiedAt = min(c.NotifiedAt, u.NotifiedAt)
		c.Silent = c.Silent && u.AnsweredAt == 0
		if u.AnsweredAt != 0 && (c.AnsweredAt == 0 || u.AnsweredAt < c.AnsweredAt) {
			c.AnsweredAt = u.AnsweredAt
		}
	}
	acts, err := Acts.Select(tx, company, "recall = $2", recall)
	if err != nil {
		return nil, err
	}
	for _, a := range acts {
		if c := all[a.Customer]; c != nil && (a.Action == ActNotified || a.Action == ActReminded) {
			c.Notices, c.LastAt = max(c.Notices, a.Notice), max(c.LastAt, a.At)
		}
	}
	mails, err := Mails.Select(tx, company, "recall = $2", recall)
	for _, m := range mails {
		if c := all[m.Customer]; c != nil {
			c.Mail = "waiting"
			if m.SentAt != 0 {
				c.Mail = "sent"
			} else if m.Error != "" {
				c.Mail = m.Error
			}
		}
	}
	list := []CustomerEffect{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		all[name].shares()
		list = append(list, *all[name])
	}
	return list, err
}

func dayEffects(units []UnitRow) []DayEffect {
	dayOf := func(t moment.Time) string { return t.String()[:len("2026-01-02")] }
	days := map[string]bool{}
	for _, u := range units {
		for _, t := range []moment.Time{u.NotifiedAt, u.AnsweredAt, u.AccountedAt} {
			if t != 0 {
				days[dayOf(t)] = true
			}
		}
	}
	all := []DayEffect{}
	for _, day := range slices.Sorted(maps.Keys(days)) {
		d := DayEffect{Day: day}
		for _, u := range units {
			if dayOf(u.NotifiedAt) > day {
				continue
			}
			if u.AnsweredAt != 0 && dayOf(u.AnsweredAt) > day {
				u.AnsweredAt, u.Located, u.NotFound = 0, 0, 0
			}
			if u.AccountedAt == 0 || dayOf(u.AccountedAt) > day {
				u.Returned, u.Corrected, u.Destroyed = 0, 0, 0
			}
			d.add(&u)
		}
		d.shares()
		all = append(all, d)
	}
	return all
}

func blockedOrders(tx *store.Tx, company, recall string) ([]BlockedOrder, error) {
	acts, err := Acts.Select(tx, company, "recall = $2 AND action = $3", recall, ActBlocked)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, a := range acts {
		names[a.Text] = true
	}
	all := []BlockedOrder{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		o, err := order.Get(tx, company, name)
		if err != nil {
			return nil, err
		}
		all = append(all, BlockedOrder{name, o.State, o.BlockedFor != ""})
	}
	return all, nil
}

// Event is something that was done in a recall.
type Event struct {
	At       moment.Time `json:"at"`
	Entry    int64       `json:"entry"`
	Action   string      `json:"action"`
	Customer string      `json:"customer,omitempty"`
	Count    int64       `json:"count,omitempty"`
	Text     string      `json:"text,omitempty"`
}

// TimeLine is what was done in a recall, in the order in which it was recorded.
func TimeLine(tx *store.Tx, company, recall string) ([]Event, error) {
	r, err := Get(tx, company, recall)
	if err != nil {
		return nil, err
	}
	all := []Event{{r.OpenedAt, journal.EntryOf(r.Fact), "opened", "", r.Must + r.May, r.Reason}}
	acts, err := Acts.Select(tx, company, "recall = $2", recall)
	if err != nil {
		return nil, err
	}
	hands, err := Hands.Select(tx, company, "recall = $2", recall)
	if err != nil {
		return nil, err
	}
	for _, a := range acts {
		if last := &all[len(all)-1]; a.Count == 0 && a.Action != ActSent && a.Action != ActUnsent && last.Action == a.Action {
			continue // the rest of a long one
		}
		all = append(all, Event{a.At, journal.EntryOf(a.Fact), a.Action, a.Customer, a.Count, a.Text})
	}
	for _, h := range hands {
		all = append(all, Event{h.At, journal.EntryOf(h.Fact), h.Change, "", 1, h.Ref + ": " + h.Reason})
	}
	if r.State == StateClosed {
		all = append(all, Event{r.ClosedAt, journal.EntryOf(r.ClosedFact), StateClosed, "", 0, r.CloseReason})
	}
	slices.SortStableFunc(all, func(a, b Event) int { return cmp.Compare(a.Entry, b.Entry) })
	return all, nil
}
