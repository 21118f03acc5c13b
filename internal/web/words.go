package web

import "strings"

// choices are the texts that a field takes, by command and field or by field.
var choices = map[string][]string{
	"tracking": {"none", "lot", "serial", "serial_at_use"}, "source": {"buy", "make"}, "status": {"released", "draft", "obsolete"},
	"role": {"both", "supplier", "customer"}, "stage": {"incoming", "in-process", "final"}, "disposition": {"use-as-is", "rework", "repair", "scrap", "return-to-supplier"},
	"severity": {"", "minor", "major", "critical"}, "remove.to": {"quarantine", "scrap", "stock"}, "grant-deviation.kind": {"permit", "concession"},
	"field.event": {"installed", "removed", "serviced"}, "mode": {"loose", "blended"}, "certainty": {"must", "may"}, "revision_rule": {"any", "exact", "or_later"},
	"record-inspection.result": {"", "pass", "fail", "na"}, "calibrate.result": {"pass", "fail"}, "properties.type": {"text", "number", "date", "boolean", "choice", "link"},
	"properties.kind": {"designed", "operative"}, "answers.state": {"", "acknowledged", "located", "returned", "corrected", "destroyed", "not_found"}, "hold.source": nil, "define-item.source": {"buy", "make"},
}

// labels are of fields whose name in JSON is not quite how people say it.
var labels = map[string]string{
	"object": "Lot or unit", "component_object": "Component", "uom": "Unit of measure", "gtin": "GTIN", "sha256": "SHA-256 of the file", "url": "Address of the file",
	"uii": "UII", "cage": "CAGE code", "at": "When it happened", "find_number": "Position (find number)", "parent_revision": "Revision", "ncr": "Nonconformity",
	"objects": "Lots and units, one per line", "any": "Triggers, any of which may match", "fact": "Fact or entry", "serial": "Serial", "serials": "Serials", "lines": "Lines", "count": "How many, by the format", "serialize": "What gets serials",
	"define-bom.parent": "Item", "reassign.order": "To the order", "return.from": "From the customer", "return.to": "To the supplier", "move.from": "From", "move.to": "To the place", "remove.to": "Where it goes",
	"dispose.approved_by": "Approved by", "capa": "Action (CAPA)", "signatures": "Signatures needed", "record-inspection.nonconformity": "Raise as nonconformity", "issue.quantity": "Quantity", "scrap_percent": "Scrap %", "order.properties": "Properties", "signed_by": "Signed by", "despite": "Closed despite what is open, because",
}

// helps say what a field wants.
var helps = map[string]string{
	"object": "Scan it, or type PART/NUMBER or the number alone.", "component_object": "Scan it, or type PART/NUMBER or the number alone.",
	"define-item.tracking": "none, by lot, by serial, or a serial when it is used", "serialize": "tracking, top, top 2, or items:PN,PN",
	"serialize.serial": "A range (1-50, 0001~+5) or a list; empty: by the item's format.", "ship.serial": "Ranges are possible.", "receive.serial": "One, a range or a list: then units are received.",
	"quantity": "In the item's unit of measure.", "split.quantity": "How much goes into the new lot.", "scrap.quantity": "Of a lot; empty: all that is in stock.", "hold.quantity": "Of a lot; empty: all of it.", "move.quantity": "Of a lot; empty: all of it.",
	"at": "Empty: now.", "properties": "One per line: name = value.", "parameters": "One per line: name = value.", "tolerance": "How many more or fewer may be made.",
	"serial_format": "For example {item}-{yy}{ww}-{seq:5}", "lot_format": "For example {item}-{yy}{ww}-{seq:3}", "define-uom.numerator": "One box of 100: 100", "define-uom.denominator": "Usually 1.",
	"void.fact": "The entry, a point and the line, as 12.3; or the entry alone.", "unhold.hold": "Empty where only one hold is on it.", "lot": "The own number of the lot.", "record-inspection.result": "Empty: computed from the limits of the plan.",
	"record-inspection.nonconformity": "Its number: it is raised if this fails.", "signatures": "How many its disposition needs; empty: none.", "due_at": "Until when something must be done.",
	"parent_revision": "Empty: the released one.", "revision": "Empty: the released one.", "define-item.revision": "Empty: A.", "reference_designators": "As many as the quantity: R1 R2 R3", "substitutes": "PART, or PART=2 for two instead of one; several with ;",
	"field.parent": "PART/SERIAL of the unit it went into or came out of.", "attach.object": "PART/NUMBER of a lot or unit.", "choices": "Separated by ;", "despite": "Only where something is open: why it is closed all the same.", "signed_by": "Your name. It stands under what you sign, with the time.", "meaning": "What your signature means: approved, reviewed …",
	"remind-recall.days": "Empty: all that are silent.", "notify-recall.customer": "Empty: all that have something of the scope.", "notify-recall.instructions": "Empty: those of the recall.", "define-item.properties": "The columns of its catalog, one per line: name = value.",
}

// proposals are the fields that name something that is known already.
var proposals = map[string]string{
	"part_number": "item", "component": "item", "alternate": "item", "instead_of": "item", "substitute_for": "item", "define-bom.parent": "item",
	"order": "order", "parent_order": "order", "predecessor": "order", "supplier": "supplier", "customer": "customer", "return.from": "customer", "return.to": "supplier",
	"object": "object", "component_object": "object", "nonconformity": "nonconformity", "instrument": "instrument", "deviation": "deviation",
}

// fresh are the fields of commands that give a new name, where nothing known is proposed.
var fresh = map[string]bool{"plan-order.order": true, "succeed-order.order": true, "define-item.part_number": true, "raise-nonconformity.nonconformity": true, "calibrate.instrument": true, "grant-deviation.deviation": true, "record-inspection.nonconformity": true}

// scanned are the fields that take what a scanner reads.
var scanned = map[string]bool{"part_number": true, "serial": true, "lot": true, "component": true, "component_serial": true, "component_lot": true, "object": true, "component_object": true,
	"supplier_lot": true, "certificate": true, "receipt": true, "order": true, "shipment": true, "new_serial": true, "serials": true}

// long are fields of more than a line.
var long = map[string]bool{"instructions": true, "despite": true, "text": true, "objects": true, "description": true, "address": true, "serial": false, "serials": true}

// required are fields without which a command is always refused.
var required = map[string]bool{
	"define-item.part_number": true, "define-item.name": true, "define-bom.parent": true, "plan-order.order": true, "plan-order.part_number": true, "plan-order.quantity": true,
	"receive.receipt": true, "receive.part_number": true, "ship.shipment": true, "ship.customer": true, "hold.reason": true, "unhold.reason": true, "scrap.reason": true, "adjust.reason": true, "void.fact": true, "void.reason": true,
	"recall": true, "open-recall.reason": true, "scope-recall.reason": true, "exclude-from-recall.objects": true, "exclude-from-recall.reason": true, "exclude-from-recall.signed_by": true,
	"include-in-recall.objects": true, "include-in-recall.reason": true, "include-in-recall.signed_by": true, "close-recall.reason": true, "close-recall.signed_by": true,
	"define-partner.code": true, "define-partner.name": true, "calibrate.instrument": true, "dispose.nonconformity": true, "sign-disposition.nonconformity": true, "sign-disposition.signed_by": true, "follow-nonconformity.nonconformity": true, "raise-nonconformity.nonconformity": true,
}

// said looks a field up by command and name, then by name.
func said[V any](words map[string]V, command, name string) (v V, ok bool) {
	if v, ok = words[command+"."+name]; ok {
		return v, true
	}
	v, ok = words[name]
	return v, ok
}

// label is how people say a field's name.
func label(command, name string) string {
	if text, ok := said(labels, command, name); ok {
		return text
	}
	text := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(text[:1]) + text[1:]
}
