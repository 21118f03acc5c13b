package recall

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// Step of a drill, and how long it took.
type Step struct {
	Step    string  `json:"step"`
	Seconds float64 `json:"seconds"`
}

// Finding is something that pulls a score down: a link that is missing, an end
// that nobody knows, a balance that is open, a customer that cannot be reached,
// two directions that do not agree.
type Finding struct {
	Kind   string `json:"kind"` // link, end, balance, contact, direction
	Object string `json:"object"`
	What   string `json:"what"`
}

// Check is how many things of a kind were looked at, and how many were wrong.
type Check struct {
	Kind    string `json:"kind"`
	Checked int    `json:"checked"`
	Wrong   int    `json:"wrong"`
}

// Drill is a recall that was tried out on a lot, without touching anything
// (ISO 22005 and GFSI schemes ask for such tests of traceability).
type Drill struct {
	Seed      uint64            `json:"seed"`
	Lot       string            `json:"lot"`
	Size      int64             `json:"size"` // of the journal
	Steps     []Step            `json:"steps"`
	Seconds   float64           `json:"seconds"`
	Score     float64           `json:"score"` // 0 to 100: the mean share that was right, over the kinds of checks
	Checks    []Check           `json:"checks"`
	Must      int               `json:"must"`
	May       int               `json:"may"`
	HadBeen   trace.HadBeen     `json:"had_been"`
	Customers int               `json:"customers"`
	Balance   genealogy.Balance `json:"balance"`
	Findings  []Finding         `json:"findings"`
	More      int               `json:"more,omitempty"` // findings beyond those listed
}

// findingsMax is how many findings a drill lists.
const findingsMax = 200

// samplesMax is how many finished units a drill asks backward.
const samplesMax = 3

// drilling is a drill under way.
type drilling struct {
	*Drill
	tx       *store.Tx
	company  string
	random   *rand.Rand
	clock    func() time.Time
	since    time.Time
	row      genealogy.Row
	forward  *trace.Answer
	backward *trace.Answer
	samples  []*trace.Answer
	plan     *Answer
	checks   map[string]*Check
}

// RunDrill picks a lot blind, by the seed, and runs a recall of it from trigger
// to documents, timing each step by the clock. It records nothing. Write makes
// the document of a notice; nil for none.
func RunDrill(tx *store.Tx, company string, seed uint64, clock func() time.Time, write func(*Notice) error) (*Drill, error) {
	d := &drilling{Drill: &Drill{Seed: seed, Steps: []Step{}, Findings: []Finding{}}, tx: tx, company: company, clock: clock,
		random: rand.New(rand.NewPCG(seed, 0)), checks: map[string]*Check{}}
	var err error
	if d.Size, _, err = journal.Head(tx, company); err != nil {
		return nil, err
	}
	began := clock()
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"pick", d.pick}, {"trigger", d.trigger}, {"forward", d.goForward}, {"backward", d.goBackward}, {"balance", d.weigh}, {"scope", d.scope}, {"contacts", d.contacts},
		{"documents", func() error { return d.documents(write) }},
	} {
		d.since = clock()
		if err := step.do(); err != nil {
			return nil, fmt.Errorf("drill, step %s: %w", step.name, err)
		}
		d.Steps = append(d.Steps, Step{step.name, seconds(clock().Sub(d.since))})
	}
	d.Seconds = seconds(clock().Sub(began))
	d.Checks, d.Score = score(d.checks)
	return d.Drill, nil
}

func seconds(t time.Duration) float64 { return math.Round(t.Seconds()*1e6) / 1e6 }

// pick chooses a lot that holds or held something, each as likely as the others.
func (d *drilling) pick() error {
	rows, err := d.tx.Query(`SELECT id FROM object WHERE company = $1 AND kind = 'lot' AND size > 0 AND voided = 0 ORDER BY id`, d.company)
	if err != nil {
		return err
	}
	defer rows.Close()
	var lots []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return err
		}
		lots = append(lots, id)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(lots) == 0 {
		return refuse.New(refuse.NotFound, "There is no lot to try a recall on.")
	}
	found, err := genealogy.Objects.Select(d.tx, d.company, "id = $2", lots[d.random.IntN(len(lots))])
	if err == nil {
		d.row = found[0]
		d.Lot = d.row.Object().Ref()
	}
	return err
}

func (d *drilling) trigger() error {
	_, err := Trigger{Object: d.Lot}.starts(d.tx, d.company, trace.Question{})
	return err
}

func (d *drilling) goForward() (err error) {
	d.forward, err = trace.Forward(d.tx, d.company, d.Lot, trace.Question{})
	return err
}

// goBackward asks what went into the lot, and what into some of the finished
// units it reached: the lot must be in them as they say it is (rule 8).
func (d *drilling) goBackward() (err error) {
	if d.backward, err = trace.Backward(d.tx, d.company, d.Lot, trace.Question{}); err != nil {
		return err
	}
	var finished []*trace.Object
	for i := range d.forward.Objects {
		if o := &d.forward.Objects[i]; o.Serial != "" && o.Top == o.Ref && !o.Removed {
			finished = append(finished, o)
		}
	}
	d.random.Shuffle(len(finished), func(i, j int) { finished[i], finished[j] = finished[j], finished[i] })
	for _, o := range finished[:min(samplesMax, len(finished))] {
		back, err := trace.Backward(d.tx, d.company, o.Ref, trace.Question{})
		if err != nil {
			return err
		}
		d.samples = append(d.samples, back)
		same := slices.ContainsFunc(back.Objects, func(b trace.Object) bool {
			return b.Ref == d.Lot && b.Certainty == o.Certainty && !b.Removed && b.QuantityMin == o.QuantityMin && b.QuantityMax == o.QuantityMax
		})
		d.check("direction", same, o.Ref, "its backward trace does not have the lot as the lot's forward trace has it")
	}
	for _, a := range append([]*trace.Answer{d.backward}, d.samples...) {
		d.links(a)
	}
	d.ends(d.forward)
	return nil
}

// links checks the gaps of a backward trace against all that it found.
func (d *drilling) links(a *trace.Answer) {
	for range a.Objects {
		d.check("link", true, "", "")
	}
	for _, g := range a.Gaps {
		what := g.Reason
		if g.Position != "" {
			what += " at " + g.Position
		}
		d.check("link", false, g.Object, what)
	}
	d.ends(a)
}

// ends checks where an answer goes no further; an order's lot that a backward
// trace only lists is no end.
func (d *drilling) ends(a *trace.Answer) {
	listed := map[string]bool{}
	for _, e := range a.Edges {
		listed[e.From] = listed[e.From] || e.Kind == "order_lot"
	}
	for i := range a.Objects {
		if o := &a.Objects[i]; o.End != "" && !o.Removed && !listed[o.Ref] {
			d.check("end", o.End != "unknown", o.Ref, "nobody knows where it "+map[string]string{"forward": "is", "backward": "came from"}[a.Direction])
		}
	}
}

// weigh is the mass balance of the lot, and of every lot on the way.
func (d *drilling) weigh() (err error) {
	if d.Balance, err = genealogy.BalanceOf(d.tx, d.company, d.row); err != nil {
		return err
	}
	lots := map[int64]bool{d.row.ID: true}
	for _, a := range []*trace.Answer{d.forward, d.backward} {
		for i := range a.Objects {
			if a.Objects[i].Lot != "" && a.Objects[i].Number() != 0 {
				lots[a.Objects[i].Number()] = true
			}
		}
	}
	wrong, err := genealogy.OpenBalances(d.tx, d.company, ids(lots))
	if err != nil {
		return err
	}
	d.count("balance", len(lots)-len(wrong))
	for _, b := range wrong {
		d.check("balance", false, b.Object, open(&b))
	}
	return nil
}

// open says what is wrong with a balance.
func open(b *genealogy.Balance) string {
	if b.Missing != 0 {
		return b.Missing.String() + " are missing"
	}
	return "there are " + b.InStock.String() + " in stock"
}

func (d *drilling) scope() (err error) {
	d.plan, err = Plan(d.tx, d.company, Question{Any: []Trigger{{Object: d.Lot}}}, trace.Question{})
	if err == nil {
		d.Must, d.May, d.HadBeen, d.Customers = d.plan.Must, d.plan.May, d.plan.HadBeen, len(d.plan.ByCustomer)
	}
	return err
}

// contacts looks whether each customer could be told.
func (d *drilling) contacts() error {
	partners, err := catalog.Partners(d.tx, d.company)
	known := map[string]catalog.Partner{}
	for _, p := range partners {
		known[p.Code] = p
	}
	for _, c := range d.plan.ByCustomer {
		p := known[c.Customer]
		d.check("contact", p.Email+p.Address+p.Phone != "", "partner:"+c.Customer, "it has no address, no telephone and no e-mail")
	}
	return err
}

// documents writes the notices that the customers would get, and throws them
// away.
func (d *drilling) documents(write func(*Notice) error) error {
	all := delivered(d.plan.Objects)
	for customer, units := range all {
		n := &Notice{Recall: "drill", Customer: customer, Name: customer, Reason: "This is a drill: nobody is told."}
		for i := range units {
			u := UnitRow{PartNumber: units[i].PartNumber, Kind: units[i].Kind(), Name: units[i].Name(), Certainty: units[i].Certainty, Quantity: units[i].Quantity, System: units[i].System,
				Shipment: units[i].Shipment, Affected: strings.Join(units[i].Affected, "\n"), State: UnitNotified}
			n.Units = append(n.Units, u.shown())
		}
		n.Write(io.Discard)
		if err := n.WriteCSV(io.Discard); err != nil {
			return err
		}
		if write != nil {
			if err := write(n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *drilling) count(kind string, right int) {
	if d.checks[kind] == nil {
		d.checks[kind] = &Check{Kind: kind}
	}
	d.checks[kind].Checked += right
}

func (d *drilling) check(kind string, right bool, object, what string) {
	d.count(kind, 1)
	if right {
		return
	}
	d.checks[kind].Wrong++
	if len(d.Findings) == findingsMax {
		d.More++
		return
	}
	d.Findings = append(d.Findings, Finding{kind, object, what})
}

// score is the mean, over the kinds of checks that there was anything to look at
// for, of the share that was right, times 100, to one place.
func score(checks map[string]*Check) ([]Check, float64) {
	all := []Check{}
	sum := 0.0
	for _, kind := range []string{"link", "end", "balance", "contact", "direction"} {
		if c := checks[kind]; c != nil && c.Checked > 0 {
			all = append(all, *c)
			sum += 1 - float64(c.Wrong)/float64(c.Checked)
		}
	}
	if len(all) == 0 {
		return all, 100
	}
	return all, math.Round(sum/float64(len(all))*1000) / 10
}
