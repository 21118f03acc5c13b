package api

import (
	"fmt"
	"net/http"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/workbook"
)

// The parameters of questions about the design.
var (
	part     = Param{Name: "part_number", Doc: "the item", Kind: Text, Required: true}
	revision = Param{Name: "revision", Doc: "its revision; the released one that was defined last when left out", Kind: Text}
	pageFrom = Param{Name: "from", Doc: "where the page begins: what the page before answers as next", Kind: Text}
	pageSize = Param{Name: "limit", Doc: "how many at most; 1,000 when left out", Kind: Number, Max: catalog.PageMax}
)

// designRoutes are the questions about items and what they are made of.
var designRoutes = []Route{
	get("items", "Items in the order of their part numbers, a page at once", []Param{{Name: "catalog", Doc: "only those of this catalog", Kind: Text}, pageFrom, pageSize},
		func(q *question) (catalog.ItemList, error) {
			return catalog.ListItems(q.tx, q.company, q.text("catalog"), q.text("from"), q.number("limit"))
		}),
	get("items/{part_number}", "Everything that is defined of an item: revisions, tracking over time, makers, units, plans, documents, BOM, where used", []Param{part},
		func(q *question) (bom.ShownItem, error) { return bom.ShowItem(q.tx, q.company, q.text("part_number")) }),
	get("catalogs", "Catalogs with their properties, a page at once", []Param{pageFrom, pageSize}, func(q *question) (catalog.CatalogList, error) {
		return catalog.ListCatalogs(q.tx, q.company, q.text("from"), q.number("limit"))
	}),
	get("partners", "Partners in the order of their codes, a page at once", []Param{pageFrom, pageSize}, func(q *question) (catalog.PartnerList, error) {
		return catalog.ListPartners(q.tx, q.company, q.text("from"), q.number("limit"))
	}),
	get("bom/explode", "The BOM of an item level by level, as it is designed now", []Param{part, revision, {Name: "levels", Doc: "how many levels; 0 for all", Kind: Number}},
		func(q *question) (bom.Exploded, error) {
			return bom.AskExplode(q.tx, q.company, q.text("part_number"), q.text("revision"), int(q.number("levels")))
		}),
	get("bom/flatten", "The BOM of an item with one row per item: totals over all levels, phantoms blown through",
		[]Param{part, revision, {Name: "quantity", Doc: "for how much of the item; 1 when left out", Kind: Text}}, flatten),
	get("bom/where-used", "Where an item is used as designed, every level up", []Param{part, {Name: "revision", Doc: "only where this revision is taken", Kind: Text}, {Name: "top", Doc: "only what nothing else takes", Kind: YesNo}},
		func(q *question) (bom.Used, error) {
			return bom.AskWhereUsed(q.tx, q.company, q.text("part_number"), q.text("revision"), q.yes("top"))
		}),
	get("mappings", "The mappings of BOM files that are kept", nil, func(q *question) (bom.MappingList, error) { return bom.ListMappings(q.tx, q.company) }),
	get("bom/compare", "What differs between two revisions of an item: lines, properties, documents",
		[]Param{part, {Name: "from", Doc: "the revision of before", Kind: Text, Required: true}, {Name: "to", Doc: "the revision of after", Kind: Text, Required: true}},
		func(q *question) (bom.Compared, error) {
			return bom.Compare(q.tx, q.company, q.text("part_number"), q.text("from"), q.text("to"))
		}),
	{Method: http.MethodPost, Path: "import-bom", Doc: "Bring in the CSV file or .xlsx in the body as the BOM of an item",
		Body: append([]string{"text/csv", "text/plain"}, uploadTypes...), Takes: uploadTakes, command: "import-bom", Params: []Param{
			{Name: "name", Doc: "the file's name", Kind: Text, Required: true},
			{Name: "parent", Doc: "the item that is made", Kind: Text, Required: true},
			{Name: "revision", Doc: "its revision; the released one that was defined last when left out", Kind: Text},
			{Name: "columns", Doc: "which columns give what: component=Part,quantity=Qty,…", Kind: Text},
			{Name: "mapping", Doc: "the name of a mapping that is kept, instead of columns", Kind: Text},
			{Name: "save_mapping", Doc: "keep the columns by this name", Kind: Text},
			{Name: "missing", Doc: "what becomes of a line without a component", Kind: Text, Choices: []string{bom.RefuseMissing, bom.SkipMissing}},
			{Name: "sheet", Doc: "of an .xlsx; the first that has the columns when left out", Kind: Text},
			{Name: "create_items", Doc: "define the items that do not exist", Kind: YesNo},
			{Name: "catalog", Doc: "of the items that are created", Kind: Text},
			{Name: "tracking", Doc: "of the items that are created; none when left out", Kind: Text},
			{Name: "source", Doc: "of the items that are created; buy when left out", Kind: Text},
			{Name: "uom", Doc: "of the items that are created; EA when left out", Kind: Text},
			{Name: "parent_tracking", Doc: "of the parent when it is created; serial when left out", Kind: Text},
			{Name: "dry_run", Doc: "only check", Kind: YesNo},
		}, Answer: reflect.TypeFor[workbook.BOMReport](), serve: uploadBOM},
}

func uploadBOM(q *question) (any, error) {
	name := filepath.Base(q.text("name"))
	if !slices.Contains([]string{".csv", ".tsv", ".txt", ".xlsx"}, strings.ToLower(filepath.Ext(name))) {
		return nil, refuse.New(refuse.Invalid, "Name the file with ?name=FILE.csv or FILE.xlsx.").At("name")
	}
	path, hash, done, err := q.received(name)
	if err != nil {
		return nil, err
	}
	defer done()
	f := workbook.BOMFile{
		Parent: q.text("parent"), Revision: q.text("revision"), Sheet: q.text("sheet"), Columns: q.text("columns"), Mapping: q.text("mapping"),
		Save: q.text("save_mapping"), Missing: q.text("missing"), Create: q.yes("create_items"), DryRun: q.yes("dry_run"),
		Items: workbook.NewItems{Catalog: q.text("catalog"), Tracking: q.text("tracking"), Source: q.text("source"), UOM: q.text("uom"), ParentTracking: q.text("parent_tracking")},
	}
	if !f.DryRun {
		f.Request, f.Hash = q.asker.ID, fmt.Appendf(hash, "%#v", f)
	}
	f.By, f.Via = q.asker.By, strings.Replace(q.asker.Via, "api", "import", 1)
	return workbook.ImportBOM(q.Context(), q.ledger, path, f)
}

func flatten(q *question) (bom.Flattened, error) {
	amount := quantity.One
	if text := q.text("quantity"); text != "" {
		var err error
		if amount, err = quantity.Parse(text); err != nil {
			if refusal, ok := refuse.As(err); ok {
				return bom.Flattened{}, refusal.At("quantity")
			}
			return bom.Flattened{}, err
		}
	}
	return bom.AskFlatten(q.tx, q.company, q.text("part_number"), q.text("revision"), amount)
}
