package ledger

import (
	"context"
	"net/url"
	"strings"
	"sync"

	"lotline/internal/journal"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// MainCompany is the company of a database that has only one and was told no
// other name.
const MainCompany = "main"

// Company is one of those that share a database, each with a journal of its own.
type Company struct {
	Company string `json:"company"`
	Entries int64  `json:"entries"`
}

// Companies are all companies of the database, by name.
func Companies(tx *store.Tx) ([]Company, error) {
	names, err := companyNames(tx)
	if err != nil {
		return nil, err
	}
	all := make([]Company, len(names))
	for i, name := range names {
		size, _, err := journal.Head(tx, name)
		if err != nil {
			return nil, err
		}
		all[i] = Company{name, size}
	}
	return all, nil
}

func companyNames(tx *store.Tx) (names []string, err error) {
	rows, err := tx.Query(`SELECT name FROM company ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// register makes sure that the company is one of the database. A name that was
// typed wrong must not begin a new journal: only the first company, and one
// that is said to be new, is made.
func (l *Ledger) register(tx *store.Tx, welcome bool) error {
	names, err := companyNames(tx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if name == l.company {
			return nil
		}
	}
	if len(names) > 0 && !welcome {
		return refuse.New(refuse.NotFound, "There is no company %s in this database, only %s. Add it first, if it is new.", l.company, strings.Join(names, ", ")).At("company")
	}
	_, err = tx.Exec(`INSERT INTO company (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`, l.company)
	return err
}

// KeyFileOf is where the private key of a company's checkpoints lies when base
// is where that of main does: beside it, with the company's name behind.
func KeyFileOf(base, company string) string {
	if base == "" || company == "" || company == MainCompany {
		return base
	}
	return base + "." + url.PathEscape(company)
}

// defaultKeyFile lies beside a SQLite database; for PostgreSQL it must be named.
func defaultKeyFile(at string) string {
	if store.IsServer(at) {
		return ""
	}
	return at + ".key"
}

// siblings are the ledgers of other companies of the same database, each opened
// when it is first asked for.
type siblings struct {
	lock    sync.Mutex
	ledgers map[string]*Ledger
}

// Of is the ledger of another company of the same database; l itself where none
// is named. A company that the database does not know is refused. It is closed
// with l.
func (l *Ledger) Of(ctx context.Context, company string) (*Ledger, error) {
	if company == "" || company == l.company {
		return l, nil
	}
	l.siblings.lock.Lock()
	defer l.siblings.lock.Unlock()
	if other := l.siblings.ledgers[company]; other != nil {
		return other, nil
	}
	base := l.keyFile
	if suffix := KeyFileOf(".", l.company); suffix != "." {
		base = strings.TrimSuffix(base, suffix[1:])
	}
	other, err := On(context.WithoutCancel(ctx), l.db, Options{Company: company, Clock: l.clock, KeyFile: KeyFileOf(base, company)})
	if err != nil {
		return nil, err
	}
	if l.siblings.ledgers == nil {
		l.siblings.ledgers = map[string]*Ledger{}
	}
	l.siblings.ledgers[company] = other
	return other, nil
}

// closeSiblings ends the turns of the other companies.
func (l *Ledger) closeSiblings() {
	l.siblings.lock.Lock()
	defer l.siblings.lock.Unlock()
	for _, other := range l.siblings.ledgers {
		_ = other.Close() // it leaves the database open, and cannot fail
	}
}
