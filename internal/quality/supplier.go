package quality

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"lotline/internal/genealogy"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Supplier is how what a supplier sends is found (ISO 9001 8.4.1, monitoring
// of external providers).
type Supplier struct {
	Supplier    string           `json:"supplier"`
	Lots        int64            `json:"lots"`  // received
	Units       int64            `json:"units"` // received by serial
	Failures    int64            `json:"failures"`
	Rejected    int64            `json:"rejected"`       // lots and units that failed an inspection, or have a nonconformity
	Share       string           `json:"rejected_share"` // percent of lots and units
	OpenReturns int64            `json:"open_returns"`   // to be sent back by their disposition, and here still
	Returned    int64            `json:"returned"`       // lots and units of which something was sent back
	Objects     []SupplierObject `json:"objects,omitempty"`
}

// SupplierObject is a lot or unit of a supplier that was rejected.
type SupplierObject struct {
	Object          string   `json:"object"`
	Failures        int64    `json:"failures"`
	Nonconformities []string `json:"nonconformities"`
	OpenReturn      bool     `json:"open_return"`
	Returned        bool     `json:"returned"`
}

// Suppliers are all suppliers of which something was received, by their codes;
// the objects of one, where one is asked for.
func Suppliers(tx *store.Tx, company, only string) ([]Supplier, error) {
	all := map[string]*Supplier{}
	of := func(code string) *Supplier {
		if all[code] == nil {
			all[code] = &Supplier{Supplier: code}
		}
		return all[code]
	}
	err := counts(tx, `SELECT r.supplier, o.kind, count(DISTINCT r.object_id) FROM receipt r JOIN object o ON o.company = $1 AND o.id = r.object_id
		WHERE r.company = $1 AND r.supplier <> '' AND r.voided = 0 AND o.voided = 0 AND r.quantity > 0 GROUP BY r.supplier, o.kind`, company, func(code, kind string, n int64) {
		if kind == genealogy.LotKind {
			of(code).Lots += n
		} else {
			of(code).Units += n
		}
	})
	if err != nil {
		return nil, err
	}
	rejected, err := rejectedBySupplier(tx, company)
	if err != nil {
		return nil, err
	}
	for code, objects := range rejected {
		s := of(code)
		for _, o := range objects {
			s.add(o, code == only)
		}
	}
	var list []Supplier
	for _, code := range slices.Sorted(maps.Keys(all)) {
		s := all[code]
		s.Share = share(s.Rejected, s.Lots+s.Units)
		slices.SortFunc(s.Objects, func(a, b SupplierObject) int { return cmp.Compare(a.Object, b.Object) })
		if only == "" || only == code {
			list = append(list, *s)
		}
	}
	if only != "" && len(list) == 0 {
		return nil, refuse.New(refuse.NotFound, "Nothing was received of a supplier %s.", only).At("supplier")
	}
	return append([]Supplier{}, list...), nil
}

func (s *Supplier) add(o *SupplierObject, listed bool) {
	s.Failures += o.Failures
	if o.Failures > 0 || len(o.Nonconformities) > 0 {
		s.Rejected++
	}
	if o.OpenReturn {
		s.OpenReturns++
	}
	if o.Returned {
		s.Returned++
	}
	if listed {
		s.Objects = append(s.Objects, *o)
	}
}

// share is a part of a whole in percent, with two digits.
func share(part, whole int64) string {
	if whole == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", float64(part)*100/float64(whole))
}

// rejectedBySupplier are the received objects that failed, have a
// nonconformity, or went back, by supplier. What failed of the pieces of a lot
// counts for the lot.
func rejectedBySupplier(tx *store.Tx, company string) (map[string]map[int64]*SupplierObject, error) {
	all := map[string]map[int64]*SupplierObject{}
	received := `FROM receipt r JOIN object o ON o.company = $1 AND (o.id = r.object_id OR o.lot_id = r.object_id) `
	lot := `SELECT DISTINCT r.supplier, r.object_id, `
	where := ` WHERE r.company = $1 AND r.supplier <> '' AND r.voided = 0 AND r.quantity > 0`
	each := func(query string, f func(*SupplierObject, string, string)) error {
		rows, err := tx.Query(query, company)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var code, a, b string
			var id int64
			if err := rows.Scan(&code, &id, &a, &b); err != nil {
				return err
			}
			if all[code] == nil {
				all[code] = map[int64]*SupplierObject{}
			}
			if all[code][id] == nil {
				all[code][id] = &SupplierObject{Nonconformities: []string{}}
			}
			f(all[code][id], a, b)
		}
		return rows.Err()
	}
	err := each(lot+`CAST(i.id AS TEXT), '' `+received+`JOIN inspection i ON i.company = $1 AND i.object_id = o.id AND i.result = 'fail' AND i.voided = 0`+where,
		func(o *SupplierObject, _, _ string) { o.Failures++ })
	if err == nil {
		err = each(lot+`n.nonconformity, CASE WHEN n.state = 'disposed' THEN n.disposition ELSE '' END `+received+`JOIN nonconformity n ON n.company = $1 AND n.object_id = o.id AND n.voided = 0`+where,
			func(o *SupplierObject, number, disposition string) {
				o.Nonconformities = append(o.Nonconformities, number)
				o.OpenReturn = o.OpenReturn || disposition == ReturnToSupplier
			})
	}
	if err == nil {
		err = each(lot+`'', '' `+received+`JOIN movement m ON m.company = $1 AND m.object_id = o.id AND m.term = 'returned_to_supplier' AND m.voided = 0`+where,
			func(o *SupplierObject, _, _ string) { o.Returned, o.OpenReturn = true, false })
	}
	if err != nil {
		return nil, err
	}
	return all, callThem(tx, company, all)
}

// callThem gives the objects their names.
func callThem(tx *store.Tx, company string, all map[string]map[int64]*SupplierObject) error {
	var numbers []int64
	for _, objects := range all {
		numbers = append(numbers, slices.Collect(maps.Keys(objects))...)
	}
	found, err := genealogy.ByNumbers(tx, company, numbers)
	for _, objects := range all {
		for id, o := range objects {
			if row, ok := found[id]; ok {
				o.Object = row.Object().Ref()
			}
			slices.Sort(o.Nonconformities)
		}
	}
	return err
}

func counts(tx *store.Tx, query, company string, f func(a, b string, n int64)) error {
	rows, err := tx.Query(query, company)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var a, b string
		var n int64
		if err := rows.Scan(&a, &b, &n); err != nil {
			return err
		}
		f(a, b, n)
	}
	return rows.Err()
}
