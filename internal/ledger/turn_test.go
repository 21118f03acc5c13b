package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"lotline/internal/catalog"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func partner(code string) *catalog.DefinePartner {
	return &catalog.DefinePartner{Code: code, Name: "Name of " + code, Role: "supplier"}
}

func size(t *testing.T, l *ledger.Ledger) (n int64) {
	t.Helper()
	err := l.Read(t.Context(), func(tx *store.Tx) (err error) {
		n, _, err = journal.Head(tx, l.Company())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRepeatedRequestAnswersTheSame(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		req := ledger.Request{ID: "key-1", By: "ann", Via: "api"}
		first, err := p.Ledger.Record(t.Context(), req, partner("A"))
		if err != nil || first.Repeated || first.Lines != 1 {
			t.Fatalf("first: %+v, %v", first, err)
		}
		again, err := p.Ledger.Record(t.Context(), req, partner("A"))
		if err != nil || !again.Repeated || again.Seq != first.Seq || again.Lines != first.Lines {
			t.Errorf("again: %+v, %v; want %+v repeated", again, err, first)
		}
		_, err = p.Ledger.Record(t.Context(), req, partner("B"))
		if refusal, ok := refuse.As(err); !ok || refusal.Code != refuse.Conflict {
			t.Errorf("same key, another body: got %v, want a conflict", err)
		}
		if got := size(t, p.Ledger); got != 1 {
			t.Errorf("%d entries, want 1", got)
		}
	})
}

func TestNothingChangedRecordsNothing(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		p.Do(partner("A"), partner("A"))
		if got := size(t, p.Ledger); got != 1 {
			t.Errorf("%d entries, want 1", got)
		}
	})
}

func TestRecordAllIsAllOrNothing(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		bad := &catalog.DefinePartner{Code: "C", Name: "C", Role: "stranger"}
		_, err := p.Ledger.RecordAll(t.Context(), ledger.Request{}, []ledger.Command{partner("A"), partner("B"), bad})
		if _, ok := refuse.As(err); !ok {
			t.Fatalf("got %v, want a refusal", err)
		}
		if got := size(t, p.Ledger); got != 0 {
			t.Errorf("%d entries, want 0", got)
		}
		answer, err := p.Ledger.RecordAll(t.Context(), ledger.Request{}, []ledger.Command{partner("A"), partner("B")})
		if err != nil || answer.Lines != 2 || answer.Seq != 1 {
			t.Errorf("got %+v, %v; want entry 1 of two lines", answer, err)
		}
	})
}

func TestManyAtOnceAndCallersWhoGiveUp(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		const callers = 64
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if i%4 == 0 {
					go cancel()
				}
				_, err := p.Ledger.Record(ctx, ledger.Request{ID: fmt.Sprint("k", i)}, partner(fmt.Sprint("P", i)))
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		// Who gave up asks again, and finds everything recorded exactly once.
		for i := range callers {
			if _, err := p.Ledger.Record(t.Context(), ledger.Request{ID: fmt.Sprint("k", i)}, partner(fmt.Sprint("P", i))); err != nil {
				t.Error(err)
			}
		}
		if got := size(t, p.Ledger); got != callers {
			t.Errorf("%d entries, want %d", got, callers)
		}
	})
}

func TestImportIsAllOrNothing(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		stop := errors.New("stop")
		fill := func(end error) func(*ledger.Importer) error {
			return func(imp *ledger.Importer) error {
				for i := range 2_500 {
					c := partner(fmt.Sprint("P", i))
					c.SetAt(1)
					if _, err := imp.Do(c); err != nil {
						return err
					}
					imp.Take(fmt.Sprint("partners:", i))
				}
				return end
			}
		}
		if _, err := p.Ledger.Import(t.Context(), ledger.Request{}, fill(stop)); !errors.Is(err, stop) {
			t.Fatalf("got %v, want %v", err, stop)
		}
		if got := size(t, p.Ledger); got != 0 {
			t.Fatalf("%d entries after a rolled back import, want 0", got)
		}
		done, err := p.Ledger.Import(t.Context(), ledger.Request{}, fill(nil))
		if err != nil || done.Entries != 3 {
			t.Fatalf("got %+v, %v; want 3 entries", done, err)
		}
		_, err = p.Ledger.Import(t.Context(), ledger.Request{}, func(imp *ledger.Importer) error {
			if !imp.Taken("partners:2499") || imp.Taken("partners:2500") {
				t.Error("the taken rows are not what was taken")
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestRebuildGivesTheSameTables(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		for i := range 20 {
			p.Do(partner(fmt.Sprint("P", i)))
		}
		if err := p.Ledger.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
	}) // the promises compare
}

func TestVerifyNamesAChangedRow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		p := ledgertest.New(t, db)
		p.Do(partner("A"))
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE partner SET name = 'Mallory' WHERE company = $1 AND code = $2`, "main", "A")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		v, err := p.Ledger.Verify(t.Context())
		if err != nil || len(v.Findings) != 1 {
			t.Fatalf("got %v, %v; want one finding", v.Findings, err)
		}
		t.Log(v.Findings[0])
	})
}

// faulty is a command of a program with a fault.
type faulty struct{ partner *catalog.DefinePartner }

func (c faulty) Decide(set *store.Set) ([]journal.Fact, error) {
	facts, err := c.partner.Decide(set)
	if err == nil {
		panic("index out of range")
	}
	return facts, err
}

func TestAPanicInACommandHarmsNoOther(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				if _, err := p.Ledger.Record(t.Context(), ledger.Request{}, partner(fmt.Sprint("P", i))); err != nil {
					t.Errorf("partner %d: %v", i, err)
				}
				_, err := p.Ledger.Record(t.Context(), ledger.Request{}, faulty{partner("F")})
				if _, refused := refuse.As(err); err == nil || refused || !strings.Contains(err.Error(), "index out of range") {
					t.Errorf("faulty command: %v, want its panic as an error", err)
				}
			})
		}
		all.Wait()
		_, err := p.Ledger.Import(t.Context(), ledger.Request{}, func(imp *ledger.Importer) error {
			_, err := imp.Do(faulty{partner("F")})
			return err
		})
		if err == nil {
			t.Error("an import of the faulty command went through")
		}
		if got := size(t, p.Ledger); got != 20 {
			t.Errorf("%d entries, want 20", got)
		}
	})
}
