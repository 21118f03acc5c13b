package order

import (
	"math/big"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/quantity"
)

// Have is what there is of an item for an order.
type Have struct {
	OnHand       Amount // free, and what is allocated to the order
	Allocated    Amount // to the order
	Supplier     string
	SupplierPart string
	LeadTimeDays int64
}

// Stock tells what there is of an item for an order.
type Stock func(order, part string) (Have, error)

// need is what an order needs of an item revision, over all its lines.
type need struct {
	required Amount // beside what the stock of the assemblies above spares
	gap      Amount
	stock    Have
}

// netting works out what is missing: the stock of a make part is taken before
// its children are exploded.
type netting struct {
	stock Stock
	left  map[string]Amount // of each item
	have  map[string]Have
}

func (n *netting) net(doc *OrderBOM) (map[[2]string]need, error) {
	n.have = map[string]Have{}
	needs := map[[2]string]need{}
	gross := make([]*big.Rat, len(doc.Lines)) // to be made of each line, or bought
	for i := range doc.Lines {
		l := &doc.Lines[i]
		if i == 0 {
			gross[0] = doc.Header.Quantity.Rat()
			continue
		}
		amount := bom.WithScrap(new(big.Rat).Mul(gross[l.ParentLine], l.QuantityPer.Rat()), l.ScrapPercent)
		gross[i] = amount
		if l.Phantom {
			continue
		}
		asked, err := quantity.FromRat(amount, true)
		if err != nil {
			return nil, err
		}
		asked = bom.Whole(asked, l.UOM)
		if err := n.look(doc.Header.Order, l.PartNumber); err != nil {
			return nil, err
		}
		taken := min(asked, n.left[l.PartNumber])
		n.left[l.PartNumber] -= taken
		sum := needs[[2]string{l.PartNumber, l.Revision}]
		sum.required += asked
		sum.gap += asked - taken
		sum.stock = n.have[l.PartNumber]
		needs[[2]string{l.PartNumber, l.Revision}] = sum
		if l.Source == catalog.Make {
			gross[i] = (asked - taken).Rat()
		}
	}
	return needs, nil
}

func (n *netting) look(order, part string) error {
	if _, known := n.have[part]; known {
		return nil
	}
	have, err := n.stock(order, part)
	if err != nil {
		return err
	}
	n.have[part] = have
	if _, known := n.left[part]; !known {
		n.left[part] = have.OnHand
	}
	return nil
}
