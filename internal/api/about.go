package api

import (
	"strings"

	"lotline/internal/workbook"
)

// about is what the reference says of a command: its sheet in a workbook, whose
// columns say what its fields are, the fields that it cannot do without, and an
// example, which a test records.
type about struct {
	name, doc, sheet string
	needs            []string
	example          string
}

// commandsInOrder are the commands in the order in which a product lives; each example is
// possible after those before it.
var commandsInOrder = []about{
	{"define-partner", "Define a supplier or customer, or change what is known of it", "partners", []string{"code", "name"},
		`{"code": "ACME", "name": "Acme", "role": "both"}`},
	{"define-catalog", "Give a catalog properties; those it has already stay", "catalogs", []string{"catalog"},
		`{"catalog": "parts", "properties": [{"property": "mass", "type": "number", "unit": "kg"}]}`},
	{"define-item", "Define an item, or a revision of it", "items", []string{"part_number", "name"},
		`{"part_number": "AXLE", "name": "Axle", "tracking": "lot", "supplier": "ACME"}`},
	{"define-uom", "Let quantities of an item be given in another unit", "uoms", []string{"part_number", "uom", "numerator", "denominator"},
		`{"part_number": "AXLE", "uom": "BOX", "numerator": "12", "denominator": "1"}`},
	{"approve-maker", "Approve a maker of an item", "approved_parts", []string{"part_number", "manufacturer"},
		`{"part_number": "AXLE", "manufacturer": "Forge", "manufacturer_part": "F-9"}`},
	{"define-bom", "Define what a revision of an item is made of: all its lines", "boms", []string{"parent"},
		`{"parent": "CART", "lines": [{"component": "AXLE", "quantity": "2"}, {"component": "BOLT", "quantity": "8"}]}`},
	{"save-mapping", "Keep by a name which columns of a BOM file give what", "mappings", []string{"mapping", "columns"},
		`{"mapping": "kicad", "columns": "component=LCSC|Part+Value+Footprint,quantity=Qty,reference_designators=References", "missing": "refuse"}`},
	{"define-plan", "Define an inspection plan of an item", "plans", []string{"plan", "part_number", "stage", "characteristics"},
		`{"plan": "QP-1", "part_number": "AXLE", "stage": "incoming", "characteristics": [{"characteristic": "diameter", "uom": "mm", "lower": "19.9", "upper": "20.1"}]}`},
	{"release-revision", "Release a draft revision of an item", "items", []string{"part_number", "revision"},
		`{"part_number": "CART", "revision": "B"}`},
	{"obsolete-revision", "End the use of a revision in new orders", "items", []string{"part_number", "revision"},
		`{"part_number": "CART", "revision": "B"}`},
	{"change-tracking", "Change from a date on how an item is followed", "tracking", []string{"part_number", "tracking"},
		`{"part_number": "BOLT", "tracking": "lot"}`},
	{"plan-order", "Plan a production order", "orders", []string{"order", "part_number", "quantity"},
		`{"order": "WO-1", "part_number": "CART", "revision": "A", "quantity": "5"}`},
	{"receive", "Take in a lot, or units by serial", "receipts", []string{"receipt", "part_number"},
		`{"receipt": "GR-1", "part_number": "AXLE", "lot": "A-1", "quantity": "20", "supplier": "ACME", "supplier_lot": "S-77"}`},
	{"record-inspection", "Record an inspection", "inspections", []string{"stage", "part_number"},
		`{"stage": "incoming", "part_number": "AXLE", "lot": "A-1", "characteristic": "diameter", "value": "20.02", "result": "pass"}`},
	{"calibrate", "Record a calibration of an instrument", "instruments", []string{"instrument"},
		`{"instrument": "GAUGE-3", "name": "Gauge", "result": "pass"}`},
	{"attach", "Attach a document to an item, an object, an order, a receipt, an inspection or a nonconformity", "documents", []string{"document"},
		`{"document": "CERT-9", "url": "https://example.com/cert-9", "part_number": "AXLE"}`},
	{"refresh-order", "Let the BOM of a planned order follow the design", "orders", []string{"order"},
		`{"order": "WO-1"}`},
	{"allocate", "Keep a quantity of a lot for an order; 0 gives it free", "allocations", []string{"order", "component", "lot"},
		`{"order": "WO-1", "component": "AXLE", "lot": "A-1", "quantity": "4"}`},
	{"release-order", "Seal the order BOM and let the order begin", "orders", []string{"order"},
		`{"order": "WO-1"}`},
	{"serialize", "Give units of an order their serials, by hand or so many from the item's format", "units", nil,
		`{"part_number": "CART", "serial": "1-3", "order": "WO-1"}`},
	{"issue", "Give material to an order, or a finished unit to a rework order", "issues", []string{"order", "component", "quantity"},
		`{"order": "WO-1", "component": "AXLE", "lot": "A-1", "quantity": "6"}`},
	{"give-back", "Take back what was issued to an order and is left", "issues", []string{"order", "component", "quantity"},
		`{"order": "WO-1", "component": "AXLE", "lot": "A-1", "quantity": "1"}`},
	{"install", "Put a component into a unit or lot, at a position of its order BOM", "installs", []string{"part_number", "component"},
		`{"part_number": "CART", "serial": "1", "component": "AXLE", "component_lot": "A-1", "quantity": "2", "order": "WO-1"}`},
	{"remove", "Take a component out of a unit or lot", "removals", []string{"part_number", "component"},
		`{"part_number": "CART", "serial": "1", "component": "AXLE", "component_lot": "A-1", "quantity": "1", "to": "scrap", "reason": "scratched"}`},
	{"perform-operation", "Record work done on an object, or on a whole order", "operations", []string{"operation"},
		`{"operation": "weld", "part_number": "CART", "serial": "1", "machine": "W-2", "operator": "jan"}`},
	{"grant-deviation", "Grant a deviation: a permit before, or a concession after", "deviations", []string{"deviation", "reason"},
		`{"deviation": "DEV-1", "kind": "permit", "part_number": "CART", "reason": "one axle is enough for tests"}`},
	{"complete", "Complete a unit", "completions", []string{"part_number", "serial"},
		`{"part_number": "CART", "serial": "1", "deviation": "DEV-1"}`},
	{"split", "Make a new lot of part of a lot", "splits", []string{"part_number", "lot", "new_lot"},
		`{"part_number": "AXLE", "lot": "A-1", "new_lot": "A-2", "quantity": "5"}`},
	{"merge", "Put a quantity of a lot into another lot of the item", "merges", []string{"part_number", "lot", "into_lot", "quantity"},
		`{"part_number": "AXLE", "lot": "A-2", "into_lot": "A-1", "quantity": "1"}`},
	{"move", "Bring a unit, or a quantity of a lot, to another place", "moves", []string{"part_number", "to"},
		`{"part_number": "AXLE", "lot": "A-2", "to": "PLANT/B2"}`},
	{"adjust", "Correct the stock of a lot after a count", "adjustments", []string{"part_number", "quantity", "reason"},
		`{"part_number": "AXLE", "lot": "A-2", "quantity": "-1", "reason": "counted"}`},
	{"hold", "Lay a hold on a unit or lot", "holds", []string{"part_number", "reason"},
		`{"part_number": "AXLE", "lot": "A-2", "hold": "H-1", "reason": "porosity"}`},
	{"unhold", "End a hold", "holds", []string{"part_number"},
		`{"part_number": "AXLE", "lot": "A-2", "hold": "H-1", "reason": "cleared"}`},
	{"raise-nonconformity", "Raise a nonconformity", "nonconformities", []string{"nonconformity"},
		`{"nonconformity": "NCR-1", "part_number": "AXLE", "lot": "A-2", "description": "dent"}`},
	{"follow-nonconformity", "Name the action about a nonconformity (CAPA), its owner, until when, and that it is done", "nonconformities", []string{"nonconformity"},
		`{"nonconformity": "NCR-1", "capa": "CAPA-7", "owner": "jan", "due_at": "2036-03-01"}`},
	{"dispose", "Decide what becomes of a nonconforming object", "nonconformities", []string{"nonconformity", "disposition"},
		`{"nonconformity": "NCR-1", "disposition": "use-as-is", "approved_by": "qa", "signed_by": "Eve Adler"}`},
	{"sign-disposition", "Sign the disposition of a nonconformity too", "nonconformities", []string{"nonconformity", "signed_by"},
		`{"nonconformity": "NCR-1", "signed_by": "Bo Carlsen", "meaning": "approved for the board"}`},
	{"scrap", "Scrap a unit, or a quantity of a lot", "scraps", []string{"part_number", "reason"},
		`{"part_number": "AXLE", "lot": "A-2", "quantity": "1", "reason": "bent"}`},
	{"block-order", "Stop an order: it gets no material and makes nothing", "", []string{"order", "reason"},
		`{"order": "WO-1", "reason": "brittle axles"}`},
	{"open-recall", "Open a recall: what any of its triggers reaches is frozen as its scope", "", []string{"recall", "reason", "any"},
		`{"recall": "RC-1", "reason": "brittle axles", "any": [{"part_number": "AXLE"}], "instructions": "Stop using it."}`},
	{"ship", "Send a unit, or a quantity of a lot, to a customer", "shipments", []string{"shipment", "customer", "part_number"},
		`{"shipment": "SH-1", "customer": "ACME", "part_number": "CART", "serial": "1", "system": "DEPOT"}`},
	{"scope-recall", "Freeze the scope of an open recall anew, as its triggers reach today", "", []string{"recall", "reason"},
		`{"recall": "RC-1", "reason": "a lot was found since"}`},
	{"exclude-from-recall", "Take objects out of a recall's scope by hand, with a reason and a signature", "", []string{"recall", "objects", "reason", "signed_by"},
		`{"recall": "RC-1", "objects": ["CART/1"], "reason": "X-rayed and sound", "signed_by": "Eve Adler"}`},
	{"include-in-recall", "Put objects into a recall's scope by hand, with all that contains them", "", []string{"recall", "objects", "reason", "signed_by"},
		`{"recall": "RC-1", "objects": ["CART/1"], "reason": "the X-ray was of another", "signed_by": "Eve Adler"}`},
	{"contain-recall", "Hold everything of a recall's scope that is in the house, and block the orders that have affected lots", "", []string{"recall"},
		`{"recall": "RC-1"}`},
	{"notify-recall", "Tell the customers of a recall what they have of its scope", "", []string{"recall"},
		`{"recall": "RC-1"}`},
	{"remind-recall", "Tell customers again that have not answered for anything", "", []string{"recall"},
		`{"recall": "RC-1", "text": "Please answer by Friday."}`},
	{"answer-recall", "Record what customers say has become of their units", "", []string{"recall", "answers"},
		`{"recall": "RC-1", "answers": [{"object": "CART/1", "state": "located", "system": "DEPOT-9", "note": "in the cellar"}]}`},
	{"close-recall", "Close a recall, signed; with despite where something is not accounted for", "", []string{"recall", "reason", "signed_by"},
		`{"recall": "RC-1", "reason": "done", "despite": "the rest is at the bottom of the sea", "signed_by": "Eve Adler"}`},
	{"unblock-order", "Let a blocked order go on", "", []string{"order", "reason"},
		`{"order": "WO-1", "reason": "other axles"}`},
	{"field", "Record what happened to a shipped unit at its customer", "field", []string{"event", "part_number", "serial"},
		`{"event": "serviced", "part_number": "CART", "serial": "1", "hours": "120"}`},
	{"return", "Take back from a customer, or give back to a supplier", "returns", []string{"part_number"},
		`{"part_number": "CART", "serial": "1", "from": "ACME", "reason": "squeaks"}`},
	{"reidentify", "Give a unit another serial, or an object a further name", "identifiers", []string{"part_number"},
		`{"part_number": "CART", "serial": "2", "identifier": "OLD-2", "kind": "old_name"}`},
	{"succeed-order", "Go on with units of a running order under a new sealed order BOM", "orders", []string{"order", "predecessor"},
		`{"order": "WO-1-B", "predecessor": "WO-1", "units": "3", "reason": "new bolts"}`},
	{"reassign", "Move a unit to another order of its item", "reassignments", []string{"part_number", "serial", "order"},
		`{"part_number": "CART", "serial": "3", "order": "WO-1", "reason": "as first planned"}`},
	{"produce", "Record a lot that an order made", "completions", []string{"order", "quantity"},
		`{"order": "WO-2", "lot": "B-1", "quantity": "100"}`},
	{"close-order", "Close an order", "orders", []string{"order"}, `{"order": "WO-2"}`},
	{"cancel-order", "Cancel an order", "orders", []string{"order"}, `{"order": "WO-3"}`},
	{"void", "Take back a fact that was recorded by mistake, and record another instead", "voids", []string{"fact", "reason"},
		`{"fact": "1.1", "reason": "typed wrong"}`},
}

// abouts are the commands by name.
var abouts = func() map[string]*about {
	all := map[string]*about{}
	for i := range commandsInOrder {
		all[commandsInOrder[i].name] = &commandsInOrder[i]
	}
	return all
}()

// said says of fields what no sheet has a column for, and what a command has
// otherwise than its sheet; "command.field" goes before the field alone.
var said = map[string]string{
	"at":                              "when it happened; now when it is left out",
	"serialize.serial":                "the serials, as 1-50, A001~A010, A001~+9 or a,b,c; left out, count are given from the item's format",
	"deviation":                       "the deviation that allows it",
	"serialize.count":                 "how many serials to give from the item's format",
	"part_number":                     "the item",
	"serial":                          "the serial of the unit",
	"lot":                             "the lot",
	"reason":                          "why",
	"give-back.order":                 "the order that gives it back",
	"give-back.quantity":              "how much comes back",
	"give-back.operator":              "who took it back",
	"release-revision.revision":       "the draft revision",
	"obsolete-revision.revision":      "the revision that ends",
	"define-catalog.properties":       "the properties: a list",
	"define-item.properties":          "values of the catalog's properties, by name",
	"define-bom.lines":                "the lines of the BOM, all of them",
	"define-bom.lines.substitutes":    "items that may take its place",
	"substitutes.part_number":         "the item",
	"substitutes.ratio":               "how many of it take the place of one",
	"substitutes.revision":            "its only revision that may; any when left out",
	"substitutes.from":                "not before this time",
	"substitutes.until":               "not after this time",
	"define-plan.characteristics":     "what is measured: a list",
	"receive.properties":              "properties of the receipt, by name",
	"perform-operation.parameters":    "parameters of the work, by name",
	"plan-order.properties":           "properties of the order, by name",
	"succeed-order.order":             "the number of the new order",
	"succeed-order.predecessor":       "the running order that it goes on with",
	"succeed-order.units":             "the serials that go on under it, as 1-50 or a,b,c",
	"succeed-order.quantity":          "how much goes on, where units have no serials yet",
	"hold.source":                     "what laid the hold, where it was no person",
	"unhold.hold":                     "the number of the hold; without one, the only one",
	"reidentify.new_serial":           "the serial that it has from now on; the old one finds it still",
	"allocate.at":                     "from when on",
	"attach.part_number":              "the item that it goes with",
	"void.fact":                       "the fact, as 12.3, or a whole entry, as 12",
	"void.replace":                    "what is recorded instead: a command's fields, with its name as command",
	"calibrate.name":                  "what the instrument is called",
	"define-bom.lines.optional":       "whether it may be left out",
	"define-catalog.properties.type":  "what its values are; text when left out",
	"recall":                          "the recall",
	"open-recall.recall":              "a name of its own",
	"open-recall.any":                 "the triggers: a list, any of which may match; the fields of one must all match",
	"instructions":                    "what those who have affected units are to do",
	"objects":                         "lots and units, as PART/NAME",
	"signed_by":                       "who signs for it; not verified",
	"meaning":                         "what the signature means, as approved",
	"customer":                        "the customer",
	"notify-recall.customer":          "only this customer",
	"remind-recall.customer":          "only this customer",
	"days":                            "only where the last notice is so many days old",
	"text":                            "what the reminder says",
	"answers":                         "what is said: a list",
	"answers.object":                  "the unit or lot, as PART/NAME",
	"answers.customer":                "the customer, where several have of it",
	"state":                           "what became of it: acknowledged, located, returned, corrected, destroyed or not_found",
	"answers.quantity":                "of a lot, how much is in that state altogether; all when left out",
	"system":                          "the system in which it was found",
	"note":                            "a note",
	"answered_by":                     "who says so",
	"despite":                         "why it is closed though something is not accounted for",
	"order":                           "the order",
	"dispose.signed_by":               "who signs for it; not verified",
	"sign-disposition.signed_by":      "who signs for it; not verified",
	"signers":                         "who signed it; filled in by the command",
	"record-inspection.nonconformity": "the number of the nonconformity that is raised if it fails",
	"record-inspection.severity":      "how bad that is",
	"follow-nonconformity.done":       "whether the action is done",
}

// describe says what a field of a command is, and what it may be where it is a
// choice. The path is that of the field: "lines.component".
func (a *about) describe(path, name string) (doc string, choices []string) {
	column := workbook.Column{}
	for _, s := range workbook.Sheets {
		if s.Name == a.sheet {
			column, _ = s.Column(name)
		}
	}
	for _, key := range []string{a.name + "." + path, parentOf(path) + "." + name} {
		if text := said[key]; text != "" {
			return text, column.Choices
		}
	}
	if column.Doc != "" && name != "at" {
		return column.Doc, column.Choices
	}
	return said[name], column.Choices
}

// parentOf is the list that a field of a path is in.
func parentOf(path string) string {
	parts := strings.Split(path, ".")
	if len(parts) < 2 {
		return ""
	}
	return parts[len(parts)-2]
}
