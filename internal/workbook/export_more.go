package workbook

import (
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/quality"
)

// What is exported from the tables beside definitions and orders: holds,
// nonconformities, voids.

// voids writes what was voided, and remembers it: the other sheets are without.
func (x *exporter) voids() error {
	all, err := ledger.Voidings(x.tx, x.company)
	if err != nil {
		return err
	}
	x.voided = map[int64]bool{}
	for _, v := range all {
		x.voided[v.Fact] = true
		if err := x.put("voids", nil, "fact", journal.FactName(v.Fact), "voided_by", journal.FactName(v.By), "at", v.At.String(), "kind", v.What,
			"body", v.Body, "reason", v.Reason); err != nil {
			return err
		}
	}
	return nil
}

// holds writes the holds that were laid by hand, and those of removals that
// were released by hand; inspections bring their own.
func (x *exporter) holds() error {
	all, err := genealogy.Holds.Select(x.tx, x.company, `source <> $2`, genealogy.FromInspection)
	if err != nil {
		return err
	}
	for _, h := range all {
		o, err := x.object(h.ObjectID, h.Fact)
		if err != nil {
			return err
		}
		if err := x.put("holds", nil, recorded, facts(h.Fact, x.steps.unheld[release{h.Hold, h.ReleasedAt}]), "hold", h.Hold, "at", h.At.String(), "part_number", o.PartNumber, "serial", o.Serial, "lot", o.Lot,
			"quantity", amountText(h.Quantity), "reason", h.Reason, "released_at", h.ReleasedAt.String(), "release_reason", h.ReleaseReason,
			"source", sourceText(h.Source)); err != nil {
			return err
		}
	}
	return nil
}

// sourceText is where a hold came from, where it must be known: a recall
// releases what it holds.
func sourceText(source string) string {
	if source == genealogy.FromRecall {
		return source
	}
	return ""
}

// object is an object as it was called when a fact was recorded.
func (x *exporter) object(id, fact int64) (o genealogy.Object, err error) {
	rows, err := genealogy.Objects.Select(x.tx, x.company, `id = $2`, id)
	if err != nil || len(rows) == 0 {
		return o, err
	}
	o = rows[0].Object()
	moves, err := genealogy.Movements.Select(x.tx, x.company, `object_id = $2 AND id > $3 AND voided = 0`, id, fact)
	for _, m := range slices.Backward(moves) {
		if m.Term == genealogy.TermRenamed && m.Shipment != "" {
			o.Serial = m.Shipment
		}
	}
	return o, err
}

func (x *exporter) ncrs() error {
	all, err := quality.NCRs.Select(x.tx, x.company, "voided = 0")
	if err != nil {
		return err
	}
	for _, n := range all {
		o, err := x.object(n.ObjectID, n.Fact)
		if err != nil {
			return err
		}
		first, err := quality.FirstSigners(x.tx, x.company, &n)
		if err != nil {
			return err
		}
		if err := x.put("nonconformities", nil, recorded, facts(n.Fact, n.DisposedFact, x.steps.done[n.Nonconformity]), "nonconformity", n.Nonconformity, "at", n.At.String(), "part_number", o.PartNumber, "serial", o.Serial, "lot", o.Lot,
			"order", n.Order, "quantity", amountText(n.Quantity), "description", n.Description, "severity", n.Severity, "cause", n.Cause,
			"disposition", n.Disposition, "disposed_at", n.DisposedAt.String(), "approved_by", n.ApprovedBy,
			"signatures", days(n.Signatures), "signed_by", strings.Join(first, "; "), "capa", n.CAPA, "owner", n.Owner, "due_at", n.DueAt.String(), "done_at", n.DoneAt.String()); err != nil {
			return err
		}
	}
	return nil
}
