package load_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"lotline/internal/catalog"
	"lotline/internal/ledger"
	"lotline/internal/recall"
	"lotline/internal/store"
	"lotline/internal/store/storetest"
	"lotline/internal/trace"
	"lotline/internal/workbook"
	"lotline/test/load"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// TestThePlanIsTheTruth imports a made-up plant and asks who has the bad lot:
// the answer must be what the generator counted while it made the plant up.
func TestThePlanIsTheTruth(t *testing.T) {
	systems := 300
	if testing.Short() {
		systems = 120
	}
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		dir := t.TempDir()
		truth, err := load.Plant{Seed: 7, Systems: systems}.Folder(dir)
		if err != nil {
			t.Fatal(err)
		}
		l, err := ledger.On(t.Context(), open(), ledger.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		report, err := workbook.Import(t.Context(), l, dir, workbook.Options{})
		if err != nil || !report.OK() {
			t.Fatalf("%v %v", err, report.Problems)
		}
		if systems >= 300 {
			checkPlan(t, l, truth)
		}
		v, err := l.Verify(t.Context())
		if err != nil || len(v.Findings) > 0 {
			t.Errorf("%v %v", err, v.Findings)
		}
	})
}

func checkPlan(t *testing.T, l *ledger.Ledger, truth load.Truth) {
	t.Helper()
	err := l.Read(t.Context(), func(tx *store.Tx) error {
		plan, err := recall.Plan(tx, l.Company(), recall.Question{Any: []recall.Trigger{{SupplierLot: load.BadSupplierLot}}}, trace.Question{})
		if err != nil {
			return err
		}
		var systems []string
		boards := 0
		for _, o := range plan.Objects {
			if o.PartNumber == "RADAR-X1" && o.Serial != "" {
				systems = append(systems, o.Serial)
				if o.Certainty != "must" || o.Removed {
					t.Errorf("%s is %s, removed %v; want must", o.Ref, o.Certainty, o.Removed)
				}
			}
			if o.Serial != "" && (o.PartNumber == "RF-BOARD" || o.PartNumber == "CTRL-BOARD") {
				boards++
			}
		}
		slices.Sort(systems)
		if !slices.Equal(systems, truth.BadSystems) {
			t.Errorf("got %d systems, want %d", len(systems), len(truth.BadSystems))
		}
		if boards != truth.BadBoards {
			t.Errorf("got %d boards, want %d", boards, truth.BadBoards)
		}
		for _, c := range plan.ByCustomer {
			if c.Must != truth.ByCustomer[c.Customer] || c.May != 0 {
				t.Errorf("%s has %d must and %d may, want %d and 0", c.Customer, c.Must, c.May, truth.ByCustomer[c.Customer])
			}
		}
		if len(plan.ByCustomer) != len(truth.ByCustomer) {
			t.Errorf("%d customers, want %d", len(plan.ByCustomer), len(truth.ByCustomer))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheSamePlantTwiceIsTheSame(t *testing.T) {
	write := func() (all []string) {
		_, err := load.Plant{Seed: 3, Systems: 60}.Write(func(sheet string, row ...string) error {
			all = append(all, filepath.Join(append([]string{sheet}, row...)...))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if !slices.Equal(write(), write()) {
		t.Error("the same seed made two plants")
	}
}

// define is a command that changes little.
func define(i int) ledger.Command {
	return &catalog.DefinePartner{Code: fmt.Sprint("P", i), Name: "Partner", Role: "supplier"}
}
