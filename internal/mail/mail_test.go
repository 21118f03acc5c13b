package mail_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/mail"
	"lotline/internal/quantity"
	"lotline/internal/recall"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// postOffice is a mail server that keeps what it takes.
type postOffice struct {
	net.Listener
	mutex sync.Mutex
	taken []string
	said  string // to whoever sends, instead of taking it
}

func openOffice(t *testing.T) *postOffice {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postOffice{Listener: l}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
	return p
}

func (p *postOffice) serve(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	fmt.Fprint(conn, "220 office\r\n")
	for lines.Scan() {
		switch word, _, _ := strings.Cut(strings.ToUpper(lines.Text()), " "); word {
		case "DATA":
			fmt.Fprint(conn, "354 go on\r\n")
			var text strings.Builder
			for lines.Scan() && lines.Text() != "." {
				text.WriteString(lines.Text() + "\n")
			}
			p.mutex.Lock()
			refused := p.said
			if refused == "" {
				p.taken = append(p.taken, text.String())
			}
			p.mutex.Unlock()
			if refused != "" {
				fmt.Fprintf(conn, "%s\r\n", refused)
				continue
			}
			fmt.Fprint(conn, "250 taken\r\n")
		case "QUIT":
			fmt.Fprint(conn, "221 bye\r\n")
			return
		default:
			fmt.Fprint(conn, "250 fine\r\n")
		}
	}
}

func (p *postOffice) says(text string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.said = text
}

func (p *postOffice) mails() []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return append([]string{}, p.taken...)
}

func (p *postOffice) server() *mail.Server {
	address := p.Addr().(*net.TCPAddr)
	return &mail.Server{Host: "127.0.0.1", Port: address.Port, From: "recall@plant.example"}
}

// recalled is a plant with two notices in its outbox, and one that has no way
// out but the folder.
func recalled(p *ledgertest.Plant) {
	p.Do(&catalog.DefinePartner{Code: "ACME", Name: "Acme", Role: "customer", Email: "qa@acme.example"}, &catalog.DefinePartner{Code: "BETA", Name: "Beta", Role: "customer", Email: "no address at all"},
		&catalog.DefinePartner{Code: "GAMMA", Name: "Gamma", Role: "customer", Address: "1 Main Street"},
		&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "RES", Name: "Resistor", Tracking: "lot"}},
		&genealogy.Receive{PartNumber: "RES", Lot: "R1", Quantity: quantity.Pieces(9), Purchase: genealogy.Purchase{Receipt: "GR"}})
	for _, customer := range []string{"ACME", "BETA", "GAMMA"} {
		p.Do(&genealogy.Ship{PartNumber: "RES", Lot: "R1", Quantity: quantity.One, Customer: customer, Shipment: "SH-" + customer})
	}
	p.Do(&recall.Open{Recall: "RC-1", Reason: "cracks", Instructions: "Send it back.", Question: recall.Question{Any: []recall.Trigger{{Object: "RES/R1"}}}}, &recall.Notify{Recall: "RC-1"})
}

func waiting(p *ledgertest.Plant) (all []recall.MailRow) {
	p.Helper()
	p.Read(func(tx *store.Tx) (err error) {
		all, err = recall.Waiting(tx, "main")
		return err
	})
	return all
}

func TestWhatIsNotSentWaits(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		recalled(p)
		office := openOffice(t)
		s := &mail.Sender{Ledger: p.Ledger, Server: office.server(), URL: "https://plant.example/"}
		send := func() []mail.Outcome {
			t.Helper()
			all, err := s.Send(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		s.Server.Port = 1 // nobody is there
		if all := send(); len(all) != 2 || all[0].Sent || !strings.Contains(all[0].Error, "refused") {
			t.Fatalf("with no server: %+v", all)
		}
		s.Server = office.server()
		office.says("452 the disk is full")
		if all := send(); all[0].Sent || !strings.Contains(all[0].Error, "the disk is full") {
			t.Fatalf("with a full server: %+v", all)
		}
		if left := waiting(p); len(left) != 2 || !strings.Contains(left[0].Error, "the disk is full") || !strings.Contains(left[1].Error, "no address") {
			t.Fatalf("the outbox has %+v", left)
		}
		office.says("")
		if all := send(); len(all) != 2 || !all[0].Sent || all[1].Sent {
			t.Fatalf("with a server: %+v", all)
		}
		if left := waiting(p); len(left) != 1 || left[0].Customer != "BETA" {
			t.Errorf("the outbox has %+v", left)
		}
		got := office.mails()
		if len(got) != 1 {
			t.Fatalf("%d mails, want 1", len(got))
		}
		for _, want := range []string{"To: <qa@acme.example>", "Subject: Recall RC-1", "Send it back.", "1 of lot R1", "units.csv", "https://plant.example/answer/main/", "Message-ID: <recall."} {
			if !strings.Contains(got[0], want) {
				t.Errorf("the mail has no %q:\n%s", want, got[0])
			}
		}
		send()
		if len(office.mails()) != 1 {
			t.Error("a mail is sent twice")
		}
	})
}

// The server's outbox tries again, and later each time.
func TestTheOutboxRuns(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		recalled(p)
		office := openOffice(t)
		office.says("421 later")
		ctx, stop := context.WithCancel(t.Context())
		tick := make(chan time.Time)
		done := make(chan struct{})
		go func() {
			defer close(done)
			(&mail.Sender{Ledger: p.Ledger, Server: office.server()}).Run(ctx, tick, slog.New(slog.NewTextHandler(io.Discard, nil)))
		}()
		tick <- time.Time{} // tried, and not taken
		tick <- time.Time{} // waits: the first round is over
		office.says("")
		for range 100 { // the plant's clock goes on by a second with each reading
			if tick <- (time.Time{}); len(office.mails()) > 0 {
				break
			}
		}
		stop()
		<-done
		if n := len(office.mails()); n != 1 {
			t.Errorf("%d mails, want 1", n)
		}
		if left := waiting(p); len(left) != 1 {
			t.Errorf("the outbox has %+v", left)
		}
	})
}

func TestServersAreRead(t *testing.T) {
	s, err := mail.ParseServer("smtps://ann:se%40cret@mail.example?from=recall@plant.example")
	if err != nil || *s != (mail.Server{Host: "mail.example", User: "ann", Password: "se@cret", Port: 465, From: "recall@plant.example", TLS: true}) {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err := mail.ParseServer("smtp://mail.example:2525?from=a@b.example"); err != nil || s.Port != 2525 || s.TLS {
		t.Errorf("%+v, %v", s, err)
	}
	for _, wrong := range []string{"", "mail.example", "http://mail.example?from=a@b", "smtp://mail.example", "smtp://?from=a@b"} {
		if _, err := mail.ParseServer(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}
