package workbook

import "slices"

// Sheets are all sheets that are taken, in the order in which their rows are
// decided at one instant. Reading, exporting, the template and the reference
// follow from this list.
var Sheets = index(slices.Concat(defined, built, happened, carried))
