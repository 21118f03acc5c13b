package workbook

import (
	"cmp"
	"fmt"
	"strings"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// bomDecider has the ledger decide what a BOM file says.
type bomDecider struct {
	*bomReader
	file BOMFile
	now  moment.Time
	imp  *ledger.Importer
}

// decide records the mapping, the items that are new, and the BOM; what is
// refused is listed.
func (d *bomDecider) decide(imp *ledger.Importer) error {
	d.imp = imp
	if d.file.Save != "" {
		if err := d.do(&bom.SaveMapping{MappingSaved: bom.MappingSaved{Mapping: d.file.Save, Columns: d.mapping.String(), Missing: d.missing}}); err != nil {
			return err
		}
	}
	if err := d.parent(); err != nil {
		return err
	}
	if err := imp.Prefetch([]ledger.Command{peek(d.look)}); err != nil {
		return err
	}
	if err := d.items(); err != nil {
		return err
	}
	return d.bom()
}

// bom defines the BOM. Lines are checked even where other rows are wrong, so
// that all mistakes are told at once.
func (d *bomDecider) bom() error {
	c := &bom.DefineBOM{Parent: d.file.Parent, Revision: d.file.Revision}
	var from []*bomRow
	for i := range d.lines {
		if l := &d.lines[i]; l.exists {
			c.Lines, from = append(c.Lines, l.Line), append(from, l)
		}
	}
	d.report.Lines = len(c.Lines)
	var mistakes []bom.Mistake
	if err := d.ask(func(set *store.Set) error {
		rev, err := catalog.FindRevision(set, c.Parent, c.Revision)
		d.report.Revision, mistakes = rev.Revision, c.Mistakes(set)
		return err
	}); err != nil {
		return err
	}
	for _, m := range mistakes {
		d.refused(from[m.Line], m.Refusal)
	}
	if !d.problems.none() {
		return nil
	}
	return d.do(c)
}

// do decides a command; its refusal is the answer.
func (d *bomDecider) do(c ledger.Command) error {
	if timed, ok := c.(ledger.Timed); ok {
		timed.SetAt(d.now)
	}
	_, err := d.imp.Do(c)
	return err
}

// ask looks at what is recorded.
func (d *bomDecider) ask(look func(*store.Set) error) error {
	_, err := d.imp.Do(peek(look))
	return err
}

// look only looks, so that all is loaded together.
func (d *bomDecider) look(set *store.Set) error {
	for i := range d.lines {
		l := &d.lines[i]
		if _, err := catalog.FindItem(set, l.Component); err != nil {
			catalog.ItemsOfMaker(set, l.Component)
		}
	}
	return nil
}

// refused lists a refusal at the row of a line, in the column of its field.
func (d *bomDecider) refused(l *bomRow, refusal *refuse.Refusal) {
	message, remedy := sentences(refusal)
	column := cmp.Or(d.columns[refusal.Field], d.columns[bom.PropertyPrefix+refusal.Field], d.columns["component"])
	d.add(d.sheet, l.row, column, message, remedy)
}

// parent finds the item that is made, or defines it.
func (d *bomDecider) parent() error {
	f := &d.file
	err := d.ask(func(set *store.Set) error {
		_, err := catalog.FindItem(set, f.Parent)
		return err
	})
	refusal, refused := refuse.As(err)
	if err == nil || !refused {
		return err
	}
	if !f.Create {
		return refusal.At("parent")
	}
	d.report.Created = append(d.report.Created, f.Parent)
	return d.do(&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: f.Parent, Name: f.Parent, Revision: f.Revision, Source: catalog.Make,
		Tracking: cmp.Or(f.Items.ParentTracking, catalog.BySerial)}})
}

// items finds the component of each line, by its number or its maker's; those
// that do not exist are defined, or listed.
func (d *bomDecider) items() error {
	absent := map[string][]int{} // lines by component
	var order []string
	for i := range d.lines {
		l := &d.lines[i]
		exists, err := d.resolve(l)
		if err != nil {
			return err
		}
		if l.exists = exists; exists {
			if err := d.maker(l); err != nil {
				return err
			}
			continue
		}
		if absent[l.Component] == nil {
			order = append(order, l.Component)
		}
		absent[l.Component] = append(absent[l.Component], i)
	}
	for _, part := range order {
		lines := absent[part]
		if d.file.Create {
			if err := d.create(lines); err != nil {
				return err
			}
			continue
		}
		rows := make([]string, len(lines))
		for k, i := range lines {
			rows[k] = fmt.Sprint(d.lines[i].row)
		}
		also := ""
		if len(rows) > 1 {
			also = " (rows " + strings.Join(rows, ", ") + ")"
		}
		d.add(d.sheet, d.lines[lines[0]].row, d.columns["component"], fmt.Sprintf("Item %s is not defined%s.", part, also), "Define it first, or have the import create items.")
	}
	return nil
}

// resolve says whether the component of a line exists, and brings a maker's
// number to the item it is approved for.
func (d *bomDecider) resolve(l *bomRow) (exists bool, err error) {
	err = d.ask(func(set *store.Set) error {
		if _, err := catalog.FindItem(set, l.Component); err == nil {
			exists = true
			return nil
		}
		items := catalog.ItemsOfMaker(set, l.Component)
		switch {
		case len(items) == 1:
			d.report.Notes = append(d.report.Notes, Note{l.row, fmt.Sprintf("%s is the maker's number of %s, which is taken.", l.Component, items[0])})
			l.Component, exists = items[0], true
		case len(items) > 1:
			exists = true
			d.add(d.sheet, l.row, d.columns["component"], fmt.Sprintf("%s is the maker's number of several items: %s.", l.Component, strings.Join(items, ", ")), "Write the item's own number.")
		}
		return nil
	})
	return exists, err
}

const nameMax = 200 // bytes of an item's name

// create defines the item that lines name; the first of them says what it is.
func (d *bomDecider) create(lines []int) error {
	first := &d.lines[lines[0]]
	c := &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: first.Component, Name: cmp.Or(first.name, first.Component), Catalog: d.file.Items.Catalog,
		Tracking: d.file.Items.Tracking, Source: d.file.Items.Source, UOM: cmp.Or(first.uom, d.file.Items.UOM), Properties: map[string]string{}}}
	for name, value := range first.properties {
		if value != "" {
			c.Properties[name] = value
		}
	}
	if len(c.Name) > nameMax {
		c.Name = strings.ToValidUTF8(c.Name[:nameMax-len("…")], "") + "…"
		d.report.Notes = append(d.report.Notes, Note{first.row, fmt.Sprintf("The name of %s is cut after %d bytes.", first.Component, nameMax)})
	}
	for _, i := range lines[1:] {
		if l := &d.lines[i]; l.name != first.name {
			d.report.Notes = append(d.report.Notes, Note{l.row, fmt.Sprintf("%s is called %s here; it is named as in row %d.", l.Component, shown(l.name), first.row)})
		}
	}
	err := d.do(c)
	if refusal, refused := refuse.As(err); refused {
		d.refused(first, refusal)
		return nil
	}
	if err != nil {
		return err
	}
	d.report.Created = append(d.report.Created, first.Component)
	for _, i := range lines {
		d.lines[i].exists = true
		if err := d.maker(&d.lines[i]); err != nil {
			return err
		}
	}
	return nil
}

// maker approves the maker that a row names.
func (d *bomDecider) maker(l *bomRow) error {
	if l.manufacturer == "" {
		return nil
	}
	err := d.do(&catalog.ApproveMaker{MakerApproved: catalog.MakerApproved{PartNumber: l.Component, Manufacturer: l.manufacturer, ManufacturerPart: l.manufacturerPart}})
	if refusal, refused := refuse.As(err); refused {
		d.refused(l, refusal)
		return nil
	}
	return err
}
