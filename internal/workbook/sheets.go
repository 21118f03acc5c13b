package workbook

import "slices"

// Sheets are all sheets that are taken, in the order in which their rows are
// decided at one instant. Reading, exporting, the template and the reference
// follow from this list.
var Sheets = index(slices.Concat(defined, built, happened))

// notYet are sheets that a workbook can have one day.
var notYet = []string{"recalls"}
