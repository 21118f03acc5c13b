package store

// Breach is a rule that a record of the past broke.
type Breach struct {
	ID   int64 // of the object; 0 for none
	Text string
}

// Forgive begins, or ends, that breaches are noted instead of refused: records
// of the past are taken as they happened. It forgets those noted before.
func (s *Set) Forgive(on bool) { s.forgiving, s.breaches = on, nil }

// Forgiving says whether breaches are noted.
func (s *Set) Forgiving() bool { return s.forgiving }

// Note notes a breach.
func (s *Set) Note(id int64, text string) { s.breaches = append(s.breaches, Breach{id, text}) }

// Breaches are those that were noted.
func (s *Set) Breaches() []Breach { return s.breaches }
