package workbook

import (
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/order"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// What an import asks the ledger without recording anything.

// alone decides a command without keeping what it decides.
func (d *decider) alone(command ledger.Command) *refuse.Refusal {
	_, err := d.imp.Do(&unkept{command})
	refusal, _ := refuse.As(err)
	return refusal
}

// exists looks for what a row names.
func (d *decider) exists(name string) bool {
	kind, rest, _ := strings.Cut(name, "\x00")
	part, number, _ := strings.Cut(rest, "\x00")
	return d.alone(peek(func(set *store.Set) error {
		var err error
		switch kind {
		case "item":
			_, err = catalog.FindItem(set, part)
		case "partner":
			_, err = catalog.FindPartner(set, part)
		case "order":
			_, err = order.Find(set, part)
		case "unit":
			_, err = genealogy.Find(set, genealogy.Object{PartNumber: part, Serial: number})
		case "lot":
			_, err = genealogy.Find(set, genealogy.Object{PartNumber: part, Lot: number})
		default:
			err = errUnknown
		}
		return err
	})) == nil
}

var errUnknown = refuse.New(refuse.NotFound, "Not known.")

// peek is a command that only looks.
type peek func(set *store.Set) error

// Decide looks.
func (p peek) Decide(set *store.Set) ([]journal.Fact, error) { return nil, p(set) }

// unkept decides and keeps nothing.
type unkept struct{ ledger.Command }

// Decide forgets the facts.
func (c *unkept) Decide(set *store.Set) ([]journal.Fact, error) {
	_, err := c.Command.Decide(set)
	return nil, err
}

// lostPart is why an order cannot be released: a row of the BOM of one of its
// parts is bad.
type lostPart struct{ number int }

func (*lostPart) Error() string { return "a part's BOM has a bad row" }

// guarded keeps an order from being sealed without what a bad BOM row would
// have put in.
func (d *decider) guarded(t *task) ledger.Command {
	if len(d.problems.lost) == 0 || t.rows[0].sheet.Name != "orders" {
		return t.command
	}
	return &guarded{t.command, d.problems}
}

type guarded struct {
	ledger.Command
	problems *problems
}

// Decide looks through the lines of the order BOM.
func (c *guarded) Decide(set *store.Set) ([]journal.Fact, error) {
	facts, err := c.Command.Decide(set)
	for _, fact := range facts {
		listed, ok := fact.What.(*order.OrderListed)
		if !ok || listed.Line == nil {
			continue
		}
		if number, lost := c.problems.lost["bom\x00"+listed.Line.PartNumber]; lost {
			return nil, &lostPart{number}
		}
	}
	return facts, err
}
