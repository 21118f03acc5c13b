package workbook

import (
	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// The rows that say what happened to lots and units.

func receive(r *row) ledger.Command {
	c := &genealogy.Receive{
		PartNumber: r.text("part_number"), Serial: r.text("serial"), Lot: r.text("lot"), Revision: r.text("revision"), Quantity: r.amount("quantity"), UOM: r.text("uom"),
		Purchase: genealogy.Purchase{
			Receipt: r.text("receipt"), Supplier: r.text("supplier"), PurchaseOrder: r.text("purchase_order"), SupplierLot: r.text("supplier_lot"),
			Manufacturer: r.text("manufacturer"), ManufacturerPart: r.text("manufacturer_part"), ManufacturerLot: r.text("manufacturer_lot"),
			ManufacturerSerial: r.text("manufacturer_serial"), DateCode: r.text("date_code"), Heat: r.text("heat"), Country: r.text("country"),
			ManufacturedOn: r.time("manufactured_on"), ExpiresOn: r.time("expires_on"), Certificate: r.text("certificate"),
			Location: r.text("location"), Properties: r.extras(),
		},
		At: r.time("at"),
	}
	return c
}

func serialize(r *row) ledger.Command {
	c := &genealogy.Serialize{PartNumber: r.text("part_number"), Serial: quoted(r.text("serial")), Revision: r.text("revision"),
		Order: r.text("order"), Lot: r.text("lot"), UII: r.text("uii"), At: r.time("at")}
	return &checked{Command: c, same: func(set *store.Set) error {
		unit, ok := genealogy.Objects.Get(set, unitKey(r, "part_number", "serial"))
		if !ok {
			return nil
		}
		what := "Unit " + unit.Object().String()
		if err := differs("at", what, unit.At.String(), r.time("at").String()); err != nil {
			return err
		}
		if err := differs("revision", what, unit.Revision, r.text("revision")); err != nil || r.text("lot") == "" {
			return err
		}
		lot, ok := genealogy.Objects.Get(set, genealogy.ObjectKey{PartNumber: r.text("part_number"), Kind: genealogy.LotKind, Name: r.text("lot")})
		if ok && lot.ID == unit.LotID || unit.LotID == 0 {
			return nil
		}
		return refuse.New(refuse.Conflict, "%s is recorded as of another lot than %s. Correct the row, or split the lot.", what, r.text("lot")).At("lot")
	}}
}

// quoted is one serial number as it stands, however much it looks like a range.
func quoted(serial string) string { return `"` + serial + `"` }

func unitKey(r *row, part, serial string) genealogy.ObjectKey {
	return genealogy.ObjectKey{PartNumber: r.text(part), Kind: genealogy.UnitKind, Name: r.text(serial)}
}

func completeUnit(r *row) ledger.Command {
	return &quality.Complete{Complete: genealogy.Complete{PartNumber: r.text("part_number"), Serial: quoted(r.text("serial")), At: r.time("completed_at")}}
}

// produce is a row of completions: a unit that was completed, or a quantity of
// a lot that was made.
func produce(r *row) ledger.Command {
	if r.text("serial") == "" {
		return &genealogy.Produce{Order: r.text("order"), PartNumber: r.text("part_number"), Lot: r.text("lot"), Quantity: r.amount("quantity"), Scrapped: r.amount("scrapped"), Deviation: r.text("deviation"), At: r.time("at")}
	}
	if r.amount("quantity") != quantity.One {
		return refusal{refuse.New(refuse.Invalid, "A unit is one piece, not %s. Write 1, or name a lot.", r.amount("quantity")).At("quantity")}
	}
	part := r.text("part_number")
	c := &quality.Complete{Complete: genealogy.Complete{PartNumber: part, Serial: quoted(r.text("serial")), Order: r.text("order"), Deviation: r.text("deviation"), At: r.time("at")}}
	return &checked{Command: c, before: func(set *store.Set) error {
		o, err := order.Find(set, r.text("order"))
		if err != nil {
			return err
		}
		if part == "" {
			c.PartNumber = o.PartNumber
		}
		return nil
	}}
}

func issue(r *row) ledger.Command {
	return &genealogy.Issue{
		Order: r.text("order"), Component: r.text("component"), Lot: r.text("lot"), Serial: r.text("serial"), Quantity: r.amount("quantity"), UOM: r.text("uom"),
		FindNumber: r.text("find_number"), SubstituteFor: r.text("substitute_for"), Deviation: r.text("deviation"), Operation: r.text("operation"),
		Operator: r.text("operator"), At: r.time("at"),
	}
}

func install(r *row) ledger.Command {
	return &genealogy.Install{
		PartNumber: r.text("part_number"), Serial: r.text("serial"), Lot: r.text("lot"), Component: r.text("component"),
		ComponentSerial: r.text("component_serial"), ComponentLot: r.text("component_lot"), Quantity: r.amount("quantity"),
		FindNumber: r.text("find_number"), Designator: r.text("reference_designator"), SubstituteFor: r.text("substitute_for"),
		Deviation: r.text("deviation"), CandidateGroup: r.text("candidate_group"), Certainty: r.text("certainty"), Order: r.text("order"),
		Operation: r.text("operation"), Operator: r.text("operator"), Machine: r.text("machine"), Slot: r.text("slot"), Replaces: r.text("replaces"), At: r.time("at"),
	}
}

func remove(r *row) ledger.Command {
	return &genealogy.Remove{
		PartNumber: r.text("part_number"), Serial: r.text("serial"), Lot: r.text("lot"), Component: r.text("component"),
		ComponentSerial: r.text("component_serial"), ComponentLot: r.text("component_lot"), Quantity: r.amount("quantity"),
		FindNumber: r.text("find_number"), To: r.text("to"), NewLot: r.text("new_lot"), Reason: r.text("reason"), Operator: r.text("operator"), At: r.time("at"),
	}
}

func split(r *row) ledger.Command {
	return &genealogy.Split{PartNumber: r.text("part_number"), Lot: r.text("lot"), NewLot: r.text("new_lot"), Quantity: r.amount("quantity"),
		Serials: r.text("serials"), At: r.time("at")}
}

func scrap(r *row) ledger.Command {
	return &genealogy.Scrap{PartNumber: r.text("part_number"), Serial: r.text("serial"), Lot: r.text("lot"), Quantity: r.amount("quantity"),
		Reason: r.text("reason"), Order: r.text("order"), Operation: r.text("operation"), NCR: r.text("nonconformity"), Operator: r.text("operator"), At: r.time("at")}
}

func ship(r *row) ledger.Command {
	serial := r.text("serial")
	if serial != "" {
		serial = quoted(serial)
	}
	return &genealogy.Ship{Shipment: r.text("shipment"), Customer: r.text("customer"), PartNumber: r.text("part_number"), Serial: serial,
		Lot: r.text("lot"), Quantity: r.amount("quantity"), System: r.text("system"), SalesOrder: r.text("sales_order"),
		Destination: r.text("destination"), Deviation: r.text("deviation"), At: r.time("at")}
}

func perform(r *row) ledger.Command {
	return &quality.PerformOperation{OperationPerformed: quality.OperationPerformed{
		Operation: r.text("operation"), Order: r.text("order"), PartNumber: r.text("part_number"), Serial: r.text("serial"), Lot: r.text("lot"),
		Until: r.time("until"), WorkCenter: r.text("work_center"), Machine: r.text("machine"), Operator: r.text("operator"),
		Program: r.text("program"), Tool: r.text("tool"), Result: r.text("result"), Parameters: r.extras(),
	}, At: r.time("at")}
}

func inspect(r *row) ledger.Command {
	return &quality.RecordInspection{InspectionRecorded: quality.InspectionRecorded{
		Stage: r.text("stage"), PartNumber: r.text("part_number"), Serial: r.text("serial"), Lot: r.text("lot"), Number: r.text("number"),
		Attempt: r.integer("attempt"), Plan: r.text("plan"), Operation: r.text("operation"), Order: r.text("order"),
		Characteristic: r.text("characteristic"), Value: r.text("value"), UOM: r.text("uom"), Lower: r.text("lower"), Upper: r.text("upper"),
		Result: r.text("result"), SampleSize: r.integer("sample_size"), Defects: r.integer("defects"), Inspector: r.text("inspector"),
		Instrument: r.text("instrument"), Report: r.text("report"), Undecided: r.yes("undecided"),
	}, At: r.time("at")}
}
