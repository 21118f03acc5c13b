package genealogy

import (
	"fmt"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/order"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// The differences between a unit and its order BOM. A substitute that the
// order BOM lists and what a deviation permits are explained, the others not.
const (
	Missing       = "missing"
	Extra         = "extra"
	WrongItem     = "wrong_item"
	WrongRevision = "wrong_revision"
	WrongQuantity = "wrong_quantity"
	Substitute    = "substitute"
	Deviating     = "deviation"
)

// explained refuses a unit that differs from its order BOM without an
// explanation (AS9100 8.6: release of products). A position of a lot-tracked
// item that nothing was recorded for may be backflushed, and is warned of.
func (u use) explained(set *store.Set, row *Row, done string) (warned []string, err error) {
	if row.Order == "" || row.Origin != OriginMade {
		return nil, nil
	}
	issued := map[int64]bool{}
	loaded := false
	var wrong []string
	for _, line := range order.Positions(set, row.Order, row.PartNumber) {
		if line.Tracking == catalog.None || line.Optional || line.Level == 0 {
			continue
		}
		difference, filled := u.difference(set, row, line)
		if difference == Missing && !filled && line.Tracking == catalog.ByLot {
			if !loaded {
				loaded = true
				for _, i := range issuesIn.All(set, row.Order) {
					issued[i.Line] = issued[i.Line] || i.Voided == 0 && i.Quantity > 0
				}
			}
			if !issued[line.Line] {
				warned = append(warned, fmt.Sprintf("position %s (%s): nothing is recorded yet", line.Position, line.PartNumber))
			}
			continue
		}
		if difference != "" {
			wrong = append(wrong, fmt.Sprintf("position %s (%s): %s", line.Position, line.PartNumber, strings.ReplaceAll(difference, "_", " ")))
		}
	}
	if len(wrong) == 0 || u.deviation != "" {
		return append(warned, wrong...), nil
	}
	return warned, forgive(set, row, refuse.New(refuse.Conflict, "%s cannot be %s, it differs from its order BOM: %s. Mend it, or name the deviation that permits it.", row.Object(), done, strings.Join(wrong, "; ")))
}

// difference is what is unexplained at a position, by what was installed there.
func (u use) difference(set *store.Set, row *Row, line *order.Line) (difference string, filled bool) {
	var sure, most quantity.Quantity
	explained := false
	groups := map[string]bool{}
	for _, e := range edgesTo.All(set, row.ID) {
		if e.Voided != 0 || e.Kind != InstallEdge || e.Position != line.Position || e.Removed == e.Quantity {
			continue
		}
		filled = true
		explained = explained || e.Deviation != "" || e.SubstituteFor != ""
		if e.Group != "" && groups[e.Group] {
			continue // one of them is in it
		}
		groups[e.Group] = true
		most += e.Quantity - e.Removed
		if e.Certainty == Must || e.Group != "" {
			sure += e.Quantity - e.Removed
		}
		if component := byNumber(set, e.FromID); component != nil && !explained && !fits(set, line, component) {
			return WrongRevision, true
		}
	}
	switch {
	case explained:
		return "", true
	case most == 0:
		return Missing, false
	case most < line.PerOwner && line.Tracking == catalog.ByLot:
		return "", true // the rest may be backflushed
	case most < line.PerOwner || sure > line.PerOwner:
		return WrongQuantity, true
	}
	return "", true
}
