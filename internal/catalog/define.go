package catalog

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// The states of a revision.
const (
	Draft    = "draft"
	Released = "released"
	Obsolete = "obsolete"
)

// DefinePartner says who a supplier or customer is.
type DefinePartner struct {
	Code    string      `json:"code"`
	Name    string      `json:"name"`
	Role    string      `json:"role"`
	Email   string      `json:"email,omitempty"`
	Phone   string      `json:"phone,omitempty"`
	Address string      `json:"address,omitempty"`
	Country string      `json:"country,omitempty"`
	Cage    string      `json:"cage,omitempty"`
	At      moment.Time `json:"at,omitempty"`
}

// PartnerDefined says who a partner is, from now on.
type PartnerDefined struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Role    string `json:"role"`
	Email   string `json:"email,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Address string `json:"address,omitempty"`
	Country string `json:"country,omitempty"`
	Cage    string `json:"cage,omitempty"`
}

// Kind names the fact.
func (PartnerDefined) Kind() string { return "partner.defined/1" }

// SetAt fills in when, if it was left open.
func (c *DefinePartner) SetAt(at moment.Time) { fill(&c.At, at) }

func fill(at *moment.Time, now moment.Time) {
	if *at == 0 {
		*at = now
	}
}

// Decide defines a partner, or changes what is known of it.
func (c *DefinePartner) Decide(set *store.Set) ([]journal.Fact, error) {
	f := PartnerDefined{c.Code, c.Name, c.Role, c.Email, c.Phone, c.Address, c.Country, c.Cage}
	if f.Role == "" {
		f.Role = "both"
	}
	if err := clean(field{"code", &f.Code}, field{"name", &f.Name}); err != nil {
		return nil, err
	}
	if err := oneOf("role", f.Role, "supplier", "customer", "both"); err != nil {
		return nil, err
	}
	if old, ok := partners.Get(set, f.Code); ok && *old == Partner(f) {
		return nil, nil
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

type field struct {
	name string
	text *string
}

// clean brings required names to their stored form.
func clean(fields ...field) error {
	for _, f := range fields {
		text, err := name.Clean(f.name, *f.text)
		if err != nil {
			return err
		}
		*f.text = text
	}
	return nil
}

func oneOf(field, text string, choices ...string) error {
	if slices.Contains(choices, text) {
		return nil
	}
	return refuse.New(refuse.Invalid, "%s is %q: it must be one of %s.", field, text, strings.Join(choices, ", ")).At(field)
}

// Property is a column that a catalog gives to its items.
type Property struct {
	Property string   `json:"property"`
	Type     string   `json:"type"` // text, number, date, boolean, choice, link
	Unit     string   `json:"unit,omitempty"`
	Choices  []string `json:"choices,omitempty"`
	Required bool     `json:"required,omitempty"`
	Kind     string   `json:"kind"` // designed: frozen with the revision; operative
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

// Decide keeps the properties that are new or changed; a property's type never
// changes, since items have values of it.
func (c *DefineCatalog) Decide(set *store.Set) ([]journal.Fact, error) {
	f := CatalogDefined{Catalog: c.Catalog}
	if err := clean(field{"catalog", &f.Catalog}); err != nil {
		return nil, err
	}
	for _, p := range c.Properties {
		if p.Type == "" {
			p.Type = "text"
		}
		if p.Kind == "" {
			p.Kind = "designed"
		}
		if err := clean(field{"property", &p.Property}); err != nil {
			return nil, err
		}
		if err := oneOf("type", p.Type, "text", "number", "date", "boolean", "choice", "link"); err != nil {
			return nil, err
		}
		if err := oneOf("kind", p.Kind, "designed", "operative"); err != nil {
			return nil, err
		}
		old, ok := properties.Get(set, propertyKey{f.Catalog, p.Property})
		if ok && old.Type != p.Type {
			return nil, refuse.New(refuse.Conflict, "Property %s of %s is of type %s: give the new type a new name.", p.Property, f.Catalog, old.Type).At("type")
		}
		if !ok || *old != (propertyRow{f.Catalog, p.Property, p.Type, p.Unit, strings.Join(p.Choices, ";"), p.Required, p.Kind}) {
			f.Properties = append(f.Properties, p)
		}
	}
	if len(f.Properties) == 0 {
		return nil, nil
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

// checkProperties holds the values an item gives against its catalog's
// properties.
func checkProperties(set *store.Set, catalog string, values map[string]string) error {
	for _, property := range slices.Sorted(maps.Keys(values)) {
		p, ok := properties.Get(set, propertyKey{catalog, property})
		if !ok {
			if catalog == "" {
				return refuse.New(refuse.Invalid, "The item is in no catalog, so it has no property %s: name the catalog that defines it.", property).At(property)
			}
			return refuse.New(refuse.NotFound, "Catalog %q has no property %s: define it in the catalog first.", catalog, property).At(property)
		}
		if err := checkValue(p, values[property]); err != nil {
			return err
		}
	}
	for _, p := range propertiesByTheir.All(set, catalog) {
		if p.Required && values[p.Property] == "" {
			return refuse.New(refuse.Invalid, "Catalog %s requires the property %s.", catalog, p.Property).At(p.Property)
		}
	}
	return nil
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

func checkValue(p *propertyRow, value string) error {
	ok := true
	switch p.Type {
	case "number":
		ok = isNumber(value)
	case "date":
		_, err := moment.Parse(value, time.UTC)
		ok = err == nil
	case "boolean":
		ok = value == "true" || value == "false"
	case "choice":
		ok = slices.Contains(strings.Split(p.Choices, ";"), value)
	}
	if !ok {
		what := p.Type
		if p.Type == "choice" {
			what = "one of " + strings.ReplaceAll(p.Choices, ";", ", ")
		}
		return refuse.New(refuse.Invalid, "%s is %q: the catalog wants %s.", p.Property, value, what).At(p.Property)
	}
	return nil
}
