package api

import (
	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
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
	get("bom/compare", "What differs between two revisions of an item: lines, properties, documents",
		[]Param{part, {Name: "from", Doc: "the revision of before", Kind: Text, Required: true}, {Name: "to", Doc: "the revision of after", Kind: Text, Required: true}},
		func(q *question) (bom.Compared, error) {
			return bom.Compare(q.tx, q.company, q.text("part_number"), q.text("from"), q.text("to"))
		}),
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
