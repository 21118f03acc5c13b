// Package journal is a company's book of original entry: every fact that was
// ever recorded, in order, without gaps, under a Merkle tree.
//
// An entry's body is hashed as it is stored and never encoded again:
//
//	header JSON \n salt in hex \n line JSON \n line JSON …
//
// salt_k = HMAC-SHA256(salt, k), so that a neighbour's line cannot be guessed
// from its hash; line hash = record hash of salt_k ‖ line; leaf = record hash
// of the header ‖ the RFC 6962 root of the line hashes. The leaves form the
// tree that checkpoints sign.
package journal

import (
	_ "embed" // the schema
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Schema of the journal's own tables, which are not derived from anything.
//
//go:embed tables.sql
var Schema string

// Body is what a fact says; its kind is its subject, a past participle and a
// version: "lot.received/1".
type Body interface{ Kind() string }

// Fact is what a command decides: something that happened, and when.
type Fact struct {
	At   moment.Time
	What Body
}

// Line is a recorded fact: line K (from 1) of entry Seq (from 1).
type Line struct {
	Seq  int64
	K    int
	At   moment.Time
	What Body
}

// lineBits is how many bits of a fact's number count the line in its entry.
const lineBits = 20

// Limits of what is recorded at once.
const (
	EntryMax = 16 << 20 // bytes of a body
	LineMax  = 64 << 10 // bytes of a line
	LinesMax = 1<<lineBits - 1
)

// ID is the fact's number, by which objects and edges that it makes are known.
func (l Line) ID() int64 { return l.Seq<<lineBits | int64(l.K) }

// EntryOf is the number of the entry that a fact's number stands in.
func EntryOf(id int64) int64 { return id >> lineBits }

// FirstOf is less than any fact number of the entry, and greater than those before it.
func FirstOf(seq int64) int64 { return seq << lineBits }

// LastOf is the greatest fact number that the entry can hold.
func LastOf(seq int64) int64 { return seq<<lineBits | LinesMax }

// FactName is a fact's number as people write it: "12.3".
func FactName(id int64) string {
	return strconv.FormatInt(id>>lineBits, 10) + "." + strconv.FormatInt(id&LinesMax, 10)
}

// ParseFactName reads what FactName writes.
func ParseFactName(text string) (int64, error) {
	entry, line, _ := strings.Cut(text, ".")
	seq, err1 := strconv.ParseInt(entry, 10, 43)
	k, err2 := strconv.ParseInt(line, 10, lineBits+1)
	if err1 != nil || err2 != nil || seq < 1 || k < 1 || k > LinesMax {
		return 0, refuse.New(refuse.Invalid, "%q is no fact: write the entry, a point and the line, as 12.3.", text)
	}
	return seq<<lineBits | k, nil
}

// Request says who asks, through what, under which idempotency key, and the
// hash of what was asked.
type Request struct {
	ID   string
	By   string
	Via  string
	Hash []byte
}

// Kinds makes an empty body for each kind, to decode into.
type Kinds map[string]func() Body

// Projection is what a package derives from the facts: its tables, the kinds
// it knows, and what each line does to the tables. Project checks nothing:
// what happened, happened. It is shown every line.
type Projection struct {
	Name    string
	Version int
	Schema  string
	Tables  []store.AnyTable
	Kinds   Kinds
	Project func(set *store.Set, line Line)
	// Undo takes back what Project did for a line that another line voids, and
	// keeps that it had been; nil where nothing can be voided.
	Undo func(set *store.Set, by, line Line)
	// Against are the facts, by their numbers, that are impossible once the line
	// was undone.
	Against func(set *store.Set, line Line) []int64
}

// Header opens an entry.
type Header struct {
	Format      int         `json:"format"`
	Company     string      `json:"company"`
	Seq         int64       `json:"seq"`
	RecordedAt  moment.Time `json:"recorded_at"`
	By          string      `json:"by"`
	Via         string      `json:"via"`
	Request     string      `json:"request,omitempty"`
	RequestHash string      `json:"request_hash,omitempty"`
	Lines       int         `json:"lines"`
}

// formatCurrent is the format of entries that this program writes.
const formatCurrent = 1

// Entry is what one command recorded.
type Entry struct {
	Header
	Lines []Line
	Raw   []string // the stored text of each line
	Hash  [32]byte
}

// lineText is how a line is stored.
type lineText struct {
	Kind string          `json:"kind"`
	At   moment.Time     `json:"at"`
	Fact json.RawMessage `json:"fact"`
}

// decodeLine reads a stored line; an unknown kind or version is an error that
// says so.
func decodeLine(seq int64, k int, text []byte, kinds Kinds) (Line, error) {
	var stored lineText
	if err := json.Unmarshal(text, &stored); err != nil {
		return Line{}, fmt.Errorf("entry %d, line %d: %w", seq, k, err)
	}
	decode := kinds[stored.Kind]
	if decode == nil {
		return Line{}, fmt.Errorf("entry %d, line %d: this program does not know facts of the kind %s: use a newer one", seq, k, stored.Kind)
	}
	body := decode()
	if err := json.Unmarshal(stored.Fact, body); err != nil {
		return Line{}, fmt.Errorf("entry %d, line %d (%s): %w", seq, k, stored.Kind, err)
	}
	return Line{Seq: seq, K: k, At: stored.At, What: body}, nil
}

// Voided takes back a fact that was recorded by mistake. It bears what it
// takes back, so that the tables follow from it alone.
type Voided struct {
	Fact   string          `json:"fact"` // as FactName writes it
	What   string          `json:"kind"`
	At     moment.Time     `json:"at"`
	Body   json.RawMessage `json:"body"`
	Reason string          `json:"reason"`
}

// Kind names the fact.
func (Voided) Kind() string { return "entry.voided/1" }

// Line is the line that was voided.
func (v *Voided) Line(kinds Kinds) (Line, error) {
	id, err := ParseFactName(v.Fact)
	if err != nil {
		return Line{}, err
	}
	text, err := json.Marshal(lineText{v.What, v.At, v.Body})
	if err != nil {
		return Line{}, err
	}
	return decodeLine(EntryOf(id), int(id&LinesMax), text, kinds)
}
