package web

import (
	"io"
	"strings"

	"lotline/internal/api"
	"lotline/internal/report"
)

// report gives a document of the company that the browser works for, as its
// page has a button for.
func (s *site) report(a *asked) (page, error) {
	kind, format, _ := strings.Cut(a.PathValue("file"), ".")
	number, err := a.number("notice")
	if err != nil {
		return page{}, err
	}
	d, err := api.ReportIn(a.tx, s.ledger, report.Asked{Kind: kind, Name: a.value("name"), Customer: a.value("customer"), Notice: number}, s.options.URL)
	if err != nil {
		return page{}, err
	}
	body, _, err := d.As(format)
	if err != nil {
		return page{}, err
	}
	return page{Body: download{d.File + "." + format, api.MediaTypes[format], func(w io.Writer) error { _, err := w.Write(body); return err }}}, nil
}
