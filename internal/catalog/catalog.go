// Package catalog holds what a company makes and buys and with whom: items in
// catalogs with properties of their own, their revisions, and partners.
package catalog

import (
	_ "embed" // the schema

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

//go:embed tables.sql
var schema string

// How an item is followed.
const (
	None        = "none"
	ByLot       = "lot"
	BySerial    = "serial"
	SerialAtUse = "serial_at_use"
)

// Where an item comes from.
const (
	Make = "make"
	Buy  = "buy"
)

// Item is a part number.
type Item struct {
	PartNumber    string `col:"part_number,key" json:"part_number"`
	Name          string `col:"name" json:"name"`
	Catalog       string `col:"catalog" json:"catalog"`
	UOM           string `col:"uom" json:"uom"`
	Tracking      string `col:"tracking" json:"tracking"`
	Source        string `col:"source" json:"source"`
	SerialFormat  string `col:"serial_format" json:"serial_format"`
	LotFormat     string `col:"lot_format" json:"lot_format"`
	ShelfLifeDays int64  `col:"shelf_life_days" json:"shelf_life_days"`
	GTIN          string `col:"gtin" json:"gtin"`
	Supplier      string `col:"supplier" json:"supplier"`
	SupplierPart  string `col:"supplier_part" json:"supplier_part"`
	LeadTimeDays  int64  `col:"lead_time_days" json:"lead_time_days"`
	Latest        string `col:"latest" json:"latest"` // the released revision that was defined last
	Changed       bool   `col:"changed" json:"-"`     // its tracking changed at some time
	Operative     string `col:"operative" json:"-"`   // its operative properties: a JSON object of texts
}

// Revision is a state of an item's design.
type Revision struct {
	PartNumber  string      `col:"part_number,key"`
	Revision    string      `col:"revision,key"`
	Status      string      `col:"status"`
	ReleasedAt  moment.Time `col:"released_at"`
	ObsoletedAt moment.Time `col:"obsoleted_at"`
	Properties  string      `col:"properties"` // the designed ones: a JSON object of texts
	Fact        int64       `col:"fact"`
}

// Partner is a supplier, a customer, or both.
type Partner struct {
	Code    string `col:"code,key" json:"code"`
	Name    string `col:"name" json:"name"`
	Role    string `col:"role" json:"role"`
	Email   string `col:"email" json:"email"`
	Phone   string `col:"phone" json:"phone"`
	Address string `col:"address" json:"address"`
	Country string `col:"country" json:"country"`
	Cage    string `col:"cage" json:"cage"`
}

// catalogRow is a catalog; one without properties of its own groups items.
type catalogRow struct {
	Catalog string `col:"catalog,key"`
}

type propertyRow struct {
	Catalog  string `col:"catalog,key"`
	Property string `col:"property,key"`
	Type     string `col:"type"`
	Unit     string `col:"unit"`
	Choices  string `col:"choices"`
	Required bool   `col:"required"`
	Kind     string `col:"kind"`
}

type revisionKey struct{ PartNumber, Revision string }

type propertyKey struct{ Catalog, Property string }

var (
	items       = store.NewTable("item", func(r *Item) string { return r.PartNumber })
	revisions   = store.NewTable("revision", func(r *Revision) revisionKey { return revisionKey{r.PartNumber, r.Revision} })
	revisionsOf = store.NewIndex(revisions, "part_number", func(r *Revision) string { return r.PartNumber })
	partners    = store.NewTable("partner", func(r *Partner) string { return r.Code })

	catalogs          = store.NewTable("catalog", func(r *catalogRow) string { return r.Catalog })
	properties        = store.NewTable("property", func(r *propertyRow) propertyKey { return propertyKey{r.Catalog, r.Property} })
	propertiesByTheir = store.NewIndex(properties, "catalog", func(r *propertyRow) string { return r.Catalog })
)

// Projection is what the catalog derives from its facts.
var Projection = journal.Projection{
	Name:    "catalog",
	Version: 2,
	Schema:  schema,
	Tables:  []store.AnyTable{partners, catalogs, properties, items, revisions, trackings, uoms, approved, plans, Documents},
	Kinds: journal.Kinds{
		PartnerDefined{}.Kind():    func() journal.Body { return new(PartnerDefined) },
		CatalogDefined{}.Kind():    func() journal.Body { return new(CatalogDefined) },
		ItemDefined{}.Kind():       func() journal.Body { return new(ItemDefined) },
		RevisionReleased{}.Kind():  func() journal.Body { return new(RevisionReleased) },
		RevisionObsoleted{}.Kind(): func() journal.Body { return new(RevisionObsoleted) },
		TrackingChanged{}.Kind():   func() journal.Body { return new(TrackingChanged) },
		UOMDefined{}.Kind():        func() journal.Body { return new(UOMDefined) },
		MakerApproved{}.Kind():     func() journal.Body { return new(MakerApproved) },
		PlanDefined{}.Kind():       func() journal.Body { return new(PlanDefined) },
		DocumentAttached{}.Kind():  func() journal.Body { return new(DocumentAttached) },
	},
	Project: project,
}

// FindItem is the item of a part number, or a refusal that says it is missing.
func FindItem(set *store.Set, part string) (Item, error) {
	item, ok := items.Get(set, part)
	if !ok {
		return Item{}, refuse.New(refuse.NotFound, "Item %s is not defined: define it first.", part)
	}
	return *item, nil
}

// FindRevision is a revision of an item; an empty revision asks for the
// released one that was defined last.
func FindRevision(set *store.Set, part, revision string) (Revision, error) {
	if revision == "" {
		item, err := FindItem(set, part)
		if err != nil {
			return Revision{}, err
		}
		if item.Latest == "" {
			return Revision{}, refuse.New(refuse.Conflict, "Item %s has no released revision: release one, or name the revision.", part)
		}
		revision = item.Latest
	}
	found, ok := revisions.Get(set, revisionKey{part, revision})
	if !ok {
		return Revision{}, refuse.New(refuse.NotFound, "Item %s has no revision %s.", part, revision)
	}
	return *found, nil
}

// CurrentRevision is FindRevision for a look at the design as it stands: where
// an item has no released revision, the one that was defined last takes its
// place.
func CurrentRevision(set *store.Set, part, revision string) (Revision, error) {
	item, ok := items.Get(set, part)
	if revision != "" || !ok || item.Latest != "" {
		return FindRevision(set, part, revision)
	}
	var last *Revision
	for _, r := range revisionsOf.All(set, part) {
		if last == nil || r.Fact > last.Fact {
			last = r
		}
	}
	if last == nil {
		return FindRevision(set, part, revision)
	}
	return *last, nil
}

// Living are the revisions of an item that are not obsolete.
func Living(set *store.Set, part string) []string {
	var all []string
	for _, r := range revisionsOf.All(set, part) {
		if r.Status != Obsolete {
			all = append(all, r.Revision)
		}
	}
	return all
}

// Later says whether a revision of an item was defined after another.
func Later(set *store.Set, part, revision, than string) bool {
	a, ok1 := revisions.Get(set, revisionKey{part, revision})
	b, ok2 := revisions.Get(set, revisionKey{part, than})
	return ok1 && ok2 && a.Fact >= b.Fact
}

// FindPartner is the partner of a code, or a refusal that says it is missing.
func FindPartner(set *store.Set, code string) (Partner, error) {
	partner, ok := partners.Get(set, code)
	if !ok {
		return Partner{}, refuse.New(refuse.NotFound, "Partner %s is not defined: define it first.", code)
	}
	return *partner, nil
}

// Items are the items of a company in the order of their part numbers, from
// one on.
func Items(tx *store.Tx, company, from string, limit int64) ([]Item, error) {
	return items.SelectOrdered(tx, company, `part_number >= $2`, `ORDER BY part_number LIMIT $3`, from, limit)
}

// ShowItem is an item with its revisions; ok is false when there is none.
func ShowItem(tx *store.Tx, company, part string) (item Item, all []Revision, ok bool, err error) {
	found, err := items.Select(tx, company, `part_number = $2`, part)
	if err != nil || len(found) == 0 {
		return item, nil, false, err
	}
	all, err = revisions.Select(tx, company, `part_number = $2`, part)
	return found[0], all, true, err
}

// Partners are all partners in the order of their codes.
func Partners(tx *store.Tx, company string) ([]Partner, error) {
	return partners.Select(tx, company, "")
}
