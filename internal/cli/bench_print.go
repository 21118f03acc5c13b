package cli

import (
	"fmt"
	"io"
)

// print writes what was measured as tables.
func (r *benchReport) print(w io.Writer) {
	fmt.Fprintf(w, "Machine: %s. Seed %d.\n", r.Machine, r.Seed)
	var rows [][]string
	for _, i := range r.Imports {
		rows = append(rows, []string{i.Engine, fmt.Sprint(i.Rows), whole(i.PerS), whole(i.PeakMiB)})
	}
	section(w, "Import of a workbook", []string{"ENGINE", "ROWS", "ROWS/S", "PEAK MIB"}, rows)
	for _, p := range r.Plants {
		rows = nil
		for _, q := range p.Questions {
			rows = append(rows, []string{q.Question, fmt.Sprint(q.Objects), fmt.Sprint(q.Edges), fmt.Sprintf("%.3f", q.Walk), fmt.Sprintf("%.3f", q.Count), part(q.Memory), part(q.Tables), part(q.CTE), fmt.Sprintf("%.3f", q.Bare)})
		}
		section(w, fmt.Sprintf("Traces, %d edges and %d objects on %s", p.Edges, p.Objects, p.Engine),
			[]string{"QUESTION", "OBJECTS", "EDGES", "WALK MS", "COUNT MS", "MEMORY MS", "TABLES MS", "RECURSIVE MS", "BARE MS"}, rows)
		fmt.Fprintf(w, "A reach takes %s ns an edge in memory with classes and times, bare arrays %s: %.1f times as long. Memory holds %s bytes an edge, objects included; ready after %s ms from the tables, %s ms from a snapshot.\n",
			part(p.ReachNs), part(p.BareNs), p.RatioBare, part(p.BytesPerEdge), whole(p.ReadyColdMs), whole(p.ReadySnapMs))
	}
	rows = nil
	for _, x := range r.Pages {
		rows = append(rows, []string{x.Engine, x.Page, fmt.Sprint(x.Bytes), fmt.Sprint(x.Times), part(x.P50), part(x.P99)})
	}
	section(w, "Pages, at the server, one after the other", []string{"ENGINE", "PAGE", "BYTES", "TIMES", "P50 MS", "P99 MS"}, rows)
	rows = nil
	for _, x := range r.Recordings {
		rows = append(rows, []string{x.Engine, fmt.Sprint(x.Clients), whole(x.PerS), part(x.P50), part(x.P99)})
	}
	section(w, "Recording over HTTP", []string{"ENGINE", "CLIENTS", "COMMANDS/S", "P50 MS", "P99 MS"}, rows)
	rows = nil
	for _, x := range r.Loads {
		rows = append(rows, []string{x.Engine, x.Question, fmt.Sprint(x.Clients), fmt.Sprint(x.Bytes), part(x.P50), part(x.P99), part(x.P999)})
	}
	section(w, "Questions over HTTP while clients record", []string{"ENGINE", "QUESTION", "CLIENTS", "BYTES", "P50 MS", "P99 MS", "P99.9 MS"}, rows)
}

func section(w io.Writer, title string, head []string, rows [][]string) {
	if len(rows) > 0 {
		fmt.Fprintf(w, "\n%s\n", title)
		table(w, head, rows)
	}
}

func whole(x float64) string { return fmt.Sprintf("%.0f", x) }
func part(x float64) string  { return fmt.Sprintf("%.1f", x) }
