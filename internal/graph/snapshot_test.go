package graph

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
)

func saved(t *testing.T, g *Graph) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := g.View().Save(&out, "bound"); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSnapshotsAreWhatTheyWereMadeOf saves a graph in the middle of its growth,
// and lets what is loaded grow as the other does.
func TestSnapshotsAreWhatTheyWereMadeOf(t *testing.T) {
	all := grown(9_000)
	g := New()
	grow(t, g, all[:5_000], 1)
	grow(t, g, all[5_000:6_000], 2)
	loaded, err := Load(saved(t, g), func(bound string, seq int64) bool { return bound == "bound" && seq == 2 })
	if err != nil {
		t.Fatal(err)
	}
	for i, from := range []int{6_000, 9_000} {
		for _, f := range Compare(loaded.View(), g.View()) {
			t.Errorf("after %d: %s", from, f)
		}
		if i == 0 {
			grow(t, g, all[from:], 3)
			grow(t, loaded, all[from:], 3)
		}
	}
}

// TestSnapshotsAreChecked damages a snapshot in every way: none of it is taken
// for what it was.
func TestSnapshotsAreChecked(t *testing.T) {
	g := New()
	grow(t, g, grown(2_000), 1)
	whole, admits := saved(t, g), func(string, int64) bool { return true }
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		wrong := bytes.Clone(whole)
		wrong[r.IntN(len(wrong))] ^= byte(1 + r.IntN(255))
		if _, err := Load(wrong, admits); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrForeign) {
			t.Fatalf("a damaged snapshot: %v", err)
		}
		if _, err := Load(whole[:r.IntN(len(whole))], admits); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrForeign) {
			t.Fatalf("a truncated snapshot: %v", err)
		}
	}
	if _, err := Load(whole, func(string, int64) bool { return false }); !errors.Is(err, ErrForeign) {
		t.Errorf("a snapshot of something else: %v", err)
	}
}
