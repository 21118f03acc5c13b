package workbook

import (
	"errors"
	"fmt"
	"strings"
)

// Template writes an empty workbook to a folder, or to a .zip or .xlsx when
// path ends so: every sheet with the names of its columns. In an .xlsx all
// columns have the format text, so that serial numbers keep their zeros.
func Template(path string) error {
	to, err := createTarget(path)
	if err != nil {
		return err
	}
	for _, s := range Sheets {
		columns := make([]string, len(s.Columns))
		for i, c := range s.Columns {
			columns[i] = c.Name
		}
		sheet, err := to.sheet(s.Name, columns)
		if err == nil {
			err = sheet.end()
		}
		if err != nil {
			return errors.Join(fmt.Errorf("template: %w", err), to.abandon())
		}
	}
	return to.close()
}

const referenceHead = `# The sheets of a workbook

A workbook is a folder of CSV files, a .zip of them, or one .xlsx with a sheet of each name. Import reads it, export writes it. This page is made from
the list that both work by (internal/workbook/sheets.go); a test keeps it so.

- CSV is UTF-8; comma, semicolon or tab is found by looking; a cell that holds the delimiter stands in quotation marks. The first row names the columns,
  in any order, without regard to case, blanks, ` + "`_` and `-`" + `. Columns, sheets and files whose names begin with ` + "`_`" + ` are passed over.
- A time is RFC 3339, such as ` + "`2026-03-01T14:30:00+01:00`" + `, or a date alone: 00:00 in the company's time zone. Amounts are decimals with a point and up to
  six places, in the item's unit.
- In an .xlsx, the columns marked *digits* must be text: as numbers they have lost their zeros.
- Rows are decided in the order of when they happened; at one instant in the order of the sheets below, then by ` + "`seq`" + `, then as they stand. What an order
  or a unit ends with (closed, cancelled, completed) comes last in its instant. A row that is not possible yet is tried again after the rest of its instant.
  Where the rows have ` + "`recorded`" + `, as in the export of records that were made late, they are decided in that order instead.
- A row is recorded once: the same workbook again changes nothing. Rows of receipts and shipments are known by their number and object, orders by their
  number, units by part and serial; other rows by ` + "`id`" + `, or without one by what they say and the how many-th of equal rows they are. A row that is known
  and says something else is a mistake.
- Anything wrong, and nothing is stored; [workbook-errors.md](workbook-errors.md) shows what is said.
- At most %d rows at once, %d MiB in a cell, %d columns.
- ` + "`%s/ORDER.json`" + ` (in an .xlsx the sheet ` + "`%s`" + `) is the sealed order BOM of a released order, as exported; the order is released with it as it is.

Columns in bold must be given.
`

// Reference is the page of the reference about sheets, in Markdown.
func Reference() string {
	var page strings.Builder
	fmt.Fprintf(&page, referenceHead, RowsMax, cellMax>>20, columnsMax, orderBOMFolder, orderBOMFolder)
	for _, s := range Sheets {
		fmt.Fprintf(&page, "\n## %s\n%s\n\n| column | type | what it says |\n|---|---|---|\n", s.Name, s.Doc)
		for _, c := range s.Columns {
			name := c.Name
			if c.Required {
				name = "**" + name + "**"
			}
			typ := string(c.Type)
			if c.Digits {
				typ += ", *digits*"
			}
			if len(c.Choices) > 0 {
				typ = "`" + strings.Join(c.Choices, "`, `") + "`"
			}
			fmt.Fprintf(&page, "| %s | %s | %s |\n", name, typ, c.Doc)
		}
	}
	return page.String()
}
