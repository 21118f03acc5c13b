package ledger

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"

	"lotline/internal/journal"
	"lotline/internal/moment"
	"lotline/internal/quantity"
)

var update = flag.Bool("update", false, "add golden facts of kinds and fields that have none")

// goldenFile holds facts as they are stored, of every kind and version that
// was ever written. Lines are added to it and never changed: journals hold
// such bytes for ever, and must be read for ever.
const goldenFile = "testdata/facts.jsonl"

type storedFact struct {
	Kind string          `json:"kind"`
	Fact json.RawMessage `json:"fact"`
}

func TestFactsOfEveryKindAreReadForEver(t *testing.T) {
	fields := map[string]map[string]bool{}
	for _, line := range goldenLines(t) {
		var stored storedFact
		if err := json.Unmarshal(line, &stored); err != nil {
			t.Fatal(err)
		}
		decode := kinds[stored.Kind]
		if decode == nil {
			t.Errorf("facts of the kind %s can no longer be read", stored.Kind)
			continue
		}
		body := decode()
		decoder := json.NewDecoder(bytes.NewReader(stored.Fact))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(body); err != nil {
			t.Errorf("%s: %v", stored.Kind, err)
		}
		if again, err := json.Marshal(body); err != nil || !bytes.Equal(again, stored.Fact) {
			t.Errorf("%s: read and written again it is\n%s\n, stored is\n%s (%v)", stored.Kind, again, stored.Fact, err)
		}
		if fields[stored.Kind] == nil {
			fields[stored.Kind] = map[string]bool{}
		}
		maps.Copy(fields[stored.Kind], paths(t, stored.Fact))
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		text := sampleOf(t, kinds[kind]())
		missing := 0
		for path := range paths(t, text) {
			if !fields[kind][path] {
				missing++
			}
		}
		if missing > 0 && *update {
			appendGolden(t, storedFact{kind, text})
		} else if missing > 0 {
			t.Errorf("%s: no golden fact shows %d of its fields; add one with go test ./internal/ledger -run %s -update", kind, missing, t.Name())
		}
	}
}

func goldenLines(t *testing.T) (lines [][]byte) {
	t.Helper()
	file, err := os.ReadFile(goldenFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	scanner := bufio.NewScanner(bytes.NewReader(file))
	scanner.Buffer(nil, journal.LineMax)
	for scanner.Scan() {
		lines = append(lines, bytes.Clone(scanner.Bytes()))
	}
	if scanner.Err() != nil {
		t.Fatal(scanner.Err())
	}
	return lines
}

func appendGolden(t *testing.T, fact storedFact) {
	t.Helper()
	line, err := json.Marshal(fact)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(goldenFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
}

// sampleOf is the stored form of a fact with something in every field.
func sampleOf(t *testing.T, body journal.Body) []byte {
	t.Helper()
	fill(reflect.ValueOf(body).Elem())
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case quantity.Quantity:
		v.SetInt(2_500_000)
		return
	case moment.Time:
		v.SetInt(1_767_600_000_000_001)
		return
	case json.RawMessage:
		v.SetBytes([]byte(`{"a":1}`))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("Prüf <1> & 2")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key)
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	default:
		panic("no sample of a " + v.Type().String())
	}
}

// paths are the names of all values in a JSON text.
func paths(t *testing.T, text []byte) map[string]bool {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	walk("", value, found)
	return found
}

func walk(path string, value any, found map[string]bool) {
	found[path] = true
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			walk(path+"/"+name, inner, found)
		}
	case []any:
		for _, inner := range v {
			walk(path+"/-", inner, found)
		}
	}
}
