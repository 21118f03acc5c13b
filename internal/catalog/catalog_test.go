package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"lotline/internal/catalog"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func chips(properties ...catalog.Property) *catalog.DefineCatalog {
	return &catalog.DefineCatalog{Catalog: "chips", Properties: properties}
}

func chip(part, revision string, properties map[string]string) *catalog.DefineItem {
	return &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: part, Name: part, Catalog: "chips", Revision: revision, Properties: properties}}
}

// properties are all properties of an item in a revision, as they are stored.
func properties(p *ledgertest.Plant, part, revision string) (all map[string]string) {
	p.Helper()
	p.Read(func(tx *store.Tx) error {
		set := store.NewSet(tx, "main")
		item, err := catalog.FindItem(set, part)
		if err != nil {
			return err
		}
		rev, err := catalog.FindRevision(set, part, revision)
		all = catalog.Properties(&item, &rev)
		return err
	})
	return all
}

func TestValuesAreHeldToTheirType(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(chips(catalog.Property{Property: "note"}, catalog.Property{Property: "pins", Type: "number", Unit: "pcs"}, catalog.Property{Property: "since", Type: "date"},
			catalog.Property{Property: "rohs", Type: "boolean"}, catalog.Property{Property: "package", Type: "choice", Choices: []string{"SO 8", "DIP"}}, catalog.Property{Property: "sheet", Type: "link"}))
		for i, c := range []struct{ property, given, stored, wrong string }{
			{"note", " any; text ", "any; text", ""},
			{"pins", "8", "8", ""}, {"pins", "-4.5e3", "-4.5e3", ""}, {"pins", "eight", "", `pins is "eight": the catalog wants a number such as 4.7, in pcs.`},
			{"pins", "NaN", "", "pins"}, {"pins", "Inf", "", "pins"}, {"pins", "0x10", "", "pins"}, {"pins", "1,5", "", "pins"},
			{"since", "2026-01-31", "2026-01-31", ""}, {"since", "2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z", ""}, {"since", "31.1.2026", "", "since"}, {"since", "2026-02-30", "", "since"},
			{"rohs", "true", "true", ""}, {"rohs", "Yes", "true", ""}, {"rohs", "n", "false", ""}, {"rohs", "maybe", "", "a boolean: true or false"},
			{"package", "SO 8", "SO 8", ""}, {"package", "so 8", "", "one of SO 8, DIP"}, {"package", "SO", "", "package"},
			{"sheet", "https://example.com/a?b=c#d", "https://example.com/a?b=c#d", ""}, {"sheet", "javascript:alert(1)", "", "sheet"}, {"sheet", "example.com", "", "sheet"}, {"sheet", "https://", "", "sheet"},
			{"size", "3", "", `Catalog "chips" has no property size`},
		} {
			part := fmt.Sprint("C-", i)
			item := chip(part, "A", map[string]string{c.property: c.given})
			if c.wrong != "" {
				_, err := p.Ledger.Record(t.Context(), ledger.Request{}, item)
				if refusal, ok := refuse.As(err); !ok || refusal.Field != c.property || !strings.Contains(refusal.Error(), c.wrong) {
					t.Errorf("%s %q: got %v, want %q", c.property, c.given, err, c.wrong)
				}
				continue
			}
			p.Do(item)
			if got := properties(p, part, "A")[c.property]; got != c.stored {
				t.Errorf("%s %q is stored as %q, want %q", c.property, c.given, got, c.stored)
			}
		}
		p.Do(chip("EMPTY", "A", map[string]string{"pins": " ", "note": ""})) // no value is no value
		if got := properties(p, "EMPTY", "A"); len(got) != 0 {
			t.Errorf("got %v, want no properties", got)
		}
	})
}

func TestPropertiesThatCannotBe(t *testing.T) {
	ledgertest.Each(t, func(_ *testing.T, p *ledgertest.Plant) {
		p.Do(chips(catalog.Property{Property: "pins", Type: "number", Required: true}))
		for _, bad := range []struct {
			property catalog.Property
			code     refuse.Code
			text     string
		}{
			{catalog.Property{}, refuse.Invalid, "The property is empty"},
			{catalog.Property{Property: "x", Type: "colour"}, refuse.Invalid, "type is"},
			{catalog.Property{Property: "x", Kind: "secret"}, refuse.Invalid, "kind is"},
			{catalog.Property{Property: "x", Type: "choice"}, refuse.Invalid, "needs at least one"},
			{catalog.Property{Property: "x", Choices: []string{"a"}}, refuse.Invalid, "choices belong to the type choice"},
			{catalog.Property{Property: "x", Type: "choice", Choices: []string{"a;b"}}, refuse.Invalid, "holds a semicolon"},
			{catalog.Property{Property: "x", Type: "choice", Choices: []string{"a", " a "}}, refuse.Invalid, "stands twice"},
			{catalog.Property{Property: "x", Type: "choice", Choices: []string{""}}, refuse.Invalid, "empty"},
			{catalog.Property{Property: "Lead-Time Days"}, refuse.Invalid, "Every item has"},
			{catalog.Property{Property: "pins", Type: "text"}, refuse.Conflict, "is of type number"},
			{catalog.Property{Property: "pins", Type: "number", Kind: "operative"}, refuse.Conflict, "is designed"},
		} {
			p.Refuses(chips(bad.property), bad.code, bad.text)
		}
		p.Refuses(chips(catalog.Property{Property: "x"}, catalog.Property{Property: "x"}), refuse.Invalid, "stands twice")
		p.Refuses(chip("NE555", "A", nil), refuse.Invalid, "Catalog chips requires the property pins.")
		item := chip("NE555", "A", map[string]string{"pins": "8"})
		item.Catalog = "chisp"
		p.Refuses(item, refuse.NotFound, "Catalog chisp is not defined")
		item.Catalog = ""
		p.Refuses(item, refuse.Invalid, "The item is in no catalog, so it has no property pins")
		p.Do(&catalog.DefineCatalog{Catalog: "tools"}) // a catalog may have no properties
		p.Read(func(tx *store.Tx) error {
			l, err := catalog.ListCatalogs(tx, "main", "", 0)
			if len(l.Catalogs) != 2 || l.Catalogs[1].Catalog != "tools" {
				p.Errorf("got %v, want chips and tools", l.Catalogs)
			}
			return err
		})
	})
}

// What is designed is frozen with the revision; what is operative belongs to
// the item and may change.
func TestDesignedAndOperativeProperties(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(chips(catalog.Property{Property: "pins", Type: "number"}, catalog.Property{Property: "price", Type: "number", Kind: "operative"}))
		p.Do(chip("NE555", "A", map[string]string{"pins": "8", "price": "1.20"}))
		p.Refuses(chip("NE555", "A", map[string]string{"pins": "14", "price": "1.20"}), refuse.Conflict, "released with other properties: define a new revision")
		p.Do(chip("NE555", "A", map[string]string{"pins": "8", "price": "1.10"}))
		p.Do(chip("NE555", "B", map[string]string{"pins": "14", "price": "0.90"}))
		for revision, pins := range map[string]string{"A": "8", "B": "14"} {
			got := properties(p, "NE555", revision)
			if got["pins"] != pins || got["price"] != "0.90" {
				t.Errorf("revision %s has %v, want %s pins at 0.90", revision, got, pins)
			}
		}
	})
}

func TestRevisions(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		rev := func(revision, status string) *catalog.DefineItem {
			return &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "AXLE", Name: "Axle", Revision: revision, Status: status}}
		}
		release := func(revision string) ledger.Command {
			return &catalog.ReleaseRevision{RevisionReleased: catalog.RevisionReleased{PartNumber: "AXLE", Revision: revision}}
		}
		obsolete := func(revision string) ledger.Command {
			return &catalog.ObsoleteRevision{RevisionObsoleted: catalog.RevisionObsoleted{PartNumber: "AXLE", Revision: revision}}
		}
		latest := func(want string) {
			t.Helper()
			p.Read(func(tx *store.Tx) error {
				rev, err := catalog.CurrentRevision(store.NewSet(tx, "main"), "AXLE", "")
				if rev.Revision != want {
					t.Errorf("the revision of now is %s, want %s", rev.Revision, want)
				}
				return err
			})
		}
		p.Do(rev("A", "draft"))
		latest("A") // a draft is looked at, and not built
		p.Refuses(obsolete("A"), refuse.Conflict, "is a draft: it was never released")
		p.Do(release("A"), rev("B", "draft"))
		latest("A")
		p.Do(release("B"))
		latest("B")
		p.Refuses(rev("B", "draft"), refuse.Conflict, "cannot be a draft again")
		p.Do(obsolete("B"))
		latest("A")
		p.Refuses(release("B"), refuse.Conflict, "is obsolete since")
		p.Refuses(rev("B", "released"), refuse.Conflict, "Revision B of AXLE is obsolete: define a new revision.")
		p.Refuses(release("C"), refuse.NotFound, "has no revision C")
	})
}

func TestTrackingChangesFromADateOn(t *testing.T) {
	day := func(n int) moment.Time { return moment.Time(n) * 86_400_000_000 }
	change := func(to string, at moment.Time) *catalog.ChangeTracking {
		return &catalog.ChangeTracking{PartNumber: "AXLE", Tracking: to, At: at}
	}
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "AXLE", Name: "Axle", Tracking: "lot"}})
		p.Do(change("serial", day(10)), change("none", day(20)))
		p.Do(change("none", day(30))) // it is none already
		p.Refuses(change("lot", day(10)), refuse.Conflict, "change it again at a later time")
		p.Refuses(change("magic", day(40)), refuse.Invalid, "tracking is")
		p.Read(func(tx *store.Tx) error {
			set := store.NewSet(tx, "main")
			item, err := catalog.FindItem(set, "AXLE")
			for at, want := range map[int]string{5: "lot", 10: "serial", 19: "serial", 20: "none", 99: "none"} {
				if got := catalog.TrackingAt(set, &item, day(at)); got != want {
					t.Errorf("on day %d it is followed by %s, want %s", at, got, want)
				}
			}
			about, err2 := catalog.AskAbout(tx, "main", "AXLE")
			if len(about.Tracked) != 2 || about.Tracked[0].Before != "lot" {
				t.Errorf("the changes are %v", about.Tracked)
			}
			if err == nil {
				err = err2
			}
			return err
		})
	})
}

func TestListsGoPageByPage(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(&catalog.DefineCatalog{Catalog: "even"})
		for i := range 7 {
			in := ""
			if i%2 == 0 {
				in = "even"
			}
			p.Do(&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: fmt.Sprint("P-", i), Name: "part", Catalog: in}},
				&catalog.DefinePartner{Code: fmt.Sprint("C-", i), Name: "partner"})
		}
		p.Read(func(tx *store.Tx) error {
			for in, want := range map[string]string{"": "P-0 P-1 P-2 P-3 P-4 P-5 P-6", "even": "P-0 P-2 P-4 P-6"} {
				var got []string
				for from := ""; ; {
					l, err := catalog.ListItems(tx, "main", in, from, 2)
					if err != nil {
						return err
					}
					for _, i := range l.Items {
						got = append(got, i.PartNumber)
					}
					if from = l.Next; from == "" {
						break
					}
				}
				if strings.Join(got, " ") != want {
					t.Errorf("items of %q: %v, want %s", in, got, want)
				}
			}
			l, err := catalog.ListPartners(tx, "main", "C-5", 0)
			if len(l.Partners) != 2 || l.Next != "" {
				t.Errorf("partners from C-5: %v", l)
			}
			for _, limit := range []int64{-1, 1001} {
				if _, err := catalog.ListItems(tx, "main", "", "", limit); err == nil {
					t.Errorf("a page of %d was answered", limit)
				}
			}
			return err
		})
	})
}
