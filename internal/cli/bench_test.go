package cli

import (
	"bytes"
	"encoding/json"
	"testing"
)

// TestBenchMeasuresAllWays runs the smallest bench: it says nothing about speed,
// but every way answers, and the names are those that others read.
func TestBenchMeasuresAllWays(t *testing.T) {
	var out, failed bytes.Buffer
	if code := Main([]string{"bench", "--edges", "300", "--only", "graph", "--json"}, nil, &out, &failed); code != 0 {
		t.Fatalf("exit %d: %s", code, failed.String())
	}
	var got struct {
		Imports []map[string]any
		Plants  []map[string]any
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"edges", "reach_ns_per_edge", "bare_ns_per_edge", "ratio_to_bare", "ratio_to_sqlite", "bytes_per_edge", "ready_cold_ms", "ready_snapshot_ms"} {
		if n, ok := got.Plants[0][name].(float64); !ok || n <= 0 {
			t.Errorf("%s is %v", name, got.Plants[0][name])
		}
	}
	for _, name := range []string{"rows", "rows_per_s", "peak_mb"} {
		if n, ok := got.Imports[0][name].(float64); !ok || n <= 0 {
			t.Errorf("%s is %v", name, got.Imports[0][name])
		}
	}
	if code := Main([]string{"bench", "--only", "nothing"}, nil, &out, &failed); code != 2 {
		t.Errorf("--only nothing ends with %d, want 2", code)
	}
}
