package quality

import (
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"

	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// ListInspections is a page of what was measured.
func ListInspections(tx *store.Tx, company string, l store.Listing) ([]Inspection, string, error) {
	if l.Equal["result"] == "fail" { // said as a word, so that the few that failed have an index
		l.Equal = maps.Clone(l.Equal)
		delete(l.Equal, "result")
		return Inspections.Page(tx, company, l, `voided = 0 AND result = 'fail'`)
	}
	return Inspections.Page(tx, company, l, `voided = 0`)
}

// ListNCRs is a page of the nonconformities: all, those that are open, wait for
// signatures (pending), or are overdue at a time.
func ListNCRs(tx *store.Tx, company, state string, now moment.Time, l store.Listing) ([]NCR, string, error) {
	switch state {
	case "":
		return NCRs.Page(tx, company, l, "")
	case NCROpen:
		return NCRs.Page(tx, company, l, `state <> 'disposed' AND voided = 0`)
	case NCRPending, NCRDisposal:
		return NCRs.Page(tx, company, l, `state = $2 AND voided = 0`, state)
	case NCROverdue:
		return NCRs.Page(tx, company, l, overdue, int64(now))
	}
	return nil, "", refuse.New(refuse.Invalid, "state is %q: it must be open, pending, disposed or overdue.", state).At("state")
}

// NCROverdue asks for what is overdue.
const NCROverdue = "overdue"

// overdue says the same as NCR.Overdue.
const overdue = `voided = 0 AND due_at > 0 AND due_at < $2 AND (state <> 'disposed' OR (capa <> '' AND done_at = 0))`

// CountOpenNCRs counts the nonconformities that are not disposed of, up to most.
func CountOpenNCRs(tx *store.Tx, company string, most int64) (int64, error) {
	return NCRs.CountUpTo(tx, company, most, `state <> 'disposed' AND voided = 0`)
}

// NCRsOf are the nonconformities of one object, by its number.
func NCRsOf(tx *store.Tx, company string, object int64) ([]NCR, error) {
	return NCRs.Select(tx, company, `object_id = $2`, object)
}

// HistoryOf is what was done and measured on one object, and on its order as a
// whole, in the order in which it was recorded; what was voided too.
func HistoryOf(tx *store.Tx, company string, object int64) ([]Operation, []Inspection, error) {
	done, err := Operations.Select(tx, company, `object_id = $2`, object)
	if err != nil {
		return nil, nil, err
	}
	seen, err := Inspections.Select(tx, company, `object_id = $2`, object)
	return done, seen, err
}

// Instrument is an instrument as its last calibration left it.
type Instrument struct {
	CalibrationRow
	Calibrations int
	Passed       moment.Time // the last calibration that it passed
}

// Instruments are all instruments, in the order of their names.
func Instruments(tx *store.Tx, company string) ([]Instrument, error) {
	rows, err := Calibrations.Select(tx, company, "")
	if err != nil {
		return nil, err
	}
	var all []Instrument
	for _, r := range rows { // by instrument, then by time
		if len(all) == 0 || all[len(all)-1].Instrument != r.Instrument {
			all = append(all, Instrument{})
		}
		last := &all[len(all)-1]
		name := last.Name
		last.CalibrationRow = r
		if r.Name == "" {
			last.Name = name
		}
		last.Calibrations++
		if r.Result == "pass" {
			last.Passed = r.At
		}
	}
	return all, nil
}

// Measured are the characteristics that were measured on an item, by the latest
// of them; each once.
func Measured(tx *store.Tx, company, part string) ([]string, error) {
	rows, err := tx.Query(`SELECT DISTINCT i.characteristic FROM inspection i JOIN object o ON o.company = $1 AND o.id = i.object_id
		WHERE i.company = $1 AND o.part_number = $2 AND i.voided = 0 AND i.characteristic <> '' ORDER BY i.characteristic`, company, part)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		all = append(all, name)
	}
	return all, rows.Err()
}

// Reading is one value of a characteristic.
type Reading struct {
	Inspection
	Kind, Name string // of the object
	Number     float64
}

// readingsMax is how many readings a chart shows: the latest.
const readingsMax = 500

// Readings are the latest values of a characteristic over an item's objects, the
// oldest first. Values that are no numbers are left out and counted.
func Readings(tx *store.Tx, company, part, characteristic string) (all []Reading, words int, err error) {
	rows, err := tx.Query(`SELECT i.id, o.kind, o.name, i.at, i.value, i.uom, i.lower, i.upper, i.result, i.instrument FROM inspection i JOIN object o ON o.company = $1 AND o.id = i.object_id
		WHERE i.company = $1 AND o.part_number = $2 AND i.characteristic = $3 AND i.voided = 0 ORDER BY i.at DESC, i.id DESC LIMIT $4`, company, part, characteristic, readingsMax)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var r Reading
		var at int64
		if err := rows.Scan(&r.ID, &r.Kind, &r.Name, &at, &r.Value, &r.UOM, &r.Lower, &r.Upper, &r.Result, &r.Instrument); err != nil {
			return nil, 0, err
		}
		r.At = moment.Time(at)
		if r.Number, err = strconv.ParseFloat(r.Value, 64); err != nil {
			words++
			continue
		}
		all = append(all, r)
	}
	slices.Reverse(all)
	return all, words, rows.Err()
}

// Capability is how well a characteristic stays within its limits (ISO 22514-2:
// Cp and Cpk, with the standard deviation of the sample).
type Capability struct {
	Values       int
	Mean, Sigma  float64
	Lower, Upper *float64
	Cp, Cpk      *float64 // nil where limits or values do not allow them
}

// capabilityMin is how few values no capability is computed from.
const capabilityMin = 2

// Capable computes the capability of readings within the limits of the last.
func Capable(all []Reading) (c Capability) {
	c.Values = len(all)
	if c.Values == 0 {
		return c
	}
	last := all[len(all)-1]
	c.Lower, c.Upper = limit(last.Lower), limit(last.Upper)
	for _, r := range all {
		c.Mean += r.Number / float64(c.Values)
	}
	if c.Values < capabilityMin {
		return c
	}
	for _, r := range all {
		c.Sigma += (r.Number - c.Mean) * (r.Number - c.Mean) / float64(c.Values-1)
	}
	c.Sigma = math.Sqrt(c.Sigma)
	if c.Sigma == 0 {
		return c
	}
	var sides []float64
	if c.Upper != nil {
		sides = append(sides, (*c.Upper-c.Mean)/(3*c.Sigma))
	}
	if c.Lower != nil {
		sides = append(sides, (c.Mean-*c.Lower)/(3*c.Sigma))
	}
	if len(sides) > 0 {
		least := slices.Min(sides)
		c.Cpk = &least
	}
	if len(sides) == 2 {
		cp := (*c.Upper - *c.Lower) / (6 * c.Sigma)
		c.Cp = &cp
	}
	return c
}

func limit(text string) *float64 {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	f, _ := r.Float64()
	return &f
}
