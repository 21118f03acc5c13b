package web

import (
	"crypto/rand"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/quality"
	"lotline/internal/refuse"
	"lotline/internal/trace"
)

// inspectPage is the form of an inspection plan: its characteristics with their
// limits and room for a value. Pass or fail is computed by the command.
type inspectPage struct {
	Tabs       []action
	Object     string
	Ref        string
	Plans      []catalog.PlanRow
	Plan       string
	Stage      string
	Rows       []inspectRow
	Inspector  string
	Instrument string
	NCR        string // raised if something fails
	Sealed     bool   // the plan is that of the order
	Order      string
	Request    string
	Wrong      string
}

type inspectRow struct {
	catalog.Characteristic
	Limits string
	Value  string
	Result string // for what is seen and not measured
	Wrong  string
	Name   string
}

func (s *site) inspect(a *asked) (page, error) {
	i := inspectPage{Tabs: tabsAt(qualityTabs, "/quality/inspect"), Object: strings.TrimSpace(a.value("object")), Plan: a.value("plan"), Inspector: a.value("inspector"), Instrument: a.value("instrument"), Request: rand.Text()}
	if ref := a.value("ref"); ref != "" {
		i.Object = short(ref)
	}
	p := page{Title: "Inspect", Area: "quality", Body: &i}
	if i.Object == "" {
		return p, nil
	}
	o, err := a.named(i.Object, nil)
	if err != nil {
		return p, err
	}
	i.Ref, i.Object = o.Ref(), short(o.Ref())
	row, err := trace.Resolve(a.tx, a.company, i.Ref)
	if err != nil {
		return p, err
	}
	if i.Plans, i.Sealed, err = quality.PlansFor(a.tx, a.company, &row); err != nil {
		return p, err
	}
	i.Order = row.Order
	for _, plan := range i.Plans {
		if plan.Plan != i.Plan && len(i.Plans) > 1 {
			continue
		}
		i.Plan, i.Stage = plan.Plan, plan.Stage
		for n, c := range plan.Characteristics() {
			i.Rows = append(i.Rows, inspectRow{Characteristic: c, Limits: quality.Limits(c.Lower, c.Upper), Name: strconv.Itoa(n)})
		}
	}
	return p, nil
}

// recordInspections records all values of a plan as one entry.
func (s *site) recordInspections(a *asked) (page, error) {
	a.Body = http.MaxBytesReader(nil, a.Body, formMax)
	if err := a.ParseForm(); err != nil {
		return page{}, refuse.New(refuse.TooLarge, "The form is larger than %d MiB.", formMax>>20)
	}
	var p page
	if err := s.read(a.Request, func(at *asked) (err error) {
		p, err = s.inspect(at)
		return err
	}); err != nil {
		return page{}, err
	}
	i := p.Body.(*inspectPage)
	i.Request = a.PostFormValue("request")
	commands, err := i.commands(a.PostForm)
	if err == nil {
		var answer ledger.Answer
		if answer, err = s.ledger.RecordAll(a.Context(), ledger.Request{ID: i.Request, By: "page", Via: "page"}, commands); err == nil {
			return page{}, elsewhere(with(Link(i.Ref), "recorded", strconv.FormatInt(answer.Seq, 10)))
		}
	}
	refusal, ok := refuse.As(err)
	if !ok {
		return page{}, err
	}
	i.Wrong, p.Status = refusal.Error(), statusOf(refusal)
	return p, nil
}

// commands are the measurements that were filled in.
func (i *inspectPage) commands(values url.Values) (all []ledger.Command, err error) {
	i.NCR = strings.TrimSpace(values.Get("nonconformity"))
	ways, err := genealogy.ParseRef(i.Ref)
	if err != nil {
		return nil, err
	}
	for n := range i.Rows {
		r := &i.Rows[n]
		r.Value, r.Result = strings.TrimSpace(values.Get("value."+r.Name)), values.Get("result."+r.Name)
		if r.Value == "" && r.Result == "" {
			continue
		}
		c := new(quality.RecordInspection)
		c.PartNumber, c.Serial, c.Lot = ways[0].PartNumber, ways[0].Serial, ways[0].Lot
		c.Plan, c.Stage, c.Characteristic, c.Value, c.Result = i.Plan, i.Stage, r.Characteristic.Characteristic, r.Value, r.Result
		c.Inspector, c.Instrument = values.Get("inspector"), values.Get("instrument")
		c.Nonconformity = i.NCR
		if instrument := strings.TrimSpace(values.Get("instrument." + r.Name)); instrument != "" {
			c.Instrument = instrument
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		err = refuse.New(refuse.Invalid, "Fill in a value, or pass or fail where nothing is measured.")
	}
	return all, err
}

// chartPage is a characteristic over an item's objects.
type chartPage struct {
	Tabs           []action
	PartNumber     string
	Characteristic string
	Known          []string
	Readings       []quality.Reading
	Words          int
	quality.Capability
	Source string
	Shown  []term
}

func (s *site) chart(a *asked) (page, error) {
	c := chartPage{Tabs: tabsAt(qualityTabs, "/quality/chart"), PartNumber: strings.TrimSpace(a.value("part_number")), Characteristic: strings.TrimSpace(a.value("characteristic"))}
	var err error
	if c.PartNumber != "" {
		if c.Known, err = quality.Measured(a.tx, a.company, c.PartNumber); err != nil {
			return page{}, err
		}
		if c.Characteristic == "" && len(c.Known) > 0 {
			c.Characteristic = c.Known[0]
		}
	}
	if c.Characteristic != "" {
		if c.Readings, c.Words, err = quality.Readings(a.tx, a.company, c.PartNumber, c.Characteristic); err != nil {
			return page{}, err
		}
		c.Capability = quality.Capable(c.Readings)
		c.Source = "/quality/chart.json?" + url.Values{"part_number": {c.PartNumber}, "characteristic": {c.Characteristic}}.Encode()
		c.Shown = c.numbers()
	}
	return page{Title: "Chart", Area: "quality", Body: c}, nil
}

// numbers are what is computed of the readings.
func (c *chartPage) numbers() (all []term) {
	all = append(all, term{"values", strconv.Itoa(c.Values)})
	show := func(what string, f *float64) {
		if f != nil {
			all = append(all, term{what, strconv.FormatFloat(*f, 'g', 4, 64)})
		}
	}
	if c.Values > 0 {
		show("mean", &c.Mean)
		show("standard deviation", &c.Sigma)
	}
	show("lower limit", c.Lower)
	show("upper limit", c.Upper)
	show("Cp", c.Cp)
	show("Cpk", c.Cpk)
	return all
}

type drawnPoint struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Result string  `json:"result"`
	Link   string  `json:"link"`
}

type drawnBin struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Count int     `json:"count"`
}

// chartData is what script draws of a characteristic.
func (s *site) chartData(a *asked) (any, error) {
	readings, _, err := quality.Readings(a.tx, a.company, a.value("part_number"), a.value("characteristic"))
	if err != nil {
		return nil, err
	}
	c := quality.Capable(readings)
	points := []drawnPoint{}
	unit := ""
	for _, r := range readings {
		unit = r.UOM
		points = append(points, drawnPoint{r.Name, r.Number, r.Result, Link(r.Kind + ":" + a.value("part_number") + "/" + r.Name)})
	}
	answer := map[string]any{"unit": unit, "mean": c.Mean, "points": points, "bins": bins(readings)}
	if c.Lower != nil {
		answer["lower"] = *c.Lower
	}
	if c.Upper != nil {
		answer["upper"] = *c.Upper
	}
	return answer, nil
}

// bins divide the readings into as many classes as Sturges' rule gives.
func bins(all []quality.Reading) []drawnBin {
	if len(all) == 0 {
		return []drawnBin{}
	}
	low, high := all[0].Number, all[0].Number
	for _, r := range all {
		low, high = math.Min(low, r.Number), math.Max(high, r.Number)
	}
	n := 1 + int(math.Ceil(math.Log2(float64(len(all)))))
	if low == high {
		n = 1
	}
	width := (high - low) / float64(n)
	made := make([]drawnBin, n)
	for i := range made {
		made[i] = drawnBin{From: low + float64(i)*width, To: low + float64(i+1)*width}
	}
	for _, r := range all {
		i := n - 1
		if width > 0 {
			i = min(n-1, int((r.Number-low)/width))
		}
		made[i].Count++
	}
	return made
}
