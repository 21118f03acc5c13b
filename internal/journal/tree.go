package journal

import (
	"fmt"

	"lotline/internal/store"

	"golang.org/x/mod/sumdb/tlog"
)

// reader answers hashes of the tree from tiles, and from the leaves of the
// journal where a tile is not full yet.
type reader struct {
	tx      *store.Tx
	company string
	cache   map[tileKey][]byte
}

// ReadHashes gives the stored hashes that tlog asks for by number.
func (r *reader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		base := int64(level / tileHeight)
		inner := uint(level % tileHeight)
		hashes, err := r.level(base, n<<inner, 1<<inner)
		if err != nil {
			return nil, err
		}
		found[i] = treeRoot(hashes)
	}
	return found, nil
}

// level gives count hashes of a tile level, from first on; they lie in one tile.
func (r *reader) level(level, first, count int64) ([]tlog.Hash, error) {
	if count == 0 {
		return nil, nil
	}
	number := first / tileWidth
	blob, ok := r.cache[tileKey{level, number}]
	if !ok {
		if _, err := r.tx.One([]any{&blob}, `SELECT hashes FROM tile WHERE company = $1 AND level = $2 AND number = $3`, r.company, level, number); err != nil {
			return nil, err
		}
		if len(blob) == 0 {
			var err error
			if blob, err = r.partial(level, number); err != nil {
				return nil, err
			}
		}
		r.cache[tileKey{level, number}] = blob
	}
	offset := first % tileWidth * tlog.HashSize
	if int64(len(blob)) < offset+count*tlog.HashSize {
		return nil, fmt.Errorf("tile %d/%d holds %d hashes, needed up to %d", level, number, len(blob)/tlog.HashSize, first%tileWidth+count)
	}
	hashes := make([]tlog.Hash, count)
	for i := range hashes {
		copy(hashes[i][:], blob[offset+int64(i)*tlog.HashSize:])
	}
	return hashes, nil
}

// partial makes up a tile that is not full: from leaves, or from the full
// tiles below.
func (r *reader) partial(level, number int64) ([]byte, error) {
	table, column, condition := "journal", "hash", `seq > $2 AND seq <= $3 ORDER BY seq`
	args := []any{r.company, number * tileWidth, (number + 1) * tileWidth}
	if level > 0 {
		table, column, condition = "tile", "hashes", `number >= $2 AND number < $3 AND level = $4 ORDER BY number`
		args = append(args, level-1)
	}
	rows, err := r.tx.Query(`SELECT `+column+` FROM `+table+` WHERE company = $1 AND `+condition, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var blob []byte
	for rows.Next() {
		var part []byte
		if err := rows.Scan(&part); err != nil {
			return nil, err
		}
		if level == 0 {
			blob = append(blob, part...)
			continue
		}
		hashes := make([]tlog.Hash, len(part)/tlog.HashSize)
		for i := range hashes {
			copy(hashes[i][:], part[i*tlog.HashSize:])
		}
		h := treeRoot(hashes)
		blob = append(blob, h[:]...)
	}
	return blob, rows.Err()
}

// Head is the size of a company's journal and its root.
func Head(tx *store.Tx, company string) (size int64, root tlog.Hash, err error) {
	var hashes []byte
	if _, err := tx.One([]any{&size, &hashes}, `SELECT size, hashes FROM head WHERE company = $1`, company); err != nil {
		return 0, root, err
	}
	e, err := parseEdge(size, hashes)
	return size, e.root(), err
}

// Root is the root that the journal had at an earlier size.
func Root(tx *store.Tx, company string, size int64) (tlog.Hash, error) {
	if size == 0 {
		return treeRoot(nil), nil
	}
	return tlog.TreeHash(size, &reader{tx: tx, company: company, cache: map[tileKey][]byte{}})
}
