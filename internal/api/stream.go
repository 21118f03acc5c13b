package api

import (
	"bufio"
	"bytes"
	"encoding"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"sync"
)

// raw is an answer that is JSON already.
type raw []byte

// write writes an answer as JSON, piece by piece: a trace of a hundred thousand
// objects is never one text in memory. The JSON is that of encoding/json.
func write(w io.Writer, answer any) error {
	switch text := answer.(type) {
	case raw:
		_, err := w.Write(text)
		return err
	case file:
		_, err := w.Write(text)
		return err
	case *printed:
		_, err := w.Write(text.body)
		return err
	}
	out := buffers.Get().(*bufio.Writer)
	defer buffers.Put(out)
	out.Reset(w)
	defer out.Reset(nil)
	s := stream{out: out}
	s.encoder = json.NewEncoder(&s.one)
	s.encoder.SetEscapeHTML(false)
	if err := s.value(reflect.ValueOf(answer)); err != nil {
		return err
	}
	_ = out.WriteByte('\n')
	return out.Flush()
}

// buffers are used again: one for each answer would keep the collector busy.
var buffers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 1<<16) }}

type stream struct {
	out     *bufio.Writer // which keeps the first error of writing
	one     bytes.Buffer  // the value that is written next
	encoder *json.Encoder // into it
}

// whole writes a value at once, without the line's end that encoders add.
func (s *stream) whole(v any) error {
	s.one.Reset()
	if err := s.encoder.Encode(v); err != nil {
		return err
	}
	_, err := s.out.Write(bytes.TrimSuffix(s.one.Bytes(), []byte("\n")))
	return err
}

// value writes structs field by field and lists element by element.
func (s *stream) value(v reflect.Value) error {
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	switch {
	case v.Kind() == reflect.Struct && plain(v.Type()):
		return s.object(v)
	case v.Kind() == reflect.Slice && !v.IsNil() && !marshals(v.Type()) && v.Type().Elem().Kind() != reflect.Uint8:
		return s.list(v)
	}
	return s.whole(v.Interface())
}

func (s *stream) object(v reflect.Value) error {
	_ = s.out.WriteByte('{')
	first := true
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		if !v.Type().Field(i).IsExported() || tag == "-" {
			continue
		}
		f := v.Field(i)
		if strings.Contains(options, "omitempty") && hollow(f) || strings.Contains(options, "omitzero") && f.IsZero() {
			continue
		}
		if !first {
			_ = s.out.WriteByte(',')
		}
		first = false
		_, _ = s.out.WriteString(`"` + name + `":`)
		if err := s.value(f); err != nil {
			return err
		}
	}
	_, err := s.out.WriteString("}")
	return err
}

func (s *stream) list(v reflect.Value) error {
	_ = s.out.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			_ = s.out.WriteByte(',')
		}
		if err := s.whole(v.Index(i).Interface()); err != nil {
			return err
		}
	}
	_, err := s.out.WriteString("]")
	return err
}

// hollow is what omitempty leaves out.
func hollow(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// plain says that a struct is written as its fields stand: each has a name of
// its own, none is embedded, and it does not write itself.
func plain(t reflect.Type) bool {
	if marshals(t) {
		return false
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || f.IsExported() && name == "" || strings.Contains(options, "string") {
			return false
		}
	}
	return true
}

func marshals(t reflect.Type) bool {
	for _, i := range []reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()} {
		if t.Implements(i) || reflect.PointerTo(t).Implements(i) {
			return true
		}
	}
	return false
}
