package ledger_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/quantity"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
	"lotline/internal/trace"
)

// logged is what the program notes while a test runs.
type logged struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.text.Write(p)
}

// since is what was noted since it was asked last.
func (l *logged) since() string {
	l.lock.Lock()
	defer l.lock.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

func listen(t *testing.T) *logged {
	l, before := &logged{}, slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(l, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return l
}

// kept is a plant whose genealogy outlives its ledger.
type kept struct {
	*testing.T
	db   *store.DB
	dir  string
	lots int
}

// during opens the ledger, lets f work on it, and closes it gracefully.
func (k *kept) during(company string, f func(l *ledger.Ledger)) {
	k.Helper()
	l, err := ledger.On(k.Context(), k.db, ledger.Options{Company: company, New: true, KeyFile: filepath.Join(k.dir, "key"), Graph: true, Snapshot: k.file()})
	if err != nil {
		k.Fatal(err)
	}
	if !l.Ready(k.Context()) {
		k.Fatal("the genealogy in memory is not ready")
	}
	f(l)
	if findings, err := l.Verify(k.Context()); err != nil || len(findings.Findings) > 0 {
		k.Errorf("verify: %v, %v", findings.Findings, err)
	}
	l.Close()
}

func (k *kept) file() string { return filepath.Join(k.dir, "graph") }

// receive records another lot.
func (k *kept) receive(l *ledger.Ledger) {
	k.Helper()
	k.lots++
	c := &genealogy.Receive{PartNumber: "CAP", Lot: fmt.Sprint("C-", k.lots), Quantity: quantity.Pieces(5), Purchase: genealogy.Purchase{Receipt: fmt.Sprint("GR-", k.lots)}}
	if _, err := l.Record(k.Context(), ledger.Request{}, c); err != nil {
		k.Fatal(err)
	}
}

// reaches checks that memory knows the last lot.
func (k *kept) reaches(l *ledger.Ledger) {
	k.Helper()
	err := l.Read(k.Context(), func(tx *store.Tx) error {
		row, err := trace.Resolve(tx, l.Company(), fmt.Sprint("lot:CAP/C-", k.lots))
		if err != nil {
			return err
		}
		c, ok, err := trace.Extent(tx, l.Company(), map[int64]bool{row.ID: false}, trace.Question{})
		if !ok || c.Must != 1 {
			k.Errorf("%+v %v: memory does not know the last lot", c, ok)
		}
		return err
	})
	if err != nil {
		k.Error(err)
	}
}

const (
	readSnapshot = "is read from its snapshot"
	thrownAway   = "is thrown away"
)

// TestSnapshot keeps the genealogy from start to start, and throws away what is
// damaged or of something else.
func TestSnapshot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		log := listen(t)
		k := &kept{T: t, db: open(), dir: t.TempDir()}
		k.during("main", func(l *ledger.Ledger) {
			if _, err := l.Record(t.Context(), ledger.Request{}, &catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "CAP", Name: "cap", Tracking: "lot"}}); err != nil {
				t.Fatal(err)
			}
			k.receive(l)
			k.reaches(l)
		})
		if said := log.since(); strings.Contains(said, "snapshot") {
			t.Errorf("the first start says %s", said)
		}
		k.during("main", func(l *ledger.Ledger) { k.reaches(l) })
		if said := log.since(); !strings.Contains(said, readSnapshot) {
			t.Errorf("a start after a stop says %q", said)
		}
		older := k.contents()
		k.during("main", func(l *ledger.Ledger) { k.receive(l) })
		log.since()
		k.put(older)
		k.during("main", func(l *ledger.Ledger) { k.reaches(l) }) // and catches up
		if said := log.since(); !strings.Contains(said, readSnapshot) {
			t.Errorf("a start from an older snapshot says %q", said)
		}
		whole := k.contents()
		for name, wrong := range map[string][]byte{
			"damaged": damaged(whole), "truncated": whole[:len(whole)/2], "empty": {}, "longer": append(bytes.Clone(whole), 0),
			"of another format": append([]byte("lotline genealogy 0\n"), whole[20:]...),
		} {
			k.put(wrong)
			k.during("main", func(l *ledger.Ledger) { k.reaches(l) })
			if said := log.since(); !strings.Contains(said, thrownAway) || strings.Contains(said, readSnapshot) {
				t.Errorf("a start from a %s snapshot says %q", name, said)
			}
			if !bytes.Equal(k.contents()[:20], whole[:20]) {
				t.Errorf("the %s snapshot was not replaced at the stop", name)
			}
		}
		k.put(whole)
		k.during("other", func(*ledger.Ledger) {})
		if said := log.since(); !strings.Contains(said, thrownAway) {
			t.Errorf("a start of another company says %q", said)
		}
	})
}

func damaged(whole []byte) []byte {
	wrong := bytes.Clone(whole)
	wrong[len(wrong)/2] ^= 1
	return wrong
}

func (k *kept) contents() []byte {
	k.Helper()
	data, err := os.ReadFile(k.file())
	if err != nil {
		k.Fatal(err)
	}
	return data
}

func (k *kept) put(data []byte) {
	k.Helper()
	if err := os.WriteFile(k.file(), data, 0o600); err != nil {
		k.Fatal(err)
	}
}
