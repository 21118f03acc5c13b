package api

import (
	"lotline/internal/quality"
)

// qualityRoutes are the questions of quality.
var qualityRoutes = []Route{
	get("nonconformities", "Nonconformities in the order of their numbers, a page at once, with who signed their dispositions",
		[]Param{{Name: "state", Doc: "only those that are open (not disposed of), pending (wait for signatures), disposed or overdue", Kind: Text}, pageFrom, pageSize}, func(q *question) (quality.NCRList, error) {
			return quality.PageNCRs(q.tx, q.company, q.text("state"), q.ledger.Now(), q.text("from"), int(q.number("limit")))
		}),
	get("nonconformities/{nonconformity}", "A nonconformity with who signed its disposition", []Param{{Name: "nonconformity", Doc: "its number", Kind: Text, Required: true}}, func(q *question) (quality.ShownNCR, error) {
		return quality.ShowNCR(q.tx, q.company, q.text("nonconformity"), q.ledger.Now())
	}),
	get("deviations", "Deviations in the order of their numbers, a page at once, with what of them is used", []Param{pageFrom, pageSize}, func(q *question) (quality.DeviationList, error) {
		return quality.PageDeviations(q.tx, q.company, q.text("from"), int(q.number("limit")))
	}),
	get("suppliers", "How what each supplier sends is found: received, failed, rejected, to be sent back", []Param{{Name: "supplier", Doc: "only this one, with its rejected lots and units", Kind: Text}}, func(q *question) ([]quality.Supplier, error) {
		return quality.Suppliers(q.tx, q.company, q.text("supplier"))
	}),
}
