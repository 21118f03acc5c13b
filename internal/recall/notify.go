package recall

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// Notify tells the customers of a recall what they have: exactly their units as
// they were delivered, the systems they went into, and what to do (21 CFR 7.49,
// recall communications). A customer that was told is told of what came into
// the scope since.
type Notify struct {
	Recall       string      `json:"recall"`
	Customer     string      `json:"customer,omitempty"`     // only this one
	Instructions string      `json:"instructions,omitempty"` // those of the recall when left out
	At           moment.Time `json:"at,omitempty"`

	at map[string]*atCustomer
}

// Remind tells customers again that have not answered for all they have.
type Remind struct {
	Recall   string      `json:"recall"`
	Customer string      `json:"customer,omitempty"`
	Days     int64       `json:"days,omitempty"` // only where the last notice is so many days old
	Text     string      `json:"text,omitempty"`
	At       moment.Time `json:"at,omitempty"`

	emails map[string]string
}

// daysMax bounds how old a notice can be asked to be.
const daysMax = 3650

// atCustomer is what a customer has of a scope.
type atCustomer struct {
	partner *catalog.Partner
	units   []ActedObject
}

// SetAt fills in when, if it was left open.
func (c *Notify) SetAt(at moment.Time) { fill(&c.At, at) }

// SetAt fills in when, if it was left open.
func (c *Remind) SetAt(at moment.Time) { fill(&c.At, at) }

// Prepare finds what each customer has, and where to write to.
func (c *Notify) Prepare(tx *store.Tx, company string) error {
	if _, err := Get(tx, company, c.Recall); err != nil {
		return err
	}
	objects, err := counted(tx, company, c.Recall)
	if err != nil {
		return err
	}
	c.at = map[string]*atCustomer{}
	for customer, units := range delivered(objects) {
		if c.Customer == "" || c.Customer == customer {
			c.at[customer] = &atCustomer{units: units}
		}
	}
	if c.Customer != "" && c.at[c.Customer] == nil {
		return refuse.New(refuse.NotFound, "%s has nothing of the scope of recall %s.", c.Customer, c.Recall).At("customer")
	}
	partners, err := catalog.Partners(tx, company)
	for i := range partners {
		if at := c.at[partners[i].Code]; at != nil {
			at.partner = &partners[i]
		}
	}
	return err
}

// delivered is what each customer has of a scope, as it was delivered to it:
// the outermost units, where they are in the scope, with what is inside.
func delivered(objects []trace.Object) map[string][]ActedObject {
	scope := map[string]bool{}
	for _, o := range objects {
		scope[o.Ref] = !o.Removed
	}
	type key struct{ customer, ref string }
	found := map[key]*ActedObject{}
	var order []key
	get := func(customer string, o *trace.Object) *ActedObject {
		k := key{customer, o.Ref}
		if found[k] == nil {
			found[k] = &ActedObject{ID: journal.FactName(o.Number()), Object: nameOf(o), Certainty: o.Certainty}
			order = append(order, k)
		}
		return found[k]
	}
	inside := map[key][]string{}
	for i := range objects {
		o := &objects[i]
		for _, p := range o.Places {
			switch {
			case p.Customer == "" || o.Removed:
			case o.Top != "" && o.Top != o.Ref && scope[o.Top]:
				inside[key{p.Customer, o.Top}] = append(inside[key{p.Customer, o.Top}], o.Ref)
			default:
				unit := get(p.Customer, o)
				unit.Quantity += p.Quantity
				unit.System, unit.Shipment = cmp.Or(unit.System, p.System), cmp.Or(unit.Shipment, p.Shipment)
				if o.Lot == "" {
					unit.Quantity = quantity.One
				}
			}
		}
	}
	all := map[string][]ActedObject{}
	for _, k := range order {
		found[k].Affected = inside[k]
		all[k.customer] = append(all[k.customer], *found[k])
	}
	return all
}

// Decide tells each customer of what it was not told yet.
func (c *Notify) Decide(set *store.Set) ([]journal.Fact, error) {
	r, err := find(set, c.Recall, c.At)
	switch {
	case err != nil:
		return nil, err
	case len(c.at) == 0:
		return nil, refuse.New(refuse.Conflict, "No customer has anything of the scope of recall %s.", c.Recall).At("recall")
	case len(c.Instructions) > textMax:
		return nil, refuse.New(refuse.TooLarge, "Instructions have at most %d bytes.", textMax).At("instructions")
	}
	var facts []journal.Fact
	for _, customer := range slices.Sorted(maps.Keys(c.at)) {
		var news []ActedObject
		for _, u := range c.at[customer].units {
			if old, ok := Units.Get(set, unitKey{c.Recall, customer, u.number()}); !ok || old.Quantity < u.Quantity {
				news = append(news, u)
			}
		}
		if len(news) == 0 {
			continue
		}
		like := Acted{Recall: c.Recall, Action: ActNotified, Customer: customer, Notice: noticesTo(set, c.Recall, customer) + 1, Count: int64(len(news)),
			Text: cmp.Or(c.Instructions, r.Instructions)}
		like.reach(c.at[customer].partner)
		for _, some := range chunks(news) {
			part := like
			part.Objects = some
			facts = append(facts, journal.Fact{At: c.At, What: &part})
			like.Email, like.Warned, like.Count, like.Text = "", nil, 0, "" // said by the first
		}
	}
	return facts, nil
}

// reach says where a notice goes, and what is missing for that.
func (f *Acted) reach(p *catalog.Partner) {
	switch {
	case p == nil:
		f.Warned = []string{"nothing is known of " + f.Customer + ": define the partner, with its address"}
	case p.Email == "" && p.Address == "" && p.Phone == "":
		f.Warned = []string{f.Customer + " has no address, no telephone and no e-mail: find out where to send its notice"}
	default:
		f.Email = p.Email
	}
}

// noticesTo is how many notices of a recall a customer was sent.
func noticesTo(set *store.Set, recall, customer string) (n int64) {
	for _, a := range actsOf.All(set, recall) {
		if a.Customer == customer && (a.Action == ActNotified || a.Action == ActReminded) {
			n = max(n, a.Notice)
		}
	}
	return n
}

// Prepare finds where to write to.
func (c *Remind) Prepare(tx *store.Tx, company string) error {
	partners, err := catalog.Partners(tx, company)
	c.emails = map[string]string{}
	for _, p := range partners {
		c.emails[p.Code] = p.Email
	}
	return err
}

// Decide reminds those that have not answered for all they have.
func (c *Remind) Decide(set *store.Set) ([]journal.Fact, error) {
	if _, err := find(set, c.Recall, c.At); err != nil {
		return nil, err
	}
	if c.Days < 0 || c.Days > daysMax || len(c.Text) > textMax {
		return nil, refuse.New(refuse.Invalid, "days must be 0 to %d, and text at most %d bytes.", daysMax, textMax).At("days")
	}
	silent := map[string]int64{}
	told := map[string]bool{}
	for _, u := range allOf.All(set, c.Recall) {
		told[u.Customer] = true
		if u.AnsweredAt == 0 && !excluded(set, u) {
			silent[u.Customer]++
		}
	}
	if c.Customer != "" && !told[c.Customer] {
		return nil, refuse.New(refuse.NotFound, "%s was not notified of recall %s.", c.Customer, c.Recall).At("customer")
	}
	last := map[string]moment.Time{}
	for _, a := range actsOf.All(set, c.Recall) {
		if a.Action == ActNotified || a.Action == ActReminded {
			last[a.Customer] = max(last[a.Customer], a.At)
		}
	}
	var facts []journal.Fact
	for _, customer := range slices.Sorted(maps.Keys(silent)) {
		if c.Customer != "" && c.Customer != customer || last[customer] > c.At-moment.Time(c.Days)*24*3600*1_000_000 {
			continue
		}
		facts = append(facts, journal.Fact{At: c.At, What: &Acted{Recall: c.Recall, Action: ActReminded, Customer: customer, Notice: noticesTo(set, c.Recall, customer) + 1,
			Count: silent[customer], Text: c.Text, Email: c.emails[customer]}})
	}
	return facts, nil
}

func projectNotice(set *store.Set, line journal.Line, f *Acted) {
	if f.Email != "" {
		Mails.New(set, MailRow{Fact: line.ID(), Recall: f.Recall, Customer: f.Customer, Notice: f.Notice, Action: f.Action, Email: f.Email, At: line.At})
	}
	if f.Action != ActNotified {
		return
	}
	for i := range f.Objects {
		o := &f.Objects[i]
		u := UnitRow{Recall: f.Recall, Customer: f.Customer, ObjectID: o.number(), PartNumber: o.PartNumber, Kind: o.Kind(), Name: o.Name(), Certainty: o.Certainty, Quantity: o.Quantity, System: o.System,
			Shipment: o.Shipment, Affected: strings.Join(o.Affected, "\n"), Notice: f.Notice, NotifiedAt: line.At, State: UnitNotified}
		if old, ok := Units.Get(set, unitKey{u.Recall, u.Customer, u.ObjectID}); ok { // more of a lot than it was told of
			more := *old
			more.Quantity, more.Notice, more.AccountedAt = u.Quantity, u.Notice, 0
			u = more
		}
		Units.Put(set, u)
	}
}
