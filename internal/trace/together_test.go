package trace_test

import (
	"fmt"
	"sync"
	"testing"

	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/ledger/ledgertest"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// TestRecordingAndTracingTogether builds carts while others ask where the lot
// went: each answer holds at least what was acknowledged before it was asked,
// and the count of it agrees with the answer.
func TestRecordingAndTracingTogether(t *testing.T) {
	ledgertest.Each(t, func(t *testing.T, p *ledgertest.Plant) {
		const carts = 12
		cart(p, "PO", carts)
		p.Do(receive("AXLE", "A", carts, 2), serialize("PO", carts))
		p.Read(func(tx *store.Tx) error { trace.FindPlains(tx); return nil })
		var all sync.WaitGroup
		done := make(chan int, carts)
		all.Go(func() {
			defer close(done)
			for i := range carts {
				if _, err := p.Ledger.Record(p.Context(), ledger.Request{}, install("CART", fmt.Sprint(i+1), "AXLE", "", "A", 1, 3)); err != nil {
					t.Error(err)
					return
				}
				done <- i + 1
			}
		})
		for range 2 {
			all.Go(func() {
				for built := range done {
					if err := holdsAtLeast(p, built); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
	})
}

// holdsAtLeast asks where the lot went, in both ways at one moment.
func holdsAtLeast(p *ledgertest.Plant, built int) error {
	return p.Ledger.Read(p.Context(), func(tx *store.Tx) error {
		row, err := trace.Resolve(tx, "main", "lot:AXLE/A")
		if err != nil {
			return err
		}
		starts := map[int64]bool{row.ID: false}
		scope, err := trace.Count(tx, "main", starts, trace.Question{})
		if err != nil {
			return err
		}
		answer, err := trace.Reach(tx, "main", starts, trace.Question{})
		if err != nil {
			return err
		}
		units := 0
		for _, o := range answer.Objects {
			if o.Serial != "" && o.Certainty == genealogy.Must {
				units++
			}
		}
		if units < built || scope.Must != answer.Counts.Must {
			return fmt.Errorf("%d carts hold the lot and %d objects are counted; want at least %d, and %d", units, scope.Must, built, answer.Counts.Must)
		}
		return nil
	})
}
