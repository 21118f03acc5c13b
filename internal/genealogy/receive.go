package genealogy

import (
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Purchase is what is known of a receipt beside what came.
type Purchase struct {
	Receipt            string            `json:"receipt"`
	Supplier           string            `json:"supplier,omitempty"`
	PurchaseOrder      string            `json:"purchase_order,omitempty"`
	SupplierLot        string            `json:"supplier_lot,omitempty"`
	Manufacturer       string            `json:"manufacturer,omitempty"`
	ManufacturerPart   string            `json:"manufacturer_part,omitempty"`
	ManufacturerLot    string            `json:"manufacturer_lot,omitempty"`
	ManufacturerSerial string            `json:"manufacturer_serial,omitempty"`
	DateCode           string            `json:"date_code,omitempty"`
	Heat               string            `json:"heat,omitempty"`
	Country            string            `json:"country,omitempty"`
	ManufacturedOn     moment.Time       `json:"manufactured_on,omitempty"`
	ExpiresOn          moment.Time       `json:"expires_on,omitempty"`
	Certificate        string            `json:"certificate,omitempty"`
	Location           string            `json:"location,omitempty"`
	Properties         map[string]string `json:"properties,omitempty"`
	Entered            *catalog.Entered  `json:"entered,omitempty"` // where it was given in another unit
	Warned             []string          `json:"warnings,omitempty"`
}

// Warnings are what may stand against it.
func (p *Purchase) Warnings() []string { return p.Warned }

// Receive takes in a quantity of a lot, or units by serial (ranges like
// "1-50" and "A001~+9"), which may belong to a lot.
type Receive struct {
	PartNumber string            `json:"part_number"`
	Serial     string            `json:"serial,omitempty"`
	Lot        string            `json:"lot,omitempty"`
	Revision   string            `json:"revision,omitempty"`
	Quantity   quantity.Quantity `json:"quantity,omitempty"`
	UOM        string            `json:"uom,omitempty"` // of the quantity; the item's own where it is left out
	Purchase
	At    moment.Time        `json:"at,omitempty"`
	asked *quantity.Quantity // as it was given: Decide runs more than once
}

// entered is the quantity as it was given.
func (c *Receive) entered() quantity.Quantity {
	if c.asked == nil {
		q := c.Quantity
		c.asked = &q
	}
	return *c.asked
}

// Received says that a quantity of a lot came in.
type Received struct {
	Object
	Revision string            `json:"revision,omitempty"`
	Quantity quantity.Quantity `json:"quantity"`
	Purchase
}

// Kind names the fact.
func (Received) Kind() string { return "lot.received/1" }

// UnitReceived says that a unit came in.
type UnitReceived struct {
	PartNumber string `json:"part_number"`
	Serial     string `json:"serial"`
	Lot        string `json:"lot,omitempty"`
	Revision   string `json:"revision,omitempty"`
	Purchase
}

// Kind names the fact.
func (UnitReceived) Kind() string { return "units.received/1" }

// SetAt fills in when, if it was left open.
func (c *Receive) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide takes in what came. The same lot from another supplier is refused;
// again from the same it is a second receipt; the same receipt twice changes
// nothing.
func (c *Receive) Decide(set *store.Set) ([]journal.Fact, error) {
	item, err := catalog.FindItem(set, c.PartNumber)
	if err != nil {
		return nil, field("part_number", err)
	}
	if c.Receipt, err = name.Clean("receipt", c.Receipt); err != nil {
		return nil, err
	}
	if c.Supplier != "" {
		if _, err := catalog.FindPartner(set, c.Supplier); err != nil {
			return nil, field("supplier", err)
		}
	}
	if c.ExpiresOn == 0 && item.ShelfLifeDays > 0 && c.ManufacturedOn != 0 {
		c.ExpiresOn = c.ManufacturedOn + moment.Time(item.ShelfLifeDays)*86_400_000_000
	}
	if c.Revision, err = received(set, &item, c.Revision); err != nil {
		return nil, err
	}
	c.Warned = nil
	if c.Manufacturer != "" && catalog.NotApproved(set, c.PartNumber, c.Manufacturer) {
		c.Warned = []string{c.Manufacturer + " is not an approved maker of " + c.PartNumber}
	}
	tracking := catalog.TrackingAt(set, &item, c.At)
	if c.Quantity, c.Entered, err = catalog.Convert(set, c.PartNumber, c.UOM, c.entered()); err != nil {
		return nil, err
	}
	switch {
	case c.Serial == "" && c.Lot == "" && tracking != catalog.None && tracking != catalog.BySerial && item.LotFormat != "":
		return c.numbered(set, &item)
	case c.Serial != "":
		return c.units(set, tracking)
	case tracking == catalog.BySerial:
		return nil, refuse.New(refuse.Invalid, "%s is followed by serial: name the serials that came.", c.PartNumber).At("serial")
	case tracking == catalog.None && c.Lot == "":
		return nil, refuse.New(refuse.Invalid, "%s is not tracked: there is nothing to receive; change its tracking to lot first.", c.PartNumber).At("part_number")
	}
	return c.lot(set)
}

// numbered gives the lot the next number of the item's format.
func (c *Receive) numbered(set *store.Set, item *catalog.Item) ([]journal.Fact, error) {
	lots, taken, err := generated(set, item.LotFormat, LotKind, c.PartNumber, "", 1, c.At)
	if err != nil {
		return nil, field("lot", err)
	}
	given := *c
	given.Lot = lots[0]
	facts, err := given.lot(set)
	return append(facts, taken), err
}

// received is the revision of what came in: the one that is named, else the
// latest that is released.
func received(set *store.Set, item *catalog.Item, revision string) (string, error) {
	if revision == "" {
		return item.Latest, nil
	}
	_, err := catalog.FindRevision(set, item.PartNumber, revision)
	return revision, field("revision", err)
}

func (c *Receive) lot(set *store.Set) ([]journal.Fact, error) {
	var err error
	if c.Lot, err = name.Clean("lot", c.Lot); err != nil {
		return nil, err
	}
	if err := positive(c.Quantity); err != nil {
		return nil, err
	}
	o := Object{PartNumber: c.PartNumber, Lot: c.Lot}
	if row, ok := Get(set, o.key()); ok {
		for _, r := range receiptsOf.All(set, row.ID) {
			if r.Voided != 0 {
				continue
			}
			if r.Receipt == c.Receipt {
				if r.Quantity == c.Quantity && r.At == c.At && r.SupplierLot == c.SupplierLot {
					return nil, nil
				}
				return nil, refuse.New(refuse.Conflict, "Receipt %s of lot %s is recorded with %s on %s: give a further receipt its own number.", c.Receipt, o, r.Quantity, r.At).At("receipt")
			}
			if r.Supplier != c.Supplier {
				return nil, refuse.New(refuse.Conflict, "Lot %s came from %s before: give the lot from %s a number of its own.", o, or(r.Supplier, "an unnamed supplier"), or(c.Supplier, "an unnamed supplier")).At("lot")
			}
		}
	}
	return one(c.At, &Received{o, c.Revision, c.Quantity, c.Purchase}), nil
}

// known says whether a unit is recorded with this receipt already.
func (c *Receive) known(set *store.Set, row *Row) bool {
	for _, r := range receiptsOf.All(set, row.ID) {
		if r.Voided == 0 && r.Receipt == c.Receipt && r.At == c.At {
			return true
		}
	}
	return false
}

func or(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}

func (c *Receive) units(set *store.Set, tracking string) ([]journal.Fact, error) {
	if tracking == catalog.None || tracking == catalog.ByLot {
		return nil, refuse.New(refuse.Invalid, "%s is followed by %s, not by serial.", c.PartNumber, tracking).At("serial")
	}
	serials, err := name.Serials(c.Serial)
	if err != nil {
		return nil, field("serial", err)
	}
	if c.Quantity != 0 && c.Quantity != quantity.Pieces(int64(len(serials))) {
		return nil, refuse.New(refuse.Invalid, "%d serials for a quantity of %s: they must be as many.", len(serials), c.Quantity).At("quantity")
	}
	var facts []journal.Fact
	for _, serial := range serials {
		o := Object{PartNumber: c.PartNumber, Serial: serial}
		if row, ok := Get(set, o.key()); ok {
			if c.known(set, row) {
				continue
			}
			return nil, refuse.New(refuse.Conflict, "Unit %s is recorded since %s: a second piece of that serial needs an own serial, with the maker's as manufacturer_serial.", o, row.At).At("serial")
		}
		if other := isOldName(set, c.PartNumber, serial); other != nil && !c.known(set, other) {
			return nil, refuse.New(refuse.Conflict, "%s was the serial of what is %s now: a second piece of that serial needs an own serial, with the maker's as manufacturer_serial.", serial, other.Object()).At("serial")
		} else if other != nil {
			continue
		}
		facts = append(facts, journal.Fact{At: c.At, What: &UnitReceived{c.PartNumber, serial, c.Lot, c.Revision, c.Purchase}})
	}
	if c.Lot != "" && len(facts) > 0 {
		if _, ok := Get(set, (Object{PartNumber: c.PartNumber, Lot: c.Lot}).key()); !ok {
			open := &Received{Object{PartNumber: c.PartNumber, Lot: c.Lot}, c.Revision, 0, c.Purchase}
			facts = append([]journal.Fact{{At: c.At, What: open}}, facts...)
		}
	}
	return facts, nil
}
