package catalog

import (
	"strings"

	"lotline/internal/store"
)

// PageItems is a page of the items, as a list asks for it.
func PageItems(tx *store.Tx, company string, l store.Listing) ([]Item, string, error) {
	return items.Page(tx, company, l, "")
}

// PagePartners is a page of the partners.
func PagePartners(tx *store.Tx, company string, l store.Listing) ([]Partner, string, error) {
	return partners.Page(tx, company, l, "")
}

// PageDocuments is a page of the attached documents.
func PageDocuments(tx *store.Tx, company string, l store.Listing) ([]Document, string, error) {
	return Documents.Page(tx, company, l, "")
}

// ByGTIN are the part numbers of the items that bear a GTIN.
func ByGTIN(tx *store.Tx, company, gtin string) ([]string, error) {
	found, err := items.Select(tx, company, `gtin = $2 AND gtin <> ''`, gtin)
	var parts []string
	for _, item := range found {
		parts = append(parts, item.PartNumber)
	}
	return parts, err
}

// Named are at most limit items whose part number begins like the text.
func Named(tx *store.Tx, company, text string, limit int) ([]Item, error) {
	rows, _, err := items.Page(tx, company, store.Listing{Begins: map[string]string{"part_number": text}, Limit: limit}, "")
	return rows, err
}

// PartnersNamed are at most limit partners whose code begins like the text and
// who have the role (supplier, customer), or both.
func PartnersNamed(tx *store.Tx, company, role, text string, limit int) ([]Partner, error) {
	rows, _, err := partners.Page(tx, company, store.Listing{Begins: map[string]string{"code": text}, Limit: limit}, `role = $2 OR role = 'both'`, role)
	return rows, err
}

// CountItems counts the items, up to most.
func CountItems(tx *store.Tx, company string, most int64) (int64, error) {
	return items.CountUpTo(tx, company, most, "")
}

// PlansFor are the inspection plans of an item.
func PlansFor(tx *store.Tx, company, part string) ([]PlanRow, error) {
	return plans.Select(tx, company, `part_number = $2`, part)
}

// DocumentsOfItem are the documents of an item.
func DocumentsOfItem(tx *store.Tx, company, part string) ([]Document, error) {
	return Documents.Select(tx, company, `part_number = $2`, part)
}

// DocumentsAbout are the documents of one object, by its name as PART/NUMBER.
func DocumentsAbout(tx *store.Tx, company, object string) ([]Document, error) {
	return Documents.Select(tx, company, `object = $2 AND object <> ''`, object)
}

// MakersOf are the approved makers of an item.
func MakersOf(tx *store.Tx, company, part string) ([]Approved, error) {
	return approved.Select(tx, company, `part_number = $2`, part)
}

// UOMsOf are the further units of measure of an item.
func UOMsOf(tx *store.Tx, company, part string) ([]UOMRow, error) {
	return uoms.Select(tx, company, `part_number = $2`, part)
}

// Catalogs are the catalogs with their properties.
func Catalogs(tx *store.Tx, company string) ([]CatalogDefined, error) {
	rows, err := properties.Select(tx, company, "")
	if err != nil {
		return nil, err
	}
	var all []CatalogDefined
	for _, r := range rows {
		if len(all) == 0 || all[len(all)-1].Catalog != r.Catalog {
			all = append(all, CatalogDefined{Catalog: r.Catalog})
		}
		last := &all[len(all)-1]
		p := Property{Property: r.Property, Type: r.Type, Unit: r.Unit, Required: r.Required, Kind: r.Kind}
		if r.Choices != "" {
			p.Choices = strings.Split(r.Choices, ";")
		}
		last.Properties = append(last.Properties, p)
	}
	return all, nil
}

// ListFormats is a page of the items that have a format of serials or of lots.
func ListFormats(tx *store.Tx, company string, l store.Listing) ([]Item, string, error) {
	return items.Page(tx, company, l, `serial_format <> '' OR lot_format <> ''`)
}
