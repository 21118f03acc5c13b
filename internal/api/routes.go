package api

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"

	"lotline/internal/bom"
	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"
	"lotline/internal/workbook"
)

// Commands are posted to /api/v1/commands/NAME.
var Commands = map[string]func() ledger.Command{
	"define-partner":      func() ledger.Command { return new(catalog.DefinePartner) },
	"define-catalog":      func() ledger.Command { return new(catalog.DefineCatalog) },
	"define-item":         func() ledger.Command { return new(catalog.DefineItem) },
	"define-bom":          func() ledger.Command { return new(bom.DefineBOM) },
	"plan-order":          func() ledger.Command { return new(order.PlanOrder) },
	"release-order":       func() ledger.Command { return new(order.ReleaseOrder) },
	"close-order":         func() ledger.Command { return new(order.CloseOrder) },
	"refresh-order":       func() ledger.Command { return new(order.RefreshOrder) },
	"succeed-order":       func() ledger.Command { return new(genealogy.SucceedOrder) },
	"allocate":            func() ledger.Command { return new(genealogy.Allocate) },
	"cancel-order":        func() ledger.Command { return new(order.CancelOrder) },
	"receive":             func() ledger.Command { return new(genealogy.Receive) },
	"serialize":           func() ledger.Command { return new(genealogy.Serialize) },
	"complete":            func() ledger.Command { return new(genealogy.Complete) },
	"produce":             func() ledger.Command { return new(genealogy.Produce) },
	"issue":               func() ledger.Command { return new(genealogy.Issue) },
	"install":             func() ledger.Command { return new(genealogy.Install) },
	"remove":              func() ledger.Command { return new(genealogy.Remove) },
	"split":               func() ledger.Command { return new(genealogy.Split) },
	"scrap":               func() ledger.Command { return new(genealogy.Scrap) },
	"hold":                func() ledger.Command { return new(genealogy.Hold) },
	"unhold":              func() ledger.Command { return new(genealogy.Unhold) },
	"ship":                func() ledger.Command { return new(genealogy.Ship) },
	"perform-operation":   func() ledger.Command { return new(quality.PerformOperation) },
	"record-inspection":   func() ledger.Command { return new(quality.RecordInspection) },
	"calibrate":           func() ledger.Command { return new(quality.Calibrate) },
	"give-back":           func() ledger.Command { return new(genealogy.GiveBack) },
	"merge":               func() ledger.Command { return new(genealogy.Merge) },
	"move":                func() ledger.Command { return new(genealogy.Move) },
	"adjust":              func() ledger.Command { return new(genealogy.Adjust) },
	"reassign":            func() ledger.Command { return new(genealogy.Reassign) },
	"reidentify":          func() ledger.Command { return new(genealogy.Reidentify) },
	"return":              func() ledger.Command { return new(genealogy.Return) },
	"field":               func() ledger.Command { return new(genealogy.Field) },
	"grant-deviation":     func() ledger.Command { return new(genealogy.GrantDeviation) },
	"raise-nonconformity": func() ledger.Command { return new(quality.RaiseNCR) },
	"dispose":             func() ledger.Command { return new(quality.DisposeNCR) },
	"attach":              func() ledger.Command { return new(quality.Attach) },
	"define-plan":         func() ledger.Command { return new(catalog.DefinePlan) },
	"change-tracking":     func() ledger.Command { return new(catalog.ChangeTracking) },
	"define-uom":          func() ledger.Command { return new(catalog.DefineUOM) },
	"approve-maker":       func() ledger.Command { return new(catalog.ApproveMaker) },
	"release-revision":    func() ledger.Command { return new(catalog.ReleaseRevision) },
	"obsolete-revision":   func() ledger.Command { return new(catalog.ObsoleteRevision) },
	"void":                func() ledger.Command { return new(Void) },
}

// Route is a question or an upload; its path is below /api/v1/.
type Route struct {
	Method, Path, Doc string
	serve             func(*server, *http.Request) (any, error)
}

// Routes in the order of the reference.
var Routes = []Route{
	{"GET", "find", "Everything that ?text= names", ask(func(tx *store.Tx, c string, r *http.Request) (any, error) {
		return trace.Find(tx, c, r.FormValue("text"))
	})},
	{"GET", "units", "A unit (?object=) with what fills each position", ask(func(tx *store.Tx, c string, r *http.Request) (any, error) {
		return asked(tx, c, r, trace.ShowUnit)
	})},
	{"GET", "units/bom", "The serialized BOM of a unit (?object=, ?levels=)", ask(func(tx *store.Tx, c string, r *http.Request) (any, error) {
		levels, _ := strconv.Atoi(r.FormValue("levels"))
		return asked(tx, c, r, func(tx *store.Tx, c, object string, q trace.Question) (*trace.Unit, error) {
			return trace.UnitBOM(tx, c, object, levels, q)
		})
	})},
	{"GET", "passport", "Everything about ?object=", ask(func(tx *store.Tx, c string, r *http.Request) (any, error) {
		return asked(tx, c, r, trace.ShowPassport)
	})},
	{"GET", "trace/forward", "Where ?object= went (?as_of=, ?known_at=, ?full=, ?limit=)", ask(func(tx *store.Tx, c string, r *http.Request) (any, error) {
		return asked(tx, c, r, trace.Forward)
	})},
	{"GET", "trace/backward", "What went into ?object=", ask(func(tx *store.Tx, c string, r *http.Request) (any, error) {
		return asked(tx, c, r, trace.Backward)
	})},
	{"GET", "recall/plan", "What a trigger reaches; the fields of a trigger are parameters", ask(plan)},
	{"GET", "balance", "The mass balance of the lot ?object=", ask(func(tx *store.Tx, c string, r *http.Request) (any, error) {
		row, err := trace.Resolve(tx, c, r.FormValue("object"))
		if err != nil {
			return nil, err
		}
		return genealogy.BalanceOf(tx, c, row)
	})},
	{"GET", "orders", "Orders from ?from= on, 1,000 at once", ask(func(tx *store.Tx, c string, r *http.Request) (any, error) {
		return order.List(tx, c, r.FormValue("from"), 1000)
	})},
	{"GET", "orders/{order}", "An order with its BOM", ask(func(tx *store.Tx, c string, r *http.Request) (any, error) {
		return order.Show(tx, c, r.PathValue("order"), trace.Stock(tx, c))
	})},
	{"GET", "orders/{order}/compare", "What differs between an order's BOM and another order's (?with=), or the design of now", ask(func(tx *store.Tx, c string, r *http.Request) (any, error) {
		return order.CompareWith(tx, c, r.PathValue("order"), r.FormValue("with"))
	})},
	{"GET", "purchase-list", "What planned orders miss, by supplier and item (?order=, several)", ask(func(tx *store.Tx, c string, r *http.Request) (any, error) {
		if err := r.ParseForm(); err != nil {
			return nil, refuse.New(refuse.Invalid, "The parameters cannot be read: %v.", err)
		}
		return order.PurchaseList(tx, c, r.Form["order"], trace.Stock(tx, c))
	})},
	{"GET", "orders/{order}/export", "The sealed order BOM as a file", ask(func(tx *store.Tx, c string, r *http.Request) (any, error) {
		text, err := order.Export(tx, c, r.PathValue("order"))
		return raw(text), err
	})},
	{"GET", "journal", "Entries from ?from= on, 100 at once", ask(entries)},
	{"GET", "checkpoint", "A signed checkpoint", signed(func(s *server, tx *store.Tx, r *http.Request) (any, error) {
		signer, err := s.ledger.Signer()
		if err != nil {
			return nil, err
		}
		text, err := journal.Checkpoint(tx, s.ledger.Company(), signer)
		return map[string]string{"checkpoint": string(text)}, err
	})},
	{"GET", "proofs/{fact}", "A proof of one fact, named as 12.3", signed(func(s *server, tx *store.Tx, r *http.Request) (any, error) {
		fact, err := journal.ParseFactName(r.PathValue("fact"))
		if err != nil {
			return nil, err
		}
		signer, err := s.ledger.Signer()
		if err != nil {
			return nil, err
		}
		text, err := journal.Prove(tx, s.ledger.Company(), fact, signer)
		return raw(text), err
	})},
	{"POST", "import", "A workbook as the body, ?name=FILE.zip or FILE.xlsx, ?dry_run=true, ?history=true", (*server).upload},
}

func ask(f func(tx *store.Tx, company string, r *http.Request) (any, error)) func(*server, *http.Request) (any, error) {
	return signed(func(s *server, tx *store.Tx, r *http.Request) (any, error) { return f(tx, s.ledger.Company(), r) })
}

func signed(f func(s *server, tx *store.Tx, r *http.Request) (any, error)) func(*server, *http.Request) (any, error) {
	return func(s *server, r *http.Request) (answer any, err error) {
		err = s.ledger.Read(r.Context(), func(tx *store.Tx) error {
			answer, err = f(s, tx, r)
			return err
		})
		return answer, err
	}
}

func asked[T any](tx *store.Tx, company string, r *http.Request, f func(*store.Tx, string, string, trace.Question) (T, error)) (any, error) {
	q, err := trace.ReadQuestion(tx, company, r.FormValue)
	if err != nil {
		return nil, err
	}
	return f(tx, company, r.FormValue("object"), q)
}

func plan(tx *store.Tx, company string, r *http.Request) (any, error) {
	q, err := trace.ReadQuestion(tx, company, r.FormValue)
	if err != nil {
		return nil, err
	}
	t, err := recall.ReadTrigger(r.FormValue)
	if err != nil {
		return nil, err
	}
	return recall.Plan(tx, company, []recall.Trigger{t}, q)
}

func entries(tx *store.Tx, company string, r *http.Request) (any, error) {
	from, _ := strconv.ParseInt(r.FormValue("from"), 10, 64)
	from = max(from, 1)
	all := []journal.EntryText{}
	err := journal.ReadText(tx, company, from, from+99, func(e journal.EntryText) error {
		all = append(all, e)
		return nil
	})
	return map[string]any{"entries": all}, err
}

// upload imports the workbook in the body.
func (s *server) upload(r *http.Request) (any, error) {
	name := filepath.Base(r.FormValue("name"))
	if ext := filepath.Ext(name); ext != ".zip" && ext != ".xlsx" {
		return nil, refuse.New(refuse.Invalid, "Name the workbook with ?name=FILE.zip or FILE.xlsx.").At("name")
	}
	dir, err := os.MkdirTemp("", "lotline-upload-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, name)
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(f, http.MaxBytesReader(nil, r.Body, workbook.UploadMax))
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	return workbook.Import(r.Context(), s.ledger, path, workbook.Options{By: "api", DryRun: r.FormValue("dry_run") == "true", History: r.FormValue("history") == "true"})
}
