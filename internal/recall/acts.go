package recall

import (
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// What is done in a recall.
const (
	ActHeld     = "held"     // what is inside the company was held
	ActBlocked  = "blocked"  // orders that have affected lots were blocked
	ActNotified = "notified" // a customer was told what it has
	ActReminded = "reminded" // and told again
	ActSent     = "sent"     // the mail of a notice was taken by the mail server
	ActUnsent   = "unsent"   // or not
	ActAnswered = "answered" // a customer said what became of a unit
)

// Acted says that something was done in a recall.
type Acted struct {
	Recall     string            `json:"recall"`
	Action     string            `json:"action"`
	Customer   string            `json:"customer,omitempty"`
	Notice     int64             `json:"notice,omitempty"` // of the customer: 1, 2 …
	Count      int64             `json:"count,omitempty"`
	Text       string            `json:"text,omitempty"`  // instructions, a note, what the mail server said
	Email      string            `json:"email,omitempty"` // where the notice goes
	Objects    []ActedObject     `json:"objects,omitempty"`
	Orders     []ActedOrder      `json:"orders,omitempty"`
	State      string            `json:"state,omitempty"` // of an answer
	Quantity   quantity.Quantity `json:"quantity,omitzero"`
	System     string            `json:"system,omitempty"` // where the customer found it
	AnsweredBy string            `json:"answered_by,omitempty"`
	Warned     []string          `json:"warnings,omitempty"`
}

// ActedObject is an object that something was done to.
type ActedObject struct {
	ID string `json:"id"` // the fact that made it
	genealogy.Object
	Certainty string            `json:"certainty,omitempty"`
	Quantity  quantity.Quantity `json:"quantity,omitzero"`
	System    string            `json:"system,omitempty"`
	Shipment  string            `json:"shipment,omitempty"`
	Affected  []string          `json:"affected,omitempty"` // what is inside of it
	Why       string            `json:"why,omitempty"`
}

// ActedOrder is an order that has affected lots.
type ActedOrder struct {
	Order string   `json:"order"`
	State string   `json:"state"`
	Lots  []string `json:"lots"`
}

// Kind names the fact.
func (Acted) Kind() string { return "recall.acted/1" }

// Warnings are what stands against it.
func (f *Acted) Warnings() []string { return f.Warned }

// ActRow is something that was done in a recall.
type ActRow struct {
	Recall   string      `col:"recall,key"`
	Fact     int64       `col:"fact,key"`
	At       moment.Time `col:"at"`
	Action   string      `col:"action"`
	Customer string      `col:"customer"`
	Notice   int64       `col:"notice"`
	Count    int64       `col:"count"`
	Text     string      `col:"text"`
}

type actKey struct {
	Recall string
	Fact   int64
}

// The states of a unit at a customer.
const (
	UnitNotified     = "notified"
	UnitAcknowledged = "acknowledged"
	UnitLocated      = "located"
	UnitReturned     = "returned"
	UnitCorrected    = "corrected"
	UnitDestroyed    = "destroyed"
	UnitNotFound     = "not_found"
)

// UnitStates are what a customer can answer.
var UnitStates = []string{UnitAcknowledged, UnitLocated, UnitReturned, UnitCorrected, UnitDestroyed, UnitNotFound}

// UnitRow is what a customer was told that it has, and what it answered: a
// unit as it was delivered, or a quantity of a lot.
type UnitRow struct {
	Recall         string            `col:"recall,key"`
	Customer       string            `col:"customer,key"`
	ObjectID       int64             `col:"object_id,key"`
	PartNumber     string            `col:"part_number"`
	Kind           string            `col:"kind"`
	Name           string            `col:"name"`
	Certainty      string            `col:"certainty"`
	Quantity       quantity.Quantity `col:"quantity"`
	System         string            `col:"system"`
	Shipment       string            `col:"shipment"`
	Affected       string            `col:"affected"` // inside of it, one a line
	Notice         int64             `col:"notice"`
	NotifiedAt     moment.Time       `col:"notified_at"`
	State          string            `col:"state"` // the last answer
	Located        quantity.Quantity `col:"located"`
	Returned       quantity.Quantity `col:"returned"`
	Corrected      quantity.Quantity `col:"corrected"`
	Destroyed      quantity.Quantity `col:"destroyed"`
	NotFound       quantity.Quantity `col:"not_found"`
	FoundIn        string            `col:"found_in"`
	Note           string            `col:"note"`
	AnsweredBy     string            `col:"answered_by"`
	AcknowledgedAt moment.Time       `col:"acknowledged_at"`
	AnsweredAt     moment.Time       `col:"answered_at"`  // more than that it heard
	AccountedAt    moment.Time       `col:"accounted_at"` // all of it returned, corrected or destroyed
}

type unitKey struct {
	Recall, Customer string
	ObjectID         int64
}

type unitOf struct {
	Recall   string
	ObjectID int64
}

// Object is the unit or lot.
func (u *UnitRow) Object() genealogy.Object {
	if u.Kind == genealogy.UnitKind {
		return genealogy.Object{PartNumber: u.PartNumber, Serial: u.Name}
	}
	return genealogy.Object{PartNumber: u.PartNumber, Lot: u.Name}
}

// accounted is how much of it is returned, corrected or destroyed.
func (u *UnitRow) accounted() quantity.Quantity { return u.Returned + u.Corrected + u.Destroyed }

// MailRow is a notice that goes out by mail: the outbox of a company.
type MailRow struct {
	Fact     int64       `col:"id,key"` // that told of it
	Recall   string      `col:"recall"`
	Customer string      `col:"customer"`
	Notice   int64       `col:"notice"`
	Action   string      `col:"action"`
	Email    string      `col:"email"`
	At       moment.Time `col:"at"`
	SentAt   moment.Time `col:"sent_at"`
	FailedAt moment.Time `col:"failed_at"`
	Error    string      `col:"error"`
}

type mailTo struct {
	Recall, Customer string
	Notice           int64
}

// The tables of what is done in recalls.
var (
	Acts    = store.NewTable("recall_act", func(r *ActRow) actKey { return actKey{r.Recall, r.Fact} })
	actsOf  = store.NewIndex(Acts, "recall", func(r *ActRow) string { return r.Recall })
	Units   = store.NewTable("recall_unit", func(r *UnitRow) unitKey { return unitKey{r.Recall, r.Customer, r.ObjectID} })
	unitsOf = store.NewIndex(Units, "recall, object_id", func(r *UnitRow) unitOf { return unitOf{r.Recall, r.ObjectID} })
	allOf   = store.NewIndex(Units, "recall", func(r *UnitRow) string { return r.Recall })
	Mails   = store.NewTable("recall_mail", func(r *MailRow) int64 { return r.Fact })
	mailsTo = store.NewIndex(Mails, "recall, customer, notice", func(r *MailRow) mailTo { return mailTo{r.Recall, r.Customer, r.Notice} })
)

func projectActed(set *store.Set, line journal.Line, f *Acted) {
	Acts.New(set, ActRow{f.Recall, line.ID(), line.At, f.Action, f.Customer, f.Notice, f.Count, f.Text})
	switch f.Action {
	case ActNotified, ActReminded:
		projectNotice(set, line, f)
	case ActSent, ActUnsent:
		for _, old := range mailsTo.All(set, mailTo{f.Recall, f.Customer, f.Notice}) {
			m := *old
			if f.Action == ActSent {
				m.SentAt, m.Error = line.At, ""
			} else {
				m.FailedAt, m.Error = line.At, f.Text
			}
			Mails.Put(set, m)
		}
	case ActAnswered:
		projectAnswered(set, line, f)
	}
}

// object is the number of the object of a fact about one.
func (o *ActedObject) number() int64 {
	id, _ := journal.ParseFactName(o.ID) // written by this package
	return id
}
