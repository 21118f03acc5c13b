// Package blob keeps the bytes of documents in the database, each under the
// hash of its content: what a fact names by its hash can be shown years later,
// and cannot have been exchanged.
package blob

import (
	"crypto/sha256"
	"encoding/hex"

	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Max bounds a document, in bytes.
const Max = 64 << 20

// Schema of the table of documents' bytes, which follows from nothing.
const Schema = `-- heap: blob
CREATE TABLE blob (
	company TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	size BIGINT NOT NULL,
	body BYTEA NOT NULL,
	PRIMARY KEY (company, sha256)
);
`

// Hash is the name of a content: the SHA-256 of its bytes in hexadecimal
// (FIPS 180-4).
func Hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Put keeps a content and answers its hash; one that is kept already stays.
func Put(tx *store.Tx, company string, body []byte) (string, error) {
	if len(body) > Max {
		return "", refuse.New(refuse.TooLarge, "The document has more than %d MiB.", Max>>20).At("file")
	}
	if len(body) == 0 {
		return "", refuse.New(refuse.Invalid, "The document is empty.").At("file")
	}
	hash := Hash(body)
	_, err := tx.Exec(`INSERT INTO blob (company, sha256, size, body) VALUES ($1, $2, $3, $4) ON CONFLICT (company, sha256) DO NOTHING`,
		company, hash, int64(len(body)), body)
	return hash, err
}

// Get is the content of a hash; it is refused where only the hash is known, or
// where the bytes are no longer those that were kept.
func Get(tx *store.Tx, company, hash string) ([]byte, error) {
	var body []byte
	found, err := tx.One([]any{&body}, `SELECT body FROM blob WHERE company = $1 AND sha256 = $2`, company, hash)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, refuse.New(refuse.NotFound, "The bytes of sha256 %s are not kept here.", hash)
	case Hash(body) != hash:
		return nil, refuse.New(refuse.Conflict, "The bytes that are kept as sha256 %s are others: run verify.", hash)
	}
	return body, nil
}

// hashes are the names of all contents of a company.
func hashes(tx *store.Tx, company string) (all []string, err error) {
	rows, err := tx.Query(`SELECT sha256 FROM blob WHERE company = $1 ORDER BY sha256`, company)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil {
			return nil, err
		}
		all = append(all, hash)
	}
	return all, rows.Err()
}

// Verify names the contents that are not what their hash says.
func Verify(tx *store.Tx, company string) (bad []string, err error) {
	all, err := hashes(tx, company)
	if err != nil {
		return nil, err
	}
	for _, hash := range all {
		if _, err := Get(tx, company, hash); err != nil {
			refusal, ok := refuse.As(err)
			if !ok {
				return nil, err
			}
			bad = append(bad, refusal.Error())
		}
	}
	return bad, nil
}

// Copy keeps all contents of a company in another database too.
func Copy(from, to *store.Tx, company string) error {
	all, err := hashes(from, company)
	if err != nil {
		return err
	}
	for _, hash := range all {
		body, err := Get(from, company, hash)
		if err != nil {
			return err
		}
		if _, err := Put(to, company, body); err != nil {
			return err
		}
	}
	return nil
}
