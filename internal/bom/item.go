package bom

import (
	"encoding/json"

	"lotline/internal/catalog"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// ShownItem is everything that is defined of an item.
type ShownItem struct {
	catalog.Item
	Properties map[string]string       `json:"properties"` // operative: the same in every revision
	Revisions  []ShownRevision         `json:"revisions"`  // in the order in which they were defined
	Tracked    []catalog.TrackingRow   `json:"tracking_changes"`
	Makers     []catalog.Approved      `json:"makers"`
	UOMs       []catalog.UOMRow        `json:"uoms"`
	Plans      []catalog.ShownPlan     `json:"plans"`
	Documents  []catalog.ShownDocument `json:"documents"`
	BOM        []ExplodedLine          `json:"bom"` // of the revision that is taken where none is named
	BOMOf      string                  `json:"bom_revision"`
	WhereUsed  []UsedLine              `json:"where_used"` // the lines that name it, or let it substitute
}

// ShownRevision is a revision of an item with its designed properties.
type ShownRevision struct {
	Revision    string            `json:"revision"`
	Status      string            `json:"status"`
	ReleasedAt  moment.Time       `json:"released_at"`
	ObsoletedAt moment.Time       `json:"obsoleted_at"`
	Properties  map[string]string `json:"properties"`
	Lines       int               `json:"bom_lines"`
}

// ShowItem is everything that is defined of an item: its revisions, how it was
// followed over time, makers, units, plans, documents, BOM, and where it is used.
func ShowItem(tx *store.Tx, company, part string) (ShownItem, error) {
	item, revisions, ok, err := catalog.ShowItem(tx, company, part)
	if err != nil {
		return ShownItem{}, err
	}
	if !ok {
		return ShownItem{}, refuse.New(refuse.NotFound, "There is no item %s.", part).At("part_number")
	}
	s := ShownItem{Item: item, Properties: item.OperativeProperties(), BOM: []ExplodedLine{}, WhereUsed: []UsedLine{}}
	for _, r := range revisions {
		rows, err := Show(tx, company, part, r.Revision)
		if err != nil {
			return s, err
		}
		shown := ShownRevision{Revision: r.Revision, Status: r.Status, ReleasedAt: r.ReleasedAt, ObsoletedAt: r.ObsoletedAt, Lines: len(rows), Properties: map[string]string{}}
		_ = json.Unmarshal([]byte(r.Properties), &shown.Properties) // written by the catalog
		s.Revisions = append(s.Revisions, shown)
	}
	about, err := catalog.AskAbout(tx, company, part)
	if err != nil {
		return s, err
	}
	s.Tracked, s.Makers, s.UOMs, s.Plans, s.Documents = about.Tracked, about.Makers, about.UOMs, about.Plans, about.Documents
	exploded, err := AskExplode(tx, company, part, "", 1)
	if err != nil {
		return s, err
	}
	s.BOM, s.BOMOf = exploded.Lines, exploded.Revision
	s.WhereUsed, err = usedDirectly(tx, company, part)
	return s, err
}

// usedDirectly are the lines that name an item, or let it substitute.
func usedDirectly(tx *store.Tx, company, part string) ([]UsedLine, error) {
	c := newClimb(tx, company)
	all := []UsedLine{}
	direct, err := c.uses(revisionOf{part, ""})
	if err != nil {
		return nil, err
	}
	replacing, err := c.substituted(part)
	if err != nil {
		return nil, err
	}
	for i, one := range append(direct[:len(direct):len(direct)], replacing...) {
		up := path{item: revisionOf{one.row.Parent, one.row.Revision}, level: 1, per: one.per, substitute: i >= len(direct)}
		line, err := c.line(&one.row, &up)
		if err != nil {
			return nil, err
		}
		above, err := c.uses(up.item)
		if err != nil {
			return nil, err
		}
		line.Top = len(above) == 0
		all = append(all, line)
	}
	return all, nil
}
