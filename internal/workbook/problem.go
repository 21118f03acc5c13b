package workbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lotline/internal/refuse"
)

// Problem is a row that cannot be taken, or a cell of it.
type Problem struct {
	Sheet   string `json:"sheet"`
	Row     int64  `json:"row,omitempty"` // the first row, with the names of the columns, is 1; 0: the sheet as a whole
	Column  string `json:"column,omitempty"`
	Message string `json:"message"`          // what is wrong
	Remedy  string `json:"remedy"`           // what would be right
	Follow  int64  `json:"follow,omitempty"` // rows refused because of this one
}

func (p Problem) String() string {
	var where strings.Builder
	where.WriteString(p.Sheet)
	if p.Row > 0 {
		fmt.Fprintf(&where, ":%d", p.Row)
	}
	if p.Column != "" {
		where.WriteString(":" + p.Column)
	}
	follow := ""
	switch {
	case p.Follow == 1:
		follow = " (1 more row was refused because of it.)"
	case p.Follow > 1:
		follow = fmt.Sprintf(" (%d more rows were refused because of it.)", p.Follow)
	}
	return where.String() + ": " + strings.TrimSpace(p.Message+" "+p.Remedy) + follow
}

// problems collects what is wrong, up to a limit, and knows what the bad rows
// would have made.
type problems struct {
	max    int
	list   []Problem
	more   int64
	follow int64
	lost   map[string]int // what a bad row would have made; the problem it is counted under, -1 when it is not listed
	bad    map[place]bool // the rows that are not stored
}

type place struct {
	sheet int
	row   int64
}

func newProblems() *problems {
	return &problems{max: ProblemsMax, lost: map[string]int{}, bad: map[place]bool{}}
}

// none says that everything was right so far.
func (p *problems) none() bool { return len(p.list) == 0 && p.more == 0 }

// add lists a problem and answers its number, unlisted when the list is full.
func (p *problems) add(one Problem) int {
	if len(p.list) >= p.max {
		p.more++
		return unlisted
	}
	p.list = append(p.list, one)
	return len(p.list) - 1
}

// unlisted is the number of a problem that is not in the list.
const unlisted = -1

// lose remembers what a bad row would have made, and that it is bad.
func (p *problems) lose(r *row, number int) {
	for _, name := range r.names(r.sheet.refs.makes) {
		if _, known := p.lost[name]; !known {
			p.lost[name] = number
		}
	}
	p.setAside(r)
}

func (p *problems) setAside(r *row) { p.bad[place{r.sheet.order, r.number}] = true }

func (p *problems) isBad(r *row) bool { return p.bad[place{r.sheet.order, r.number}] }

// cause is the problem because of which the row cannot be: it names what only
// a bad row would have made, and so does not exist.
func (p *problems) cause(r *row, refs []ref, exists func(name string) bool) (number int, ok bool) {
	if len(p.lost) == 0 {
		return 0, false
	}
	for _, name := range r.names(refs) {
		if number, lost := p.lost[name]; lost && !exists(name) {
			return number, true
		}
	}
	return 0, false
}

// blame counts a row under the problem that made it impossible.
func (p *problems) blame(r *row, number int) {
	p.follow++
	if number >= 0 {
		p.list[number].Follow++
	}
	p.lose(r, number)
}

// refused lists a row that the ledger refused.
func (p *problems) refused(r *row, refusal *refuse.Refusal) int {
	message, remedy := sentences(refusal)
	column := r.column(refusal)
	if remedy == "" {
		remedy = r.remedy(column, refusal.Code)
	}
	return p.add(Problem{Sheet: r.sheet.Name, Row: r.number, Column: column, Message: message, Remedy: remedy})
}

// sentences divides a refusal into what is wrong and what would be right.
func sentences(refusal *refuse.Refusal) (message, remedy string) {
	const mark = "\x00"
	for _, end := range []struct{ old, new string }{{". ", "." + mark}, {": ", "." + mark}} {
		i := strings.LastIndex(refusal.Format, end.old)
		if i < 0 || end.old == ": " && !advises(refusal.Format[i+2:]) {
			continue
		}
		marked := *refusal
		marked.Format = refusal.Format[:i] + end.new + refusal.Format[i+2:]
		text := marked.Error()
		message, remedy, _ = strings.Cut(text, mark)
		return message, capital(remedy)
	}
	return refusal.Error(), ""
}

// advises tells advice after a colon from a list or a reason: it begins with a
// word, not with what was given.
func advises(text string) bool { return text != "" && text[0] >= 'a' && text[0] <= 'z' }

func capital(text string) string {
	if advises(text) {
		return string(text[0]-'a'+'A') + text[1:]
	}
	return text
}

// column is the column that a refusal speaks of: its field, else the one whose
// cell it names, else the first that a row must have.
func (r *row) column(refusal *refuse.Refusal) string {
	if c, ok := r.sheet.Column(refusal.Field); ok {
		if r.text(c.Name) != "" || refusal.Code == refuse.Invalid {
			return c.Name
		}
	}
	for _, name := range r.extra {
		if name == refusal.Field && name != "" {
			return name
		}
	}
	for _, arg := range refusal.Args {
		text := fmt.Sprint(arg)
		for i, cell := range r.cells {
			if cell != "" && cell == text && r.sheet.Columns[i].Type == Text {
				return r.sheet.Columns[i].Name
			}
		}
	}
	if _, ok := r.sheet.at[refusal.Field]; ok {
		return refusal.Field
	}
	return r.sheet.Columns[0].Name
}

// remedy says what to do about a refusal that does not say so itself.
func (r *row) remedy(column string, code refuse.Code) string {
	switch {
	case code == refuse.NotFound:
		return "Add the row that defines it, or correct the name."
	case code == refuse.Conflict:
		return fmt.Sprintf("Correct %s, or the rows before it that it depends on.", column)
	}
	return fmt.Sprintf("Correct %s.", column)
}

// sorted are the problems in the order of sheets and rows.
func (p *problems) sorted() []Problem {
	all := slices.Clone(p.list)
	place := func(one Problem) int {
		if s, ok := FindSheet(one.Sheet); ok {
			return s.order
		}
		return -1
	}
	slices.SortStableFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row))
	})
	return all
}
