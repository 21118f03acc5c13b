package cli

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/quantity"
	"lotline/internal/recall"
	"lotline/internal/store"
)

func TestNightlyIsRead(t *testing.T) {
	n, err := parseNightly("02:30")
	if err != nil {
		t.Fatal(err)
	}
	for now, want := range map[string]string{
		"2026-01-05T08:00:00Z": "2026-01-06T02:30:00Z", "2026-01-05T02:30:00Z": "2026-01-06T02:30:00Z",
		"2026-01-05T02:29:59Z": "2026-01-05T02:30:00Z", "2026-01-05T03:00:00+02:00": "2026-01-05T02:30:00Z",
	} {
		at, _ := time.Parse(time.RFC3339, now)
		if got := n.after(at).Format(time.RFC3339); got != want {
			t.Errorf("after %s comes %s, want %s", now, got, want)
		}
	}
	for _, wrong := range []string{"", "2:30 pm", "25:00", "night"} {
		if _, err := parseNightly(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

// The server tries a recall out when the time has come, and keeps what it found.
func TestDrillsRunAtNight(t *testing.T) {
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "plant.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, c := range []ledger.Command{&catalog.DefineItem{ItemDefined: catalog.ItemDefined{PartNumber: "RES", Name: "Resistor", Tracking: "lot"}},
		&genealogy.Receive{PartNumber: "RES", Lot: "R1", Quantity: quantity.One, Purchase: genealogy.Purchase{Receipt: "GR"}}} {
		if _, err := l.Record(t.Context(), ledger.Request{By: "test"}, c); err != nil {
			t.Fatal(err)
		}
	}
	nights := make(chan time.Time)
	var waits []time.Duration
	stop := background(t.Context(), nil, func(ctx context.Context, log *slog.Logger) {
		drillNightly(ctx, l, nightly{2, 30}, func(d time.Duration) <-chan time.Time {
			waits = append(waits, d)
			return nights
		}, log)
	})
	nights <- time.Time{}
	nights <- time.Time{}
	stop()
	var h *recall.History
	err = l.Read(t.Context(), func(tx *store.Tx) error {
		h, err = recall.Drills(tx, l.Company(), 10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Drills) == 0 || h.Drills[0].Lot != "lot:RES/R1" || h.Drills[0].Score != 100 {
		t.Errorf("kept %+v", h.Drills)
	}
	for _, d := range waits {
		if d <= 0 || d > 24*time.Hour {
			t.Errorf("waits for %s", d)
		}
	}
}
