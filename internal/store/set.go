package store

import "math"

// Set is the working set of a turn: the rows that its commands have read and
// changed. Rows are loaded on demand, or many together by Probe and Load, and
// written together by Flush.
type Set struct {
	tx      *Tx
	company string
	probing bool
	missed  int
	err     error
	parts   map[*layout]part
	order   []part
	clean   int
	blank   map[*layout]bool
	born    int64      // facts numbered from here on are known to the set alone
	behind  chan error // of the job that writes behind, nil for none

	forgiving bool
	breaches  []Breach
}

// part is what a set holds of one table.
type part interface {
	load() error
	collect() func() error
	evict() int
}

// NewSet is an empty working set of a company in a transaction.
func NewSet(tx *Tx, company string) *Set {
	return &Set{tx: tx, company: company, parts: map[*layout]part{}, blank: map[*layout]bool{}, born: math.MaxInt64}
}

// Born says that the database holds no row that is known by the number of a
// fact from first on: what the set does not hold of them is not there, and is
// not looked for.
func (s *Set) Born(first int64) { s.born = first }

// Blank says that the database holds no rows of these tables.
func (s *Set) Blank(tables ...AnyTable) {
	for _, t := range tables {
		s.blank[t.layout()] = true
	}
}

// Probe runs f; a key that is not in the set is answered as absent and
// remembered. It answers how many were missed.
func (s *Set) Probe(f func()) (missed int) {
	s.probing, s.missed = true, 0
	defer func() { s.probing = false }()
	f()
	return s.missed
}

// Load loads what was missed while probing, a few statements a table.
func (s *Set) Load() error {
	for _, p := range s.order {
		if err := p.load(); err != nil {
			return err
		}
	}
	return nil
}

// Err is the first failure of the database while rows were loaded on demand.
func (s *Set) Err() error { return s.err }

// Flush writes what was changed; the rows stay in the set.
func (s *Set) Flush() error {
	write, err := s.Collect()
	if err != nil {
		return err
	}
	s.Behind(write)
	return s.Wait()
}

// Collect takes what was changed since the last time, and answers the job that
// writes it. The set counts it as written.
func (s *Set) Collect() (func() error, error) {
	if s.err != nil {
		return nil, s.err
	}
	var jobs []func() error
	for _, p := range s.order {
		jobs = append(jobs, p.collect())
	}
	return func() error {
		for _, job := range jobs {
			if err := job(); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// Behind runs a job that uses the transaction while the set is worked on.
// Whatever needs the database waits for it first; jobs run one after another.
func (s *Set) Behind(job func() error) {
	if err := s.Wait(); err != nil {
		s.err = err
		return
	}
	done := make(chan error, 1)
	s.behind = done
	go func() { done <- job() }()
}

// Wait waits for the job that runs behind and answers how it went.
func (s *Set) Wait() error {
	if s.behind != nil {
		err := <-s.behind
		s.behind = nil
		if s.err == nil {
			s.err = err
		}
	}
	return s.err
}

// Holds is how many rows the set holds.
func (s *Set) Holds() int { return s.clean }

// Evict forgets all rows, once more than max are held. Only after a Flush; the
// database then holds what was Born before, and no table is Blank.
func (s *Set) Evict(max int) {
	if s.clean <= max {
		return
	}
	for _, p := range s.order {
		s.clean -= p.evict()
	}
	s.clean, s.born = 0, math.MaxInt64
	clear(s.blank)
}
