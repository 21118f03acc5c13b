package catalog

import (
	"slices"
	"strings"

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
