package workbook

import (
	"cmp"
	"strings"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/quality"
	"lotline/internal/store"
)

// The rows that say what there is: partners, catalogs, items, BOMs, instruments.

func definePartner(r *row) ledger.Command {
	return &catalog.DefinePartner{
		Code: r.text("code"), Name: r.text("name"), Role: r.text("role"), Email: r.text("email"), Phone: r.text("phone"),
		Address: r.text("address"), Country: r.text("country"), Cage: r.text("cage"),
	}
}

func defineCatalog(rows []*row) ledger.Command {
	c := &catalog.DefineCatalog{Catalog: rows[0].text("catalog")}
	for _, r := range rows {
		if r.text("property") == "" {
			continue
		}
		c.Properties = append(c.Properties, catalog.Property{
			Property: r.text("property"), Type: r.text("type"), Unit: r.text("unit"), Choices: r.list("choices", listed),
			Required: r.yes("required"), Kind: r.text("kind"),
		})
	}
	return c
}

func defineItem(r *row) ledger.Command {
	c := &catalog.DefineItem{ItemDefined: catalog.ItemDefined{
		PartNumber: r.text("part_number"), Name: r.text("name"), Catalog: r.text("catalog"), Revision: r.text("revision"), UOM: r.text("uom"),
		Tracking: r.text("tracking"), Source: r.text("source"), SerialFormat: r.text("serial_format"), LotFormat: r.text("lot_format"),
		ShelfLifeDays: r.integer("shelf_life_days"), GTIN: r.text("gtin"), Status: r.text("status"), ReleasedAt: r.time("released_at"),
		ObsoletedAt: r.time("obsoleted_at"), Supplier: r.text("supplier"), SupplierPart: r.text("supplier_part"),
		LeadTimeDays: r.integer("lead_time_days"), Properties: r.extras(),
	}}
	return &olderRevision{c}
}

// olderRevision is a row of items. What the item itself is called is said by
// the row of its latest revision; an older one that is known stays as it is,
// whatever it says of the item, or the same workbook would change it to and
// fro each time.
type olderRevision struct{ *catalog.DefineItem }

// Decide defines the item, unless the row says nothing new of its revision.
func (c *olderRevision) Decide(set *store.Set) ([]journal.Fact, error) {
	item, err := catalog.FindItem(set, c.PartNumber)
	if err == nil && c.Revision != "" && item.Latest != "" && item.Latest != c.Revision {
		known, err := catalog.FindRevision(set, c.PartNumber, c.Revision)
		if err == nil && known.Status == cmp.Or(c.Status, catalog.Released) && known.ReleasedAt == c.ReleasedAt &&
			known.ObsoletedAt == c.ObsoletedAt && known.SameDesign(set, c.Catalog, c.Properties) {
			return nil, nil
		}
	}
	return c.DefineItem.Decide(set)
}

func defineBOM(rows []*row) ledger.Command {
	c := &bom.DefineBOM{Parent: rows[0].text("parent"), Revision: rows[0].text("parent_revision"), Lines: make([]bom.Line, len(rows))}
	for i, r := range rows {
		substitutes, err := substitutes(r.text("substitutes"))
		if err != nil {
			return refusal{err}
		}
		c.Lines[i] = bom.Line{
			FindNumber: r.text("find_number"), Component: r.text("component"), ComponentRevision: r.text("component_revision"),
			RevisionRule: r.text("revision_rule"), Quantity: r.amount("quantity"), UOM: r.text("uom"),
			Designators: r.list("reference_designators", anySeparator), Substitutes: substitutes, Scrap: r.amount("scrap_percent"),
			Phantom: r.yes("phantom"), Optional: r.yes("optional"), Operation: r.text("operation"),
		}
	}
	return c
}

// substitutes reads a list of them.
func substitutes(text string) ([]bom.Substitute, error) {
	var all []bom.Substitute
	for _, piece := range quotedPieces(text, " ;\t\n\r\u00a0") {
		s, err := bom.ParseSubstitute(piece)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// quotedPieces divides a list at any of the separators; a piece that holds one
// stands in quotation marks, which are doubled inside it.
func quotedPieces(text, separators string) (all []string) {
	for {
		text = strings.TrimLeft(text, separators)
		if text == "" {
			return all
		}
		if rest, quoted := strings.CutPrefix(text, `"`); quoted {
			var piece strings.Builder
			for {
				inside, after, closed := strings.Cut(rest, `"`)
				piece.WriteString(inside)
				rest = after
				if !closed || !strings.HasPrefix(after, `"`) {
					break
				}
				piece.WriteByte('"')
				rest = after[1:]
			}
			all, text = append(all, piece.String()), rest
			continue
		}
		end := strings.IndexAny(text, separators)
		if end < 0 {
			end = len(text)
		}
		all, text = append(all, text[:end]), text[end:]
	}
}

// quotedPiece is what quotedPieces reads as one.
func quotedPiece(text string) string {
	if !strings.ContainsAny(text, "\"; \t\n\r\u00a0") {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}

func saveMapping(r *row) ledger.Command {
	return &bom.SaveMapping{MappingSaved: bom.MappingSaved{Mapping: r.text("mapping"), Columns: r.text("columns"), Missing: r.text("missing")}}
}

func calibrate(r *row) ledger.Command {
	return &quality.Calibrate{InstrumentCalibrated: quality.InstrumentCalibrated{
		Instrument: r.text("instrument"), Name: r.text("name"), DueAt: r.time("due_at"), Result: r.text("result"),
		AsFound: r.text("as_found"), AsLeft: r.text("as_left"),
	}, At: r.time("at")}
}

// calibratedAt puts an instrument without a calibration among the definitions.
func calibratedAt(r *row) (moment.Time, bool) { return r.time("at"), true }
