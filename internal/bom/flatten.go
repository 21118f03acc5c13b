package bom

import (
	"cmp"
	"maps"
	"math/big"
	"slices"

	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Flattened is the BOM of an item revision with one row per item revision.
type Flattened struct {
	PartNumber string            `json:"part_number"`
	Name       string            `json:"name"`
	Revision   string            `json:"revision"`
	Status     string            `json:"status"`
	Quantity   quantity.Quantity `json:"quantity"` // of the top that the totals are for
	UOM        string            `json:"uom"`
	Items      []Total           `json:"items"` // by part number and revision; phantoms are blown through
}

// Total is how much of an item revision goes into a top, over all levels: into
// parts and assemblies alike.
type Total struct {
	PartNumber string            `json:"part_number"`
	Name       string            `json:"name"`
	Revision   string            `json:"revision"`
	UOM        string            `json:"uom"`
	Source     string            `json:"source"`
	Tracking   string            `json:"tracking"`
	Lines      int               `json:"lines"`          // of the exploded BOM that ask for it
	Net        quantity.Quantity `json:"quantity"`       // without scrap
	Gross      quantity.Quantity `json:"quantity_gross"` // with the scrap of its line and of all lines above; pieces are whole
}

// AskFlatten flattens the BOM of an item revision, as it is designed now, for
// a quantity of it.
func AskFlatten(tx *store.Tx, company, part, revision string, q quantity.Quantity) (Flattened, error) {
	if q <= 0 {
		return Flattened{}, refuse.New(refuse.Invalid, "Totals for %s of %s are not possible: the quantity must be more than 0.", q, part).At("quantity")
	}
	nodes, err := ask(store.NewSet(tx, company), part, revision, 0)
	if err != nil {
		return Flattened{}, err
	}
	top := &nodes[0]
	f := Flattened{PartNumber: top.Item.PartNumber, Name: top.Item.Name, Revision: top.Rev.Revision, Status: top.Rev.Status, Quantity: q, UOM: top.Item.UOM}
	f.Items, err = Totals(nodes, q.Rat())
	return f, err
}

// takes is what each line of an exploded BOM takes for a quantity of the top,
// exactly.
type takes struct {
	net, gross []*big.Rat
}

// amounts multiplies down the levels.
func amounts(nodes []Node, top *big.Rat) takes {
	a := takes{make([]*big.Rat, len(nodes)), make([]*big.Rat, len(nodes))}
	a.net[0], a.gross[0] = top, top
	for i := 1; i < len(nodes); i++ {
		n := &nodes[i]
		a.net[i] = new(big.Rat).Mul(a.net[n.Parent], n.Per)
		a.gross[i] = WithScrap(new(big.Rat).Mul(a.gross[n.Parent], n.Per), n.Scrap)
	}
	return a
}

var hundred = big.NewRat(100, 1)

// WithScrap is an amount with the scrap of its line, in percent, on top of it:
// 5 % of 100 pieces asks for 105. It changes the amount it is given.
func WithScrap(amount *big.Rat, percent quantity.Quantity) *big.Rat {
	if percent == 0 {
		return amount
	}
	scrap := new(big.Rat).Add(hundred, percent.Rat())
	return amount.Mul(amount, scrap.Quo(scrap, hundred))
}

// pieces are the units that cannot be had in part.
var pieces = map[string]bool{"EA": true, "PCS": true, "PC": true}

// Whole rounds an amount that is needed up to whole pieces, where its unit is
// pieces.
func Whole(q quantity.Quantity, uom string) quantity.Quantity {
	if part := q % quantity.One; pieces[uom] && part != 0 {
		q += quantity.One - part
	}
	return q
}

// Totals flattens an exploded BOM for a quantity of its top: one row per item
// revision, without the top and without phantoms. Sums are exact until they
// are written down, and then rounded up to a millionth.
func Totals(nodes []Node, top *big.Rat) ([]Total, error) {
	type sum struct {
		total      Total
		net, gross *big.Rat
	}
	sums := map[[2]string]*sum{}
	a := amounts(nodes, top)
	for i := 1; i < len(nodes); i++ {
		n := &nodes[i]
		if n.Phantom {
			continue
		}
		key := [2]string{n.Item.PartNumber, n.Rev.Revision}
		s := sums[key]
		if s == nil {
			s = &sum{total: Total{PartNumber: n.Item.PartNumber, Name: n.Item.Name, Revision: n.Rev.Revision, UOM: n.Item.UOM,
				Source: n.Item.Source, Tracking: n.Item.Tracking}, net: new(big.Rat), gross: new(big.Rat)}
			sums[key] = s
		}
		s.total.Lines++
		s.net.Add(s.net, a.net[i])
		s.gross.Add(s.gross, a.gross[i])
	}
	all := make([]Total, 0, len(sums))
	for _, s := range slices.SortedFunc(maps.Values(sums), func(a, b *sum) int {
		return cmp.Or(cmp.Compare(a.total.PartNumber, b.total.PartNumber), cmp.Compare(a.total.Revision, b.total.Revision))
	}) {
		var err error
		if s.total.Net, err = quantity.FromRat(s.net, true); err != nil {
			return nil, err
		}
		if s.total.Gross, err = quantity.FromRat(s.gross, true); err != nil {
			return nil, err
		}
		s.total.Gross = Whole(s.total.Gross, s.total.UOM)
		all = append(all, s.total)
	}
	return all, nil
}
