package web

import (
	"time"

	"lotline/internal/catalog"
	"lotline/internal/ledger"
	"lotline/internal/name"
	"lotline/internal/store"
)

// settingsPage is how serials and lots are numbered, and in what is counted.
type settingsPage struct {
	Company   string
	Companies []string // where there are several
	Person    string
	Zone      string
	Refusal   string
	Kept      bool
	Formats   []formatRow
	UOMs      []catalog.UOMRow
	Try       string
	Sample    []string
	Wrong     string
	More      string
}

type formatRow struct {
	PartNumber, Name   string
	Serial, SerialNext string
	Lot, LotNext       string
}

// settingsRows is how many items the page lists at once.
const settingsRows = 200

func (s *site) settings(a *asked) (page, error) {
	p := settingsPage{Company: a.company, Try: a.value("try")}
	if err := p.browser(a); err != nil {
		return page{}, err
	}
	now := s.ledger.Now().Go()
	if p.Try != "" {
		for n := range int64(3) {
			sample, err := rendered(p.Try, "PART", "ORDER", now, n+1)
			if err != nil {
				p.Wrong = err.Error()
				break
			}
			p.Sample = append(p.Sample, sample)
		}
	}
	items, next, err := catalog.ListFormats(a.tx, a.company, store.Listing{Limit: settingsRows, After: a.value("after")})
	if err != nil {
		return page{}, err
	}
	for _, i := range items {
		row := formatRow{PartNumber: i.PartNumber, Name: i.Name, Serial: i.SerialFormat, Lot: i.LotFormat}
		row.SerialNext, _ = rendered(i.SerialFormat, i.PartNumber, "ORDER", now, 1) // checked when it was defined
		row.LotNext, _ = rendered(i.LotFormat, i.PartNumber, "ORDER", now, 1)
		p.Formats = append(p.Formats, row)
	}
	if next != "" {
		p.More = with("/settings", "after", next)
	}
	p.UOMs, err = catalog.UOMs(a.tx, a.company)
	return page{Title: "Settings", Area: "settings", Body: p}, err
}

// browser is what this browser remembers.
func (p *settingsPage) browser(a *asked) error {
	p.Person, p.Zone, p.Kept = personOf(a.Request), remembered(a.Request, zoneCookie), a.value("kept") != ""
	all, err := ledger.Companies(a.tx)
	if len(all) > 1 {
		for _, c := range all {
			p.Companies = append(p.Companies, c.Company)
		}
	}
	return err
}

// rendered is what a format makes of a number; nothing of no format.
func rendered(format, item, order string, at time.Time, n int64) (string, error) {
	if format == "" {
		return "", nil
	}
	f, err := name.ParseFormat(format)
	if err != nil {
		return "", err
	}
	return f.Render(item, order, at, n)
}

// commandGroup are the commands of one area.
type commandGroup struct {
	Title string
	Forms []*form
}

// allCommands lists everything that can be recorded.
func (s *site) allCommands(*asked) (page, error) {
	titles := []struct{ area, title string }{{"catalog", "Catalog"}, {"orders", "Orders"}, {"receive", "Receiving"}, {"build", "Building"}, {"stock", "Stock"}, {"quality", "Quality"}, {"ship", "Delivery and field"}, {"recall", "Recall"}, {"journal", "Journal"}, {"settings", "Settings"}, {"commands", "Others"}}
	var all []commandGroup
	for _, t := range titles {
		g := commandGroup{Title: t.title}
		for _, f := range forms {
			if f.Area == t.area {
				g.Forms = append(g.Forms, f)
			}
		}
		if len(g.Forms) > 0 {
			all = append(all, g)
		}
	}
	return page{Title: "Everything that can be recorded", Area: "commands", Body: all}, nil
}
