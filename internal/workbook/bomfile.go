package workbook

import (
	"context"
	"errors"
	"fmt"

	"lotline/internal/bom"
	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// BOMFile is how a foreign file becomes a BOM.
type BOMFile struct {
	Parent   string // the item that is made
	Revision string // its revision; the released one that was defined last where none is named
	Sheet    string // of an .xlsx; the first one that has the columns where none is named
	Columns  string // which columns give what, as bom.ParseMapping reads it
	Mapping  string // or the name of a mapping that is kept
	Save     string // keeps the mapping by this name
	Missing  string // what becomes of a line without a component; refuse where nothing is said
	Create   bool   // defines the items that do not exist
	Items    NewItems
	DryRun   bool
	By, Via  string
	// Request is a key of the asker's, and Hash of what was asked: the same file
	// under it is recorded once.
	Request string
	Hash    []byte
}

// NewItems is what items are that a BOM file names and nobody defined.
type NewItems struct {
	Catalog        string
	Tracking       string // none where nothing is said
	Source         string // buy where nothing is said
	UOM            string // EA where nothing is said
	ParentTracking string // of the parent, which is made; serial where nothing is said
}

// BOMReport tells what became of a BOM file.
type BOMReport struct {
	Parent     string    `json:"parent"`
	Revision   string    `json:"parent_revision"`
	DryRun     bool      `json:"dry_run"`
	Stored     bool      `json:"stored"` // the BOM is recorded as the file says, now or before
	Repeated   bool      `json:"repeated"`
	Mapping    string    `json:"columns"`
	Rows       int64     `json:"rows"`       // below the row that names the columns
	Lines      int       `json:"lines"`      // of the BOM
	Placements int       `json:"placements"` // reference designators in all lines
	Created    []string  `json:"created"`    // items that were not defined
	LeftOut    []Note    `json:"left_out"`   // rows that are no lines
	Notes      []Note    `json:"notes"`      // what was decided about a row, to be looked at
	Entries    int64     `json:"entries"`
	Facts      int64     `json:"facts"`
	Problems   []Problem `json:"problems"`
	More       int64     `json:"more"` // problems beyond those listed
}

// Note says something about a row.
type Note struct {
	Row  int64  `json:"row"`
	Text string `json:"text"`
}

// OK says that nothing was wrong with the file.
func (r *BOMReport) OK() bool { return len(r.Problems) == 0 && r.More == 0 }

// Limits of a BOM file.
const (
	bomRowsMax    = 100_000
	headerRowsMax = 50 // rows that may stand above the names of the columns
)

// ImportBOM reads a CSV file or a sheet of an .xlsx as the BOM of one item. All
// rows are checked; if anything is wrong the report says what, and nothing is
// stored. The same file again changes nothing. The error is a refusal when the
// file or what was asked for cannot be, and otherwise a failure.
func ImportBOM(ctx context.Context, l *ledger.Ledger, path string, f BOMFile) (report BOMReport, err error) {
	missing, err := bom.MissingPolicy(f.Missing)
	if err != nil {
		return report, err
	}
	m, kept, err := f.mapping(ctx, l)
	if err != nil {
		return report, err
	}
	if f.Missing == "" && kept.Missing != "" {
		missing = kept.Missing
	}
	in := &bomReader{ctx: ctx, mapping: m, missing: missing, problems: newProblems(), designators: map[string]int64{}}
	if err := in.read(path, f.Sheet); err != nil {
		return report, err
	}
	in.report.Parent, in.report.Revision, in.report.DryRun, in.report.Mapping, in.report.Lines = f.Parent, f.Revision, f.DryRun, m.String(), len(in.lines)
	d := &bomDecider{bomReader: in, file: f, now: l.Now()}
	done, err := l.Import(ctx, ledger.Request{ID: f.Request, Hash: f.Hash, By: f.By, Via: f.Via}, func(imp *ledger.Importer) error {
		if err := d.decide(imp); err != nil {
			return err
		}
		if f.DryRun || !in.problems.none() {
			return errNotKept
		}
		return nil
	})
	report = in.report
	report.Problems, report.More = in.problems.list, in.problems.more
	report.filled()
	switch {
	case errors.Is(err, errNotKept):
		return report, nil
	case err != nil:
		if _, refused := refuse.As(err); refused {
			return report, err
		}
		return report, fmt.Errorf("import the BOM: %w", err)
	}
	report.Stored, report.Repeated, report.Entries, report.Facts = true, done.Repeated, done.Entries, done.Lines
	return report, nil
}

// filled gives lists that have nothing in them as such.
func (r *BOMReport) filled() {
	if r.Problems == nil {
		r.Problems = []Problem{}
	}
	if r.Created == nil {
		r.Created = []string{}
	}
	if r.LeftOut == nil {
		r.LeftOut = []Note{}
	}
	if r.Notes == nil {
		r.Notes = []Note{}
	}
}

// mapping is the one that is given, or the one that is kept.
func (f *BOMFile) mapping(ctx context.Context, l *ledger.Ledger) (m bom.Mapping, kept bom.SavedMapping, err error) {
	text := f.Columns
	switch {
	case f.Columns != "" && f.Mapping != "":
		return m, kept, refuse.New(refuse.Invalid, "Give the columns or the name of a mapping, not both.").At("mapping")
	case f.Columns == "" && f.Mapping == "":
		return m, kept, refuse.New(refuse.Invalid, "Say which columns give what, such as component=Part,quantity=Qty,reference_designators=References, or name a mapping that is kept.").At("columns")
	case f.Mapping != "":
		err = l.Read(ctx, func(tx *store.Tx) error {
			kept, err = bom.FindMapping(store.NewSet(tx, l.Company()), f.Mapping)
			return err
		})
		if err != nil {
			return m, kept, err
		}
		text = kept.Columns
	}
	m, err = bom.ParseMapping(text)
	return m, kept, err
}
