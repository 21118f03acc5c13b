package workbook_test

import (
	"os"
	"path/filepath"
	"testing"

	"lotline/internal/blob"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/workbook"
)

// The file of a document comes in with the workbook, and travels on.
func TestDocumentsComeWithTheirFiles(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		text := "tensile strength 612 MPa"
		hash := blob.Hash([]byte(text))
		items := "part_number,name,tracking\nAXLE,Axle,lot\n"
		documents := "document,title,file,sha256,object\nCERT-7,Certificate,certs/seven.txt,,AXLE\n"
		dir := folder(t, map[string]string{"items.csv": items, "documents.csv": documents})
		says(t, p, dir, "documents:2:file: There is no file certs/seven.txt in the workbook. Put it there, or give the hash of its bytes or a URL.")
		write(t, filepath.Join(dir, "certs", "seven.txt"), text)
		take(t, p.Ledger, dir, workbook.Options{})
		if report := take(t, p.Ledger, dir, workbook.Options{}); report.Facts != 0 {
			t.Errorf("%+v, want nothing new", report)
		}
		kept(t, p, hash, text)
		write(t, filepath.Join(dir, "certs", "seven.txt"), text+"!")
		says(t, p, dir, "documents:2:document: Document CERT-7 is known with other bytes (sha256 "+hash+"). Give the changed one another revision.")
		write(t, filepath.Join(dir, "documents.csv"), "document,title,file,sha256,object\nCERT-8,Certificate,certs/seven.txt,"+hash+",AXLE\n")
		says(t, p, dir, "documents:2:sha256: The file certs/seven.txt has sha256 "+blob.Hash([]byte(text+"!"))+", the row says "+hash+". One of them was changed.")

		for _, form := range []string{"out", "out.zip"} {
			path := filepath.Join(t.TempDir(), form)
			export(t, p.Ledger, path)
			second := lite(t)
			take(t, second.Ledger, path, workbook.Options{})
			kept(t, second, hash, text)
		}
		done, err := workbook.Export(t.Context(), p.Ledger, filepath.Join(t.TempDir(), "out.xlsx"))
		if err != nil || done.LeftOut["file of a document"] != 1 {
			t.Errorf("%+v, %v: an .xlsx has no place for a file, and must say so", done, err)
		}
	})
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func kept(t *testing.T, p *ledgertest.Plant, hash, text string) {
	t.Helper()
	p.Read(func(tx *store.Tx) error {
		body, err := blob.Get(tx, p.Ledger.Company(), hash)
		if string(body) != text {
			t.Errorf("%q, %v; want %q", body, err, text)
		}
		_, err = blob.Get(tx, p.Ledger.Company(), blob.Hash([]byte("other")))
		if refusal, ok := refuse.As(err); !ok || refusal.Code != refuse.NotFound {
			t.Errorf("bytes that nobody gave: %v", err)
		}
		return nil
	})
}
