package tidy

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
)

// The longest a function, a file and a file of tests may be, in lines.
const (
	functionMax = 60
	fileMax     = 400
	testFileMax = 600
)

// explained are methods whose interface says what they do; a sentence on each would say it again.
var explained = []string{
	"Decide", "Kind", "SetAt",
	"Error", "String", "Unwrap", "Is", "Len", "Less", "Swap", "Close", "Read", "Write", "ServeHTTP",
	"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "Scan", "Value",
}

// banned package names say nothing about what is inside.
var banned = []string{
	"util", "utils", "common", "helper", "helpers", "model", "models", "type", "types", "service", "services",
}

func checkLengths(t *Tree) []string {
	var found []string
	for _, file := range t.Files {
		if ast.IsGenerated(file.Syntax) {
			continue
		}
		limit := fileMax
		if strings.HasSuffix(file.Path, "_test.go") {
			limit = testFileMax
		}
		if file.Lines > limit {
			found = append(found, t.at(file.Syntax.FileStart, "%d lines, at most %d: divide it by ideas", file.Lines, limit))
		}
		ast.Inspect(file.Syntax, func(node ast.Node) bool {
			switch node.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
				if lines := t.lines(node); lines > functionMax {
					found = append(found, t.at(t.start(node), "a function of %d lines, at most %d", lines, functionMax))
				}
			}
			return true
		})
	}
	return found
}

// lines counts from the line that says func to the closing brace, without the comment before.
func (t *Tree) lines(node ast.Node) int {
	return t.set.Position(node.End()).Line - t.set.Position(t.start(node)).Line + 1
}

func (t *Tree) start(node ast.Node) token.Pos {
	if function, ok := node.(*ast.FuncDecl); ok {
		return function.Type.Func
	}
	return node.Pos()
}

func checkDocs(t *Tree) []string {
	var found []string
	first, documented := map[string]File{}, map[string]bool{}
	var dirs []string
	for _, file := range t.Files {
		if strings.HasSuffix(file.Path, "_test.go") {
			continue
		}
		if _, seen := first[file.Dir]; !seen {
			first[file.Dir] = file
			dirs = append(dirs, file.Dir)
		}
		begins := "Package " + file.Syntax.Name.Name + " "
		if doc := file.Syntax.Doc.Text(); strings.HasPrefix(doc, begins) || doc != "" && file.Syntax.Name.Name == "main" {
			documented[file.Dir] = true
		}
		for _, declaration := range file.Syntax.Decls {
			for _, name := range undocumented(declaration) {
				found = append(found, t.at(name.Pos(), "%s has no comment", name.Name))
			}
		}
	}
	for _, dir := range dirs {
		if !documented[dir] {
			name := first[dir].Syntax.Name
			found = append(found, t.at(name.Pos(), "no file of %s begins with a comment \"Package %s ...\"", dir, name.Name))
		}
	}
	return found
}

// undocumented gives the exported names of a declaration that lack a sentence.
func undocumented(declaration ast.Decl) []*ast.Ident {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Doc.Text() == "" && d.Name.IsExported() && reachable(d) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		if d.Doc.Text() != "" && d.Tok != token.TYPE { // one sentence for a group of values is enough
			return nil
		}
		var names []*ast.Ident
		for _, spec := range d.Specs {
			names = append(names, bare(spec, d.Doc)...)
		}
		return names
	}
	return nil
}

func bare(spec ast.Spec, group *ast.CommentGroup) []*ast.Ident {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && s.Doc.Text()+s.Comment.Text()+group.Text() == "" {
			return []*ast.Ident{s.Name}
		}
	case *ast.ValueSpec:
		if s.Doc.Text()+s.Comment.Text() == "" {
			return slices.DeleteFunc(slices.Clone(s.Names), func(name *ast.Ident) bool { return !name.IsExported() })
		}
	}
	return nil
}

// reachable tells whether readers of the documentation meet the function: not a method of a hidden type, nor one
// that its interface explains.
func reachable(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	if slices.Contains(explained, d.Name.Name) {
		return false
	}
	receiver := d.Recv.List[0].Type
	for {
		switch r := receiver.(type) {
		case *ast.StarExpr:
			receiver = r.X
		case *ast.IndexExpr:
			receiver = r.X
		case *ast.IndexListExpr:
			receiver = r.X
		case *ast.Ident:
			return r.IsExported()
		default:
			return true
		}
	}
}

func checkNames(t *Tree) []string {
	var found []string
	for _, file := range t.Files {
		name := strings.TrimSuffix(file.Syntax.Name.Name, "_test")
		if slices.Contains(banned, name) || slices.Contains(banned, path.Base(file.Dir)) {
			found = append(found, t.at(file.Syntax.Name.Pos(), "package %s says nothing: name it after what it holds", name))
		}
	}
	return found
}
