package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// Documents come with their type and a name for their file; what is not there
// is refused as a problem.
func TestReportsOverTheAPI(t *testing.T) {
	each(t, func(c client) {
		c.plant()
		for _, r := range []struct{ path, kind, disposition, begins string }{
			{"orders/WO-1/report.pdf", "application/pdf", `inline; filename=as-built-order-WO-1.pdf`, "%PDF-"},
			{"orders/WO-1/report.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", `attachment; filename=as-built-order-WO-1.xlsx`, "PK"},
			{"lots/report.pdf?object=AXLE/A-1", "application/pdf", `inline; filename=lot-AXLE-A-1.pdf`, "%PDF-"},
		} {
			answer, err := http.Get(c.url + r.path)
			if err != nil {
				c.Fatal(err)
			}
			body, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if err != nil || answer.StatusCode != http.StatusOK || !strings.HasPrefix(string(body), r.begins) {
				c.Errorf("%s: %d %v %.80q", r.path, answer.StatusCode, err, body)
			}
			if got := answer.Header.Get("Content-Type"); got != r.kind {
				c.Errorf("%s: the type is %q", r.path, got)
			}
			if got := answer.Header.Get("Content-Disposition"); got != r.disposition {
				c.Errorf("%s: the disposition is %q, want %q", r.path, got, r.disposition)
			}
		}
		for _, path := range []string{"orders/x/report.pdf", "units/report.pdf?object=x/y", "recalls/x/report.xlsx", "recall/drills/x/report.pdf", "shipments/x/report.pdf", "nonconformities/x/report.pdf"} {
			status, p, h := c.send("GET", path, "", nil)
			c.refused(path, status, p, h, "")
		}
	})
}
