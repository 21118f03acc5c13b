package journal

import (
	"bytes"
	"fmt"

	"lotline/internal/store"

	"golang.org/x/mod/sumdb/tlog"
)

// Finding is something stored that is not what it should be.
type Finding struct {
	Where string // "entry 12", "entry 12, line 3", "tile 0/1", "head"
	What  string
}

func (f Finding) String() string { return f.Where + ": " + f.What }

// Verify recomputes the whole tree from the stored bodies and compares it with
// every hash and column that is stored. progress (may be nil) is told how far
// it is.
func Verify(tx *store.Tx, company string, progress func(done, size int64)) ([]Finding, error) {
	v := &verifier{company: company, levels: [][]byte{nil}, signed: map[string]string{}}
	var hashes []byte
	if _, err := tx.One([]any{&v.size, &hashes}, `SELECT size, hashes FROM head WHERE company = $1`, company); err != nil {
		return nil, err
	}
	var last int64
	if _, err := tx.One([]any{&last}, `SELECT coalesce(max(seq), 0) FROM journal WHERE company = $1`, company); err != nil {
		return nil, err
	}
	if last != v.size {
		v.find("head", "the head says %d entries, the journal holds up to %d", v.size, last)
	}
	err := readRows(tx, company, 1, last, func(row entryRow) error {
		v.entry(row)
		if progress != nil {
			progress(row.Seq, last)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if want := v.edge.bytes(); !bytes.Equal(hashes, want) {
		v.find("head", "its hashes are not those of the entries")
	}
	return v.findings, v.tiles(tx)
}

type verifier struct {
	company  string
	size     int64
	seen     int64
	edge     edge
	levels   [][]byte // the hashes of the tile being filled, by level
	full     []tileRow
	signed   map[string]string // the hashes of signatures, by their facts
	findings []Finding
}

func (v *verifier) find(where, what string, args ...any) {
	v.findings = append(v.findings, Finding{where, fmt.Sprintf(what, args...)})
}

// entry checks one row and adds its recomputed leaf to the tree.
func (v *verifier) entry(row entryRow) {
	where := fmt.Sprintf("entry %d", row.Seq)
	if row.Seq != v.seen+1 {
		v.find(where, "entry %d is missing before it", v.seen+1)
	}
	p, err := parse(row.Body)
	if err != nil {
		v.find(where, "%v", err)
	}
	for name, same := range map[string]bool{
		"company": p.Company == v.company, "seq": p.Seq == row.Seq,
		"request": p.Request == row.Request, "recorded_at": p.RecordedAt == row.RecordedAt,
	} {
		if err == nil && !same {
			v.find(where+", column "+name, "is not what the body says")
		}
	}
	for i, line := range p.lines {
		if _, err := decodeLine(row.Seq, i+1, line, anyKind{}.kinds(line)); err != nil {
			v.find(fmt.Sprintf("entry %d, line %d", row.Seq, i+1), "cannot be read")
		}
		if !signature(p.lines, i+1) {
			v.find(fmt.Sprintf("entry %d, line %d", row.Seq, i+1), "the signature is not one under the lines before it")
		}
		if !countersigned(line, v.signed) {
			v.find(fmt.Sprintf("entry %d, line %d", row.Seq, i+1), "what it signs is not the signature that it names")
		}
		signs(line, row.Seq, i+1, v.signed)
	}
	leaf := p.leaf()
	if err == nil && !bytes.Equal(row.Hash, leaf[:]) {
		v.find(where, "its bytes are not those that were hashed when it was recorded")
	}
	v.add(leaf)
}

// anyKind decodes whatever a line says: verification needs its form only.
type anyKind struct{}

func (anyKind) Kind() string { return "" }

func (anyKind) kinds(line []byte) Kinds {
	kind, ok := bytes.CutPrefix(line, []byte(`{"kind":"`))
	end := bytes.IndexByte(kind, '"')
	if !ok || end < 0 {
		return nil
	}
	return Kinds{string(kind[:end]): func() Body { return new(anyBody) }}
}

type anyBody map[string]any

func (anyBody) Kind() string { return "" }

func (v *verifier) add(leaf tlog.Hash) {
	v.edge.append(v.seen, leaf)
	v.seen++
	h := leaf
	for level := 0; ; level++ {
		if level == len(v.levels) {
			v.levels = append(v.levels, nil)
		}
		v.levels[level] = append(v.levels[level], h[:]...)
		if len(v.levels[level]) < tileWidth*tlog.HashSize {
			return
		}
		number := v.seen>>(uint(level+1)*tileHeight) - 1
		v.full = append(v.full, tileRow{Level: int64(level), Number: number, Hashes: v.levels[level]})
		hashes := make([]tlog.Hash, tileWidth)
		for i := range hashes {
			copy(hashes[i][:], v.levels[level][i*tlog.HashSize:])
		}
		h = treeRoot(hashes)
		v.levels[level] = nil
	}
}

// tiles compares the stored tiles with those the entries make.
func (v *verifier) tiles(tx *store.Tx) error {
	stored, err := tiles.Select(tx, v.company, "")
	if err != nil {
		return err
	}
	found := map[tileKey][]byte{}
	for _, row := range stored {
		found[tileKey{row.Level, row.Number}] = row.Hashes
	}
	for _, row := range v.full {
		k := tileKey{row.Level, row.Number}
		if !bytes.Equal(found[k], row.Hashes) {
			v.find(fmt.Sprintf("tile %d/%d", row.Level, row.Number), "its hashes are not those of the entries")
		}
		delete(found, k)
	}
	for k := range found {
		v.find(fmt.Sprintf("tile %d/%d", k.Level, k.Number), "there is no such tile")
	}
	return nil
}
