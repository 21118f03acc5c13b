package workbook

import (
	"cmp"
	"strings"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/refuse"
)

func momentText(at int64) string { return moment.Time(at).String() }

// noEvent says that a fact is no row of what happened: it defines, or follows
// from others.
func noEvent(what journal.Body) bool {
	switch what.(type) {
	case *catalog.PartnerDefined, *catalog.CatalogDefined, *catalog.ItemDefined, *bom.Defined, *bom.Extended, *bom.MappingSaved,
		*order.OrderListed, *order.OrderSucceeded, *order.OrderRefreshed, *ledger.RowsTaken,
		*catalog.RevisionReleased, *catalog.RevisionObsoleted, *catalog.UOMDefined, *catalog.MakerApproved, *catalog.PlanDefined,
		*genealogy.NumbersTaken, *genealogy.Assumed, *genealogy.Breached, *journal.Voided:
		return true
	}
	return false
}

// fact writes what happened to its sheet. Each kind stands here once.
func (x *exporter) fact(line *journal.Line) error {
	stock, fielded, spoilt := x.stock, x.fielded, x.spoilt
	x.stock, x.fielded, x.spoilt = nil, nil, 0
	if x.voided[line.ID()] {
		return nil // the sheet of voids has it
	}
	at := line.At.String()
	if passed, err := x.passes(line); passed || err != nil {
		return err
	}
	switch f := line.What.(type) {
	case *catalog.TrackingChanged:
		return x.put("tracking", nil, "part_number", f.PartNumber, "tracking", f.Tracking, "at", at)
	case *genealogy.Received:
		if f.Quantity == 0 {
			return nil // the lot of units that were received by serial, which its first unit makes
		}
		return x.received(at, f.PartNumber, "", f.Lot, f.Revision, f.Quantity.String(), &f.Purchase)
	case *genealogy.UnitReceived:
		return x.received(at, f.PartNumber, f.Serial, f.Lot, f.Revision, "1", &f.Purchase)
	case *genealogy.UnitSerialized:
		if f.FromStock {
			x.stock = f
			return nil
		}
		done := x.completedAt[genealogy.Object{PartNumber: f.PartNumber, Serial: f.Serial}]
		return x.put("units", nil, recorded, facts(line.ID(), done.fact), "part_number", f.PartNumber, "serial", f.Serial, "revision", f.Revision, "order", f.Order, "lot", f.Lot, "at", at,
			"completed_at", done.at, "uii", f.UII)
	case *genealogy.LotProduced:
		if !x.voided[line.ID()+1] {
			x.spoilt = f.Scrapped
		}
		return x.put("completions", nil, "at", at, "order", f.Order, "part_number", f.PartNumber, "lot", f.Lot, "quantity", (f.Quantity - x.spoilt).String(),
			"scrapped", amountText(x.spoilt), "deviation", f.Deviation)
	case *genealogy.LotSplit:
		return x.put("splits", nil, "at", at, "part_number", f.PartNumber, "lot", f.Lot, "new_lot", f.NewLot, "quantity", amountText(f.Quantity),
			"serials", serialList(f.Serials))
	case *genealogy.Issued:
		return x.issued(at, f)
	case *genealogy.Returned:
		return x.returned(at, f)
	case *genealogy.Installed:
		if fielded != nil && fielded.Serial == f.Component.Serial && fielded.PartNumber == f.Component.PartNumber {
			return nil // the event in the field does it again
		}
		return x.installed(at, f, stock)
	case *genealogy.Removed:
		if fielded != nil && fielded.Serial == f.Component.Serial && fielded.PartNumber == f.Component.PartNumber {
			return nil
		}
		return x.removed(at, f)
	case *genealogy.Scrapped:
		if spoilt > 0 {
			return nil // the row before it bears it
		}
		return x.put("scraps", nil, "at", at, "part_number", f.PartNumber, "serial", f.Serial, "lot", f.Lot, "quantity", f.Quantity.String(),
			"reason", f.Reason, "order", f.Order, "operation", f.Operation, "nonconformity", f.NCR, "operator", f.Operator)
	}
	return x.more(line, at)
}

func (x *exporter) quality(line *journal.Line, at string) error {
	switch f := line.What.(type) {
	case *quality.OperationPerformed:
		return x.put("operations", f.Parameters, "at", at, "until", f.Until.String(), "operation", f.Operation, "order", f.Order,
			"part_number", f.PartNumber, "serial", f.Serial, "lot", f.Lot, "work_center", f.WorkCenter, "machine", f.Machine,
			"operator", f.Operator, "program", f.Program, "tool", f.Tool, "result", f.Result)
	case *quality.InspectionRecorded:
		return x.put("inspections", nil, "at", at, "stage", f.Stage, "part_number", f.PartNumber, "serial", f.Serial, "lot", f.Lot,
			"number", f.Number, "attempt", days(f.Attempt), "plan", f.Plan, "operation", f.Operation, "order", f.Order,
			"characteristic", f.Characteristic, "value", f.Value, "uom", f.UOM, "lower", f.Lower, "upper", f.Upper, "result", f.Result,
			"sample_size", days(f.SampleSize), "defects", days(f.Defects), "inspector", f.Inspector, "instrument", f.Instrument, "report", f.Report,
			"undecided", yes(f.Undecided))
	case *quality.InstrumentCalibrated:
		return x.put("instruments", nil, "instrument", f.Instrument, "name", f.Name, "at", at, "due_at", f.DueAt.String(), "result", f.Result,
			"as_found", f.AsFound, "as_left", f.AsLeft)
	case *catalog.DocumentAttached:
		file, err := x.file(f.SHA256, f.File)
		if err != nil {
			return err
		}
		return x.put("documents", nil, "document", f.Document, "revision", f.Revision, "title", f.Title, "file", file, "url", f.URL, "sha256", f.SHA256,
			"object", cmp.Or(f.Object, f.PartNumber), "part_revision", f.PartRevision, "order", f.Order, "receipt", f.Receipt, "inspection", f.Inspection,
			"nonconformity", f.Nonconformity, "at", at)
	}
	if done, err := x.carry(line, at); done || err != nil {
		return err
	}
	x.done.LeftOut[line.What.Kind()]++
	return nil
}

// more writes what else happened to lots and units.
func (x *exporter) more(line *journal.Line, at string) error {
	switch f := line.What.(type) {
	case *genealogy.Shipped:
		return x.put("shipments", nil, "shipment", f.Shipment, "at", at, "customer", f.Customer, "part_number", f.PartNumber, "serial", f.Serial,
			"lot", f.Lot, "quantity", f.Quantity.String(), "system", f.System, "sales_order", f.SalesOrder, "destination", f.Destination,
			"deviation", f.Deviation)
	case *genealogy.UnitCompleted:
		return x.completed(line.ID(), at, f)
	case *genealogy.LotsMerged:
		return x.put("merges", nil, "at", at, "part_number", f.PartNumber, "lot", f.Lot, "into_lot", f.IntoLot, "quantity", f.Quantity.String(),
			"mode", f.Mode, "deviation", f.Deviation)
	case *genealogy.Moved:
		return x.put("moves", nil, "at", at, "part_number", f.PartNumber, "serial", f.Serial, "lot", f.Lot, "quantity", amountText(f.Quantity), "from", f.From, "to", f.To)
	case *genealogy.Adjusted:
		return x.put("adjustments", nil, "at", at, "part_number", f.PartNumber, "lot", f.Lot, "quantity", f.Quantity.String(), "reason", f.Reason,
			"order", f.Order, "operation", f.Operation, "nonconformity", f.NCR, "operator", f.Operator)
	case *genealogy.SentBack:
		return x.put("returns", nil, "at", at, "part_number", f.PartNumber, "serial", f.Serial, "lot", f.Lot, "quantity", f.Quantity.String(),
			"from", f.Customer, "to", f.Supplier, "location", f.Location, "reason", f.Reason)
	case *genealogy.Allocated:
		return x.put("allocations", nil, "at", at, "order", f.Order, "component", f.Component, "lot", f.Lot, "quantity", f.Quantity.String())
	case *genealogy.Fielded:
		x.fielded = f
		return x.put("field", nil, "at", at, "event", f.Event, "part_number", f.PartNumber, "serial", f.Serial, "parent", f.Parent, "quantity", amountText(f.Quantity),
			"customer", f.Customer, "system", f.System, "location", f.Location, "hours", f.Hours, "cycles", f.Cycles, "reason", f.Reason)
	case *genealogy.Reassigned:
		return x.put("reassignments", nil, "at", at, "part_number", f.PartNumber, "serial", f.Serial, "order", f.Order, "reason", f.Reason)
	case *genealogy.Reidentified:
		if f.NewSerial != "" {
			return x.put("identifiers", nil, "at", at, "part_number", f.PartNumber, "serial", f.Serial, "identifier", f.NewSerial, "kind", newSerial)
		}
		return x.put("identifiers", nil, "at", at, "part_number", f.PartNumber, "serial", f.Serial, "lot", f.Lot, "identifier", f.Identifier, "kind", f.Name)
	case *genealogy.DeviationGranted:
		return x.put("deviations", nil, "deviation", f.Deviation, "at", at, "kind", f.Type, "part_number", f.PartNumber, "serial", f.Serial, "lot", f.Lot,
			"order", f.Order, "instead_of", f.InsteadOf, "quantity", amountText(f.Quantity), "from", f.From.String(), "until", f.Until.String(),
			"reason", f.Reason, "approved_by", f.ApprovedBy)
	}
	return x.quality(line, at)
}

// completed writes a unit that was completed.
func (x *exporter) completed(id int64, at string, f *genealogy.UnitCompleted) error {
	name := cmp.Or(f.Order, x.orderOf[id])
	if name == "" {
		return nil // its row of units has the time
	}
	return x.put("completions", nil, "at", at, "order", name, "part_number", f.PartNumber, "serial", f.Serial, "quantity", "1", "deviation", f.Deviation)
}

// newSerial is the kind of identifier by which a unit is called from then on.
const newSerial = "new_serial"

func (x *exporter) received(at, part, serial, lot, revision, quantity string, p *genealogy.Purchase) error {
	if serial != "" {
		serial = serialList([]string{serial})
	}
	return x.put("receipts", p.Properties, "receipt", p.Receipt, "at", at, "part_number", part, "serial", serial, "lot", lot, "revision", revision,
		"quantity", quantity, "supplier", p.Supplier, "purchase_order", p.PurchaseOrder, "supplier_lot", p.SupplierLot,
		"manufacturer", p.Manufacturer, "manufacturer_part", p.ManufacturerPart, "manufacturer_lot", p.ManufacturerLot,
		"manufacturer_serial", p.ManufacturerSerial, "date_code", p.DateCode, "heat", p.Heat, "country", p.Country,
		"manufactured_on", p.ManufacturedOn.String(), "expires_on", p.ExpiresOn.String(), "certificate", p.Certificate, "location", p.Location)
}

// serialList is a list of serials that reads back as it is: those that look
// like a range stand in quotation marks.
func serialList(serials []string) string {
	quotedOnes := make([]string, len(serials))
	for i, serial := range serials {
		quotedOnes[i] = serial
		if strings.ContainsAny(serial, `-~"`) {
			quotedOnes[i] = quoted(serial)
		}
	}
	return strings.Join(quotedOnes, ";")
}

// position is how a line of an order BOM is named; empty for none.
func (x *exporter) position(name string, line int64) (string, error) {
	if line < 0 {
		return "", nil
	}
	lines, known := x.lines[name]
	if !known {
		var err error
		if lines, err = order.LinesOf(x.tx, x.company, name); err != nil {
			return "", err
		}
		x.lines = map[string][]order.Line{name: lines}
	}
	if line >= int64(len(lines)) {
		return "", nil
	}
	return lines[line].Position, nil
}

func (x *exporter) issued(at string, f *genealogy.Issued) error {
	position, err := x.position(f.Order, f.Line)
	if err != nil {
		return err
	}
	return x.put("issues", nil, "at", at, "order", f.Order, "component", f.Component.PartNumber, "lot", f.Component.Lot, "serial", f.Component.Serial,
		"quantity", f.Quantity.String(), "find_number", position, "substitute_for", f.SubstituteFor, "deviation", f.Deviation,
		"operation", f.Operation, "operator", f.Operator)
}

func (x *exporter) returned(at string, f *genealogy.Returned) error {
	position, err := x.position(f.Order, f.Line)
	if err != nil {
		return err
	}
	return x.put("issues", nil, "at", at, "order", f.Order, "component", f.Component.PartNumber, "lot", f.Component.Lot, "serial", f.Component.Serial,
		"quantity", (-f.Quantity).String(), "find_number", position, "operator", f.Operator)
}

func (x *exporter) installed(at string, f *genealogy.Installed, stock *genealogy.UnitSerialized) error {
	lot := f.Component.Lot
	if stock != nil && stock.PartNumber == f.Component.PartNumber && stock.Serial == f.Component.Serial {
		lot = stock.Lot
	}
	return x.put("installs", nil, "at", at, "part_number", f.Parent.PartNumber, "serial", f.Parent.Serial, "lot", f.Parent.Lot,
		"component", f.Component.PartNumber, "component_serial", f.Component.Serial, "component_lot", lot, "quantity", f.Quantity.String(),
		"find_number", f.Position, "reference_designator", f.Designator, "substitute_for", f.SubstituteFor, "deviation", f.Deviation,
		"candidate_group", f.CandidateGroup, "order", f.Order, "operation", f.Operation, "operator", f.Operator, "machine", f.Machine,
		"slot", f.Slot, "replaces", f.Replaces, "certainty", f.Certainty)
}

func (x *exporter) removed(at string, f *genealogy.Removed) error {
	edges, err := genealogy.Edges.Select(x.tx, x.company, `id = $2`, f.Edge)
	if err != nil {
		return err
	}
	if len(edges) == 0 {
		return refuse.New(refuse.NotFound, "The installation %s is not recorded.", journal.FactName(f.Edge))
	}
	return x.put("removals", nil, "at", at, "part_number", f.Parent.PartNumber, "serial", f.Parent.Serial, "lot", f.Parent.Lot,
		"component", f.Component.PartNumber, "component_serial", f.Component.Serial, "component_lot", f.Component.Lot,
		"quantity", f.Quantity.String(), "find_number", edges[0].Position, "to", f.To, "new_lot", f.NewLot, "reason", f.Reason, "operator", f.Operator)
}
