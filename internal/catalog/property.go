package catalog

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Property is a column that a catalog gives to its items.
type Property struct {
	Property string   `json:"property"`
	Type     string   `json:"type"` // text, number, date, boolean, choice, link
	Unit     string   `json:"unit,omitempty"`
	Choices  []string `json:"choices,omitempty"`
	Required bool     `json:"required,omitempty"`
	Kind     string   `json:"kind"` // designed: frozen with the revision; operative: of the item, and may change
}

// DefineCatalog gives a catalog properties; those it has already stay.
type DefineCatalog struct {
	Catalog    string      `json:"catalog"`
	Properties []Property  `json:"properties"`
	At         moment.Time `json:"at,omitempty"`
}

// CatalogDefined gives a catalog properties.
type CatalogDefined struct {
	Catalog    string     `json:"catalog"`
	Properties []Property `json:"properties"`
}

// Kind names the fact.
func (CatalogDefined) Kind() string { return "catalog.defined/1" }

// SetAt fills in when, if it was left open.
func (c *DefineCatalog) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide keeps the properties that are new or changed; a property's type and
// kind never change, since items have values of it.
func (c *DefineCatalog) Decide(set *store.Set) ([]journal.Fact, error) {
	f := CatalogDefined{Catalog: c.Catalog, Properties: []Property{}}
	if err := clean(field{"catalog", &f.Catalog}); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, p := range c.Properties {
		p.Choices = slices.Clone(p.Choices)
		if err := p.clean(); err != nil {
			return nil, err
		}
		if seen[p.Property] {
			return nil, refuse.New(refuse.Invalid, "Property %s stands twice: define it once.", p.Property).At("property")
		}
		seen[p.Property] = true
		old, ok := properties.Get(set, propertyKey{f.Catalog, p.Property})
		switch {
		case ok && old.Type != p.Type:
			return nil, refuse.New(refuse.Conflict, "Property %s of %s is of type %s: give the new type a new name.", p.Property, f.Catalog, old.Type).At("type")
		case ok && old.Kind != p.Kind:
			return nil, refuse.New(refuse.Conflict, "Property %s of %s is %s: give the %s one a new name.", p.Property, f.Catalog, old.Kind, p.Kind).At("kind")
		}
		if !ok || *old != p.row(f.Catalog) {
			f.Properties = append(f.Properties, p)
		}
	}
	if _, known := catalogs.Get(set, f.Catalog); known && len(f.Properties) == 0 {
		return nil, nil
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

func (p *Property) row(catalog string) propertyRow {
	return propertyRow{catalog, p.Property, p.Type, p.Unit, strings.Join(p.Choices, ";"), p.Required, p.Kind}
}

func (r *propertyRow) shown() Property {
	p := Property{Property: r.Property, Type: r.Type, Unit: r.Unit, Required: r.Required, Kind: r.Kind}
	if r.Choices != "" {
		p.Choices = strings.Split(r.Choices, ";")
	}
	return p
}

// clean brings a property to its stored form.
func (p *Property) clean() error {
	if p.Type == "" {
		p.Type = "text"
	}
	if p.Kind == "" {
		p.Kind = Designed
	}
	if err := clean(field{"property", &p.Property}); err != nil {
		return err
	}
	if slices.Contains(itemColumns, folded(p.Property)) {
		return refuse.New(refuse.Invalid, "Every item has %s already: give the property another name.", p.Property).At("property")
	}
	if err := oneOf("type", p.Type, "text", "number", "date", "boolean", "choice", "link"); err != nil {
		return err
	}
	if err := oneOf("kind", p.Kind, Designed, Operative); err != nil {
		return err
	}
	if (p.Type == "choice") != (len(p.Choices) > 0) {
		return refuse.New(refuse.Invalid, "Property %s is of type %s and has %d choices: choices belong to the type choice, which needs at least one.", p.Property, p.Type, len(p.Choices)).At("choices")
	}
	for i, choice := range p.Choices {
		if err := clean(field{"choices", &p.Choices[i]}); err != nil {
			return err
		}
		if strings.Contains(choice, ";") {
			return refuse.New(refuse.Invalid, "The choice %q of %s holds a semicolon, which divides choices: write it otherwise.", choice, p.Property).At("choices")
		}
		if slices.Contains(p.Choices[:i], p.Choices[i]) {
			return refuse.New(refuse.Invalid, "The choice %q of %s stands twice: keep one.", choice, p.Property).At("choices")
		}
	}
	return nil
}

// The kinds of properties.
const (
	Designed  = "designed"  // of the revision, and frozen with it
	Operative = "operative" // of the item, such as a price; it may change
)

// itemColumns are what a workbook's sheet of items calls its own, without
// regard to case, blanks, _ and -: a property of such a name could not be read
// back.
var itemColumns = strings.Fields(`partnumber name catalog revision uom tracking source serialformat lotformat shelflifedays gtin status
	releasedat obsoletedat supplier supplierpart leadtimedays`)

var foldings = strings.NewReplacer(" ", "", "_", "", "-", "")

func folded(name string) string { return foldings.Replace(strings.ToLower(name)) }

// checkProperties holds the values an item gives against its catalog's
// properties, and brings them to their stored form.
func checkProperties(set *store.Set, catalog string, values map[string]string) (map[string]string, error) {
	if catalog == "" {
		for _, property := range slices.Sorted(maps.Keys(values)) {
			return nil, refuse.New(refuse.Invalid, "The item is in no catalog, so it has no property %s: name the catalog that defines it.", property).At(property)
		}
		return map[string]string{}, nil
	}
	if _, known := catalogs.Get(set, catalog); !known {
		return nil, refuse.New(refuse.NotFound, "Catalog %s is not defined: define it first.", catalog).At("catalog")
	}
	stored := map[string]string{}
	for _, property := range slices.Sorted(maps.Keys(values)) {
		p, ok := properties.Get(set, propertyKey{catalog, property})
		if !ok {
			return nil, refuse.New(refuse.NotFound, "Catalog %q has no property %s: define it in the catalog first.", catalog, property).At(property)
		}
		value, err := checkValue(p, strings.TrimSpace(values[property]))
		if err != nil {
			return nil, err
		}
		if value != "" {
			stored[property] = value
		}
	}
	for _, p := range propertiesByTheir.All(set, catalog) {
		if p.Required && stored[p.Property] == "" {
			return nil, refuse.New(refuse.Invalid, "Catalog %s requires the property %s.", catalog, p.Property).At(p.Property)
		}
	}
	return stored, nil
}

var decimal = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$`)

func isNumber(text string) bool { return decimal.MatchString(text) }

var booleans = map[string]string{"true": "true", "yes": "true", "y": "true", "1": "true", "x": "true", "false": "false", "no": "false", "n": "false", "0": "false"}

// checkValue is a value in its stored form; no value is left out.
func checkValue(p *propertyRow, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	ok, wants := true, ""
	switch p.Type {
	case "number":
		ok, wants = isNumber(value), "a number such as 4.7"
		if p.Unit != "" {
			wants += ", in " + p.Unit
		}
	case "date":
		_, err := moment.Parse(value, time.UTC)
		ok, wants = err == nil, "a date such as 2026-01-31"
	case "boolean":
		stored, known := booleans[strings.ToLower(value)]
		if known {
			value = stored
		}
		ok, wants = known, "a boolean: true or false"
	case "choice":
		ok, wants = slices.Contains(strings.Split(p.Choices, ";"), value), "one of "+strings.ReplaceAll(p.Choices, ";", ", ")
	case "link":
		link, err := url.Parse(value)
		ok, wants = err == nil && (link.Scheme == "http" || link.Scheme == "https") && link.Host != "", "a link that begins with https:// or http://"
	}
	if !ok {
		return "", refuse.New(refuse.Invalid, "%s is %q: the catalog wants %s.", p.Property, value, wants).At(p.Property)
	}
	return value, nil
}

// divide divides the properties of an item into those of the revision and
// those of the item itself.
func divide(set *store.Set, catalog string, values map[string]string) (designed, operative map[string]string) {
	designed, operative = map[string]string{}, map[string]string{}
	for name, value := range values {
		if p, ok := properties.Get(set, propertyKey{catalog, name}); ok && p.Kind == Operative {
			operative[name] = value
		} else {
			designed[name] = value
		}
	}
	return designed, operative
}

// SameDesign says whether a revision is defined with these properties, as far
// as they are frozen with it.
func (r *Revision) SameDesign(set *store.Set, catalog string, values map[string]string) bool {
	stored, err := checkProperties(set, catalog, values)
	if err != nil {
		return false
	}
	designed, _ := divide(set, catalog, stored)
	return r.Properties == Canonical(designed)
}

// DesignedProperties are those of an item's properties that are frozen with its
// revisions.
func DesignedProperties(set *store.Set, part string, values map[string]string) map[string]string {
	item, ok := items.Get(set, part)
	if !ok {
		return values
	}
	designed, _ := divide(set, item.Catalog, values)
	return designed
}

// OperativeProperties are the properties of an item that are the same in all
// of its revisions.
func (r *Item) OperativeProperties() map[string]string { return textsOf(r.Operative) }

// Properties are all properties of an item in a revision.
func Properties(item *Item, rev *Revision) map[string]string {
	all := textsOf(rev.Properties)
	maps.Copy(all, textsOf(item.Operative))
	return all
}

func textsOf(object string) map[string]string {
	all := map[string]string{}
	_ = json.Unmarshal([]byte(object), &all) // written by this package
	return all
}
