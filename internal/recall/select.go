package recall

import (
	"slices"
	"strconv"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/order"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// matches are objects that a trigger selects, and whether only possibly.
type matches map[int64]bool

// add keeps the better of two: surely before possibly.
func (m matches) add(id int64, may bool) {
	if old, known := m[id]; !known || old {
		m[id] = may
	}
}

// both are the objects that are in both.
func (m matches) both(other matches) matches {
	found := matches{}
	for id, may := range m {
		if also, ok := other[id]; ok {
			found[id] = may || also
		}
	}
	return found
}

// scout looks for what one trigger selects, as the question sees it.
type scout struct {
	Trigger
	tx       *store.Tx
	company  string
	set      *store.Set
	q        trace.Question
	from, to moment.Time
	members  map[string]map[int64]moment.Time // of orders, with when they left
}

// starts are the objects that a trigger selects: all its fields match.
func (t Trigger) starts(tx *store.Tx, company string, q trace.Question) (matches, error) {
	s := &scout{Trigger: t, tx: tx, company: company, set: store.NewSet(tx, company), q: q, members: map[string]map[int64]moment.Time{}}
	var err error
	if s.from, s.to, err = t.window(); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	var found matches
	for _, by := range []struct {
		asked bool
		find  func() (matches, error)
	}{
		{t.Object != "", s.byObject}, {t.Serials != "", s.bySerials}, {t.PartNumber != "" && t.Serials == "", s.byItem},
		{t.received(), s.byReceipt}, {t.Order != "" && !t.operated() && !t.inspected(), s.byOrder}, {t.operated(), s.byOperation},
		{t.inspected(), s.byInspection}, {t.Nonconformity != "", s.byNonconformity}, {t.Document != "", s.byDocument}, {t.Customer != "", s.byCustomer},
	} {
		if !by.asked {
			continue
		}
		some, err := by.find()
		if err != nil {
			return nil, err
		}
		if found == nil {
			found = some
		} else {
			found = found.both(some)
		}
	}
	if s.from == 0 && s.to == 0 || t.received() || t.operated() || t.inspected() || t.Customer != "" {
		return found, nil // the window is that of the events, if there is one
	}
	return s.inWindow(found)
}

func (t *Trigger) received() bool {
	return t.Supplier+t.SupplierLot+t.MakerLot+t.Certificate+t.Heat+t.DateCode != ""
}

func (t *Trigger) operated() bool {
	return t.Operation+t.WorkCenter+t.Machine+t.Operator+t.Program+t.Tool+t.Parameter != ""
}

func (t *Trigger) inspected() bool {
	return t.Characteristic+t.Plan+t.Result+t.Inspector+t.Instrument != ""
}

// check refuses what cannot be asked: fields that need another, and names that
// are not known.
func (s *scout) check() error {
	for _, f := range []struct{ name, text, needs, with string }{
		{"revision", s.Revision, "part_number", s.PartNumber}, {"serials", s.Serials, "part_number", s.PartNumber},
		{"parameter_lower", s.ParameterLower, "parameter", s.Parameter}, {"parameter_upper", s.ParameterUpper, "parameter", s.Parameter},
		{"lower", s.Lower, "characteristic", s.Characteristic}, {"upper", s.Upper, "characteristic", s.Characteristic},
		{"document_revision", s.DocumentRevision, "document", s.Document},
	} {
		if f.text != "" && f.with == "" {
			return refuse.New(refuse.Invalid, "%s is given without %s: give both.", f.name, f.needs).At(f.needs)
		}
	}
	bare := s.Trigger
	bare.Zone = ""
	switch {
	case bare == Trigger{}:
		return refuse.New(refuse.Invalid, "Say what the recall starts from: a lot, a supplier's lot, a machine, an operator, an order, an item, a window.")
	case s.SinceCalibration && s.Instrument == "":
		return refuse.New(refuse.Invalid, "since_calibration is given without instrument: give both.").At("instrument")
	case s.Parameter != "" && s.ParameterLower+s.ParameterUpper == "":
		return refuse.New(refuse.Invalid, "Give the limits of parameter %s: what was outside them is looked for.", s.Parameter).At("parameter_lower")
	case s.Result != "" && !slices.Contains([]string{"pass", "fail", "na"}, s.Result):
		return refuse.New(refuse.Invalid, "result is %q: it must be pass, fail or na.", s.Result).At("result")
	}
	return s.known()
}

// known refuses names of what was never defined or recorded.
func (s *scout) known() error {
	if s.PartNumber != "" {
		if _, err := catalog.FindItem(s.set, s.PartNumber); err != nil {
			return at("part_number", err)
		}
	}
	if s.Revision != "" {
		if _, err := catalog.FindRevision(s.set, s.PartNumber, s.Revision); err != nil {
			return at("revision", err)
		}
	}
	if s.Order != "" {
		if _, err := order.Get(s.tx, s.company, s.Order); err != nil {
			return at("order", err)
		}
	}
	for _, p := range []struct{ field, code string }{{"supplier", s.Supplier}, {"customer", s.Customer}} {
		if _, err := catalog.FindPartner(s.set, p.code); p.code == "" || err == nil {
			continue
		}
		used, err := s.used(p.field, p.code)
		if err != nil {
			return err
		}
		if !used {
			return refuse.New(refuse.NotFound, "There is no %s %s.", p.field, p.code).At(p.field)
		}
	}
	return nil
}

// used says whether records name a partner that nobody defined.
func (s *scout) used(field, code string) (bool, error) {
	if field == "supplier" {
		rows, err := genealogy.Receipts.SelectOrdered(s.tx, s.company, "supplier = $2", "LIMIT 1", code)
		return len(rows) > 0, err
	}
	rows, err := genealogy.Movements.SelectOrdered(s.tx, s.company, "customer = $2", "LIMIT 1", code)
	return len(rows) > 0, err
}

func (s *scout) byObject() (matches, error) {
	row, err := trace.Resolve(s.tx, s.company, s.Object)
	if err != nil {
		return nil, at("object", err)
	}
	return s.seen(row), nil
}

// seen are those of the objects that the question sees.
func (s *scout) seen(rows ...genealogy.Row) matches {
	found := matches{}
	for _, r := range rows {
		if s.q.Sees(r.ID, r.At, r.Voided) {
			found.add(r.ID, false)
		}
	}
	return found
}

// bySerials starts from units of an item by their serials, those they had
// before too.
func (s *scout) bySerials() (matches, error) {
	wanted, err := name.Serials(s.Serials)
	if err != nil {
		return nil, at("serials", err)
	}
	old, err := genealogy.OldNames(s.tx, s.company, wanted)
	if err != nil {
		return nil, err
	}
	found := matches{}
	keep := func(r *genealogy.Row) {
		if r.PartNumber == s.PartNumber && r.Kind == genealogy.UnitKind && (s.Revision == "" || r.Revision == s.Revision) && s.q.Sees(r.ID, r.At, r.Voided) {
			found.add(r.ID, false)
		}
	}
	if err := pick(s, genealogy.Objects, "name", wanted, keep); err != nil {
		return nil, err
	}
	return found, pick(s, genealogy.Objects, "id", old, keep)
}

// byItem starts from an item's objects, of a revision; of one that is not
// tracked, from what has it.
func (s *scout) byItem() (matches, error) {
	c := conditions{}
	c.equal("part_number", s.PartNumber)
	c.equal("revision", s.Revision)
	rows, err := genealogy.Objects.Select(s.tx, s.company, c.where(), c.args...)
	if err != nil {
		return nil, err
	}
	found := s.seen(rows...)
	return found, s.untracked(found)
}

// untracked adds the units whose order BOM has the item without tracking it,
// and the lots that were made of it: each may have some of what is looked for.
func (s *scout) untracked(found matches) error {
	lines, err := order.LinesOfItem(s.tx, s.company, s.PartNumber)
	if err != nil {
		return err
	}
	owners := map[[2]string]bool{}
	for _, l := range lines {
		if l.Tracking == catalog.None && l.Level > 0 && (s.Revision == "" || l.Revision == s.Revision) {
			owners[[2]string{l.Order, l.OwnerPart}] = true
		}
	}
	for owner := range owners {
		members, err := s.of(owner[0])
		if err != nil {
			return err
		}
		err = pick(s, genealogy.Objects, "id", ids(members), func(r *genealogy.Row) {
			if r.PartNumber == owner[1] && (r.Kind == genealogy.UnitKind || r.Size > 0) && members[r.ID] == 0 {
				found.add(r.ID, true)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// byReceipt starts from what came in by a receipt that says all that is asked.
func (s *scout) byReceipt() (matches, error) {
	c := conditions{}
	c.equal("supplier", s.Supplier)
	c.equal("supplier_lot", s.SupplierLot)
	c.equal("manufacturer_lot", s.MakerLot)
	c.equal("certificate", s.Certificate)
	c.equal("heat", s.Heat)
	c.equal("date_code", s.DateCode)
	c.between("at", "at", s.from, s.to)
	rows, err := genealogy.Receipts.Select(s.tx, s.company, c.where(), c.args...)
	found := matches{}
	for _, r := range rows {
		if s.q.Sees(r.ID, r.At, r.Voided) {
			found.add(r.ObjectID, false)
		}
	}
	return found, err
}

// byCustomer starts from what was sent to a customer in the window.
func (s *scout) byCustomer() (matches, error) {
	c := conditions{}
	c.equal("customer", s.Customer)
	c.equal("term", genealogy.TermShipped)
	c.between("at", "at", s.from, s.to)
	rows, err := genealogy.Movements.Select(s.tx, s.company, c.where(), c.args...)
	found := matches{}
	for _, m := range rows {
		if s.q.Sees(m.ID, m.At, m.Voided) {
			found.add(m.ObjectID, false)
		}
	}
	return found, err
}

// byOrder starts from all that an order made: its lots and its units, those
// that it reworked, and as may those that left it for another order.
func (s *scout) byOrder() (matches, error) {
	members, err := s.of(s.Order)
	found := matches{}
	for id, left := range members {
		found.add(id, left != 0)
	}
	return found, err
}

// of are the members of an order, with when they left (0: not).
func (s *scout) of(name string) (map[int64]moment.Time, error) {
	if known, ok := s.members[name]; ok {
		return known, nil
	}
	members, err := trace.Members(s.tx, s.company, name, s.q)
	s.members[name] = members
	return members, err
}

// conditions collects what a statement asks for.
type conditions struct {
	text []string
	args []any
}

func (c *conditions) equal(column, value string) {
	if value != "" {
		c.add(column+" = $", value)
	}
}

// between asks for what meets a window: from begin to end, 0 for open ends.
func (c *conditions) between(begin, end string, from, to moment.Time) {
	if from != 0 {
		c.add(end+" >= $", int64(from))
	}
	if to != 0 {
		c.add(begin+" <= $", int64(to))
	}
}

func (c *conditions) add(text string, value any) {
	c.args = append(c.args, value)
	c.text = append(c.text, text+strconv.Itoa(len(c.args)+1))
}

func (c *conditions) where() string { return strings.Join(c.text, " AND ") }
