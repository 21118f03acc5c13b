package ledger

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"lotline/internal/blob"
	"lotline/internal/journal"
	"lotline/internal/order"
	"lotline/internal/store"
)

// findingsMax ends the comparison of one table: a table that is wrong
// throughout need not be printed throughout.
const findingsMax = 100

// Verified is what Verify looked at and what it found; no findings means that
// everything stored is what the journal says.
type Verified struct {
	Company  string   `json:"company"`
	Entries  int64    `json:"entries"`
	Root     string   `json:"root"`
	Findings []string `json:"findings"`
}

// Verify recomputes everything that is stored: each entry's bytes against its
// hash and columns, the Merkle tree against the head, and every row of every
// derived table against a second set of tables made from the journal in a
// scratch database. What differs is named.
func (l *Ledger) Verify(ctx context.Context) (Verified, error) {
	v := Verified{Company: l.company, Findings: []string{}}
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		findings, err := journal.Verify(tx, l.company, nil)
		if err != nil {
			return fmt.Errorf("verify the journal: %w", err)
		}
		for _, f := range findings {
			v.Findings = append(v.Findings, f.String())
		}
		exchanged, err := blob.Verify(tx, l.company)
		if err != nil {
			return fmt.Errorf("verify the documents: %w", err)
		}
		v.Findings = append(v.Findings, exchanged...)
		if len(findings) > 0 {
			// Tables cannot be held against a journal that is not sound.
			return nil
		}
		size, root, err := journal.Head(tx, l.company)
		if err != nil {
			return fmt.Errorf("read the head: %w", err)
		}
		v.Entries, v.Root = size, root.String()
		tables, err := l.compareTables(ctx, tx)
		v.Findings = append(v.Findings, tables...)
		return err
	})
	if err != nil || len(v.Findings) > 0 {
		return v, err
	}
	found, err := l.compareGraph(ctx)
	v.Findings = append(v.Findings, found...)
	return v, err
}

// compareTables replays the journal into a scratch database and compares.
func (l *Ledger) compareTables(ctx context.Context, tx *store.Tx) (found []string, err error) {
	dir, err := os.MkdirTemp("", "lotline-verify-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	scratch, err := store.Open(ctx, filepath.Join(dir, "scratch.db"), store.Options{})
	if err != nil {
		return nil, fmt.Errorf("open a scratch database: %w", err)
	}
	defer scratch.Close()
	if err := createTables(ctx, scratch); err != nil {
		return nil, err
	}
	err = scratch.Write(ctx, func(to *store.Tx) error { return replay(tx, to, l.company) })
	if err != nil {
		return nil, fmt.Errorf("replay the journal: %w", err)
	}
	err = scratch.Read(ctx, func(want *store.Tx) error {
		for _, table := range Tables() {
			n := 0
			err := store.Compare(tx, want, l.company, table, func(key []string, column, got, want string) error {
				if n++; n <= findingsMax {
					found = append(found, fmt.Sprintf("%s: stored %s, the journal says %s", place(table.Name(), key, column), got, want))
				}
				return nil
			})
			if err != nil {
				return fmt.Errorf("compare table %s: %w", table.Name(), err)
			}
		}
		return nil
	})
	return found, err
}

// place names a row, or a column of it.
func place(table string, key []string, column string) string {
	name := order.NameOf(table, key)
	if name == "" {
		name = fmt.Sprintf("table %s, row %s", table, strings.Join(key, ", "))
	}
	if column != "" {
		name += ", column " + column
	}
	return name
}
