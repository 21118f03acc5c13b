package catalog

import (
	"regexp"
	"strconv"

	"lotline/internal/quantity"
)

// Sample is how many of a batch a characteristic asks to be measured (ISO
// 2859-1 calls the number and the acceptance number those of a sampling plan).
type Sample struct {
	Rule   string // SampleAll, SampleFirst, SampleEvery, SampleBatch; "" for a mere note
	Number int64
	Accept int64 // how many of a batch's sample may be defective
}

// The rules of samples, as plans write them: all, first 3, 1 in 10, 13 per
// batch, 13 per batch accept 1. Whatever else stands there is a note.
const (
	SampleAll   = "all"
	SampleFirst = "first"
	SampleEvery = "every"
	SampleBatch = "batch"
)

var sampleForms = []struct {
	rule string
	form *regexp.Regexp
}{
	{SampleAll, regexp.MustCompile(`^all()()$`)},
	{SampleFirst, regexp.MustCompile(`^first ([1-9][0-9]{0,8})()$`)},
	{SampleEvery, regexp.MustCompile(`^1 in ([1-9][0-9]{0,8})()$`)},
	{SampleBatch, regexp.MustCompile(`^([1-9][0-9]{0,8}) per batch(?: accept ([0-9]{1,9}))?$`)},
}

// Sampled reads what a characteristic says of its sample.
func (c *Characteristic) Sampled() Sample {
	for _, f := range sampleForms {
		if m := f.form.FindStringSubmatch(c.Sample); m != nil {
			number, _ := strconv.ParseInt(m[1], 10, 64) // digits, few
			accept, _ := strconv.ParseInt(m[2], 10, 64)
			return Sample{f.rule, number, accept}
		}
	}
	return Sample{}
}

// Part says that a unit need not be measured where enough others are.
func (s Sample) Part() bool { return s.Rule != "" && s.Rule != SampleAll }

// Of is how many of a batch are to be measured, counted in pieces.
func (s Sample) Of(batch quantity.Quantity) int64 {
	pieces := int64((batch + quantity.One - 1) / quantity.One)
	switch s.Rule {
	case SampleAll:
		return pieces
	case SampleFirst, SampleBatch:
		return min(s.Number, pieces)
	case SampleEvery:
		return (pieces + s.Number - 1) / s.Number
	}
	return 0
}

// Attempts is how many attempts of a re-test a characteristic lets decide; 0
// for any number.
func (c *Characteristic) attempts() (int64, bool) {
	switch c.Retest {
	case "", "last":
		return 0, true
	case "none":
		return 1, true
	}
	n, err := strconv.ParseInt(c.Retest, 10, 32)
	return n, err == nil && n > 0
}

// Decides says whether the attempt of a number decides, as the plan says: the
// last one (where nothing stands), the first alone (none), or one of the first
// so many.
func (c *Characteristic) Decides(attempt int64) bool {
	most, _ := c.attempts()
	return most == 0 || attempt <= most
}
