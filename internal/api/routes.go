package api

import (
	"cmp"
	"errors"
	"reflect"
	"slices"
	"time"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/recall"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// Commands are posted to /api/v1/commands/NAME.
var Commands = map[string]func() ledger.Command{
	"define-partner":       func() ledger.Command { return new(catalog.DefinePartner) },
	"define-catalog":       func() ledger.Command { return new(catalog.DefineCatalog) },
	"define-item":          func() ledger.Command { return new(catalog.DefineItem) },
	"define-bom":           func() ledger.Command { return new(bom.DefineBOM) },
	"save-mapping":         func() ledger.Command { return new(bom.SaveMapping) },
	"plan-order":           func() ledger.Command { return new(order.PlanOrder) },
	"release-order":        func() ledger.Command { return new(order.ReleaseOrder) },
	"close-order":          func() ledger.Command { return new(order.CloseOrder) },
	"refresh-order":        func() ledger.Command { return new(order.RefreshOrder) },
	"succeed-order":        func() ledger.Command { return new(genealogy.SucceedOrder) },
	"allocate":             func() ledger.Command { return new(genealogy.Allocate) },
	"cancel-order":         func() ledger.Command { return new(order.CancelOrder) },
	"receive":              func() ledger.Command { return new(genealogy.Receive) },
	"serialize":            func() ledger.Command { return new(genealogy.Serialize) },
	"complete":             func() ledger.Command { return new(quality.Complete) },
	"produce":              func() ledger.Command { return new(genealogy.Produce) },
	"issue":                func() ledger.Command { return new(genealogy.Issue) },
	"install":              func() ledger.Command { return new(genealogy.Install) },
	"remove":               func() ledger.Command { return new(genealogy.Remove) },
	"split":                func() ledger.Command { return new(genealogy.Split) },
	"scrap":                func() ledger.Command { return new(genealogy.Scrap) },
	"hold":                 func() ledger.Command { return new(genealogy.Hold) },
	"unhold":               func() ledger.Command { return new(genealogy.Unhold) },
	"ship":                 func() ledger.Command { return new(genealogy.Ship) },
	"perform-operation":    func() ledger.Command { return new(quality.PerformOperation) },
	"record-inspection":    func() ledger.Command { return new(quality.RecordInspection) },
	"calibrate":            func() ledger.Command { return new(quality.Calibrate) },
	"give-back":            func() ledger.Command { return new(genealogy.GiveBack) },
	"merge":                func() ledger.Command { return new(genealogy.Merge) },
	"move":                 func() ledger.Command { return new(genealogy.Move) },
	"adjust":               func() ledger.Command { return new(genealogy.Adjust) },
	"reassign":             func() ledger.Command { return new(genealogy.Reassign) },
	"reidentify":           func() ledger.Command { return new(genealogy.Reidentify) },
	"return":               func() ledger.Command { return new(genealogy.Return) },
	"field":                func() ledger.Command { return new(genealogy.Field) },
	"grant-deviation":      func() ledger.Command { return new(genealogy.GrantDeviation) },
	"raise-nonconformity":  func() ledger.Command { return new(quality.RaiseNCR) },
	"dispose":              func() ledger.Command { return new(quality.DisposeNCR) },
	"sign-disposition":     func() ledger.Command { return new(quality.SignNCR) },
	"follow-nonconformity": func() ledger.Command { return new(quality.FollowNCR) },
	"attach":               func() ledger.Command { return new(quality.Attach) },
	"define-plan":          func() ledger.Command { return new(catalog.DefinePlan) },
	"change-tracking":      func() ledger.Command { return new(catalog.ChangeTracking) },
	"define-uom":           func() ledger.Command { return new(catalog.DefineUOM) },
	"approve-maker":        func() ledger.Command { return new(catalog.ApproveMaker) },
	"release-revision":     func() ledger.Command { return new(catalog.ReleaseRevision) },
	"obsolete-revision":    func() ledger.Command { return new(catalog.ObsoleteRevision) },
	"open-recall":          func() ledger.Command { return new(recall.Open) },
	"scope-recall":         func() ledger.Command { return new(recall.ScopeAgain) },
	"exclude-from-recall":  func() ledger.Command { return new(recall.Exclude) },
	"include-in-recall":    func() ledger.Command { return new(recall.Include) },
	"contain-recall":       func() ledger.Command { return new(recall.Contain) },
	"notify-recall":        func() ledger.Command { return new(recall.Notify) },
	"remind-recall":        func() ledger.Command { return new(recall.Remind) },
	"answer-recall":        func() ledger.Command { return new(recall.Respond) },
	"close-recall":         func() ledger.Command { return new(recall.Close) },
	"block-order":          func() ledger.Command { return new(order.BlockOrder) },
	"unblock-order":        func() ledger.Command { return new(order.UnblockOrder) },
	"void":                 func() ledger.Command { return new(Void) },
}

// Route is a question or an upload; its path is below /api/v1/. A question is
// made with get: what it declares is what is checked, served and documented.
type Route struct {
	Method, Path, Doc string
	Params            []Param
	Answer            reflect.Type
	Body              []string       // the types of the body; none: there is no body
	Given             []reflect.Type // what a question's body is: one of these
	Gives             string         // the type of an answer that is no JSON
	Takes             time.Duration  // how long an answer may take; 0: as the server says
	command           string         // what it is counted as, where it records
	serve             func(*question) (any, error)
}

// The parameters that several routes take.
var (
	object = Param{Name: "object", Doc: "the lot or unit, as PART/NAME", Kind: Text, Required: true}
	asOf   = Param{Name: "as_of", Doc: "what was true at this time; a date alone is the end of that day", Kind: When}
	known  = Param{Name: "known_at", Doc: "what was recorded by then: an entry or a time", Kind: Known}
	full   = Param{Name: "full", Doc: "with receipts, operations and inspections", Kind: YesNo}
	counts = Param{Name: "counts", Doc: "only the counts, by class, state, customer and system, without the objects", Kind: YesNo}
	limit  = Param{Name: "limit", Doc: "at most so many objects; the answer then says that it is not complete", Kind: Number}
	named  = Param{Name: "order", Doc: "the order", Kind: Text, Required: true}
)

// Routes in the order of the reference.
var Routes = slices.Concat(designRoutes, []Route{
	get("find", "Everything that a text names", []Param{{Name: "text", Doc: "a name or number of any kind", Kind: Text, Required: true}, pageFrom, pageSize}, func(q *question) (*trace.Found, error) {
		return trace.Find(q.tx, q.company, q.text("text"), q.text("from"), int(q.number("limit")))
	}),
	get("units", "A unit with what fills each position", []Param{object, asOf, known}, func(q *question) (*trace.Unit, error) {
		return asked(q, trace.ShowUnit)
	}),
	get("units/bom", "The serialized BOM of a unit", []Param{object, {Name: "levels", Doc: "how many levels; 0 for all", Kind: Number}, asOf, known}, func(q *question) (*trace.Unit, error) {
		return asked(q, func(tx *store.Tx, company, object string, at trace.Question) (*trace.Unit, error) {
			return trace.UnitBOM(tx, company, object, int(q.number("levels")), at)
		})
	}),
	get("lots", "A lot, where it is, and its life", []Param{object, asOf, known}, func(q *question) (*trace.Passport, error) {
		return asked(q, trace.ShowPassport)
	}),
	get("passport", "Everything about an object: both traces, its life, its quality", []Param{object, asOf, known}, func(q *question) (*trace.Passport, error) {
		return asked(q, trace.ShowPassport)
	}),
	get("trace/forward", "Where an object went: everything that contains or may contain it", []Param{object, asOf, known, full, limit}, func(q *question) (*trace.Answer, error) {
		return asked(q, trace.Forward)
	}),
	get("trace/backward", "What went into an object: everything that is or may be in it", []Param{object, asOf, known, full, limit}, func(q *question) (*trace.Answer, error) {
		return asked(q, trace.Backward)
	}),
	get("balance", "The mass balance of a lot", []Param{object}, func(q *question) (genealogy.Balance, error) {
		row, err := trace.Resolve(q.tx, q.company, q.text("object"))
		if err != nil {
			return genealogy.Balance{}, err
		}
		return genealogy.BalanceOf(q.tx, q.company, row)
	}),
	get("stock", "What is on the shelf: by item, or of one item by lot and unit, a page at once", []Param{
		{Name: "part_number", Doc: "the item whose lots and units are listed", Kind: Text}, {Name: "location", Doc: "only what is there", Kind: Text},
		pageFrom, pageSize,
	}, func(q *question) (genealogy.Stock, error) {
		most := int(cmp.Or(q.number("limit"), catalog.PageMax))
		if part := q.text("part_number"); part != "" {
			return genealogy.StockOfItem(q.tx, q.company, part, q.text("location"), q.text("from"), most)
		}
		return genealogy.StockOfItems(q.tx, q.company, q.text("location"), q.text("from"), most)
	}),
	get("orders", "Orders in the order of their names, a page at once", []Param{{Name: "from", Doc: "the first name", Kind: Text}, pageSize}, func(q *question) (order.Listing, error) {
		return order.Page(q.tx, q.company, q.text("from"), q.number("limit"))
	}),
	get("orders/{order}", "An order with its BOM", []Param{named}, func(q *question) (order.Shown, error) {
		return trace.ShowOrder(q.tx, q.company, q.text("order"))
	}),
	get("orders/{order}/compare", "What differs between an order's BOM and another order's, or the design of now",
		[]Param{named, {Name: "with", Doc: "another order; the design of now when left out", Kind: Text}}, func(q *question) (order.Compared, error) {
			return order.CompareWith(q.tx, q.company, q.text("order"), q.text("with"))
		}),
	get("purchase-list", "What planned orders miss, by supplier and item", []Param{{Name: "order", Doc: "only these orders", Kind: Text, Many: true}}, func(q *question) ([]order.Purchase, error) {
		return order.PurchaseList(q.tx, q.company, q.all("order"), trace.Stock(q.tx, q.company))
	}),
	get("orders/{order}/export", "The sealed order BOM as a file", []Param{named}, func(q *question) (raw, error) {
		return order.Export(q.tx, q.company, q.text("order"))
	}),
	get("companies", "The companies that share the database; a request names one with the header Lotline-Company", nil, func(q *question) ([]ledger.Company, error) {
		return ledger.Companies(q.tx)
	}),
	get("journal", "Entries in the order in which they were recorded, a page at once", []Param{{Name: "from", Doc: "the first entry", Kind: Number}, pageSize}, entries),
	get("checkpoint", "A signed checkpoint", nil, func(q *question) (map[string]string, error) {
		signer, err := q.ledger.Signer()
		if err != nil {
			return nil, err
		}
		text, err := journal.Checkpoint(q.tx, q.company, signer)
		return map[string]string{"checkpoint": string(text)}, err
	}),
	get("proofs/{fact}", "A proof of one fact that shows no other", []Param{{Name: "fact", Doc: "entry and line, as 12.3", Kind: Text, Required: true}}, func(q *question) (raw, error) {
		fact, err := journal.ParseFactName(q.text("fact"))
		if err != nil {
			return nil, err
		}
		signer, err := q.ledger.Signer()
		if err != nil {
			return nil, err
		}
		return journal.Prove(q.tx, q.company, fact, signer)
	}),
}, fileRoutes, qualityRoutes, recallRoutes, drillRoutes, reportRoutes())

// asked is a question about one object.
func asked[T any](q *question, f func(*store.Tx, string, string, trace.Question) (T, error)) (answer T, err error) {
	at, err := q.about()
	if err != nil {
		return answer, err
	}
	return f(q.tx, q.company, q.text("object"), at)
}

// Entries are entries of the journal with their facts as they are stored. Next
// is the entry that the next page begins with; 0 when there is none yet.
type Entries struct {
	Entries []journal.EntryText `json:"entries"`
	Next    int64               `json:"next,omitempty"`
}

// entriesMax is how many bytes of facts a page of entries holds, or the one
// entry that has more.
const entriesMax = 8 << 20

func entries(q *question) (all Entries, err error) {
	from, most := max(q.number("from"), 1), cmp.Or(q.number("limit"), catalog.PageMax)
	size, _, err := journal.Head(q.tx, q.company)
	if err != nil {
		return all, err
	}
	all.Entries = []journal.EntryText{}
	bytes := 0
	err = journal.ReadText(q.tx, q.company, from, from+most-1, func(e journal.EntryText) error {
		for _, line := range e.Text {
			bytes += len(line)
		}
		all.Entries = append(all.Entries, e)
		if bytes > entriesMax {
			return errFull
		}
		return nil
	})
	if errors.Is(err, errFull) {
		err = nil
	}
	if n := len(all.Entries); n > 0 && all.Entries[n-1].Seq < size {
		all.Next = all.Entries[n-1].Seq + 1
	}
	return all, err
}

// errFull ends the reading of a page; it never leaves it.
var errFull = errors.New("the page is full")
