// Package graph is the genealogy of one company in memory: what went into
// what, both ways, with all that traces and scopes need to know of it.
//
// It knows numbers, not rules: package trace fills it from the tables, asks it
// instead of them, and says what the answers mean. What it holds is a copy that
// can always be made again.
//
// A View shows one moment and never changes, so readers wait for nobody. Who
// edits makes the next view: it shares all that stays the same, and is
// published with one pointer.
package graph

import (
	"sync"
	"sync/atomic"
)

// Object is a lot or a unit.
type Object struct {
	ID          int64
	Part        string
	Kind        string
	Name        string
	Revision    string
	Lot         int64 // the lot that a unit belongs to
	Order       string
	Origin      string
	Location    string
	At          int64
	CompletedAt int64
	Size        int64
	Voided      int64
}

// Edge says that one object went into another.
type Edge struct {
	ID, From, To int64
	Kind         string
	Certainty    string
	Position     string
	Group        string
	Order        string
	Deviation    string
	Line         int64
	FromOrder    int64
	Before       int64
	Quantity     int64
	At           int64
	EndedAt      int64
	Removed      int64
	Voided       int64
}

// Removal took some or all of an edge out again.
type Removal struct{ ID, Edge, Quantity, At, Voided int64 }

// Issue is material given to an order.
type Issue struct {
	ID, Object, Line, Quantity, At, Voided int64
	Order, Deviation                       string
}

// Membership is that a unit was a member of an order beside the one it names.
type Membership struct {
	ID, Object, At, Until, Voided int64
	Order, Kind                   string
}

// Movement is a change of an object that is neither edge, removal nor issue.
type Movement struct {
	ID, Object, At, Quantity, Voided                          int64
	Term, Order, Customer, System, Shipment, Location, Reason string
}

// Breach is a rule that the record of an object broke.
type Breach struct{ ID, Object, At, Voided int64 }

// Order is what a trace needs of a production order.
type Order struct {
	Order, Part, State, Seal string
	Quantity, Gone, ClosedAt int64
}

// item is what many objects share.
type item struct{ part, revision, kind, origin uint32 }

// trait is what many edges share.
type trait struct {
	kind, certainty, position, group, order, deviation uint32
	line, fromOrder, before                            int64
}

// deed is what many movements share.
type deed struct{ term, order, customer, system, shipment, location, reason uint32 }

// The columns of the tables.
const (
	objID, objAt, objDone, objDoneIn, objSize, objName, objItem, objOrder, objLot, objLocation, objVoided, objWidth = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

	edgeID, edgeAt, edgeQuantity, edgeTrait, edgeEnded, edgeRemoved, edgeVoided, edgeWidth = 0, 1, 2, 3, 4, 5, 6, 7

	removalID, removalEdge, removalQuantity, removalAt, removalVoided, removalWidth = 0, 1, 2, 3, 4, 5

	issueID, issueObject, issueOrder, issueLine, issueQuantity, issueAt, issueDeviation, issueVoided, issueWidth = 0, 1, 2, 3, 4, 5, 6, 7, 8

	memberID, memberObject, memberOrder, memberKind, memberAt, memberUntil, memberVoided, memberWidth = 0, 1, 2, 3, 4, 5, 6, 7

	moveID, moveObject, moveAt, moveDeed, moveQuantity, moveVoided, moveWidth = 0, 1, 2, 3, 4, 5, 6

	breachID, breachObject, breachAt, breachVoided, breachWidth = 0, 1, 2, 3, 4

	orderID, orderName, orderPart, orderState, orderSeal, orderQuantity, orderGone, orderClosed, orderWidth = 0, 1, 2, 3, 4, 5, 6, 7, 8
)

// View is the genealogy as of an entry of the journal. It never changes.
type View struct {
	// Seq is the last entry that it knows.
	Seq int64
	// Edits numbers the edits that led to it, and Touches counts what they
	// changed of objects.
	Edits   uint32
	Touches uint64

	touched touches

	words  codes[string]
	items  codes[item]
	traits codes[trait]
	deeds  codes[deed]
	names  arena

	objects, edges, removals, issues, members, moves, breaches, orders table

	out, in links

	units       pairs // of a lot
	made        pairs // objects that name an order
	removalsOf  pairs // of an edge
	issuesOf    pairs // of an object
	issuesIn    pairs // to an order
	memberOf    pairs // of an object
	membersIn   pairs // of an order
	movesOf     pairs // of an object
	breachesOf  pairs // of an object
	orderByName pairs
}

// Graph is the genealogy of a company as it grows.
type Graph struct {
	view atomic.Pointer[View]
	lock sync.Mutex // one edit at a time

	folding bool
}

// New is a graph that knows nothing.
func New() *Graph {
	g := &Graph{}
	v := &View{words: newCodes[string](), items: newCodes[item](), traits: newCodes[trait](), deeds: newCodes[deed]()}
	for _, t := range v.tables() {
		t.table.width = t.width
	}
	g.view.Store(v)
	return g
}

type sized struct {
	table *table
	width int
}

func (v *View) tables() []sized {
	return []sized{{&v.objects, objWidth}, {&v.edges, edgeWidth}, {&v.removals, removalWidth}, {&v.issues, issueWidth},
		{&v.members, memberWidth}, {&v.moves, moveWidth}, {&v.breaches, breachWidth}, {&v.orders, orderWidth}}
}

func (v *View) multimaps() []*pairs {
	return []*pairs{&v.units, &v.made, &v.removalsOf, &v.issuesOf, &v.issuesIn, &v.memberOf, &v.membersIn, &v.movesOf, &v.breachesOf, &v.orderByName}
}

// View is the genealogy as it stands.
func (g *Graph) View() *View { return g.view.Load() }
