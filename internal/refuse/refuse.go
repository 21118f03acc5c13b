// Package refuse says no in words people can act on. A refusal is an answer and not a failure: it reaches the
// person word for word, while any other error reaches the operator's log.
package refuse

import (
	"errors"
	"fmt"
)

// Code says what sort of no a refusal is. Its text is the stable slug of the problem type and never changes.
type Code string

// The sorts of refusal.
const (
	Invalid     Code = "invalid"     // what was given cannot be understood, or breaks a rule by itself
	NotFound    Code = "not-found"   // what was named does not exist
	Conflict    Code = "conflict"    // what was asked for does not fit what is recorded
	Sealed      Code = "sealed"      // what should change is sealed for ever
	TooLarge    Code = "too-large"   // a limit was passed
	Unsupported Code = "unsupported" // a format, kind or version that this program does not know
)

// Refusal is an error made for the person who asked. It keeps format and arguments apart, so that the sentence
// can be translated later.
type Refusal struct {
	Code   Code
	Field  string // the input that was wrong, as it is spelt in JSON; empty when it is none in particular
	Format string
	Args   []any
}

// New makes a refusal. The format is a whole sentence and says what would be right.
func New(code Code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Format: format, Args: args}
}

// At returns the same refusal for a named field. It copies, so that a refusal kept in a variable can be used for
// many fields.
func (r *Refusal) At(field string) *Refusal {
	named := *r
	named.Field = field
	return &named
}

// Error gives the sentence as the person reads it.
func (r *Refusal) Error() string {
	if len(r.Args) == 0 {
		return r.Format
	}
	return fmt.Sprintf(r.Format, r.Args...)
}

// Type gives the slug of the problem type (RFC 9457, 3.1.1): lower case words joined by hyphens, equal for ever.
func (r *Refusal) Type() string {
	if r.Code == "" {
		return string(Invalid)
	}
	return string(r.Code)
}

// As finds the refusal in an error, however often it was wrapped.
func As(err error) (*Refusal, bool) {
	var r *Refusal
	if errors.As(err, &r) && r != nil {
		return r, true
	}
	return nil, false
}
