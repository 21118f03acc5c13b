package workbook

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"lotline/internal/blob"
	"lotline/internal/ledger"
	"lotline/internal/quality"
	"lotline/internal/refuse"
)

// filesFolder holds the documents of an export: HASH/NAME each.
const filesFolder = "files"

// filed is a row of documents whose file lies in the workbook: its bytes are
// kept with the row. They are read twice, so that only one document is in
// memory at a time.
type filed struct {
	*checked
	load func() ([]byte, error)
}

// withFile gives a row of documents the hash of its file. A file that is not in
// the workbook is only a name, where the row bears the hash or a URL.
func withFile(src *source, r *row, command ledger.Command) ledger.Command {
	name := path.Clean(strings.ReplaceAll(r.text("file"), "\\", "/"))
	attaching := command.(*checked)
	attach, ok := attaching.Command.(*quality.Attach)
	if !ok || r.text("file") == "" {
		return command
	}
	attach.File = path.Base(name)
	if src.files == nil {
		return command
	}
	load := func() ([]byte, error) { return readSmall(src.files, name, blob.Max) }
	body, err := load()
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		if attach.SHA256 == "" && attach.URL == "" {
			return refusal{refuse.New(refuse.NotFound, "There is no file %s in the workbook: put it there, or give the hash of its bytes or a URL.", name).At("file")}
		}
		return command
	}
	if err != nil {
		return refusal{err}
	}
	if len(body) == 0 {
		return refusal{refuse.New(refuse.Invalid, "The file %s is empty.", name).At("file")}
	}
	hash := blob.Hash(body)
	if given := strings.ToLower(strings.TrimPrefix(attach.SHA256, "sha256:")); given != "" && given != hash {
		return refusal{refuse.New(refuse.Conflict, "The file %s has sha256 %s, the row says %s: one of them was changed.", name, hash, given).At("sha256")}
	}
	attach.SHA256 = hash
	return &filed{attaching, load}
}

// file writes the bytes of an attached document, where they are kept, and
// answers its path in the workbook.
func (x *exporter) file(hash, name string) (string, error) {
	if hash == "" || name == "" {
		return name, nil
	}
	body, err := blob.Get(x.tx, x.company, hash)
	if refusal, ok := refuse.As(err); ok && refusal.Code == refuse.NotFound {
		return name, nil
	}
	if err != nil {
		return "", err
	}
	at := path.Join(filesFolder, hash, path.Base(strings.ReplaceAll(name, "\\", "/")))
	if err := x.to.document(at, body); err != nil {
		if errors.Is(err, errNoFiles) {
			x.done.LeftOut["file of a document"]++
			return name, nil
		}
		return "", err
	}
	return at, nil
}

// errNoFiles says that a form of workbook has no place for documents.
var errNoFiles = errors.New("an .xlsx holds no files")
