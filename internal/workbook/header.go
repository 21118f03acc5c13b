package workbook

import (
	"fmt"
	"strings"
)

// header tells where each column of a file goes.
type header struct {
	sheet *Sheet
	to    []int    // a column of the sheet; ignored; or extra(k)
	extra []string // names of properties or parameters
}

const ignored = -1

// parameterPrefix begins the name of a parameter's column.
const parameterPrefix = "parameter:"

// match finds the columns of a sheet in the first row of a file. What is wrong
// with it is told to report; columns that are right are still read.
func match(sheet *Sheet, cells []string, report func(column, message, remedy string)) header {
	h := header{sheet: sheet, to: make([]int, len(cells))}
	seen := map[string]bool{}
	for i, cell := range cells {
		name := strings.TrimSpace(cell)
		h.to[i] = ignored
		if name == "" || strings.HasPrefix(name, "_") {
			continue
		}
		key := fold(name)
		if seen[key] {
			report(name, fmt.Sprintf("The column %s stands twice.", name), "Keep one of them.")
			continue
		}
		seen[key] = true
		h.place(i, name, report)
	}
	for _, c := range sheet.Columns {
		if c.Required && !seen[fold(c.Name)] {
			report(c.Name, missing(c.Name),
				fmt.Sprintf("Add it: %s. The first row names the columns.", c.Doc))
		}
	}
	return h
}

func missing(column string) string { return fmt.Sprintf("The column %s is missing.", column) }

// place decides where the column i goes.
func (h *header) place(i int, name string, report func(column, message, remedy string)) {
	if k, ok := h.sheet.folded[fold(name)]; ok {
		h.to[i] = k
		return
	}
	switch h.sheet.Extra {
	case "property":
		h.to[i] = h.addExtra(name)
		return
	case "parameter":
		if len(name) > len(parameterPrefix) && strings.EqualFold(name[:len(parameterPrefix)], parameterPrefix) {
			if parameter := strings.TrimSpace(name[len(parameterPrefix):]); parameter != "" {
				h.to[i] = h.addExtra(parameter)
				return
			}
		}
	}
	report(name, fmt.Sprintf("The sheet %s has no column %s.", h.sheet.Name, shown(name)), h.remedy(name))
}

func (h *header) addExtra(name string) int {
	h.extra = append(h.extra, name)
	return -1 - len(h.extra)
}

// extraOf is the extra column that a place of header.to means.
func extraOf(to int) int { return -2 - to }

func (h *header) remedy(name string) string {
	var names []string
	for _, c := range h.sheet.Columns {
		names = append(names, c.Name)
	}
	if like := nearest(name, names); like != "" {
		return fmt.Sprintf("Did you mean %s? Otherwise take the column out.", like)
	}
	if h.sheet.Extra == "parameter" {
		return "Name it " + parameterPrefix + name + " if it is a parameter of the operation, or take it out."
	}
	return "Take it out, or name it as one of " + strings.Join(names, ", ") + "."
}

// nearest is the name that differs least, none if all differ much.
func nearest(name string, among []string) string {
	best, least := "", 3
	for _, candidate := range among {
		if d := distance(fold(name), fold(candidate)); d < least && d < len(candidate)/2 {
			best, least = candidate, d
		}
	}
	return best
}

const distanceMax = 64 // bytes of the names compared

// distance counts the letters to be changed, added, taken out or swapped with
// their neighbour (Damerau-Levenshtein, optimal string alignment).
func distance(a, b string) int {
	if len(a) > distanceMax || len(b) > distanceMax {
		return distanceMax
	}
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			change := row[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			next[j] = min(change, row[j]+1, next[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
