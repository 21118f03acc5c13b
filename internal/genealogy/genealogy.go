// Package genealogy is the life of lots and units: received, produced, issued,
// installed, removed, split, scrapped, shipped; and what went into what.
package genealogy

import (
	_ "embed" // the schema

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

//go:embed tables.sql
var schema string

// ObjectKey is what an object is known by.
type ObjectKey struct{ PartNumber, Kind, Name string }

// Row is an object as it stands now.
type Row struct {
	PartNumber  string            `col:"part_number,key"`
	Kind        string            `col:"kind,key"`
	Name        string            `col:"name,key"`
	ID          int64             `col:"id"` // the number of the fact that made it
	Revision    string            `col:"revision"`
	LotID       int64             `col:"lot_id"`     // the lot that a unit belongs to
	Order       string            `col:"order_name"` // whose member a unit is; that made a lot
	At          moment.Time       `col:"at"`         // when it came to be
	CompletedAt moment.Time       `col:"completed_at"`
	ParentEdge  int64             `col:"parent_edge"` // the installation that holds a unit now
	Shipped     int64             `col:"shipped"`     // the movement that shipped a unit
	ScrappedAt  moment.Time       `col:"scrapped_at"`
	OnHand      quantity.Quantity `col:"on_hand"` // of a lot: free in stock
	Size        quantity.Quantity `col:"size"`    // of a lot: all that ever came in
	LastMoved   moment.Time       `col:"last_moved"`
	Location    string            `col:"location"`
	ExpiresOn   moment.Time       `col:"expires_on"`
	Held        int64             `col:"held"`      // how many holds reach it surely
	Warned      int64             `col:"warned"`    // how many holds may reach it
	HeldPart    quantity.Quantity `col:"held_part"` // of a lot: what holds of a quantity keep back
	Allocated   quantity.Quantity `col:"allocated"` // of a lot: kept for orders
	Origin      string            `col:"origin"`
	Voided      int64             `col:"voided"` // the fact that voided what made it
}

// Origins of objects.
const (
	OriginReceived = "received"
	OriginMade     = "made"
	OriginSplit    = "split"
	OriginMerged   = "merged"
	OriginUnknown  = "unknown" // of a record of the past that does not say
)

// Object is the object's name.
func (r *Row) Object() Object {
	if r.Kind == UnitKind {
		return Object{PartNumber: r.PartNumber, Serial: r.Name}
	}
	return Object{PartNumber: r.PartNumber, Lot: r.Name}
}

// Edge says that one object went into another.
type Edge struct {
	ID            int64             `col:"id,key"`
	Kind          string            `col:"kind"` // install, split
	FromID        int64             `col:"from_id"`
	ToID          int64             `col:"to_id"`
	Quantity      quantity.Quantity `col:"quantity"`
	Certainty     string            `col:"certainty"`
	Position      string            `col:"position"`
	Designator    string            `col:"designator"`
	Group         string            `col:"candidate_group"`
	Order         string            `col:"order_name"` // under which it was installed
	Line          int64             `col:"line"`       // of that order's BOM; -1 for none
	FromOrder     quantity.Quantity `col:"from_order"` // what of the quantity had been issued to the order
	At            moment.Time       `col:"at"`
	EndedAt       moment.Time       `col:"ended_at"` // moment.Never while it lasts
	Removed       quantity.Quantity `col:"removed"`
	SubstituteFor string            `col:"substitute_for"`
	Deviation     string            `col:"deviation"`
	Operator      string            `col:"operator"`
	Machine       string            `col:"machine"`
	Before        quantity.Quantity `col:"before"` // of a merge: what was in the lot that it went into
	Voided        int64             `col:"voided"`
}

// Kinds of edges.
const (
	InstallEdge = "install"
	SplitEdge   = "split"
	MergeEdge   = "merge"
)

// Removal took some or all of an installation out again.
type Removal struct {
	ID       int64             `col:"id,key"`
	Edge     int64             `col:"edge_id"`
	Quantity quantity.Quantity `col:"quantity"`
	At       moment.Time       `col:"at"`
	To       string            `col:"to_place"`
	Reason   string            `col:"reason"`
	Operator string            `col:"operator"`
	Voided   int64             `col:"voided"`
}

// IssueRow is material given to an order; negative when given back.
type IssueRow struct {
	ID        int64             `col:"id,key"`
	Order     string            `col:"order_name"`
	Line      int64             `col:"line"` // of the order BOM; -1 for none
	ObjectID  int64             `col:"object_id"`
	Quantity  quantity.Quantity `col:"quantity"`
	At        moment.Time       `col:"at"`
	Operator  string            `col:"operator"`
	Deviation string            `col:"deviation"`
	Voided    int64             `col:"voided"`
}

// openIssue is what an order still has of a lot it was issued.
type openIssue struct {
	Order    string            `col:"order_name,key"`
	ObjectID int64             `col:"object_id,key"`
	Open     quantity.Quantity `col:"open"`
}

type openKey struct {
	Order    string
	ObjectID int64
}

// Movement is a change of an object that is neither edge, removal nor issue.
type Movement struct {
	ID       int64             `col:"id,key"`
	ObjectID int64             `col:"object_id,key"`
	At       moment.Time       `col:"at"`
	Term     string            `col:"term"` // a term of the mass balance, or of a life
	Quantity quantity.Quantity `col:"quantity"`
	Order    string            `col:"order_name"`
	Customer string            `col:"customer"`
	System   string            `col:"system"`
	Shipment string            `col:"shipment"`
	Location string            `col:"location"`
	Reason   string            `col:"reason"`
	Voided   int64             `col:"voided"`
}

// Terms of movements.
const (
	TermReceived   = "received"
	TermProduced   = "produced"
	TermSerialized = "serialized"
	TermCompleted  = "completed"
	TermScrapped   = "scrapped"
	TermShipped    = "shipped"
	TermReturned   = "returned"
	TermSplitIn    = "split_in"
	TermSplitOut   = "split_out"
	TermRemoved    = "removed"       // pieces taken out of a parent, now a lot of their own
	TermRemovedBad = "removed_scrap" // pieces taken out of a parent and scrapped
	TermHeld       = "held"
	TermUnheld     = "unheld"
	TermMergedIn   = "merged_in"
	TermMergedOut  = "merged_away"
	TermMoved      = "moved"
	TermUp         = "adjusted_up"
	TermDown       = "adjusted_down"
	TermToSupplier = "returned_to_supplier"
	TermAssumed    = "assumed"
	TermFielded    = "fielded"
	TermReassigned = "reassigned"
	TermRenamed    = "reidentified"
	TermReworking  = "rework" // given to a rework order
)

type movementKey struct{ ID, ObjectID int64 }

// Receipt is how an object came from a supplier.
type Receipt struct {
	ID                 int64             `col:"id,key"`
	Receipt            string            `col:"receipt"`
	ObjectID           int64             `col:"object_id"`
	At                 moment.Time       `col:"at"`
	Quantity           quantity.Quantity `col:"quantity"`
	Supplier           string            `col:"supplier"`
	PurchaseOrder      string            `col:"purchase_order"`
	SupplierLot        string            `col:"supplier_lot"`
	Manufacturer       string            `col:"manufacturer"`
	ManufacturerPart   string            `col:"manufacturer_part"`
	ManufacturerLot    string            `col:"manufacturer_lot"`
	ManufacturerSerial string            `col:"manufacturer_serial"`
	DateCode           string            `col:"date_code"`
	Heat               string            `col:"heat"`
	Country            string            `col:"country"`
	ManufacturedOn     moment.Time       `col:"manufactured_on"`
	ExpiresOn          moment.Time       `col:"expires_on"`
	Certificate        string            `col:"certificate"`
	Location           string            `col:"location"`
	Properties         string            `col:"properties"`
	Voided             int64             `col:"voided"`
}

type identifier struct {
	Text     string `col:"text,key"`
	Kind     string `col:"kind,key"`
	ObjectID int64  `col:"object_id,key"`
}

type identifierKey struct {
	Text, Kind string
	ObjectID   int64
}

// The tables; trace reads them too.
var (
	Objects = store.NewTable("object", func(r *Row) ObjectKey { return ObjectKey{r.PartNumber, r.Kind, r.Name} })
	byID    = store.NewIndex(Objects, "id", func(r *Row) int64 { return r.ID })
	byOrder = store.NewIndex(Objects, "order_name", func(r *Row) string { return r.Order })
	byName  = store.NewIndex(Objects, "name", func(r *Row) string { return r.Name })
	byLot   = store.NewIndex(Objects, "lot_id", func(r *Row) int64 { return r.LotID })

	Edges    = store.NewTable("edge", func(r *Edge) int64 { return r.ID })
	edgesTo  = store.NewIndex(Edges, "to_id", func(r *Edge) int64 { return r.ToID })
	Removals = store.NewTable("removal", func(r *Removal) int64 { return r.ID })

	Issues = store.NewTable("issue", func(r *IssueRow) int64 { return r.ID })
	open   = store.NewTable("stock_issue", func(r *openIssue) openKey { return openKey{r.Order, r.ObjectID} })

	Movements   = store.NewTable("movement", func(r *Movement) movementKey { return movementKey{r.ID, r.ObjectID} })
	Receipts    = store.NewTable("receipt", func(r *Receipt) int64 { return r.ID })
	receiptsOf  = store.NewIndex(Receipts, "object_id", func(r *Receipt) int64 { return r.ObjectID })
	identifiers = store.NewTable("identifier", func(r *identifier) identifierKey { return identifierKey{r.Text, r.Kind, r.ObjectID} })
	named       = store.NewIndex(identifiers, "text", func(r *identifier) string { return r.Text })
)

// Projection is what the life of lots and units derives from its facts.
var Projection = journal.Projection{
	Name: "genealogy", Version: 4, Schema: schema,
	Tables: []store.AnyTable{Objects, Edges, Removals, Issues, open, Movements, Receipts, identifiers, Holds, marks, heldOrders, Memberships, Deviations, deviationUses, outputs, Allocations, sequences, BreachRows},
	Kinds: journal.Kinds{
		Received{}.Kind():         func() journal.Body { return new(Received) },
		UnitReceived{}.Kind():     func() journal.Body { return new(UnitReceived) },
		UnitSerialized{}.Kind():   func() journal.Body { return new(UnitSerialized) },
		UnitCompleted{}.Kind():    func() journal.Body { return new(UnitCompleted) },
		LotProduced{}.Kind():      func() journal.Body { return new(LotProduced) },
		LotSplit{}.Kind():         func() journal.Body { return new(LotSplit) },
		Issued{}.Kind():           func() journal.Body { return new(Issued) },
		Returned{}.Kind():         func() journal.Body { return new(Returned) },
		Installed{}.Kind():        func() journal.Body { return new(Installed) },
		Removed{}.Kind():          func() journal.Body { return new(Removed) },
		Scrapped{}.Kind():         func() journal.Body { return new(Scrapped) },
		Held{}.Kind():             func() journal.Body { return new(Held) },
		Unheld{}.Kind():           func() journal.Body { return new(Unheld) },
		Shipped{}.Kind():          func() journal.Body { return new(Shipped) },
		LotsMerged{}.Kind():       func() journal.Body { return new(LotsMerged) },
		Moved{}.Kind():            func() journal.Body { return new(Moved) },
		Adjusted{}.Kind():         func() journal.Body { return new(Adjusted) },
		SentBack{}.Kind():         func() journal.Body { return new(SentBack) },
		Fielded{}.Kind():          func() journal.Body { return new(Fielded) },
		Reassigned{}.Kind():       func() journal.Body { return new(Reassigned) },
		Reidentified{}.Kind():     func() journal.Body { return new(Reidentified) },
		Allocated{}.Kind():        func() journal.Body { return new(Allocated) },
		NumbersTaken{}.Kind():     func() journal.Body { return new(NumbersTaken) },
		Assumed{}.Kind():          func() journal.Body { return new(Assumed) },
		Breached{}.Kind():         func() journal.Body { return new(Breached) },
		DeviationGranted{}.Kind(): func() journal.Body { return new(DeviationGranted) },
	},
	Project: project,
	Undo:    undo, Against: against,
}

// Indexes that only rare paths look into.
var (
	edgesFrom = store.NewIndex(Edges, "from_id", func(r *Edge) int64 { return r.FromID })
	issuesIn  = store.NewIndex(Issues, "order_name", func(r *IssueRow) string { return r.Order })
	issuesOf  = store.NewIndex(Issues, "object_id", func(r *IssueRow) int64 { return r.ObjectID })
	movesBy   = store.NewIndex(Movements, "id", func(r *Movement) int64 { return r.ID })
	outOf     = store.NewIndex(Removals, "edge_id", func(r *Removal) int64 { return r.Edge })
	namesOf   = store.NewIndex(identifiers, "object_id", func(r *identifier) int64 { return r.ObjectID })
	movesOf   = store.NewIndex(Movements, "object_id", func(r *Movement) int64 { return r.ObjectID })
)
