package workbook

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
)

// What is exported from the tables: what is defined, orders, completions.

func (x *exporter) partners() error {
	all, err := catalog.Partners(x.tx, x.company)
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := x.put("partners", nil, "code", p.Code, "name", p.Name, "role", p.Role, "email", p.Email, "phone", p.Phone,
			"address", p.Address, "country", p.Country, "cage", p.Cage); err != nil {
			return err
		}
	}
	return x.properties()
}

func (x *exporter) properties() error {
	from := ""
	for {
		page, err := catalog.ListCatalogs(x.tx, x.company, from, catalog.PageMax)
		if err != nil {
			return err
		}
		for _, c := range page.Catalogs {
			if len(c.Properties) == 0 {
				c.Properties = []catalog.Property{{}}
			}
			for _, p := range c.Properties {
				if err := x.put("catalogs", nil, "catalog", c.Catalog, "property", p.Property, "type", p.Type, "unit", p.Unit,
					"choices", strings.Join(p.Choices, ";"), "required", yes(p.Required), "kind", p.Kind); err != nil {
					return err
				}
			}
		}
		if from = page.Next; from == "" {
			return nil
		}
	}
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

func days(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// pageItems is how many items or orders are read at once.
const pageItems = 500

func (x *exporter) items() error {
	changes, err := catalog.Trackings(x.tx, x.company)
	if err != nil {
		return err
	}
	x.tracked = map[string]string{}
	for _, c := range slices.Backward(changes) { // the first of an item says how it was before all of them
		x.tracked[c.PartNumber] = c.Before
	}
	extra, err := x.extraColumns(`SELECT properties FROM revision WHERE company = $1 UNION SELECT operative FROM item WHERE company = $1`)
	if err != nil {
		return err
	}
	if extra != nil {
		if _, err := x.sheet("items", extra); err != nil {
			return err
		}
	}
	return x.eachItem(func(item catalog.Item) error {
		_, revisions, _, err := catalog.ShowItem(x.tx, x.company, item.PartNumber)
		if err != nil {
			return err
		}
		// The released one that was defined last is the one that is taken
		// where none is named: it comes last here too.
		slices.SortFunc(revisions, func(a, b catalog.Revision) int {
			if (a.Revision == item.Latest) != (b.Revision == item.Latest) {
				return map[bool]int{true: 1, false: -1}[a.Revision == item.Latest]
			}
			return int(a.Fact - b.Fact)
		})
		for _, r := range revisions {
			if err := x.item(&item, &r); err != nil {
				return err
			}
		}
		return nil
	})
}

// aboutItems writes what else is defined of items.
func (x *exporter) aboutItems() error {
	units, err := catalog.UOMs(x.tx, x.company)
	if err != nil {
		return err
	}
	for _, u := range units {
		if err := x.put("uoms", nil, "part_number", u.PartNumber, "uom", u.UOM, "numerator", u.Numerator.String(), "denominator", u.Denominator.String()); err != nil {
			return err
		}
	}
	makers, err := catalog.ApprovedParts(x.tx, x.company)
	if err != nil {
		return err
	}
	for _, m := range makers {
		if err := x.put("approved_parts", nil, "part_number", m.PartNumber, "manufacturer", m.Manufacturer, "manufacturer_part", m.ManufacturerPart, "alternate", m.Alternate); err != nil {
			return err
		}
	}
	mappings, err := bom.ListMappings(x.tx, x.company)
	if err != nil {
		return err
	}
	for _, m := range mappings.Mappings {
		if err := x.put("mappings", nil, "mapping", m.Mapping, "columns", m.Columns, "missing", m.Missing); err != nil {
			return err
		}
	}
	plans, err := catalog.Plans(x.tx, x.company)
	if err != nil {
		return err
	}
	for _, p := range plans {
		for _, c := range p.Characteristics() {
			if err := x.put("plans", nil, "plan", p.Plan, "part_number", p.PartNumber, "stage", p.Stage, "characteristic", c.Characteristic, "uom", c.UOM,
				"lower", c.Lower, "nominal", c.Nominal, "upper", c.Upper, "instrument_type", c.InstrumentType, "sample", c.Sample,
				"retest", c.Retest, "signatures", days(c.Signatures)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *exporter) eachItem(each func(catalog.Item) error) error {
	from := ""
	for {
		page, err := catalog.Items(x.tx, x.company, from, pageItems)
		if err != nil {
			return err
		}
		for _, item := range page {
			if err := each(item); err != nil {
				return err
			}
		}
		if len(page) < pageItems {
			return nil
		}
		from = page[len(page)-1].PartNumber + "\x01" // no part number holds it: the next one
	}
}

func (x *exporter) item(item *catalog.Item, r *catalog.Revision) error {
	if err := x.put("items", catalog.Properties(item, r), "part_number", item.PartNumber, "name", item.Name, "catalog", item.Catalog, "revision", r.Revision,
		"uom", item.UOM, "tracking", cmp.Or(x.tracked[item.PartNumber], item.Tracking), "source", item.Source, "serial_format", item.SerialFormat, "lot_format", item.LotFormat,
		"shelf_life_days", days(item.ShelfLifeDays), "gtin", item.GTIN, "status", r.Status, "released_at", r.ReleasedAt.String(),
		"obsoleted_at", r.ObsoletedAt.String(), "supplier", item.Supplier, "supplier_part", item.SupplierPart,
		"lead_time_days", days(item.LeadTimeDays)); err != nil {
		return err
	}
	lines, err := bom.Show(x.tx, x.company, item.PartNumber, r.Revision)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if err := x.bomLine(&line); err != nil {
			return err
		}
	}
	return nil
}

func (x *exporter) bomLine(line *bom.Row) error {
	var substitutes []string
	for _, s := range line.Subs() {
		substitutes = append(substitutes, quotedPiece(s.String()))
	}
	return x.put("boms", nil, "parent", line.Parent, "parent_revision", line.Revision, "find_number", line.FindNumber, "component", line.Component,
		"component_revision", line.ComponentRevision, "revision_rule", line.RevisionRule, "quantity", line.Quantity.String(),
		"reference_designators", line.Designators, "substitutes", strings.Join(substitutes, ";"), "scrap_percent", amountText(line.Scrap),
		"phantom", yes(line.Phantom), "optional", yes(line.Optional), "operation", line.Operation)
}

func amountText(q quantity.Quantity) string {
	if q == 0 {
		return ""
	}
	return q.String()
}

func (x *exporter) orders() error {
	extra, err := x.extraColumns(`SELECT DISTINCT properties FROM production_order WHERE company = $1`)
	if err != nil {
		return err
	}
	if extra != nil {
		if _, err := x.sheet("orders", extra); err != nil {
			return err
		}
	}
	from := ""
	for {
		page, err := order.List(x.tx, x.company, from, pageItems)
		if err != nil {
			return err
		}
		for _, o := range page {
			if err := x.order(&o); err != nil {
				return err
			}
		}
		if len(page) < pageItems {
			return nil
		}
		from = page[len(page)-1].Order + "\x01"
	}
}

func (x *exporter) order(o *order.Order) error {
	extra, err := texts(o.Properties)
	if err != nil {
		return err
	}
	if err := x.put("orders", extra, recorded, facts(x.steps.order(o.Order)[:]...), "order", o.Order, "part_number", o.PartNumber, "revision", o.Revision, "quantity", o.Quantity.String(),
		"lot", o.Lot, "planned_at", o.PlannedAt.String(), "released_at", o.ReleasedAt.String(), "closed_at", o.ClosedAt.String(),
		"cancelled_at", o.CancelledAt.String(), "customer", o.Customer, "project", o.Project, "parent_order", o.ParentOrder,
		"serialize", o.Serialize, "tolerance", amountText(o.Tolerance)); err != nil {
		return err
	}
	if o.Seal == "" {
		return nil
	}
	text, err := order.Export(x.tx, x.company, o.Order)
	if err != nil {
		return err
	}
	x.done.OrderBOMs++
	return x.to.orderBOM(o.Order, text)
}

// completion is when a unit was completed, and the fact of it.
type completion struct {
	at   string
	fact int64
}

// completions notes which units were completed by themselves; those of no order
// bear the time in their row of units.
func (x *exporter) completions() error {
	x.completedAt, x.orderOf = map[genealogy.Object]completion{}, map[int64]string{}
	rows, err := x.tx.Query(`SELECT m.id, o.part_number, o.name, m.order_name, m.at FROM movement m JOIN object o ON o.company = $1 AND o.id = m.object_id
		WHERE m.company = $1 AND m.term = $2 AND m.voided = 0 ORDER BY m.id`, x.company, genealogy.TermCompleted)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var unit genealogy.Object
		var name string
		var id, at int64
		if err := rows.Scan(&id, &unit.PartNumber, &unit.Serial, &name, &at); err != nil {
			return err
		}
		if name == "" {
			x.completedAt[unit] = completion{momentText(at), id}
		} else {
			x.orderOf[id] = name
		}
	}
	return rows.Err()
}

// extraColumns are the names in a column of JSON objects, sorted; nil when
// there are none.
func (x *exporter) extraColumns(query string) ([]string, error) {
	rows, err := x.tx.Query(query, x.company)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := map[string]bool{}
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all, err := texts(text)
		if err != nil {
			return nil, err
		}
		for name := range all {
			names[name] = true
		}
	}
	if len(names) > columnsMax/2 {
		return nil, refuse.New(refuse.TooLarge, "There are %d different properties or parameters; a sheet holds at most %d columns of them.", len(names), columnsMax/2)
	}
	return slices.Sorted(maps.Keys(names)), rows.Err()
}

func texts(object string) (all map[string]string, err error) {
	err = json.Unmarshal([]byte(object), &all)
	return all, err
}
