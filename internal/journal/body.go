package journal

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"

	"lotline/internal/refuse"

	"golang.org/x/mod/sumdb/tlog"
)

const saltSize = 32

// encode writes an entry's body and tells its leaf hash.
func encode(h Header, facts []Fact) (body []byte, leaf tlog.Hash, err error) {
	if len(facts) > LinesMax {
		return nil, leaf, refuse.New(refuse.TooLarge, "The request makes %d facts; an entry holds at most %d: divide it.", len(facts), LinesMax)
	}
	var salt [saltSize]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return nil, leaf, err
	}
	head, err := json.Marshal(h)
	if err != nil {
		return nil, leaf, err
	}
	var b bytes.Buffer
	b.Grow(len(head) + 2*saltSize + 300*len(facts))
	b.Write(head)
	b.WriteByte('\n')
	b.WriteString(hex.EncodeToString(salt[:]))
	lines := make([]tlog.Hash, len(facts))
	salts := newSalter(salt[:])
	for i, fact := range facts {
		line, err := encodeLine(fact)
		if err != nil {
			return nil, leaf, fmt.Errorf("encode %s: %w", fact.What.Kind(), err)
		}
		if len(line) > LineMax {
			return nil, leaf, refuse.New(refuse.TooLarge, "One fact of the request takes %d bytes; a line holds at most %d: shorten its texts.", len(line), LineMax)
		}
		lines[i] = salts.hash(i+1, line)
		b.WriteByte('\n')
		b.Write(line)
		if b.Len() > EntryMax {
			return nil, leaf, refuse.New(refuse.TooLarge, "The request makes an entry of more than %d MiB: divide it.", EntryMax>>20)
		}
	}
	return b.Bytes(), leafHash(head, lines), nil
}

// encodeLine writes the form that lineText reads.
func encodeLine(fact Fact) ([]byte, error) {
	kind, err := json.Marshal(fact.What.Kind())
	if err != nil {
		return nil, err
	}
	at, err := fact.At.MarshalJSON()
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(fact.What)
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte(`{"kind":`), kind, []byte(`,"at":`), at, []byte(`,"fact":`), raw, []byte(`}`)), nil
}

// salter derives each line's salt from the entry's.
type salter struct {
	mac hash.Hash
	buf []byte
}

func newSalter(salt []byte) *salter { return &salter{mac: hmac.New(sha256.New, salt)} }

// of appends the salt of line k to b.
func (s *salter) of(b []byte, k int) []byte {
	s.mac.Reset()
	s.mac.Write(binary.BigEndian.AppendUint64(nil, uint64(k)))
	return s.mac.Sum(b)
}

func (s *salter) hash(k int, line []byte) tlog.Hash {
	s.buf = append(s.of(s.buf[:0], k), line...)
	return tlog.RecordHash(s.buf)
}

func leafHash(header []byte, lines []tlog.Hash) tlog.Hash {
	root := treeRoot(lines)
	return tlog.RecordHash(append(bytes.Clone(header), root[:]...))
}

// treeRoot is the RFC 6962 root over leaves.
func treeRoot(leaves []tlog.Hash) tlog.Hash {
	if len(leaves) == 0 {
		return sha256.Sum256(nil)
	}
	if len(leaves) == 1 {
		return leaves[0]
	}
	split := 1
	for split*2 < len(leaves) {
		split *= 2
	}
	return tlog.NodeHash(treeRoot(leaves[:split]), treeRoot(leaves[split:]))
}

// parsed is a body taken apart; its parts are the stored bytes.
type parsed struct {
	Header
	head  []byte
	salt  []byte
	lines [][]byte
}

// parse takes a body apart and checks its form.
func parse(body []byte) (parsed, error) {
	var p parsed
	head, rest, ok := bytes.Cut(body, []byte("\n"))
	if !ok {
		return p, fmt.Errorf("the body has no salt")
	}
	decoder := json.NewDecoder(bytes.NewReader(head))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p.Header); err != nil {
		return p, fmt.Errorf("header: %w", err)
	}
	if p.Format != formatCurrent {
		return p, fmt.Errorf("the entry has format %d, this program knows %d: use a newer one", p.Format, formatCurrent)
	}
	p.head = head
	parts := bytes.Split(rest, []byte("\n"))
	p.salt = make([]byte, hex.DecodedLen(len(parts[0])))
	if _, err := hex.Decode(p.salt, parts[0]); err != nil || len(p.salt) != saltSize || hex.EncodeToString(p.salt) != string(parts[0]) {
		return p, fmt.Errorf("the salt is not %d bytes in hex", saltSize)
	}
	p.lines = parts[1:]
	if len(p.lines) != p.Lines {
		return p, fmt.Errorf("%d lines, the header says %d", len(p.lines), p.Lines)
	}
	return p, nil
}

func (p parsed) hashes() []tlog.Hash {
	salts := newSalter(p.salt)
	hashes := make([]tlog.Hash, len(p.lines))
	for i, line := range p.lines {
		hashes[i] = salts.hash(i+1, line)
	}
	return hashes
}

func (p parsed) leaf() tlog.Hash { return leafHash(p.head, p.hashes()) }
