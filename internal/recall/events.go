package recall

import (
	"cmp"
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"lotline/internal/moment"
	"lotline/internal/quality"
	"lotline/internal/refuse"
)

// limits of a measured value; nil where there is none.
type limits struct{ lower, upper *big.Rat }

func readLimits(field, lower, upper string) (l limits, err error) {
	if l.lower, err = number(field+"lower", lower); err != nil {
		return l, err
	}
	if l.upper, err = number(field+"upper", upper); err != nil {
		return l, err
	}
	if l.lower != nil && l.upper != nil && l.lower.Cmp(l.upper) > 0 {
		return l, refuse.New(refuse.Invalid, "The limits %s to %s are the wrong way round: exchange them.", lower, upper).At(field + "lower")
	}
	return l, nil
}

// numberMax bounds the text of a number, in bytes.
const numberMax = 40

func number(field, text string) (*big.Rat, error) {
	if text == "" {
		return nil, nil
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok || len(text) > numberMax {
		return nil, refuse.New(refuse.Invalid, "%s is %q: it must be a number.", field, text).At(field)
	}
	return r, nil
}

// outside says whether a value is outside; what is no number may be. Without
// limits everything is meant.
func (l limits) outside(text string) (outside, may bool) {
	if l.lower == nil && l.upper == nil {
		return true, false
	}
	value, err := number("value", strings.TrimSpace(text))
	if err != nil {
		return true, true
	}
	return value != nil && (l.lower != nil && value.Cmp(l.lower) < 0 || l.upper != nil && value.Cmp(l.upper) > 0), false
}

// byOperation starts from what was worked on: the object, or all of an order.
// An operation matches when [at, until] meets the window.
func (s *scout) byOperation() (matches, error) {
	within, err := readLimits("parameter_", s.ParameterLower, s.ParameterUpper)
	if err != nil {
		return nil, err
	}
	c := conditions{}
	c.equal("operation", s.Operation)
	c.equal("work_center", s.WorkCenter)
	c.equal("machine", s.Machine)
	c.equal("operator", s.Operator)
	c.equal("program", s.Program)
	c.equal("tool", s.Tool)
	c.between("at", "until", s.from, s.to)
	rows, err := quality.Operations.Select(s.tx, s.company, c.where(), c.args...)
	if err != nil {
		return nil, err
	}
	found := matches{}
	for _, r := range rows {
		if !s.q.Sees(r.ID, r.At, r.Voided) {
			continue
		}
		may := false
		if s.Parameter != "" {
			parameters := map[string]string{}
			_ = json.Unmarshal([]byte(r.Parameters), &parameters) // written by us
			value, given := parameters[s.Parameter]
			outside, unread := within.outside(value)
			if !given || !outside {
				continue
			}
			may = unread
		}
		if err := s.touched(found, r.ObjectID, r.Order, r.At, may); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// touched adds the object of an event, or the members that an order had then.
func (s *scout) touched(found matches, object int64, name string, when moment.Time, may bool) error {
	if object != 0 {
		if s.Order != "" && name != s.Order {
			members, err := s.of(s.Order)
			if _, ours := members[object]; err != nil || !ours || name != "" {
				return err
			}
		}
		found.add(object, may)
		return nil
	}
	if s.Order != "" && name != s.Order {
		return nil
	}
	members, err := s.of(name)
	for id, left := range members {
		if left == 0 || left >= when {
			found.add(id, may)
		}
	}
	return err
}

// byInspection starts from what was measured.
func (s *scout) byInspection() (matches, error) {
	within, err := readLimits("", s.Lower, s.Upper)
	if err != nil {
		return nil, err
	}
	c := conditions{}
	c.equal("characteristic", s.Characteristic)
	c.equal("plan", s.Plan)
	c.equal("result", s.Result)
	c.equal("inspector", s.Inspector)
	c.equal("instrument", s.Instrument)
	c.between("at", "at", s.from, s.to)
	if s.Instrument != "" {
		if err := s.sinceGood(&c); err != nil {
			return nil, err
		}
	}
	rows, err := quality.Inspections.Select(s.tx, s.company, c.where(), c.args...)
	if err != nil {
		return nil, err
	}
	found := matches{}
	for _, r := range rows {
		if outside, may := within.outside(r.Value); outside && s.q.Sees(r.ID, r.At, r.Voided) {
			if err := s.touched(found, r.ObjectID, r.Order, r.At, may); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// sinceGood bounds the readings of an instrument to those that no good
// calibration covers: after the last pass before its latest failure, up to the
// failure; without a failure, after the last pass (trace-model: triggers; ISO
// 9001 7.1.5.2, validity of previous measurement results).
func (s *scout) sinceGood(c *conditions) error {
	rows, err := quality.Calibrations.Select(s.tx, s.company, "instrument = $2", s.Instrument)
	if err != nil {
		return err
	}
	known := len(rows) > 0
	rows = slices.DeleteFunc(rows, func(r quality.CalibrationRow) bool { return !s.q.Sees(r.Fact, r.At, r.Voided) })
	slices.SortFunc(rows, func(a, b quality.CalibrationRow) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Fact, b.Fact))
	})
	if !known {
		return refuse.New(refuse.NotFound, "Instrument %s is not known: record a calibration of it first.", s.Instrument).At("instrument")
	}
	if !s.SinceCalibration {
		return nil
	}
	failed := len(rows)
	for i, r := range rows {
		if r.Result == "fail" {
			failed = i
		}
	}
	if failed < len(rows) {
		c.add("at <= $", int64(rows[failed].At))
	}
	for _, r := range slices.Backward(rows[:failed]) {
		if r.Result == "pass" {
			c.add("at > $", int64(r.At))
			break
		}
	}
	return nil
}
