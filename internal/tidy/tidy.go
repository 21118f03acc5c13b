// Package tidy holds tests of the code itself: who imports whom, how long things are, what is documented, and which
// words SQL may use. The rules are data at the head of each file; STYLE says why they are as they are.
package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Checks are all rules, by the name of their test.
var Checks = []Check{
	{"Order", checkOrder},
	{"Reserved", checkReserved},
	{"Clock", checkClock},
	{"Turn", checkTurn},
	{"Lengths", checkLengths},
	{"Docs", checkDocs},
	{"Names", checkNames},
	{"SQL", checkSQL},
	{"Paths", checkPaths},
}

// Check is one rule; Find gives a sentence for each place that breaks it.
type Check struct {
	Name string
	Find func(*Tree) []string
}

// Tree is a module as it lies in a folder: the Go files parsed, and every text file.
type Tree struct {
	Module string
	Files  []File
	Texts  []Text

	set *token.FileSet
}

// File is one Go file.
type File struct {
	Path   string // from the module's root, with slashes
	Dir    string // "." for the root
	Lines  int
	Test   bool // a _test.go file, or a package that only tests import, such as storetest
	Syntax *ast.File
}

// Text is one file that is not binary.
type Text struct {
	Path string
	Data []byte
}

// skipped are folders that are built, downloaded or thrown away.
var skipped = []string{".git", "bin", "demo", "node_modules"}

const sniffed = 8000 // bytes looked at for a NUL, which no text has

// Read reads the module whose go.mod lies at the root of fsys.
func Read(fsys fs.FS) (*Tree, error) {
	mod, err := fs.ReadFile(fsys, "go.mod")
	if err != nil {
		return nil, fmt.Errorf("reading the module's name: %w", err)
	}
	words := strings.Fields(string(mod))
	if len(words) < 2 || words[0] != "module" {
		return nil, fmt.Errorf("go.mod does not begin with the module's name")
	}
	tree := &Tree{Module: words[1], set: token.NewFileSet()}
	err = fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(skipped, entry.Name()):
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		return tree.add(fsys, name)
	})
	return tree, err
}

func (t *Tree) add(fsys fs.FS, name string) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	if bytes.IndexByte(data[:min(len(data), sniffed)], 0) >= 0 {
		return nil
	}
	t.Texts = append(t.Texts, Text{name, data})
	if path.Ext(name) != ".go" || slices.Contains(strings.Split(name, "/"), "testdata") {
		return nil
	}
	syntax, err := parser.ParseFile(t.set, name, data, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir := path.Dir(name)
	t.Files = append(t.Files, File{
		Path: name, Dir: dir, Lines: bytes.Count(data, []byte("\n")), Syntax: syntax,
		Test: strings.HasSuffix(name, "_test.go") || supports(dir),
	})
	return nil
}

// supports tells whether a package exists for tests alone, which its name's end says.
func supports(dir string) bool {
	return strings.HasSuffix(path.Base(dir), "test") && dir != "test"
}

// in tells whether dir is the folder or lies below it.
func in(dir, folder string) bool {
	return dir == folder || strings.HasPrefix(dir, folder+"/")
}

// at begins a sentence with the place it is about.
func (t *Tree) at(pos token.Pos, format string, args ...any) string {
	place := t.set.Position(pos)
	return fmt.Sprintf("%s:%d: ", place.Filename, place.Line) + fmt.Sprintf(format, args...)
}

// importPath gives the path of an import without its quotes.
func importPath(spec *ast.ImportSpec) string {
	text, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
	return text
}
