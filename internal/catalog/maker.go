package catalog

import (
	"slices"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/store"
)

// ApproveMaker approves a maker of an item, with the maker's own part number,
// and an item that may take its place (ISO 9001 8.4.1).
type ApproveMaker struct {
	MakerApproved
	At moment.Time `json:"at,omitempty"`
}

// MakerApproved says that a maker is approved for an item.
type MakerApproved struct {
	PartNumber       string `json:"part_number"`
	Manufacturer     string `json:"manufacturer"`
	ManufacturerPart string `json:"manufacturer_part,omitempty"`
	Alternate        string `json:"alternate,omitempty"` // an item
}

// Kind names the fact.
func (MakerApproved) Kind() string { return "maker.approved/1" }

// Approved is an approved maker of an item.
type Approved struct {
	PartNumber       string `col:"part_number,key" json:"part_number"`
	Manufacturer     string `col:"manufacturer,key" json:"manufacturer"`
	ManufacturerPart string `col:"manufacturer_part,key" json:"manufacturer_part"`
	Alternate        string `col:"alternate,key" json:"alternate"`
}

var (
	approved   = store.NewTable("approved_part", func(r *Approved) Approved { return *r })
	approvedOf = store.NewIndex(approved, "part_number", func(r *Approved) string { return r.PartNumber })
	approvedAs = store.NewIndex(approved, "manufacturer_part", func(r *Approved) string { return r.ManufacturerPart })
)

// SetAt fills in when, if it was left open.
func (c *ApproveMaker) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide approves the maker; an approved one stays approved.
func (c *ApproveMaker) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.MakerApproved
	if _, err := FindItem(set, f.PartNumber); err != nil {
		return nil, at("part_number", err)
	}
	if err := clean(field{"manufacturer", &f.Manufacturer}); err != nil {
		return nil, err
	}
	if f.Alternate != "" {
		if _, err := FindItem(set, f.Alternate); err != nil {
			return nil, at("alternate", err)
		}
	}
	if _, ok := approved.Get(set, Approved(f)); ok {
		return nil, nil
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

// ItemsOfMaker are the items for which a maker's part number is approved.
func ItemsOfMaker(set *store.Set, manufacturerPart string) []string {
	var all []string
	for _, a := range approvedAs.All(set, manufacturerPart) {
		if !slices.Contains(all, a.PartNumber) {
			all = append(all, a.PartNumber)
		}
	}
	return all
}

// NotApproved says that an item has approved makers, and this is none of them.
func NotApproved(set *store.Set, part, manufacturer string) bool {
	all := approvedOf.All(set, part)
	for _, a := range all {
		if a.Manufacturer == manufacturer {
			return false
		}
	}
	return len(all) > 0
}

// ApprovedParts are all approved makers.
func ApprovedParts(tx *store.Tx, company string) ([]Approved, error) {
	return approved.Select(tx, company, "")
}
