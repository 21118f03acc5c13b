package cli

import (
	"fmt"
	"io"
	"strings"

	"lotline/internal/bom"
	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/workbook"

	"github.com/spf13/cobra"
)

func (a *app) importBOM() *cobra.Command {
	var f workbook.BOMFile
	cmd := &cobra.Command{
		Use: "import-bom FILE --parent PART", Short: "Bring in the BOM of an item from a CSV file or .xlsx of any program",
		Long: `The columns say which column of the file gives what: FIELD=COLUMN, divided by commas.
  component=LCSC|Part+Value+Footprint   the column LCSC; where that is empty, what stands in the other three, joined
  revision_rule:=exact                  the same text in every line
  "a name, with marks"                  a name that holds one of , = | + : or a quotation mark
The fields are ` + strings.Join(bom.MappingFields, ", ") + `.
The quantity of each line is held against the count of its reference designators (R1-R4 counts four); without a quantity they are counted.
A line with yes, DNP or the like in the column of leave_out is not taken. name, uom and property:NAME tell what an item is that is created;
manufacturer and manufacturer_part approve the maker. A component may be the part number of an approved maker.
All mistakes are listed with row and column, and nothing is stored when there is one. The same file again changes nothing.`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.Parent == "" {
				return misuse{fmt.Errorf("import-bom: name the item that is made with --parent")}
			}
			f.By, f.Via = request().By, "import"
			return a.with(cmd.Context(), store.Options{}, func(l *ledger.Ledger) error {
				report, err := workbook.ImportBOM(cmd.Context(), l, args[0], f)
				if err != nil {
					return err
				}
				if err := a.put(report, func(w io.Writer) { printBOMReport(w, &report) }); err != nil {
					return err
				}
				if !report.OK() {
					return refuse.New(refuse.Invalid, "%s to mend.", plural(len(report.Problems)+int(report.More), "problem"))
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&f.Parent, "parent", "", "the item that is made")
	cmd.Flags().StringVar(&f.Revision, "revision", "", "its revision; the released one that was defined last when left out")
	cmd.Flags().StringVar(&f.Columns, "columns", "", "which columns give what: component=Part,quantity=Qty,reference_designators=References")
	cmd.Flags().StringVar(&f.Mapping, "mapping", "", "the name of a mapping that is kept, instead of --columns")
	cmd.Flags().StringVar(&f.Save, "save-mapping", "", "keep the columns by this name")
	cmd.Flags().StringVar(&f.Missing, "missing", "", "what becomes of a line without a component: refuse (when left out) or leave_out")
	cmd.Flags().StringVar(&f.Sheet, "sheet", "", "of an .xlsx; the first that has the columns when left out")
	cmd.Flags().BoolVar(&f.Create, "create-items", false, "define the items that do not exist, the parent too")
	cmd.Flags().StringVar(&f.Items.Catalog, "catalog", "", "of the items that are created")
	cmd.Flags().StringVar(&f.Items.Tracking, "tracking", "", "of the items that are created; none when left out")
	cmd.Flags().StringVar(&f.Items.Source, "source", "", "of the items that are created; buy when left out")
	cmd.Flags().StringVar(&f.Items.UOM, "uom", "", "of the items that are created; EA when left out")
	cmd.Flags().StringVar(&f.Items.ParentTracking, "parent-tracking", "", "of the parent when it is created; serial when left out")
	cmd.Flags().BoolVar(&f.DryRun, "dry-run", false, "only check")
	return cmd
}

func printBOMReport(w io.Writer, r *workbook.BOMReport) {
	for _, p := range r.Problems {
		fmt.Fprintln(w, p)
	}
	if r.More > 0 {
		fmt.Fprintf(w, "and %s that are not listed.\n", plural(int(r.More), "problem"))
	}
	for _, n := range r.LeftOut {
		fmt.Fprintf(w, "Row %d is left out. %s\n", n.Row, n.Text)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(w, "Row %d: %s\n", n.Row, n.Text)
	}
	what := fmt.Sprintf("%s of %s revision %s with %s", plural(r.Lines, "line"), r.Parent, r.Revision, plural(r.Placements, "placement"))
	switch {
	case !r.OK():
		fmt.Fprintf(w, "%s read; nothing is stored.\n", plural(int(r.Rows), "row"))
	case r.DryRun:
		fmt.Fprintf(w, "%s can be taken, %s would be created; nothing is stored in a dry run.\n", what, plural(len(r.Created), "item"))
	case r.Facts == 0:
		fmt.Fprintf(w, "%s were recorded before, nothing changed.\n", what)
	default:
		fmt.Fprintf(w, "%s recorded, %s created.\n", what, plural(len(r.Created), "item"))
	}
}

func (a *app) mappingList() *cobra.Command {
	return answered(a, "list", "The mappings of BOM files that are kept", cobra.NoArgs, func(tx *store.Tx, company string, _ []string) (bom.MappingList, error) {
		return bom.ListMappings(tx, company)
	}, func(w io.Writer, l *bom.MappingList) {
		rows := make([][]string, len(l.Mappings))
		for i, m := range l.Mappings {
			rows[i] = []string{m.Mapping, m.Missing, m.Columns}
		}
		table(w, []string{"MAPPING", "MISSING", "COLUMNS"}, rows)
	})
}
