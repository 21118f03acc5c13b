package recall

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// NoticeUnit is a unit, or a quantity of a lot, that a notice is about.
type NoticeUnit struct {
	Ref        string            `json:"ref"`
	PartNumber string            `json:"part_number"`
	Serial     string            `json:"serial,omitempty"`
	Lot        string            `json:"lot,omitempty"`
	Quantity   quantity.Quantity `json:"quantity"`
	Certainty  string            `json:"certainty"`
	System     string            `json:"system"`
	Shipment   string            `json:"shipment"`
	Affected   []string          `json:"affected"` // what is inside of it
	State      string            `json:"state"`
	FoundIn    string            `json:"found_in"`
	Note       string            `json:"note"`
	Returned   quantity.Quantity `json:"returned"`
	Corrected  quantity.Quantity `json:"corrected"`
	Destroyed  quantity.Quantity `json:"destroyed"`
	Missing    quantity.Quantity `json:"not_found"`

	inState quantity.Quantity // how much of a lot is in that state
}

// Notice is what a customer is told. A reminder is about what is not answered.
type Notice struct {
	Recall       string       `json:"recall"`
	Customer     string       `json:"customer"`
	Name         string       `json:"name"`
	Address      string       `json:"address"`
	Country      string       `json:"country"`
	Email        string       `json:"email"`
	Phone        string       `json:"phone"`
	Notice       int64        `json:"notice"`
	Reminder     bool         `json:"reminder"`
	At           moment.Time  `json:"at"`
	Entry        int64        `json:"entry"`
	Reason       string       `json:"reason"`
	Instructions string       `json:"instructions"`
	Text         string       `json:"text,omitempty"` // of a reminder
	Units        []NoticeUnit `json:"units"`
	Link         string       `json:"link,omitempty"` // where the customer answers
	Closed       bool         `json:"closed"`
}

// ShowNotice is a notice to a customer: of a number, or the last for 0. What is
// excluded since is left out.
func ShowNotice(tx *store.Tx, company, recall, customer string, number int64) (*Notice, error) {
	r, err := Get(tx, company, recall)
	if err != nil {
		return nil, err
	}
	acts, err := Acts.Select(tx, company, "recall = $2 AND customer = $3 AND (action = $4 OR action = $5)", recall, customer, ActNotified, ActReminded)
	if err != nil {
		return nil, err
	}
	n := &Notice{Recall: recall, Customer: customer, Reason: r.Reason, Closed: r.State == StateClosed, Units: []NoticeUnit{}}
	for _, a := range acts {
		if number == 0 && a.Notice > n.Notice || number != 0 && a.Notice == number && n.Notice == 0 {
			n.Notice, n.At, n.Entry, n.Reminder, n.Text = a.Notice, a.At, journal.EntryOf(a.Fact), a.Action == ActReminded, a.Text
		}
		if a.Action == ActNotified && a.Text != "" && (number == 0 || a.Notice <= number) {
			n.Instructions = a.Text
		}
	}
	if n.Notice == 0 {
		return nil, refuse.New(refuse.NotFound, "%s was not sent such a notice of recall %s.", customer, recall).At("customer")
	}
	if !n.Reminder {
		n.Text = ""
	}
	partners, err := catalog.Partners(tx, company)
	if err != nil {
		return nil, err
	}
	for _, p := range partners {
		if p.Code == customer {
			n.Name, n.Address, n.Country, n.Email, n.Phone = p.Name, p.Address, p.Country, p.Email, p.Phone
		}
	}
	units, err := ShowUnits(tx, company, recall, customer)
	for i := range units {
		if u := &units[i]; n.Reminder && u.AnsweredAt == 0 || !n.Reminder && (u.Notice == n.Notice || number == 0) {
			n.Units = append(n.Units, u.shown())
		}
	}
	return n, err
}

// All is the notice with everything that the customer was told of.
func (n *Notice) All(tx *store.Tx, company string) error {
	units, err := ShowUnits(tx, company, n.Recall, n.Customer)
	n.Units = []NoticeUnit{}
	for i := range units {
		n.Units = append(n.Units, units[i].shown())
	}
	return err
}

func (u *UnitRow) shown() NoticeUnit {
	o := u.Object()
	n := NoticeUnit{Ref: o.Ref(), PartNumber: o.PartNumber, Serial: o.Serial, Lot: o.Lot, Quantity: u.Quantity, Certainty: u.Certainty, System: u.System, Shipment: u.Shipment, Affected: []string{}, State: u.State,
		FoundIn: u.FoundIn, Note: u.Note, Returned: u.Returned, Corrected: u.Corrected, Destroyed: u.Destroyed, Missing: u.NotFound}
	n.inState = map[string]quantity.Quantity{UnitLocated: u.Located, UnitReturned: u.Returned, UnitCorrected: u.Corrected, UnitDestroyed: u.Destroyed, UnitNotFound: u.NotFound}[u.State]
	if u.Affected != "" {
		n.Affected = strings.Split(u.Affected, "\n")
	}
	return n
}

// Write writes the notice as a letter in plain text.
func (n *Notice) Write(w io.Writer) {
	for _, line := range []string{n.Name, n.Address, n.Country} {
		if line != "" {
			fmt.Fprintln(w, line)
		}
	}
	title := "Recall " + n.Recall
	if n.Reminder {
		title = "Reminder: recall " + n.Recall
	}
	fmt.Fprintf(w, "\n%s\nNotice %d of %s\n\n%s\n\n", title, n.Notice, n.At.Go().Format("2006-01-02"), n.Reason)
	for _, text := range []string{n.Text, n.Instructions} {
		if text != "" {
			fmt.Fprintf(w, "%s\n\n", text)
		}
	}
	fmt.Fprintf(w, "You have of it:\n")
	system := "\x00"
	for _, u := range n.Units {
		if u.System != system {
			system = u.System
			if system != "" {
				fmt.Fprintf(w, "  in your system %s\n", system)
			} else {
				fmt.Fprintf(w, "  in no system that we know of\n")
			}
		}
		what := "serial " + u.Serial
		if u.Lot != "" {
			what = u.Quantity.String() + " of lot " + u.Lot
		}
		sure := ""
		if u.Certainty == genealogy.May {
			sure = ", possibly affected"
		}
		fmt.Fprintf(w, "    %s, %s, shipment %s%s\n", u.PartNumber, what, u.Shipment, sure)
	}
	if n.Link != "" {
		fmt.Fprintf(w, "\nTell us what became of each of them here; no account is needed, and nobody else sees it:\n%s\n", n.Link)
	} else {
		fmt.Fprintf(w, "\nTell us what became of each of them: fill in units.csv and send it back.\n")
	}
	fmt.Fprintf(w, "Answers: %s.\n", strings.ReplaceAll(strings.Join(UnitStates, ", "), "_", " "))
}

// columns of a notice's table; those of an answer are to be filled in.
var columns = []string{"customer", "part_number", "serial", "lot", "delivered", "certainty", "delivered_system", "shipment", "affected", "state", "quantity", "system", "note", "answered_by"}

// WriteCSV writes the units of a notice as a table to be filled in.
func (n *Notice) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	for i := range n.Units {
		if err := out.Write(n.Units[i].row(n.Customer)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteUnits writes what customers were told of, of several, as the same table.
func WriteUnits(w io.Writer, units []UnitRow) error {
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	for i := range units {
		u := units[i].shown()
		if err := out.Write(u.row(units[i].Customer)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// row is a unit in a table to be filled in.
func (u *NoticeUnit) row(customer string) []string {
	state, much := u.State, ""
	if state == UnitNotified {
		state = ""
	}
	if u.Lot != "" && u.inState != 0 {
		much = u.inState.String()
	}
	return []string{customer, u.PartNumber, u.Serial, u.Lot, u.Quantity.String(), u.Certainty, u.System, u.Shipment, strings.Join(u.Affected, " "), state, much, u.FoundIn, u.Note, ""}
}

// ReadAnswers reads a table of answers: a notice's that was filled in, or any
// with object (or part_number with serial or lot) and state. Rows without a
// state are left out.
func ReadAnswers(r io.Reader) ([]Said, error) {
	text, err := io.ReadAll(io.LimitReader(r, answersBytesMax+1))
	if err != nil {
		return nil, err
	}
	if len(text) > answersBytesMax {
		return nil, refuse.New(refuse.TooLarge, "The table of answers has more than %d MiB: divide it.", answersBytesMax>>20)
	}
	head, _, _ := strings.Cut(strings.TrimPrefix(string(text), "\ufeff"), "\n")
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	in.FieldsPerRecord = -1
	for _, comma := range ";\t" {
		if strings.Count(head, string(comma)) > strings.Count(head, ",") {
			in.Comma = comma
		}
	}
	rows, err := in.ReadAll()
	if err != nil {
		return nil, refuse.New(refuse.Invalid, "The table of answers cannot be read: %v.", err)
	}
	if len(rows) == 0 {
		return nil, refuse.New(refuse.Invalid, "The table of answers is empty: its first row names the columns.")
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		name = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "_")
		if !slices.Contains(columns, name) && name != "object" {
			return nil, refuse.New(refuse.Invalid, "A table of answers has no column %q: it has object, %s.", name, strings.Join(columns, ", "))
		}
		at[name] = i
	}
	var all []Said
	for i, row := range rows[1:] {
		cell := func(name string) string {
			if n, ok := at[name]; ok && n < len(row) {
				return strings.TrimSpace(row[n])
			}
			return ""
		}
		if cell("state") == "" {
			continue
		}
		s, err := readAnswer(cell)
		if err != nil {
			return nil, refuse.New(refuse.Invalid, "Row %d of the answers: %v", i+2, err)
		}
		all = append(all, s)
	}
	return all, nil
}

// answersBytesMax bounds a table of answers.
const answersBytesMax = 8 << 20

func readAnswer(cell func(string) string) (s Said, err error) {
	s = Said{Object: cell("object"), Customer: cell("customer"), State: strings.ReplaceAll(strings.ToLower(cell("state")), " ", "_"), System: cell("system"), Note: cell("note"), AnsweredBy: cell("answered_by")}
	switch {
	case s.Object != "":
	case cell("serial") != "":
		s.Object = genealogy.Object{PartNumber: cell("part_number"), Serial: cell("serial")}.Ref()
	case cell("lot") != "":
		s.Object = genealogy.Object{PartNumber: cell("part_number"), Lot: cell("lot")}.Ref()
	default:
		return s, refuse.New(refuse.Invalid, "It names no object.")
	}
	if q := cell("quantity"); q != "" {
		s.Quantity, err = quantity.Parse(q)
	}
	return s, err
}
