package genealogy

import (
	"strings"

	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// Stock is what is on the shelf: a line for each item, or for each lot and unit
// of one item. Next names what the following page begins with; empty at the end.
type Stock struct {
	Lines []StockLine `json:"lines"`
	Next  string      `json:"next,omitempty"`
}

// StockLine is the stock of an item, or of one lot or unit of it. What is free
// is neither held nor kept for an order.
type StockLine struct {
	PartNumber string            `json:"part_number"`
	Ref        string            `json:"ref,omitempty"`
	Revision   string            `json:"revision,omitempty"`
	UOM        string            `json:"uom"`
	OnHand     quantity.Quantity `json:"on_hand"`
	Held       quantity.Quantity `json:"held"`
	Allocated  quantity.Quantity `json:"allocated"`
	Free       quantity.Quantity `json:"free"`
	Lots       int64             `json:"lots"`
	Units      int64             `json:"units"`
	Location   string            `json:"location,omitempty"`
	ExpiresOn  moment.Time       `json:"expires_on,omitempty"`
}

// shelved are the rows of objects that are in stock: lots with something left,
// and finished units that are in nothing, with nobody and in no rework.
const shelved = `o.voided = 0 AND (o.on_hand > 0 OR o.kind = 'unit' AND o.parent_edge = 0 AND o.shipped = 0 AND o.scrapped_at = 0
	AND (o.origin <> 'made' OR o.completed_at <> 0)
	AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.company = $1 AND m.object_id = o.id AND m.kind = 'rework' AND m.until = $2 AND m.voided = 0))`

// amounts of a row of objects: on hand, held, allocated.
const (
	onHandOf    = `CASE WHEN o.kind = 'unit' THEN 1000000 ELSE o.on_hand END`
	heldOf      = `CASE WHEN o.held > 0 THEN ` + onHandOf + ` ELSE o.held_part END`
	allocatedOf = `CASE WHEN o.held > 0 THEN 0 ELSE o.allocated END`
)

// StockOfItems is the stock of each item that has some, from a part number on;
// location, where it is named, must be the place of what counts.
func StockOfItems(tx *store.Tx, company, location, from string, limit int) (Stock, error) {
	s := Stock{Lines: []StockLine{}}
	rows, err := tx.Query(`SELECT o.part_number, i.uom, CAST(sum(`+onHandOf+`) AS BIGINT), CAST(sum(`+heldOf+`) AS BIGINT), CAST(sum(`+allocatedOf+`) AS BIGINT),
		CAST(count(CASE WHEN o.kind = 'lot' THEN 1 END) AS BIGINT), CAST(count(CASE WHEN o.kind = 'unit' THEN 1 END) AS BIGINT)
		FROM object o JOIN item i ON i.company = $1 AND i.part_number = o.part_number
		WHERE o.company = $1 AND o.part_number >= $3 AND (CAST($4 AS TEXT) = '' OR o.location = $4) AND `+shelved+`
		GROUP BY o.part_number, i.uom ORDER BY o.part_number LIMIT $5`, company, int64(moment.Never), from, location, int64(limit)+1)
	if err != nil {
		return s, err
	}
	defer rows.Close()
	for rows.Next() {
		var l StockLine
		if err := rows.Scan(&l.PartNumber, &l.UOM, &l.OnHand, &l.Held, &l.Allocated, &l.Lots, &l.Units); err != nil {
			return s, err
		}
		s.add(l, limit, l.PartNumber)
	}
	return s, rows.Err()
}

// StockOfItem is the stock of one item by lot and unit, from one on that is named
// as "lot:NAME" or "unit:NAME".
func StockOfItem(tx *store.Tx, company, part, location, from string, limit int) (Stock, error) {
	s := Stock{Lines: []StockLine{}}
	fromKind, fromName, _ := strings.Cut(from, ":")
	rows, err := tx.Query(`SELECT o.kind, o.name, o.revision, i.uom, `+onHandOf+`, `+heldOf+`, `+allocatedOf+`, o.location, o.expires_on
		FROM object o JOIN item i ON i.company = $1 AND i.part_number = o.part_number
		WHERE o.company = $1 AND o.part_number = $3 AND (o.kind, o.name) >= ($4, $5) AND (CAST($6 AS TEXT) = '' OR o.location = $6) AND `+shelved+`
		ORDER BY o.kind, o.name LIMIT $7`, company, int64(moment.Never), part, fromKind, fromName, location, int64(limit)+1)
	if err != nil {
		return s, err
	}
	defer rows.Close()
	for rows.Next() {
		l, o := StockLine{PartNumber: part}, Object{PartNumber: part}
		var kind, name string
		if err := rows.Scan(&kind, &name, &l.Revision, &l.UOM, &l.OnHand, &l.Held, &l.Allocated, &l.Location, &l.ExpiresOn); err != nil {
			return s, err
		}
		if kind == UnitKind {
			o.Serial, l.Units = name, 1
		} else {
			o.Lot, l.Lots = name, 1
		}
		l.Ref = o.Ref()
		s.add(l, limit, kind+":"+name)
	}
	return s, rows.Err()
}

func (s *Stock) add(l StockLine, limit int, key string) {
	if len(s.Lines) == limit {
		s.Next = key
		return
	}
	l.Free = l.OnHand - l.Held - l.Allocated
	s.Lines = append(s.Lines, l)
}
