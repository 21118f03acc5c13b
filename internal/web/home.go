package web

import (
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/gs1"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/recall"
	"lotline/internal/trace"
)

// homePage is the box, what it found, what needs a person, and the plant in
// numbers.
type homePage struct {
	Query   string
	Matches []genealogy.Match
	Next    string // where the matches go on
	Numbers []plantNumber
	Todo    []todo
	Orders  []progress
	Empty   bool
}

type plantNumber struct {
	What, Link, Much string
}

// todo is what needs a person.
type todo struct {
	State, Ref, Text, Why, Link string
}

// progress is an order under way.
type progress struct {
	order.Order
	Made, Done, Of int64
}

// countMax is how far home counts; beyond it says that there are more.
const countMax = 1_000

// Lots that expire, and instruments that are due, are told so many days before.
const warnDays = 30

const dayLong = moment.Time(24 * 60 * 60 * 1_000_000) // microseconds

func (s *site) home(a *asked) (page, error) {
	h := homePage{Query: strings.TrimSpace(a.value("q"))}
	if h.Query != "" {
		return s.find(a, h)
	}
	if err := h.count(s, a); err != nil {
		return page{}, err
	}
	for _, ask := range []func(*site, *asked) error{h.recalls, h.holds, h.nonconformities, h.instruments, h.expiring, h.running} {
		if err := ask(s, a); err != nil {
			return page{}, err
		}
	}
	return page{Title: "Home", Area: "home", Body: h}, nil
}

// find shows all that a text names; one single match is gone to.
func (s *site) find(a *asked, h homePage) (page, error) {
	query := h.Query
	if code, isCode, err := gs1.Parse(query); err != nil {
		return page{}, err
	} else if isCode {
		o, err := a.coded(code)
		if err != nil {
			return page{}, err
		}
		query = o.Ref()
	}
	found, err := trace.Find(a.tx, a.company, query, a.value("from"), 0)
	if err != nil {
		return page{}, err
	}
	h.Matches = found.Matches
	if found.Next != "" {
		h.Next = with(with("/", "q", h.Query), "from", found.Next)
	}
	return page{Title: "Find " + h.Query, Area: "home", Search: h.Query, Body: h}, nil
}

func (h *homePage) count(s *site, a *asked) error {
	size, _, err := journal.Head(a.tx, a.company)
	if err != nil {
		return err
	}
	h.Empty = size == 0
	h.Numbers = []plantNumber{{"entries in the journal", "/journal", thousands(size)}}
	for _, n := range []struct {
		what, link string
		count      func() (int64, error)
	}{
		{"items", "/items", func() (int64, error) { return catalog.CountItems(a.tx, a.company, countMax+1) }},
		{"orders under way", "/orders?state=released", func() (int64, error) { return order.CountRunning(a.tx, a.company, countMax+1) }},
		{"holds", "/quality/holds", func() (int64, error) { return genealogy.CountHolds(a.tx, a.company, countMax+1) }},
		{"open nonconformities", "/quality/nonconformities", func() (int64, error) { return quality.CountOpenNCRs(a.tx, a.company, countMax+1) }},
	} {
		count, err := n.count()
		if err != nil {
			return err
		}
		much := thousands(count)
		if count > countMax {
			much = "over " + thousands(countMax)
		}
		h.Numbers = append(h.Numbers, plantNumber{n.what, n.link, much})
	}
	return nil
}

// todoMax is how many of a kind home shows; its list shows the rest.
const todoMax = 6

func (h *homePage) holds(_ *site, a *asked) error {
	rows, _, err := genealogy.ListHolds(a.tx, a.company, true, listingOf("at", true, todoMax))
	if err != nil {
		return err
	}
	names, err := names(a, rows, func(r genealogy.HoldRow) int64 { return r.ObjectID })
	for _, r := range rows {
		h.Todo = append(h.Todo, todo{"held", short(names[r.ObjectID]), r.Reason, "since " + day(r.At), Link(names[r.ObjectID])})
	}
	return err
}

func (h *homePage) recalls(_ *site, a *asked) error {
	all, err := recall.List(a.tx, a.company)
	for _, r := range all {
		if r.State == recall.StateOpen {
			h.Todo = append(h.Todo, todo{"open", r.Recall, r.Reason, "recall since " + day(r.OpenedAt), recallLink(r.Recall)})
		}
	}
	return err
}

func (h *homePage) nonconformities(s *site, a *asked) error {
	now := s.ledger.Now()
	late, _, err := quality.ListNCRs(a.tx, a.company, quality.NCROverdue, now, listingOf("due_at", false, todoMax))
	if err != nil {
		return err
	}
	for _, r := range late {
		h.Todo = append(h.Todo, todo{"overdue", r.Nonconformity, r.Description, "was due on " + day(r.DueAt), "/quality/nonconformities?nonconformity=" + r.Nonconformity})
	}
	rows, _, err := quality.ListNCRs(a.tx, a.company, quality.NCROpen, now, listingOf("at", true, todoMax))
	for _, r := range rows {
		why := "not disposed of since " + day(r.At)
		if r.State == quality.NCRPending {
			why = "waits for signatures under " + r.Disposition
		}
		if !r.Overdue(now) {
			h.Todo = append(h.Todo, todo{r.State, r.Nonconformity, r.Description, why, "/quality/nonconformities?nonconformity=" + r.Nonconformity})
		}
	}
	return err
}

func (h *homePage) instruments(s *site, a *asked) error {
	all, err := quality.Instruments(a.tx, a.company)
	now := s.ledger.Now()
	for _, i := range all {
		switch {
		case i.Result == "fail":
			h.Todo = append(h.Todo, todo{"fail", i.Instrument, i.Name, "failed its calibration on " + day(i.At), "/quality/instruments"})
		case i.DueAt != 0 && i.DueAt < now:
			h.Todo = append(h.Todo, todo{"overdue", i.Instrument, i.Name, "was due on " + day(i.DueAt), "/quality/instruments"})
		case i.DueAt != 0 && i.DueAt < now+warnDays*dayLong:
			h.Todo = append(h.Todo, todo{"due", i.Instrument, i.Name, "is due on " + day(i.DueAt), "/quality/instruments"})
		}
	}
	return err
}

func (h *homePage) expiring(s *site, a *asked) error {
	now := s.ledger.Now()
	rows, err := genealogy.Expiring(a.tx, a.company, now+warnDays*dayLong, todoMax)
	for _, r := range rows {
		state, why := "due", "expires on "+day(r.ExpiresOn)
		if r.ExpiresOn < now {
			state, why = "expired", "expired on "+day(r.ExpiresOn)
		}
		ref := r.Object().Ref()
		h.Todo = append(h.Todo, todo{state, short(ref), r.OnHand.String() + " in stock", why, Link(ref)})
	}
	return err
}

func (h *homePage) running(_ *site, a *asked) error {
	rows, err := order.Running(a.tx, a.company, todoMax)
	if err != nil {
		return err
	}
	for _, o := range rows {
		p, err := a.progressOf(o)
		if err != nil {
			return err
		}
		h.Orders = append(h.Orders, p)
	}
	return nil
}

// progressOf is how far an order is.
func (a *asked) progressOf(o order.Order) (p progress, err error) {
	p = progress{Order: o, Of: whole(o.Quantity)}
	units, produced, err := genealogy.Made(a.tx, a.company, o.Order)
	if err != nil {
		return p, err
	}
	if p.Made = whole(units); units == 0 {
		p.Made, p.Done = whole(produced), whole(produced)
		return p, nil
	}
	p.Done, err = genealogy.CompletedOf(a.tx, a.company, o.Order)
	return p, err
}
