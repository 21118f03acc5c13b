package catalog

import (
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// PageMax is how many rows of a list are answered at once.
const PageMax = 1000

// About is what is defined of an item beside its revisions.
type About struct {
	Tracked   []TrackingRow
	Makers    []Approved
	UOMs      []UOMRow
	Plans     []ShownPlan
	Documents []ShownDocument
}

// ShownPlan is an inspection plan as it is shown.
type ShownPlan struct {
	Plan            string           `json:"plan"`
	Stage           string           `json:"stage"`
	Characteristics []Characteristic `json:"characteristics"`
}

// ShownDocument is a document of an item as it is shown.
type ShownDocument struct {
	Document     string      `json:"document"`
	Revision     string      `json:"revision"`
	Title        string      `json:"title"`
	File         string      `json:"file"`
	URL          string      `json:"url"`
	SHA256       string      `json:"sha256"`
	PartRevision string      `json:"part_revision"` // empty: of every revision of the item
	At           moment.Time `json:"at"`
}

// AskAbout is what is defined of an item beside its revisions.
func AskAbout(tx *store.Tx, company, part string) (a About, err error) {
	const ofPart = `part_number = $2`
	if a.Tracked, err = some(trackings.Select(tx, company, ofPart, part)); err != nil {
		return a, err
	}
	if a.Makers, err = some(approved.Select(tx, company, ofPart, part)); err != nil {
		return a, err
	}
	if a.UOMs, err = some(uoms.Select(tx, company, ofPart, part)); err != nil {
		return a, err
	}
	rows, err := plans.Select(tx, company, ofPart, part)
	if err != nil {
		return a, err
	}
	a.Plans = []ShownPlan{}
	for _, r := range rows {
		a.Plans = append(a.Plans, ShownPlan{r.Plan, r.Stage, r.Characteristics()})
	}
	documents, err := Documents.Select(tx, company, ofPart, part)
	a.Documents = []ShownDocument{}
	for _, d := range documents {
		a.Documents = append(a.Documents, ShownDocument{d.Document, d.Revision, d.Title, d.File, d.URL, d.SHA256, d.PartRevision, d.At})
	}
	return a, err
}

// some is a list that JSON shows as one, empty or not.
func some[T any](all []T, err error) ([]T, error) {
	if all == nil {
		all = []T{}
	}
	return all, err
}

// ItemList is a page of items.
type ItemList struct {
	Items []Item `json:"items"`
	Next  string `json:"next,omitempty"` // where the next page begins; empty: this is the last
}

// PartnerList is a page of partners.
type PartnerList struct {
	Partners []Partner `json:"partners"`
	Next     string    `json:"next,omitempty"`
}

// CatalogList is a page of catalogs.
type CatalogList struct {
	Catalogs []ShownCatalog `json:"catalogs"`
	Next     string         `json:"next,omitempty"`
}

// ShownCatalog is a catalog with its properties and how many items it has.
type ShownCatalog struct {
	Catalog    string     `json:"catalog"`
	Items      int64      `json:"items"`
	Properties []Property `json:"properties"`
}

// ListItems are the items of a catalog (empty: of all), in the order of their
// part numbers, from one on; 0 is as many as one page holds.
func ListItems(tx *store.Tx, company, catalog, from string, limit int64) (l ItemList, err error) {
	if limit, err = pageOf(limit); err != nil {
		return l, err
	}
	if catalog == "" {
		l.Items, err = Items(tx, company, from, limit+1)
	} else {
		found, err := catalogs.Select(tx, company, `catalog = $2`, catalog)
		if err != nil {
			return l, err
		}
		if len(found) == 0 {
			return l, refuse.New(refuse.NotFound, "There is no catalog %s.", catalog).At("catalog")
		}
		l.Items, err = items.SelectOrdered(tx, company, `catalog = $2 AND part_number >= $3`, `ORDER BY part_number LIMIT $4`, catalog, from, limit+1)
		if err != nil {
			return l, err
		}
	}
	l.Items, l.Next = page(l.Items, limit, func(i *Item) string { return i.PartNumber })
	return l, err
}

// ListPartners are the partners in the order of their codes, from one on.
func ListPartners(tx *store.Tx, company, from string, limit int64) (l PartnerList, err error) {
	if limit, err = pageOf(limit); err != nil {
		return l, err
	}
	l.Partners, err = partners.SelectOrdered(tx, company, `code >= $2`, `ORDER BY code LIMIT $3`, from, limit+1)
	l.Partners, l.Next = page(l.Partners, limit, func(p *Partner) string { return p.Code })
	return l, err
}

// ListCatalogs are the catalogs in the order of their names, from one on.
func ListCatalogs(tx *store.Tx, company, from string, limit int64) (l CatalogList, err error) {
	if limit, err = pageOf(limit); err != nil {
		return l, err
	}
	found, err := catalogs.SelectOrdered(tx, company, `catalog >= $2`, `ORDER BY catalog LIMIT $3`, from, limit+1)
	if err != nil {
		return l, err
	}
	found, l.Next = page(found, limit, func(r *catalogRow) string { return r.Catalog })
	l.Catalogs = []ShownCatalog{}
	for _, r := range found {
		c := ShownCatalog{Catalog: r.Catalog, Properties: []Property{}}
		if _, err := tx.One([]any{&c.Items}, `SELECT count(*) FROM item WHERE company = $1 AND catalog = $2`, company, r.Catalog); err != nil {
			return l, err
		}
		rows, err := properties.Select(tx, company, `catalog = $2`, r.Catalog)
		if err != nil {
			return l, err
		}
		for _, p := range rows {
			c.Properties = append(c.Properties, p.shown())
		}
		l.Catalogs = append(l.Catalogs, c)
	}
	return l, nil
}

func pageOf(limit int64) (int64, error) {
	switch {
	case limit == 0:
		return PageMax, nil
	case limit < 0 || limit > PageMax:
		return 0, refuse.New(refuse.Invalid, "limit is %d: a page has 1 to %d rows.", limit, PageMax).At("limit")
	}
	return limit, nil
}

// page cuts off the row after the page, with which the next one begins.
func page[T any](rows []T, limit int64, key func(*T) string) ([]T, string) {
	if int64(len(rows)) <= limit {
		rows, _ = some(rows, nil)
		return rows, ""
	}
	return rows[:limit], key(&rows[limit])
}
