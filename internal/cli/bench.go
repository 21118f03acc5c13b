package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"lotline/internal/ledger"
	"lotline/internal/refuse"
	"lotline/internal/store"
	"lotline/internal/workbook"
	"lotline/test/load"

	"github.com/spf13/cobra"
)

// edgesPerSystem is how many edges a system of the made-up plant has.
const edgesPerSystem = 30

// benchLot is a lot that every plant has: about 500 boards are made with it.
const benchLot = "lot:" + load.BadPart + "/C-1001"

// benchParts are what can be measured.
var benchParts = []string{"graph", "import", "record", "load", "pages"}

// benchReport is what was measured, on which machine.
type benchReport struct {
	Machine    string      `json:"machine"`
	Seed       uint64      `json:"seed"`
	Imports    []importRun `json:"imports,omitempty"`
	Plants     []plantRun  `json:"plants,omitempty"`
	Recordings []recordRun `json:"recordings,omitempty"`
	Loads      []loadRun   `json:"loads,omitempty"`
	Pages      []pageRun   `json:"pages,omitempty"`
}

// importRun is the import of a plant's workbook.
type importRun struct {
	Engine  string  `json:"engine"`
	Rows    int     `json:"rows"`
	PerS    float64 `json:"rows_per_s"`
	PeakMiB float64 `json:"peak_mb"`
}

// benchPart is how many rows are taken at once where there are too many for one
// import.
const benchPart = 200_000

// bench measures one plant in a folder of its own.
type bench struct {
	app      *app
	ctx      context.Context
	edges    int
	seed     uint64
	postgres string
	dir      string
	times    int // how often a page is asked for
	report   benchReport
}

func (a *app) bench() *cobra.Command {
	b := bench{app: a, times: pageTimes}
	var only string
	cmd := &cobra.Command{
		Use: "bench", Short: "Measure this program on this machine", Args: usage(cobra.NoArgs),
		Long: "A plant of about so many edges is made up from a seed, imported and asked: traces from memory, from the tables, as a recursive statement, and as a walk over bare arrays. " +
			"Recording and a mixed load go over HTTP to a server in this process. Everything lies in a temporary folder, which is removed.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if only != "" && !slices.Contains(benchParts, only) {
				return misuse{fmt.Errorf("bench: --only is one of %s, not %q", strings.Join(benchParts, ", "), only)}
			}
			if b.edges < edgesPerSystem {
				return misuse{fmt.Errorf("bench: --edges is %d: it must be %d or more", b.edges, edgesPerSystem)}
			}
			b.ctx = cmd.Context()
			return b.run(only)
		},
	}
	cmd.Flags().IntVar(&b.edges, "edges", 100_000, "how many edges the plant has, about")
	cmd.Flags().Uint64Var(&b.seed, "seed", 1, "what the plant is made up from")
	cmd.Flags().StringVar(&only, "only", "", "measure one part: "+strings.Join(benchParts, ", "))
	cmd.Flags().StringVar(&b.postgres, "postgres", "", "an empty PostgreSQL database to measure too: postgres://…")
	return cmd
}

func (b *bench) run(only string) (err error) {
	if b.dir, err = os.MkdirTemp("", "lotline-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	b.report.Machine = fmt.Sprintf("%d cores, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	b.report.Seed = b.seed
	if only != "record" {
		for _, url := range b.databases("plant") {
			if err := b.plant(url, only); err != nil {
				return err
			}
		}
	}
	if only == "" || only == "record" {
		if err := b.recordings(); err != nil {
			return err
		}
	}
	return b.app.put(&b.report, func(w io.Writer) { b.report.print(w) })
}

// databases are the files and servers that are measured.
func (b *bench) databases(name string) []string {
	all := []string{filepath.Join(b.dir, name+".db")}
	if b.postgres != "" {
		all = append(all, b.postgres)
	}
	return all
}

// plant makes the plant up, imports it and measures what is asked of it.
func (b *bench) plant(url, only string) error {
	truth, err := b.importPlant(url)
	if err != nil || only == "import" {
		return err
	}
	if only == "" || only == "graph" {
		if err := b.graph(url, truth); err != nil {
			return err
		}
	}
	if only == "pages" || only == "" && len(truth.BadSystems) > 0 {
		if err := b.pages(url, truth); err != nil {
			return err
		}
	}
	if only == "" || only == "load" {
		return b.loadOn(url)
	}
	return nil
}

func (b *bench) open(url string, graph bool) (*ledger.Ledger, error) {
	snapshot := cmp.Or(ledger.SnapshotOf(url, ""), filepath.Join(b.dir, "server.graph"))
	return ledger.Open(b.ctx, url, ledger.Options{Graph: graph, Snapshot: snapshot, KeyFile: filepath.Join(b.dir, "key"), Store: store.Options{}})
}

func (b *bench) importPlant(url string) (load.Truth, error) {
	folder := filepath.Join(b.dir, "workbook")
	truth, err := load.Plant{Seed: b.seed, Systems: b.edges / edgesPerSystem}.Folder(folder)
	if err != nil {
		return truth, err
	}
	l, err := b.open(url, false)
	if err != nil {
		return truth, err
	}
	defer l.Close()
	options := workbook.Options{By: "bench", Progress: b.app.progress()}
	if truth.Rows > workbook.RowsMax {
		options.InParts = benchPart
	}
	peak, begin := watchMemory(), time.Now()
	report, err := workbook.Import(b.ctx, l, folder, options)
	b.app.progressEnd()
	run := importRun{Engine: l.DB().Engine(), Rows: truth.Rows, PerS: float64(truth.Rows) / time.Since(begin).Seconds(), PeakMiB: float64(peak()) / (1 << 20)}
	if err == nil && !report.OK() {
		err = refuse.New(refuse.Invalid, "The plant cannot be imported: %s.", report.Problems[0])
	}
	b.report.Imports = append(b.report.Imports, run)
	return truth, err
}

// watchMemory samples the heap until the answer, its peak in bytes, is asked for.
func watchMemory() func() uint64 {
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var m runtime.MemStats
		var most uint64
		for {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-peak
	}
}
