package recall

import (
	"fmt"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/trace"
)

// moved is the newest entry since the scope was frozen that brought an object,
// or what it is or was inside of, to another place; 0 for none.
func (b *because) moved(old, o *trace.Object) (why string, entry int64, err error) {
	since := journal.LastOf(b.size)
	newest := func(fact int64, what string) {
		if e := journal.EntryOf(fact); e > max(entry, b.size) {
			why, entry = fmt.Sprintf("%s by entry %d", what, e), e
		}
	}
	for _, ref := range []string{"", old.Top, o.Top} {
		id, who := o.Number(), ""
		if ref != "" {
			if ref == o.Ref || ref == old.Ref {
				continue
			}
			row, err := trace.Resolve(b.tx, b.company, ref)
			if err != nil {
				continue // it has another name now
			}
			id, who = row.ID, ref+" "
		}
		moves, err := genealogy.Movements.Select(b.tx, b.company, "object_id = $2 AND id > $3", id, since)
		if err != nil {
			return "", 0, err
		}
		for _, m := range moves {
			newest(m.ID, who+strings.ReplaceAll(m.Term, "_", " "))
		}
	}
	edges, err := genealogy.Edges.Select(b.tx, b.company, "from_id = $2", o.Number())
	if err != nil {
		return "", 0, err
	}
	for _, e := range edges {
		newest(e.ID, "put into another")
		out, err := genealogy.Removals.Select(b.tx, b.company, "edge_id = $2", e.ID)
		if err != nil {
			return "", 0, err
		}
		for _, r := range out {
			newest(r.ID, "taken out of another")
		}
	}
	issues, err := genealogy.Issues.Select(b.tx, b.company, "object_id = $2 AND id > $3", o.Number(), since)
	for _, i := range issues {
		newest(i.ID, "issued to order "+i.Order)
	}
	return why, entry, err
}
