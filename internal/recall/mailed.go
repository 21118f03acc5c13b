package recall

import (
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Mailed records what became of a mail of the outbox: the mail server took it,
// or said an error. The same error again is not recorded again.
type Mailed struct {
	Fact  string      `json:"fact"` // that told of it
	Error string      `json:"error,omitempty"`
	At    moment.Time `json:"at,omitempty"`
}

// errorMax bounds what is kept of what a mail server says, in bytes.
const errorMax = 500

// SetAt fills in when, if it was left open.
func (c *Mailed) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide records it; a mail that is sent stays sent.
func (c *Mailed) Decide(set *store.Set) ([]journal.Fact, error) {
	id, err := journal.ParseFactName(c.Fact)
	if err != nil {
		return nil, err
	}
	m, ok := Mails.Get(set, id)
	if !ok {
		return nil, refuse.New(refuse.NotFound, "Fact %s told of no mail.", c.Fact).At("fact")
	}
	_ = mailsTo.All(set, mailTo{m.Recall, m.Customer, m.Notice})
	f := &Acted{Recall: m.Recall, Action: ActSent, Customer: m.Customer, Notice: m.Notice}
	if c.Error != "" {
		f.Action, f.Text = ActUnsent, c.Error[:min(len(c.Error), errorMax)]
	}
	if m.SentAt != 0 || f.Text != "" && f.Text == m.Error {
		return nil, nil
	}
	return []journal.Fact{{At: c.At, What: f}}, nil
}

// Waiting are the mails of a company that no mail server took yet, the oldest
// first.
func Waiting(tx *store.Tx, company string) ([]MailRow, error) {
	return Mails.Select(tx, company, "sent_at = 0")
}

// FirstNotice is the fact that told a customer first of a recall: what its link
// is about.
func FirstNotice(tx *store.Tx, company, recall, customer string) (int64, error) {
	acts, err := Acts.SelectOrdered(tx, company, "recall = $2 AND customer = $3 AND action = $4", "ORDER BY fact LIMIT 1", recall, customer, ActNotified)
	if err != nil {
		return 0, err
	}
	if len(acts) == 0 {
		return 0, refuse.New(refuse.NotFound, "%s was not notified of recall %s.", customer, recall).At("customer")
	}
	return acts[0].Fact, nil
}

// LinkAbout is what the token of a customer's link is about.
func LinkAbout(first int64) string { return "answers to " + journal.FactName(first) }

// OfLink is whom a link is for: the recall and the customer that a fact told
// first; false for any other fact.
func OfLink(tx *store.Tx, company string, fact int64) (recall, customer string, ok bool, err error) {
	acts, err := Acts.Select(tx, company, "fact = $2 AND action = $3", fact, ActNotified)
	if err != nil || len(acts) == 0 {
		return "", "", false, err
	}
	return acts[0].Recall, acts[0].Customer, true, nil
}
