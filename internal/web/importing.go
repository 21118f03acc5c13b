package web

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"lotline/internal/journal"
	"lotline/internal/refuse"
	"lotline/internal/workbook"
)

// importPage is the form, and what the last import said.
type importPage struct {
	Report  *workbook.Report
	Request string
	Name    string
}

// phase is how far an import is, for those who watch it.
type phase struct {
	lock sync.Mutex
	text string
}

func (p *phase) set(text string) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.text = text
}

func (p *phase) get() string {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.text
}

func (s *site) importForm(*asked) (page, error) {
	return page{Title: "Import", Area: "import", Body: importPage{Request: rand.Text()}}, nil
}

func (s *site) importFile(a *asked) (page, error) {
	a.Body = http.MaxBytesReader(nil, a.Body, workbook.UploadMax)
	file, head, err := a.FormFile("workbook")
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
	if err := s.sameCompany(a.Request); err != nil {
		return page{}, err
	}
	by := personOf(a.Request)
	if by == "" {
		by = "page"
	}
	watch := new(phase)
	if id := a.FormValue("request"); id != "" {
		s.imports.Store(id, watch)
		defer s.imports.Delete(id)
	}
	report, err := workbook.Import(a.Context(), s.ledger, path, workbook.Options{By: by, DryRun: a.FormValue("dry_run") != "", History: a.FormValue("history") != "", Progress: func(name string, done, total int64) {
		text := name + ": " + thousands(done)
		if total > 0 {
			text += " of " + thousands(total)
		}
		watch.set(text)
	}})
	return page{Title: "Import", Area: "import", Body: importPage{&report, rand.Text(), head.Filename}}, err
}

// Server-sent events: how often the server looks, and how long one connection
// lasts; the browser comes back by itself.
const (
	liveEvery = time.Second
	liveMax   = 5 * time.Minute
)

// events sends what f answers as events of a name, when it changes, until the
// reader goes.
func events(w http.ResponseWriter, r *http.Request, name string, f func() (string, error)) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	flush := http.NewResponseController(w)
	ticks := time.NewTicker(liveEvery)
	defer ticks.Stop()
	end := time.NewTimer(liveMax)
	defer end.Stop()
	last := ""
	for {
		text, err := f()
		if err != nil {
			return
		}
		if text != last {
			last = text
			if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, text); err != nil || flush.Flush() != nil {
				return
			}
		}
		select {
		case <-r.Context().Done():
			return
		case <-end.C:
			return
		case <-ticks.C:
		}
	}
}

// live tells how many entries the journal has, so that pages know when others
// have recorded.
func (s *site) live(w http.ResponseWriter, r *http.Request) {
	events(w, r, "size", func() (text string, err error) {
		err = s.read(r, func(a *asked) error {
			size, _, err := journal.Head(a.tx, a.company)
			text = strconv.FormatInt(size, 10)
			return err
		})
		return text, err
	})
}

// importProgress tells how far the import of ?id= is.
func (s *site) importProgress(w http.ResponseWriter, r *http.Request) {
	events(w, r, "phase", func() (string, error) {
		if p, ok := s.imports.Load(r.FormValue("id")); ok {
			return p.(*phase).get(), nil
		}
		return "", nil
	})
}
