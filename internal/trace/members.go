package trace

import (
	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/store"
)

// Members are the lots and units of an order at the time that is asked about,
// with when those left that were moved to another order before (0: not).
func Members(tx *store.Tx, company, name string, q Question) (map[int64]moment.Time, error) {
	l := &loader{tx: tx, company: company, q: q, net: newNet()}
	o := &orderPart{Order: order.Order{Order: name}}
	ids, err := l.membersOf(o)
	if err != nil {
		return nil, err
	}
	all := map[int64]moment.Time{}
	return all, in(l, genealogy.Objects, "id", ids, func(r *genealogy.Row) {
		left := o.former[r.ID]
		if l.sees(r.ID, r.At, r.Voided) && (left == 0 || left >= r.At) { // earlier: it came to the order later than is asked
			all[r.ID] = left
		}
	})
}

// membersOf are the lots and units of an order at the time that is asked
// about: those that name it, those that it reworks, and those that were its
// members until they were moved to another.
func (l *loader) membersOf(o *orderPart) ([]int64, error) {
	name := o.Order.Order
	o.former, o.doneAt = map[int64]moment.Time{}, map[int64]moment.Time{}
	rows, err := rowsOf(l, genealogy.Objects, name)
	if err != nil {
		return nil, err
	}
	var ids, units []int64
	for i := range rows {
		if l.sees(rows[i].ID, rows[i].At, rows[i].Voided) {
			ids = append(ids, rows[i].ID)
			if rows[i].Kind == genealogy.UnitKind {
				units = append(units, rows[i].ID)
			}
		}
	}
	passed, err := rowsOf(l, genealogy.Memberships, name)
	if err != nil {
		return nil, err
	}
	for _, m := range passed {
		switch {
		case !l.sees(m.ID, m.At, m.Voided):
		case m.Kind == genealogy.ReworkMember:
			ids = append(ids, m.ObjectID)
			o.doneAt[m.ObjectID] = m.Until
		case l.sees(m.ID, m.Until, m.Voided):
			ids = append(ids, m.ObjectID)
			o.former[m.ObjectID] = m.Until
		default: // moved later than what is asked about
			ids = append(ids, m.ObjectID)
		}
	}
	return ids, l.notYet(o, units)
}

// notYet takes out units that were moved to the order later than the time that
// is asked about.
func (l *loader) notYet(o *orderPart, units []int64) error {
	if !l.past() {
		return nil
	}
	return in(l, genealogy.Memberships, "object_id", units, func(m *genealogy.Membership) {
		if m.Kind == genealogy.FormerMember && m.Order != o.Order.Order && !l.sees(m.ID, m.Until, m.Voided) && l.sees(m.ID, m.At, m.Voided) {
			o.former[m.ObjectID] = m.At - 1 // not a member yet: nothing that was issued reached it
		}
	})
}

// before gives units the order that they were members of at the time that is
// asked about: the one that the first later move took them from.
func (l *loader) before(ids []int64) error {
	if !l.past() {
		return nil
	}
	first := map[int64]int64{}
	return in(l, genealogy.Memberships, "object_id", ids, func(m *genealogy.Membership) {
		n := l.net.nodes[m.ObjectID]
		if m.Kind != genealogy.FormerMember || n == nil || n.ID == 0 || m.Voided != 0 || l.sees(m.ID, m.Until, m.Voided) {
			return
		}
		if known := first[m.ObjectID]; known == 0 || m.ID < known {
			first[m.ObjectID], n.Order = m.ID, m.Order
		}
	})
}
