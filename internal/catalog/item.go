package catalog

import (
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// DefineItem defines an item with one of its revisions, or adds a revision.
type DefineItem struct {
	ItemDefined
	At moment.Time `json:"at,omitempty"`
}

// ItemDefined says what an item and one revision of it are.
type ItemDefined struct {
	PartNumber    string            `json:"part_number"`
	Name          string            `json:"name"`
	Catalog       string            `json:"catalog,omitempty"`
	Revision      string            `json:"revision"`
	UOM           string            `json:"uom"`
	Tracking      string            `json:"tracking"`
	Source        string            `json:"source"`
	SerialFormat  string            `json:"serial_format,omitempty"`
	LotFormat     string            `json:"lot_format,omitempty"`
	ShelfLifeDays int64             `json:"shelf_life_days,omitempty"`
	GTIN          string            `json:"gtin,omitempty"`
	Status        string            `json:"status"`
	ReleasedAt    moment.Time       `json:"released_at,omitempty"`
	ObsoletedAt   moment.Time       `json:"obsoleted_at,omitempty"`
	Supplier      string            `json:"supplier,omitempty"`
	SupplierPart  string            `json:"supplier_part,omitempty"`
	LeadTimeDays  int64             `json:"lead_time_days,omitempty"`
	Properties    map[string]string `json:"properties,omitempty"`
}

// Kind names the fact.
func (ItemDefined) Kind() string { return "item.defined/1" }

// SetAt fills in when, if it was left open.
func (c *DefineItem) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide defines the item or the revision. What is recorded of an item and of
// a released revision cannot be said differently.
func (c *DefineItem) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.ItemDefined
	defaults(&f)
	if err := clean(field{"part_number", &f.PartNumber}, field{"name", &f.Name}, field{"revision", &f.Revision}, field{"uom", &f.UOM}); err != nil {
		return nil, err
	}
	for _, check := range []error{
		oneOf("tracking", f.Tracking, None, ByLot, BySerial, SerialAtUse),
		oneOf("source", f.Source, Make, Buy),
		oneOf("status", f.Status, Draft, Released, Obsolete),
	} {
		if check != nil {
			return nil, check
		}
	}
	if f.Supplier != "" {
		supplier, err := name.Clean("supplier", f.Supplier)
		if err != nil {
			return nil, err
		}
		if _, err := FindPartner(set, supplier); err != nil {
			return nil, at("supplier", err)
		}
	}
	if f.ShelfLifeDays < 0 || f.LeadTimeDays < 0 {
		return nil, refuse.New(refuse.Invalid, "Days cannot be negative.").At("shelf_life_days")
	}
	for column, format := range map[string]string{"serial_format": f.SerialFormat, "lot_format": f.LotFormat} {
		if _, err := name.ParseFormat(format); format != "" && err != nil {
			return nil, at(column, err)
		}
	}
	var err error
	if f.Properties, err = checkProperties(set, f.Catalog, f.Properties); err != nil {
		return nil, err
	}
	changed, err := differs(set, &f)
	if err != nil || !changed {
		return nil, err
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

// firstTracking is how an item was followed before any change.
func firstTracking(set *store.Set, item *Item) string {
	for _, r := range trackingOf.All(set, item.PartNumber) {
		return r.Before
	}
	return item.Tracking
}

func at(field string, err error) error {
	if refusal, ok := refuse.As(err); ok {
		return refusal.At(field)
	}
	return err
}

func defaults(f *ItemDefined) {
	for _, d := range []struct {
		text *string
		to   string
	}{{&f.Revision, "A"}, {&f.UOM, "EA"}, {&f.Tracking, None}, {&f.Source, Buy}, {&f.Status, Released}} {
		if *d.text == "" {
			*d.text = d.to
		}
	}
}

// differs says whether the definition brings anything new, and refuses one
// that contradicts what is fixed.
func differs(set *store.Set, f *ItemDefined) (bool, error) {
	item, ok := items.Get(set, f.PartNumber)
	if !ok {
		return true, nil
	}
	if item.Changed && f.Tracking == firstTracking(set, item) {
		f.Tracking = item.Tracking // as it was defined, before it changed
	}
	for _, fixed := range []struct{ field, got, want string }{
		{"uom", f.UOM, item.UOM}, {"tracking", f.Tracking, item.Tracking}, {"source", f.Source, item.Source}, {"catalog", f.Catalog, item.Catalog},
	} {
		if fixed.got != fixed.want {
			return false, refuse.New(refuse.Conflict, "Item %s is defined with %s %q, not %q: what was recorded stays.", f.PartNumber, fixed.field, fixed.want, fixed.got).At(fixed.field)
		}
	}
	revision, ok := revisions.Get(set, revisionKey{f.PartNumber, f.Revision})
	if !ok {
		return true, nil
	}
	designed, operative := divide(set, f.Catalog, f.Properties)
	if revision.Status != Draft && revision.Properties != Canonical(designed) {
		return false, refuse.New(refuse.Conflict, "Revision %s of %s is released with other properties: define a new revision.", f.Revision, f.PartNumber).At("revision")
	}
	if revision.Status != Draft && f.Status == Draft {
		return false, refuse.New(refuse.Conflict, "Revision %s of %s is %s and cannot be a draft again.", f.Revision, f.PartNumber, revision.Status).At("status")
	}
	if revision.Status == Obsolete && f.Status == Released {
		return false, refuse.New(refuse.Conflict, "Revision %s of %s is obsolete: define a new revision.", f.Revision, f.PartNumber).At("status")
	}
	same := *item == Item{f.PartNumber, f.Name, f.Catalog, f.UOM, f.Tracking, f.Source, f.SerialFormat, f.LotFormat,
		f.ShelfLifeDays, f.GTIN, f.Supplier, f.SupplierPart, f.LeadTimeDays, item.Latest, item.Changed, Canonical(operative)} &&
		revision.Status == f.Status && revision.Properties == Canonical(designed) &&
		revision.ReleasedAt == f.ReleasedAt && revision.ObsoletedAt == f.ObsoletedAt
	return !same, nil
}
