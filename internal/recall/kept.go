package recall

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/quality"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// KeepDrill records what a drill found; with Raise each finding as a
// nonconformity too, numbered from it.
type KeepDrill struct {
	Drill Drill       `json:"drill"`
	Raise string      `json:"raise,omitempty"`
	At    moment.Time `json:"at,omitempty"`

	objects map[string]genealogy.Object // of findings, by how they name them
}

// Drilled says what a drill found.
type Drilled struct {
	Seed     string    `json:"seed"`
	Lot      string    `json:"lot"`
	Size     int64     `json:"size"`
	Steps    []Took    `json:"steps"`
	Micros   int64     `json:"microseconds"`
	Score    int64     `json:"score"` // in tenths, 0 to 1000
	Checks   []Check   `json:"checks"`
	Must     int64     `json:"must"`
	May      int64     `json:"may"`
	Missing  string    `json:"missing"` // of the lot's mass balance
	Findings []Finding `json:"findings,omitempty"`
	More     int64     `json:"more,omitempty"`
}

// Took is how long a step took.
type Took struct {
	Step   string `json:"step"`
	Micros int64  `json:"microseconds"`
}

// Kind names the fact.
func (Drilled) Kind() string { return "recall.drilled/1" }

// SetAt fills in when, if it was left open.
func (c *KeepDrill) SetAt(at moment.Time) { fill(&c.At, at) }

// Prepare finds the objects of the findings.
func (c *KeepDrill) Prepare(tx *store.Tx, company string) error {
	c.objects = map[string]genealogy.Object{}
	if c.Raise == "" {
		return nil
	}
	for _, f := range append([]Finding{{Object: c.Drill.Lot}}, c.Drill.Findings...) {
		if !strings.HasPrefix(f.Object, "lot:") && !strings.HasPrefix(f.Object, "unit:") {
			continue
		}
		row, err := trace.Resolve(tx, company, f.Object)
		if err != nil {
			return err
		}
		c.objects[f.Object] = row.Object()
	}
	return nil
}

// keptMax is how many findings a fact keeps: it stays well below a line's limit.
const keptMax = 100

// Fact says what the drill found, as it is kept.
func (d *Drill) Fact() *Drilled {
	f := &Drilled{Seed: fmt.Sprint(d.Seed), Lot: d.Lot, Size: d.Size, Micros: micros(d.Seconds), Score: int64(math.Round(d.Score * 10)), Checks: d.Checks, Must: int64(d.Must), May: int64(d.May),
		Missing: d.Balance.Missing.String(), Findings: d.Findings, More: int64(d.More)}
	for _, s := range d.Steps {
		f.Steps = append(f.Steps, Took{s.Step, micros(s.Seconds)})
	}
	if len(f.Findings) > keptMax {
		f.Findings, f.More = f.Findings[:keptMax], f.More+int64(len(f.Findings)-keptMax)
	}
	return f
}

// Decide records the drill.
func (c *KeepDrill) Decide(set *store.Set) ([]journal.Fact, error) {
	d := &c.Drill
	f := d.Fact()
	facts := []journal.Fact{{At: c.At, What: f}}
	if c.Raise == "" {
		return facts, nil
	}
	prefix, err := name.Clean("raise", c.Raise)
	if err != nil {
		return nil, err
	}
	for i, finding := range d.Findings {
		o, ok := c.objects[finding.Object]
		what := finding.What
		if !ok { // of a partner: the lot shows what it is about
			o, what = c.objects[d.Lot], finding.Object+": "+finding.What
		}
		raise := &quality.RaiseNCR{At: c.At, NCRRaised: quality.NCRRaised{Nonconformity: fmt.Sprintf("%s-%d", prefix, i+1), PartNumber: o.PartNumber, Serial: o.Serial, Lot: o.Lot,
			Description: "traceability drill: " + what, Severity: "minor", Cause: "record"}}
		more, err := raise.Decide(set)
		if err != nil {
			return nil, err
		}
		if len(more) == 0 {
			return nil, refuse.New(refuse.Conflict, "Nonconformity %s-%d is raised: give other numbers.", prefix, i+1).At("raise")
		}
		facts = append(facts, more...)
	}
	return facts, nil
}

func micros(seconds float64) int64 { return int64(math.Round(seconds * 1e6)) }

// DrillRow is a drill that was kept.
type DrillRow struct {
	Fact     int64       `col:"id,key"`
	At       moment.Time `col:"at"`
	Lot      string      `col:"lot"`
	Score    int64       `col:"score"` // in tenths
	Micros   int64       `col:"microseconds"`
	Findings int64       `col:"findings"`
	Body     string      `col:"body"` // the fact
}

var drills = store.NewTable("recall_drill", func(r *DrillRow) int64 { return r.Fact })

func projectDrilled(set *store.Set, line journal.Line, f *Drilled) {
	body, err := json.Marshal(f)
	if err != nil {
		panic(err) // texts and numbers always encode
	}
	drills.New(set, DrillRow{line.ID(), line.At, f.Lot, f.Score, f.Micros, int64(len(f.Findings)) + f.More, string(body)})
}

// KeptDrill is a drill in the history.
type KeptDrill struct {
	At       moment.Time `json:"at"`
	Entry    int64       `json:"entry"`
	Seed     string      `json:"seed"`
	Lot      string      `json:"lot"`
	Score    float64     `json:"score"`
	Seconds  float64     `json:"seconds"`
	Steps    []Step      `json:"steps"`
	Checks   []Check     `json:"checks"`
	Findings int64       `json:"findings"`
}

// History is the drills that were kept, the latest first. Trend is the mean
// score of the latest ten against that of the ten before.
type History struct {
	Drills []KeptDrill `json:"drills"`
	Mean   float64     `json:"mean"`
	Trend  float64     `json:"trend"`
}

// ShowDrill is a drill that was kept, as an entry recorded it.
func ShowDrill(tx *store.Tx, company string, entry int64) (*Drilled, *KeptDrill, error) {
	rows, err := drills.Select(tx, company, "id >= $2 AND id <= $3", journal.FirstOf(entry), journal.LastOf(entry))
	if err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 {
		return nil, nil, refuse.New(refuse.NotFound, "Entry %d kept no drill.", entry).At("entry")
	}
	f := new(Drilled)
	_ = json.Unmarshal([]byte(rows[0].Body), f) // written by this package
	k := kept(&rows[0], f)
	return f, &k, nil
}

// trended is how many drills a mean is taken of.
const trended = 10

// Drills is the history of drills: at most so many of the latest.
func Drills(tx *store.Tx, company string, limit int64) (*History, error) {
	rows, err := drills.SelectOrdered(tx, company, "", "ORDER BY id DESC LIMIT $2", limit)
	if err != nil {
		return nil, err
	}
	h := &History{Drills: []KeptDrill{}}
	for _, r := range rows {
		var f Drilled
		_ = json.Unmarshal([]byte(r.Body), &f) // written by this package
		h.Drills = append(h.Drills, kept(&r, &f))
	}
	h.Mean = meanScore(h.Drills[:min(trended, len(h.Drills))])
	if len(h.Drills) > trended {
		h.Trend = math.Round((h.Mean-meanScore(h.Drills[trended:min(2*trended, len(h.Drills))]))*10) / 10
	}
	return h, nil
}

func kept(r *DrillRow, f *Drilled) KeptDrill {
	k := KeptDrill{At: r.At, Entry: journal.EntryOf(r.Fact), Seed: f.Seed, Lot: r.Lot, Score: float64(r.Score) / 10, Seconds: float64(r.Micros) / 1e6, Steps: []Step{}, Checks: f.Checks, Findings: r.Findings}
	for _, s := range f.Steps {
		k.Steps = append(k.Steps, Step{s.Step, float64(s.Micros) / 1e6})
	}
	return k
}

func meanScore(all []KeptDrill) float64 {
	sum := 0.0
	for _, d := range all {
		sum += d.Score
	}
	if len(all) == 0 {
		return 0
	}
	return math.Round(sum/float64(len(all))*10) / 10
}
