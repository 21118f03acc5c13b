package refuse

import (
	"errors"
	"fmt"
	"testing"
)

func TestSentence(t *testing.T) {
	tests := []struct {
		refusal *Refusal
		want    string
	}{
		{New(Conflict, "Lot %s is on hold.", "C-7"), "Lot C-7 is on hold."},
		{New(Invalid, "100% is too much."), "100% is too much."},
		{New(Invalid, "%d%% is too much.", 100), "100% is too much."},
	}
	for _, test := range tests {
		if got := test.refusal.Error(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestAtCopies(t *testing.T) {
	plain := New(Invalid, "Give a number.")
	named := plain.At("quantity")
	if plain.Field != "" || named.Field != "quantity" || named.Error() != plain.Error() {
		t.Errorf("got %+v and %+v, want the first without a field and the second with one", plain, named)
	}
}

func TestAs(t *testing.T) {
	refusal := New(NotFound, "There is no lot %s.", "C-7")
	var none *Refusal
	tests := []struct {
		err   error
		found bool
	}{
		{refusal, true},
		{fmt.Errorf("row 3: %w", refusal), true},
		{errors.Join(errors.New("disk full"), refusal), true},
		{errors.New("disk full"), false},
		{none, false},
		{nil, false},
	}
	for _, test := range tests {
		got, found := As(test.err)
		if found != test.found || found && got != refusal {
			t.Errorf("As(%v): got %v %v, want found %v", test.err, got, found, test.found)
		}
	}
}

// The slugs are part of the API: this list may grow and never change.
func TestTypesAreStable(t *testing.T) {
	want := map[Code]string{
		Invalid: "invalid", NotFound: "not-found", Conflict: "conflict", Sealed: "sealed",
		TooLarge: "too-large", Unsupported: "unsupported", "": "invalid",
	}
	for code, slug := range want {
		if got := New(code, "No.").Type(); got != slug {
			t.Errorf("type of %q: got %q, want %q", code, got, slug)
		}
	}
}
