package genealogy

import (
	"maps"
	"strconv"
	"strings"

	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// ListObjects is a page of the lots and units.
func ListObjects(tx *store.Tx, company string, l store.Listing) ([]Row, string, error) {
	if l.Equal["kind"] == LotKind { // said as a word, so that the few lots among the units have an index
		l.Equal = maps.Clone(l.Equal)
		delete(l.Equal, "kind")
		return Objects.Page(tx, company, l, `voided = 0 AND kind = 'lot'`)
	}
	return Objects.Page(tx, company, l, `voided = 0`)
}

// ObjectsNamed are at most limit objects whose number begins like the text.
func ObjectsNamed(tx *store.Tx, company, text string, limit int) ([]Row, error) {
	rows, _, err := Objects.Page(tx, company, store.Listing{Sort: "name", Begins: map[string]string{"name": text}, Limit: limit}, `voided = 0`)
	return rows, err
}

// MembersOf is a page of the units of an order, in the order of their serials.
func MembersOf(tx *store.Tx, company, name string, l store.Listing) ([]Row, string, error) {
	return Objects.Page(tx, company, l, `order_name = $2 AND kind = 'unit' AND voided = 0`, name)
}

// LotsOf are the lots that an order made.
func LotsOf(tx *store.Tx, company, name string) ([]Row, error) {
	return Objects.Select(tx, company, `order_name = $2 AND kind = 'lot' AND voided = 0`, name)
}

// Expiring are the lots with stock that expire before a time, the first first.
func Expiring(tx *store.Tx, company string, before moment.Time, limit int) ([]Row, error) {
	return Objects.SelectOrdered(tx, company, `expires_on <> 0 AND expires_on < $2 AND on_hand > 0 AND voided = 0`, `ORDER BY expires_on LIMIT `+strconv.Itoa(limit), int64(before))
}

// ListHolds is a page of the holds, those that lie still or all.
func ListHolds(tx *store.Tx, company string, open bool, l store.Listing) ([]HoldRow, string, error) {
	if open {
		return Holds.Page(tx, company, l, `released_at = 0`)
	}
	return Holds.Page(tx, company, l, "")
}

// CountHolds counts the holds that lie still, up to most.
func CountHolds(tx *store.Tx, company string, most int64) (int64, error) {
	return Holds.CountUpTo(tx, company, most, `released_at = 0`)
}

// HoldsOn are all holds of one object, by its number.
func HoldsOn(tx *store.Tx, company string, object int64) ([]HoldRow, error) {
	return Holds.Select(tx, company, `object_id = $2`, object)
}

// ListDeviations is a page of the deviations.
func ListDeviations(tx *store.Tx, company string, l store.Listing) ([]DeviationRow, string, error) {
	return Deviations.Page(tx, company, l, "")
}

// ListReceipts is a page of what was received.
func ListReceipts(tx *store.Tx, company string, l store.Listing) ([]Receipt, string, error) {
	return Receipts.Page(tx, company, l, `voided = 0`)
}

// ReceivedUnder are the receipts of one number.
func ReceivedUnder(tx *store.Tx, company, receipt string) ([]Receipt, error) {
	return Receipts.Select(tx, company, `receipt = $2 AND voided = 0`, receipt)
}

// ListShipped is a page of what was shipped; of one shipment, where it is named.
func ListShipped(tx *store.Tx, company, shipment string, l store.Listing) ([]Movement, string, error) {
	if shipment != "" {
		return Movements.Page(tx, company, l, `shipment = $2 AND shipment <> '' AND term = 'shipped' AND voided = 0`, shipment)
	}
	return Movements.Page(tx, company, l, `shipment <> '' AND term = 'shipped' AND voided = 0`)
}

// ByNumbers are objects by their numbers.
func ByNumbers(tx *store.Tx, company string, ids []int64) (map[int64]Row, error) {
	all := map[int64]Row{}
	for len(ids) > 0 {
		n := min(len(ids), 200)
		places := make([]string, n)
		args := make([]any, n)
		for i, id := range ids[:n] {
			places[i], args[i] = "$"+strconv.Itoa(i+2), id
		}
		rows, err := Objects.Select(tx, company, `id IN (`+strings.Join(places, ", ")+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			all[r.ID] = r
		}
		ids = ids[n:]
	}
	return all, nil
}

// Made is what an order has made: units with a serial, and the quantity of its
// lots.
func Made(tx *store.Tx, company, name string) (units, produced quantity.Quantity, err error) {
	rows, err := outputs.Select(tx, company, `order_name = $2`, name)
	if err != nil || len(rows) == 0 {
		return 0, 0, err
	}
	return rows[0].Units, rows[0].Produced, nil
}

// CompletedOf counts the units of an order that are complete.
func CompletedOf(tx *store.Tx, company, name string) (int64, error) {
	return Objects.CountUpTo(tx, company, store.ListingMax, `order_name = $2 AND kind = 'unit' AND voided = 0 AND completed_at <> 0`, name)
}

// Into are the installations into some objects that last, by the object they
// went into.
func Into(tx *store.Tx, company string, ids []int64) (map[int64][]Edge, error) {
	all := map[int64][]Edge{}
	for len(ids) > 0 {
		n := min(len(ids), 200)
		places := make([]string, n)
		args := make([]any, n)
		for i, id := range ids[:n] {
			places[i], args[i] = "$"+strconv.Itoa(i+2), id
		}
		rows, err := Edges.Select(tx, company, `to_id IN (`+strings.Join(places, ", ")+`) AND voided = 0`, args...)
		if err != nil {
			return nil, err
		}
		for _, e := range rows {
			if e.Kind == InstallEdge && e.EndedAt == moment.Never {
				all[e.ToID] = append(all[e.ToID], e)
			}
		}
		ids = ids[n:]
	}
	return all, nil
}

// IssuedTo is what an order was issued and did not give back, by the line of its
// order BOM.
func IssuedTo(tx *store.Tx, company, name string) (map[int64]quantity.Quantity, error) {
	rows, err := Issues.Select(tx, company, `order_name = $2 AND voided = 0`, name)
	all := map[int64]quantity.Quantity{}
	for _, i := range rows {
		all[i.Line] += i.Quantity
	}
	return all, err
}
