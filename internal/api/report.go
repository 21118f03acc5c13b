package api

import (
	"context"
	"mime"
	"net/http"
	"reflect"

	"lotline/internal/ledger"
	"lotline/internal/mail"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/report"
	"lotline/internal/store"
)

// printed is an answer that is a document, with the name of its file.
type printed struct {
	name, format string
	body         []byte
}

// MediaTypes of documents, by their format.
var MediaTypes = map[string]string{"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// say writes the headers of a document: a browser shows a PDF, and keeps the
// others.
func (p *printed) say(h http.Header) {
	h.Set("Content-Type", MediaTypes[p.format])
	how := "attachment"
	if p.format == "pdf" {
		how = "inline"
	}
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": p.name + "." + p.format}))
}

// reportRoutes give each kind of document in each format.
func reportRoutes() (all []Route) {
	for i := range report.Kinds {
		for _, format := range report.Formats {
			all = append(all, reportRoute(&report.Kinds[i], format))
		}
	}
	return all
}

func reportRoute(kind *report.Kind, format string) Route {
	r := Route{Method: http.MethodGet, Path: kind.Route + "/report." + format, Doc: kind.Title + " as " + map[string]string{"pdf": "PDF", "xlsx": "XLSX"}[format] + ": " + kind.Doc,
		Answer: reflect.TypeFor[printed](), Gives: MediaTypes[format]}
	for _, n := range kind.Named {
		r.Params = append(r.Params, Param{Name: n.Field, Doc: n.Doc, Kind: Text, Required: true})
	}
	if kind.Kind == "notice" {
		r.Params = append(r.Params, Param{Name: "notice", Doc: "its number; the last when left out", Kind: Number})
	}
	r.serve = func(q *question) (any, error) {
		asked := report.Asked{Kind: kind.Kind, Name: q.text(kind.Named[0].Field), Notice: q.number("notice")}
		if len(kind.Named) > 1 {
			asked.Customer = q.text(kind.Named[1].Field)
		}
		d, err := Report(q.Context(), q.ledger, asked, q.pages)
		if err != nil {
			return nil, err
		}
		body, _, err := d.As(format)
		return &printed{d.File, format, body}, err
	}
	return r
}

// gives says the type of an answer that is no JSON.
func (r Route) gives(kind string) Route {
	r.Gives = kind
	return r
}

// Report gathers a document from one moment of a ledger, with its checkpoint.
// The pages are served at url; "" where nobody said.
func Report(ctx context.Context, l *ledger.Ledger, asked report.Asked, url string) (d *report.Document, err error) {
	err = l.Read(ctx, func(tx *store.Tx) error {
		d, err = ReportIn(tx, l, asked, url)
		return err
	})
	return d, err
}

// ReportIn is Report in a reading that is under way.
func ReportIn(tx *store.Tx, l *ledger.Ledger, asked report.Asked, url string) (*report.Document, error) {
	signer, err := l.Signer()
	if err != nil {
		signer = nil // no key is given: the document says so
	}
	frame, err := report.NewFrame(tx, l.Company(), url, signer)
	if err != nil {
		return nil, err
	}
	if asked.Kind == "notice" && url != "" {
		link, err := mail.Link(tx, l, &recall.Notice{Recall: asked.Name, Customer: asked.Customer}, url)
		if _, refused := refuse.As(err); err != nil && !refused {
			return nil, err
		}
		asked.Link = link // who was told nothing is refused below, in better words
	}
	return report.Make(tx, l.Company(), frame, asked)
}

// DrillReport is the report of a drill that was not kept.
func DrillReport(ctx context.Context, l *ledger.Ledger, d *recall.Drill, url string) (doc *report.Document, err error) {
	signer, err := l.Signer()
	if err != nil {
		signer = nil // no key is given: the document says so
	}
	err = l.Read(ctx, func(tx *store.Tx) error {
		frame, err := report.NewFrame(tx, l.Company(), url, signer)
		doc = report.OfDrill(frame, d)
		return err
	})
	return doc, err
}
