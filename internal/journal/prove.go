package journal

import (
	"bytes"
	"encoding/json"
	"strings"

	"lotline/internal/refuse"
	"lotline/internal/store"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// proof shows one line of one entry, and that the entry stands in the journal
// that a checkpoint signs; it shows no other line.
type proof struct {
	Format     int         `json:"format"`
	Checkpoint string      `json:"checkpoint"`
	Header     string      `json:"header"`
	LineNumber int         `json:"line_number"`
	Line       string      `json:"line"`
	Salt       []byte      `json:"salt"`
	LinePath   []tlog.Hash `json:"line_path"`
	EntryPath  []tlog.Hash `json:"entry_path"`
}

// Proven is what a proof shows.
type Proven struct {
	Checked
	Header Header          `json:"header"`
	Fact   string          `json:"fact"`
	Line   json.RawMessage `json:"line"`
}

// treeReader answers tlog from leaves held in memory.
type treeReader []tlog.Hash

func (r treeReader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		found[i] = treeRoot(r[n<<level : (n+1)<<level])
	}
	return found, nil
}

// Prove writes the proof of a fact under a checkpoint made now.
func Prove(tx *store.Tx, company string, fact int64, signer note.Signer) ([]byte, error) {
	seq, k := EntryOf(fact), int(fact&LinesMax)
	size, root, err := Head(tx, company)
	if err != nil {
		return nil, err
	}
	row, err := entries.Select(tx, company, `seq = $2`, seq)
	if err != nil {
		return nil, err
	}
	if len(row) == 0 {
		return nil, refuse.New(refuse.NotFound, "There is no entry %d; the journal has %d.", seq, size)
	}
	p, err := parse(row[0].Body)
	if err != nil {
		return nil, err
	}
	if k > len(p.lines) {
		return nil, refuse.New(refuse.NotFound, "Entry %d has %d lines.", seq, len(p.lines))
	}
	linePath, err := tlog.ProveRecord(int64(len(p.lines)), int64(k-1), treeReader(p.hashes()))
	if err != nil {
		return nil, err
	}
	entryPath, err := tlog.ProveRecord(size, seq-1, &reader{tx: tx, company: company, cache: map[tileKey][]byte{}})
	if err != nil {
		return nil, err
	}
	signed, err := sign(company, size, root, signer)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(proof{
		Format: formatCurrent, Checkpoint: string(signed), Header: string(p.head), LineNumber: k, Line: string(p.lines[k-1]),
		Salt: newSalter(p.salt).of(nil, k), LinePath: linePath, EntryPath: entryPath,
	}, "", "  ")
}

// CheckProof checks a proof with nothing but the public key of the log.
func CheckProof(text []byte, verifier note.Verifier) (Proven, error) {
	var p proof
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return Proven{}, refuse.New(refuse.Invalid, "This is no proof: %v.", err)
	}
	if p.Format != formatCurrent {
		return Proven{}, refuse.New(refuse.Unsupported, "The proof has format %d; this program knows %d.", p.Format, formatCurrent)
	}
	checked, err := CheckCheckpoint([]byte(p.Checkpoint), verifier)
	if err != nil {
		return Proven{}, err
	}
	var h Header
	if err := json.Unmarshal([]byte(p.Header), &h); err != nil {
		return Proven{}, refuse.New(refuse.Invalid, "The proof's header cannot be read: %v.", err)
	}
	if checked.Origin != Origin(h.Company) || h.Lines < 1 || h.Lines > LinesMax || p.LineNumber < 1 || p.LineNumber > h.Lines {
		return Proven{}, refuse.New(refuse.Invalid, "The proof's header does not fit its checkpoint or its line.")
	}
	lineHash := tlog.RecordHash(append(bytes.Clone(p.Salt), p.Line...))
	root, ok := rootOf(p.LinePath, int64(h.Lines), int64(p.LineNumber-1), lineHash)
	if !ok {
		return Proven{}, refuse.New(refuse.Invalid, "The path of the line does not fit its number.")
	}
	leaf := tlog.RecordHash(append([]byte(p.Header), root[:]...))
	if h.Seq < 1 || h.Seq > checked.Size || tlog.CheckRecord(p.EntryPath, checked.Size, checked.Root, h.Seq-1, leaf) != nil {
		return Proven{}, refuse.New(refuse.Invalid, "The proof does not lead to the signed root: the fact or the proof was changed.")
	}
	if !json.Valid([]byte(p.Line)) || strings.Contains(p.Line, "\n") {
		return Proven{}, refuse.New(refuse.Invalid, "The proven line is no fact.")
	}
	return Proven{Checked: checked, Header: h, Fact: FactName(h.Seq<<lineBits | int64(p.LineNumber)), Line: json.RawMessage(p.Line)}, nil
}

// rootOf is the root that a record proof leads to (RFC 6962, 2.1.1).
func rootOf(path []tlog.Hash, size, n int64, h tlog.Hash) (tlog.Hash, bool) {
	last := size - 1
	for _, p := range path {
		if last == 0 {
			return h, false
		}
		if n&1 == 1 || n == last {
			h = tlog.NodeHash(p, h)
			for n&1 == 0 && n != 0 {
				n, last = n>>1, last>>1
			}
		} else {
			h = tlog.NodeHash(h, p)
		}
		n, last = n>>1, last>>1
	}
	return h, last == 0
}

// consistency shows that one checkpoint's journal is the beginning of another's.
type consistency struct {
	Format int         `json:"format"`
	Old    string      `json:"old"`
	New    string      `json:"new"`
	Path   []tlog.Hash `json:"path"`
}

// ProveConsistency shows that the journal now begins with what it was at an
// earlier size.
func ProveConsistency(tx *store.Tx, company string, oldSize int64, signer note.Signer) ([]byte, error) {
	size, root, err := Head(tx, company)
	if err != nil {
		return nil, err
	}
	if oldSize < 1 || oldSize > size {
		return nil, refuse.New(refuse.Invalid, "The journal has %d entries: name a size from 1 to that.", size)
	}
	r := &reader{tx: tx, company: company, cache: map[tileKey][]byte{}}
	oldRoot, err := tlog.TreeHash(oldSize, r)
	if err != nil {
		return nil, err
	}
	path, err := tlog.ProveTree(size, oldSize, r)
	if err != nil {
		return nil, err
	}
	old, err := sign(company, oldSize, oldRoot, signer)
	if err != nil {
		return nil, err
	}
	now, err := sign(company, size, root, signer)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(consistency{formatCurrent, string(old), string(now), path}, "", "  ")
}

// CheckConsistency checks what ProveConsistency wrote and answers both
// checkpoints.
func CheckConsistency(text []byte, verifier note.Verifier) (old, now Checked, err error) {
	var c consistency
	if err := json.Unmarshal(text, &c); err != nil {
		return old, now, refuse.New(refuse.Invalid, "This is no proof: %v.", err)
	}
	if old, err = CheckCheckpoint([]byte(c.Old), verifier); err != nil {
		return old, now, err
	}
	if now, err = CheckCheckpoint([]byte(c.New), verifier); err != nil {
		return old, now, err
	}
	if tlog.CheckTree(c.Path, now.Size, now.Root, old.Size, old.Root) != nil {
		return old, now, refuse.New(refuse.Conflict, "The later journal does not begin with the earlier one.")
	}
	return old, now, nil
}
