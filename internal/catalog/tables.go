package catalog

import (
	"encoding/json"

	"lotline/internal/journal"
	"lotline/internal/store"
)

// project says what each fact does to the tables.
func project(set *store.Set, line journal.Line) {
	switch f := line.What.(type) {
	case *PartnerDefined:
		partners.Put(set, Partner{f.Code, f.Name, f.Role, f.Email, f.Phone, f.Address, f.Country, f.Cage})
	case *CatalogDefined:
		projectCatalog(set, f.Catalog)
		for _, p := range f.Properties {
			properties.Put(set, p.row(f.Catalog))
		}
	case *ItemDefined:
		projectItem(set, line, f)
	case *RevisionReleased:
		projectReleased(set, line, f)
	case *RevisionObsoleted:
		projectObsoleted(set, line, f)
	case *TrackingChanged:
		projectTracking(set, line, f)
	case *UOMDefined:
		uoms.Put(set, UOMRow(*f))
	case *MakerApproved:
		approved.Put(set, Approved(*f))
	case *PlanDefined:
		plans.Put(set, f.row())
	case *DocumentAttached:
		projectDocument(set, line, f)
	}
}

// projectCatalog keeps a catalog; one that only an item named is known too.
func projectCatalog(set *store.Set, catalog string) {
	if _, known := catalogs.Get(set, catalog); catalog != "" && !known {
		catalogs.Put(set, catalogRow{catalog})
	}
}

func projectItem(set *store.Set, line journal.Line, f *ItemDefined) {
	projectCatalog(set, f.Catalog)
	designed, operative := divide(set, f.Catalog, f.Properties)
	item := Item{
		PartNumber: f.PartNumber, Name: f.Name, Catalog: f.Catalog, UOM: f.UOM, Tracking: f.Tracking, Source: f.Source,
		SerialFormat: f.SerialFormat, LotFormat: f.LotFormat, ShelfLifeDays: f.ShelfLifeDays, GTIN: f.GTIN,
		Supplier: f.Supplier, SupplierPart: f.SupplierPart, LeadTimeDays: f.LeadTimeDays, Operative: Canonical(operative),
	}
	if old, ok := items.Get(set, f.PartNumber); ok {
		item.Latest, item.Changed = old.Latest, old.Changed
		if old.Changed {
			item.Tracking = old.Tracking
		}
	}
	if f.Status == Released {
		item.Latest = f.Revision
	}
	items.Put(set, item)
	fact := line.ID()
	if old, ok := revisions.Get(set, revisionKey{f.PartNumber, f.Revision}); ok {
		fact = old.Fact
	}
	revisions.Put(set, Revision{
		PartNumber: f.PartNumber, Revision: f.Revision, Status: f.Status,
		ReleasedAt: f.ReleasedAt, ObsoletedAt: f.ObsoletedAt, Properties: Canonical(designed), Fact: fact,
	})
}

// Canonical is a map of texts as JSON, in the order of its names.
func Canonical(texts map[string]string) string {
	if len(texts) == 0 {
		return "{}"
	}
	text, err := json.Marshal(texts)
	if err != nil {
		panic(err) // texts always encode
	}
	return string(text)
}
