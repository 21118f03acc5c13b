package workbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"lotline/internal/moment"
	"lotline/internal/refuse"
)

// reader reads all sheets, checks every cell, and gives the rows to the sort.
type reader struct {
	ctx      context.Context
	opt      *Options
	src      *source
	sorter   *sorter
	problems *problems
	counts   []SheetCount
	rows     int64
	ordered  map[string]bool // orders that have a row
	taken    sequence
}

// batchRows is how many rows go from the file to the checks at once.
const batchRows = 512

// progressRows is after how many rows progress is told.
const progressRows = 10_000

// read reads the sheets in the order in which they are decided.
func (in *reader) read() error {
	in.ordered = map[string]bool{}
	files := map[*Sheet]sheetFile{}
	for _, file := range in.src.sheets {
		sheet, ok := in.resolve(file.name)
		if !ok {
			continue
		}
		if first, twice := files[sheet]; twice {
			in.problems.add(Problem{Sheet: file.name, Message: fmt.Sprintf("The workbook has the sheet %s twice: %s and %s.", sheet.Name, first.name, file.name),
				Remedy: "Put all rows into one of them."})
			continue
		}
		files[sheet] = file
	}
	for _, sheet := range Sheets {
		file, ok := files[sheet]
		if !ok {
			continue
		}
		if err := in.sheet(sheet, file); err != nil {
			return fmt.Errorf("sheet %s: %w", sheet.Name, err)
		}
	}
	for name := range in.src.orderBOMs {
		if !in.ordered[name] {
			in.problems.add(Problem{Sheet: "orders", Message: fmt.Sprintf("%s/%s.json belongs to no row of orders.", orderBOMFolder, name),
				Remedy: "Add the row of the order, with released_at, or take the file out."})
		}
	}
	return nil
}

// resolve finds the sheet that a file is.
func (in *reader) resolve(name string) (*Sheet, bool) {
	if sheet, ok := FindSheet(name); ok {
		return sheet, true
	}
	var names []string
	for _, s := range Sheets {
		names = append(names, s.Name)
	}
	remedy := "Name it as one of " + strings.Join(names, ", ") + ", or put _ before its name so that it is passed over."
	if like := nearest(name, names); like != "" {
		remedy = fmt.Sprintf("Did you mean %s? Otherwise put _ before its name, so that it is passed over.", like)
	}
	in.problems.add(Problem{Sheet: name, Message: fmt.Sprintf("There is no sheet %s.", shown(name)), Remedy: remedy})
	return nil, false
}

// sheet reads one sheet; its rows are parsed by a goroutine of their own.
func (in *reader) sheet(sheet *Sheet, file sheetFile) error {
	count := SheetCount{Sheet: sheet.Name}
	batches := make(chan []parsedRow, 4)
	done := make(chan struct{})
	defer close(done)
	go parse(file, batches, done)
	var h *header
	lacking, read := 0, true
	for batch := range batches {
		if err := in.ctx.Err(); err != nil {
			return err
		}
		for _, p := range batch {
			switch {
			case p.err != nil:
				read = read && h != nil
				if err := in.unreadable(sheet, p); err != nil {
					return err
				}
			case h == nil:
				h, lacking = in.header(sheet, p.cells)
			default:
				count.Rows++
				in.rows++
				if err := in.row(h, p.cells, lacking); err != nil {
					return err
				}
			}
		}
	}
	if h == nil && read {
		in.problems.add(Problem{Sheet: sheet.Name, Row: 1, Message: "The sheet is empty.", Remedy: "Name its columns in the first row, or take the sheet out."})
	}
	in.counts = append(in.counts, count)
	in.opt.progress("read", in.rows, 0)
	return nil
}

type parsedRow struct {
	cells
	err error
}

// parse reads the rows of a file until its end, an error it cannot go on
// after, or until nobody wants them any more.
func parse(file sheetFile, batches chan<- []parsedRow, done <-chan struct{}) {
	defer close(batches)
	batch := make([]parsedRow, 0, batchRows)
	send := func() bool {
		select {
		case batches <- batch:
			batch = make([]parsedRow, 0, batchRows)
			return true
		case <-done:
			return false
		}
	}
	from, err := file.open()
	if err != nil {
		batch = append(batch, parsedRow{err: err})
		send()
		return
	}
	defer from.close()
	for {
		c, err := from.next()
		if errors.Is(err, io.EOF) {
			send()
			return
		}
		c.texts, c.kinds = slices.Clone(c.texts), slices.Clone(c.kinds)
		batch = append(batch, parsedRow{c, err})
		var onlyRow rowError
		goOn := err == nil || errors.As(err, &onlyRow)
		if (len(batch) == batchRows || !goOn) && !send() || !goOn {
			return
		}
	}
}

// unreadable lists a row that could not be read; other errors than refusals
// end the import.
func (in *reader) unreadable(sheet *Sheet, p parsedRow) error {
	r, ok := refuse.As(p.err)
	if !ok {
		return p.err
	}
	message, remedy := sentences(r)
	var onlyRow rowError
	if !errors.As(p.err, &onlyRow) && p.number > 1 {
		message += " The rest of the sheet was not read."
	}
	in.problems.add(Problem{Sheet: sheet.Name, Row: max(p.number, 1), Message: message, Remedy: remedy})
	return nil
}

// header matches the first row. When a required column is missing, lacking is
// one more than the number of that problem, and all rows follow from it.
func (in *reader) header(sheet *Sheet, c cells) (h *header, lacking int) {
	matched := match(sheet, c.texts, func(column, message, remedy string) {
		number := in.problems.add(Problem{Sheet: sheet.Name, Row: c.number, Column: column, Message: message, Remedy: remedy})
		if known, ok := sheet.Column(column); ok && known.Required && message == missing(column) {
			lacking = number + 1
		}
	})
	return &matched, lacking
}

// row checks the cells of a row and gives its steps to the sort.
func (in *reader) row(h *header, c cells, lacking int) error {
	if in.rows%progressRows == 0 {
		in.opt.progress("read", in.rows, 0)
	}
	r, number := in.cells(h, c)
	if len(in.src.orderBOMs) > 0 && r.sheet.Name == "orders" {
		in.ordered[r.text("order")] = true
	}
	if lacking != 0 && number == fine {
		in.problems.blame(r, lacking-1)
		return nil
	}
	if number != fine {
		in.problems.lose(r, number)
		return nil
	}
	return in.emit(r)
}

// fine is the number of no problem; the list's numbers begin with 0, and -1 is
// a problem beyond it.
const fine = -2

// cells brings the cells to their columns. The number is that of the first
// problem of the row.
func (in *reader) cells(h *header, c cells) (r *row, number int) {
	number = fine
	r = &row{sheet: h.sheet, number: c.number, cells: make([]string, len(h.sheet.Columns))}
	report := func(column, message, remedy string) {
		n := in.problems.add(Problem{Sheet: h.sheet.Name, Row: c.number, Column: column, Message: message, Remedy: remedy})
		if number == fine {
			number = n
		}
	}
	for i, text := range c.texts {
		kind := isText
		if c.kinds != nil {
			kind = c.kinds[i]
		}
		if i >= len(h.to) {
			if strings.TrimSpace(text) != "" {
				report("", fmt.Sprintf("Cell %d, %s, stands under no column.", i+1, shown(text)), "Name its column in the first row, or put the row into quotation marks where a cell holds the delimiter.")
			}
			continue
		}
		to := h.to[i]
		switch {
		case kind == isBroken && to != ignored:
			report(h.nameOf(i), fmt.Sprintf("The cell holds the error %s.", text), "Put a value into it.")
		case to == ignored:
		case to < ignored:
			in.extra(r, h.extra[extraOf(to)], text, report)
		default:
			r.cells[to] = in.cell(&h.sheet.Columns[to], text, kind, report)
		}
	}
	for i := range h.sheet.Columns {
		column := &h.sheet.Columns[i]
		if column.Required && r.cells[i] == "" && number == fine && h.has(i) {
			report(column.Name, fmt.Sprintf("The column %s is empty.", column.Name), "Fill it in: "+column.Doc+".")
		}
	}
	return r, number
}

func (h *header) has(column int) bool { return slices.Contains(h.to, column) }

func (h *header) nameOf(i int) string {
	if to := h.to[i]; to >= 0 {
		return h.sheet.Columns[to].Name
	} else if to < ignored {
		return h.extra[extraOf(to)]
	}
	return ""
}

// cell checks one cell and answers its canonical form.
func (in *reader) cell(column *Column, text string, kind kind, report func(column, message, remedy string)) string {
	if column.Digits && kind == isNumber {
		report(column.Name, fmt.Sprintf("%s is a number in the file, and may have lost zeros at its front.", text),
			"Give the column the format text and type it again.")
		return ""
	}
	canonical, err := column.canonical(text, in.opt.zone())
	if err == nil {
		return canonical
	}
	if r, ok := refuse.As(err); ok {
		message, remedy := sentences(r)
		report(column.Name, message, remedy)
	}
	return ""
}

// extra keeps a property or parameter that has a value.
func (in *reader) extra(r *row, name, text string, report func(column, message, remedy string)) {
	if !utf8.ValidString(text) {
		report(name, "The cell is not UTF-8 text.", "Save the file as CSV UTF-8 and import it again.")
		return
	}
	if text = strings.TrimSpace(text); text != "" {
		r.extra = append(r.extra, name, text)
	}
}

// emit gives the steps of a row to the sort.
func (in *reader) emit(r *row) error {
	var data []byte
	for i := range r.sheet.steps {
		step := &r.sheet.steps[i]
		at, ok := step.when(r)
		if !ok {
			continue
		}
		if data == nil {
			data = r.encode(nil)
		}
		one := record{at: at, rank: int64(r.sheet.order), row: r.number, step: int64(i), data: data}
		if at == 0 {
			one.at = moment.Earliest
		} else if one.fact, ok = in.fact(r, i); !ok {
			return nil
		}
		if step.last {
			one.rank += int64(len(Sheets))
		}
		if _, ok := r.sheet.at["seq"]; ok {
			one.seq = r.integer("seq")
		}
		if len(r.sheet.group) > 0 {
			one.group = r.groupKey()
		}
		if err := in.sorter.add(one); err != nil {
			return err
		}
	}
	return nil
}

// groupKey is the same for rows that make one command together.
func (r *row) groupKey() string {
	var key strings.Builder
	for _, column := range r.sheet.group {
		key.WriteString(r.text(column))
		key.WriteByte(0)
	}
	return key.String()
}
