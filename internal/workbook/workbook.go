// Package workbook brings a company's records in and out: a folder of CSV
// files, a .zip of them, or one .xlsx with a sheet of each name.
//
// Import reads every sheet and checks every cell, puts the rows into the order
// in which things happened, outside memory, and has the ledger decide them in
// one transaction. Whatever is wrong is collected as sheet, row, column, what
// is wrong and what would be right; anything wrong, and nothing is stored.
// Export writes the same columns.
package workbook

import (
	"cmp"
	"time"

	"lotline/internal/ledger"
)

// Limits of a workbook.
const (
	RowsMax     = 1_000_000 // rows decided in one transaction; larger workbooks go in parts
	ProblemsMax = 10_000    // problems that are listed; the rest are counted
	columnsMax  = 1_000     // columns of a sheet
	cellMax     = 1 << 20   // bytes of a cell
	sheetMax    = 8 << 30   // bytes of a sheet, unpacked
	filesMax    = 100_000   // files in a .zip or an .xlsx
	stringsMax  = 512 << 20 // bytes of an .xlsx's shared texts, which are kept in memory
	orderBOMMax = 64 << 20  // bytes of a sealed order BOM
)

// UploadMax bounds a workbook that is sent over HTTP, in bytes.
const UploadMax = 1 << 30

// Options of an import. The zero value imports all or nothing, in UTC.
type Options struct {
	By       string                                // who imports
	Via      string                                // through what; "import" where it is empty
	Zone     *time.Location                        // of dates without a time; nil is UTC
	DryRun   bool                                  // only check
	History  bool                                  // records of the past: a broken rule is a breach, not a refusal
	Progress func(phase string, done, total int64) // called now and then; total is 0 while it is not known
	// KeepGoing stores what stands alone. The rows that do not are written,
	// as they were given and with the reasons, to CSV files in this folder.
	KeepGoing string
	// InParts decides the workbook in parts of this many rows, each all or
	// nothing; 0 decides all of it at once. An interrupted run goes on where
	// it was when it is started again.
	InParts int
	// Request is a key of the asker's: the same workbook (by Hash) under it is
	// answered what it recorded the first time; another is refused. Not with
	// DryRun or InParts.
	Request string
	Hash    []byte
}

// Report tells what an import did, or would do.
type Report struct {
	DryRun    bool         `json:"dry_run,omitempty"`
	Repeated  bool         `json:"repeated,omitempty"` // it was imported under the same key before: entries and facts are those of then
	Stored    bool         `json:"stored"`             // something was recorded, or nothing had to be
	Sheets    []SheetCount `json:"sheets"`
	Rows      int64        `json:"rows"`
	Recorded  int64        `json:"recorded"`  // steps of rows that recorded something; an order has up to four, a unit two
	Unchanged int64        `json:"unchanged"` // steps that were recorded before
	Entries   int64        `json:"entries"`
	Facts     int64        `json:"facts"`
	Problems  []Problem    `json:"problems,omitempty"`
	More      int64        `json:"more,omitempty"`      // problems beyond those listed
	Follow    int64        `json:"follow,omitempty"`    // rows refused because of one that is listed
	Set       string       `json:"set_aside,omitempty"` // the folder of the rows that were not stored
}

// SheetCount is how many rows a sheet has.
type SheetCount struct {
	Sheet string `json:"sheet"`
	Rows  int64  `json:"rows"`
}

// OK says that nothing was wrong with the workbook.
func (r *Report) OK() bool { return len(r.Problems) == 0 && r.More == 0 }

func (o *Options) zone() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

func (o *Options) progress(phase string, done, total int64) {
	if o.Progress != nil {
		o.Progress(phase, done, total)
	}
}

func (o *Options) request() ledger.Request {
	return ledger.Request{ID: o.Request, By: o.By, Via: cmp.Or(o.Via, "import"), Hash: o.Hash}
}
