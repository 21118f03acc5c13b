package bom_test

import (
	"reflect"
	"strings"
	"testing"

	"lotline/internal/bom"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/refuse"
	"lotline/internal/store"

	"pgregory.net/rapid"
)

func TestMappingsAreRead(t *testing.T) {
	text := `component = LCSC|Part + Value+Footprint , quantity="Qty, each",revision_rule:= or_later,property:Mounting Type="a ""b"" +c",property:"x:y"=X, leave_out=Status`
	m, err := bom.ParseMapping(text)
	if err != nil {
		t.Fatal(err)
	}
	want := []bom.MappedField{
		{Field: "component", Columns: [][]string{{"LCSC"}, {"Part", "Value", "Footprint"}}},
		{Field: "quantity", Columns: [][]string{{"Qty, each"}}},
		{Field: "revision_rule", Text: "or_later"},
		{Field: "property:Mounting Type", Columns: [][]string{{`a "b" +c`}}},
		{Field: "property:x:y", Columns: [][]string{{"X"}}},
		{Field: "leave_out", Columns: [][]string{{"Status"}}},
	}
	if !reflect.DeepEqual(m.Fields, want) {
		t.Errorf("got %q", m.Fields)
	}
	if got, want := m.String(), `component=LCSC|Part+Value+Footprint,quantity="Qty, each",revision_rule:=or_later,property:Mounting Type="a ""b"" +c","property:x:y"=X,leave_out=Status`; got != want {
		t.Errorf("spelt %s\nwant  %s", got, want)
	}
	if got, want := strings.Join(m.Names(), "/"), `LCSC/Part/Value/Footprint/Qty, each/a "b" +c/X/Status`; got != want {
		t.Errorf("names %s, want %s", got, want)
	}
}

func TestMappingsThatCannotBe(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "There is no field \"\"",
		"component":                          "component is not followed by =",
		"component=A":                        "do not say how much goes in",
		"quantity=A":                         "do not say where the component comes from",
		"component=A,quantity=":              "A column of quantity has no name",
		"component=A|,quantity=B":            "A column of component has no name",
		"component=A=B,quantity=C":           "= stands in the columns of component",
		"component=A,component=B":            "component is given twice",
		"part=A,quantity=B":                  `There is no field "part"`,
		"component=A,quantity=B,":            "There is no field \"\"",
		`component="A,quantity=B`:            "is not closed",
		`component="A"B,quantity=B`:          "Text follows the quotation mark",
		`component=A"B",quantity=B`:          "stands in the middle",
		"component=A,quantity=B,property:=x": "There is no field \"property\"",
		"component=A,quantity=B,\x00":        "invisible control character",
		"component=\xff,quantity=B":          "not UTF-8",
		strings.Repeat("x", 10_000):          "at most 8192",
	} {
		m, err := bom.ParseMapping(text)
		if refusal, ok := refuse.As(err); !ok || refusal.Field != "columns" || !strings.Contains(refusal.Error(), want) {
			t.Errorf("%q: got %v (%v), want %q", text, m, err, want)
		}
	}
}

// FuzzMapping: what can be read is spelt so that it reads the same again, and
// spelt again it is the same.
func FuzzMapping(f *testing.F) {
	for _, seed := range []string{
		"component=A,quantity=B", `component=LCSC|Part+"a|b",reference_designators=R`, `component:="x, y",quantity:=1`, `property:"a"=b,component=c,quantity=d`,
		`component=" a ""b"" ",quantity="":`, "component=A\n,\tquantity=\u00a0B ", `"property: x"=1,component=a,quantity=b`, "component=é,quantity=e\u0301",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { readsAgain(t, text) })
}

// TestMappingsOfMarks does the same with texts that hold little but marks.
func TestMappingsOfMarks(t *testing.T) {
	pieces := []string{"component", "quantity", "property:", "=", ":=", ",", "|", "+", `"`, `""`, " ", "a", "B c", "\n", "é", ":"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 14).Draw(t, "text"), "")
		readsAgain(t, text)
		readsAgain(t, "component=A,quantity=B,name="+text)
		readsAgain(t, `component="`+text+`",quantity:=`+text)
	})
}

func readsAgain(t rapid.TB, text string) {
	m, err := bom.ParseMapping(text)
	if err != nil {
		if _, ok := refuse.As(err); !ok {
			t.Fatalf("%q: %v is no refusal", text, err)
		}
		return
	}
	if len(m.String()) > 8<<10 {
		return // quotation marks made it longer than one may be
	}
	again, err := bom.ParseMapping(m.String())
	if err != nil || !reflect.DeepEqual(m, again) || again.String() != m.String() {
		t.Fatalf("%q is %q, spelt %q, read again %q (%v)", text, m.Fields, m.String(), again.Fields, err)
	}
}

func TestMappingsAreKept(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		save := func(columns, missing string) *bom.SaveMapping {
			return &bom.SaveMapping{MappingSaved: bom.MappingSaved{Mapping: "cad", Columns: columns, Missing: missing}}
		}
		p.Do(save("component=Part , quantity=Qty", ""))
		size := entries(p)
		p.Do(save("component=Part,quantity=Qty", "refuse"))
		if entries(p) != size {
			t.Error("the same mapping again was recorded")
		}
		p.Do(save("component=Part,quantity=Count", "leave_out"))
		p.Refuses(save("component=Part", ""), refuse.Invalid, "how much goes in")
		p.Refuses(save("component=Part,quantity=Count", "guess"), refuse.Invalid, "refuse or leave_out")
		p.Refuses(&bom.SaveMapping{}, refuse.Invalid, "The mapping is empty")
		p.Read(func(tx *store.Tx) error {
			l, err := bom.ListMappings(tx, "main")
			if want := []bom.SavedMapping{{Mapping: "cad", Columns: "component=Part,quantity=Count", Missing: "leave_out"}}; !reflect.DeepEqual(l.Mappings, want) {
				t.Errorf("got %v, want %v", l.Mappings, want)
			}
			return err
		})
	})
}
