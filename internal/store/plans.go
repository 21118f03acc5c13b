package store

import (
	"fmt"
	"regexp"
	"strings"
)

var indexStart = regexp.MustCompile(`^CREATE (?:UNIQUE )?INDEX (\w+) ON (\w+) \(([^)]*)\)`)

// Rows that SQLite is to expect. Without statistics it believes that a company
// has ten rows in a table, and reads all of them rather than use an index over
// two columns. What is told here is the same for every database, so that plans
// do not change as it grows.
const (
	rowsOfCompany = 1_000_000
	rowsOfGroup   = 32 // with the same second column; halved with each further one
)

// expect tells SQLite what an index finds.
func (tx *Tx) expect(statement string) error {
	table, index, columns, unique := "", "", []string(nil), false
	if m := indexStart.FindStringSubmatch(statement); m != nil {
		index, table, columns = m[1], m[2], strings.Split(m[3], ",")
	} else if m := tableStart.FindStringSubmatch(statement); m != nil && m[2] == "company" {
		index, table, columns, unique = m[1], m[1], keyColumns(statement), true
	} else {
		return nil
	}
	rows := []string{fmt.Sprint(rowsOfCompany), fmt.Sprint(rowsOfCompany)}
	for n, last := rowsOfGroup, len(columns)-1; len(rows) <= len(columns); n = max(n/2, 2) {
		if unique && len(rows) > last {
			n = 1
		}
		rows = append(rows, fmt.Sprint(n))
	}
	if len(columns) == 1 && unique {
		rows[1] = "1"
	}
	_, err := tx.Exec(`INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM sqlite_stat1 WHERE tbl = $1 AND idx = $2)`,
		table, tx.indexName(table, index), strings.Join(rows, " "))
	return err
}

// indexName is how the statistics call an index: that of a key by its table,
// or by the name that SQLite made up where the table has row ids.
func (tx *Tx) indexName(table, index string) string {
	var auto string
	found, err := tx.One([]any{&auto}, `SELECT name FROM sqlite_schema WHERE type = 'index' AND name = $1 AND NOT EXISTS
		(SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $2 AND sql LIKE '%WITHOUT ROWID%')`, "sqlite_autoindex_"+table+"_1", table)
	if index == table && err == nil && found {
		return auto
	}
	return index
}
