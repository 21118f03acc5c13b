package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"lotline/internal/api"
	"lotline/internal/blob"
	"lotline/internal/genealogy"
	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/trace"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// say makes commands of the command line: a flag for each field, named as in
// the API with - for _. A field that holds others takes JSON.
func (a *app) say(all []spoken) []*cobra.Command {
	var cmds []*cobra.Command
	for _, s := range all {
		var id, past string
		_, word, _ := strings.Cut(s.use, " ")
		cmd := &cobra.Command{Use: s.use, Short: s.short, Args: usage(cobra.MaximumNArgs(min(1, len(word)))), RunE: func(cmd *cobra.Command, args []string) error {
			command := api.Commands[s.command]()
			return a.with(cmd.Context(), store.Options{}, func(l *ledger.Ledger) error {
				if err := a.word(cmd, l, strings.Trim(word, "[]"), args); err != nil {
					return err
				}
				if err := fill(cmd.Flags(), command); err != nil {
					return err
				}
				req := request()
				req.ID = id
				if past != "" {
					command = &ledger.AsHappened{Command: command, Reason: past}
				}
				answer, err := l.Record(cmd.Context(), req, command)
				if err != nil {
					return err
				}
				return a.put(answer, func(w io.Writer) { fmt.Fprint(w, recorded(answer)) })
			})
		}}
		eachField(reflect.TypeOf(api.Commands[s.command]()).Elem(), func(name string, t reflect.Type) {
			cmd.Flags().String(flagOf(name), "", kindOf(t))
		})
		cmd.Flags().StringVar(&id, "request", "", "a key of your own: the same command with it is recorded once")
		cmd.Flags().StringVar(&past, "as-happened", "", "a reason: record what happened in the past though it broke a rule, as a breach")
		cmds = append(cmds, cmd)
	}
	return cmds
}

// listed are the commands whose serial is a list.
var listed = map[string]bool{"ship": true, "complete": true}

// word puts what was said without a flag where it belongs.
func (a *app) word(cmd *cobra.Command, l *ledger.Ledger, word string, args []string) error {
	if len(args) == 0 {
		return nil
	}
	said := map[string]string{}
	switch word {
	case "OBJECT":
		err := l.Read(cmd.Context(), func(tx *store.Tx) error {
			row, err := trace.Resolve(tx, l.Company(), args[0])
			said["part-number"] = row.PartNumber
			said[map[string]string{genealogy.UnitKind: "serial", genealogy.LotKind: "lot"}[row.Kind]] = row.Name
			return err
		})
		if err != nil {
			return err
		}
		if serial, ok := said["serial"]; ok && listed[cmd.Name()] {
			said["serial"] = `"` + serial + `"` // one, though it may look like a range
		}
	case "FILE":
		body, err := readFile(args[0], blob.Max)
		if err != nil {
			return err
		}
		hash, err := l.Keep(cmd.Context(), body)
		if err != nil {
			return err
		}
		said["sha256"], said["file"] = hash, filepath.Base(args[0])
	default:
		said[strings.ToLower(word)] = args[0]
	}
	for flag, value := range said {
		if cmd.Flags().Changed(flag) {
			return misuse{fmt.Errorf("%s: %s says what --%s says too", cmd.CommandPath(), args[0], flag)}
		}
		if err := cmd.Flags().Set(flag, value); err != nil {
			return misuse{fmt.Errorf("%s: %s is a %s, which it does not take", cmd.CommandPath(), args[0], flag)}
		}
	}
	return nil
}

func recorded(answer ledger.Answer) string {
	switch {
	case answer.Lines == 0:
		return "Nothing had to change.\n"
	case answer.Repeated:
		return fmt.Sprintf("Recorded before, as entry %d.\n", answer.Seq)
	}
	text := fmt.Sprintf("Recorded as entry %d (%s).\n", answer.Seq, plural(answer.Lines, "fact"))
	for _, w := range answer.Warnings {
		text += "Warning: " + w + ".\n"
	}
	return text
}

func flagOf(field string) string { return strings.ReplaceAll(field, "_", "-") }

// eachField gives f the fields of a command, those of embedded structs too, by
// their names in JSON.
func eachField(t reflect.Type, f func(name string, t reflect.Type)) {
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Anonymous {
			eachField(field.Type, f)
			continue
		}
		if name := api.FieldName(field); name != "" {
			f(name, field.Type)
		}
	}
}

// kindOf says in a word what a field takes.
func kindOf(t reflect.Type) string {
	switch {
	case t.Name() == "Time":
		return "a time (RFC 3339) or date; now when left out"
	case t.Name() == "Quantity":
		return "a decimal"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int64:
		return "a number"
	case reflect.Slice, reflect.Map, reflect.Struct:
		return "JSON"
	}
	return "text"
}

// fill puts what was said into the command, as the API would read it,
// save the fields that words say.
func fill(flags *pflag.FlagSet, command ledger.Command, words ...string) error {
	said := map[string]json.RawMessage{}
	var wrong error
	eachField(reflect.TypeOf(command).Elem(), func(name string, t reflect.Type) {
		flag := flags.Lookup(flagOf(name))
		if slices.Contains(words, name) || flag == nil || !flag.Changed {
			return
		}
		text, _ := json.Marshal(flag.Value.String())
		if kind := kindOf(t); kind == "JSON" || kind == "a number" || kind == "true or false" {
			text = json.RawMessage(flag.Value.String())
			if !json.Valid(text) {
				wrong = misuse{fmt.Errorf("--%s is not %s: %q", flag.Name, kind, text)}
				return
			}
		}
		said[name] = text
	})
	if wrong != nil {
		return wrong
	}
	text, err := json.Marshal(said)
	if err == nil {
		err = json.Unmarshal(text, command)
	}
	if _, refused := refuse.As(err); err != nil && !refused {
		return misuse{fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "json: "))}
	}
	return err
}
