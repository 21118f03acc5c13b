package web

import (
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/api"
	"lotline/internal/moment"
	"lotline/internal/quantity"
)

// field is one input of a form.
type field struct {
	Name, ID, Label, Help string
	Kind                  string // text, long, quantity, number, moment, date, choice, check, pairs, list, grid
	Value                 string
	Choices               []string
	Suggest               string
	Scan, Object          bool
	Required, Focus       bool
	Wrong                 string
	Columns               []field   // of a grid
	Rows                  [][]field // of a grid
}

// shownForm is a form as a page shows it.
type shownForm struct {
	*form
	Main, More []field
	Request    string
	Wrong      string // what no field is to blame for
	Replaces   string // the fact that this one takes the place of
	Reason     string
	AsHappened string
	Back       string
}

// spread gives the fields of a command's struct, those of embedded structs too,
// with their names in JSON.
func spread(t reflect.Type) (all []reflect.StructField) {
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Anonymous:
			all = append(all, spread(f.Type)...)
		case f.IsExported() && api.FieldName(f) != "" && kindOf(f.Type) != "":
			all = append(all, f)
		}
	}
	return all
}

// kindOf is how a type is typed in; empty for one that no form has.
func kindOf(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[moment.Time]():
		return "moment"
	case t == reflect.TypeFor[quantity.Quantity]():
		return "quantity"
	}
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Int64, reflect.Int:
		return "number"
	case reflect.Bool:
		return "check"
	case reflect.Map:
		return "pairs"
	case reflect.Slice:
		switch t.Elem().Kind() {
		case reflect.String:
			return "list"
		case reflect.Struct:
			return "grid"
		}
	}
	return ""
}

// gridRows is how many rows a table to type in shows at least; script adds more.
const gridRows = 5

// fieldsOf makes the inputs of a form from its command's struct.
func fieldsOf(f *form, values url.Values) (main, more []field) {
	byName := map[string]field{}
	var order []string
	covered := map[string]bool{}
	for name, parts := range f.Objects {
		byName[name] = field{Name: name, ID: name, Label: label(f.Command, name), Help: helps[name], Kind: "text", Value: values.Get(name), Suggest: "object", Scan: true, Object: true}
		for _, part := range parts {
			covered[part] = true
		}
	}
	for _, sf := range spread(reflect.TypeOf(api.Commands[f.Command]()).Elem()) {
		made := inputOf(f.Command, sf, values)
		byName[made.Name] = made
		order = append(order, made.Name)
	}
	shown := f.Main
	if len(shown) == 0 {
		shown = slices.DeleteFunc(slices.Clone(order), func(name string) bool { return name == "at" })
	}
	for _, name := range shown {
		if made, ok := byName[name]; ok {
			made.Focus = len(main) == 0
			main = append(main, made)
		}
	}
	for _, name := range order {
		if !slices.Contains(shown, name) {
			more = append(more, byName[name])
		}
	}
	return main, more
}

func inputOf(command string, sf reflect.StructField, values url.Values) field {
	name := api.FieldName(sf)
	f := field{Name: name, ID: name, Label: label(command, name), Kind: kindOf(sf.Type), Value: values.Get(name), Scan: scanned[name]}
	f.Required, _ = said(required, command, name)
	f.Help, _ = said(helps, command, name)
	if f.Kind == "list" {
		f.Value = strings.Join(values[name], "\n")
	}
	if f.Choices, _ = said(choices, command, name); f.Choices != nil && f.Kind == "text" {
		f.Kind = "choice"
	}
	if many, _ := said(long, command, name); many && (f.Kind == "text" || f.Kind == "list") {
		f.Kind = "long"
	}
	if !fresh[command+"."+name] {
		f.Suggest, _ = said(proposals, command, name)
	}
	if f.Kind == "moment" {
		if f.Value = localTime(f.Value); strings.HasSuffix(name, "_on") {
			f.Kind = "date"
			f.Value, _, _ = strings.Cut(f.Value, "T")
		}
	}
	if f.Kind == "grid" {
		f.grid(sf.Type.Elem(), values)
	}
	return f
}

// grid makes the rows of a table to type in.
func (f *field) grid(t reflect.Type, values url.Values) {
	rows := gridRows
	for name := range values {
		if rest, ok := strings.CutPrefix(name, f.Name+"."); ok {
			number, _, _ := strings.Cut(rest, ".")
			if n, err := strconv.Atoi(number); err == nil && n < gridMax {
				rows = max(rows, n+3)
			}
		}
	}
	for _, sf := range spreadGrid(t) {
		name := api.FieldName(sf)
		column := field{Name: name, Label: label(f.Name, name), Kind: gridKind(sf.Type), Suggest: proposals[name], Scan: false}
		column.Help, _ = said(helps, f.Name, name)
		if column.Choices, _ = said(choices, f.Name, name); column.Choices != nil {
			column.Kind = "choice"
		}
		if name == "part_number" && f.Name != "substitutes" {
			column.Suggest = "item"
		}
		f.Columns = append(f.Columns, column)
	}
	for i := range rows {
		row := slices.Clone(f.Columns)
		for j := range row {
			row[j].Name = f.Name + "." + strconv.Itoa(i) + "." + row[j].Name
			row[j].ID = row[j].Name
			row[j].Label += " " + strconv.Itoa(i+1)
			row[j].Value = values.Get(row[j].Name)
		}
		f.Rows = append(f.Rows, row)
	}
}

func spreadGrid(t reflect.Type) (all []reflect.StructField) {
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && api.FieldName(f) != "" && gridKind(f.Type) != "" {
			all = append(all, f)
		}
	}
	return all
}

// gridKind is how a cell is typed in; a list of structs in it is text.
func gridKind(t reflect.Type) string {
	kind := kindOf(t)
	if kind == "grid" || kind == "list" {
		return "text"
	}
	return kind
}

// localTime is a time as the browser's field for times takes it, in UTC.
func localTime(text string) string {
	at, err := moment.Parse(text, nil)
	if err != nil || at == 0 {
		return text
	}
	return at.Go().Format("2006-01-02T15:04:05")
}
