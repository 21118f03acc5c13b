package api

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"

	"lotline/internal/blob"
	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/workbook"
)

// fileRoutes take and give files, and check everything that is stored.
var fileRoutes = []Route{
	get("documents/{sha256}", "The bytes of a document that was kept", []Param{{Name: "sha256", Doc: "the hash of its bytes", Kind: Text, Required: true}}, func(q *question) (file, error) {
		return blob.Get(q.tx, q.company, strings.TrimPrefix(q.text("sha256"), "sha256:"))
	}).gives("application/octet-stream"),
	{Method: http.MethodPost, Path: "documents", Doc: "Keep the bytes of a document, the body, and answer their hash; attach then says what the document belongs to",
		Body: []string{"*/*"}, Answer: reflect.TypeFor[Kept](), serve: keep},
	{Method: http.MethodPost, Path: "import", Doc: "Bring in the workbook in the body", Body: uploadTypes, Takes: uploadTakes, command: "import", Params: []Param{
		{Name: "name", Doc: "the file's name, FILE.zip or FILE.xlsx", Kind: Text, Required: true},
		{Name: "dry_run", Doc: "only check", Kind: YesNo},
		{Name: "history", Doc: "records of the past, taken as they happened", Kind: YesNo},
	}, Answer: reflect.TypeFor[workbook.Report](), serve: upload},
	{Method: http.MethodGet, Path: "verify", Doc: "Recompute everything that is stored, and name what differs; one at a time", Takes: uploadTakes, Answer: reflect.TypeFor[ledger.Verified](), serve: verify},
}

// file is an answer of bytes that are no JSON.
type file []byte

// Kept is a document whose bytes are kept.
type Kept struct {
	SHA256 string `json:"sha256"`
	Size   int    `json:"size"`
}

func keep(q *question) (any, error) {
	q.within(uploadTakes)
	body, err := io.ReadAll(http.MaxBytesReader(nil, q.Body, blob.Max))
	switch {
	case err != nil:
		return nil, arrived(err, blob.Max)
	case len(body) == 0:
		return nil, refuse.New(refuse.Invalid, "The body is empty: send the bytes of the document.")
	}
	q.within(0)
	hash, err := q.ledger.Keep(q.Context(), body)
	return Kept{hash, len(body)}, err
}

// verifying lets one verification read everything at a time.
var verifying sync.Mutex

func verify(q *question) (any, error) {
	if !verifying.TryLock() {
		return nil, no{http.StatusServiceUnavailable, "stopping", "Another verification is under way. Ask again when it has ended."}
	}
	defer verifying.Unlock()
	return q.ledger.Verify(q.Context())
}

// upload imports the workbook in the body.
func upload(q *question) (any, error) {
	name := filepath.Base(q.text("name"))
	if ext := filepath.Ext(name); ext != ".zip" && ext != ".xlsx" {
		return nil, refuse.New(refuse.Invalid, "Name the workbook with ?name=FILE.zip or FILE.xlsx.").At("name")
	}
	path, hash, done, err := q.received(name)
	if err != nil {
		return nil, err
	}
	defer done()
	opt := workbook.Options{By: q.asker.By, Via: strings.Replace(q.asker.Via, "api", "import", 1), DryRun: q.yes("dry_run"), History: q.yes("history")}
	if !opt.DryRun {
		opt.Request, opt.Hash = q.asker.ID, fmt.Appendf(hash, "%s %t", filepath.Ext(name), opt.History)
	}
	return workbook.Import(q.Context(), q.ledger, path, opt)
}

// received keeps the body as a file of that name, until done is called, and
// answers the hash of its bytes.
func (q *question) received(name string) (path string, hash []byte, done func(), err error) {
	dir, err := os.MkdirTemp("", "lotline-upload-")
	if err != nil {
		return "", nil, nil, err
	}
	done = func() { os.RemoveAll(dir) }
	path = filepath.Join(dir, name)
	sum := sha256.New()
	f, err := os.Create(path)
	if err == nil {
		q.within(uploadTakes)
		_, err = io.Copy(io.MultiWriter(f, sum), http.MaxBytesReader(nil, q.Body, workbook.UploadMax))
		q.within(0)
		if closing := f.Close(); err == nil {
			err = closing
		}
	}
	if err != nil {
		done()
		return "", nil, nil, arrived(err, workbook.UploadMax)
	}
	return path, sum.Sum(nil), done, nil
}
