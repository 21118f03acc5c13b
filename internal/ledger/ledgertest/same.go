package ledgertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/store"
	"lotline/internal/trace"
)

// askedMax is of how many objects, picked by chance, the promises ask.
const askedMax = 5

// asked is a question about an object with its name.
type asked struct {
	what string
	ask  func(tx *store.Tx) (any, error)
}

// SameAnswers asks about as many objects, in both directions, now, at a moment
// before and as was known before, and once about all of them together, and
// checks that memory and tables answer the same to the last byte.
func (p *Plant) SameAnswers(most int) {
	p.Helper()
	if !p.Ledger.Ready(p.Context()) {
		p.Fatal("the genealogy in memory is not ready")
	}
	var objects []genealogy.Row
	p.tables(func(tx *store.Tx) (err error) {
		objects, err = genealogy.Objects.Select(tx, p.Ledger.Company(), "")
		return err
	})
	rand.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
	objects = objects[:min(len(objects), most)]
	for _, q := range p.asked(objects) {
		var memory, tables []byte
		p.Read(func(tx *store.Tx) error {
			if tx.Kept() == nil {
				p.Errorf("%s: the genealogy in memory does not answer", q.what)
			}
			memory = answerTo(tx, q)
			return nil
		})
		p.tables(func(tx *store.Tx) error {
			tables = answerTo(tx, q)
			return nil
		})
		if !bytes.Equal(memory, tables) {
			p.Errorf("%s: memory and tables differ:\n%s\n%s", q.what, memory, tables)
		}
	}
}

// asked are the questions about some objects.
func (p *Plant) asked(objects []genealogy.Row) (all []asked) {
	if len(objects) == 0 {
		return nil
	}
	company := p.Ledger.Company()
	first := objects[0]
	starts := map[int64]bool{}
	for i, o := range objects {
		starts[o.ID] = i%3 == 2 // possibly only
	}
	for name, q := range map[string]trace.Question{"now": {Full: true}, "as of " + first.At.String(): {AsOf: first.At}, "as known at": {KnownAt: first.ID >> 20}} {
		for _, o := range objects {
			ref := o.Object().Ref()
			all = append(all, asked{"forward " + ref + " " + name, func(tx *store.Tx) (any, error) { return trace.Forward(tx, company, ref, q) }},
				asked{"backward " + ref + " " + name, func(tx *store.Tx) (any, error) { return trace.Backward(tx, company, ref, q) }})
			if o.Kind == genealogy.UnitKind {
				all = append(all, asked{"unit " + ref + " " + name, func(tx *store.Tx) (any, error) { return trace.ShowUnit(tx, company, ref, q) }})
			}
		}
		for _, from := range reachedFrom(objects) {
			all = append(all, asked{fmt.Sprint("classes from ", from, " ", name), func(tx *store.Tx) (any, error) { return trace.Classes(tx, company, from, q) }},
				asked{fmt.Sprint("count from ", from, " ", name), func(tx *store.Tx) (any, error) { return counted(tx, company, from, q) }})
		}
		all = append(all, asked{"reach " + name, func(tx *store.Tx) (any, error) { return trace.Reach(tx, company, starts, q) }})
	}
	return all
}

// reachedFrom are sets of starts: each object alone, and each with the next,
// which may be affected only.
func reachedFrom(objects []genealogy.Row) (all []map[int64]bool) {
	for i, o := range objects {
		all = append(all, map[int64]bool{o.ID: false})
		if next := objects[(i+1)%len(objects)]; next.ID != o.ID {
			all = append(all, map[int64]bool{o.ID: false, next.ID: false}, map[int64]bool{o.ID: false, next.ID: true})
		}
	}
	return all
}

// counted is what a set reaches, counted, in one order.
func counted(tx *store.Tx, company string, from map[int64]bool, q trace.Question) (any, error) {
	s, err := trace.Count(tx, company, from, q)
	if err == nil {
		slices.SortFunc(s.At, func(a, b trace.AtCustomer) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return s, err
}

func answerTo(tx *store.Tx, q asked) []byte {
	answer, err := q.ask(tx)
	if err != nil {
		return []byte(err.Error())
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return []byte(err.Error())
	}
	return text
}

// tables reads without the genealogy in memory.
func (p *Plant) tables(f func(tx *store.Tx) error) {
	p.Helper()
	if err := p.Ledger.DB().Read(p.Context(), f); err != nil {
		p.Fatal(err)
	}
}
