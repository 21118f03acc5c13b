package workbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"lotline/internal/bom"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
)

// bomReader reads the rows of a BOM file into lines.
type bomReader struct {
	ctx         context.Context
	mapping     bom.Mapping
	missing     string
	problems    *problems
	report      BOMReport
	sheet       string
	columns     map[string]string // of each field, as the file spells the first
	lines       []bomRow
	designators map[string]int64 // the row that has each
}

// bomRow is a line with the row it came from, and what the row says of its item.
type bomRow struct {
	bom.Line
	row                            int64
	name, uom                      string
	manufacturer, manufacturerPart string
	properties                     map[string]string
	exists                         bool // its component does, or was defined
}

// read reads the first sheet that has the columns, or the one that is named.
func (in *bomReader) read(path, sheet string) error {
	asked := in.mapping.Names()
	known := map[string]bool{}
	for _, name := range asked {
		known[nameOf(name)] = true
	}
	var best *headed
	var names []string
	err := openTables(path, func(name string) bool { return known[nameOf(name)] }, func(t *table) (bool, error) {
		names = append(names, t.name)
		if sheet != "" && fold(t.name) != fold(sheet) {
			return false, nil
		}
		h, err := head(t, asked)
		if err != nil {
			return false, err
		}
		if best == nil || len(h.missing) < len(best.missing) {
			best = h
		}
		if len(h.missing) > 0 {
			return false, nil
		}
		return true, in.rows(h)
	})
	if err != nil {
		return err
	}
	if best == nil {
		return refuse.New(refuse.NotFound, "There is no sheet %s: name one of %s.", shown(sheet), strings.Join(names, ", ")).At("sheet")
	}
	for _, column := range best.missing {
		in.add(best.name, max(best.number, 1), column, missing(column), best.remedy(column))
	}
	return nil
}

func (h *headed) remedy(column string) string {
	if like := nearest(column, h.names); like != "" {
		return fmt.Sprintf("Did you mean %s?", like)
	}
	if len(h.names) == 0 {
		return "The sheet is empty."
	}
	return "Name one of " + strings.Join(h.names, ", ") + "."
}

func (in *bomReader) add(sheet string, row int64, column, message, remedy string) {
	in.problems.add(Problem{Sheet: sheet, Row: row, Column: column, Message: message, Remedy: remedy})
}

func (in *bomReader) rows(h *headed) error {
	in.sheet, in.columns = h.name, map[string]string{}
	for _, f := range in.mapping.Fields {
		if len(f.Columns) == 0 {
			continue
		}
		in.columns[f.Field] = f.Columns[0][0]
		for _, choice := range f.Columns {
			for _, column := range choice {
				if h.twice[nameOf(column)] {
					in.add(h.name, h.number, column, fmt.Sprintf("The column %s stands twice.", column), "Rename one of them.")
				}
			}
		}
	}
	for {
		if err := in.ctx.Err(); err != nil {
			return err
		}
		c, err := h.row()
		if errors.Is(err, io.EOF) {
			break
		}
		var onlyRow rowError
		if r, refused := refuse.As(err); refused {
			message, remedy := sentences(r)
			in.add(h.name, c.number, "", message, remedy)
			if !errors.As(err, &onlyRow) {
				break
			}
			continue
		}
		if err != nil {
			return err
		}
		if in.report.Rows++; in.report.Rows > bomRowsMax {
			return refuse.New(refuse.TooLarge, "The file has more than %d rows.", bomRowsMax)
		}
		in.row(h, c)
	}
	if len(in.lines) == 0 && in.problems.none() {
		in.add(h.name, h.number, "", "No line stands below the names of the columns.", "Check the file, or the columns that were named.")
	}
	return nil
}

// fieldReader gives the fields of one row.
type fieldReader struct {
	in  *bomReader
	h   *headed
	c   cells
	bad bool
}

// text is a field of the row: the first choice that is not empty.
func (r *fieldReader) text(field string) string {
	f := r.in.mapping.Find(field)
	if f == nil {
		return ""
	}
	if len(f.Columns) == 0 {
		return f.Text
	}
	for _, choice := range f.Columns {
		var parts []string
		for _, column := range choice {
			if text := r.cell(field, column); text != "" {
				parts = append(parts, text)
			}
		}
		if len(parts) > 0 {
			return strings.Join(parts, " ")
		}
	}
	return ""
}

func (r *fieldReader) cell(field, column string) string {
	i := r.h.at[column]
	if i >= len(r.c.texts) {
		return ""
	}
	text := r.c.texts[i]
	switch {
	case r.c.kinds != nil && r.c.kinds[i] == isBroken:
		r.wrong(field, fmt.Sprintf("The cell holds the error %s.", text), "Put a value into it.")
		return ""
	case !utf8.ValidString(text):
		r.wrong(field, "The cell is not UTF-8 text.", "Save the file as CSV UTF-8 and import it again.")
		return ""
	}
	return strings.Join(strings.Fields(text), " ")
}

func (r *fieldReader) wrong(field, message, remedy string) {
	r.bad = true
	r.in.add(r.in.sheet, r.c.number, r.in.columns[field], message, remedy)
}

// amount is a field that holds an amount; none is 0.
func (r *fieldReader) amount(field string) quantity.Quantity {
	text := r.text(field)
	if text == "" {
		return 0
	}
	q, err := quantity.Parse(text)
	r.refused(field, err)
	return q
}

func (r *fieldReader) refused(field string, err error) {
	if refusal, ok := refuse.As(err); ok {
		message, remedy := sentences(refusal)
		r.wrong(field, message, remedy)
	}
}

// yes is a field that holds yes or no. What says that a part is not placed is
// a yes where it is asked which lines to leave out.
func (r *fieldReader) yes(field string) bool {
	text := r.text(field)
	if field == bom.LeaveOut && notPlaced.MatchString(text) {
		return true
	}
	if text == "" {
		return false
	}
	is, err := boolean(text)
	r.refused(field, err)
	return is == "true"
}

// notPlaced are the words by which CAD programs say it.
var notPlaced = regexp.MustCompile(`(?i)^(dnp|dnf|dni|dns|do not (place|populate|fit|install|stuff)|not (placed|populated|fitted)|no ?pop|exclude(d)?( from bom)?)$`)

// row makes a line of a row.
func (in *bomReader) row(h *headed, c cells) {
	r := &fieldReader{in: in, h: h, c: c}
	places, spread := r.places()
	component, amount := r.text("component"), r.text("quantity")
	switch {
	case component == "" && amount == "" && len(places) == 0:
		if !r.bad {
			in.leaveOut(c.number, "It has no component, quantity or reference designators")
		}
		return
	case r.yes(bom.LeaveOut):
		in.leaveOut(c.number, "It is marked to be left out", component, strings.Join(places, " "))
		return
	case component == "" && in.missing == bom.SkipMissing:
		in.leaveOut(c.number, "It has no component", strings.Join(places, " "))
		return
	case component == "":
		r.wrong("component", "The line has no component.", "Give its part number, name a further column after | that makes one up, or leave such lines out with missing = "+bom.SkipMissing+".")
	}
	line := bomRow{row: c.number, name: r.text("name"), uom: r.text("uom"), manufacturer: r.text("manufacturer"), manufacturerPart: r.text("manufacturer_part"), properties: map[string]string{}}
	line.Line = bom.Line{FindNumber: r.text("find_number"), Component: component, ComponentRevision: r.text("component_revision"), RevisionRule: r.text("revision_rule"),
		UOM: line.uom, Scrap: r.amount("scrap_percent"), Phantom: r.yes("phantom"), Optional: r.yes("optional"), Operation: r.text("operation"), Designators: places}
	line.Quantity = r.quantity(amount, places, spread)
	in.placed(r, line.Designators)
	var err error
	line.Substitutes, err = substitutes(r.text("substitutes"))
	r.refused("substitutes", err)
	for _, f := range in.mapping.Fields {
		if property, ok := strings.CutPrefix(f.Field, bom.PropertyPrefix); ok {
			line.properties[property] = r.text(f.Field)
		}
	}
	in.report.Placements += len(places)
	if !r.bad {
		in.lines = append(in.lines, line)
	}
}

// leaveOut notes a row that is no line, and what stood in it.
func (in *bomReader) leaveOut(row int64, why string, what ...string) {
	if text := strings.TrimSpace(strings.Join(what, " ")); text != "" {
		why += ": " + text
	}
	in.report.LeftOut = append(in.report.LeftOut, Note{row, why + "."})
}

// quantity is what the line takes: as the file says, held against the count of
// its reference designators; or that count, where no column says it.
func (r *fieldReader) quantity(text string, places []string, spread bool) quantity.Quantity {
	if r.in.mapping.Find("quantity") == nil {
		if len(places) == 0 {
			r.wrong("reference_designators", "The line has no reference designator to be counted.", "Give one, or a column with the quantity.")
		}
		return quantity.Pieces(int64(len(places)))
	}
	if text == "" {
		r.wrong("quantity", "The line has no quantity.", "Give it.")
		return 0
	}
	q, err := quantity.Parse(text)
	if err != nil {
		r.refused("quantity", err)
		return 0
	}
	switch {
	case q <= 0:
		r.wrong("quantity", fmt.Sprintf("The quantity is %s.", q), "It must be more than 0.")
	case len(places) > 0 && q != quantity.Pieces(int64(len(places))):
		how := ""
		if spread {
			how = ", ranges spread out"
		}
		r.wrong("quantity", fmt.Sprintf("The quantity is %s, and the line has %d reference designators%s.", q, len(places), how), "They must be as many.")
	}
	return q
}

// placed notes where each reference designator stands; it can stand once.
func (in *bomReader) placed(r *fieldReader, places []string) {
	for _, d := range places {
		if row, taken := in.designators[d]; taken {
			r.wrong("reference_designators", fmt.Sprintf("Reference designator %s stands in row %d already.", d, row), "Each place takes one part.")
			continue
		}
		in.designators[d] = r.c.number
	}
}

// designatorRange is a range as CAD programs write it: R1-R4.
var designatorRange = regexp.MustCompile(`^([A-Za-z_]+)(\d{1,6})-([A-Za-z_]+)(\d{1,6})$`)

// places are the reference designators, ranges spread out.
func (r *fieldReader) places() (all []string, spread bool) {
	text := r.text("reference_designators")
	for _, piece := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(anySeparator, c) }) {
		m := designatorRange.FindStringSubmatch(piece)
		if m == nil || m[1] != m[3] {
			all = append(all, piece)
			continue
		}
		first, _ := strconv.Atoi(m[2]) // digits
		last, _ := strconv.Atoi(m[4])
		if last <= first || last-first >= bomRowsMax {
			r.wrong("reference_designators", fmt.Sprintf("%s is no range of reference designators.", piece), "Write the lower one first, or each alone.")
			continue
		}
		spread = true
		for n := first; n <= last; n++ {
			all = append(all, fmt.Sprintf("%s%0*d", m[1], len(m[2]), n))
		}
	}
	return all, spread
}
