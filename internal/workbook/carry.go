package workbook

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"lotline/internal/genealogy"
	"lotline/internal/journal"
	"lotline/internal/ledger"
	"lotline/internal/moment"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/recall"
)

// Recalls, signatures and order blocks: facts that are taken as they were.

var carried = []*Sheet{
	{
		Name: "order_blocks", Doc: "Orders that were stopped, and let go on.", Event: true, Names: refs("order:order"),
		Columns: events(
			must(moment_("at", "when")),
			must(text("order", "the order")),
			must(choice("state", "whether it was stopped or may go on", "blocked", "unblocked")),
			must(text("reason", "why")),
		),
	},
	{
		Name: "recalls", Doc: "Recalls and drills with their questions, scopes, notices and answers; written by export, and taken as they were.", Event: true,
		Columns: events(
			must(moment_("at", "when")),
			must(text("recall", "the recall; of a drill its lot")),
			must(text("kind", "what was recorded")),
			must(text("body", "what it said, as JSON, with the objects by name")),
			text("body_2", "where the cell before is full, how it goes on"),
			text("body_3", "and how that goes on"),
		),
	},
	{
		Name: "signatures", Doc: "Who signed what. Written by export; taken as copies, which only the journal that they were given in can prove.", Event: true,
		Columns: events(
			must(moment_("at", "when what was signed happened")),
			must(choice("about", "what was signed", journal.Signable...)),
			must(text("name", "its number")),
			list("objects", "of a scope that was changed by hand, the objects"),
			must(text("signed_by", "who signed")),
			text("meaning", "what it means"),
			must(moment_("signed_at", "when it was signed")),
			text("fact", "the signature in the journal that it was given in"),
			text("hash", "the hash of what was signed there"),
			boolean_("agrees", "whether it is a further signature under a disposition"),
		),
	},
}

func orderBlock(r *row) ledger.Command {
	if r.text("state") == "blocked" {
		return &order.BlockOrder{Order: r.text("order"), Reason: r.text("reason"), At: r.time("at")}
	}
	return &order.UnblockOrder{Order: r.text("order"), Reason: r.text("reason"), At: r.time("at")}
}

func carryRecall(r *row) ledger.Command {
	return &recall.Carry{Recall: r.text("recall"), Fact: r.text("kind"), Body: r.text("body") + r.text("body_2") + r.text("body_3"), At: r.time("at")}
}

func carrySignature(r *row) ledger.Command {
	f := journal.SignatureCarried{About: r.text("about"), Name: r.text("name"), Objects: r.list("objects", listed), SignedBy: r.text("signed_by"),
		Meaning: r.text("meaning"), SignedAt: r.time("signed_at"), Fact: r.text("fact"), Hash: r.text("hash")}
	if r.yes("agrees") && f.About == "nonconformity" {
		by := journal.Signature{SignedBy: f.SignedBy, Meaning: f.Meaning}
		return &quality.CarryAgreement{SignNCR: quality.SignNCR{Nonconformity: f.Name, Signature: by, At: r.time("at")}, Copy: f}
	}
	return &journal.CarrySignature{SignatureCarried: f, At: r.time("at")}
}

// signing is what the lines of an entry before a signature are about.
type signing struct {
	entry       int64
	about, name string
	objects     []string
	agrees      bool
}

// passes says whether a fact has no row of its own; what a signature behind it
// would be about is remembered.
func (x *exporter) passes(line *journal.Line) (bool, error) {
	return noEvent(line.What) || x.steps.take(line), x.noteSigned(line)
}

// noteSigned remembers what a signature behind a line would be about.
func (x *exporter) noteSigned(line *journal.Line) error {
	s := signing{entry: line.Seq}
	switch f := line.What.(type) {
	case *order.OrderReleased:
		s.about, s.name = "order", f.Order
	case *genealogy.DeviationGranted:
		s.about, s.name = "deviation", f.Deviation
	case *quality.NCRDisposed:
		s.about, s.name = "nonconformity", f.Nonconformity
	case *quality.NCRSigned:
		s.about, s.name, s.agrees = "nonconformity", f.Nonconformity, true
	case *recall.Closed:
		s.about, s.name = "recall", f.Recall
	case *recall.Scoped:
		name, refs, ok, err := recall.HandNames(f, x.called)
		if err != nil || !ok {
			return err
		}
		s.about, s.name, s.objects = "recall", name, refs
		if x.signing.entry == s.entry && x.signing.name == name {
			s.objects = append(x.signing.objects, refs...)
		}
	default:
		return nil
	}
	x.signing = s
	return nil
}

// called is what an object is called now; ok is false where its record was voided.
func (x *exporter) called(id int64) (o genealogy.Object, ok bool, err error) {
	rows, err := genealogy.Objects.Select(x.tx, x.company, `id = $2`, id)
	if err != nil || len(rows) == 0 || rows[0].Voided != 0 {
		return o, false, err
	}
	return rows[0].Object(), true, nil
}

// carry writes what is taken as it was.
func (x *exporter) carry(line *journal.Line, at string) (bool, error) {
	switch f := line.What.(type) {
	case *order.OrderBlocked:
		return true, x.put("order_blocks", nil, "at", at, "order", f.Order, "state", "blocked", "reason", f.Reason)
	case *order.OrderUnblocked:
		return true, x.put("order_blocks", nil, "at", at, "order", f.Order, "state", "unblocked", "reason", f.Reason)
	case *journal.Signed:
		return true, x.signed(line, at, f)
	case *journal.SignatureCarried:
		agrees := x.signing.entry == line.Seq && x.signing.agrees && x.signing.name == f.Name
		x.signing = signing{}
		return true, x.put("signatures", nil, "at", at, "about", f.About, "name", f.Name, "objects", strings.Join(f.Objects, ";"), "signed_by", f.SignedBy, "meaning", f.Meaning,
			"signed_at", f.SignedAt.String(), "fact", f.Fact, "hash", f.Hash, "agrees", yes(agrees))
	}
	name, body, err := recall.Portable(line.What, x.called)
	if err != nil || body == nil {
		return false, err
	}
	cells := cellsOf(body)
	return true, x.put("recalls", nil, "at", at, "recall", name, "kind", line.What.Kind(), "body", cells[0], "body_2", cells[1], "body_3", cells[2])
}

func (x *exporter) signed(line *journal.Line, at string, f *journal.Signed) error {
	s := x.signing
	if s.entry != line.Seq || s.name == "" {
		return nil // what was signed was voided
	}
	x.signing = signing{}
	recordedAt, err := x.recordedAt(line.Seq)
	if err != nil {
		return err
	}
	return x.put("signatures", nil, "at", at, "about", s.about, "name", s.name, "objects", strings.Join(s.objects, ";"), "signed_by", f.SignedBy, "meaning", f.Meaning,
		"signed_at", recordedAt.String(), "fact", journal.FactName(line.ID()), "hash", f.Hash, "agrees", yes(s.agrees))
}

// recordedAt is when an entry was recorded.
func (x *exporter) recordedAt(seq int64) (at moment.Time, err error) {
	_, err = x.tx.One([]any{(*int64)(&at)}, `SELECT recorded_at FROM journal WHERE company = $1 AND seq = $2`, x.company, seq)
	return at, err
}

// bodyCell is how many bytes of a body a cell takes: a spreadsheet's cell holds
// 32,767 characters, a fact three times this at most.
const bodyCell = 30_000

// cellsOf divides JSON so that no cell is too long, and none begins or ends
// with a blank, which reading takes off.
func cellsOf(body []byte) (cells [3]string) {
	if !json.Valid(body) {
		panic("what is divided is no JSON") // it was written by us
	}
	text := string(body)
	for i := range cells {
		end := min(bodyCell, len(text))
		for i < len(cells)-1 && end > 0 && end < len(text) && (!utf8.RuneStart(text[end]) || text[end] == ' ' || text[end-1] == ' ') {
			end--
		}
		if i == len(cells)-1 {
			end = len(text)
		}
		cells[i], text = text[:end], text[end:]
	}
	return cells
}
