package workbook

import "lotline/internal/ledger"

func init() {
	for name, steps := range map[string][]step{
		"partners":    definition(first(definePartner)),
		"catalogs":    definition(defineCatalog),
		"items":       definition(first(defineItem)),
		"boms":        definition(defineBOM),
		"instruments": {{when: calibratedAt, command: first(calibrate)}},
		"orders": {
			{when: plannedAt, command: first(planOrder)},
			{when: atColumn("released_at"), command: first(releaseOrder)},
			{when: atColumn("closed_at"), command: first(closeOrder), last: true},
			{when: atColumn("cancelled_at"), command: first(cancelOrder), last: true},
		},
		"receipts": single(receive, byKey("receipt", "part_number", "serial", "lot")),
		"units": {
			{when: atColumn("at"), command: first(serialize)},
			{when: atColumn("completed_at"), command: first(completeUnit), last: true},
		},
		"completions": single(produce, byContent),
		"issues":      single(issue, byContent),
		"installs":    single(install, byContent),
		"removals":    single(remove, byContent),
		"splits":      single(split, byContent),
		"operations":  single(perform, byContent),
		"inspections": single(inspect, byContent),
		"scraps":      single(scrap, byContent),
		"shipments":   single(ship, byKey("shipment", "part_number", "serial", "lot")),
	} {
		sheet, ok := FindSheet(name)
		if !ok {
			panic("there is no sheet " + name)
		}
		sheet.steps = steps
	}
}

var _ ledger.Command = refusal{}
