package workbook

import "lotline/internal/ledger"

func init() {
	assign(map[string][]step{
		"partners":    definition(first(definePartner)),
		"catalogs":    definition(defineCatalog),
		"items":       definition(first(defineItem)),
		"boms":        definition(defineBOM),
		"mappings":    definition(first(saveMapping)),
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
		"completions":    single(produce, byContent),
		"issues":         single(issue, byContent),
		"installs":       single(install, byContent),
		"removals":       single(remove, byContent),
		"splits":         single(split, byContent),
		"operations":     single(perform, byContent),
		"inspections":    single(inspect, byContent),
		"scraps":         single(scrap, byContent),
		"uoms":           definition(first(defineUOM)),
		"approved_parts": definition(first(approveMaker)),
		"tracking":       single(changeTracking, nil),
		"plans":          definition(definePlan),
		"documents":      {{when: attachedAt, command: first(attach)}},
		"merges":         single(merge, byContent),
		"reassignments":  single(reassign, byContent),
		"nonconformities": {
			{when: atColumn("at"), command: first(raise)},
			{when: atColumn("disposed_at"), command: first(dispose), last: true},
			{when: atColumn("done_at"), command: first(actionDone), last: true},
		},
		"deviations": single(grant, nil),
		"holds": {
			{when: atColumn("at"), command: first(hold)},
			{when: atColumn("released_at"), command: first(unhold), last: true},
		},
		"allocations": single(allocate, byContent),
		"moves":       single(move, byContent),
		"adjustments": single(adjust, byContent),
		"returns":     single(sendBack, byContent),
		"field":       single(fieldEvent, byContent),
		"identifiers": {{when: identifiedAt, command: first(identify)}},
		"voids":       {},
		"shipments":   single(ship, byKey("shipment", "part_number", "serial", "lot")),
	})
	assign(map[string][]step{
		"order_blocks": single(orderBlock, byContent),
		"recalls":      single(carryRecall, byContent),
		"signatures":   single(carrySignature, byContent),
	})
}

// assign gives sheets their steps.
func assign(all map[string][]step) {
	for name, steps := range all {
		sheet, ok := FindSheet(name)
		if !ok {
			panic("there is no sheet " + name)
		}
		sheet.steps = steps
	}
}

var _ ledger.Command = refusal{}
