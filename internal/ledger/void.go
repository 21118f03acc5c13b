package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quality"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Void takes back facts that were recorded by mistake: one, named as 12.3, or
// all of an entry, named as 12. It is refused when later facts would be
// impossible without them, with their list; what Replacement records instead
// counts.
type Void struct {
	Fact        string      `json:"fact"`
	Reason      string      `json:"reason"`
	At          moment.Time `json:"at,omitempty"`
	Replacement Command     `json:"-"`
}

// SetAt fills in when, if it was left open.
func (c *Void) SetAt(at moment.Time) {
	if c.At == 0 {
		c.At = at
	}
	if timed, ok := c.Replacement.(Timed); ok {
		timed.SetAt(at)
	}
}

// Decide is not asked: a void expands.
func (c *Void) Decide(*store.Set) ([]journal.Fact, error) { return nil, nil }

// Expand is the void, what replaces it, and the look at what came after.
func (c *Void) Expand() []Command {
	take := &takeBack{void: c}
	all := []Command{take}
	if c.Replacement != nil {
		all = append(all, c.Replacement)
	}
	return append(all, &stillSound{take})
}

// takeBack is the first part of a void.
type takeBack struct {
	void    *Void
	tx      *store.Tx
	company string
	lines   []journal.Line
	texts   []json.RawMessage
}

// permanent says, of kinds of facts that are never voided, what to do instead.
var permanent = []struct{ prefix, instead string }{
	{"order.released", "a released order BOM is sealed: succeed the order, or close it"},
	{"order.listed", "a released order BOM is sealed: succeed the order, or close it"},
	{"order.blocked", "unblock the order"}, {"order.unblocked", "block the order again"},
	{"order.", "close or cancel the order, or plan another"},
	{"entry.signed", "void what was signed"}, {"signature.", "it is a copy of what was signed elsewhere"},
	{"entry.", "record again what was voided"},
	{"recall.", "exclude and include objects by hand, answer again, or close the recall"},
	{"rows.", "it only notes which rows of a workbook were read"},
	{"catalog.", "define it again"}, {"item.", "define it again"}, {"bom.", "define it again"}, {"mapping.", "save it again"}, {"partner.", "define it again"},
	{"revision.", "define the next revision"}, {"tracking.", "change it again"}, {"plan.", "define it again"}, {"maker.", "define it again"},
	{"document.", "attach its next revision"}, {"uom.", "define it again"}, {"material.allocated", "allocate another quantity"}, {"numbers.", "numbers are never given twice"},
}

// Prepare reads the facts that are meant.
func (c *takeBack) Prepare(tx *store.Tx, company string) error {
	c.tx, c.company, c.lines, c.texts = tx, company, nil, nil
	text, whole := c.void.Fact, false
	if !strings.Contains(text, ".") {
		text, whole = text+".1", true
	}
	id, err := journal.ParseFactName(text)
	if err != nil {
		return refuse.New(refuse.Invalid, "%q is no fact: write the entry, a point and the line, as 12.3, or the entry alone.", c.void.Fact).At("fact")
	}
	seq, first := journal.EntryOf(id), int(id&journal.LinesMax)
	err = journal.Read(tx, company, seq, seq, kinds, func(e journal.Entry) error {
		for i := range e.Lines {
			if whole || i+1 == first || i+1 != first && goesWith(e.Lines, first-1, i) {
				c.lines = append(c.lines, e.Lines[i])
				c.texts = append(c.texts, json.RawMessage(e.Raw[i]))
			}
		}
		return nil
	})
	if err == nil && len(c.lines) == 0 {
		return refuse.New(refuse.NotFound, "There is no fact %s.", c.void.Fact).At("fact")
	}
	slices.Reverse(c.lines)
	slices.Reverse(c.texts)
	return err
}

// goesWith says whether a line of an entry cannot stand without another: the
// hold of a failed inspection, the unit that came to be when it was installed,
// what an event in the field did to the parent.
func goesWith(lines []journal.Line, named, other int) bool {
	if named < 0 || named >= len(lines) {
		return false
	}
	switch lines[named].What.(type) {
	case *quality.InspectionRecorded, *quality.NCRDisposed, *quality.NCRSigned:
		return heldFor(lines, named, other)
	case *genealogy.LotProduced:
		_, spoilt := lines[other].What.(*genealogy.Scrapped)
		return spoilt && other == named+1
	case *genealogy.Fielded:
		switch lines[other].What.(type) {
		case *genealogy.Installed, *genealogy.Removed:
			return other == named+1
		}
	case *genealogy.Installed:
		made, ok := lines[other].What.(*genealogy.UnitSerialized)
		return ok && other == named-1 && made.FromStock
	}
	return false
}

// heldFor says whether a line lays or ends a hold because of another; between
// them stand only such lines, and the signature.
func heldFor(lines []journal.Line, named, other int) bool {
	for i := named + 1; i <= other; i++ {
		switch lines[i].What.(type) {
		case *genealogy.Held, *genealogy.Unheld:
			if i == other {
				return true
			}
		case *journal.Signed:
		default:
			return false
		}
	}
	return false
}

// Decide takes the facts back, the last first.
func (c *takeBack) Decide(set *store.Set) ([]journal.Fact, error) {
	if c.void.Reason == "" {
		return nil, refuse.New(refuse.Invalid, "Say why %s is voided.", c.void.Fact).At("reason")
	}
	var facts []journal.Fact
	for i, line := range c.lines {
		kind := line.What.Kind()
		switch line.What.(type) {
		case *RowsTaken, *genealogy.NumbersTaken, *journal.Signed: // stay as they are: numbers are never given twice, and what was signed was
			if len(c.lines) > 1 {
				continue
			}
		}
		for _, p := range permanent {
			if strings.HasPrefix(kind, p.prefix) {
				return nil, refuse.New(refuse.Conflict, "Fact %s (%s) cannot be voided: %s.", journal.FactName(line.ID()), kind, p.instead).At("fact")
			}
		}
		if old, ok := voidings.Get(set, line.ID()); ok {
			if len(c.lines) > 1 {
				continue
			}
			return nil, refuse.New(refuse.Conflict, "Fact %s was voided before, by %s: %s.", journal.FactName(line.ID()), journal.FactName(old.By), old.Reason).At("fact")
		}
		var stored struct {
			Kind string          `json:"kind"`
			Fact json.RawMessage `json:"fact"`
		}
		if err := json.Unmarshal(c.texts[i], &stored); err != nil {
			return nil, err
		}
		facts = append(facts, journal.Fact{At: c.void.At, What: &journal.Voided{Fact: journal.FactName(line.ID()), What: stored.Kind, At: line.At, Body: stored.Fact, Reason: c.void.Reason}})
	}
	return facts, nil
}

// stillSound is the last part of a void: it refuses what made later facts
// impossible.
type stillSound struct{ take *takeBack }

// listedMax is how many facts a refusal lists.
const listedMax = 20

// Decide records nothing.
func (c *stillSound) Decide(set *store.Set) ([]journal.Fact, error) {
	found := map[int64]bool{}
	for _, line := range c.take.lines {
		for _, p := range projections {
			if p.Against != nil {
				for _, id := range p.Against(set, line) {
					if _, gone := voidings.Get(set, id); !gone {
						found[id] = true
					}
				}
			}
		}
	}
	for _, line := range c.take.lines {
		delete(found, line.ID())
	}
	if len(found) == 0 {
		return nil, nil
	}
	var names []string
	ids := make([]int64, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for i, id := range ids {
		if i == listedMax {
			names = append(names, fmt.Sprintf("and %d more", len(ids)-i))
			break
		}
		names = append(names, c.take.describe(id))
	}
	return nil, refuse.New(refuse.Conflict, "%s cannot be voided: without it these are not possible: %s. Void them first, the last first, or give what replaces it.", c.take.void.Fact, strings.Join(names, ", ")).At("fact")
}

// describe names a fact with its kind.
func (c *takeBack) describe(id int64) string {
	text := journal.FactName(id)
	_ = journal.Read(c.tx, c.company, journal.EntryOf(id), journal.EntryOf(id), kinds, func(e journal.Entry) error {
		if k := int(id & journal.LinesMax); k <= len(e.Lines) {
			kind, _, _ := strings.Cut(e.Lines[k-1].What.Kind(), "/")
			text += " (" + kind + " " + e.Lines[k-1].At.String() + ")"
		}
		return nil
	})
	return text
}

// Voiding is that a fact was voided.
type Voiding struct {
	Fact   int64       `col:"id,key"`
	By     int64       `col:"voided_by"`
	At     moment.Time `col:"at"`
	What   string      `col:"kind"`
	Body   string      `col:"body"`
	Reason string      `col:"reason"`
}

var voidings = store.NewTable("voiding", func(r *Voiding) int64 { return r.Fact })

// Voidings are the facts that were voided, in the order of their numbers.
func Voidings(tx *store.Tx, company string) ([]Voiding, error) {
	return voidings.Select(tx, company, "")
}

// record is what the ledger derives about the record itself.
var record = Projection{
	Name: "record", Version: 3,
	Schema: `CREATE TABLE voiding (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	voided_by BIGINT NOT NULL,
	at BIGINT NOT NULL,
	kind TEXT NOT NULL,
	body TEXT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX voiding_by ON voiding (company, voided_by);
` + journal.SignatureSchema,
	Tables: []store.AnyTable{voidings, journal.Signatures, journal.CarriedSignatures},
	Kinds: journal.Kinds{
		journal.Voided{}.Kind():           func() journal.Body { return new(journal.Voided) },
		journal.Signed{}.Kind():           func() journal.Body { return new(journal.Signed) },
		journal.SignatureCarried{}.Kind(): func() journal.Body { return new(journal.SignatureCarried) },
	},
	Project: func(set *store.Set, line journal.Line) {
		journal.ProjectSigned(set, line)
		v, ok := line.What.(*journal.Voided)
		if !ok {
			return
		}
		if id, err := journal.ParseFactName(v.Fact); err == nil {
			voidings.Put(set, Voiding{id, line.ID(), v.At, v.What, string(v.Body), v.Reason})
		}
	},
}

// undo takes a voided line back from every table, the last projection first.
func undo(set *store.Set, by journal.Line, v *journal.Voided) {
	line, err := v.Line(kinds)
	if err != nil {
		panic(err) // it was read from the journal when it was voided
	}
	for _, p := range slices.Backward(projections) {
		if p.Undo != nil {
			p.Undo(set, by, line)
		}
	}
}

// VoidingOf is how a fact was voided; nil when it stands.
func VoidingOf(tx *store.Tx, company string, fact int64) (*Voiding, error) {
	found, err := voidings.Select(tx, company, `id = $2`, fact)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}
