package tidy

import (
	"go/ast"
	"path"
	"slices"
	"strings"
)

// order is the life of a product from the top to the bottom. A package imports those above its own row, never
// its own row, never below. A folder inside a package has the package's place.
var order = [][]string{
	{"internal/refuse"},
	{"internal/moment", "internal/quantity", "internal/name", "internal/gs1"},
	{"internal/store"},
	{"internal/blob"},
	{"internal/journal"},
	{"internal/graph"},
	{"internal/catalog"},
	{"internal/bom"},
	{"internal/order"},
	{"internal/genealogy"},
	{"internal/quality"},
	{"internal/trace"},
	{"internal/recall"},
	{"internal/report"},
	{"internal/ledger"},
	{"internal/workbook", "internal/api", "internal/web", "internal/mail"},
	{"test/load"},
	{"test/random"},
	{"internal/cli"},
	{"."},
	{"internal/tidy", "test/browser"},
}

// also is what the order would forbid and a decision allows.
var also = map[string][]string{
	"internal/api": {"internal/workbook", "internal/mail"},                 // a workbook is uploaded, and is read there; notices have the links that mail gives them
	"internal/web": {"internal/workbook", "internal/api", "internal/mail"}, // the forms are those of the commands that the API takes; notices have the links that mail gives them
}

// reserved are packages from outside (with all below them) that only some of ours may import.
var reserved = []struct {
	paths   []string
	holders []string
	tests   bool // tests may, wherever they are
}{
	{
		paths: []string{"database/sql", "modernc.org/sqlite", "github.com/jackc/pgx", "github.com/jackc/pgconn",
			"github.com/lib/pq", "github.com/mattn/go-sqlite3"},
		holders: []string{"internal/store"},
	},
	{
		paths:   []string{"net/http"},
		holders: []string{"internal/api", "internal/web", "internal/cli"},
		tests:   true,
	},
}

// clocks may ask what time it is; everyone else is told.
var clocks = []string{"internal/ledger", "internal/cli"}

// turnTakers may take a company's turn. The journal itself owns the word.
var turnTakers = []string{"internal/ledger", "internal/journal"}

// place finds the row of a folder and the package it belongs to.
func place(dir string) (row int, owner string, found bool) {
	for row, names := range order {
		for _, name := range names {
			if dir == name || name != "." && in(dir, name) {
				return row, name, true
			}
		}
	}
	return 0, "", false
}

func checkOrder(t *Tree) []string {
	var found []string
	for _, file := range t.Files {
		row, owner, known := place(file.Dir)
		if !known {
			found = append(found, t.at(file.Syntax.Package, "package %s has no place in the order: give it one in internal/tidy/imports.go", file.Dir))
			continue
		}
		for _, spec := range file.Syntax.Imports {
			dir, ours := t.ours(importPath(spec))
			if !ours || strings.HasSuffix(file.Path, "_test.go") {
				continue // tests stand on the whole plant; the compiler still refuses a circle
			}
			theirRow, theirOwner, known := place(dir)
			switch {
			case supports(dir) && !file.Test:
				found = append(found, t.at(spec.Pos(), "%s is for tests only", dir))
			case known && theirRow >= row && theirOwner != owner && !slices.Contains(also[owner], theirOwner):
				found = append(found, t.at(spec.Pos(), "%s must not import %s, which is not above it", owner, theirOwner))
			}
		}
	}
	return found
}

// ours gives the folder of an imported package of this module.
func (t *Tree) ours(imported string) (dir string, ours bool) {
	if imported == t.Module {
		return ".", true
	}
	return strings.CutPrefix(imported, t.Module+"/")
}

func checkReserved(t *Tree) []string {
	var found []string
	for _, file := range t.Files {
		for _, spec := range file.Syntax.Imports {
			for _, rule := range reserved {
				if rule.tests && file.Test || within(file.Dir, rule.holders) || !within(importPath(spec), rule.paths) {
					continue
				}
				found = append(found, t.at(spec.Pos(), "only %s may import %s", strings.Join(rule.holders, ", "), importPath(spec)))
			}
		}
	}
	return found
}

func within(dir string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool { return in(dir, folder) })
}

func checkClock(t *Tree) []string {
	var found []string
	for _, file := range t.Files {
		if file.Test || within(file.Dir, clocks) {
			continue
		}
		for _, use := range uses(file, "time", "Now") {
			found = append(found, t.at(use.Pos(), "only %s ask the clock: take the time as an argument", strings.Join(clocks, ", ")))
		}
	}
	return found
}

func checkTurn(t *Tree) []string {
	var found []string
	for _, file := range t.Files {
		if within(file.Dir, turnTakers) {
			continue
		}
		for _, use := range uses(file, t.Module+"/internal/journal", "TakeTurn") {
			found = append(found, t.at(use.Pos(), "only the ledger takes a turn: give it a command"))
		}
	}
	return found
}

// uses finds every mention of one name of an imported package, under whatever name it is imported.
func uses(file File, imported, name string) []ast.Node {
	var local string
	for _, spec := range file.Syntax.Imports {
		if importPath(spec) != imported {
			continue
		}
		local = path.Base(imported)
		if spec.Name != nil {
			local = spec.Name.Name
		}
	}
	if local == "" {
		return nil
	}
	var found []ast.Node
	ast.Inspect(file.Syntax, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.SelectorExpr:
			if x, ok := node.X.(*ast.Ident); ok && x.Name == local && node.Sel.Name == name {
				found = append(found, node)
			}
		case *ast.Ident:
			if local == "." && node.Name == name {
				found = append(found, node)
			}
		}
		return true
	})
	return found
}
