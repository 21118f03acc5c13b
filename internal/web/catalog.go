package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/order"
	"lotline/internal/refuse"
)

var catalogTabs = []action{{Text: "Items", Link: "/items"}, {Text: "Partners", Link: "/partners"}, {Text: "Documents", Link: "/documents"}}

func tabsAt(all []action, link string) []action {
	all = slices.Clone(all)
	for i := range all {
		all[i].Current = all[i].Link == link
	}
	return all
}

func (s *site) items(a *asked) (page, error) {
	catalogs, err := catalog.Catalogs(a.tx, a.company)
	if err != nil {
		return page{}, err
	}
	var known []string
	var own []catalog.Property
	for _, c := range catalogs {
		known = append(known, c.Catalog)
		if c.Catalog == a.value("catalog") {
			own = c.Properties
		}
	}
	columns := []column{{Title: "Part number", Sort: "part_number"}, {Title: "Name", Sort: "name"}, {Title: "Revision"}, {Title: "Followed by", Sort: "tracking"}, {Title: "Source", Sort: "source"}, {Title: "Unit"}, {Title: "Catalog", Sort: "catalog"}, {Title: "Supplier", Sort: "supplier"}}
	for _, p := range own {
		title := p.Property
		if p.Unit != "" {
			title += " (" + p.Unit + ")"
		}
		columns = append(columns, column{Title: title})
	}
	l, asks := a.list(listing{Title: "Items", Area: "catalog", Tabs: tabsAt(catalogTabs, "/items"), Columns: columns,
		Filters: []filter{{Name: "part_number", Label: "Part number begins", Begins: true}, {Name: "name", Label: "Name begins", Begins: true}, {Name: "catalog", Label: "Catalog", Choices: known}, {Name: "tracking", Label: "Followed by", Choices: choices["tracking"]}, {Name: "source", Label: "Source", Choices: choices["source"]}},
		Actions: []action{{Text: "Define an item", Link: "/items/define", Icon: "plus", First: true}, {Text: "Define a BOM", Link: "/items/bom"}, {Text: "Define a catalog", Link: "/catalogs/define"}},
		Empty:   "An item is a part number with its revisions, its BOM and how it is followed: by lot, by serial, or not at all.", EmptyActions: []action{{Text: "Define an item", Link: "/items/define", First: true}, {Text: "Import a workbook", Link: "/import"}}})
	rows, next, err := catalog.PageItems(a.tx, a.company, asks)
	if err != nil {
		return page{}, err
	}
	for _, i := range rows {
		cells := []listed{id(i.PartNumber, itemLink(i.PartNumber)), text(i.Name), text(i.Latest), text(words(i.Tracking)), text(i.Source), text(i.UOM), text(i.Catalog), linked(i.Supplier, "/partners?code="+url.QueryEscape(i.Supplier))}
		if len(own) > 0 {
			values, err := a.propertiesOf(i)
			if err != nil {
				return page{}, err
			}
			for _, p := range own {
				cells = append(cells, text(values[p.Property]))
			}
		}
		l.row(cells...)
	}
	return l.end(next)
}

// propertiesOf are the values that the latest revision of an item has.
func (a *asked) propertiesOf(i catalog.Item) (map[string]string, error) {
	_, revisions, _, err := catalog.ShowItem(a.tx, a.company, i.PartNumber)
	all := map[string]string{}
	for _, r := range revisions {
		if r.Revision == i.Latest || i.Latest == "" {
			_ = json.Unmarshal([]byte(r.Properties), &all) // a JSON object of texts
		}
	}
	return all, err
}

func (s *site) partners(a *asked) (page, error) {
	l, asks := a.list(listing{Title: "Partners", Area: "catalog", Tabs: tabsAt(catalogTabs, "/partners"),
		Columns: []column{{Title: "Code", Sort: "code"}, {Title: "Name", Sort: "name"}, {Title: "Role", Sort: "role"}, {Title: "Country", Sort: "country"}, {Title: "Email"}, {Title: "Phone"}, {Title: "CAGE"}},
		Filters: []filter{{Name: "code", Label: "Code begins", Begins: true}, {Name: "name", Label: "Name begins", Begins: true}, {Name: "role", Label: "Role", Choices: choices["role"]}},
		Actions: []action{{Text: "Define a partner", Link: "/partners/define", Icon: "plus", First: true}}, Empty: "A partner is a supplier, a customer, or both.", EmptyActions: []action{{Text: "Define a partner", Link: "/partners/define", First: true}}})
	rows, next, err := catalog.PagePartners(a.tx, a.company, asks)
	for _, p := range rows {
		l.row(id(p.Code, "/recall?supplier="+url.QueryEscape(p.Code)), text(p.Name), text(p.Role), text(p.Country), text(p.Email), text(p.Phone), text(p.Cage))
	}
	for i, p := range rows {
		if p.Role == "customer" {
			l.Rows[i][0].Link = "/ship?customer=" + url.QueryEscape(p.Code)
		}
	}
	if err != nil {
		return page{}, err
	}
	return l.end(next)
}

func (s *site) documents(a *asked) (page, error) {
	l, asks := a.list(listing{Title: "Documents", Area: "catalog", Tabs: tabsAt(catalogTabs, "/documents"),
		Columns: []column{{Title: "Document", Sort: "document"}, {Title: "Revision"}, {Title: "Title"}, {Title: "About"}, {Title: "Attached", Sort: "id"}, {Title: "SHA-256"}, {Title: "Fact"}},
		Filters: []filter{{Name: "document", Label: "Number begins", Begins: true}, {Name: "part_number", Label: "Item", Suggest: "item"}},
		Actions: []action{{Text: "Attach a document", Link: "/documents/attach", Icon: "plus", First: true}}, Empty: "Drawings, certificates and reports go with what they are about, by the hash of their content."})
	rows, next, err := catalog.PageDocuments(a.tx, a.company, asks)
	if err != nil {
		return page{}, err
	}
	for _, d := range rows {
		about := id(d.PartNumber, itemLink(d.PartNumber))
		switch {
		case d.Object != "":
			about = id(d.Object, "/object?ref="+url.QueryEscape(d.Object))
		case d.Order != "":
			about = id(d.Order, orderLink(d.Order))
		case d.Receipt != "":
			about = id(d.Receipt, "/receive?receipt="+url.QueryEscape(d.Receipt))
		}
		fact := journal.FactName(d.ID)
		l.row(id(d.Document, safe(d.URL)), text(d.Revision), text(d.Title), about, instant(d.At), id(d.SHA256[:min(len(d.SHA256), 16)], ""), id(fact, "/journal/"+fact))
	}
	return l.end(next)
}

// safe is the address of a document where a page may lead there.
func safe(address string) string {
	if u, err := url.Parse(address); err == nil && (u.Scheme == "http" || u.Scheme == "https" || strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//")) {
		return address
	}
	return ""
}

// itemPage is an item with its revisions, BOM and uses.
type itemPage struct {
	catalog.Item
	Revisions  []catalog.Revision
	Revision   string // that is shown
	Lines      []bom.Row
	Names      map[string]string // of components
	WhereUsed  bom.Used
	Plans      []catalog.PlanRow
	Documents  []catalog.Document
	Makers     []catalog.Approved
	UOMs       []catalog.UOMRow
	Properties []term
	OnHand     string
	Measured   []string
}

func (s *site) item(a *asked) (page, error) {
	part := a.called("part")
	item, revisions, ok, err := catalog.ShowItem(a.tx, a.company, part)
	if err != nil {
		return page{}, err
	}
	if !ok {
		return page{}, refuse.New(refuse.NotFound, "There is no item %s.", part)
	}
	p := itemPage{Item: item, Revisions: revisions, Revision: a.value("revision"), Names: map[string]string{}}
	if p.Revision == "" {
		if p.Revision = item.Latest; p.Revision == "" && len(revisions) > 0 {
			p.Revision = revisions[len(revisions)-1].Revision
		}
	}
	if p.Lines, err = bom.Show(a.tx, a.company, part, p.Revision); err != nil {
		return page{}, err
	}
	for _, line := range p.Lines {
		component, _, _, err := catalog.ShowItem(a.tx, a.company, line.Component)
		if err != nil {
			return page{}, err
		}
		p.Names[line.Component] = component.Name
	}
	for _, r := range revisions {
		if r.Revision == p.Revision {
			values := map[string]string{}
			_ = json.Unmarshal([]byte(r.Properties), &values) // a JSON object of texts
			for _, name := range slices.Sorted(maps.Keys(values)) {
				p.Properties = append(p.Properties, term{name, values[name]})
			}
		}
	}
	return page{Title: part, Area: "catalog", Body: &p}, p.about(a, part)
}

// about adds what else is known of an item.
func (p *itemPage) about(a *asked, part string) (err error) {
	if p.WhereUsed, err = bom.AskWhereUsed(a.tx, a.company, part, "", false); err != nil {
		return err
	}
	if p.Plans, err = catalog.PlansFor(a.tx, a.company, part); err != nil {
		return err
	}
	if p.Documents, err = catalog.DocumentsOfItem(a.tx, a.company, part); err != nil {
		return err
	}
	if p.Makers, err = catalog.MakersOf(a.tx, a.company, part); err != nil {
		return err
	}
	for _, plan := range p.Plans {
		for _, c := range plan.Characteristics() {
			p.Measured = append(p.Measured, c.Characteristic)
		}
	}
	p.UOMs, err = catalog.UOMsOf(a.tx, a.company, part)
	return err
}

// fillItem fills the form of an item from what is recorded of it.
func (s *site) fillItem(a *asked, values url.Values) error {
	part := values.Get("from")
	if part == "" {
		return nil
	}
	i, revisions, ok, err := catalog.ShowItem(a.tx, a.company, part)
	if err != nil || !ok {
		return err
	}
	for name, text := range map[string]string{"part_number": i.PartNumber, "name": i.Name, "catalog": i.Catalog, "uom": i.UOM, "tracking": i.Tracking, "source": i.Source, "serial_format": i.SerialFormat,
		"lot_format": i.LotFormat, "gtin": i.GTIN, "supplier": i.Supplier, "supplier_part": i.SupplierPart, "status": catalog.Draft} {
		if values.Get(name) == "" {
			values.Set(name, text)
		}
	}
	for _, r := range revisions {
		if r.Revision == i.Latest {
			all := map[string]string{}
			_ = json.Unmarshal([]byte(r.Properties), &all) // a JSON object of texts
			var lines []string
			for _, name := range slices.Sorted(maps.Keys(all)) {
				lines = append(lines, name+" = "+all[name])
			}
			values.Set("properties", strings.Join(lines, "\n"))
		}
	}
	return nil
}

// fillBOM fills the BOM editor with the lines of a revision.
func (s *site) fillBOM(a *asked, values url.Values) error {
	parent, revision := values.Get("parent"), values.Get("from")
	if revision == "" {
		revision = values.Get("parent_revision")
	}
	if parent == "" || revision == "" {
		return nil
	}
	rows, err := bom.Show(a.tx, a.company, parent, revision)
	for n, r := range rows {
		var subs []bom.Substitute
		_ = json.Unmarshal([]byte(r.Substitutes), &subs) // written by bom
		texts := make([]string, len(subs))
		for i, sub := range subs {
			texts[i] = sub.PartNumber + "=" + sub.Ratio.String()
		}
		row := map[string]string{"find_number": r.FindNumber, "component": r.Component, "component_revision": r.ComponentRevision, "revision_rule": r.RevisionRule, "quantity": r.Quantity.String(),
			"reference_designators": r.Designators, "substitutes": strings.Join(texts, "; "), "operation": r.Operation}
		if r.Scrap != 0 {
			row["scrap_percent"] = r.Scrap.String()
		}
		if r.Phantom {
			row["phantom"] = "true"
		}
		if r.Optional {
			row["optional"] = "true"
		}
		for name, text := range row {
			values.Set(fmt.Sprintf("lines.%d.%s", n, name), text)
		}
	}
	return err
}

// comparePage is what differs between two states of a design or an order.
type comparePage struct {
	Kicker, Before, After string
	BeforeLink, AfterLink string
	Choices               []action
	Changes               []order.Change
}

// compareRevisions compares the BOMs of two revisions.
func (s *site) compareRevisions(a *asked) (page, error) {
	part := a.called("part")
	_, revisions, ok, err := catalog.ShowItem(a.tx, a.company, part)
	if err != nil {
		return page{}, err
	}
	if !ok {
		return page{}, refuse.New(refuse.NotFound, "There is no item %s.", part)
	}
	before, after := a.value("before"), a.value("after")
	if before == "" && after == "" && len(revisions) > 1 {
		before, after = revisions[len(revisions)-2].Revision, revisions[len(revisions)-1].Revision
	}
	old, err := bom.Show(a.tx, a.company, part, before)
	if err != nil {
		return page{}, err
	}
	now, err := bom.Show(a.tx, a.company, part, after)
	if err != nil {
		return page{}, err
	}
	c := comparePage{Kicker: "Two revisions of " + part, Before: part + " revision " + before, After: part + " revision " + after, Changes: order.Compare(sealed(old), sealed(now)),
		BeforeLink: with(itemLink(part), "revision", before), AfterLink: with(itemLink(part), "revision", after)}
	return page{Title: "Compare " + part, Area: "catalog", Body: c}, nil
}

// sealed are the lines of one level as an order BOM would have them.
func sealed(rows []bom.Row) []order.SealedLine {
	all := []order.SealedLine{{ParentLine: -1}} // the item itself
	for _, r := range rows {
		l := order.SealedLine{FindNumber: r.FindNumber, PartNumber: r.Component, Revision: r.ComponentRevision, RevisionRule: r.RevisionRule, QuantityPer: r.Quantity, ScrapPercent: r.Scrap, Designators: strings.Fields(r.Designators)}
		l.Phantom, l.Optional = r.Phantom, r.Optional
		_ = json.Unmarshal([]byte(r.Substitutes), &l.Substitutes) // written by bom
		all = append(all, l)
	}
	return all
}
