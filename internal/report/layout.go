package report

import (
	"slices"
	"strings"
)

// part prints a section. A title stays with what follows it.
func (p *press) part(part *Part) {
	if part.Break && p.y > top {
		p.next()
	}
	if part.Title != "" {
		if p.room(24); part.Table != nil && len(part.Table.Rows) > 0 && len(part.Text) == 0 {
			p.room(38)
		}
		p.y += 4
		p.use(strong, partStyle.size)
		p.Bookmark(part.Title, 0, p.y)
		p.y = p.lines(left, p.y, p.wrap(part.Title, partStyle, inner), partStyle, ink) + 1.2
	}
	st := textStyle
	if part.Fine {
		st = smallStyle
	}
	for _, text := range part.Text {
		p.paragraph(text, st)
	}
	if len(part.Facts) > 0 {
		p.facts(part.Facts)
	}
	if part.Table != nil {
		p.table(part.Table)
	}
}

// facts prints names and values, the values in one column.
func (p *press) facts(all []Fact) {
	names := 0.0
	for _, f := range all {
		names = max(names, p.width(f.Name, nameStyle))
	}
	names = min(names, 52) + 5
	for _, f := range all {
		name, value := p.wrap(f.Name, nameStyle, names-5), p.wrap(f.Value, valueStyle, inner-names)
		p.room(float64(min(len(value), 4)) * valueStyle.height())
		p.lines(left, p.y, name, nameStyle, soft)
		for _, text := range value {
			p.room(valueStyle.height())
			p.y = p.lines(left+names, p.y, []string{text}, valueStyle, ink)
		}
		p.y += 0.7
	}
	p.y += 1
}

// The room in a table, in mm.
const (
	gutter = 2.4 // between columns
	above  = 0.7 // and below the text of a row
)

// sampled is how many rows are measured to give columns their width.
const sampled = 1_000

// table prints rows below a head that each page repeats; a row is never cut.
func (p *press) table(t *Table) {
	if len(t.Rows) == 0 {
		p.paragraph(t.Empty, textStyle)
		return
	}
	widths := p.columnWidths(t)
	p.room(20)
	p.head(t, widths)
	for _, row := range t.Rows {
		for _, lines := range divided(p.cells(t, row, widths)) {
			high := rowHeight(lines)
			if p.y+high > bottom {
				p.next()
				p.head(t, widths)
			}
			p.row(t, lines, widths, high)
		}
	}
	p.y += 2
}

// columnWidths shares the page among columns: each gets what its longest word
// needs, and the rest goes where there is most to say.
func (p *press) columnWidths(t *Table) []float64 {
	n := len(t.Columns)
	least, natural := make([]float64, n), make([]float64, n)
	measure := func(i int, text string, st style) {
		for line := range strings.SplitSeq(text, "\n") {
			natural[i] = max(natural[i], p.width(line, st))
			for _, word := range words(line) {
				least[i] = max(least[i], p.width(strings.TrimRight(word, " "), st))
			}
		}
	}
	step := max(1, len(t.Rows)/sampled)
	for i, c := range t.Columns {
		measure(i, c.Title, headStyle)
		for r := 0; r < len(t.Rows); r += step {
			measure(i, t.Rows[r][i], p.cellStyle(c))
		}
		natural[i] = min(natural[i], 110)
		least[i] = min(least[i], 45, natural[i])
	}
	return share(inner-gutter*float64(n-1), whole(inner-gutter*float64(n-1), least, natural), natural)
}

// shortMax is how wide a column may be that is not broken where there is room.
const shortMax = 36

// whole is what columns need so that short ones are not broken, if that fits.
func whole(width float64, least, natural []float64) []float64 {
	all, sum := make([]float64, len(least)), 0.0
	for i := range least {
		all[i] = max(least[i], min(natural[i], shortMax))
		sum += all[i]
	}
	if sum > width {
		return least
	}
	return all
}

// share divides a width among columns between what they need and what they
// would take; what is left over goes to them by what they take.
func share(width float64, least, natural []float64) []float64 {
	sum := func(all []float64) (s float64) {
		for _, v := range all {
			s += v
		}
		return s
	}
	all := slices.Clone(natural)
	switch needs, takes := sum(least), sum(natural); {
	case takes <= width:
		for i := range all {
			all[i] += min((width-takes)*natural[i]/takes, natural[i]*0.6)
		}
	case needs >= width:
		for i := range all {
			all[i] = least[i] * width / needs
		}
	default:
		for i := range all {
			all[i] = least[i] + (natural[i]-least[i])*(width-needs)/(takes-needs)
		}
	}
	return all
}

func (p *press) cellStyle(c Column) style {
	if c.State {
		return stateStyle
	}
	return cellStyle
}

// head prints the titles of the columns.
func (p *press) head(t *Table, widths []float64) {
	p.y++
	lines := make([][]string, len(t.Columns))
	high := 0
	for i, c := range t.Columns {
		lines[i] = p.wrap(c.Title, headStyle, widths[i]+0.01)
		high = max(high, len(lines[i]))
	}
	x := left
	for i, c := range t.Columns {
		for k, text := range lines[i] {
			y := p.y + headStyle.height()*(float64(high-len(lines[i])+k)+0.76)
			if c.Number {
				p.toRight(x+widths[i], y, text, headStyle, soft)
			} else {
				p.write(x, y, text, headStyle, soft)
			}
		}
		x += widths[i] + gutter
	}
	p.y += headStyle.height()*float64(high) + 0.8
	p.rule(p.y, dark, 0.3)
}

// cells breaks the texts of a row into lines.
func (p *press) cells(t *Table, row []string, widths []float64) [][]string {
	all := make([][]string, len(row))
	for i, text := range row {
		all[i] = p.wrap(text, p.cellStyle(t.Columns[i]), widths[i]+0.01)
	}
	return all
}

// rowMax is how many lines a row has at most: one with more, that no page would
// hold, goes on in the row below.
const rowMax = 50

func divided(lines [][]string) (all [][][]string) {
	for {
		longest := 0
		now, rest := make([][]string, len(lines)), make([][]string, len(lines))
		for i, l := range lines {
			longest = max(longest, len(l))
			n := min(len(l), rowMax)
			now[i], rest[i] = l[:n], l[n:]
		}
		all = append(all, now)
		if longest <= rowMax {
			return all
		}
		lines = rest
	}
}

func rowHeight(lines [][]string) float64 {
	high := 1
	for _, l := range lines {
		high = max(high, len(l))
	}
	return float64(high)*cellStyle.height() + 2*above
}

func (p *press) row(t *Table, lines [][]string, widths []float64, high float64) {
	x := left
	for i, c := range t.Columns {
		st, color := p.cellStyle(c), ink
		if c.State {
			color = stateColour(strings.Join(lines[i], " "))
		}
		for k, text := range lines[i] {
			y := p.y + above + cellStyle.height()*(float64(k)+0.76)
			if c.Number {
				p.toRight(x+widths[i], y, text, st, color)
			} else {
				p.write(x, y, text, st, color)
			}
		}
		x += widths[i] + gutter
	}
	p.y += high
	p.rule(p.y, line, 0.15)
}

// stateColour is the colour of the first state that a text names.
func stateColour(text string) colour {
	if c, ok := states[text]; ok {
		return c
	}
	first, _, _ := strings.Cut(text, ",")
	if c, ok := states[first]; ok {
		return c
	}
	return soft
}
