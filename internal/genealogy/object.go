package genealogy

import (
	"net/url"
	"strings"

	"lotline/internal/refuse"
)

// Kinds of objects.
const (
	LotKind  = "lot"
	UnitKind = "unit"
)

// Object names a lot or a unit: a part number with a lot or a serial.
type Object struct {
	PartNumber string `json:"part_number"`
	Serial     string `json:"serial,omitempty"`
	Lot        string `json:"lot,omitempty"`
}

// Kind is "unit" when the object has a serial, else "lot".
func (o Object) Kind() string {
	if o.Serial != "" {
		return UnitKind
	}
	return LotKind
}

// Name is the serial of a unit, the number of a lot.
func (o Object) Name() string {
	if o.Serial != "" {
		return o.Serial
	}
	return o.Lot
}

// Ref is how answers name the object: "unit:PART/SERIAL" or "lot:PART/LOT".
func (o Object) Ref() string { return o.Kind() + ":" + o.PartNumber + "/" + o.Name() }

// String is how sentences name the object.
func (o Object) String() string { return o.PartNumber + " " + o.Name() }

func (o Object) key() ObjectKey { return ObjectKey{o.PartNumber, o.Kind(), o.Name()} }

// ParseRef are the objects that a text can name: PART/NAME with every place
// for the slash, as part numbers hold slashes too; "lot:" or "unit:" before
// it, and %2F for a slash that belongs to a name, decide.
func ParseRef(text string) ([]Object, error) {
	kinds := []string{UnitKind, LotKind}
	rest := text
	for _, kind := range kinds {
		if after, ok := strings.CutPrefix(text, kind+":"); ok {
			kinds, rest = []string{kind}, after
			break
		}
	}
	var all []Object
	for i, c := range rest {
		if c != '/' {
			continue
		}
		part, err1 := url.PathUnescape(rest[:i])
		name, err2 := url.PathUnescape(rest[i+1:])
		if err1 != nil || err2 != nil || part == "" || name == "" {
			continue
		}
		for _, kind := range kinds {
			if kind == UnitKind {
				all = append(all, Object{PartNumber: part, Serial: name})
			} else {
				all = append(all, Object{PartNumber: part, Lot: name})
			}
		}
	}
	if len(all) == 0 {
		return nil, refuse.New(refuse.Invalid, "%q names no object: write PART/SERIAL or PART/LOT.", text)
	}
	return all, nil
}
