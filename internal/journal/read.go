package journal

import (
	"encoding/json"
	"fmt"

	"lotline/internal/moment"
	"lotline/internal/store"
)

// pageSize is how many entries are read at once; a body may have 16 MiB.
const pageSize = 64

// Read gives each the entries from number from to number to (both included),
// in order.
func Read(tx *store.Tx, company string, from, to int64, kinds Kinds, each func(Entry) error) error {
	return readRows(tx, company, from, to, func(row entryRow) error {
		p, err := parse(row.Body)
		if err != nil {
			return fmt.Errorf("entry %d: %w", row.Seq, err)
		}
		e := Entry{Header: p.Header, Lines: make([]Line, len(p.lines)), Raw: make([]string, len(p.lines))}
		copy(e.Hash[:], row.Hash)
		for i, text := range p.lines {
			if e.Lines[i], err = decodeLine(row.Seq, i+1, text, kinds); err != nil {
				return err
			}
			e.Raw[i] = string(text)
		}
		return each(e)
	})
}

// readRows pages by key, so that nothing is held open while each works.
func readRows(tx *store.Tx, company string, from, to int64, each func(entryRow) error) error {
	for from <= to {
		last := min(to, from+pageSize-1)
		page, err := entries.Select(tx, company, `seq >= $2 AND seq <= $3`, from, last)
		if err != nil {
			return fmt.Errorf("read the journal: %w", err)
		}
		for _, row := range page {
			if err := each(row); err != nil {
				return err
			}
		}
		from = last + 1
		if len(page) == 0 { // a number was tampered with: the next may be far
			found, err := tx.One([]any{&from}, `SELECT seq FROM journal WHERE company = $1 AND seq > $2 ORDER BY seq LIMIT 1`, company, last)
			if err != nil || !found {
				return err
			}
		}
	}
	return nil
}

// KnownAt is the number of the last entry that was recorded by a time.
func KnownAt(tx *store.Tx, company string, at moment.Time) (int64, error) {
	var seq int64
	_, err := tx.One([]any{&seq}, `SELECT seq FROM journal WHERE company = $1 AND recorded_at <= $2 ORDER BY recorded_at DESC, seq DESC LIMIT 1`, company, int64(at))
	return seq, err
}

// EntryText is an entry with its lines as they are stored.
type EntryText struct {
	Header
	Text []json.RawMessage `json:"facts"`
}

// ReadText is Read without decoding the lines.
func ReadText(tx *store.Tx, company string, from, to int64, each func(EntryText) error) error {
	size, _, err := Head(tx, company)
	if err != nil {
		return err
	}
	return readRows(tx, company, max(from, 1), min(to, size), func(row entryRow) error {
		p, err := parse(row.Body)
		if err != nil {
			return fmt.Errorf("entry %d: %w", row.Seq, err)
		}
		e := EntryText{Header: p.Header, Text: make([]json.RawMessage, len(p.lines))}
		for i, text := range p.lines {
			e.Text[i] = text
		}
		return each(e)
	})
}
