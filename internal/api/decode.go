package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"lotline/internal/ledger"
	"lotline/internal/refuse"
)

// Decode reads the JSON of a command, strictly: what would be passed over or
// changed on the way (an unknown field, one that is given twice, text that is
// not UTF-8) is refused. The error is a refusal that names the field.
func Decode(name string, text []byte) (ledger.Command, error) {
	make := Commands[name]
	if make == nil {
		return nil, refuse.New(refuse.NotFound, "There is no command %s.", shown(name))
	}
	command := make()
	if err := decode(name, text, command); err != nil {
		return nil, err
	}
	return command, nil
}

func decode(name string, text []byte, command ledger.Command) error {
	if !utf8.Valid(text) {
		return refuse.New(refuse.Invalid, "The body is not UTF-8 text: send JSON in UTF-8.")
	}
	given, err := members(text)
	if err != nil {
		return err
	}
	fields := fieldsOf(reflect.TypeOf(command).Elem())
	for _, m := range given {
		if _, known := fields[m.name]; !known {
			return refuse.New(refuse.Invalid, "There is an unknown field %s: %s takes %s.", shown(m.name), name, strings.Join(slices.Sorted(maps.Keys(fields)), ", ")).At(m.name)
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if decoder.Decode(command) == nil {
		return nil
	}
	for _, m := range given { // once more, to know which it is
		one := reflect.New(reflect.TypeOf(command).Elem()).Interface()
		decoder := json.NewDecoder(io.MultiReader(strings.NewReader(`{"`+m.name+`":`), bytes.NewReader(m.value), strings.NewReader("}")))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(one); err != nil {
			return wrongType(m.name, fields[m.name], err)
		}
	}
	return refuse.New(refuse.Invalid, "The body is not the JSON of %s.", name)
}

// member is a field of a body as it was given.
type member struct {
	name  string
	value json.RawMessage
}

// members are the fields of the one object that a body must be.
func members(text []byte) ([]member, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, notJSON(err)
	}
	var all []member
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, notJSON(err)
		}
		m := member{name: name.(string)} // before a colon JSON has nothing else
		if slices.ContainsFunc(all, func(other member) bool { return other.name == m.name }) {
			return nil, refuse.New(refuse.Invalid, "%s is given twice: give it once.", shown(m.name)).At(m.name)
		}
		if err := decoder.Decode(&m.value); err != nil {
			return nil, notJSON(err)
		}
		if all = append(all, m); len(all) > membersMax {
			return nil, refuse.New(refuse.TooLarge, "The body has more than %d fields.", membersMax)
		}
	}
	if _, err := decoder.Token(); err != nil {
		return nil, notJSON(err)
	}
	if decoder.More() {
		return nil, refuse.New(refuse.Invalid, "The body holds more than one command.")
	}
	return all, nil
}

// membersMax bounds the fields of a body; no command has half as many.
const membersMax = 100

func notJSON(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return refuse.New(refuse.Invalid, "The body is not the JSON of a command: %s, at byte %d.", strings.TrimPrefix(err.Error(), "json: "), syntax.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return refuse.New(refuse.Invalid, "The body is not the JSON of a command: it ends too early.")
	}
	return refuse.New(refuse.Invalid, `The body is not the JSON of a command: send an object, as {"part_number": "AXLE", …}.`)
}

// wrongType says what a field takes, where the error does not.
func wrongType(name string, t reflect.Type, err error) error {
	if refusal, ok := refuse.As(err); ok {
		if refusal.Field == "" {
			refusal = refusal.At(name)
		}
		return refusal
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && strings.Contains(wrong.Field, ".") { // deep inside
		return refuse.New(refuse.Invalid, "%s is not %s: it is a JSON %s.", wrong.Field, takes(wrong.Type), wrong.Value).At(name)
	}
	if unknown, is := strings.CutPrefix(err.Error(), "json: unknown field "); is {
		return refuse.New(refuse.Invalid, "%s has an unknown field %s.", name, unknown).At(name)
	}
	return refuse.New(refuse.Invalid, "%s takes %s.", name, takes(t)).At(name)
}

// takes says in words what JSON a type is.
func takes(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Slice:
		return "a list"
	case reflect.Map:
		return "an object of names and texts"
	case reflect.Pointer:
		return takes(t.Elem())
	}
	return "an object"
}

// fields of types that were asked for, by the type.
var fieldsKnown sync.Map

// fieldsOf are the fields of a command by their names in JSON, those of
// embedded structs too. The map is shared: read it only.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	if known, ok := fieldsKnown.Load(t); ok {
		return known.(map[string]reflect.Type)
	}
	all := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			maps.Copy(all, fieldsOf(f.Type))
		} else if name := FieldName(f); name != "" {
			all[name] = f.Type
		}
	}
	fieldsKnown.Store(t, all)
	return all
}

// shown is a text from outside in a sentence.
func shown(text string) string {
	const most = 60
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return `"` + text + `"`
}

// body reads what a command is, up to BodyMax.
func body(r *http.Request) ([]byte, error) {
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, BodyMax))
	return text, arrived(err, BodyMax)
}

// arrived says in words why a body did not arrive.
func arrived(err error, most int64) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return refuse.New(refuse.TooLarge, "The body has more than %d MiB: divide it.", most>>20)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return no{http.StatusRequestTimeout, "timeout", "The body did not arrive in time: send it at once."}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return refuse.New(refuse.Invalid, "The body ended before it was whole: send it again.")
	}
	return err
}
