package workbook

import (
	"cmp"
	"math"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/quality"
	"lotline/internal/store"
)

// The rows that say what else happened to lots and units, and what was found.

func objectOf(r *row) genealogy.Object {
	return genealogy.Object{PartNumber: r.text("part_number"), Serial: r.text("serial"), Lot: r.text("lot")}
}

func defineUOM(r *row) ledger.Command {
	return &catalog.DefineUOM{UOMDefined: catalog.UOMDefined{PartNumber: r.text("part_number"), UOM: r.text("uom"), Numerator: r.amount("numerator"), Denominator: r.amount("denominator")}}
}

func approveMaker(r *row) ledger.Command {
	return &catalog.ApproveMaker{MakerApproved: catalog.MakerApproved{PartNumber: r.text("part_number"), Manufacturer: r.text("manufacturer"),
		ManufacturerPart: r.text("manufacturer_part"), Alternate: r.text("alternate")}}
}

func changeTracking(r *row) ledger.Command {
	return &catalog.ChangeTracking{PartNumber: r.text("part_number"), Tracking: r.text("tracking"), At: r.time("at")}
}

func definePlan(rows []*row) ledger.Command {
	c := &catalog.DefinePlan{PlanDefined: catalog.PlanDefined{Plan: rows[0].text("plan"), PartNumber: rows[0].text("part_number"), Stage: rows[0].text("stage")}}
	for _, r := range rows {
		c.Characteristics = append(c.Characteristics, catalog.Characteristic{Characteristic: r.text("characteristic"), UOM: r.text("uom"), Lower: r.text("lower"),
			Nominal: r.text("nominal"), Upper: r.text("upper"), InstrumentType: r.text("instrument_type"), Sample: r.text("sample"), Retest: r.text("retest"),
			Signatures: r.integer("signatures")})
	}
	return c
}

// attachedAt puts documents without a time among the definitions.
func attachedAt(r *row) (moment.Time, bool) { return r.time("at"), true }

// attach is a row of documents, whose object may be an item.
func attach(r *row) ledger.Command {
	c := &quality.Attach{DocumentAttached: catalog.DocumentAttached{
		Document: r.text("document"), Revision: r.text("revision"), Title: r.text("title"), File: r.text("file"), URL: r.text("url"), SHA256: r.text("sha256"),
		PartRevision: r.text("part_revision"), Order: r.text("order"), Receipt: r.text("receipt"), Inspection: r.text("inspection"),
		Nonconformity: r.text("nonconformity"),
	}, At: r.time("at")}
	return &checked{Command: c, before: func(set *store.Set) error {
		c.Object, c.PartNumber = r.text("object"), ""
		if _, err := catalog.FindItem(set, c.Object); c.Object != "" && err == nil {
			c.Object, c.PartNumber = "", c.Object
		}
		return nil
	}}
}

func merge(r *row) ledger.Command {
	return &genealogy.Merge{PartNumber: r.text("part_number"), Lot: r.text("lot"), IntoLot: r.text("into_lot"), Quantity: r.amount("quantity"),
		Mode: r.text("mode"), Deviation: r.text("deviation"), At: r.time("at")}
}

func reassign(r *row) ledger.Command {
	return &genealogy.Reassign{PartNumber: r.text("part_number"), Serial: r.text("serial"), Order: r.text("order"), Reason: r.text("reason"), At: r.time("at")}
}

func raise(r *row) ledger.Command {
	return &quality.RaiseNCR{NCRRaised: quality.NCRRaised{
		Nonconformity: r.text("nonconformity"), PartNumber: r.text("part_number"), Serial: r.text("serial"), Lot: r.text("lot"), Order: r.text("order"),
		Quantity: r.amount("quantity"), Description: r.text("description"), Severity: r.text("severity"), Cause: r.text("cause"),
		Signatures: r.integer("signatures"), CAPA: r.text("capa"), Owner: r.text("owner"), DueAt: r.time("due_at"),
	}, At: r.time("at")}
}

// actionDone is that the action about a nonconformity was done.
func actionDone(r *row) ledger.Command {
	return &quality.FollowNCR{NCRFollowed: quality.NCRFollowed{Nonconformity: r.text("nonconformity"), Done: true}, At: r.time("done_at")}
}

func dispose(r *row) ledger.Command {
	return quality.CarryDisposition(quality.DisposeNCR{NCRDisposed: quality.NCRDisposed{Nonconformity: r.text("nonconformity"), Disposition: r.text("disposition"),
		ApprovedBy: r.text("approved_by")}, At: r.time("disposed_at")}, r.list("signed_by", listed))
}

func grant(r *row) ledger.Command {
	return &genealogy.GrantDeviation{DeviationGranted: genealogy.DeviationGranted{
		Deviation: r.text("deviation"), Type: r.text("kind"), PartNumber: r.text("part_number"), Serial: r.text("serial"), Lot: r.text("lot"),
		Order: r.text("order"), InsteadOf: r.text("instead_of"), Quantity: r.amount("quantity"), From: r.time("from"), Until: r.time("until"),
		Reason: r.text("reason"), ApprovedBy: r.text("approved_by"),
	}, At: r.time("at")}
}

func hold(r *row) ledger.Command {
	return &genealogy.Hold{Held: genealogy.Held{Object: objectOf(r), Hold: r.text("hold"), Quantity: r.amount("quantity"), Reason: r.text("reason"), Source: r.text("source")}, At: r.time("at")}
}

// unhold ends a hold; a unit may have got another serial while it lay.
func unhold(r *row) ledger.Command {
	c := &genealogy.Unhold{Unheld: genealogy.Unheld{Object: objectOf(r), Hold: r.text("hold"), Reason: cmp.Or(r.text("release_reason"), "released")}, At: r.time("released_at")}
	return &checked{Command: c, before: func(set *store.Set) error {
		c.Object = genealogy.CalledNow(set, objectOf(r))
		return nil
	}}
}

func move(r *row) ledger.Command {
	return &genealogy.Move{Moved: genealogy.Moved{Object: objectOf(r), Quantity: r.amount("quantity"), From: r.text("from"), To: r.text("to")}, At: r.time("at")}
}

func allocate(r *row) ledger.Command {
	return &genealogy.Allocate{Allocated: genealogy.Allocated{Order: r.text("order"), Component: r.text("component"), Lot: r.text("lot"), Quantity: r.amount("quantity")}, At: r.time("at")}
}

func adjust(r *row) ledger.Command {
	return &genealogy.Adjust{Adjusted: genealogy.Adjusted{Object: objectOf(r), Quantity: r.amount("quantity"), Reason: r.text("reason"), Order: r.text("order"),
		Operation: r.text("operation"), NCR: r.text("nonconformity"), Operator: r.text("operator")}, At: r.time("at")}
}

func sendBack(r *row) ledger.Command {
	return &genealogy.Return{SentBack: genealogy.SentBack{Object: objectOf(r), Quantity: r.amount("quantity"), Customer: r.text("from"), Supplier: r.text("to"),
		Location: r.text("location"), Reason: r.text("reason")}, At: r.time("at")}
}

func fieldEvent(r *row) ledger.Command {
	return &genealogy.Field{Fielded: genealogy.Fielded{
		Event: r.text("event"), PartNumber: r.text("part_number"), Serial: r.text("serial"), Parent: r.text("parent"), Quantity: r.amount("quantity"),
		Customer: r.text("customer"), System: r.text("system"), Location: r.text("location"), Hours: r.text("hours"), Cycles: r.text("cycles"),
		Reason: r.text("reason"),
	}, At: r.time("at")}
}

// identifiedAt puts names without a time after everything else.
func identifiedAt(r *row) (moment.Time, bool) {
	if at := r.time("at"); at != 0 {
		return at, true
	}
	return math.MaxInt64, true
}

// identify is a further name of an object; of the kind new_serial it is what a
// unit is called from then on.
func identify(r *row) ledger.Command {
	if r.text("kind") == newSerial {
		return &genealogy.Reidentify{Object: objectOf(r), NewSerial: r.text("identifier"), At: r.time("at")}
	}
	return &genealogy.Reidentify{Object: objectOf(r), Identifier: r.text("identifier"), Name: r.text("kind"), At: r.time("at")}
}
