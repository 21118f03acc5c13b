package web

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/mail"
	"lotline/internal/recall"
	"lotline/internal/refuse"
)

// customersPage is who has something of a scope, what they were told and
// whether that went out.
type customersPage struct {
	*recallHead
	Customers []toldCustomer
	Untold    []recall.Customer
	Zip       string
}

// toldCustomer is a customer that was told.
type toldCustomer struct {
	recall.CustomerEffect
	Link     string
	AnswerAt string   // the address where its answers are entered
	Bar      shareBar // how far it is
	Remind   string
}

func (s *site) recallCustomers(a *asked) (page, error) {
	h, err := a.recallHead("customers")
	if err != nil {
		return page{}, err
	}
	e, err := recall.Effectiveness(a.tx, a.company, h.Recall)
	if err != nil {
		return page{}, err
	}
	p := customersPage{recallHead: h, Untold: untold(h, e), Zip: h.Part("notices.zip")}
	for _, c := range e.Customers {
		p.Customers = append(p.Customers, toldCustomer{c, with(h.Part("notice"), "customer", c.Customer), with(h.Part("answers"), "customer", c.Customer), barOf(c.Share),
			formOf("remind-recall").Path + "?" + url.Values{"recall": {h.Recall}, "customer": {c.Customer}, "back": {h.Part("customers")}}.Encode()})
	}
	return page{Title: "Customers of recall " + h.Recall, Area: "recall", Body: &p}, nil
}

// noticePage is a notice as its customer gets it.
type noticePage struct {
	*recallHead
	Notice  *recall.Notice
	Letter  string
	Numbers []action // all notices of this customer
	Mail    string
	Text    string // addresses of the files
	CSV     string
}

// notice reads the notice that is asked for, with the customer's own link.
func (s *site) notice(a *asked, customer string, number int64) (*recall.Notice, error) {
	n, err := recall.ShowNotice(a.tx, a.company, a.called("recall"), customer, number)
	if err != nil {
		return nil, err
	}
	n.Link, err = mail.Link(a.tx, s.ledger, n, s.address(a.Request))
	return n, err
}

// address is where the pages are: as the operator says, else as the browser
// came here.
func (s *site) address(r *http.Request) string {
	if s.options.URL != "" {
		return s.options.URL
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (s *site) recallNotice(a *asked) (page, error) {
	h, err := a.recallHead("customers")
	if err != nil {
		return page{}, err
	}
	number, err := a.number("notice")
	if err != nil {
		return page{}, err
	}
	p := noticePage{recallHead: h}
	if p.Notice, err = s.notice(a, a.value("customer"), number); err != nil {
		return page{}, err
	}
	var letter strings.Builder
	p.Notice.Write(&letter)
	p.Letter = letter.String()
	switch a.value("format") {
	case "txt":
		return page{Body: download{"notice.txt", "text/plain; charset=utf-8", func(w io.Writer) error { _, err := io.WriteString(w, p.Letter); return err }}}, nil
	case "csv":
		return page{Body: download{"units.csv", "text/csv; charset=utf-8", p.Notice.WriteCSV}}, nil
	}
	self := without(a.URL, "recorded")
	p.Text, p.CSV = with(self, "format", "txt"), with(self, "format", "csv")
	return page{Title: "Notice to " + p.Notice.Customer, Area: "recall", Body: &p}, p.letters(a)
}

// letters says which notices the customer got, and whether this one went out.
func (p *noticePage) letters(a *asked) error {
	all, err := recall.Letters(a.tx, a.company, p.Recall, p.Notice.Customer)
	for _, l := range all {
		title := "Notice "
		if l.Reminder {
			title = "Reminder "
		}
		link := with(with(p.Part("notice"), "customer", p.Notice.Customer), "notice", strconv.FormatInt(l.Notice, 10))
		now := l.Notice == p.Notice.Notice
		p.Numbers = append(p.Numbers, action{Text: title + strconv.FormatInt(l.Notice, 10) + ", " + day(l.At), Link: link, Current: now})
		if !now {
			continue
		}
		switch {
		case l.Email == "":
			p.Mail = "No e-mail address was known: send the letter and the table yourself."
		case l.SentAt != 0:
			p.Mail = "The mail server took it for " + l.Email + " on " + a.when(l.SentAt) + "."
		case l.Error != "":
			p.Mail = "The mail server did not take it for " + l.Email + ": " + l.Error
		default:
			p.Mail = "It waits in the outbox for " + l.Email + ", until the server is given a mail server (lotline serve --smtp)."
		}
	}
	return err
}

// recallZip is all that customers are told, as files: laid ready for who has no
// mail server.
func (s *site) recallZip(a *asked) (page, error) {
	name := a.called("recall")
	e, err := recall.Effectiveness(a.tx, a.company, name)
	if err != nil {
		return page{}, err
	}
	if len(e.Customers) == 0 {
		return page{}, refuse.New(refuse.NotFound, "Nobody was told of recall %s yet.", name)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, c := range e.Customers {
		n, err := s.notice(a, c.Customer, 0)
		if err != nil {
			return page{}, err
		}
		if err := zipNotice(z, n); err != nil {
			return page{}, err
		}
	}
	if err := z.Close(); err != nil {
		return page{}, err
	}
	return page{Body: download{"notices.zip", "application/zip", func(w io.Writer) error { _, err := out.WriteTo(w); return err }}}, nil
}

func zipNotice(z *zip.Writer, n *recall.Notice) error {
	folder := url.PathEscape(n.Customer) + "/"
	letter, err := z.Create(folder + "notice.txt")
	if err != nil {
		return err
	}
	n.Write(letter)
	table, err := z.Create(folder + "units.csv")
	if err != nil {
		return err
	}
	return n.WriteCSV(table)
}

// fillPartner opens the form of a partner that is known with what is known.
func (s *site) fillPartner(a *asked, values url.Values) error {
	all, err := catalog.Partners(a.tx, a.company)
	for _, p := range all {
		if p.Code != values.Get("code") {
			continue
		}
		for name, text := range map[string]string{"name": p.Name, "role": p.Role, "email": p.Email, "phone": p.Phone, "address": p.Address, "country": p.Country, "cage": p.Cage} {
			if values.Get(name) == "" || name == "role" {
				values.Set(name, text)
			}
		}
	}
	return err
}
