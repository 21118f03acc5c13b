package genealogy

import (
	"slices"
	"strconv"
	"strings"

	"lotline/internal/quantity"
	"lotline/internal/store"
)

// balancesMax is how many lots one statement weighs.
const balancesMax = 500

// OpenBalances are the mass balances of those of the lots of which something is
// missing or too much, or that have less than nothing in stock.
func OpenBalances(tx *store.Tx, company string, lots []int64) ([]Balance, error) {
	var all []Balance
	for some := range slices.Chunk(lots, balancesMax) {
		missing, below, err := missingOf(tx, company, some)
		if err != nil {
			return nil, err
		}
		for _, id := range some {
			if missing[id] == 0 && !below[id] {
				continue
			}
			rows, err := Objects.Select(tx, company, "id = $2", id)
			if err != nil {
				return nil, err
			}
			for _, row := range rows {
				b, err := BalanceOf(tx, company, row)
				if err != nil {
					return nil, err
				}
				all = append(all, b)
			}
		}
	}
	return all, nil
}

// missingOf is what is missing of lots, by four sums, and which have less than
// nothing in stock.
func missingOf(tx *store.Tx, company string, lots []int64) (missing map[int64]quantity.Quantity, below map[int64]bool, err error) {
	args, places := []any{company}, make([]string, len(lots))
	for i, id := range lots {
		args, places[i] = append(args, id), "$"+strconv.Itoa(i+2)
	}
	in := " IN (" + strings.Join(places, ", ") + ")"
	missing, below = map[int64]quantity.Quantity{}, map[int64]bool{}
	sum := func(query string, each func(id int64, what string, q quantity.Quantity)) error {
		rows, err := tx.Query(query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, q int64
			var what string
			if err := rows.Scan(&id, &what, &q); err != nil {
				return err
			}
			each(id, what, quantity.Quantity(q))
		}
		return rows.Err()
	}
	var b Balance
	came := map[*quantity.Quantity]bool{&b.Received: true, &b.Produced: true, &b.SplitIn: true, &b.MergedIn: true, &b.AdjustedUp: true}
	err = sum(`SELECT object_id, term, CAST(SUM(quantity) AS BIGINT) FROM movement WHERE company = $1 AND voided = 0 AND object_id`+in+` GROUP BY object_id, term`,
		func(id int64, what string, q quantity.Quantity) {
			term := b.term(what)
			switch {
			case what == TermReturned || came[term]:
				missing[id] += q
			case term != nil:
				missing[id] -= q
			}
		})
	if err != nil {
		return nil, nil, err
	}
	out := func(id int64, what string, q quantity.Quantity) {
		missing[id] -= q
		below[id] = below[id] || what == "stock" && q < 0
	}
	for _, query := range []string{
		`SELECT id, 'stock', on_hand FROM object WHERE company = $1 AND id` + in,
		`SELECT from_id, '', CAST(SUM(quantity - removed) AS BIGINT) FROM edge WHERE company = $1 AND voided = 0 AND kind = 'install' AND from_id` + in + ` GROUP BY from_id`,
		`SELECT object_id, '', CAST(SUM("open") AS BIGINT) FROM stock_issue WHERE company = $1 AND object_id` + in + ` GROUP BY object_id`,
	} {
		if err := sum(query, out); err != nil {
			return nil, nil, err
		}
	}
	return missing, below, nil
}
