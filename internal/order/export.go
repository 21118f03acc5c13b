package order

import (
	"bytes"
	"encoding/json"
	"fmt"

	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Sealed is an order BOM with its seal, as it is exported.
type Sealed struct {
	OrderBOM OrderBOM `json:"order_bom"`
	Seal     string   `json:"seal"`
}

// LoadSealed is the sealed order BOM of a released order.
func LoadSealed(tx *store.Tx, company string, o Order) (Sealed, error) {
	s := Sealed{Seal: o.Seal, OrderBOM: OrderBOM{Totals: []SealedTotal{}}}
	if o.Seal == "" {
		return s, refuse.New(refuse.Conflict, "Order %s is not released: it has no sealed order BOM yet.", o.Order)
	}
	head, err := headers.Select(tx, company, `order_name = $2`, o.Order)
	if err != nil || len(head) == 0 {
		return s, fmt.Errorf("order BOM header of %s: %d rows, %w", o.Order, len(head), err)
	}
	if err := json.Unmarshal([]byte(head[0].Body), &s.OrderBOM.Header); err != nil {
		return s, err
	}
	rows, err := lines.Select(tx, company, `order_name = $2`, o.Order)
	if err != nil {
		return s, err
	}
	s.OrderBOM.Lines = make([]SealedLine, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal([]byte(row.Body), &s.OrderBOM.Lines[i]); err != nil {
			return s, err
		}
	}
	sums, err := totals.Select(tx, company, `order_name = $2`, o.Order)
	if err != nil {
		return s, err
	}
	for _, row := range sums {
		var t SealedTotal
		if err := json.Unmarshal([]byte(row.Body), &t); err != nil {
			return s, err
		}
		s.OrderBOM.Totals = append(s.OrderBOM.Totals, t)
	}
	return s, nil
}

// Export is the sealed order BOM of an order as a file that Check can check
// without any database.
func Export(tx *store.Tx, company, name string) ([]byte, error) {
	o, err := Get(tx, company, name)
	if err != nil {
		return nil, err
	}
	sealed, err := LoadSealed(tx, company, o)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(sealed, "", "  ")
}

// Difference is something in an exported order BOM that is not what was sealed.
type Difference struct {
	Where string `json:"where"`
	What  string `json:"what"`
}

func (d Difference) String() string { return d.Where + ": " + d.What }

// CheckMax bounds the file that Check reads, in bytes.
const CheckMax = 64 << 20

// Check recomputes every hash and the seal of an exported order BOM, with
// nothing but the file, and names what differs.
func Check(text []byte) ([]Difference, error) {
	if len(text) > CheckMax {
		return nil, refuse.New(refuse.TooLarge, "The file has more than %d MiB.", CheckMax>>20)
	}
	var doc struct {
		OrderBOM json.RawMessage `json:"order_bom"`
		Seal     string          `json:"seal"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&doc); err != nil {
		return nil, refuse.New(refuse.Invalid, "This is no exported order BOM: %v.", err)
	}
	var parts struct {
		Header map[string]json.RawMessage   `json:"header"`
		Lines  []map[string]json.RawMessage `json:"lines"`
		Totals []map[string]json.RawMessage `json:"totals"`
	}
	decoder = json.NewDecoder(bytes.NewReader(doc.OrderBOM))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&parts); err != nil {
		return nil, refuse.New(refuse.Invalid, "This is no exported order BOM: %v.", err)
	}
	var found []Difference
	find := func(where, what string) { found = append(found, Difference{where, what}) }
	checkPart(parts.Header, "header", find)
	for i, line := range parts.Lines {
		checkPart(line, fmt.Sprintf("line %d (find %s, %s)", i, plain(line["find_number"]), plain(line["part_number"])), find)
		if plain(line["line"]) != fmt.Sprint(i) {
			find(fmt.Sprintf("line %d", i), "a line before it is missing or was added")
		}
	}
	for _, total := range parts.Totals {
		checkPart(total, "total of "+plain(total["part_number"]), find)
	}
	seal, err := hashText(doc.OrderBOM)
	if err != nil {
		return nil, refuse.New(refuse.Invalid, "The order BOM has no canonical form: %v.", err)
	}
	if seal != doc.Seal {
		what := "the order BOM is not the one that was sealed"
		if len(found) == 0 {
			what += ": a line or total is missing, was added or was hashed again, or the seal itself was changed"
		}
		find("seal", what)
	}
	return found, nil
}

func plain(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// checkPart holds a header, line or total against its own hash.
func checkPart(part map[string]json.RawMessage, where string, find func(where, what string)) {
	want := plain(part["hash"])
	rest := make(map[string]json.RawMessage, len(part))
	for name, value := range part {
		if name != "hash" {
			rest[name] = value
		}
	}
	if got, err := hashOf(rest); err != nil || got != want {
		find(where, "it was changed after it was sealed")
	}
}
