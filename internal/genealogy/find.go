package genealogy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/refuse"
	"lotline/internal/store"
)

// FindObjects are the lots and units that a text names: first those of that
// number or PART/NAME, then those that others call so, then those of that
// shipment, each once; in each group in the order in which they came to be. At
// most limit are answered, from a place on; next is the place of what follows,
// empty when there is no more.
func FindObjects(tx *store.Tx, company, text, from string, limit int) (found []Match, next string, err error) {
	at, err := parsePlace(from)
	if err != nil {
		return nil, "", err
	}
	f := finder{tx: tx, company: company, text: text}
	for ; at.group < len(groups); at = (place{at.group + 1, 0}) {
		if len(found) == limit {
			return found, at.String(), nil
		}
		some, more, err := groups[at.group](&f, at.id, limit-len(found))
		if err != nil {
			return nil, "", err
		}
		found = append(found, some...)
		if more != 0 {
			return found, place{at.group, more}.String(), nil
		}
	}
	return found, "", nil
}

// finder looks for one text.
type finder struct {
	tx            *store.Tx
	company, text string
}

// groups answer what they find from an object's id on, at most limit, and the
// id that follows; 0 when there is none.
var groups = []func(f *finder, from int64, limit int) ([]Match, int64, error){(*finder).byNumber, (*finder).byIdentifier, (*finder).byShipment}

// place is where a page of matches begins.
type place struct {
	group int
	id    int64
}

// String is the place as the asker gives it back.
func (p place) String() string { return fmt.Sprintf("%d.%d", p.group, p.id) }

func parsePlace(text string) (p place, err error) {
	if text == "" {
		return p, nil
	}
	group, id, _ := strings.Cut(text, ".")
	wrong := refuse.New(refuse.Invalid, "%q is no place in what was found: give what the answer before named as next.", text).At("from")
	if p.group, err = strconv.Atoi(group); err != nil || p.group < 0 || p.group >= len(groups) {
		return p, wrong
	}
	if p.id, err = strconv.ParseInt(id, 10, 64); err != nil || p.id < 0 {
		return p, wrong
	}
	return p, nil
}

func (f *finder) byNumber(from int64, limit int) ([]Match, int64, error) {
	rows, err := Objects.SelectOrdered(f.tx, f.company, `name = $2 AND id >= $3`, `ORDER BY id LIMIT $4`, f.text, from, limit+1)
	if err != nil {
		return nil, 0, err
	}
	for _, o := range f.ways() {
		more, err := Objects.Select(f.tx, f.company, `part_number = $2 AND kind = $3 AND name = $4 AND id >= $5`, o.PartNumber, o.Kind(), o.Name(), from)
		if err != nil {
			return nil, 0, err
		}
		rows = append(rows, more...)
	}
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Compare(a.ID, b.ID) })
	rows = slices.CompactFunc(rows, func(a, b Row) bool { return a.ID == b.ID })
	var next int64
	if len(rows) > limit {
		rows, next = rows[:limit], rows[limit].ID
	}
	found := make([]Match, len(rows))
	for i := range rows {
		found[i] = match(&rows[i], "number")
	}
	return found, next, nil
}

// ways are the objects that the text may name as PART/NAME.
func (f *finder) ways() []Object {
	ways, err := ParseRef(f.text)
	if err != nil { // it is no PART/NAME
		return nil
	}
	return ways
}

func match(r *Row, what string) Match {
	if r.Voided != 0 {
		what += " (voided)"
	}
	o := r.Object()
	return Match{Kind: r.Kind, Ref: o.Ref(), PartNumber: o.PartNumber, Serial: o.Serial, Lot: o.Lot, What: what}
}

func (f *finder) byIdentifier(from int64, limit int) ([]Match, int64, error) {
	return f.called(`SELECT i.object_id, min(i.kind) FROM identifier i JOIN object o ON o.company = i.company AND o.id = i.object_id
		WHERE i.company = $1 AND o.company = $1 AND i.text = $2 AND i.object_id >= $3 AND o.name <> $2
		GROUP BY i.object_id ORDER BY i.object_id LIMIT $4`, from, limit)
}

func (f *finder) byShipment(from int64, limit int) ([]Match, int64, error) {
	return f.called(`SELECT m.object_id, min('shipment') FROM movement m JOIN object o ON o.company = m.company AND o.id = m.object_id
		WHERE m.company = $1 AND o.company = $1 AND m.shipment = $2 AND m.shipment <> '' AND m.object_id >= $3 AND o.name <> $2
			AND NOT EXISTS (SELECT 1 FROM identifier i WHERE i.company = $1 AND i.text = $2 AND i.object_id = m.object_id)
		GROUP BY m.object_id ORDER BY m.object_id LIMIT $4`, from, limit)
}

// called are the objects of a statement that answers their ids, and what calls
// them so.
func (f *finder) called(query string, from int64, limit int) ([]Match, int64, error) {
	rows, err := f.tx.Query(query, f.company, f.text, from, limit+1)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	var ids []int64
	whats := map[int64]string{}
	for rows.Next() {
		var id int64
		var what string
		if err := rows.Scan(&id, &what); err != nil {
			return nil, 0, err
		}
		ids = append(ids, id)
		whats[id] = what
	}
	if err := rows.Err(); err != nil {
		return nil, 0, err
	}
	var next int64
	if len(ids) > limit {
		ids, next = ids[:limit], ids[limit]
	}
	var found []Match
	for some := range slices.Chunk(ids, 500) {
		places, args := make([]string, len(some)), make([]any, len(some))
		for i, id := range some {
			places[i], args[i] = "$"+strconv.Itoa(i+2), id
		}
		objects, err := Objects.SelectOrdered(f.tx, f.company, "id IN ("+strings.Join(places, ", ")+")", "ORDER BY id", args...)
		if err != nil {
			return nil, 0, err
		}
		for i := range objects {
			if o := objects[i].Object(); o.PartNumber+"/"+o.Name() != f.text { // else it is found by its number
				found = append(found, match(&objects[i], whats[objects[i].ID]))
			}
		}
	}
	return found, next, nil
}
