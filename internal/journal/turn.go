package journal

import (
	"encoding/hex"
	"fmt"
	"math/bits"

	"lotline/internal/moment"
	"lotline/internal/store"

	"golang.org/x/mod/sumdb/tlog"
)

// entryRow is a row of the table journal.
type entryRow struct {
	Seq        int64       `col:"seq,key"`
	RecordedAt moment.Time `col:"recorded_at"`
	Request    string      `col:"request"`
	Hash       []byte      `col:"hash"`
	Body       []byte      `col:"body"`
}

// tileRow is a row of the table tile.
type tileRow struct {
	Level  int64  `col:"level,key"`
	Number int64  `col:"number,key"`
	Hashes []byte `col:"hashes"`
}

type tileKey struct{ Level, Number int64 }

var (
	entries = store.NewTable("journal", func(r *entryRow) int64 { return r.Seq })
	tiles   = store.NewTable("tile", func(r *tileRow) tileKey { return tileKey{r.Level, r.Number} })
)

// Turn is the right to append to a company's journal, held until the
// transaction ends.
type Turn struct {
	tx      *store.Tx
	company string
	size    int64
	edge    edge
	rows    []entryRow
	byID    map[string]*Header
}

// TakeTurn locks the company's head row: writers wait here for each other.
func TakeTurn(tx *store.Tx, company string) (*Turn, error) {
	t := &Turn{tx: tx, company: company, byID: map[string]*Header{}}
	var hashes []byte
	_, err := tx.One([]any{&t.size, &hashes}, `INSERT INTO head (company, size, hashes) VALUES ($1, 0, $2)
		ON CONFLICT (company) DO UPDATE SET size = head.size RETURNING size, hashes`, company, []byte{})
	if err != nil {
		return nil, fmt.Errorf("take a turn: %w", err)
	}
	t.edge, err = parseEdge(t.size, hashes)
	return t, err
}

// Seq is the number of the next entry; the first is 1.
func (t *Turn) Seq() int64 { return t.size + 1 }

// Append adds an entry and answers its lines as recorded. It is written when
// the turn ends.
func (t *Turn) Append(req Request, recordedAt moment.Time, facts []Fact) ([]Line, error) {
	e, err := Encode(t.company, t.Seq(), req, recordedAt, facts)
	if err != nil {
		return nil, err
	}
	lines := make([]Line, len(facts))
	for i, fact := range facts {
		lines[i] = Line{Seq: e.header.Seq, K: i + 1, At: fact.At, What: fact.What}
	}
	return lines, t.Add(e)
}

// Encoded is an entry as it will be stored, not yet in a journal.
type Encoded struct {
	header Header
	body   []byte
	leaf   tlog.Hash
}

// Encode makes the entry that will have the number seq. It needs no database
// and no turn, so that entries can be made while others are written.
func Encode(company string, seq int64, req Request, recordedAt moment.Time, facts []Fact) (Encoded, error) {
	h := Header{
		Format: formatCurrent, Company: company, Seq: seq, RecordedAt: recordedAt,
		By: req.By, Via: req.Via, Request: req.ID, RequestHash: hex.EncodeToString(req.Hash), Lines: len(facts),
	}
	body, leaf, err := encode(h, facts)
	return Encoded{h, body, leaf}, err
}

// Add adds an entry that was made for this turn's next number.
func (t *Turn) Add(e Encoded) error {
	if e.header.Seq != t.Seq() || e.header.Company != t.company {
		return fmt.Errorf("entry %d of %s cannot be added: the next of %s is %d", e.header.Seq, e.header.Company, t.company, t.Seq())
	}
	t.add(e.header, e.leaf, e.body)
	return nil
}

func (t *Turn) add(h Header, leaf tlog.Hash, body []byte) {
	t.rows = append(t.rows, entryRow{Seq: h.Seq, RecordedAt: h.RecordedAt, Request: h.Request, Hash: leaf[:], Body: body})
	if h.Request != "" {
		t.byID[h.Request] = &h
	}
	t.edge.append(t.size, leaf)
	t.size++
}

// Answer is the header of the entry that a request made, nil if none did.
func (t *Turn) Answer(request string) (*Header, error) {
	if h := t.byID[request]; h != nil {
		return h, nil
	}
	var body []byte
	found, err := t.tx.One([]any{&body}, `SELECT body FROM journal WHERE company = $1 AND request = $2`, t.company, request)
	if err != nil || !found {
		return nil, err
	}
	p, err := parse(body)
	return &p.Header, err
}

// Flush writes the entries appended so far, to free their memory; the turn
// goes on.
func (t *Turn) Flush() error {
	if len(t.rows) == 0 {
		return nil
	}
	set := store.NewSet(t.tx, t.company)
	first := t.rows[0].Seq - 1
	for _, row := range t.rows {
		entries.New(set, row)
	}
	if err := set.Flush(); err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	leaves := t.rows
	t.rows = nil
	return t.writeTiles(set, first, leaves)
}

// End writes what was appended, and the head once.
func (t *Turn) End() error {
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := t.tx.Exec(`UPDATE head SET size = $2, hashes = $3 WHERE company = $1`, t.company, t.size, t.edge.bytes())
	if err != nil {
		return fmt.Errorf("write the head: %w", err)
	}
	return nil
}

// tileHeight: a tile holds 1<<tileHeight hashes.
const tileHeight = 8

const tileWidth = 1 << tileHeight

// writeTiles writes the tiles that became full since the journal had first
// entries; leaves are those that came after.
func (t *Turn) writeTiles(set *store.Set, first int64, leaves []entryRow) error {
	r := reader{tx: t.tx, company: t.company, cache: map[tileKey][]byte{}}
	for level := int64(0); ; level++ {
		shift := uint(level+1) * tileHeight
		from, to := first>>shift, t.size>>shift
		if to == 0 {
			return nil
		}
		for number := from; number < to; number++ {
			stored, blob := int64(tileWidth), make([]byte, 0, tileWidth*tlog.HashSize)
			if level == 0 {
				stored = max(0, first-number*tileWidth)
			}
			hashes, err := r.level(level, number*tileWidth, stored)
			if err != nil {
				return err
			}
			for _, h := range hashes {
				blob = append(blob, h[:]...)
			}
			for i := number*tileWidth + stored - first; stored < tileWidth; i, stored = i+1, stored+1 {
				blob = append(blob, leaves[i].Hash...)
			}
			tiles.New(set, tileRow{Level: level, Number: number, Hashes: blob})
			r.cache[tileKey{level, number}] = blob
		}
		if err := set.Flush(); err != nil { // the next level is made of this one
			return fmt.Errorf("write the tiles: %w", err)
		}
	}
}

// edge is the roots of the complete subtrees at the right edge of the tree,
// the largest first: one for each bit of the size.
type edge []tlog.Hash

func parseEdge(size int64, b []byte) (edge, error) {
	if len(b) != bits.OnesCount64(uint64(size))*tlog.HashSize {
		return nil, fmt.Errorf("the head holds %d bytes of hashes for %d entries", len(b), size)
	}
	e := make(edge, len(b)/tlog.HashSize)
	for i := range e {
		copy(e[i][:], b[i*tlog.HashSize:])
	}
	return e, nil
}

func (e edge) bytes() []byte {
	b := make([]byte, 0, len(e)*tlog.HashSize)
	for _, h := range e {
		b = append(b, h[:]...)
	}
	return b
}

// append adds a leaf to a tree of size leaves.
func (e *edge) append(size int64, leaf tlog.Hash) {
	h := leaf
	for ; size&1 == 1; size >>= 1 {
		last := len(*e) - 1
		h = tlog.NodeHash((*e)[last], h)
		*e = (*e)[:last]
	}
	*e = append(*e, h)
}

// root is the RFC 6962 root of the tree.
func (e edge) root() tlog.Hash {
	if len(e) == 0 {
		return treeRoot(nil)
	}
	h := e[len(e)-1]
	for i := len(e) - 2; i >= 0; i-- {
		h = tlog.NodeHash(e[i], h)
	}
	return h
}
