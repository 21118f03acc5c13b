package quality

import (
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// ShownNCR is a nonconformity as it is shown and printed, with the signatures
// under its disposition.
type ShownNCR struct {
	Nonconformity string                   `json:"nonconformity"`
	State         string                   `json:"state"` // open, pending (waits for signatures), disposed
	Object        string                   `json:"object,omitempty"`
	Order         string                   `json:"order,omitempty"`
	At            moment.Time              `json:"at"`
	Quantity      quantity.Quantity        `json:"quantity"`
	Description   string                   `json:"description"`
	Severity      string                   `json:"severity"`
	Cause         string                   `json:"cause"`
	Disposition   string                   `json:"disposition"`
	DisposedAt    moment.Time              `json:"disposed_at"`
	ApprovedBy    string                   `json:"approved_by"`
	Needed        int64                    `json:"signatures_needed"`
	SignedBy      []string                 `json:"signed_by"`
	Signatures    []journal.ShownSignature `json:"signatures"`
	CAPA          string                   `json:"capa"`
	Owner         string                   `json:"owner"`
	DueAt         moment.Time              `json:"due_at"`
	DoneAt        moment.Time              `json:"done_at"`
	Overdue       bool                     `json:"overdue"`
	Fact          string                   `json:"fact"`
}

// NCRList is a page of nonconformities; Next is what the next page begins
// with, empty when there is none.
type NCRList struct {
	Nonconformities []ShownNCR `json:"nonconformities"`
	Next            string     `json:"next,omitempty"`
}

// PageNCRs is a page of nonconformities in the order of their numbers, in a
// state (see ListNCRs) at a time.
func PageNCRs(tx *store.Tx, company, state string, now moment.Time, from string, limit int) (all NCRList, err error) {
	all.Nonconformities = []ShownNCR{}
	rows, next, err := ListNCRs(tx, company, state, now, store.Listing{Sort: "nonconformity", After: from, Limit: limit})
	if err != nil {
		return all, err
	}
	all.Next = next
	for i := range rows {
		shown, err := showNCR(tx, company, &rows[i], now)
		if err != nil {
			return all, err
		}
		all.Nonconformities = append(all.Nonconformities, shown)
	}
	return all, nil
}

// ShowNCR is one nonconformity.
func ShowNCR(tx *store.Tx, company, number string, now moment.Time) (ShownNCR, error) {
	rows, err := NCRs.Select(tx, company, `nonconformity = $2 AND voided = 0`, number)
	if err != nil {
		return ShownNCR{}, err
	}
	if len(rows) == 0 {
		return ShownNCR{}, refuse.New(refuse.NotFound, "There is no nonconformity %s.", number).At("nonconformity")
	}
	return showNCR(tx, company, &rows[0], now)
}

func showNCR(tx *store.Tx, company string, n *NCR, now moment.Time) (ShownNCR, error) {
	s := ShownNCR{Nonconformity: n.Nonconformity, State: n.State, Order: n.Order, At: n.At, Quantity: n.Quantity, Description: n.Description, Severity: n.Severity, Cause: n.Cause,
		Disposition: n.Disposition, DisposedAt: n.DisposedAt, ApprovedBy: n.ApprovedBy, Needed: n.Signatures, SignedBy: append([]string{}, n.SignedBy()...),
		CAPA: n.CAPA, Owner: n.Owner, DueAt: n.DueAt, DoneAt: n.DoneAt, Overdue: n.Overdue(now), Fact: journal.FactName(n.Fact)}
	if n.Voided != 0 {
		s.State = "voided"
	}
	found, err := genealogy.ByNumbers(tx, company, []int64{n.ObjectID})
	if row, ok := found[n.ObjectID]; ok {
		s.Object = row.Object().Ref()
	}
	if err != nil {
		return s, err
	}
	s.Signatures, err = signaturesOf(tx, company, n)
	return s, err
}

// signaturesOf are the signatures under the disposition of a nonconformity, of
// the first to sign and of those who followed.
func signaturesOf(tx *store.Tx, company string, n *NCR) ([]journal.ShownSignature, error) {
	if n.DisposedFact == 0 || n.Signers == "" {
		return []journal.ShownSignature{}, nil
	}
	events, err := ncrEvents.Select(tx, company, `nonconformity = $2 AND kind = $3 AND voided = 0 AND fact >= $4`, n.Nonconformity, eventSigned, n.DisposedFact)
	if err != nil {
		return nil, err
	}
	of := journal.Signs{About: "nonconformity", Name: n.Nonconformity}
	for _, e := range events {
		of.Facts = append(of.Facts, e.Fact)
	}
	return journal.SignaturesFor(tx, company, of)
}

// ShownDeviation is a deviation with its limits, what is used of it and who
// signed it.
type ShownDeviation struct {
	Deviation  string                   `json:"deviation"`
	Kind       string                   `json:"kind"`
	Object     string                   `json:"object,omitempty"`
	PartNumber string                   `json:"part_number,omitempty"`
	Order      string                   `json:"order,omitempty"`
	InsteadOf  string                   `json:"instead_of,omitempty"`
	Quantity   quantity.Quantity        `json:"quantity"` // 0: without limit
	Used       quantity.Quantity        `json:"used"`
	At         moment.Time              `json:"at"`
	From       moment.Time              `json:"from"`
	Until      moment.Time              `json:"until"`
	Reason     string                   `json:"reason"`
	ApprovedBy string                   `json:"approved_by"`
	Signatures []journal.ShownSignature `json:"signatures"`
	Fact       string                   `json:"fact"`
}

// DeviationList is a page of deviations.
type DeviationList struct {
	Deviations []ShownDeviation `json:"deviations"`
	Next       string           `json:"next,omitempty"`
}

// PageDeviations is a page of deviations in the order of their numbers.
func PageDeviations(tx *store.Tx, company, from string, limit int) (all DeviationList, err error) {
	all.Deviations = []ShownDeviation{}
	rows, next, err := genealogy.ListDeviations(tx, company, store.Listing{Sort: "deviation", After: from, Limit: limit})
	if err != nil {
		return all, err
	}
	all.Next = next
	var numbers []int64
	for i := range rows {
		numbers = append(numbers, rows[i].ObjectID)
	}
	objects, err := genealogy.ByNumbers(tx, company, numbers)
	for _, d := range rows {
		if err != nil {
			return all, err
		}
		s := ShownDeviation{Deviation: d.Deviation, Kind: d.Kind, PartNumber: d.PartNumber, Order: d.Order, InsteadOf: d.InsteadOf, Quantity: d.Quantity, Used: d.Used,
			At: d.At, From: d.From, Until: d.Until, Reason: d.Reason, ApprovedBy: d.ApprovedBy, Fact: journal.FactName(d.Fact)}
		if row, ok := objects[d.ObjectID]; ok {
			s.Object = row.Object().Ref()
		}
		s.Signatures, err = journal.SignaturesFor(tx, company, journal.Signs{Facts: []int64{d.Fact}, About: "deviation", Name: d.Deviation})
		all.Deviations = append(all.Deviations, s)
	}
	return all, err
}
