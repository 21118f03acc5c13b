package journal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"

	"lotline/internal/refuse"
	"lotline/internal/store"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Origin names a company's log in its checkpoints (C2SP tlog-checkpoint).
func Origin(company string) string { return "lotline/" + strings.ReplaceAll(company, " ", "_") }

// LoadOrCreateKey reads the private key of a log from a file, or makes one
// that only its owner can read. The public key lies beside it as path.pub.
func LoadOrCreateKey(path, origin string) (note.Signer, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		private, public, err := note.GenerateKey(rand.Reader, origin)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(path+".pub", []byte(public+"\n"), 0o644); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, []byte(private+"\n"), 0o600); err != nil {
			return nil, err
		}
		text = []byte(private)
	} else if err != nil {
		return nil, err
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, refuse.New(refuse.Invalid, "%s is no signing key: %v.", path, err)
	}
	return signer, nil
}

// Checkpoint is a signed note of the journal's size and root.
func Checkpoint(tx *store.Tx, company string, signer note.Signer) ([]byte, error) {
	size, root, err := Head(tx, company)
	if err != nil {
		return nil, err
	}
	return sign(company, size, root, signer)
}

func sign(company string, size int64, root tlog.Hash, signer note.Signer) ([]byte, error) {
	c := log.Checkpoint{Origin: Origin(company), Size: uint64(size), Hash: root[:]}
	return note.Sign(&note.Note{Text: string(c.Marshal())}, signer)
}

// Checked is what a checkpoint says, once its signature was found right.
type Checked struct {
	Origin string    `json:"origin"`
	Size   int64     `json:"size"`
	Root   tlog.Hash `json:"root"`
}

// CheckCheckpoint opens a signed checkpoint with the public key of its log.
func CheckCheckpoint(signed []byte, verifier note.Verifier) (Checked, error) {
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return Checked{}, refuse.New(refuse.Invalid, "The checkpoint is not signed with this key: %v.", err)
	}
	var c log.Checkpoint
	if _, err := c.Unmarshal([]byte(n.Text)); err != nil || len(c.Hash) != tlog.HashSize {
		return Checked{}, refuse.New(refuse.Invalid, "The note is no checkpoint.")
	}
	checked := Checked{Origin: c.Origin, Size: int64(c.Size)}
	copy(checked.Root[:], c.Hash)
	if checked.Size < 0 {
		return Checked{}, refuse.New(refuse.Invalid, "The checkpoint has no possible size.")
	}
	return checked, nil
}

// Verifier reads a public key as LoadOrCreateKey writes it.
func Verifier(key string) (note.Verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(key))
	if err != nil {
		return nil, refuse.New(refuse.Invalid, "This is no public key of a log: %v.", err)
	}
	return v, nil
}

// Copy appends the entries of one journal to an empty one, byte for byte, and
// compares size and root at the end. It answers how many it copied.
func Copy(from, to *store.Tx, company string, progress func(done, size int64)) (int64, error) {
	turn, err := TakeTurn(to, company)
	if err != nil {
		return 0, err
	}
	if turn.size != 0 {
		return 0, refuse.New(refuse.Conflict, "The other database holds %d entries of %s: copy into an empty one.", turn.size, company)
	}
	size, root, err := Head(from, company)
	if err != nil {
		return 0, err
	}
	err = readRows(from, company, 1, size, func(row entryRow) error {
		p, err := parse(row.Body)
		if err != nil {
			return fmt.Errorf("entry %d: %w", row.Seq, err)
		}
		leaf := p.leaf()
		if string(row.Hash) != string(leaf[:]) || p.Seq != turn.Seq() {
			return refuse.New(refuse.Conflict, "Entry %d is not what was recorded; run verify.", row.Seq)
		}
		turn.add(p.Header, leaf, row.Body)
		if row.Seq%1000 == 0 {
			if progress != nil {
				progress(row.Seq, size)
			}
			return turn.Flush()
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if err := turn.End(); err != nil {
		return 0, err
	}
	if got, gotRoot, err := Head(to, company); err != nil || got != size || gotRoot != root {
		return 0, fmt.Errorf("the copy has size %d and root %v, want %d and %v (%v)", got, gotRoot, size, root, err)
	}
	return size, nil
}
