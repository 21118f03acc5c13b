package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"

	"lotline/internal/api"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/gs1"
	"lotline/internal/ledger"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/trace"
)

// buildPage is the bench: scan the unit, see what it needs next, scan that.
type buildPage struct {
	Unit     string // PART/SERIAL
	Ref      string
	Operator string
	Request  string
	Shown    *trace.Unit
	Places   []benchPlace
	Next     *benchPlace
	Order    *order.Order
	Done     bool // every position is filled
	Complete bool // the unit is recorded as complete
	Says     string
	Sound    string // good, bad
	Last     int64  // the entry that was recorded last
	Orders   []progress
}

// benchPlace is a position with what it still needs.
type benchPlace struct {
	trace.Position
	Name string
	Has  quantity.Quantity
	Open bool
}

func (s *site) build(a *asked) (page, error) {
	b := buildPage{Unit: strings.TrimSpace(a.value("unit")), Operator: a.value("operator"), Request: rand.Text()}
	p := page{Title: "Build", Area: "build"}
	if b.Unit == "" {
		rows, err := order.Running(a.tx, a.company, todoMax)
		for _, o := range rows {
			if o.State == order.Released {
				done, err := a.progressOf(o)
				if err != nil {
					return p, err
				}
				b.Orders = append(b.Orders, done)
			}
		}
		p.Body = &b
		return p, err
	}
	o, err := a.named(b.Unit, nil)
	if err != nil {
		return p, err
	}
	if o.Serial == "" {
		return p, refuse.New(refuse.Invalid, "%s is a lot: scan the unit that is built.", o)
	}
	err = b.load(a, o)
	p.Title, p.Body = "Build "+o.Serial, &b
	return p, err
}

// load shows the unit and what it needs.
func (b *buildPage) load(a *asked, o genealogy.Object) (err error) {
	b.Ref, b.Unit = o.Ref(), short(o.Ref())
	if b.Shown, err = trace.ShowUnit(a.tx, a.company, b.Ref, trace.Question{}); err != nil {
		return err
	}
	row, err := trace.Resolve(a.tx, a.company, b.Ref)
	if err != nil {
		return err
	}
	b.Complete = row.CompletedAt != 0
	if b.Shown.Order != "" {
		made, err := order.Get(a.tx, a.company, b.Shown.Order)
		if err != nil {
			return err
		}
		b.Order = &made
	}
	for _, position := range b.Shown.Positions {
		place := benchPlace{Position: position}
		for _, f := range position.Filled {
			if !f.Removed {
				place.Has += f.Quantity
			}
		}
		item, _, _, err := catalog.ShowItem(a.tx, a.company, position.PartNumber)
		if err != nil {
			return err
		}
		place.Name = item.Name
		place.Open = position.By != "assumption" && place.Has < position.Quantity && position.By != "issue"
		b.Places = append(b.Places, place)
	}
	for i := range b.Places {
		if b.Places[i].Open {
			b.Next = &b.Places[i]
			break
		}
	}
	b.Done = b.Next == nil && len(b.Places) > 0
	return nil
}

// scanOnBench takes one scan: a unit to build, or a component for the unit that
// is on the bench. What it records can be voided at once.
func (s *site) scanOnBench(a *asked) (page, error) {
	a.Body = http.MaxBytesReader(nil, a.Body, formMax)
	scan, unit := strings.TrimSpace(a.PostFormValue("scan")), strings.TrimSpace(a.PostFormValue("unit"))
	var answer ledger.Answer
	var said string
	var next string
	var command ledger.Command
	err := s.read(a.Request, func(at *asked) (err error) {
		if scan == "" && a.PostFormValue("complete") == "" {
			return refuse.New(refuse.Invalid, "Scan a label.")
		}
		next, said, command, err = at.bench(unit, scan, a.PostForm)
		return err
	})
	if err == nil && command != nil {
		answer, err = s.record(a.Request, a.PostFormValue("request"), command)
	}
	if err == nil {
		unit = next
	}
	refusal, refused := refuse.As(err)
	if err != nil && !refused {
		return page{}, err
	}
	var p page
	show := url.Values{"unit": {unit}, "operator": {a.PostFormValue("operator")}}
	again := a.Request.Clone(a.Context())
	again.Form = show
	if err := s.read(again, func(at *asked) (err error) {
		p, err = s.build(at)
		return err
	}); err != nil {
		return page{}, err
	}
	b := p.Body.(*buildPage)
	b.Says, b.Sound, b.Last = said, "good", answer.Seq
	if len(answer.Warnings) > 0 {
		b.Says += " " + strings.Join(answer.Warnings, " ")
	}
	if refused {
		b.Says, b.Sound, p.Status = refusal.Error(), "bad", statusOf(refusal)
	}
	return p, nil
}

// bench decides what a scan is for: completing, the next unit, or a component.
func (a *asked) bench(unit, scan string, values url.Values) (next, said string, command ledger.Command, err error) {
	if unit == "" {
		o, err := a.named(scan, nil)
		if err == nil && o.Serial == "" {
			err = refuse.New(refuse.Invalid, "%s is a lot: scan the unit that is built first.", o)
		}
		return short(o.Ref()), "Building " + o.String() + ".", nil, err
	}
	parent, err := a.named(unit, nil)
	if err != nil {
		return unit, "", nil, err
	}
	if values.Get("complete") != "" {
		return unit, parent.String() + " is complete.", &quality.Complete{Complete: genealogy.Complete{PartNumber: parent.PartNumber, Serial: parent.Serial}}, nil
	}
	o, err := a.component(scan)
	if err != nil {
		return unit, "", nil, err
	}
	if o.Serial != "" && o.PartNumber == parent.PartNumber {
		return short(o.Ref()), "Building " + o.String() + ".", nil, nil // the next unit of the same item
	}
	install := api.Commands["install"]().(*genealogy.Install)
	*install = genealogy.Install{PartNumber: parent.PartNumber, Serial: parent.Serial, Component: o.PartNumber, ComponentSerial: o.Serial, ComponentLot: o.Lot, Operator: values.Get("operator")}
	if q := strings.TrimSpace(values.Get("quantity")); q != "" {
		if err := put(install, "quantity", q); err != nil {
			return unit, "", nil, err
		}
	} else if o.Lot != "" {
		a.rest(install, parent)
	}
	return unit, o.String() + " is in.", install, nil
}

// component is what a scan names; a lot that is bought may be scanned by the
// supplier's label, whose numbers find it too.
func (a *asked) component(scan string) (genealogy.Object, error) {
	code, isCode, err := gs1.Parse(scan)
	if err == nil && isCode && code.Lot == "" && code.Serial == "" && code.SupplierLot != "" {
		return a.named(code.SupplierLot, nil)
	}
	if err != nil {
		return genealogy.Object{}, err
	}
	return a.named(scan, nil)
}

// rest takes of a lot what the first open position of its item, or of an item
// that it may take the place of, still needs; the command judges the rest.
func (a *asked) rest(install *genealogy.Install, parent genealogy.Object) {
	var b buildPage
	if err := b.load(a, parent); err != nil {
		return
	}
	for _, place := range b.Places {
		if place.PartNumber == install.Component && place.Open {
			install.FindNumber, install.Quantity = place.FindNumber, place.Quantity-place.Has
			return
		}
	}
}
