package report

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"lotline/internal/journal"
	"lotline/internal/recall"
	"lotline/internal/refuse"
)

// drill is the report of a drill that was kept: by its entry, or the last.
func (m *maker) drill() error {
	history, err := recall.Drills(m.tx, m.company, drillsListed)
	if err != nil {
		return err
	}
	entry, err := strconv.ParseInt(m.Name, 10, 64)
	switch {
	case m.Name == "last" && len(history.Drills) == 0:
		return refuse.New(refuse.NotFound, "No drill was kept yet: lotline recall drill --keep does it.").At("entry")
	case m.Name == "last":
		entry = history.Drills[0].Entry
	case err != nil || entry < 1:
		return refuse.New(refuse.Invalid, "entry is %q: give the number of the entry that kept a drill, or last.", m.Name).At("entry")
	}
	found, kept, err := recall.ShowDrill(m.tx, m.company, entry)
	if err != nil {
		return err
	}
	m.by(journal.FirstOf(entry))
	m.doc.Subject, m.doc.File, m.doc.Path = fmt.Sprintf("Drill on %s, %s", short(found.Lot), when(kept.At)), fileName("drill", strconv.FormatInt(entry, 10)), "/recall/drill?entry="+url.QueryEscape(strconv.FormatInt(entry, 10))
	m.doc.drilled(found, kept.Seconds, sentence(when(kept.At), fmt.Sprintf("entry %d", entry)))
	m.add(drills(history))
	return nil
}

// OfDrill is the report of a drill that was not kept.
func OfDrill(f Frame, d *recall.Drill) *Document {
	doc := &Document{Kind: "Drill report", Subject: "Drill on " + short(d.Lot), File: fileName("drill", strconv.FormatUint(d.Seed, 10)), Path: "/recall/drill?try=1&seed=" + strconv.FormatUint(d.Seed, 10), Frame: f}
	doc.drilled(d.Fact(), d.Seconds, "no: it was only tried out")
	return doc
}

// drillsListed is how many drills the history shows.
const drillsListed = 50

// drilled says what a drill found.
func (d *Document) drilled(f *recall.Drilled, seconds float64, kept string) {
	d.Lead = fmt.Sprintf("A recall of %s, picked blind, was tried out from the trigger to the notices in %.3f seconds. The record scores %s of 100.", short(f.Lot), seconds, tenths(f.Score))
	d.Parts = append(d.Parts, Part{Facts: facts("lot", short(f.Lot), "picked by seed", f.Seed, "record", plural(int(f.Size), "entry", "entries")+" of the journal", "surely affected", strconv.FormatInt(f.Must, 10), "possibly affected", strconv.FormatInt(f.May, 10),
		"missing in the mass balance", f.Missing, "score", tenths(f.Score)+" of 100: the mean share that was right, over the kinds of checks", "kept", kept)})
	var rows [][]string
	for _, s := range f.Steps {
		rows = append(rows, []string{cmp.Or(stepWords[s.Step], s.Step), fmt.Sprintf("%.3f s", float64(s.Micros)/1e6)})
	}
	rows = append(rows, []string{"all", fmt.Sprintf("%.3f s", seconds)})
	d.Parts = append(d.Parts, table("Steps", "", columns("Step", "#Took"), rows), checks(f.Checks), findings(f))
}

// stepWords say what a step of a drill does.
var stepWords = map[string]string{
	"pick": "pick a lot blind", "trigger": "find what the trigger selects", "forward": "trace forward", "backward": "trace backward, from the lot and from finished units", "balance": "mass balance of every lot on the way",
	"scope": "scope by place and customer", "contacts": "how each customer can be told", "documents": "write the notices",
}

func checks(all []recall.Check) Part {
	words := map[string]string{"link": "links of the genealogy", "end": "ends of the traces", "balance": "mass balances", "contact": "customers' addresses", "direction": "both directions agree"}
	var rows [][]string
	for _, c := range all {
		stands := "pass"
		if c.Wrong > 0 {
			stands = "fail"
		}
		rows = append(rows, []string{cmp.Or(words[c.Kind], c.Kind), strconv.Itoa(c.Checked), strconv.Itoa(c.Wrong), stands})
	}
	return table("What was checked", "There was nothing to check.", columns("Check", "#Looked at", "#Wrong", "!Result"), rows)
}

func findings(f *recall.Drilled) Part {
	var rows [][]string
	for _, one := range f.Findings {
		rows = append(rows, []string{one.Kind, short(one.Object), one.What})
	}
	part := table("What pulled the score down", "Nothing.", columns("Kind", "Where", "What"), rows)
	if f.More > 0 {
		part.Text = []string{fmt.Sprintf("And %d more, which are not listed.", f.More)}
	}
	return part
}

func drills(h *recall.History) Part {
	var rows [][]string
	for _, d := range h.Drills {
		rows = append(rows, []string{when(d.At), short(d.Lot), d.Seed, fmt.Sprintf("%.1f", d.Score), fmt.Sprintf("%.3f s", d.Seconds), strconv.FormatInt(d.Findings, 10)})
	}
	part := table("Drills so far", "", columns("When", "Lot", "Seed", "#Score", "#Took", "#Findings"), rows)
	part.Text = []string{fmt.Sprintf("The latest score %.1f on average, %+.1f against those before.", h.Mean, h.Trend)}
	return part
}

func tenths(score int64) string {
	return strings.TrimSuffix(fmt.Sprintf("%d.%d", score/10, score%10), ".0")
}
