package web

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strconv"

	"lotline/internal/refuse"
)

// download is a page that is a file.
type download struct {
	Name, Type string
	Write      func(io.Writer) error
}

// send answers with the file, whole or not at all.
func (d download) send(w http.ResponseWriter, r *http.Request) {
	var out bytes.Buffer
	if err := d.Write(&out); err != nil {
		slog.Error("file failed", "path", r.URL.Path, "error", err)
		http.Error(w, "The file failed; the operator finds why in the log.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", d.Type)
	h.Set("Content-Disposition", `attachment; filename="`+d.Name+`"`)
	h.Set("Cache-Control", "no-store")
	_, _ = out.WriteTo(w)
}

// number is a parameter that is a whole number; 0 where it is not given.
func (a *asked) number(name string) (int64, error) {
	text := a.value(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, refuse.New(refuse.Invalid, "%s is %q: it must be a whole number.", name, text).At(name)
	}
	return n, nil
}
