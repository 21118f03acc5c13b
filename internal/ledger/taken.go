package ledger

import (
	"lotline/internal/journal"
	"lotline/internal/store"
)

// RowsTaken says which rows of a workbook an entry came from, each by its key,
// so that the same workbook a second time changes nothing.
type RowsTaken struct {
	Rows []string `json:"rows"`
}

// Kind names the fact.
func (RowsTaken) Kind() string { return "rows.taken/1" }

// takenRow is a workbook row that was recorded, with the entry that did.
type takenRow struct {
	Row   string `col:"row,key"`
	Entry int64  `col:"entry"`
}

var takenRows = store.NewTable[string, takenRow]("taken_row", func(r *takenRow) string { return r.Row })

// rowsPerFact keeps a line of row keys well below the line limit.
const rowsPerFact = 500

var taken = Projection{
	Name:    "taken",
	Version: 1,
	Schema: `
CREATE TABLE taken_row (
	company TEXT NOT NULL,
	row TEXT NOT NULL,
	entry BIGINT NOT NULL,
	PRIMARY KEY (company, row)
);`,
	Tables: []store.AnyTable{takenRows},
	Kinds: journal.Kinds{
		RowsTaken{}.Kind(): func() journal.Body { return new(RowsTaken) },
	},
	Project: func(set *store.Set, line journal.Line) {
		fact, ok := line.What.(*RowsTaken)
		if !ok {
			return
		}
		for _, row := range fact.Rows {
			takenRows.Put(set, takenRow{Row: row, Entry: line.Seq})
		}
	},
}
