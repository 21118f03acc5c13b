package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"

	"lotline/internal/api"
	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// spoken is a command of the program as the command line spells it.
type spoken struct{ use, command, short string }

// The commands that are given one by one; those of an order stand below order.
var (
	commands = []spoken{
		{"partner", "define-partner", "Define a supplier or customer"},
		{"catalog", "define-catalog", "Define a catalog and its properties"},
		{"item", "define-item", "Define an item, or a revision of it"},
		{"bom", "define-bom", "Define what a revision of an item is made of"},
		{"receive", "receive", "Take in a lot, or units by serial"},
		{"serialize", "serialize", "Give units their serials"},
		{"complete", "complete", "Complete a unit"},
		{"produce", "produce", "Record a lot that an order made"},
		{"issue", "issue", "Give material to an order, or a finished unit to a rework order"},
		{"give-back", "give-back", "Take back what was issued to an order and is left"},
		{"install", "install", "Put a component into a unit or lot"},
		{"remove", "remove", "Take a component out of a unit or lot"},
		{"split", "split", "Make a new lot of part of a lot"},
		{"merge", "merge", "Put a quantity of a lot into another lot of the item"},
		{"move", "move", "Bring a unit, or a quantity of a lot, to another place"},
		{"adjust", "adjust", "Correct the stock of a lot after a count"},
		{"scrap", "scrap", "Scrap a unit, or a quantity of a lot"},
		{"reassign", "reassign", "Move a unit to another order of its item"},
		{"reidentify", "reidentify", "Give a unit another serial, or an object a further name"},
		{"hold", "hold", "Lay a hold on a unit or lot"},
		{"unhold", "unhold", "End a hold"},
		{"ship", "ship", "Send a unit, or a quantity of a lot, to a customer"},
		{"return", "return", "Take back from a customer, or give back to a supplier"},
		{"field", "field", "Record what happened to a shipped unit at its customer"},
		{"operation", "perform-operation", "Record work done on an object or a whole order"},
		{"inspect", "record-inspection", "Record an inspection"},
		{"calibrate", "calibrate", "Record a calibration of an instrument"},
		{"nonconformity", "raise-nonconformity", "Raise a nonconformity (NCR)"},
		{"dispose", "dispose", "Decide what becomes of a nonconforming object"},
		{"deviation", "grant-deviation", "Grant a deviation: a permit before, or a concession after"},
		{"plan", "define-plan", "Define an inspection plan of an item"},
		{"tracking", "change-tracking", "Change from a date on how an item is followed"},
		{"uom", "define-uom", "Let quantities of an item be given in another unit"},
		{"approve-maker", "approve-maker", "Approve a maker of an item"},
		{"release-revision", "release-revision", "Release a draft revision of an item"},
		{"obsolete-revision", "obsolete-revision", "End the use of a revision in new orders"},
		{"void", "void", "Take back a fact that was recorded by mistake"},
	}
	orderCommands = []spoken{
		{"plan", "plan-order", "Plan a production order"},
		{"refresh", "refresh-order", "Let the BOM of a planned order follow the design"},
		{"succeed", "succeed-order", "Go on with units of a running order under a new sealed order BOM"},
		{"allocate", "allocate", "Keep a quantity of a lot for an order; 0 gives it free"},
		{"close", "close-order", "Close an order"},
		{"cancel", "cancel-order", "Cancel an order"},
	}
)

// say makes commands of the command line: a flag for each field, named as in
// the API with - for _. A field that holds others takes JSON.
func (a *app) say(all []spoken) []*cobra.Command {
	var cmds []*cobra.Command
	for _, s := range all {
		var id, past string
		cmd := &cobra.Command{Use: s.use, Short: s.short, Args: usage(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error {
			command := api.Commands[s.command]()
			if err := fill(cmd.Flags(), command); err != nil {
				return err
			}
			return a.with(cmd.Context(), store.Options{}, func(l *ledger.Ledger) error {
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

// fill puts what was said into the command, as the API would read it.
func fill(flags *pflag.FlagSet, command ledger.Command) error {
	said := map[string]json.RawMessage{}
	var wrong error
	eachField(reflect.TypeOf(command).Elem(), func(name string, t reflect.Type) {
		flag := flags.Lookup(flagOf(name))
		if !flag.Changed {
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
