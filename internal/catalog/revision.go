package catalog

import (
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// ReleaseRevision releases a draft: from then on it never changes
// (ISO 9001 8.3.6, control of design changes).
type ReleaseRevision struct {
	RevisionReleased
	At moment.Time `json:"at,omitempty"`
}

// RevisionReleased says that a revision may be built.
type RevisionReleased struct {
	PartNumber string `json:"part_number"`
	Revision   string `json:"revision"`
}

// Kind names the fact.
func (RevisionReleased) Kind() string { return "revision.released/1" }

// SetAt fills in when, if it was left open.
func (c *ReleaseRevision) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide releases a draft; a released revision stays as it is.
func (c *ReleaseRevision) Decide(set *store.Set) ([]journal.Fact, error) {
	rev, err := namedRevision(set, c.PartNumber, c.Revision)
	if err != nil || rev.Status == Released {
		return nil, err
	}
	if rev.Status == Obsolete {
		return nil, refuse.New(refuse.Conflict, "Revision %s of %s is obsolete since %s: define a new revision.", c.Revision, c.PartNumber, rev.ObsoletedAt).At("revision")
	}
	return []journal.Fact{{At: c.At, What: &c.RevisionReleased}}, nil
}

// ObsoleteRevision ends the use of a released revision in new orders.
type ObsoleteRevision struct {
	RevisionObsoleted
	At moment.Time `json:"at,omitempty"`
}

// RevisionObsoleted says that a revision is no longer built.
type RevisionObsoleted struct {
	PartNumber string `json:"part_number"`
	Revision   string `json:"revision"`
}

// Kind names the fact.
func (RevisionObsoleted) Kind() string { return "revision.obsoleted/1" }

// SetAt fills in when, if it was left open.
func (c *ObsoleteRevision) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide obsoletes a released revision; an obsolete one stays as it is.
func (c *ObsoleteRevision) Decide(set *store.Set) ([]journal.Fact, error) {
	rev, err := namedRevision(set, c.PartNumber, c.Revision)
	if err != nil || rev.Status == Obsolete {
		return nil, err
	}
	if rev.Status == Draft {
		return nil, refuse.New(refuse.Conflict, "Revision %s of %s is a draft: it was never released.", c.Revision, c.PartNumber).At("revision")
	}
	return []journal.Fact{{At: c.At, What: &c.RevisionObsoleted}}, nil
}

func namedRevision(set *store.Set, part, revision string) (Revision, error) {
	if revision == "" {
		return Revision{}, refuse.New(refuse.Invalid, "Name the revision of %s.", part).At("revision")
	}
	if _, err := FindItem(set, part); err != nil {
		return Revision{}, at("part_number", err)
	}
	rev, err := FindRevision(set, part, revision)
	return rev, at("revision", err)
}

func projectReleased(set *store.Set, line journal.Line, f *RevisionReleased) {
	if old, ok := revisions.Get(set, revisionKey{f.PartNumber, f.Revision}); ok {
		rev := *old
		rev.Status, rev.ReleasedAt = Released, line.At
		revisions.Put(set, rev)
	}
	if old, ok := items.Get(set, f.PartNumber); ok {
		item := *old
		item.Latest = f.Revision
		items.Put(set, item)
	}
}

func projectObsoleted(set *store.Set, line journal.Line, f *RevisionObsoleted) {
	if old, ok := revisions.Get(set, revisionKey{f.PartNumber, f.Revision}); ok {
		rev := *old
		rev.Status, rev.ObsoletedAt = Obsolete, line.At
		revisions.Put(set, rev)
	}
	old, ok := items.Get(set, f.PartNumber)
	if !ok || old.Latest != f.Revision {
		return
	}
	item := *old
	item.Latest = ""
	var last int64
	for _, r := range revisionsOf.All(set, f.PartNumber) {
		if r.Status == Released && r.Fact > last {
			item.Latest, last = r.Revision, r.Fact
		}
	}
	items.Put(set, item)
}
