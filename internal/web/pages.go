package web

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/order"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
	"lotline/internal/workbook"
)

// homePage is the search box, what it found, and the plant in numbers.
type homePage struct {
	Query   string
	Matches []genealogy.Match
	Next    string // where the matches go on
	Numbers []number
	Empty   bool
}

type number struct {
	What string
	N    int64
}

func (s *site) home(tx *store.Tx, r *http.Request) (page, error) {
	h := homePage{Query: strings.TrimSpace(r.FormValue("q"))}
	company := s.ledger.Company()
	if h.Query != "" {
		found, err := trace.Find(tx, company, h.Query, r.FormValue("from"), 0)
		if err != nil {
			return page{}, err
		}
		h.Matches, h.Next = found.Matches, found.Next
	}
	for _, n := range []struct{ what, query string }{
		{"items", `SELECT count(*) FROM item WHERE company = $1`},
		{"orders", `SELECT count(*) FROM production_order WHERE company = $1`},
		{"lots", `SELECT count(*) FROM object WHERE company = $1 AND kind = 'lot'`},
		{"units", `SELECT count(*) FROM object WHERE company = $1 AND kind = 'unit'`},
		{"on hold", `SELECT count(*) FROM object WHERE company = $1 AND held > 0`},
		{"installations", `SELECT count(*) FROM edge WHERE company = $1`},
	} {
		var count int64
		if _, err := tx.One([]any{&count}, n.query, company); err != nil {
			return page{}, err
		}
		h.Numbers = append(h.Numbers, number{n.what, count})
	}
	h.Empty = h.Numbers[0].N == 0
	return page{Title: "Home", Search: h.Query, Body: h}, nil
}

// objectPage is the passport of a unit or lot.
type objectPage struct {
	*trace.Passport
	Balance *genealogy.Balance
	Picture picture
}

func (s *site) unit(tx *store.Tx, r *http.Request) (page, error) {
	return s.passport(tx, r, genealogy.Object{PartNumber: r.PathValue("part"), Serial: r.PathValue("name")}.Ref())
}

func (s *site) lot(tx *store.Tx, r *http.Request) (page, error) {
	return s.passport(tx, r, genealogy.Object{PartNumber: r.PathValue("part"), Lot: r.PathValue("name")}.Ref())
}

func (s *site) object(tx *store.Tx, r *http.Request) (page, error) {
	return s.passport(tx, r, r.FormValue("ref"))
}

func (s *site) passport(tx *store.Tx, r *http.Request, ref string) (page, error) {
	q, err := trace.ReadQuestion(tx, s.ledger.Company(), r.FormValue)
	if err != nil {
		return page{}, err
	}
	p, err := trace.ShowPassport(tx, s.ledger.Company(), ref, q)
	if err != nil {
		return page{}, err
	}
	o := objectPage{Passport: p}
	if p.Object.Lot != "" {
		row, err := trace.Resolve(tx, s.ledger.Company(), ref)
		if err != nil {
			return page{}, err
		}
		b, err := genealogy.BalanceOf(tx, s.ledger.Company(), row)
		if err != nil {
			return page{}, err
		}
		o.Balance = &b
	}
	o.Picture = draw(p.Object, p.Backward, p.Forward)
	return page{Title: p.Object.Ref, Body: o}, nil
}

// tracePage is one direction of an object's genealogy, as picture and table.
type tracePage struct {
	*trace.Answer
	Picture picture
	AsOf    string
	KnownAt string
}

func (s *site) trace(tx *store.Tx, r *http.Request) (page, error) {
	q, err := trace.ReadQuestion(tx, s.ledger.Company(), r.FormValue)
	if err != nil {
		return page{}, err
	}
	ask := trace.Forward
	if r.FormValue("direction") == "backward" {
		ask = trace.Backward
	}
	a, err := ask(tx, s.ledger.Company(), r.FormValue("object"), q)
	if err != nil {
		return page{}, err
	}
	self := trace.Object{Ref: a.Object, Certainty: genealogy.Must}
	t := tracePage{Answer: a, AsOf: r.FormValue("as_of"), KnownAt: r.FormValue("known_at")}
	if a.Direction == "backward" {
		t.Picture = draw(self, a, nil)
	} else {
		t.Picture = draw(self, nil, a)
	}
	return page{Title: "Trace of " + a.Object, Body: t}, nil
}

func (s *site) orders(tx *store.Tx, r *http.Request) (page, error) {
	all, err := order.List(tx, s.ledger.Company(), r.FormValue("from"), 500)
	return page{Title: "Orders", Body: all}, err
}

func (s *site) order(tx *store.Tx, r *http.Request) (page, error) {
	shown, err := trace.ShowOrder(tx, s.ledger.Company(), r.PathValue("order"))
	return page{Title: "Order " + shown.Order, Body: shown}, err
}

// recallPage is the trigger and what it reaches.
type recallPage struct {
	Form    map[string]string
	Answer  *recall.Answer
	Refusal string
}

func (s *site) recall(tx *store.Tx, r *http.Request) (page, error) {
	form := map[string]string{}
	asked := false
	for _, name := range []string{"object", "supplier", "supplier_lot", "order", "part_number", "machine", "operator", "program", "operation", "from", "to"} {
		form[name] = strings.TrimSpace(r.FormValue(name))
		asked = asked || form[name] != ""
	}
	p := recallPage{Form: form}
	if asked {
		trigger, err := recall.ReadTrigger(r.FormValue)
		if err == nil {
			p.Answer, err = recall.Plan(tx, s.ledger.Company(), recall.Question{Any: []recall.Trigger{trigger}}, trace.Question{})
		}
		if refusal, ok := refuse.As(err); ok {
			p.Refusal = refusal.Error()
		} else if err != nil {
			return page{}, err
		}
	}
	return page{Title: "Recall", Body: p}, nil
}

// importPage is the form, and what the last import said.
type importPage struct {
	Report *workbook.Report
}

func (s *site) importForm(*store.Tx, *http.Request) (page, error) {
	return page{Title: "Import", Body: importPage{}}, nil
}

func (s *site) importFile(_ *store.Tx, r *http.Request) (page, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, workbook.UploadMax)
	file, head, err := r.FormFile("workbook")
	if err != nil {
		return page{}, refuse.New(refuse.Invalid, "Choose a workbook: a .zip of CSV files, or an .xlsx.")
	}
	defer file.Close()
	ext := filepath.Ext(head.Filename)
	if ext != ".zip" && ext != ".xlsx" {
		return page{}, refuse.New(refuse.Invalid, "%s is no workbook: choose a .zip of CSV files, or an .xlsx.", head.Filename)
	}
	dir, err := os.MkdirTemp("", "lotline-upload-")
	if err != nil {
		return page{}, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "workbook"+ext)
	to, err := os.Create(path)
	if err != nil {
		return page{}, err
	}
	_, err = io.Copy(to, file)
	if closing := to.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return page{}, err
	}
	report, err := workbook.Import(r.Context(), s.ledger, path, workbook.Options{By: "page", DryRun: r.FormValue("dry_run") != ""})
	return page{Title: "Import", Body: importPage{&report}}, err
}

// journalPage is a page of entries, the newest first shown last.
type journalPage struct {
	Entries    []journal.EntryText
	Size, Next int64
	Root       string
}

const entriesShown = 20

func (s *site) journal(tx *store.Tx, r *http.Request) (page, error) {
	size, root, err := journal.Head(tx, s.ledger.Company())
	if err != nil {
		return page{}, err
	}
	from, _ := strconv.ParseInt(r.FormValue("from"), 10, 64)
	if from < 1 {
		from = 1
	}
	j := journalPage{Size: size, Root: root.String()}
	err = journal.ReadText(tx, s.ledger.Company(), from, from+entriesShown-1, func(e journal.EntryText) error {
		if len(e.Text) > entriesShown {
			e.Text = e.Text[:entriesShown]
		}
		j.Entries = append(j.Entries, e)
		return nil
	})
	if from+entriesShown <= size {
		j.Next = from + entriesShown
	}
	return page{Title: "Journal", Body: j}, err
}
