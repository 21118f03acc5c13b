package report_test

import (
	"bytes"
	"cmp"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lotline/internal/api"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/refuse"
	"lotline/internal/report"
	"lotline/internal/store/storetest"
	"lotline/internal/workbook"
	"lotline/test/load"

	"github.com/ledongthuc/pdf"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { storetest.Main(m) }

// sample is the sample plant with a few systems.
func sample(t *testing.T, p *ledgertest.Plant) load.Truth { return plantOf(t, p, 4) }

func plantOf(t *testing.T, p *ledgertest.Plant, systems int) load.Truth {
	t.Helper()
	dir := t.TempDir()
	truth, err := load.Plant{Seed: 1, Systems: systems}.Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	done, err := workbook.Import(t.Context(), p.Ledger, dir, workbook.Options{By: "demo"})
	if err != nil || !done.OK() {
		t.Fatalf("%v %v", err, done)
	}
	return truth
}

// made is a document of a plant, and its PDF.
func made(t *testing.T, p *ledgertest.Plant, asked report.Asked) (*report.Document, []byte, int) {
	t.Helper()
	d, err := api.Report(t.Context(), p.Ledger, asked, "https://lotline.example")
	if err != nil {
		t.Fatal(err)
	}
	body, pages, err := d.PDF()
	if err != nil {
		t.Fatal(err)
	}
	return d, body, pages
}

// text is what a PDF says, line by line, pages apart.
func text(t *testing.T, body []byte) string {
	t.Helper()
	r, err := pdf.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for i := 1; i <= r.NumPage(); i++ {
		for _, line := range lines(r.Page(i).Content().Text) {
			all.WriteString(line + "\n")
		}
		all.WriteString("\f\n")
	}
	return all.String()
}

// lines puts letters together that stand on one line.
func lines(letters []pdf.Text) (all []string) {
	slices.SortStableFunc(letters, func(a, b pdf.Text) int {
		if d := b.Y - a.Y; d > 1 || d < -1 {
			return cmp.Compare(b.Y, a.Y)
		}
		return cmp.Compare(a.X, b.X)
	})
	line := ""
	for i, l := range letters {
		if i > 0 {
			last := letters[i-1]
			switch gap := l.X - last.X - last.W; {
			case last.Y-l.Y > 1:
				all, line = append(all, line), ""
			case gap > 3:
				line += "  "
			}
		}
		line += dashes.Replace(l.S)
	}
	return append(all, line)
}

// dashes are read as the last byte of their number by the reader of this test.
var dashes = strings.NewReplacer("\x13", "–", "\x14", "—")

// changing is what no two plants share: hashes with the journal's salt in them.
var changing = regexp.MustCompile(`answer/main/[0-9.]+/\S+|(?:— )?lotline/\S+ [0-9A-Za-z+/]+=+$|root [0-9A-Za-z+/]{43}=|^root hash +[0-9A-Za-z+/]{43}=$|^[0-9A-Za-z+/]{43}=$|sha256:[0-9a-f ]+`)

func masked(text string) string {
	all := strings.Split(text, "\n")
	for i, line := range all {
		all[i] = changing.ReplaceAllString(line, "#")
	}
	return strings.Join(all, "\n")
}

// golden compares the text of a document with what it was.
func golden(t *testing.T, name, got string) {
	t.Helper()
	got = masked(got)
	file := "testdata/" + name + ".txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what it was; look at it, then run with -update:\n%s", name, got)
	}
}

func TestAsBuilt(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		sample(t, p)
		_, body, _ := made(t, p, report.Asked{Kind: "unit", Name: "RADAR-X1/000001"})
		golden(t, "unit", text(t, body))
		_, body, _ = made(t, p, report.Asked{Kind: "order", Name: "RX-0001"})
		golden(t, "order", text(t, body))
	})
}

// The same record gives the same bytes, in every format.
func TestTheSameBytes(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		sample(t, p)
		asked := report.Asked{Kind: "unit", Name: "RADAR-X1/000001"}
		d, first, pages := made(t, p, asked)
		_, second, again := made(t, p, asked)
		if !bytes.Equal(first, second) || pages != again {
			t.Errorf("two PDFs of the same record differ: %d and %d bytes, %d and %d pages", len(first), len(second), pages, again)
		}
		sheet, err := d.XLSX()
		if err != nil {
			t.Fatal(err)
		}
		if other, err := d.XLSX(); err != nil || !bytes.Equal(sheet, other) {
			t.Errorf("two workbooks of the same record differ (%v)", err)
		}
	})
}

func TestWhatIsNotThereIsRefused(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		sample(t, p)
		for _, c := range []struct {
			asked report.Asked
			want  string
		}{
			{report.Asked{Kind: "unit", Name: "RADAR-X1/9"}, "There is no lot or unit RADAR-X1/9"},
			{report.Asked{Kind: "unit", Name: "CAP-10U-50V/C-1001"}, "CAP-10U-50V C-1001 is a lot"},
			{report.Asked{Kind: "order", Name: "RX-9"}, "There is no order RX-9"},
			{report.Asked{Kind: "poem", Name: "x"}, `There is no document "poem": ask for one of unit,`},
		} {
			_, err := api.Report(t.Context(), p.Ledger, c.asked, "")
			if refusal, ok := refuse.As(err); !ok || !strings.Contains(refusal.Error(), c.want) {
				t.Errorf("%v: %v, want %q", c.asked, err, c.want)
			}
		}
	})
}
