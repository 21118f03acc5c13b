// Package mail sends the notices of recalls that wait in the outbox, through
// the mail server that is configured. What it does not take waits and is tried
// again: the outbox follows from the journal, and nothing of it is lost.
package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/report"
	"lotline/internal/store"

	"github.com/wneessen/go-mail"
)

// Server is a mail server.
type Server struct {
	Host, User, Password string
	Port                 int
	From                 string
	TLS                  bool // from the first byte (smtps); else STARTTLS where it is offered
}

// sendMax is how long a mail server may take for one mail.
const sendMax = 30 * time.Second

// ParseServer reads smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, or smtps:// for
// TLS from the first byte. The error is a *refuse.Refusal.
func ParseServer(text string) (*Server, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		return nil, refuse.New(refuse.Invalid, "The mail server cannot be read: write smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, or smtps:// for TLS from the first byte.").At("smtp")
	}
	s := &Server{Host: u.Hostname(), Port: 587, From: u.Query().Get("from"), TLS: u.Scheme == "smtps"}
	if s.TLS {
		s.Port = 465
	}
	if port := u.Port(); port != "" {
		s.Port, _ = strconv.Atoi(port) // url.Parse has checked it
	}
	if u.User != nil {
		s.User = u.User.Username()
		s.Password, _ = u.User.Password()
	}
	if s.From == "" {
		return nil, refuse.New(refuse.Invalid, "Say whom mails come from: write ?from=recall@plant.example after the mail server.").At("smtp")
	}
	return s, nil
}

// Outcome is what became of a mail.
type Outcome struct {
	Recall   string `json:"recall"`
	Customer string `json:"customer"`
	Notice   int64  `json:"notice"`
	To       string `json:"to"`
	Sent     bool   `json:"sent"`
	Error    string `json:"error,omitempty"`
}

// Sender sends what waits in the outbox of a company.
type Sender struct {
	Ledger *ledger.Ledger
	Server *Server
	URL    string // where the pages are; customers get links below it
	// Only says which mails to try now; nil for all that wait.
	Only func(m *recall.MailRow) bool
}

// Send tries each mail that waits once, and records what became of it.
func (s *Sender) Send(ctx context.Context) ([]Outcome, error) {
	var waiting []recall.MailRow
	err := s.Ledger.Read(ctx, func(tx *store.Tx) (err error) {
		waiting, err = recall.Waiting(tx, s.Ledger.Company())
		return err
	})
	if err != nil {
		return nil, err
	}
	all := []Outcome{}
	for i := range waiting {
		if s.Only != nil && !s.Only(&waiting[i]) {
			continue
		}
		o, err := s.one(ctx, &waiting[i])
		if err != nil {
			return all, err
		}
		all = append(all, o)
	}
	return all, nil
}

func (s *Sender) one(ctx context.Context, m *recall.MailRow) (Outcome, error) {
	o := Outcome{Recall: m.Recall, Customer: m.Customer, Notice: m.Notice, To: m.Email}
	message, err := s.message(ctx, m)
	if err != nil {
		return o, err
	}
	err = s.deliver(ctx, message)
	if ctx.Err() != nil {
		return o, ctx.Err() // it waits
	}
	o.Sent = err == nil
	if err != nil {
		o.Error = plain(err)
	}
	_, err = s.Ledger.Record(ctx, ledger.Request{By: "outbox", Via: "mail"}, &recall.Mailed{Fact: journal.FactName(m.Fact), Error: o.Error})
	return o, err
}

// plain is the innermost text of an error: what the mail server, or the way to
// it, said.
func plain(err error) string {
	var network *net.OpError
	if errors.As(err, &network) {
		return network.Error()
	}
	return err.Error()
}

// message makes the mail of a notice, the same each time it is tried but for the
// checkpoint on its PDF.
func (s *Sender) message(ctx context.Context, m *recall.MailRow) (*mail.Msg, error) {
	var n *recall.Notice
	var letter *report.Document
	err := s.Ledger.Read(ctx, func(tx *store.Tx) (err error) {
		if n, err = recall.ShowNotice(tx, s.Ledger.Company(), m.Recall, m.Customer, m.Notice); err == nil && s.URL != "" {
			n.Link, err = Link(tx, s.Ledger, n, s.URL)
		}
		if err == nil {
			letter, err = Letter(tx, s.Ledger, n, s.URL)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	printed, _, err := letter.PDF()
	if err != nil {
		return nil, err
	}
	message := mail.NewMsg()
	if err := message.From(s.Server.From); err != nil {
		return nil, refuse.New(refuse.Invalid, "%q is no address that a mail can come from.", s.Server.From).At("smtp")
	}
	if err := message.To(m.Email); err != nil {
		return message, nil // deliver says so
	}
	subject := fmt.Sprintf("Recall %s", m.Recall)
	if n.Reminder {
		subject = "Reminder: recall " + m.Recall
	}
	message.Subject(subject)
	message.SetDateWithValue(m.At.Go())
	message.SetMessageIDWithValue(fmt.Sprintf("recall.%s@%s", journal.FactName(m.Fact), s.Server.Host))
	var text, table bytes.Buffer
	n.Write(&text)
	message.SetBodyString(mail.TypeTextPlain, text.String())
	if err := n.WriteCSV(&table); err != nil {
		return nil, err
	}
	if err := message.AttachReader("notice.pdf", bytes.NewReader(printed), mail.WithFileContentType("application/pdf")); err != nil {
		return nil, err
	}
	return message, message.AttachReader("units.csv", &table, mail.WithFileContentType("text/csv; charset=utf-8"))
}

func (s *Sender) deliver(ctx context.Context, message *mail.Msg) error {
	if len(message.GetTo()) == 0 {
		return errors.New("the customer's e-mail address is no address")
	}
	options := []mail.Option{mail.WithPort(s.Server.Port), mail.WithTimeout(sendMax), mail.WithTLSPolicy(mail.TLSOpportunistic)}
	if s.Server.TLS {
		options = append(options, mail.WithSSL(), mail.WithTLSConfig(&tls.Config{ServerName: s.Server.Host, MinVersion: tls.VersionTLS12}))
	}
	if s.Server.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.Server.User), mail.WithPassword(s.Server.Password))
	}
	client, err := mail.NewClient(s.Server.Host, options...)
	if err != nil {
		return err
	}
	return client.DialAndSendWithContext(ctx, message)
}

// Letter is the document of a notice, as it is attached and laid ready.
func Letter(tx *store.Tx, l *ledger.Ledger, n *recall.Notice, base string) (*report.Document, error) {
	signer, err := l.Signer()
	if err != nil {
		signer = nil // no key is given: the document says so
	}
	frame, err := report.NewFrame(tx, l.Company(), base, signer)
	if err != nil {
		return nil, err
	}
	return report.Letter(frame, n), nil
}

// Link is where a customer answers without an account: a page of its own.
func Link(tx *store.Tx, l *ledger.Ledger, n *recall.Notice, base string) (string, error) {
	first, err := recall.FirstNotice(tx, l.Company(), n.Recall, n.Customer)
	if err != nil {
		return "", err
	}
	token, err := l.Token(recall.LinkAbout(first))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s/answer/%s/%s/%s", strings.TrimSuffix(base, "/"), url.PathEscape(l.Company()), journal.FactName(first), token), nil
}

// The waits between tries of a mail that was not taken.
const (
	firstWait = time.Minute
	lastWait  = time.Hour
)

// Run sends what waits until ctx ends: at once, and again after a minute, two,
// four, up to an hour, while the mail server does not take it.
func (s *Sender) Run(ctx context.Context, tick <-chan time.Time, log *slog.Logger) {
	type wait struct {
		until moment.Time
		long  time.Duration
	}
	waits := map[int64]wait{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		now := s.Ledger.Now()
		s.Only = func(m *recall.MailRow) bool {
			if waits[m.Fact].until > now {
				return false
			}
			long := min(max(firstWait, 2*waits[m.Fact].long), lastWait)
			waits[m.Fact] = wait{now + moment.Time(long.Microseconds()), long}
			return true
		}
		all, err := s.Send(ctx)
		if err != nil && ctx.Err() == nil {
			log.Error("outbox", "error", err)
		}
		for _, o := range all {
			log.Info("mail", "recall", o.Recall, "customer", o.Customer, "sent", o.Sent, "error", o.Error)
		}
	}
}
