package journal

import (
	"slices"
	"strings"

	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// SignatureCarried is a signature that was given in another journal, with what
// it was about. Here it is a copy: who, when and what it meant are shown with
// the record (21 CFR 11.50), the hash is that of the lines that were signed,
// and only the journal that they are in can prove that they have it (11.70).
type SignatureCarried struct {
	About    string      `json:"about"` // order, deviation, nonconformity, recall
	Name     string      `json:"name"`
	Objects  []string    `json:"objects,omitempty"` // of a scope that was changed by hand
	SignedBy string      `json:"signed_by"`
	Meaning  string      `json:"meaning"`
	SignedAt moment.Time `json:"signed_at"`
	Fact     string      `json:"fact"` // its number there
	Hash     string      `json:"hash"`
}

// Kind names the fact.
func (SignatureCarried) Kind() string { return "signature.carried/1" }

// Signable are what signatures are about.
var Signable = []string{"order", "deviation", "nonconformity", "recall"}

// CarrySignature takes a signature that was given in another journal.
type CarrySignature struct {
	SignatureCarried
	At moment.Time `json:"at,omitempty"`
}

// Decide takes the copy.
func (c *CarrySignature) Decide(*store.Set) ([]Fact, error) {
	switch {
	case !slices.Contains(Signable, c.About):
		return nil, refuse.New(refuse.Invalid, "about is %q: it must be one of %s.", c.About, strings.Join(Signable, ", ")).At("about")
	case c.Name == "":
		return nil, refuse.New(refuse.Invalid, "Say which %s was signed.", c.About).At("name")
	case c.SignedBy == "":
		return nil, refuse.New(refuse.Invalid, "Say who signed %s %s with signed_by.", c.About, c.Name).At("signed_by")
	}
	f := c.SignatureCarried
	return []Fact{{At: c.At, What: &f}}, nil
}

// carriedRow is a signature that was given in another journal.
type carriedRow struct {
	ID       int64       `col:"id,key"`
	About    string      `col:"about"`
	Name     string      `col:"name"`
	Objects  string      `col:"objects"` // one a line
	SignedBy string      `col:"signed_by"`
	Meaning  string      `col:"meaning"`
	SignedAt moment.Time `col:"signed_at"`
	Hash     string      `col:"hash"`
}

// CarriedSignatures are the copies of a company.
var CarriedSignatures = store.NewTable("signature_carried", func(r *carriedRow) int64 { return r.ID })

const carriedSchema = `CREATE TABLE signature_carried (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	about TEXT NOT NULL,
	name TEXT NOT NULL,
	objects TEXT NOT NULL,
	signed_by TEXT NOT NULL,
	meaning TEXT NOT NULL,
	signed_at BIGINT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX signature_carried_name ON signature_carried (company, about, name);
`

func projectCarried(set *store.Set, line Line, f *SignatureCarried) {
	CarriedSignatures.New(set, carriedRow{line.ID(), f.About, f.Name, strings.Join(f.Objects, "\n"), f.SignedBy, f.Meaning, f.SignedAt, f.Hash})
}

// Signs is what signatures are looked up for: the facts that may be signed
// here, and how the same is called where a workbook brought it from.
type Signs struct {
	Facts  []int64
	About  string
	Name   string
	Object string // of a scope that was changed by hand
}

// SignaturesFor are the signatures under facts, and the copies of those that
// were given for the same in another journal.
func SignaturesFor(tx *store.Tx, company string, of Signs) ([]ShownSignature, error) {
	all := []ShownSignature{}
	for _, fact := range of.Facts {
		some, err := SignaturesOf(tx, company, fact)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	rows, err := CarriedSignatures.Select(tx, company, `about = $2 AND name = $3`, of.About, of.Name)
	for _, r := range rows {
		if r.Objects != "" && !slices.Contains(strings.Split(r.Objects, "\n"), of.Object) {
			continue
		}
		all = append(all, ShownSignature{SignedBy: r.SignedBy, Meaning: r.Meaning, At: r.SignedAt, Entry: EntryOf(r.ID), Fact: FactName(r.ID), Hash: r.Hash, Carried: true})
	}
	return all, err
}
