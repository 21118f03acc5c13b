package quality

import (
	"strings"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// FollowNCR names the corrective or preventive action of a nonconformity, who
// sees to it, until when, and that it is done (ISO 9001 10.2; 21 CFR 820.100).
// What is left out stays as it is.
type FollowNCR struct {
	NCRFollowed
	At moment.Time `json:"at,omitempty"`
}

// NCRFollowed says what is to be done about a nonconformity.
type NCRFollowed struct {
	Nonconformity string      `json:"nonconformity"`
	CAPA          string      `json:"capa,omitempty"`
	Owner         string      `json:"owner,omitempty"`
	DueAt         moment.Time `json:"due_at,omitempty"`
	Done          bool        `json:"done,omitempty"`
	Note          string      `json:"note,omitempty"`
}

// Kind names the fact.
func (NCRFollowed) Kind() string { return "nonconformity.followed/1" }

// What is done about a nonconformity.
const (
	eventRaised   = "raised"
	eventSigned   = "signed"
	eventFollowed = "followed"
)

// ncrEvent is something that was done about a nonconformity.
type ncrEvent struct {
	Nonconformity string      `col:"nonconformity,key"`
	Fact          int64       `col:"fact,key"`
	Kind          string      `col:"kind"`
	Signers       string      `col:"signers"` // one a line
	CAPA          string      `col:"capa"`
	Owner         string      `col:"owner"`
	DueAt         moment.Time `col:"due_at"`
	DoneAt        moment.Time `col:"done_at"`
	Voided        int64       `col:"voided"`
}

var (
	ncrEvents = store.NewTable("nonconformity_event", func(r *ncrEvent) ncrKey { return ncrKey{r.Nonconformity, r.Fact} })
	doneAbout = store.NewIndex(ncrEvents, "nonconformity", func(r *ncrEvent) string { return r.Nonconformity })
)

// eventsOf are what was done about a nonconformity and stands, in order.
func eventsOf(set *store.Set, n *NCR) (all []*ncrEvent) {
	for _, e := range doneAbout.All(set, n.Nonconformity) {
		if e.Voided == 0 && e.Fact >= n.Fact {
			all = append(all, e)
		}
	}
	return all
}

// SetAt fills in when, if it was left open.
func (c *FollowNCR) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide records what is to be done; nothing new changes nothing.
func (c *FollowNCR) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.NCRFollowed
	n := ncr(set, f.Nonconformity)
	switch {
	case n == nil:
		return nil, refuse.New(refuse.NotFound, "Nonconformity %s is not raised: raise it first.", f.Nonconformity).At("nonconformity")
	case c.At < n.At:
		return nil, refuse.New(refuse.Conflict, "Nonconformity %s was raised on %s, after %s.", f.Nonconformity, n.At, c.At).At("at")
	case f.DueAt != 0 && f.DueAt < n.At:
		return nil, refuse.New(refuse.Invalid, "Nonconformity %s was raised on %s and cannot have been due on %s, before that.", f.Nonconformity, n.At, f.DueAt).At("due_at")
	case f.Done && n.CAPA == "" && f.CAPA == "":
		return nil, refuse.New(refuse.Invalid, "Nonconformity %s has no action that could be done: name it with capa.", f.Nonconformity).At("capa")
	case f.CAPA+f.Owner+f.Note == "" && f.DueAt == 0 && !f.Done:
		return nil, refuse.New(refuse.Invalid, "Say what is to be done about %s: the action (capa), its owner, until when, or that it is done.", f.Nonconformity).At("capa")
	}
	e := f.event(journal.Line{At: c.At})
	if f.Note == "" && (e.CAPA == "" || e.CAPA == n.CAPA) && (e.Owner == "" || e.Owner == n.Owner) && (e.DueAt == 0 || e.DueAt == n.DueAt) && (!f.Done || n.DoneAt != 0) {
		return nil, nil
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

func (f *NCRFollowed) event(line journal.Line) ncrEvent {
	e := ncrEvent{Nonconformity: f.Nonconformity, Fact: line.ID(), Kind: eventFollowed, CAPA: f.CAPA, Owner: f.Owner, DueAt: f.DueAt}
	if f.Done {
		e.DoneAt = line.At
	}
	return e
}

func projectFollowed(set *store.Set, line journal.Line, f *NCRFollowed) {
	if old := ncr(set, f.Nonconformity); old != nil {
		n := *old
		ncrEvents.New(set, f.event(line))
		renewNCR(set, &n)
	}
}

// renewNCR fills in what follows from all that was done about a nonconformity.
// Another action is not done because the one before it was.
func renewNCR(set *store.Set, n *NCR) {
	n.CAPA, n.Owner, n.DueAt, n.DoneAt = "", "", 0, 0
	var signers []string
	for _, e := range eventsOf(set, n) {
		if e.Kind == eventSigned {
			if e.Signers != "" && n.DisposedFact != 0 && e.Fact >= n.DisposedFact {
				signers = append(signers, e.Signers)
			}
			continue
		}
		if e.CAPA != "" && e.CAPA != n.CAPA {
			n.CAPA, n.DoneAt = e.CAPA, 0
		}
		if e.Owner != "" {
			n.Owner = e.Owner
		}
		if e.DueAt != 0 {
			n.DueAt = e.DueAt
		}
		if e.DoneAt != 0 {
			n.DoneAt = e.DoneAt
		}
	}
	n.Signers = strings.Join(signers, "\n")
	switch {
	case n.Disposition == "":
		n.State = NCROpen
	case int64(len(n.SignedBy())) < n.Signatures:
		n.State = NCRPending
	default:
		n.State = NCRDisposal
	}
	NCRs.Put(set, *n)
}

// voidEvent takes back something that was done about a nonconformity.
func voidEvent(set *store.Set, by journal.Line, nonconformity string, fact int64) {
	if old, ok := ncrEvents.Get(set, ncrKey{nonconformity, fact}); ok {
		e := *old
		e.Voided = by.ID()
		ncrEvents.Put(set, e)
	}
}

// against are the signatures that make no sense without a disposition.
func against(set *store.Set, line journal.Line) (all []int64) {
	f, ok := line.What.(*NCRDisposed)
	if !ok {
		return nil
	}
	for _, e := range doneAbout.All(set, f.Nonconformity) {
		if e.Voided == 0 && e.Kind == eventSigned && e.Fact > line.ID() {
			all = append(all, e.Fact)
		}
	}
	return all
}
