package web

import (
	"net/url"
	"strconv"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quality"
	"lotline/internal/store"
)

var qualityTabs = []action{{Text: "Overview", Link: "/quality"}, {Text: "Inspect", Link: "/quality/inspect"}, {Text: "Measurements", Link: "/quality/inspections"}, {Text: "Chart", Link: "/quality/chart"}, {Text: "Nonconformities", Link: "/quality/nonconformities"}, {Text: "Holds", Link: "/quality/holds"}, {Text: "Deviations", Link: "/quality/deviations"}, {Text: "Instruments", Link: "/quality/instruments"}, {Text: "Suppliers", Link: "/quality/suppliers"}}

// qualityPage is what quality has to do.
type qualityPage struct {
	Tabs   []action
	Todo   []todo
	Latest []inspectionRow
}

type inspectionRow struct {
	quality.Inspection
	Ref string
}

func (s *site) quality(a *asked) (page, error) {
	var h homePage
	for _, ask := range []func(*site, *asked) error{h.holds, h.nonconformities, h.instruments} {
		if err := ask(s, a); err != nil {
			return page{}, err
		}
	}
	q := qualityPage{Tabs: tabsAt(qualityTabs, "/quality"), Todo: h.Todo}
	rows, _, err := quality.ListInspections(a.tx, a.company, store.Listing{Sort: "id", Down: true, Limit: 12})
	if err != nil {
		return page{}, err
	}
	refs, err := names(a, rows, func(i quality.Inspection) int64 { return i.ObjectID })
	for _, i := range rows {
		q.Latest = append(q.Latest, inspectionRow{i, refs[i.ObjectID]})
	}
	return page{Title: "Quality", Area: "quality", Body: q}, err
}

func (s *site) inspections(a *asked) (page, error) {
	l, asks := a.list(listing{Title: "Measurements", Area: "quality", Tabs: tabsAt(qualityTabs, "/quality/inspections"),
		Columns: []column{{Title: "Recorded", Sort: "id"}, {Title: "Object"}, {Title: "Stage"}, {Title: "Plan"}, {Title: "Characteristic"}, {Title: "Value", Number: true}, {Title: "Limits"}, {Title: "Result"}, {Title: "Inspector"}, {Title: "Instrument"}, {Title: "Fact"}},
		Filters: []filter{{Name: "characteristic", Label: "Characteristic"}, {Name: "result", Label: "Result", Choices: []string{"pass", "fail", "na"}}, {Name: "stage", Label: "Stage", Choices: choices["stage"]}, {Name: "instrument", Label: "Instrument", Suggest: "instrument"}, {Name: "inspector", Label: "Inspector"}},
		Actions: []action{{Text: "Inspect", Link: "/quality/inspect", First: true}, {Text: "Define a plan", Link: "/plans/define"}}, Empty: "What was measured, against which limits, by whom and with what."})
	rows, next, err := quality.ListInspections(a.tx, a.company, asks)
	if err != nil {
		return page{}, err
	}
	refs, err := names(a, rows, func(i quality.Inspection) int64 { return i.ObjectID })
	if err != nil {
		return page{}, err
	}
	for _, i := range rows {
		ref, fact := refs[i.ObjectID], journal.FactName(i.ID)
		l.row(instant(i.At), id(short(ref), Link(ref)), text(i.Stage), text(i.Plan), linked(i.Characteristic, chartLink(ref, i.Characteristic)), listed{Text: i.Value + " " + i.UOM, Number: true}, text(quality.Limits(i.Lower, i.Upper)), tags(i.Result), text(i.Inspector), text(i.Instrument), id(fact, "/journal/"+fact))
	}
	return l.end(next)
}

func chartLink(ref, characteristic string) string {
	_, _, part := nameOf(ref)
	if characteristic == "" || part == "" {
		return ""
	}
	return "/quality/chart?" + url.Values{"part_number": {part}, "characteristic": {characteristic}}.Encode()
}

func (s *site) nonconformities(a *asked) (page, error) {
	state := a.value("state")
	l, asks := a.list(listing{Title: "Nonconformities", Area: "quality", Tabs: tabsAt(qualityTabs, "/quality/nonconformities"),
		Columns: []column{{Title: "Number", Sort: "nonconformity"}, {Title: "State"}, {Title: "About"}, {Title: "Quantity", Number: true}, {Title: "Severity", Sort: "severity"}, {Title: "What is wrong"}, {Title: "Cause"}, {Title: "Raised", Sort: "at"}, {Title: "Disposition", Sort: "disposition"}, {Title: "Signed"}, {Title: "Action"}, {Title: "Owner", Sort: "owner"}, {Title: "Due", Sort: "due_at"}, {Title: ""}},
		Filters: []filter{{Name: "nonconformity", Label: "Number begins", Begins: true}, {Name: "severity", Label: "Severity", Choices: choices["severity"][1:]}, {Name: "state", Label: "State", Choices: []string{quality.NCROpen, quality.NCRPending, quality.NCRDisposal, quality.NCROverdue}}, {Name: "order_name", Label: "Order", Suggest: "order"}},
		Actions: []action{{Text: "Raise a nonconformity", Link: "/quality/raise", Icon: "plus", First: true}}, Empty: "What does not conform, and what was decided about it (ISO 9001, 8.7)."})
	delete(asks.Equal, "state")
	now := s.ledger.Now()
	rows, next, err := quality.ListNCRs(a.tx, a.company, state, now, asks)
	if err != nil {
		return page{}, err
	}
	refs, err := names(a, rows, func(n quality.NCR) int64 { return n.ObjectID })
	if err != nil {
		return page{}, err
	}
	for i := range rows {
		n := &rows[i]
		about := id(n.Order, orderLinkOf(n.Order))
		if ref := refs[n.ObjectID]; ref != "" {
			about = id(short(ref), Link(ref))
		}
		fact := journal.FactName(n.Fact)
		l.row(id(n.Nonconformity, "/journal/"+fact), tags(ncrStates(n, now)...), about, amount(n.Quantity), tags(n.Severity), text(n.Description), text(n.Cause), instant(n.At), text(n.Disposition),
			text(signers(n)), linked(n.CAPA, "/quality/follow?nonconformity="+url.QueryEscape(n.Nonconformity)), text(n.Owner), text(day(n.DueAt)), ncrNext(n))
	}
	return l.end(next)
}

// ncrStates are the state of a nonconformity, and whether it is late.
func ncrStates(n *quality.NCR, now moment.Time) []string {
	if n.Overdue(now) {
		return []string{n.State, "overdue"}
	}
	return []string{n.State}
}

// signers are who signed a disposition, as a signature is shown: nobody has
// logged in.
func signers(n *quality.NCR) string {
	var all []string
	for _, name := range n.SignedBy() {
		all = append(all, name+" (unverified)")
	}
	if need := n.Signatures; need > 0 {
		all = append(all, strconv.Itoa(len(n.SignedBy()))+" of "+strconv.FormatInt(need, 10))
	}
	return strings.Join(all, ", ")
}

// ncrNext is what can be done with a nonconformity.
func ncrNext(n *quality.NCR) listed {
	asked := "nonconformity=" + url.QueryEscape(n.Nonconformity)
	switch n.State {
	case quality.NCROpen:
		return linked("Dispose", "/quality/dispose?"+asked)
	case quality.NCRPending:
		return linked("Sign", "/quality/sign?"+asked)
	}
	return linked("Recall from it", "/recall?"+asked)
}

// suppliers is how what each supplier sends is found.
func (s *site) suppliers(a *asked) (page, error) {
	l, _ := a.list(listing{Title: "Suppliers", Area: "quality", Tabs: tabsAt(qualityTabs, "/quality/suppliers"),
		Columns: []column{{Title: "Supplier"}, {Title: "Lots", Number: true}, {Title: "Units", Number: true}, {Title: "Failures", Number: true}, {Title: "Rejected", Number: true}, {Title: "Share, %", Number: true}, {Title: "Open returns", Number: true}, {Title: "Returned", Number: true}, {Title: "Objects"}},
		Filters: []filter{{Name: "supplier", Label: "Supplier", Suggest: "supplier"}},
		Empty:   "How what suppliers send is found (ISO 9001, 8.4.1): received, failed, rejected, and what is still to be sent back."})
	all, err := quality.Suppliers(a.tx, a.company, a.value("supplier"))
	if err != nil {
		return page{}, err
	}
	number := func(n int64) listed { return listed{Text: strconv.FormatInt(n, 10), Number: true} }
	for _, v := range all {
		var refs []string
		for _, o := range v.Objects {
			refs = append(refs, short(o.Object))
		}
		l.row(id(v.Supplier, "/quality/suppliers?supplier="+url.QueryEscape(v.Supplier)), number(v.Lots), number(v.Units), number(v.Failures), number(v.Rejected), listed{Text: v.Share, Number: true},
			number(v.OpenReturns), number(v.Returned), text(strings.Join(refs, ", ")))
	}
	return l.end("")
}

func (s *site) holds(a *asked) (page, error) {
	open := a.value("state") != "all"
	l, asks := a.list(listing{Title: "Holds", Area: "quality", Tabs: tabsAt(qualityTabs, "/quality/holds"),
		Columns: []column{{Title: "Object"}, {Title: "Hold", Sort: "hold"}, {Title: "State"}, {Title: "Quantity", Number: true}, {Title: "Reason"}, {Title: "Since", Sort: "at"}, {Title: "Released"}, {Title: ""}},
		Filters: []filter{{Name: "state", Label: "State", Choices: []string{"all"}}, {Name: "source", Label: "From", Choices: []string{"inspection", "removal"}}},
		Actions: []action{{Text: "Hold", Link: "/quality/hold", Icon: "lock", First: true}}, Empty: "Nothing is held. A hold stops an object, and all that was split or merged from it, until somebody releases it."})
	delete(asks.Equal, "state")
	rows, next, err := genealogy.ListHolds(a.tx, a.company, open, asks)
	if err != nil {
		return page{}, err
	}
	refs, err := names(a, rows, func(h genealogy.HoldRow) int64 { return h.ObjectID })
	if err != nil {
		return page{}, err
	}
	for _, h := range rows {
		ref := refs[h.ObjectID]
		much := text("all")
		if h.Quantity != 0 {
			much = amount(h.Quantity)
		}
		state, do := "held", linked("Release", "/quality/unhold?"+url.Values{"ref": {ref}, "hold": {h.Hold}, "back": {"/quality/holds"}}.Encode())
		if h.ReleasedAt != 0 {
			state, do = "released", text(h.ReleaseReason)
		}
		l.row(id(short(ref), Link(ref)), text(h.Hold), tags(state), much, text(h.Reason), instant(h.At), instant(h.ReleasedAt), do)
	}
	return l.end(next)
}

func (s *site) deviations(a *asked) (page, error) {
	l, asks := a.list(listing{Title: "Deviations", Area: "quality", Tabs: tabsAt(qualityTabs, "/quality/deviations"),
		Columns: []column{{Title: "Deviation", Sort: "deviation"}, {Title: "Kind", Sort: "kind"}, {Title: "About"}, {Title: "Instead of"}, {Title: "Limit", Number: true}, {Title: "Used", Number: true}, {Title: "From"}, {Title: "Until", Sort: "ends"}, {Title: "Reason"}, {Title: "Approved by"}, {Title: "Fact"}},
		Filters: []filter{{Name: "deviation", Label: "Deviation begins", Begins: true}, {Name: "kind", Label: "Kind", Choices: choices["grant-deviation.kind"]}, {Name: "order_name", Label: "Order", Suggest: "order"}},
		Actions: []action{{Text: "Grant a deviation", Link: "/quality/deviate", Icon: "plus", First: true}}, Empty: "A permit before, or a concession after, makes a difference authorized. It is limited by quantity, dates or serials."})
	rows, next, err := genealogy.ListDeviations(a.tx, a.company, asks)
	if err != nil {
		return page{}, err
	}
	refs, err := names(a, rows, func(d genealogy.DeviationRow) int64 { return d.ObjectID })
	if err != nil {
		return page{}, err
	}
	for _, d := range rows {
		about := id(d.PartNumber, itemLink(d.PartNumber))
		if ref := refs[d.ObjectID]; ref != "" {
			about = id(short(ref), Link(ref))
		} else if d.Order != "" {
			about = id(d.Order, orderLink(d.Order))
		}
		limit := text("none")
		if d.Quantity != 0 {
			limit = amount(d.Quantity)
		}
		fact := journal.FactName(d.Fact)
		l.row(id(d.Deviation, ""), text(d.Kind), about, id(d.InsteadOf, ""), limit, amount(d.Used), instant(d.From), instant(d.Until), text(d.Reason), text(d.ApprovedBy), id(fact, "/journal/"+fact))
	}
	return l.end(next)
}

func (s *site) instruments(a *asked) (page, error) {
	l, _ := a.list(listing{Title: "Instruments", Area: "quality", Tabs: tabsAt(qualityTabs, "/quality/instruments"),
		Columns: []column{{Title: "Instrument"}, {Title: "Name"}, {Title: "State"}, {Title: "Last calibrated"}, {Title: "As found"}, {Title: "As left"}, {Title: "Due"}, {Title: "Calibrations", Number: true}, {Title: ""}},
		Actions: []action{{Text: "Record a calibration", Link: "/quality/calibrate", Icon: "plus", First: true}}, Empty: "Instruments are known by their calibrations (ISO 9001, 7.1.5.2). A failed one leads to everything it measured since it last passed."})
	all, err := quality.Instruments(a.tx, a.company)
	now := s.ledger.Now()
	for _, i := range all {
		state, next := i.Result, linked("Calibrate", "/quality/calibrate?instrument="+url.QueryEscape(i.Instrument))
		switch {
		case i.Result == "fail":
			next = linked("What did it measure?", "/recall?since_calibration=true&instrument="+url.QueryEscape(i.Instrument))
		case i.DueAt != 0 && i.DueAt < now:
			state = "overdue"
		case i.DueAt != 0 && i.DueAt < now+warnDays*dayLong:
			state = "due"
		}
		l.row(id(i.Instrument, "/quality/inspections?instrument="+url.QueryEscape(i.Instrument)), text(i.Name), tags(state), instant(i.At), text(i.AsFound), text(i.AsLeft), text(day(i.DueAt)), listed{Text: strconv.Itoa(i.Calibrations), Number: true}, next)
	}
	if err != nil {
		return page{}, err
	}
	return l.end("")
}
