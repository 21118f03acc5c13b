package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quality"
	"lotline/internal/quantity"
	"lotline/internal/trace"
)

// objectPage is the passport of a unit or lot.
type objectPage struct {
	*trace.Passport
	Balance   []term
	Missing   quantity.Quantity
	Happened  []happening
	Readings  []quality.Inspection
	NCRs      []quality.NCR
	Documents []catalog.Document
	Holds     []genealogy.HoldRow
	Row       genealogy.Row
	Expired   bool
	Actions   []action
	Picture   picture
	Source    string // of the picture that script draws
	Question  string // the parameters of the question, for links
}

// term is a term of the mass balance.
type term struct {
	What string
	Much string
}

// happening is a moment in the life of an object.
type happening struct {
	At                               moment.Time
	What, Class, Text                string
	Quantity                         quantity.Quantity
	Other, Order, Customer, Location string
	Fact                             string
	Voided                           bool
	id                               int64
}

func (s *site) unit(a *asked) (page, error) {
	return s.passport(a, genealogy.Object{PartNumber: a.PathValue("part"), Serial: a.PathValue("name")}.Ref())
}

func (s *site) lot(a *asked) (page, error) {
	return s.passport(a, genealogy.Object{PartNumber: a.PathValue("part"), Lot: a.PathValue("name")}.Ref())
}

func (s *site) object(a *asked) (page, error) {
	o, err := a.named(strings.TrimSpace(a.value("ref")), nil)
	if err != nil {
		return page{}, err
	}
	if to := Link(o.Ref()); !strings.HasPrefix(to, "/object") {
		if recorded := a.value("recorded"); recorded != "" {
			to = with(to, "recorded", recorded)
		}
		return page{}, elsewhere(to)
	}
	return s.passport(a, o.Ref())
}

func (s *site) passport(a *asked, ref string) (page, error) {
	q, err := trace.ReadQuestion(a.tx, a.company, a.value)
	if err != nil {
		return page{}, err
	}
	row, err := trace.Resolve(a.tx, a.company, ref)
	if err != nil {
		return page{}, err
	}
	p, err := trace.ShowPassport(a.tx, a.company, ref, q)
	if err != nil {
		return page{}, err
	}
	o := objectPage{Passport: p, Row: row, Expired: row.ExpiresOn != 0 && row.ExpiresOn < s.ledger.Now(), Actions: actionsOn(row)}
	if row.Kind == genealogy.LotKind {
		b, err := genealogy.BalanceOf(a.tx, a.company, row)
		if err != nil {
			return page{}, err
		}
		o.Balance, o.Missing = terms(b), b.Missing
	}
	if err := o.history(a, row); err != nil {
		return page{}, err
	}
	if o.Documents, err = catalog.DocumentsAbout(a.tx, a.company, short(row.Object().Ref())); err != nil {
		return page{}, err
	}
	o.Picture = draw(p.Object, p.Backward, p.Forward, nil)
	o.Source = "/picture?object=" + url.QueryEscape(ref)
	return page{Title: row.Object().String(), Area: "stock", Body: o}, nil
}

// terms are what of a balance is not nothing.
func terms(b genealogy.Balance) (all []term) {
	for _, t := range []struct {
		what string
		much quantity.Quantity
	}{
		{"received", b.Received}, {"produced", b.Produced}, {"split in", b.SplitIn}, {"merged in", b.MergedIn}, {"adjusted up", b.AdjustedUp},
		{"in stock", b.InStock}, {"in work", b.InWork}, {"scrapped", b.Scrapped}, {"shipped", b.Shipped}, {"returned to supplier", b.Returned},
		{"split away", b.SplitAway}, {"merged away", b.MergedAway}, {"adjusted down", b.AdjustedOff},
	} {
		if t.much != 0 {
			all = append(all, term{t.what, t.much.String()})
		}
	}
	if b.InUnits != 0 {
		all = append(all, term{"in units", between(b.InUnitsMin, b.InUnits)})
	}
	return all
}

// history puts together what the genealogy and quality know of an object.
func (o *objectPage) history(a *asked, row genealogy.Row) error {
	for _, e := range o.Life {
		h := happening{At: e.At, What: e.What, Quantity: e.Quantity, Other: e.Other, Order: e.Order, Customer: e.Customer, Text: e.Text, Fact: e.Fact, Voided: e.Voided, Class: lifeClass(e.What)}
		if e.What == genealogy.TermMoved {
			h.Other, h.Location = "", e.Other
		}
		if e.System != "" {
			h.Location = "system " + e.System
		}
		if e.What == genealogy.TermShipped {
			h.Other, h.Text = "shipment:"+e.Other, strings.TrimSpace(h.Text)
		}
		h.id, _ = journal.ParseFactName(e.Fact)
		o.Happened = append(o.Happened, h)
	}
	done, seen, err := quality.HistoryOf(a.tx, a.company, row.ID)
	if err != nil {
		return err
	}
	for _, d := range done {
		parts := []string{d.WorkCenter, d.Machine, d.Operator, d.Program, d.Tool}
		o.Happened = append(o.Happened, happening{At: d.At, What: "operation " + d.Operation, Class: classOf(d.Result), Text: strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · "),
			Order: d.Order, Fact: journal.FactName(d.ID), Voided: d.Voided != 0, id: d.ID})
	}
	for _, i := range seen {
		o.Happened = append(o.Happened, happening{At: i.At, What: "inspection " + i.Characteristic + ": " + i.Result, Class: classOf(i.Result), Text: strings.TrimSpace(i.Value + " " + i.UOM),
			Fact: journal.FactName(i.ID), Voided: i.Voided != 0, id: i.ID})
	}
	o.Readings = seen
	if o.NCRs, err = quality.NCRsOf(a.tx, a.company, row.ID); err != nil {
		return err
	}
	for _, n := range o.NCRs {
		o.Happened = append(o.Happened, happening{At: n.At, What: "nonconformity " + n.Nonconformity, Class: "bad", Text: n.Description, Fact: journal.FactName(n.Fact), id: n.Fact})
	}
	if o.Holds, err = genealogy.HoldsOn(a.tx, a.company, row.ID); err != nil {
		return err
	}
	for _, h := range o.Holds {
		o.Happened = append(o.Happened, happening{At: h.At, What: "held (" + h.Hold + ")", Class: "bad", Text: h.Reason, Fact: journal.FactName(h.Fact), id: h.Fact})
		if h.ReleasedAt != 0 {
			o.Happened = append(o.Happened, happening{At: h.ReleasedAt, What: "hold " + h.Hold + " released", Class: "good", Text: h.ReleaseReason})
		}
	}
	slices.SortStableFunc(o.Happened, func(x, y happening) int { return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.id, y.id)) })
	return nil
}

// lifeClass is the colour of a moment.
func lifeClass(what string) string {
	switch what {
	case "scrapped", "removed":
		return "bad"
	case "completed", "shipped":
		return "good"
	case "returned", "given back":
		return "was"
	}
	return ""
}

// actionsOn are the commands that make sense for an object.
func actionsOn(row genealogy.Row) (all []action) {
	names := []string{"hold", "unhold", "raise-nonconformity", "move", "scrap", "split", "merge", "adjust", "issue", "ship", "return", "record-inspection", "grant-deviation", "reidentify", "attach"}
	if row.Kind == genealogy.UnitKind {
		names = []string{"install", "remove", "perform-operation", "record-inspection", "complete", "ship", "hold", "unhold", "raise-nonconformity", "grant-deviation", "move", "scrap", "return", "field", "reassign", "reidentify", "attach"}
	}
	ref := row.Object().Ref()
	for _, name := range names {
		f := formOf(name)
		parameter := "ref=" + url.QueryEscape(ref)
		switch {
		case name == "issue":
			parameter = "component_object=" + url.QueryEscape(short(ref))
		case name == "attach":
			parameter = "object=" + url.QueryEscape(short(ref))
		}
		back := "&back=" + url.QueryEscape(Link(ref))
		all = append(all, action{Text: f.Title, Link: f.Path + "?" + parameter + back})
	}
	return all
}
