package catalog

import (
	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// ChangeTracking changes from a date on how an item is followed; what was
// recorded stays.
type ChangeTracking struct {
	PartNumber string      `json:"part_number"`
	Tracking   string      `json:"tracking"`
	At         moment.Time `json:"at,omitempty"`
}

// TrackingChanged says how an item is followed from then on.
type TrackingChanged struct {
	PartNumber string `json:"part_number"`
	Tracking   string `json:"tracking"`
	Before     string `json:"before"`
}

// Kind names the fact.
func (TrackingChanged) Kind() string { return "tracking.changed/1" }

// TrackingRow is a change of how an item is followed.
type TrackingRow struct {
	PartNumber string      `col:"part_number,key" json:"part_number"`
	At         moment.Time `col:"at,key" json:"at"`
	Tracking   string      `col:"tracking" json:"tracking"`
	Before     string      `col:"before" json:"before"`
}

type trackingKey struct {
	PartNumber string
	At         moment.Time
}

var (
	trackings  = store.NewTable("tracking", func(r *TrackingRow) trackingKey { return trackingKey{r.PartNumber, r.At} })
	trackingOf = store.NewIndex(trackings, "part_number", func(r *TrackingRow) string { return r.PartNumber })
)

// SetAt fills in when, if it was left open.
func (c *ChangeTracking) SetAt(at moment.Time) { fill(&c.At, at) }

// Decide changes the tracking; to what it is at that time changes nothing.
func (c *ChangeTracking) Decide(set *store.Set) ([]journal.Fact, error) {
	item, err := FindItem(set, c.PartNumber)
	if err != nil {
		return nil, at("part_number", err)
	}
	if err := oneOf("tracking", c.Tracking, None, ByLot, BySerial, SerialAtUse); err != nil {
		return nil, err
	}
	before := TrackingAt(set, &item, c.At)
	if old, ok := trackings.Get(set, trackingKey{c.PartNumber, c.At}); ok {
		if old.Tracking == c.Tracking {
			return nil, nil
		}
		return nil, refuse.New(refuse.Conflict, "%s is followed by %s from %s on: change it again at a later time.", c.PartNumber, old.Tracking, c.At).At("at")
	}
	if before == c.Tracking {
		return nil, nil
	}
	return []journal.Fact{{At: c.At, What: &TrackingChanged{c.PartNumber, c.Tracking, before}}}, nil
}

// TrackingAt is how an item is followed at a time.
func TrackingAt(set *store.Set, item *Item, at moment.Time) string {
	if !item.Changed {
		return item.Tracking
	}
	found := ""
	for _, r := range trackingOf.All(set, item.PartNumber) { // in the order of their times
		if r.At <= at {
			found = r.Tracking
		} else if found == "" {
			return r.Before
		}
	}
	if found == "" {
		return item.Tracking
	}
	return found
}

func projectTracking(set *store.Set, line journal.Line, f *TrackingChanged) {
	trackings.Put(set, TrackingRow{f.PartNumber, line.At, f.Tracking, f.Before})
	old, ok := items.Get(set, f.PartNumber)
	if !ok {
		return
	}
	item := *old
	item.Changed = true
	var last moment.Time
	for _, r := range trackingOf.All(set, f.PartNumber) {
		if r.At >= last {
			item.Tracking, last = r.Tracking, r.At
		}
	}
	items.Put(set, item)
}

// Trackings are the changes of an item's tracking, in the order of their times.
func Trackings(tx *store.Tx, company string) ([]TrackingRow, error) {
	return trackings.Select(tx, company, "")
}
