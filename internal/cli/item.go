package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/store"

	"github.com/spf13/cobra"
)

func (a *app) itemShow() *cobra.Command {
	return answered(a, "show PART", "Everything that is defined of an item", cobra.ExactArgs(1),
		func(tx *store.Tx, company string, words []string) (bom.ShownItem, error) {
			return bom.ShowItem(tx, company, words[0])
		}, printItem)
}

func printItem(w io.Writer, s *bom.ShownItem) {
	fmt.Fprintf(w, "%s, %s: source %s, tracking %s, counted in %s", s.PartNumber, s.Name, s.Source, s.Tracking, s.UOM)
	if s.Catalog != "" {
		fmt.Fprintf(w, ", catalog %s", s.Catalog)
	}
	fmt.Fprintln(w)
	for _, f := range []struct{ name, text string }{
		{"supplier", strings.TrimSpace(s.Supplier + " " + s.SupplierPart)}, {"lead time", days(s.LeadTimeDays)}, {"shelf life", days(s.ShelfLifeDays)},
		{"GTIN", s.GTIN}, {"serial format", s.SerialFormat}, {"lot format", s.LotFormat},
	} {
		if f.text != "" {
			fmt.Fprintf(w, "  %s: %s\n", f.name, f.text)
		}
	}
	printProperties(w, s.Properties)
	fmt.Fprintln(w, "\nRevisions")
	rows := make([][]string, len(s.Revisions))
	for i, r := range s.Revisions {
		rows[i] = []string{r.Revision, r.Status, r.ReleasedAt.String(), r.ObsoletedAt.String(), plural(r.Lines, "line"), propertiesText(r.Properties)}
	}
	table(w, []string{"REV", "STATUS", "RELEASED", "OBSOLETE", "BOM", "PROPERTIES"}, rows)
	printAbout(w, s)
	if len(s.BOM) > 0 {
		fmt.Fprintf(w, "\nBOM of revision %s\n", s.BOMOf)
		rows = nil
		for _, l := range s.BOM {
			rows = append(rows, []string{l.FindNumber, l.PartNumber, l.Revision, l.Quantity.String(), l.UOM, strings.Join(l.Designators, " ")})
		}
		table(w, []string{"FIND", "ITEM", "REV", "EACH", "UOM", "DESIGNATORS"}, rows)
	}
	if len(s.WhereUsed) > 0 {
		fmt.Fprintln(w, "\nWhere used")
		printUsedLines(w, s.WhereUsed, s.UOM)
	}
}

// printAbout prints what is defined of an item beside its revisions.
func printAbout(w io.Writer, s *bom.ShownItem) {
	section := func(name string, heads []string, rows [][]string) {
		if len(rows) > 0 {
			fmt.Fprintf(w, "\n%s\n", name)
			table(w, heads, rows)
		}
	}
	var tracked, makers, uoms, plans, documents [][]string
	for _, t := range s.Tracked {
		tracked = append(tracked, []string{t.At.String(), t.Tracking, t.Before})
	}
	for _, m := range s.Makers {
		makers = append(makers, []string{m.Manufacturer, m.ManufacturerPart, m.Alternate})
	}
	for _, u := range s.UOMs {
		uoms = append(uoms, []string{"1 " + u.UOM, u.Numerator.String() + "/" + u.Denominator.String() + " " + s.UOM})
	}
	for _, p := range s.Plans {
		for _, c := range p.Characteristics {
			plans = append(plans, []string{p.Plan, p.Stage, c.Characteristic, c.Lower, c.Upper, c.UOM})
		}
	}
	for _, d := range s.Documents {
		documents = append(documents, []string{d.Document, d.Revision, d.PartRevision, d.Title, d.SHA256 + d.URL})
	}
	section("Tracking", []string{"FROM", "TRACKING", "BEFORE"}, tracked)
	section("Approved makers", []string{"MAKER", "THEIR PART", "ALTERNATE"}, makers)
	section("Units", []string{"UNIT", "IS"}, uoms)
	section("Inspection plans", []string{"PLAN", "STAGE", "CHARACTERISTIC", "LOWER", "UPPER", "UOM"}, plans)
	section("Documents", []string{"DOCUMENT", "REV", "OF REVISION", "TITLE", "BYTES"}, documents)
}

func days(n int64) string {
	if n == 0 {
		return ""
	}
	return plural(int(n), "day")
}

func printProperties(w io.Writer, all map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(w, "  %s: %s\n", name, all[name])
	}
}

func propertiesText(all map[string]string) string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		texts = append(texts, name+" "+all[name])
	}
	return strings.Join(texts, ", ")
}

// paging are the flags of a list that is answered page by page.
type paging struct {
	from  string
	limit int64
}

func (p *paging) flags(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringVar(&p.from, "from", "", "where the page begins")
	cmd.Flags().Int64Var(&p.limit, "limit", catalog.PageMax, "how many at most")
	return cmd
}

func printNext(w io.Writer, next string) {
	if next != "" {
		fmt.Fprintf(w, "\nThe next page begins with --from %q.\n", next)
	}
}

func (a *app) itemList() *cobra.Command {
	var p paging
	var in string
	cmd := answered(a, "list", "Items in the order of their part numbers", cobra.NoArgs, func(tx *store.Tx, company string, _ []string) (catalog.ItemList, error) {
		return catalog.ListItems(tx, company, in, p.from, p.limit)
	}, func(w io.Writer, l *catalog.ItemList) {
		rows := make([][]string, len(l.Items))
		for i, t := range l.Items {
			rows[i] = []string{t.PartNumber, t.Latest, t.Catalog, t.UOM, t.Tracking, t.Source, t.Name}
		}
		table(w, []string{"ITEM", "REV", "CATALOG", "UOM", "TRACKING", "SOURCE", "NAME"}, rows)
		printNext(w, l.Next)
	})
	cmd.Flags().StringVar(&in, "catalog", "", "only those of this catalog")
	return p.flags(cmd)
}

func (a *app) partnerList() *cobra.Command {
	var p paging
	return p.flags(answered(a, "list", "Partners in the order of their codes", cobra.NoArgs, func(tx *store.Tx, company string, _ []string) (catalog.PartnerList, error) {
		return catalog.ListPartners(tx, company, p.from, p.limit)
	}, func(w io.Writer, l *catalog.PartnerList) {
		rows := make([][]string, len(l.Partners))
		for i, t := range l.Partners {
			rows[i] = []string{t.Code, t.Role, t.Country, t.Cage, t.Name}
		}
		table(w, []string{"CODE", "ROLE", "COUNTRY", "CAGE", "NAME"}, rows)
		printNext(w, l.Next)
	}))
}

func (a *app) catalogList() *cobra.Command {
	var p paging
	return p.flags(answered(a, "list", "Catalogs with their properties", cobra.NoArgs, func(tx *store.Tx, company string, _ []string) (catalog.CatalogList, error) {
		return catalog.ListCatalogs(tx, company, p.from, p.limit)
	}, func(w io.Writer, l *catalog.CatalogList) {
		var rows [][]string
		for _, c := range l.Catalogs {
			rows = append(rows, []string{c.Catalog, strconv.FormatInt(c.Items, 10)})
			for _, p := range c.Properties {
				required := ""
				if p.Required {
					required = "required"
				}
				rows = append(rows, []string{"", "", p.Property, p.Type, p.Unit, p.Kind, required, strings.Join(p.Choices, ", ")})
			}
		}
		table(w, []string{"CATALOG", "ITEMS", "PROPERTY", "TYPE", "UNIT", "KIND", "", "CHOICES"}, rows)
		printNext(w, l.Next)
	}))
}
