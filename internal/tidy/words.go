package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// foreign are words that one engine knows and another does not, or that break what the house promises.
var foreign = []struct {
	word    *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`::`), ":: is PostgreSQL's: write CAST(x AS type)"},
	{regexp.MustCompile(`(?i)\bILIKE\b`), "ILIKE is PostgreSQL's: compare a folded column"},
	{regexp.MustCompile(`(?i)\bnow\s*\(`), "now() asks the database's clock: pass the time as an argument"},
	{regexp.MustCompile(`->>`), "->> looks into JSON: make it a column"},
	{regexp.MustCompile(`(?i)\bAUTOINCREMENT\b`), "AUTOINCREMENT is SQLite's: numbers come from the journal"},
	{regexp.MustCompile(`\b(BIG|SMALL)?SERIAL\b|(?i:\b(big|small)serial\b)`), "SERIAL is PostgreSQL's: numbers come from the journal"},
	{regexp.MustCompile(`(?i)\bANY\s*\(\s*\$`), "ANY($1) is PostgreSQL's: expand an IN list"},
	{regexp.MustCompile(`\?`), "? is SQLite's: write $1, $2"},
}

// sqlSigns tell SQL from prose: a statement's or a clause's beginning in capitals, as we write SQL, a numbered
// placeholder, or a comparison with a question mark.
var sqlSigns = regexp.MustCompile(`\b(SELECT|INSERT (OR \w+ )?INTO|UPDATE \w+ SET|DELETE FROM|CREATE (UNIQUE )?(TABLE|INDEX)|ALTER TABLE|` +
	`WITH RECURSIVE|FROM \w|WHERE \w|ORDER BY|GROUP BY|ON CONFLICT|VALUES ?\(|RETURNING \w|JOIN \w)|` +
	`[\w)] *(=|<|>|<=|>=|<>|LIKE|IN \() *\$\d|[\w)] *(=|<|>|<=|>=|<>|LIKE|IN \() *\?`)

// engineFolder alone knows which engine it talks to, and may use the words of one.
const engineFolder = "internal/store"

// sampleFolder holds bad SQL on purpose: the samples that prove these checks.
const sampleFolder = "internal/tidy"

var (
	sqlQuoted  = regexp.MustCompile(`'[^']*'`)
	sqlComment = regexp.MustCompile(`--[^\n]*`)
)

func checkSQL(t *Tree) []string {
	var found []string
	for _, file := range t.Files {
		if in(file.Dir, engineFolder) || in(file.Dir, sampleFolder) {
			continue
		}
		ast.Inspect(file.Syntax, func(node ast.Node) bool {
			if _, ok := node.(*ast.ImportSpec); ok {
				return false
			}
			if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, _ := strconv.Unquote(literal.Value) // the parser has checked it
				for _, instead := range foreignWords(text) {
					found = append(found, t.at(literal.Pos(), "%s", instead))
				}
			}
			return true
		})
	}
	for _, text := range t.Texts {
		if path.Ext(text.Path) != ".sql" || in(path.Dir(text.Path), engineFolder) {
			continue
		}
		for i, line := range strings.Split(string(text.Data), "\n") {
			for _, instead := range foreignIn(line) {
				found = append(found, fmt.Sprintf("%s:%d: %s", text.Path, i+1, instead))
			}
		}
	}
	return found
}

// foreignWords looks for foreign words in a string if it is SQL.
func foreignWords(text string) []string {
	if !sqlSigns.MatchString(text) {
		return nil
	}
	return foreignIn(text)
}

func foreignIn(sql string) []string {
	sql = sqlQuoted.ReplaceAllString(sqlComment.ReplaceAllString(sql, ""), "''")
	var found []string
	for _, rule := range foreign {
		if rule.word.MatchString(sql) {
			found = append(found, rule.instead)
		}
	}
	return found
}

// elsewhere are folders that only the authors' machines have. They are put together here, so that this file does
// not hold them.
var elsewhere = []string{"/wo" + "rk/", "../sha" + "red"}

func checkPaths(t *Tree) []string {
	var found []string
	for _, text := range t.Texts {
		for _, folder := range elsewhere {
			if i := bytes.Index(text.Data, []byte(folder)); i >= 0 {
				line := 1 + bytes.Count(text.Data[:i], []byte("\n"))
				found = append(found, fmt.Sprintf("%s:%d: mentions %s, which a clone does not have", text.Path, line, folder))
			}
		}
	}
	return found
}
