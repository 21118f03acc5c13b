package bom

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/refuse"
	"lotline/internal/store"
)

// Mapping says which columns of a foreign file give the fields of a BOM line.
//
//	component=LCSC|Part+Value+Footprint,quantity=Qty,reference_designators=Designator,revision_rule:=exact
//
// A field is given by a column; after | by another where that is empty; with +
// by several columns joined by blanks; after := by a text that is the same in
// every line. What holds one of , = | + : or a quotation mark, or blanks at its
// ends, stands in quotation marks, which are doubled inside.
type Mapping struct {
	Fields []MappedField
}

// MappedField is where a field of a BOM line comes from.
type MappedField struct {
	Field   string
	Text    string     // the same in every line, where Columns is empty
	Columns [][]string // of the first choice that is not empty; those of a choice are joined
}

// The fields of a BOM line that a mapping can give beside those of the line
// itself.
const (
	PropertyPrefix = "property:" // of an item that is created
	LeaveOut       = "leave_out" // yes: the line is not taken
)

// MappingFields are all fields that a mapping can give.
var MappingFields = []string{"component", "quantity", "reference_designators", "find_number", "component_revision", "revision_rule", "uom",
	"substitutes", "scrap_percent", "phantom", "optional", "operation", LeaveOut, "name", "manufacturer", "manufacturer_part", PropertyPrefix + "NAME"}

const (
	mappingMax       = 8 << 10 // bytes of a mapping
	mappingFieldsMax = 200
)

// ParseMapping reads a mapping; the error is a *refuse.Refusal.
func ParseMapping(text string) (Mapping, error) {
	var m Mapping
	if len(text) > mappingMax {
		return m, refuse.New(refuse.TooLarge, "The columns take %d bytes, at most %d.", len(text), mappingMax).At("columns")
	}
	if !utf8.ValidString(text) {
		return m, refuse.New(refuse.Invalid, "The columns are not UTF-8 text.").At("columns")
	}
	text = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(text)
	if strings.ContainsFunc(text, unicode.IsControl) {
		return m, refuse.New(refuse.Invalid, "The columns hold an invisible control character. Remove it.").At("columns")
	}
	r := mappingReader{rest: text}
	for {
		field, err := r.field()
		if err != nil {
			return m, err
		}
		if slices.ContainsFunc(m.Fields, func(f MappedField) bool { return f.Field == field.Field }) {
			return m, refuse.New(refuse.Invalid, "%s is given twice: write its columns after each other, divided by |.", field.Field).At("columns")
		}
		m.Fields = append(m.Fields, field)
		if len(m.Fields) > mappingFieldsMax {
			return m, refuse.New(refuse.TooLarge, "More than %d fields are given.", mappingFieldsMax).At("columns")
		}
		if r.rest == "" {
			break
		}
		r.rest = r.rest[1:] // the comma
	}
	if m.Find("component") == nil {
		return m, refuse.New(refuse.Invalid, "The columns do not say where the component comes from: add component=COLUMN.").At("columns")
	}
	if m.Find("quantity") == nil && m.Find("reference_designators") == nil {
		return m, refuse.New(refuse.Invalid, "The columns do not say how much goes in: add quantity=COLUMN, or reference_designators=COLUMN to count them.").At("columns")
	}
	return m, nil
}

// Find is where a field comes from, nil when nothing gives it.
func (m *Mapping) Find(field string) *MappedField {
	i := slices.IndexFunc(m.Fields, func(f MappedField) bool { return f.Field == field })
	if i < 0 {
		return nil
	}
	return &m.Fields[i]
}

// Names are the columns that the mapping asks for, each once.
func (m *Mapping) Names() []string {
	var all []string
	for _, f := range m.Fields {
		for _, choice := range f.Columns {
			for _, column := range choice {
				if !slices.Contains(all, column) {
					all = append(all, column)
				}
			}
		}
	}
	return all
}

// String is the mapping as ParseMapping reads it.
func (m Mapping) String() string {
	fields := make([]string, len(m.Fields))
	for i, f := range m.Fields {
		if len(f.Columns) == 0 {
			fields[i] = spell(f.Field) + ":=" + spell(f.Text)
			continue
		}
		choices := make([]string, len(f.Columns))
		for k, choice := range f.Columns {
			columns := make([]string, len(choice))
			for n, column := range choice {
				columns[n] = spell(column)
			}
			choices[k] = strings.Join(columns, "+")
		}
		fields[i] = spell(f.Field) + "=" + strings.Join(choices, "|")
	}
	return strings.Join(fields, ",")
}

const mappingMarks = ",=|+\""

func spell(text string) string {
	property, isProperty := strings.CutPrefix(text, PropertyPrefix)
	if text != "" && text == trim(text) && !strings.ContainsAny(text, mappingMarks) && !strings.Contains(text, ":") ||
		isProperty && property != "" && spell(property) == property {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}

func trim(text string) string { return strings.TrimFunc(text, unicode.IsSpace) }

// mappingReader takes a mapping apart.
type mappingReader struct{ rest string }

func (r *mappingReader) field() (MappedField, error) {
	field, err := r.word(":=,|+")
	if err != nil {
		return MappedField{}, err
	}
	if field+":" == PropertyPrefix && strings.HasPrefix(r.rest, ":") && !strings.HasPrefix(r.rest, ":=") {
		r.rest = r.rest[1:]
		property, err := r.word(":=,|+")
		if err != nil {
			return MappedField{}, err
		}
		field = PropertyPrefix + property
	}
	if property, isProperty := strings.CutPrefix(field, PropertyPrefix); isProperty {
		if property, err = name.Clean("property", property); err != nil {
			return MappedField{}, atField("columns", err)
		}
		field = PropertyPrefix + property
	} else if !slices.Contains(MappingFields, field) {
		return MappedField{}, refuse.New(refuse.Invalid, "There is no field %q of a BOM line: write FIELD=COLUMN with one of %s.", field, strings.Join(MappingFields, ", ")).At("columns")
	}
	f := MappedField{Field: field}
	switch {
	case strings.HasPrefix(r.rest, ":="):
		r.rest = r.rest[2:]
		f.Text, err = r.word(",")
		return f, err
	case strings.HasPrefix(r.rest, "="):
		r.rest = r.rest[1:]
		f.Columns, err = r.choices(field)
		return f, err
	}
	return f, refuse.New(refuse.Invalid, "%s is not followed by = and a column, or := and a text.", field).At("columns")
}

func (r *mappingReader) choices(field string) (all [][]string, err error) {
	choice := []string{}
	for {
		column, err := r.word(",|+=")
		if err != nil {
			return nil, err
		}
		if column == "" {
			return nil, refuse.New(refuse.Invalid, "A column of %s has no name.", field).At("columns")
		}
		choice = append(choice, column)
		if r.rest == "" || r.rest[0] == ',' {
			return append(all, choice), nil
		}
		switch r.rest[0] {
		case '|':
			all, choice = append(all, choice), []string{}
		case '=':
			return nil, refuse.New(refuse.Invalid, "= stands in the columns of %s: put the column's name into quotation marks.", field).At("columns")
		}
		r.rest = r.rest[1:]
	}
}

// word reads up to one of the marks, or what stands in quotation marks.
func (r *mappingReader) word(marks string) (string, error) {
	r.rest = strings.TrimLeftFunc(r.rest, unicode.IsSpace)
	if !strings.HasPrefix(r.rest, `"`) {
		end := strings.IndexAny(r.rest, marks)
		if end < 0 {
			end = len(r.rest)
		}
		text := trim(r.rest[:end])
		r.rest = r.rest[end:]
		if strings.Contains(text, `"`) {
			return "", refuse.New(refuse.Invalid, "A quotation mark stands in the middle of %q: put all of it into quotation marks, and double those inside.", text).At("columns")
		}
		return text, nil
	}
	var text strings.Builder
	for rest := r.rest[1:]; ; {
		inside, after, closed := strings.Cut(rest, `"`)
		text.WriteString(inside)
		if !closed {
			return "", refuse.New(refuse.Invalid, "A quotation mark of the columns is not closed.").At("columns")
		}
		if !strings.HasPrefix(after, `"`) {
			r.rest = strings.TrimLeftFunc(after, unicode.IsSpace)
			break
		}
		text.WriteByte('"')
		rest = after[1:]
	}
	if r.rest != "" && !strings.ContainsRune(marks, rune(r.rest[0])) {
		return "", refuse.New(refuse.Invalid, "Text follows the quotation mark after %q.", text.String()).At("columns")
	}
	return text.String(), nil
}

// SaveMapping keeps a mapping by a name, for the next file of its kind.
type SaveMapping struct {
	MappingSaved
	At moment.Time `json:"at,omitempty"`
}

// MappingSaved says what a mapping is from now on.
type MappingSaved struct {
	Mapping string `json:"mapping"`
	Columns string `json:"columns"`
	Missing string `json:"missing"` // what becomes of a line without a component: refuse, leave_out
}

// What becomes of a line without a component.
const (
	RefuseMissing = "refuse"
	SkipMissing   = "leave_out"
)

// Kind names the fact.
func (MappingSaved) Kind() string { return "mapping.saved/1" }

// SavedMapping is a mapping that is kept by its name.
type SavedMapping struct {
	Mapping string `col:"mapping,key" json:"mapping"`
	Columns string `col:"columns" json:"columns"`
	Missing string `col:"missing" json:"missing"`
}

var mappings = store.NewTable("bom_mapping", func(r *SavedMapping) string { return r.Mapping })

// SetAt fills in when, if it was left open.
func (c *SaveMapping) SetAt(at moment.Time) {
	if c.At == 0 {
		c.At = at
	}
}

// Decide keeps the mapping, or changes it from now on.
func (c *SaveMapping) Decide(set *store.Set) ([]journal.Fact, error) {
	f := c.MappingSaved
	var err error
	if f.Mapping, err = name.Clean("mapping", f.Mapping); err != nil {
		return nil, err
	}
	m, err := ParseMapping(f.Columns)
	if err != nil {
		return nil, err
	}
	f.Columns = m.String()
	if f.Missing, err = MissingPolicy(f.Missing); err != nil {
		return nil, err
	}
	if old, ok := mappings.Get(set, f.Mapping); ok && *old == SavedMapping(f) {
		return nil, nil
	}
	return []journal.Fact{{At: c.At, What: &f}}, nil
}

// MissingPolicy is what becomes of a line without a component, refuse where
// nothing is said.
func MissingPolicy(text string) (string, error) {
	switch text {
	case "":
		return RefuseMissing, nil
	case RefuseMissing, SkipMissing:
		return text, nil
	}
	return "", refuse.New(refuse.Invalid, "missing is %q: it must be %s or %s.", text, RefuseMissing, SkipMissing).At("missing")
}

// FindMapping is the mapping of a name.
func FindMapping(set *store.Set, mapping string) (SavedMapping, error) {
	found, ok := mappings.Get(set, mapping)
	if !ok {
		return SavedMapping{}, refuse.New(refuse.NotFound, "There is no mapping %s: keep one with --save-mapping, or name the columns.", mapping).At("mapping")
	}
	return *found, nil
}

// MappingList are all mappings that are kept.
type MappingList struct {
	Mappings []SavedMapping `json:"mappings"`
}

// ListMappings are the mappings in the order of their names.
func ListMappings(tx *store.Tx, company string) (MappingList, error) {
	all, err := mappings.Select(tx, company, "")
	if all == nil {
		all = []SavedMapping{}
	}
	return MappingList{all}, err
}
