package web

import (
	"net/url"
	"reflect"
	"time"

	"lotline/internal/api"
)

// typedLayouts are how a browser's field for times gives one.
var typedLayouts = []string{"2006-01-02T15:04", "2006-01-02T15:04:05"}

// times are the fields of a form that hold a time.
func times(f *form, values url.Values) (all []string) {
	for _, sf := range spread(reflect.TypeOf(api.Commands[f.Command]()).Elem()) {
		if name := api.FieldName(sf); kindOf(sf.Type) == "moment" && values.Get(name) != "" {
			all = append(all, name)
		}
	}
	return all
}

// inUTC reads the times that were typed in the browser's zone. A date alone
// stays a date.
func inUTC(f *form, values url.Values, zone *time.Location) {
	for _, name := range times(f, values) {
		for _, layout := range typedLayouts {
			if at, err := time.ParseInLocation(layout, values.Get(name), zone); err == nil {
				values.Set(name, at.UTC().Format(time.RFC3339))
				break
			}
		}
	}
}

// fromUTC shows the times that a form is opened with in the browser's zone.
func fromUTC(f *form, values url.Values, zone *time.Location) {
	for _, name := range times(f, values) {
		if at, err := time.Parse(time.RFC3339, values.Get(name)); err == nil {
			values.Set(name, at.In(zone).Format("2006-01-02T15:04:05"))
		}
	}
}
