package quality

import (
	"encoding/hex"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/order"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Attach says that a document goes with something. The bytes of a revision of
// a document never change (ISO 9001 7.5.3, control of documented information).
type Attach struct {
	catalog.DocumentAttached
	At moment.Time `json:"at,omitempty"`
}

// SetAt fills in when, if it was left open.
func (c *Attach) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide attaches the document; where it is attached already, it changes
// nothing.
func (c *Attach) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.DocumentAttached
	var err error
	if f.Document, err = name.Clean("document", f.Document); err != nil {
		return nil, err
	}
	f.SHA256 = strings.ToLower(strings.TrimPrefix(f.SHA256, "sha256:"))
	if sum, err := hex.DecodeString(f.SHA256); err != nil || f.SHA256 != "" && len(sum) != 32 {
		return nil, refuse.New(refuse.Invalid, "sha256 is %q: it must be 64 hexadecimal digits.", f.SHA256).At("sha256")
	}
	if f.SHA256 == "" && f.URL == "" {
		return nil, refuse.New(refuse.Invalid, "Give the file of document %s, the hash of its bytes, or a URL.", f.Document).At("sha256")
	}
	if err := c.target(set, &f); err != nil {
		return nil, err
	}
	if other := f.OtherBytes(set); other != "" {
		return nil, refuse.New(refuse.Conflict, "Document %s is known with other bytes (sha256 %s): give the changed one another revision.", strings.TrimSuffix(f.Document+" revision "+f.Revision, " revision "), other).At("revision")
	}
	if f.IsAttached(set) {
		return nil, nil
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

// target finds what the document goes with.
func (c *Attach) target(set *store.Set, f *catalog.DocumentAttached) error {
	targets := 0
	for _, text := range []string{f.Object, f.PartNumber, f.Order, f.Receipt, f.Inspection, f.Nonconformity} {
		if text != "" {
			targets++
		}
	}
	if targets != 1 {
		return refuse.New(refuse.Invalid, "Name one thing that document %s goes with: an object, an item, an order, a receipt, an inspection or a nonconformity.", f.Document).At("object")
	}
	var err error
	switch {
	case f.Object != "":
		f.Object, err = objectRef(set, f.Object)
		return field("object", err)
	case f.PartNumber != "" && f.PartRevision != "":
		_, err = catalog.FindRevision(set, f.PartNumber, f.PartRevision)
		return field("part_revision", err)
	case f.PartNumber != "":
		_, err = catalog.FindItem(set, f.PartNumber)
		return field("part_number", err)
	case f.Order != "":
		_, err = order.Find(set, f.Order)
		return field("order", err)
	case f.Nonconformity != "":
		if ncr(set, f.Nonconformity) == nil {
			return refuse.New(refuse.NotFound, "Nonconformity %s is not raised: raise it first.", f.Nonconformity).At("nonconformity")
		}
	}
	return nil
}

func objectRef(set *store.Set, text string) (string, error) {
	ways, err := genealogy.ParseRef(text)
	if err != nil {
		return "", err
	}
	for _, way := range ways {
		if row, err := genealogy.Find(set, way); err == nil {
			return row.Object().Ref(), nil
		}
	}
	return "", refuse.New(refuse.NotFound, "There is no lot or unit %s.", text)
}
