package web

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/gs1"
	"lotline/internal/refuse"
	"lotline/internal/trace"
)

// namedMax is how many objects of one name are looked at.
const namedMax = 20

// named is the object that a scan or a typed text names: a code, PART/NUMBER,
// or any name of it alone. What exists only in the plant, and a range of
// serials, is left to the command to judge; parts are the fields that it fills.
func (a *asked) named(text string, parts []string) (o genealogy.Object, err error) {
	code, isCode, err := gs1.Parse(text)
	if err != nil {
		return o, err
	}
	if isCode {
		return a.coded(code)
	}
	ways, _ := genealogy.ParseRef(text)
	if len(ways) > 0 {
		row, err := trace.Resolve(a.tx, a.company, text)
		if err == nil {
			return row.Object(), nil
		}
		if refusal, ok := refuse.As(err); !ok || refusal.Code != refuse.NotFound {
			return o, err
		}
		return a.unknown(ways, parts, err)
	}
	found, _, err := genealogy.FindObjects(a.tx, a.company, text, "", namedMax)
	if err != nil {
		return o, err
	}
	switch {
	case len(found) == 0:
		return o, refuse.New(refuse.NotFound, "Nothing is named %q. Capitals and leading zeros count.", text)
	case len(found) > 1:
		refs := make([]string, min(len(found), 5))
		for i := range refs {
			refs[i] = found[i].Ref
		}
		return o, refuse.New(refuse.Conflict, "%q names several: write one of %s.", text, strings.Join(refs, ", "))
	}
	return genealogy.Object{PartNumber: found[0].PartNumber, Serial: found[0].Serial, Lot: found[0].Lot}, nil
}

// unknown is an object that is not recorded: a range of serials is understood by
// the command, anything else is refused as it was.
func (a *asked) unknown(ways []genealogy.Object, parts []string, missing error) (genealogy.Object, error) {
	for _, o := range ways {
		if _, _, ok, err := catalog.ShowItem(a.tx, a.company, o.PartNumber); err != nil || !ok {
			continue
		}
		if o.Serial != "" && len(parts) > 1 && parts[1] != "" && strings.ContainsAny(o.Serial, "-~,; ") {
			return o, nil
		}
	}
	return genealogy.Object{}, missing
}

// coded is the object that a code names.
func (a *asked) coded(c gs1.Code) (o genealogy.Object, err error) {
	if o.PartNumber, err = a.partOf(c); err != nil {
		return o, err
	}
	o.Serial, o.Lot = c.Serial, c.Lot
	if o.Serial != "" {
		o.Lot = ""
	}
	if o.Serial+o.Lot == "" {
		return o, refuse.New(refuse.Invalid, "The code names the item %s, but neither a serial nor a lot: scan the label of the piece.", o.PartNumber)
	}
	return o, nil
}

// partOf is the item that a code names, by its part number or its GTIN.
func (a *asked) partOf(c gs1.Code) (string, error) {
	if c.GTIN != "" {
		found, err := catalog.ByGTIN(a.tx, a.company, c.GTIN)
		if err != nil || len(found) == 1 {
			return strings.Join(found, ""), err
		}
		if len(found) > 1 {
			return "", refuse.New(refuse.Conflict, "The GTIN %s is that of %s: type the part number.", c.GTIN, strings.Join(found, " and "))
		}
		if c.PartNumber == "" {
			return "", refuse.New(refuse.NotFound, "No item has the GTIN %s: define it with the item first.", c.GTIN)
		}
	}
	if c.PartNumber == "" {
		return "", refuse.New(refuse.Invalid, "The code does not name an item: it has neither a GTIN nor a part number.")
	}
	return c.PartNumber, nil
}

// fieldsOfCode are the fields of forms that a code fills.
func (a *asked) fieldsOfCode(c gs1.Code) (map[string]string, error) {
	part, err := a.partOf(c)
	if err != nil {
		return nil, err
	}
	all := map[string]string{"part_number": part, "component": part, "serial": c.Serial, "component_serial": c.Serial, "lot": c.Lot, "component_lot": c.Lot, "quantity": c.Quantity,
		"expires_on": c.ExpiresOn, "manufactured_on": c.MadeOn, "supplier_lot": c.SupplierLot, "purchase_order": c.Order}
	for name, text := range all {
		if text == "" {
			delete(all, name)
		}
	}
	return all, nil
}

// unscan spreads a code that was typed by a scanner into the fields that it is
// about: the same as script does, for pages without.
func (a *asked) unscan(f *form, values url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(scanned)) {
		text := values.Get(name)
		if text == "" || f.Objects[name] != nil {
			continue
		}
		code, isCode, err := gs1.Parse(text)
		if err != nil {
			return at(err, name)
		}
		if !isCode {
			continue
		}
		fields, err := a.fieldsOfCode(code)
		if err != nil {
			return at(err, name)
		}
		values.Set(name, fields[name])
		for other, value := range fields {
			if values.Get(other) == "" {
				values.Set(other, value)
			}
		}
	}
	return nil
}

// read is what a scan says, for script.
type read struct {
	Kind    string            `json:"kind"`
	Ref     string            `json:"ref,omitempty"`
	Values  map[string]string `json:"values"`
	Problem string            `json:"problem,omitempty"`
}

// scan reads ?text= as a scanner gave it.
func (s *site) scan(a *asked) (any, error) {
	text := strings.TrimSpace(a.value("text"))
	code, isCode, err := gs1.Parse(text)
	if err != nil {
		return nil, err
	}
	if !isCode {
		got := read{Kind: "text", Values: map[string]string{}}
		if found, _, err := genealogy.FindObjects(a.tx, a.company, text, "", namedMax); err != nil {
			return nil, err
		} else if len(found) == 1 {
			got.Ref = found[0].Ref
		}
		return got, nil
	}
	values, err := a.fieldsOfCode(code)
	if err != nil {
		return nil, err
	}
	got := read{Kind: "code", Values: values}
	if o, err := a.coded(code); err == nil {
		got.Ref = o.Ref()
	}
	return got, nil
}
