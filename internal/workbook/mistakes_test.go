package workbook_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"lotline/internal/ledger/ledgertest"
	"lotline/internal/workbook"
)

var update = flag.Bool("update", false, "write the reference anew")

// isCurrent holds a page of the reference against what it should say.
func isCurrent(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s is not current (%v): go test ./internal/workbook -update", path, err)
	}
}

const mistakesHead = `# What an import says about mistakes

Every mistake is reported as ` + "`sheet:row:column: what is wrong, and what would be right`" + `, all of them at once, and nothing is stored. The first row of a
sheet, with the names of its columns, is row 1. Rows that are refused only because of another bad row are counted under that one. This page is what
the workbook in internal/workbook/testdata/mistakes is answered; a test keeps it so.

`

func TestMistakes(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		report, err := workbook.Import(t.Context(), p.Ledger, "testdata/mistakes", workbook.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if report.Stored || size(t, p.Ledger) != 0 {
			t.Error("something was stored")
		}
		var page strings.Builder
		page.WriteString(mistakesHead)
		different := map[string]bool{}
		for _, problem := range report.Problems {
			fmt.Fprintf(&page, "- `%s`\n", problem)
			different[problem.Message] = true
			if problem.Sheet == "" || problem.Message == "" || problem.Remedy == "" {
				t.Errorf("%+v: want sheet, message and remedy", problem)
			}
		}
		if len(different) < 20 {
			t.Errorf("%d different mistakes, want 20", len(different))
		}
		isCurrent(t, "../../docs/reference/workbook-errors.md", page.String())
	})
}
