package api

import (
	"context"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"lotline/internal/ledger"
	"lotline/internal/recall"
	"lotline/internal/refuse"
	"lotline/internal/report"
	"lotline/internal/store"
)

// seedsMax bounds the seeds of drills: JSON numbers are exact so far.
const seedsMax = 1 << 53

var (
	seedParam  = Param{Name: "seed", Doc: "what the lot is picked by; a random one when left out", Kind: Number, Max: seedsMax}
	raiseParam = Param{Name: "raise", Doc: "raise each finding as a nonconformity: the begin of their numbers", Kind: Text}
)

// drillRoutes try recalls out, and tell how complete the record is.
var drillRoutes = []Route{
	{Method: http.MethodGet, Path: "recall/drill", Doc: "Try a recall out on a lot picked blind, without touching anything; each step is timed", Params: []Param{seedParam}, Answer: reflect.TypeFor[recall.Drill](),
		serve: func(q *question) (any, error) { return drill(q, false) }},
	{Method: http.MethodPost, Path: "recall/drill", Doc: "Try a recall out, and keep what was found in the history of drills", Params: []Param{seedParam, raiseParam}, Answer: reflect.TypeFor[recall.Drill](), command: "drill",
		serve: func(q *question) (any, error) { return drill(q, true) }},
	get("recall/drills", "The drills that were kept, the latest first, with the trend of their scores", []Param{{Name: "limit", Doc: "at most so many; 100 when left out", Kind: Number, Max: 1000}}, func(q *question) (*recall.History, error) {
		limit := q.number("limit")
		if limit == 0 {
			limit = 100
		}
		return recall.Drills(q.tx, q.company, limit)
	}),
	get("completeness", "How complete the record of the whole plant is, and the gaps worth closing first", nil, func(q *question) (*recall.Completeness, error) {
		return recall.Complete(q.tx, q.company)
	}),
}

func drill(q *question, keep bool) (any, error) {
	var seed *uint64
	if q.text("seed") != "" {
		given := uint64(q.number("seed"))
		seed = &given
	}
	d, err := Drill(q.Context(), q.ledger, seed)
	if err != nil || !keep {
		return d, err
	}
	_, err = q.ledger.Record(q.Context(), q.asker, &recall.KeepDrill{Drill: *d, Raise: q.text("raise")})
	return d, err
}

// Drill tries a recall out on a lot that the seed picks, or a random one; it
// records nothing.
func Drill(ctx context.Context, l *ledger.Ledger, seed *uint64) (d *recall.Drill, err error) {
	chosen := rand.Uint64N(seedsMax)
	if seed != nil {
		chosen = *seed
	}
	err = l.Read(ctx, func(tx *store.Tx) error {
		frame, err := report.NewFrame(tx, l.Company(), "", nil)
		if err != nil {
			return err
		}
		d, err = recall.RunDrill(tx, l.Company(), chosen, func() time.Time { return l.Now().Go() }, func(n *recall.Notice) error {
			_, _, err := report.Letter(frame, n).PDF()
			return err
		})
		return err
	})
	return d, err
}

// ParseSeed reads the seed of a drill; nil for none.
func ParseSeed(text string) (*uint64, error) {
	if text == "" {
		return nil, nil
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil || seed > seedsMax {
		return nil, refuse.New(refuse.Invalid, "seed is %q: write a whole number from 0 to %d.", text, seedsMax).At("seed")
	}
	return &seed, nil
}
