package workbook

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Exported tells what an export wrote.
type Exported struct {
	Sheets    []SheetCount     `json:"sheets"`
	OrderBOMs int64            `json:"order_boms"`
	LeftOut   map[string]int64 `json:"left_out,omitempty"` // facts, by kind, that no sheet can hold yet
}

// Export writes everything that sheets can hold to a folder, or to a .zip or
// .xlsx when path ends so. Imported into an empty database it gives the same
// answers; sealed order BOMs travel as they are. What exists at path already
// is refused.
func Export(ctx context.Context, l *ledger.Ledger, path string) (done Exported, err error) {
	to, err := createTarget(path)
	if err != nil {
		return done, err
	}
	x := &exporter{company: l.Company(), to: to, open: map[*Sheet]*openSheet{}, steps: stepFacts{map[string]*[4]int64{}, map[release]int64{}, map[string]int64{}}, done: Exported{LeftOut: map[string]int64{}}}
	err = l.Read(ctx, func(tx *store.Tx) error {
		x.tx = tx
		return x.all()
	})
	for _, s := range Sheets {
		if o := x.open[s]; o != nil {
			err = errors.Join(err, o.to.end())
			x.done.Sheets = append(x.done.Sheets, SheetCount{s.Name, o.rows})
		}
	}
	if err != nil {
		return x.done, errors.Join(fmt.Errorf("export: %w", err), to.abandon())
	}
	return x.done, to.close()
}

// target is a workbook that is being written.
type target interface {
	sheet(name string, columns []string) (sheetTarget, error)
	orderBOM(order string, text []byte) error
	document(path string, body []byte) error // errNoFiles where there is no place for it
	close() error
	abandon() error
}

// sheetTarget takes the rows of one sheet.
type sheetTarget interface {
	row(cells []string) error
	end() error
}

func createTarget(path string) (target, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx":
		return createXLSX(path)
	case ".zip":
		return createZip(path)
	}
	return createFolder(path)
}

// exporter writes the sheets: definitions and orders from the tables, what
// happened from the journal.
type exporter struct {
	tx          *store.Tx
	company     string
	to          target
	open        map[*Sheet]*openSheet
	done        Exported
	completedAt map[genealogy.Object]completion // units of no order, for their row of units
	orderOf     map[int64]string                // the order of other units that were completed by themselves, by fact
	lines       map[string][]order.Line         // of the order looked at last
	stock       *genealogy.UnitSerialized       // the unit that the next installation made
	fielded     *genealogy.Fielded              // by the line before, which did something to its parent
	spoilt      quantity.Quantity               // in the making of the lot of the line before; the next scraps it
	voided      map[int64]bool
	tracked     map[string]string // how items were followed before that changed
	late        bool              // something was recorded after what happened later
	line        int64             // the fact that is written, for its row
	steps       stepFacts
	signing     signing
}

type openSheet struct {
	sheet *Sheet
	extra map[string]int // columns beside the sheet's own
	cells []string
	to    sheetTarget
	rows  int64
}

func (x *exporter) all() error {
	steps := []func() error{x.voids, x.looksLate, x.partners, x.items, x.aboutItems, x.completions, x.happened, x.orders, x.holds, x.ncrs}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// sheet opens a sheet once there is something to write to it.
func (x *exporter) sheet(name string, extra []string) (*openSheet, error) {
	s, _ := FindSheet(name)
	if o := x.open[s]; o != nil {
		return o, nil
	}
	o := &openSheet{sheet: s, extra: map[string]int{}}
	columns := make([]string, 0, len(s.Columns)+len(extra))
	for _, c := range s.Columns {
		if c.Name != "id" && c.Name != "seq" && (x.late || c.Name != recorded) {
			columns = append(columns, c.Name)
		}
	}
	for _, e := range extra {
		o.extra[e] = len(columns)
		if s.Extra == "parameter" {
			e = parameterPrefix + e
		}
		columns = append(columns, e)
	}
	o.cells = make([]string, len(columns))
	var err error
	if o.to, err = x.to.sheet(name, columns); err != nil {
		return nil, err
	}
	x.open[s] = o
	return o, nil
}

// put writes a row: names of columns and values in turn, then the extra ones.
func (x *exporter) put(name string, extra map[string]string, pairs ...string) error {
	o, err := x.sheet(name, nil)
	if err != nil {
		return err
	}
	clear(o.cells)
	if at, ok := o.sheet.at[recorded]; ok && x.late && x.line != 0 {
		o.cells[at] = facts(x.line)
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == recorded && !x.late {
			continue
		}
		// id and seq stand last in every sheet, and are not written.
		o.cells[o.sheet.must(pairs[i])] = pairs[i+1]
	}
	for column, value := range extra {
		at, ok := o.extra[column]
		if !ok {
			return fmt.Errorf("sheet %s: column %s was not foreseen", name, column)
		}
		o.cells[at] = value
	}
	o.rows++
	return o.to.row(o.cells)
}

// happened goes through the journal.
func (x *exporter) happened() error {
	for name, query := range map[string]string{
		"receipts":   `SELECT DISTINCT properties FROM receipt WHERE company = $1`,
		"operations": `SELECT DISTINCT parameters FROM operation WHERE company = $1`,
	} {
		extra, err := x.extraColumns(query)
		if err != nil {
			return err
		}
		if extra != nil {
			if _, err := x.sheet(name, extra); err != nil {
				return err
			}
		}
	}
	defer func() { x.line = 0 }()
	return x.eachFact(func(line *journal.Line) error {
		x.line = line.ID()
		if err := x.fact(line); err != nil {
			return fmt.Errorf("fact %s: %w", journal.FactName(x.line), err)
		}
		return nil
	})
}

// eachFact goes through the facts of the journal.
func (x *exporter) eachFact(f func(line *journal.Line) error) error {
	size, _, err := journal.Head(x.tx, x.company)
	if err != nil {
		return err
	}
	return journal.Read(x.tx, x.company, 1, size, ledger.Bodies(), func(e journal.Entry) error {
		if err := x.tx.Context().Err(); err != nil {
			return err
		}
		for i := range e.Lines {
			if err := f(&e.Lines[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func exists(path string) error {
	return refuse.New(refuse.Conflict, "%s exists already. Name a new file or folder.", path)
}
