package recall

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"lotline/internal/moment"
	"lotline/internal/refuse"
)

// Trigger selects the objects a recall starts from: all fields that are given
// must match. A window includes both ends; a date alone as its end is the end
// of that day in the zone, UTC where none is given.
type Trigger struct {
	Object           string `json:"object,omitempty" help:"a lot or unit: PART/NAME"`
	Supplier         string `json:"supplier,omitempty" help:"a supplier's code"`
	SupplierLot      string `json:"supplier_lot,omitempty" help:"the supplier's number of a lot"`
	MakerLot         string `json:"manufacturer_lot,omitempty" help:"the manufacturer's number of a lot"`
	Certificate      string `json:"certificate,omitempty" help:"a certificate"`
	Heat             string `json:"heat,omitempty" help:"a heat"`
	DateCode         string `json:"date_code,omitempty" help:"a date code"`
	PartNumber       string `json:"part_number,omitempty" help:"an item; of an untracked one, the units whose order BOM has it, as may"`
	Revision         string `json:"revision,omitempty" help:"a revision of the item"`
	Serials          string `json:"serials,omitempty" help:"serials of the item: 1-50, A001~A010, A001~+9"`
	Order            string `json:"order,omitempty" help:"an order: its lots and units"`
	Operation        string `json:"operation,omitempty" help:"an operation"`
	WorkCenter       string `json:"work_center,omitempty" help:"a work center"`
	Machine          string `json:"machine,omitempty" help:"a machine"`
	Operator         string `json:"operator,omitempty" help:"who did the work"`
	Program          string `json:"program,omitempty" help:"a program"`
	Tool             string `json:"tool,omitempty" help:"a tool"`
	Parameter        string `json:"parameter,omitempty" help:"a parameter of operations that was outside its limits"`
	ParameterLower   string `json:"parameter_lower,omitempty" help:"its lower limit"`
	ParameterUpper   string `json:"parameter_upper,omitempty" help:"its upper limit"`
	Characteristic   string `json:"characteristic,omitempty" help:"what inspections measured; outside the limits, where any are given"`
	Lower            string `json:"lower,omitempty" help:"its lower limit"`
	Upper            string `json:"upper,omitempty" help:"its upper limit"`
	Plan             string `json:"plan,omitempty" help:"an inspection plan"`
	Result           string `json:"result,omitempty" help:"the result of inspections: pass, fail, na"`
	Inspector        string `json:"inspector,omitempty" help:"who inspected"`
	Instrument       string `json:"instrument,omitempty" help:"what measured"`
	SinceCalibration bool   `json:"since_calibration,omitempty" help:"only what the instrument measured after its last good calibration before it failed one, up to then"`
	Nonconformity    string `json:"nonconformity,omitempty" help:"what a nonconformity is about"`
	Document         string `json:"document,omitempty" help:"what a document goes with"`
	DocumentRevision string `json:"document_revision,omitempty" help:"a revision of the document"`
	Customer         string `json:"customer,omitempty" help:"what was sent to a customer"`
	From             string `json:"from,omitempty" help:"begin of the window (RFC 3339 or a date)"`
	To               string `json:"to,omitempty" help:"end of the window; a date alone is the end of that day"`
	Zone             string `json:"zone,omitempty" help:"the time zone of dates, as Europe/Vienna; UTC when left out"`
}

// Question is what a plan is asked: the triggers, any of which may match.
type Question struct {
	Any []Trigger `json:"any"`
}

// triggersMax is how many triggers one question may have.
const triggersMax = 100

// Fields are the fields of a trigger: their names in JSON and what they take.
func Fields() (all []Field) {
	t := reflect.TypeFor[Trigger]()
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		all = append(all, Field{Name: name, Help: f.Tag.Get("help"), Flag: f.Type.Kind() == reflect.Bool})
	}
	return all
}

// Field is a field of a trigger; one that is a flag is true or false.
type Field struct {
	Name, Help string
	Flag       bool
}

// ReadTrigger reads a trigger from parameters of its fields' names.
func ReadTrigger(get func(name string) string) (t Trigger, err error) {
	v := reflect.ValueOf(&t).Elem()
	for i, f := range Fields() {
		switch text := strings.TrimSpace(get(f.Name)); {
		case !f.Flag:
			v.Field(i).SetString(text)
		case text == "true" || text == "false" || text == "":
			v.Field(i).SetBool(text == "true")
		default:
			return t, refuse.New(refuse.Invalid, "%s is %q: it must be true or false.", f.Name, text).At(f.Name)
		}
	}
	return t, nil
}

// ReadQuestion reads the JSON of a question, {"any": […]}, or of one trigger.
func ReadQuestion(text []byte) (q Question, err error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return q, refuse.New(refuse.Invalid, `The trigger is not JSON such as {"supplier_lot": "S-991"}: %v.`, err).At("any")
	}
	into := any(&q)
	if _, several := fields["any"]; !several {
		q.Any = make([]Trigger, 1)
		into = &q.Any[0]
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return q, refuse.New(refuse.Invalid, "The trigger cannot be read: %s.", strings.TrimPrefix(err.Error(), "json: ")).At("any")
	}
	return q, nil
}

// String is the trigger as people say it: the fields that are given.
func (t Trigger) String() string {
	var all []string
	v := reflect.ValueOf(t)
	for i, f := range Fields() {
		if !v.Field(i).IsZero() {
			all = append(all, fmt.Sprintf("%s %v", strings.ReplaceAll(f.Name, "_", " "), v.Field(i)))
		}
	}
	return strings.Join(all, ", ")
}

// window are the ends of a trigger's window; 0 where it is open.
func (t *Trigger) window() (from, to moment.Time, err error) {
	zone := time.UTC
	if t.Zone != "" {
		if zone, err = moment.Zone(t.Zone); err != nil {
			return 0, 0, at("zone", err)
		}
	}
	if t.From != "" {
		if from, err = moment.Parse(t.From, zone); err != nil {
			return 0, 0, at("from", err)
		}
	}
	if t.To != "" {
		if to, err = moment.EndOf(t.To, zone); err != nil {
			return 0, 0, at("to", err)
		}
	}
	if from != 0 && to != 0 && to < from {
		return 0, 0, refuse.New(refuse.Invalid, "The window ends on %s, before it begins on %s: exchange them.", to, from).At("to")
	}
	return from, to, nil
}

// at names the field that a refusal is about.
func at(field string, err error) error {
	if refusal, ok := refuse.As(err); ok {
		return refusal.At(field)
	}
	return err
}
