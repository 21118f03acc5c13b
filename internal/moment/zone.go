package moment

import (
	"time"
	_ "time/tzdata" // zones are known on machines that have no database of them

	"lotline/internal/refuse"
)

// Zone is a time zone by its name in the IANA database, such as Europe/Vienna.
// The error is a *refuse.Refusal.
func Zone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, refuse.New(refuse.Invalid, "There is no time zone %s: name one as in Europe/Vienna.", shown(name)).At("zone")
	}
	return zone, nil
}
