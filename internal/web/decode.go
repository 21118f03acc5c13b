package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"lotline/internal/api"
	"lotline/internal/ledger"
	"lotline/internal/refuse"
)

// gridMax is how many rows a table to type in takes.
const gridMax = 5_000

// decode reads a posted form into its command: each field as the JSON that the
// API takes, so that both refuse the same in the same words.
func decode(f *form, values url.Values) (ledger.Command, error) {
	command := api.Commands[f.Command]()
	for _, sf := range spread(reflect.TypeOf(command).Elem()) {
		name := api.FieldName(sf)
		value, err := cell(sf.Type, name, values)
		if err != nil {
			return nil, err
		}
		if value == nil {
			continue
		}
		if err := put(command, name, value); err != nil {
			return nil, err
		}
	}
	return command, nil
}

// put sets one field by its JSON.
func put(command any, name string, value any) error {
	text, err := json.Marshal(map[string]any{name: value})
	if err != nil {
		return err
	}
	err = json.NewDecoder(bytes.NewReader(text)).Decode(command)
	if refusal, ok := refuse.As(err); ok {
		return refusal.At(name)
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return refuse.New(refuse.Invalid, "%s cannot be %v.", label("", name), value).At(name)
	}
	return err
}

// cell is a field's value as JSON has it; nil for one that was left empty.
func cell(t reflect.Type, name string, values url.Values) (any, error) {
	text := strings.TrimSpace(values.Get(name))
	kind := kindOf(t)
	if kind == "grid" {
		return grid(t.Elem(), name, values)
	}
	if kind == "list" {
		text = strings.TrimSpace(strings.Join(values[name], "\n")) // several boxes may be ticked
	}
	if text == "" {
		return nil, nil
	}
	return value(kind, name, text)
}

func value(kind, name, text string) (any, error) {
	switch kind {
	case "moment":
		return utc(text), nil
	case "number":
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, refuse.New(refuse.Invalid, "%q is no whole number.", text).At(name)
		}
		return n, nil
	case "check":
		return text != "false", nil
	case "pairs":
		return pairs(name, text)
	case "list":
		return list(name, text), nil
	}
	return text, nil
}

// utc reads what a browser's field for times gives as a time in UTC.
func utc(text string) string {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.Format(time.RFC3339)
		}
	}
	return text
}

// list divides a text; what names objects only at line ends and semicolons,
// since a name may hold a blank or a comma.
func list(name, text string) (all []string) {
	marks := ",; \t\n\r"
	if name == "objects" || name == "choices" {
		marks = ";\n\r"
	}
	for piece := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(marks, r) }) {
		if piece = strings.TrimSpace(piece); piece != "" {
			all = append(all, piece)
		}
	}
	return all
}

func pairs(name, text string) (map[string]string, error) {
	all := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, refuse.New(refuse.Invalid, "%q is no property: write name = value, one per line.", line).At(name)
		}
		all[strings.TrimSpace(key)] = strings.TrimSpace(value)
	}
	return all, nil
}

// grid reads the rows of a table, those that were typed and those that were
// pasted as text.
func grid(t reflect.Type, name string, values url.Values) (any, error) {
	columns := spreadGrid(t)
	numbers := map[int]bool{}
	for key := range values {
		if rest, ok := strings.CutPrefix(key, name+"."); ok {
			number, _, _ := strings.Cut(rest, ".")
			if n, err := strconv.Atoi(number); err == nil && n >= 0 && n < gridMax && strings.TrimSpace(values.Get(key)) != "" {
				numbers[n] = true
			}
		}
	}
	rows := []any{}
	order := make([]int, 0, len(numbers))
	for n := range numbers {
		order = append(order, n)
	}
	slices.Sort(order)
	for _, n := range order {
		row, blank, err := gridRow(columns, func(column string) string { return values.Get(name + "." + strconv.Itoa(n) + "." + column) })
		if err != nil {
			return nil, at(err, name)
		}
		if !blank {
			rows = append(rows, row)
		}
	}
	pasted, err := paste(columns, values.Get(name+".paste"))
	if err != nil {
		return nil, at(err, name)
	}
	if rows = append(rows, pasted...); len(rows) == 0 {
		return nil, nil
	}
	return rows, nil
}

func at(err error, name string) error {
	if refusal, ok := refuse.As(err); ok {
		return refusal.At(name)
	}
	return err
}

// gridRow is one row; a row in which only choices and checks stand is blank.
func gridRow(columns []reflect.StructField, get func(string) string) (map[string]any, bool, error) {
	row, blank := map[string]any{}, true
	for _, sf := range columns {
		name := api.FieldName(sf)
		text := strings.TrimSpace(get(name))
		if text == "" {
			continue
		}
		if kindOf(sf.Type) == "grid" {
			row[name] = substitutes(text)
			blank = false
			continue
		}
		v, err := value(kindOf(sf.Type), name, text)
		if err != nil {
			return nil, false, err
		}
		row[name] = v
		if choices[name] == nil && choices["properties."+name] == nil && kindOf(sf.Type) != "check" {
			blank = false
		}
	}
	return row, blank, nil
}

// substitutes reads PART, or PART=RATIO, separated by semicolons.
func substitutes(text string) []map[string]string {
	all := []map[string]string{}
	for piece := range strings.SplitSeq(text, ";") {
		part, ratio, ok := strings.Cut(strings.TrimSpace(piece), "=")
		if part == "" {
			continue
		}
		one := map[string]string{"part_number": strings.TrimSpace(part)}
		if ok {
			one["ratio"] = strings.TrimSpace(ratio)
		}
		all = append(all, one)
	}
	return all
}

// paste reads rows as a spreadsheet gives them: cells parted by tabs, the
// columns by a first row of titles, else in their order.
func paste(columns []reflect.StructField, text string) (rows []any, err error) {
	lines := strings.Split(strings.Trim(strings.ReplaceAll(text, "\r", ""), "\n"), "\n")
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	names := make([]string, len(columns))
	for i, sf := range columns {
		names[i] = api.FieldName(sf)
	}
	order := names
	first := strings.Split(lines[0], "\t")
	titles := make([]string, len(first))
	known := 0
	for i, cell := range first {
		titles[i] = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(cell)), " ", "_")
		if slices.Contains(names, titles[i]) {
			known++
		}
	}
	if known >= min(2, len(first)) && known > 0 {
		order, lines = titles, lines[1:]
	}
	if len(lines) > gridMax {
		return nil, refuse.New(refuse.TooLarge, "The table has %d rows: at most %d at once. Import a workbook instead.", len(lines), gridMax)
	}
	for _, line := range lines {
		cells := strings.Split(line, "\t")
		row, blank, err := gridRow(columns, func(name string) string {
			if i := slices.Index(order, name); i >= 0 && i < len(cells) {
				return cells[i]
			}
			return ""
		})
		if err != nil {
			return nil, err
		}
		if !blank {
			rows = append(rows, row)
		}
	}
	return rows, nil
}
