package web

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"lotline/internal/api"
)

// form is what a page says of a command; the fields are the command's own.
type form struct {
	Command string
	Path    string // where it is asked for and posted to
	Area    string
	Title   string
	Verb    string // on the button
	Help    string
	Main    []string            // the fields shown first; the rest folds away
	Objects map[string][]string // a field that takes a scan of an object that exists: the fields that it fills (item, serial, lot)
	fill    func(*site, *asked, url.Values) error
	then    func(get func(string) string) string // where to go afterwards; nil: to the fact
	in      bool                                 // its own page has a better form
}

// one names an object that exists by one scan.
var one = map[string][]string{"object": {"part_number", "serial", "lot"}}

// forms are all commands of the program: those that are described here, and
// whatever else there is, as its struct says.
var forms = withTheRest([]*form{
	{Command: "define-item", Path: "/items/define", Area: "catalog", Title: "Define an item", Verb: "Define", Help: "A part number with one of its revisions. What a released revision says stays; a change is a new revision.",
		Main: []string{"part_number", "name", "tracking", "source", "revision", "uom", "status", "catalog", "properties"}, then: toItem("part_number"), fill: (*site).fillItem},
	{Command: "define-bom", Path: "/items/bom", Area: "catalog", Title: "Define a BOM", Verb: "Define this BOM", Help: "All lines of one revision at once. Paste them from a spreadsheet into any cell; a first row of titles is understood.",
		Main: []string{"parent", "parent_revision", "lines"}, then: toItem("parent"), fill: (*site).fillBOM},
	{Command: "release-revision", Path: "/items/release", Area: "catalog", Title: "Release a revision", Verb: "Release", Help: "A released revision never changes (ISO 9001, 8.3.6).", Main: []string{"part_number", "revision"}, then: toItem("part_number")},
	{Command: "obsolete-revision", Path: "/items/obsolete", Area: "catalog", Title: "Make a revision obsolete", Verb: "Make obsolete", Help: "New orders do not use it; what was built with it stays.", Main: []string{"part_number", "revision"}, then: toItem("part_number")},
	{Command: "change-tracking", Path: "/items/tracking", Area: "catalog", Title: "Change how an item is followed", Verb: "Change", Help: "From a date on. What was recorded stays as it was.", Main: []string{"part_number", "tracking", "at"}, then: toItem("part_number")},
	{Command: "approve-maker", Path: "/items/makers", Area: "catalog", Title: "Approve a maker", Verb: "Approve", Help: "A maker whose part may be received as this item, and an item that may take its place (ISO 9001, 8.4.1).", Main: []string{"part_number", "manufacturer", "manufacturer_part", "alternate"}, then: toItem("part_number")},
	{Command: "define-uom", Path: "/items/uom", Area: "settings", Title: "Define a unit of measure", Verb: "Define", Help: "An exact fraction: one of this unit is numerator/denominator of the item's own unit.", Main: []string{"part_number", "uom", "numerator", "denominator"}, then: toItem("part_number")},
	{Command: "define-catalog", Path: "/catalogs/define", Area: "catalog", Title: "Define a catalog", Verb: "Define", Help: "A catalog gives its items columns of their own. Designed properties are frozen with a revision, operative ones (a price, a lead time) follow the item.",
		Main: []string{"catalog", "properties"}, then: to("/items")},
	{Command: "define-plan", Path: "/plans/define", Area: "quality", Title: "Define an inspection plan", Verb: "Define", Help: "What must be checked on an item at a stage, with limits.", Main: []string{"plan", "part_number", "stage", "characteristics"}, then: toItem("part_number")},
	{Command: "define-partner", Path: "/partners/define", Area: "catalog", Title: "Define a partner", Verb: "Define", Help: "A supplier, a customer, or both.", Main: []string{"code", "name", "role", "email", "phone", "address", "country"}, then: to("/partners"), fill: (*site).fillPartner},
	{Command: "attach", Path: "/documents/attach", Area: "catalog", Title: "Attach a document", Verb: "Attach", Help: "By its number and the hash of its content, to whatever it is about.", Main: []string{"document", "revision", "title", "url", "sha256", "object", "part_number", "part_revision", "order", "receipt", "nonconformity"}},

	{Command: "plan-order", Path: "/orders/plan", Area: "orders", Title: "Plan an order", Verb: "Plan", Help: "A batch of an item. Until it is released it follows the design and shows what is missing.", Main: []string{"order", "part_number", "quantity", "revision", "serialize", "customer"}, then: toOrder("order")},
	{Command: "release-order", Path: "/orders/release", Area: "orders", Title: "Release an order", Verb: "Release and seal", Help: "Seals the order's own copy of everything it is built from. It can never be changed afterwards. Whoever signs is shown with it, as not verified.", Main: []string{"order", "signed_by", "meaning"}, then: toOrder("order")},
	{Command: "refresh-order", Path: "/orders/refresh", Area: "orders", Title: "Refresh a planned order", Verb: "Refresh", Help: "Takes the design as it is now.", Main: []string{"order"}, then: toOrder("order")},
	{Command: "close-order", Path: "/orders/close", Area: "orders", Title: "Close an order", Verb: "Close", Help: "Nothing more is made. What was issued and not used must be given back first.", Main: []string{"order"}, then: toOrder("order")},
	{Command: "cancel-order", Path: "/orders/cancel", Area: "orders", Title: "Cancel an order", Verb: "Cancel the order", Help: "An order that made nothing.", Main: []string{"order"}, then: toOrder("order")},
	{Command: "succeed-order", Path: "/orders/succeed", Area: "orders", Title: "Succeed a running order", Verb: "Seal the successor", Help: "A change while the order runs: a new sealed order BOM that names its predecessor and takes over units.", Main: []string{"order", "predecessor", "units", "quantity", "revision", "reason"}, then: toOrder("order")},
	{Command: "allocate", Path: "/orders/allocate", Area: "orders", Title: "Keep material for an order", Verb: "Keep", Help: "A quantity of a lot that other orders then leave alone.", Main: []string{"order", "component_object", "quantity"}, Objects: map[string][]string{"component_object": {"component", "", "lot"}}, then: toOrder("order")},
	{Command: "serialize", Path: "/orders/serialize", Area: "orders", Title: "Give units their serials", Verb: "Give serials", Help: "Ranges such as 1-50 or 0001~+5, a pasted list, or a number of units by the item's format.", Main: []string{"order", "part_number", "serial", "count", "lot"}, then: toOrder("order")},
	{Command: "complete", Path: "/units/complete", Area: "build", Title: "Complete units", Verb: "Complete", Help: "The unit is finished in its order. A range such as 1-50 completes them together.", Main: []string{"object", "order"}, Objects: one},
	{Command: "produce", Path: "/lots/produce", Area: "build", Title: "Produce a lot", Verb: "Produce", Help: "A lot that an order made: a shift, a furnace load.", Main: []string{"order", "lot", "quantity", "scrapped"}, then: toOrder("order")},
	{Command: "issue", Path: "/orders/issue", Area: "build", Title: "Issue material to an order", Verb: "Issue", Help: "Material given to an order as a whole, not to one unit.", Main: []string{"order", "component_object", "quantity", "find_number"}, Objects: map[string][]string{"component_object": {"component", "serial", "lot"}}, then: toOrder("order")},
	{Command: "give-back", Path: "/orders/give-back", Area: "build", Title: "Give material back to stock", Verb: "Give back", Main: []string{"order", "component_object", "quantity"}, Objects: map[string][]string{"component_object": {"component", "", "lot"}}, then: toOrder("order")},
	{Command: "install", Path: "/units/install", Area: "build", Title: "Install a component", Verb: "Install", Help: "A lot or unit goes into a unit or lot, at a position of its order BOM.", Main: []string{"object", "component_object", "quantity", "find_number", "reference_designator", "operator"},
		Objects: map[string][]string{"object": {"part_number", "serial", "lot"}, "component_object": {"component", "component_serial", "component_lot"}}},
	{Command: "remove", Path: "/units/remove", Area: "build", Title: "Remove a component", Verb: "Remove", Help: "With all that is inside it. Pieces of a lot form a new lot.", Main: []string{"object", "component_object", "quantity", "to", "reason"},
		Objects: map[string][]string{"object": {"part_number", "serial", "lot"}, "component_object": {"component", "component_serial", "component_lot"}}},
	{Command: "perform-operation", Path: "/operations/perform", Area: "build", Title: "Record an operation", Verb: "Record", Help: "Work done on a unit, a lot, or all of an order: when, where, by whom, with which program and tool.", Main: []string{"operation", "object", "order", "work_center", "machine", "operator", "program", "tool", "result", "parameters"}, Objects: one},
	{Command: "reassign", Path: "/units/reassign", Area: "build", Title: "Move a unit to another order", Verb: "Move", Main: []string{"object", "order", "reason"}, Objects: map[string][]string{"object": {"part_number", "serial", ""}}},
	{Command: "reidentify", Path: "/units/reidentify", Area: "build", Title: "Give another name", Verb: "Record the name", Help: "A new serial, or a further identifier that finds it too. The old name still finds it.", Main: []string{"object", "new_serial", "identifier", "kind", "reason"}, Objects: one},

	{Command: "receive", Path: "/lots/receive", Area: "receive", Title: "Receive", Verb: "Receive", Help: "A delivery of one item as a lot or as units.", Main: []string{"receipt", "part_number", "lot", "serial", "quantity", "supplier", "supplier_lot", "certificate", "expires_on"}, in: true},
	{Command: "split", Path: "/lots/split", Area: "stock", Title: "Split a lot", Verb: "Split", Main: []string{"object", "new_lot", "quantity", "serials"}, Objects: map[string][]string{"object": {"part_number", "", "lot"}}},
	{Command: "merge", Path: "/lots/merge", Area: "stock", Title: "Merge lots", Verb: "Merge", Help: "Blended (a tank, a melt) reaches everything drawn afterwards; loose (a bin) follows the quantities.", Main: []string{"object", "into_lot", "quantity", "mode"}, Objects: map[string][]string{"object": {"part_number", "", "lot"}}},
	{Command: "move", Path: "/stock/move", Area: "stock", Title: "Move", Verb: "Move", Main: []string{"object", "to", "quantity", "from"}, Objects: one},
	{Command: "adjust", Path: "/stock/adjust", Area: "stock", Title: "Adjust a lot", Verb: "Adjust", Help: "More (5) or less (-5) than the record says, with the reason.", Main: []string{"object", "quantity", "reason"}, Objects: one},
	{Command: "scrap", Path: "/stock/scrap", Area: "stock", Title: "Scrap", Verb: "Scrap", Main: []string{"object", "quantity", "reason"}, Objects: one},

	{Command: "record-inspection", Path: "/quality/record", Area: "quality", Title: "Record one measurement", Verb: "Record", Main: []string{"object", "plan", "stage", "characteristic", "value", "uom", "result", "instrument", "inspector", "nonconformity"}, Objects: one},
	{Command: "raise-nonconformity", Path: "/quality/raise", Area: "quality", Title: "Raise a nonconformity", Verb: "Raise", Help: "What is wrong, with which object or order (ISO 9001, 8.7).", Main: []string{"nonconformity", "object", "order", "quantity", "severity", "description", "cause", "signatures", "capa", "owner", "due_at"}, Objects: one, then: to("/quality/nonconformities")},
	{Command: "dispose", Path: "/quality/dispose", Area: "quality", Title: "Dispose of a nonconformity", Verb: "Dispose", Help: "Where it needs several signatures it takes effect with the last of them.", Main: []string{"nonconformity", "disposition", "approved_by", "signed_by", "meaning"}, then: to("/quality/nonconformities")},
	{Command: "sign-disposition", Path: "/quality/sign", Area: "quality", Title: "Sign a disposition", Verb: "Sign", Help: "A further signature under what was decided, by somebody who has not signed it yet.", Main: []string{"nonconformity", "signed_by", "meaning"}, then: to("/quality/nonconformities")},
	{Command: "follow-nonconformity", Path: "/quality/follow", Area: "quality", Title: "Follow a nonconformity", Verb: "Record", Help: "The corrective or preventive action (CAPA), who sees to it, until when, and that it is done. What is left empty stays.", Main: []string{"nonconformity", "capa", "owner", "due_at", "done", "note"}, then: to("/quality/nonconformities")},
	{Command: "hold", Path: "/quality/hold", Area: "quality", Title: "Hold", Verb: "Hold", Help: "Nothing that is held is issued, installed, completed or shipped. The hold reaches what was split or merged from it, and what surely holds it.", Main: []string{"object", "reason", "quantity"}, Objects: one},
	{Command: "unhold", Path: "/quality/unhold", Area: "quality", Title: "Release a hold", Verb: "Release the hold", Main: []string{"object", "hold", "reason"}, Objects: one},
	{Command: "grant-deviation", Path: "/quality/deviate", Area: "quality", Title: "Grant a deviation", Verb: "Grant", Help: "A permit before, a concession after; it names what it is for and its limits.", Main: []string{"deviation", "kind", "object", "order", "instead_of", "quantity", "until", "reason", "approved_by", "signed_by", "meaning"}, Objects: one, then: to("/quality/deviations")},
	{Command: "calibrate", Path: "/quality/calibrate", Area: "quality", Title: "Record a calibration", Verb: "Record", Help: "Of an instrument (ISO 9001, 7.1.5.2).", Main: []string{"instrument", "name", "result", "as_found", "as_left", "due_at"}, then: to("/quality/instruments")},

	{Command: "ship", Path: "/shipments/send", Area: "ship", Title: "Ship", Verb: "Ship", Main: []string{"shipment", "customer", "object", "quantity", "system"}, Objects: one, in: true},
	{Command: "return", Path: "/shipments/return", Area: "ship", Title: "Take back or send back", Verb: "Record the return", Help: "From a customer into stock, or to a supplier.", Main: []string{"object", "from", "to", "quantity", "location", "reason"}, Objects: one},
	{Command: "field", Path: "/units/field", Area: "ship", Title: "Record what happened in the field", Verb: "Record", Help: "A unit was installed, removed or serviced at the customer.", Main: []string{"event", "object", "parent", "customer", "system", "location", "hours", "cycles", "reason"}, Objects: map[string][]string{"object": {"part_number", "serial", ""}}},

	{Command: "open-recall", Path: "/recalls/open", Area: "recall", Title: "Open a recall", Verb: "Freeze the scope", Help: "What the triggers reach is frozen, with the question and the size of the journal, so that it can be asked again and compared (ISO 9001, 8.7).", Main: []string{"recall", "reason", "instructions", "any"}, then: toRecall},
	{Command: "scope-recall", Path: "/recalls/scope", Area: "recall", Title: "Freeze the scope again", Verb: "Freeze it again", Help: "Takes what the question reaches today. What was changed by hand stays.", Main: []string{"recall", "reason"}, then: toRecall},
	{Command: "exclude-from-recall", Path: "/recalls/exclude", Area: "recall", Title: "Exclude objects from the scope", Verb: "Exclude and sign", Help: "With a reason and a signature.", Main: []string{"recall", "objects", "reason", "signed_by", "meaning"}, then: toRecall},
	{Command: "include-in-recall", Path: "/recalls/include", Area: "recall", Title: "Include objects in the scope", Verb: "Include and sign", Help: "With all that contains or may contain them, a reason and a signature.", Main: []string{"recall", "objects", "reason", "signed_by", "meaning"}, then: toRecall},
	{Command: "contain-recall", Path: "/recalls/contain", Area: "recall", Title: "Hold what a recall has in the house", Verb: "Hold everything in the house", Help: "Stock, work in progress and units inside units are held, and the orders that have affected lots are blocked. Given once more it holds what came since.", Main: []string{"recall"}, then: toRecall},
	{Command: "notify-recall", Path: "/recalls/notify", Area: "recall", Title: "Tell the customers", Verb: "Tell them", Help: "Each is told exactly what it has, in which of its systems, and what to do (21 CFR 7.49). Who was told is told of what came since.", Main: []string{"recall", "customer", "instructions"}, then: toRecallPart("customers")},
	{Command: "remind-recall", Path: "/recalls/remind", Area: "recall", Title: "Remind who has not answered", Verb: "Remind them", Help: "Those that have not answered for all they have; with days only where the last notice is so many days old.", Main: []string{"recall", "customer", "days", "text"}, then: toRecallPart("customers")},
	{Command: "answer-recall", Path: "/recalls/answer", Area: "recall", Title: "Record answers", Verb: "Record the answers", Help: "What customers say has become of their units; all of the table, or nothing.", Main: []string{"recall", "answers"}, then: toRecallPart("answers")},
	{Command: "close-recall", Path: "/recalls/close", Area: "recall", Title: "Close a recall", Verb: "Close and sign", Help: "While units are not accounted for, customers not told or affected objects not held, it is refused, unless you say why it is closed despite that (21 CFR 7.55).", Main: []string{"recall", "reason", "despite", "signed_by", "meaning"}, then: toRecall},

	{Command: "void", Path: "/journal/void", Area: "journal", Title: "Void a fact", Verb: "Void", Help: "A mistake is taken back by a later fact that names it and says why. Nothing is deleted.", Main: []string{"fact", "reason"}},
})

// withTheRest adds forms of the commands that nobody has described.
func withTheRest(described []*form) []*form {
	for _, name := range slices.Sorted(maps.Keys(api.Commands)) {
		if slices.ContainsFunc(described, func(f *form) bool { return f.Command == name }) {
			continue
		}
		title := strings.ReplaceAll(name, "-", " ")
		title = strings.ToUpper(title[:1]) + title[1:]
		f := &form{Command: name, Path: "/commands/" + name, Area: "commands", Title: title, Verb: title}
		if strings.Contains(name, "recall") {
			f.Area, f.then = "recall", toRecall
		}
		described = append(described, f)
	}
	return described
}

// taken are the addresses of commands, which no item and no order can have.
var taken = map[string]bool{"/items/-": true, "/orders/-": true, "/recalls/-": true}

func init() {
	for _, f := range forms {
		taken[f.Path] = true
	}
}

// formOf is the form of a command.
func formOf(command string) *form {
	i := slices.IndexFunc(forms, func(f *form) bool { return f.Command == command })
	if i < 0 {
		return nil
	}
	return forms[i]
}

// FormPath is the address of a command's form; empty for no command.
func FormPath(command string) string {
	if f := formOf(command); f != nil {
		return f.Path
	}
	return ""
}

func to(path string) func(func(string) string) string {
	return func(func(string) string) string { return path }
}

func toItem(field string) func(func(string) string) string {
	return func(get func(string) string) string { return itemLink(get(field)) }
}

func toRecall(get func(string) string) string { return recallLink(get("recall")) }

func toRecallPart(part string) func(func(string) string) string {
	return func(get func(string) string) string { return recallPart(get("recall"), part) }
}

func toOrder(field string) func(func(string) string) string {
	return func(get func(string) string) string { return orderLink(get(field)) }
}
