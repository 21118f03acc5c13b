package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Signature is how a command is signed: by whom, and what the signing means.
type Signature struct {
	SignedBy string `json:"signed_by,omitempty"`
	Meaning  string `json:"meaning,omitempty"` // approved, reviewed …
}

// Signed is a signature under the lines just before it in its entry. With the
// entry's header it shows who, when and what it means (21 CFR 11.50(a)); the
// hash binds it to the bytes that were signed (11.70). Until people log in it
// has no components that identify the signer (11.200(a)) and is not verified.
type Signed struct {
	SignedBy string `json:"signed_by"`
	Meaning  string `json:"meaning"`
	Lines    int64  `json:"lines"` // how many lines before it are signed
	Hash     string `json:"hash"`  // sha256: and hex, of those lines as stored, joined by line feeds
	Verified bool   `json:"verified"`
}

// Kind names the fact.
func (Signed) Kind() string { return "entry.signed/1" }

// textsMax bounds the texts of a signature, in bytes.
const textsMax = 200

// Sign adds a signature to facts. Nobody named is refused; the meaning is that
// of the command where none is given.
func Sign(facts []Fact, s Signature, meaning string) ([]Fact, error) {
	if s.Meaning == "" {
		s.Meaning = meaning
	}
	switch {
	case s.SignedBy == "":
		return nil, refuse.New(refuse.Invalid, "Say who signs this with signed_by.").At("signed_by")
	case len(s.SignedBy) > textsMax:
		return nil, refuse.New(refuse.TooLarge, "signed_by is longer than %d bytes.", textsMax).At("signed_by")
	case len(s.Meaning) > textsMax:
		return nil, refuse.New(refuse.TooLarge, "meaning is longer than %d bytes.", textsMax).At("meaning")
	}
	texts := make([][]byte, len(facts))
	for i, f := range facts {
		var err error
		if texts[i], err = encodeLine(f); err != nil {
			return nil, fmt.Errorf("sign %s: %w", f.What.Kind(), err)
		}
	}
	signed := &Signed{SignedBy: s.SignedBy, Meaning: s.Meaning, Lines: int64(len(facts)), Hash: signedHash(texts)}
	return append(facts, Fact{At: facts[len(facts)-1].At, What: signed}), nil
}

// SignIf is Sign where somebody signs; otherwise the facts as they are.
func SignIf(facts []Fact, s Signature, meaning string) ([]Fact, error) {
	if s.SignedBy == "" && s.Meaning == "" {
		return facts, nil
	}
	return Sign(facts, s, meaning)
}

// Countersigned says which signature a later entry signs too, and binds to it
// by its hash (21 CFR 11.70): the first to sign and those who follow sign the
// same. Signs is empty where what was signed came in without signatures.
type Countersigned struct {
	Signs string `json:"signs,omitempty"` // the signature, as 12.3
	Hash  string `json:"hash,omitempty"`
}

// CountersignedOf is the signature right behind a fact.
func CountersignedOf(set *store.Set, fact int64) (c Countersigned) {
	if s, ok := Signatures.Get(set, fact+1); ok {
		return Countersigned{FactName(s.ID), s.Hash}
	}
	return c
}

func signedHash(lines [][]byte) string {
	sum := sha256.Sum256(bytes.Join(lines, []byte("\n")))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// signature checks that line k of an entry, if it is a signature, is one under
// the lines before it.
func signature(lines [][]byte, k int) bool {
	var stored struct {
		Kind string `json:"kind"`
		Fact Signed `json:"fact"`
	}
	if !bytes.HasPrefix(lines[k-1], []byte(`{"kind":"entry.signed/`)) {
		return true
	}
	if err := json.Unmarshal(lines[k-1], &stored); err != nil || stored.Fact.Lines < 1 || stored.Fact.Lines > int64(k-1) {
		return false
	}
	return stored.Fact.Hash == signedHash(lines[k-1-int(stored.Fact.Lines):k-1])
}

// countersigned checks that a line which signs what an earlier entry has signed
// names the hash of that; seen are the signatures before it.
func countersigned(line []byte, seen map[string]string) bool {
	kind, _, _ := bytes.Cut(line, []byte(`","at":`))
	if !bytes.Contains(kind, []byte(`.signed/`)) {
		return true
	}
	var stored struct {
		Fact Countersigned `json:"fact"`
	}
	if err := json.Unmarshal(line, &stored); err != nil {
		return false
	}
	return stored.Fact.Signs == "" || seen[stored.Fact.Signs] == stored.Fact.Hash
}

// signs remembers a signature by the name of its fact.
func signs(line []byte, seq int64, k int, seen map[string]string) {
	if !bytes.HasPrefix(line, []byte(`{"kind":"entry.signed/`)) {
		return
	}
	var stored struct {
		Fact Signed `json:"fact"`
	}
	if json.Unmarshal(line, &stored) == nil {
		seen[FactName(FirstOf(seq)+int64(k))] = stored.Fact.Hash
	}
}

// SignatureRow is a signature as it was given.
type SignatureRow struct {
	ID       int64       `col:"id,key"`
	At       moment.Time `col:"at"`
	SignedBy string      `col:"signed_by"`
	Meaning  string      `col:"meaning"`
	Lines    int64       `col:"lines"`
	Hash     string      `col:"hash"`
	Verified bool        `col:"verified"`
}

// SignatureSchema is the table of signatures, which follows from the facts.
const SignatureSchema = `CREATE TABLE signature (
	company TEXT NOT NULL,
	id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	signed_by TEXT NOT NULL,
	meaning TEXT NOT NULL,
	lines BIGINT NOT NULL,
	hash TEXT NOT NULL,
	verified BOOLEAN NOT NULL,
	PRIMARY KEY (company, id)
);
` + carriedSchema

// Signatures are the signatures of a company.
var Signatures = store.NewTable("signature", func(r *SignatureRow) int64 { return r.ID })

// ProjectSigned keeps a signature.
func ProjectSigned(set *store.Set, line Line) {
	switch f := line.What.(type) {
	case *Signed:
		Signatures.New(set, SignatureRow{line.ID(), line.At, f.SignedBy, f.Meaning, f.Lines, f.Hash, f.Verified})
	case *SignatureCarried:
		projectCarried(set, line, f)
	}
}

// ShownSignature is a signature as it is shown and printed (21 CFR 11.50(b)).
type ShownSignature struct {
	SignedBy string      `json:"signed_by"`
	Verified bool        `json:"verified"`
	Meaning  string      `json:"meaning"`
	At       moment.Time `json:"at"` // when it was recorded
	Entry    int64       `json:"entry"`
	Fact     string      `json:"fact"`
	Hash     string      `json:"hash"`
	Carried  bool        `json:"carried,omitempty"` // a copy: given in another journal
}

// SignaturesIn are the signatures of an entry, with when it was recorded.
func SignaturesIn(tx *store.Tx, company string, entry int64) ([]ShownSignature, error) {
	return shown(tx, company, entry, `id > $2 AND id <= $3`, FirstOf(entry), LastOf(entry))
}

// SignaturesOf are the signatures under a fact, with when they were recorded:
// what people read with the record that was signed, its printed name, date and
// meaning (21 CFR 11.50(b)).
func SignaturesOf(tx *store.Tx, company string, fact int64) ([]ShownSignature, error) {
	return shown(tx, company, EntryOf(fact), `id > $2 AND id - lines <= $2 AND id <= $3`, fact, LastOf(EntryOf(fact)))
}

func shown(tx *store.Tx, company string, entry int64, where string, args ...any) ([]ShownSignature, error) {
	rows, err := Signatures.Select(tx, company, where, args...)
	all := make([]ShownSignature, len(rows))
	if err != nil || len(rows) == 0 {
		return all, err
	}
	var recorded moment.Time
	if _, err := tx.One([]any{(*int64)(&recorded)}, `SELECT recorded_at FROM journal WHERE company = $1 AND seq = $2`, company, entry); err != nil {
		return nil, err
	}
	for i, r := range rows {
		all[i] = ShownSignature{SignedBy: r.SignedBy, Verified: r.Verified, Meaning: r.Meaning, At: recorded, Entry: entry, Fact: FactName(r.ID), Hash: r.Hash}
	}
	return all, nil
}
