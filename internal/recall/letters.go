package recall

import (
	"cmp"
	"slices"

	"lotline/internal/moment"
	"lotline/internal/store"
)

// Letter is a notice or a reminder that a customer was sent, and what became of
// its mail.
type Letter struct {
	Notice   int64
	Reminder bool
	At       moment.Time
	Email    string // "": it does not go by mail
	SentAt   moment.Time
	Error    string // what the mail server said last
}

// Letters are the notices and reminders of a recall to a customer, in order.
func Letters(tx *store.Tx, company, recall, customer string) ([]Letter, error) {
	acts, err := Acts.Select(tx, company, "recall = $2 AND customer = $3 AND (action = $4 OR action = $5)", recall, customer, ActNotified, ActReminded)
	if err != nil {
		return nil, err
	}
	mails, err := Mails.Select(tx, company, "recall = $2 AND customer = $3", recall, customer)
	by := map[int64]MailRow{}
	for _, m := range mails {
		by[m.Notice] = m
	}
	var all []Letter
	for _, a := range acts {
		if slices.ContainsFunc(all, func(l Letter) bool { return l.Notice == a.Notice }) {
			continue // the rest of a long one
		}
		m := by[a.Notice]
		all = append(all, Letter{a.Notice, a.Action == ActReminded, a.At, m.Email, m.SentAt, m.Error})
	}
	slices.SortFunc(all, func(a, b Letter) int { return cmp.Compare(a.Notice, b.Notice) })
	return all, err
}
