package workbook

import (
	"fmt"
	"slices"
	"strings"
)

// The words that sheets.go is written in.

func columns(all ...Column) []Column { return all }

// events are the columns of a sheet of what happened; its rows may bear a
// number of their own.
func events(all ...Column) []Column {
	return append(all,
		text(recorded, "written by export: the facts that the steps of the row are in the journal; rows that all have it are taken in that order, whenever they happened"),
		text("id", "the row's own number, where it has one: a row of the same number is the same row"),
		integer("seq", "the order among rows of one instant"))
}

func refs(all ...string) []string { return all }

func text(name, doc string) Column     { return Column{Name: name, Type: Text, Doc: doc} }
func amount(name, doc string) Column   { return Column{Name: name, Type: Quantity, Doc: doc} }
func moment_(name, doc string) Column  { return Column{Name: name, Type: Time, Doc: doc} }
func integer(name, doc string) Column  { return Column{Name: name, Type: Integer, Doc: doc} }
func boolean_(name, doc string) Column { return Column{Name: name, Type: Bool, Doc: doc} }
func list(name, doc string) Column     { return Column{Name: name, Type: List, Doc: doc} }

func choice(name, doc string, choices ...string) Column {
	return Column{Name: name, Type: Choice, Choices: choices, Doc: doc}
}

func must(c Column) Column {
	c.Required = true
	return c
}

func digits(c Column) Column {
	c.Digits = true
	return c
}

// ref is a thing that a row makes or names: its kind, and the columns that
// tell which; of several columns for one part of it the first that is given.
type ref struct {
	kind  string
	parts [][]int
}

// index prepares the sheets for use. A column that is not there is a mistake
// of ours, and stops the start.
func index(all []*Sheet) []*Sheet {
	for i, s := range all {
		s.order = i
		s.at, s.folded = map[string]int{}, map[string]int{}
		for k, c := range s.Columns {
			s.at[c.Name], s.folded[fold(c.Name)] = k, k
		}
		s.refs.makes, s.refs.names, s.refs.needs = s.parse(s.Makes), s.parse(s.Names), s.parse(s.Needs)
	}
	return all
}

func (s *Sheet) parse(all []string) []ref {
	parsed := make([]ref, len(all))
	for i, text := range all {
		kind, rest, _ := strings.Cut(text, ":")
		parsed[i].kind = kind
		for part := range strings.SplitSeq(rest, ",") {
			var either []int
			for name := range strings.SplitSeq(part, "|") {
				either = append(either, s.must(name))
			}
			parsed[i].parts = append(parsed[i].parts, either)
		}
	}
	return parsed
}

func (s *Sheet) must(name string) int {
	i, ok := s.at[name]
	if !ok {
		panic(fmt.Sprintf("sheet %s has no column %s", s.Name, name))
	}
	return i
}

// FindSheet is the sheet of a name, without regard to case, blanks, _ and -.
func FindSheet(name string) (*Sheet, bool) {
	i := slices.IndexFunc(Sheets, func(s *Sheet) bool { return fold(s.Name) == fold(name) })
	if i < 0 {
		return nil, false
	}
	return Sheets[i], true
}
