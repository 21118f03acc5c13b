package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"lotline/internal/blob"
	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/recall"
	"lotline/internal/store"
)

// projections in the order a product lives; each sees every line, after those
// before it.
var projections = []Projection{
	catalog.Projection,
	bom.Projection,
	order.Projection,
	genealogy.Projection,
	quality.Projection,
	recall.Projection,
	taken,
	record,
}

// kinds decodes every fact that this program knows.
var kinds = allKinds()

func allKinds() journal.Kinds {
	all := journal.Kinds{}
	for _, p := range projections {
		for kind, decode := range p.Kinds {
			if all[kind] != nil {
				panic("two projections decode " + kind)
			}
			all[kind] = decode
		}
	}
	return all
}

// Bodies makes an empty body for every kind of fact this program knows.
func Bodies() journal.Kinds { return kinds }

// Kinds are the kinds of fact this program knows, sorted.
func Kinds() []string {
	var all []string
	for kind := range kinds {
		all = append(all, kind)
	}
	slices.Sort(all)
	return all
}

// stateSchema is what the ledger keeps about the derived tables themselves;
// it belongs to no company.
const stateSchema = `
CREATE TABLE projection (
	name TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	PRIMARY KEY (name)
);
CREATE TABLE company (
	name TEXT NOT NULL,
	PRIMARY KEY (name)
);
`

// fingerprint changes with anything that decides what the derived tables hold.
func fingerprint() string {
	hash := sha256.New()
	for _, p := range projections {
		fmt.Fprintf(hash, "%s %d %s\n", p.Name, p.Version, p.Schema)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// prepare creates what is missing and rebuilds the derived tables when they
// were made by another version of the projections.
func (l *Ledger) prepare(ctx context.Context, welcome bool) error {
	if err := l.db.Create(ctx, journal.Schema+blob.Schema+stateSchema); err != nil {
		return fmt.Errorf("create the journal: %w", err)
	}
	current := false
	err := l.db.Write(ctx, func(tx *store.Tx) error {
		if err := l.register(tx, welcome); err != nil {
			return err
		}
		var found string
		_, err := tx.One([]any{&found}, `SELECT fingerprint FROM projection WHERE name = $1`, "all")
		current = found == fingerprint()
		return err
	})
	if err != nil || current {
		return err
	}
	return l.Rebuild(ctx)
}

// Rebuild throws the derived tables of every company away and makes them again
// from the journals. A rebuild that was interrupted is done again at the next
// start.
func (l *Ledger) Rebuild(ctx context.Context) error {
	l.turn.Lock()
	defer l.turn.Unlock()
	var companies []string
	err := l.db.Write(ctx, func(tx *store.Tx) (err error) {
		if _, err := tx.Exec(`DELETE FROM projection WHERE name = $1`, "all"); err != nil {
			return err
		}
		companies, err = companyNames(tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("begin a rebuild: %w", err)
	}
	if err := l.db.Drop(ctx, tableNames()...); err != nil {
		return fmt.Errorf("drop the derived tables: %w", err)
	}
	if err := createTables(ctx, l.db); err != nil {
		return err
	}
	return l.db.Write(ctx, func(tx *store.Tx) error {
		for _, company := range companies {
			if err := replay(tx, tx, company); err != nil {
				return fmt.Errorf("rebuild the tables of %s: %w", company, err)
			}
		}
		_, err := tx.Exec(`INSERT INTO projection (name, fingerprint) VALUES ($1, $2)
			ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint`, "all", fingerprint())
		return err
	})
}

func tableNames() []string {
	var names []string
	for _, t := range Tables() {
		names = append(names, t.Name())
	}
	return names
}

// Tables are the derived tables, in the order of the projections.
func Tables() []store.AnyTable {
	var all []store.AnyTable
	for _, p := range projections {
		all = append(all, p.Tables...)
	}
	return all
}

func createTables(ctx context.Context, db *store.DB) error {
	var schema strings.Builder
	for _, p := range projections {
		schema.WriteString(p.Schema)
		schema.WriteString("\n")
	}
	if err := db.Create(ctx, schema.String()); err != nil {
		return fmt.Errorf("create the derived tables: %w", err)
	}
	return nil
}

// replayed is how many lines are projected between two flushes, and how many
// clean rows are kept: both bound the memory of a rebuild.
const (
	replayedMax = 5_000
	keptMax     = 200_000
)

// replay projects the journal of a company in one database into the empty
// tables of another (or the same).
func replay(from, to *store.Tx, company string) error {
	size, _, err := journal.Head(from, company)
	if err != nil {
		return err
	}
	set := store.NewSet(to, company)
	set.Blank(Tables()...)
	pending := 0
	err = journal.Read(from, company, 1, size, kinds, func(e journal.Entry) error {
		for _, line := range e.Lines {
			project(set, line)
		}
		if pending += len(e.Lines); pending < replayedMax {
			return set.Err()
		}
		pending = 0
		if err := flush(set); err != nil || set.Holds() <= keptMax {
			return err
		}
		set.Evict(keptMax)
		set.Born(journal.FirstOf(e.Seq + 1))
		return nil
	})
	if err != nil {
		return err
	}
	return flush(set)
}

func flush(set *store.Set) error {
	if err := set.Err(); err != nil {
		return err
	}
	return set.Flush()
}
