package recall

import (
	"time"

	"lotline/internal/moment"
)

// ReadTrigger reads a trigger from parameters of its fields' names; a window's
// end that is a date alone is the end of that day.
func ReadTrigger(get func(name string) string) (t Trigger, err error) {
	t = Trigger{
		Object: get("object"), Supplier: get("supplier"), SupplierLot: get("supplier_lot"), MakerLot: get("manufacturer_lot"),
		Certificate: get("certificate"), Heat: get("heat"), DateCode: get("date_code"), Order: get("order"),
		PartNumber: get("part_number"), Revision: get("revision"), Operation: get("operation"), WorkCenter: get("work_center"),
		Machine: get("machine"), Operator: get("operator"), Program: get("program"), Tool: get("tool"),
	}
	if text := get("from"); text != "" {
		if t.From, err = moment.Parse(text, time.UTC); err != nil {
			return t, err
		}
	}
	if text := get("to"); text != "" {
		t.To, err = moment.EndOf(text, time.UTC)
	}
	return t, err
}
