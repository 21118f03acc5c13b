package load

import (
	"fmt"
	"strconv"
	"time"
)

// made is a unit that waits to be put into the next level: its serial, and
// what it knows of the bad lot.
type made struct {
	serial string
	bad    bool
}

// batch builds n systems: an order for each level, and ships what is finished.
// The last batch of a plant stays in the house.
func (w *writer) batch(number, first, n int) {
	id := fmt.Sprintf("%04d", number)
	planned := w.tick(time.Hour)
	rf, ctrl, trx, radar := "RF-"+id, "CB-"+id, "TX-"+id, "RX-"+id
	spares := 2
	last := first+n >= w.plant.Systems
	w.now = w.now.Add(time.Hour)
	released := w.tick(time.Hour)
	closed := w.now.Add(20 * 24 * time.Hour).Format(time.RFC3339)
	open := closed
	if last {
		open = ""
	}
	w.row("orders", rf, "RF-BOARD", strconv.Itoa(4*n+spares), planned, released, closed, "", "")
	w.row("orders", ctrl, "CTRL-BOARD", strconv.Itoa(2*n), planned, released, closed, "", "")
	w.row("orders", trx, "TRX-200", strconv.Itoa(2*n), planned, released, closed, "", "")
	w.row("orders", radar, "RADAR-X1", strconv.Itoa(n), planned, released, open, "", "")
	w.issue(rf, "RES-10K", "30", 6*(4*n+spares))
	w.issue(ctrl, "RES-10K", "40", 4*2*n)
	w.issue(trx, "SCREW-M3", "40", 4*2*n)
	w.issue(radar, "SCREW-M3", "40", 8*n)
	rfBoards := w.boards(rf, "RF-BOARD", 4*n+spares, &w.serial.rf, 4)
	ctrlBoards := w.boards(ctrl, "CTRL-BOARD", 2*n, &w.serial.ctrl, 2)
	modules := w.modules(trx, rfBoards, ctrlBoards, n)
	w.systems(radar, number, first, n, modules, last)
	w.now = w.plant.Start.AddDate(0, 0, 30*number)
}

// issue gives an order all it needs of a part, from one lot or several.
func (w *writer) issue(order, part, find string, n int) {
	for n > 0 {
		some := min(n, bought[part].lotSize/2)
		lot := w.draw(part, some)
		w.row("issues", w.tick(time.Second), order, part, lot, strconv.Itoa(some), find, "store-1")
		n -= some
	}
}

// boards builds n boards: placed by machine, reflowed, tested.
func (w *writer) boards(order, part string, n int, serial *int, caps int) []made {
	pcb, chip, find := "PCB-RF", "IC-MIX", "40"
	if part == "CTRL-BOARD" {
		pcb, chip, find = "PCB-CTRL", "MCU-M7", "30"
	}
	machine := "SMT-" + strconv.Itoa(1+w.random.IntN(2))
	operator := "op-" + strconv.Itoa(1+w.random.IntN(6))
	boards := make([]made, n)
	for i := range boards {
		*serial++
		b := made{serial: fmt.Sprintf("%s%06d", part[:2], *serial)}
		capLot := w.draw(BadPart, caps)
		pcbLot, chipLot := w.draw(pcb, 1), w.draw(chip, 1)
		w.row("units", part, b.serial, order, w.tick(time.Second), "")
		w.install(part, b.serial, pcb, "", pcbLot, 1, "10", order, operator, machine)
		w.install(part, b.serial, BadPart, "", capLot, caps, "20", order, operator, machine)
		w.install(part, b.serial, chip, "", chipLot, 1, find, order, operator, machine)
		if capLot == BadLot {
			b.bad = true
			w.truth.BadBoards++
		}
		peak := strconv.Itoa(243 + w.random.IntN(6))
		w.row("operations", w.tick(time.Second), w.now.Add(6*time.Minute).Format(time.RFC3339), "reflow", order, part, b.serial,
			"SMT", "OVEN-2", operator, "REFLOW-7", "pass", peak)
		w.inspect("in-process", part, b.serial, 1, order, "leakage", 20+w.random.IntN(30), "nA", "0", "80", "pass", "DMM-04")
		boards[i] = b
	}
	return boards
}

func (w *writer) install(part, serial, component, componentSerial, lot string, n int, find, order, operator, machine string) {
	w.truth.Edges++
	w.row("installs", w.tick(time.Second), part, serial, component, componentSerial, lot, strconv.Itoa(n), find, order, operator, machine)
}

func (w *writer) inspect(stage, part, serial string, attempt int, order, what string, value int, uom, lower, upper, result, instrument string) {
	w.row("inspections", w.tick(time.Second), stage, part, serial, strconv.Itoa(attempt), part+"-"+stage, order, what,
		strconv.Itoa(value), uom, lower, upper, result, "qa-"+strconv.Itoa(1+w.random.IntN(3)), instrument)
}

// modules builds two transceivers a system. The first module of a batch that
// has a bad board fails its test; that board is swapped for a spare.
func (w *writer) modules(order string, rf, ctrl []made, n int) []made {
	spares := rf[4*n:]
	modules := make([]made, 2*n)
	for i := range modules {
		w.serial.trx++
		m := made{serial: fmt.Sprintf("TX%06d", w.serial.trx)}
		w.row("units", "TRX-200", m.serial, order, w.tick(time.Second), "")
		for _, board := range rf[2*i : 2*i+2] {
			w.install("TRX-200", m.serial, "RF-BOARD", board.serial, "", 1, "10", order, "op-7", "")
		}
		w.install("TRX-200", m.serial, "CTRL-BOARD", ctrl[i].serial, "", 1, "20", order, "op-7", "")
		w.install("TRX-200", m.serial, "SHIELD-T2", "", w.draw("SHIELD-T2", 1), 1, "30", order, "op-7", "")
		boards := []made{rf[2*i], rf[2*i+1], ctrl[i]}
		if rf[2*i].bad && len(spares) > 0 {
			boards[0] = spares[0]
			spares = spares[1:]
			w.swap(m.serial, rf[2*i].serial, boards[0].serial, order)
			w.truth.HadBeen = append(w.truth.HadBeen, m.serial)
		}
		for _, b := range boards {
			m.bad = m.bad || b.bad
		}
		w.inspect("final", "TRX-200", m.serial, 2, order, "gain", 28+w.random.IntN(5), "dB", "26", "34", "pass", "VNA-01")
		modules[i] = m
	}
	return modules
}

// swap is a module that fails, loses its board to scrap and gets a spare.
func (w *writer) swap(module, board, spare, order string) {
	w.inspect("final", "TRX-200", module, 1, order, "gain", 11, "dB", "26", "34", "fail", "VNA-01")
	w.row("removals", w.tick(time.Minute), "TRX-200", module, "RF-BOARD", board, "1", "scrap", "leakage after burn-in", "op-9")
	w.install("TRX-200", module, "RF-BOARD", spare, "", 1, "10", order, "op-9", "")
}

// systems builds the radars and ships them, all but those of the last batch.
func (w *writer) systems(order string, number, first, n int, modules []made, last bool) {
	for i := range n {
		serial := fmt.Sprintf("%06d", first+i+1)
		w.serial.psu++
		psu := fmt.Sprintf("P%06d", w.serial.psu)
		w.row("receipts", fmt.Sprintf("GR-P%d", number), w.tick(time.Second), "PSU-100", psu, "", "1", "VOLTARA",
			fmt.Sprintf("VP-%04d", number), "Voltara", "", fmt.Sprintf("COC-P%d", number), "Main/Store")
		w.row("units", "RADAR-X1", serial, order, w.tick(time.Second), "")
		a, b := modules[2*i], modules[2*i+1]
		w.install("RADAR-X1", serial, "TRX-200", a.serial, "", 1, "10", order, "op-8", "")
		w.install("RADAR-X1", serial, "TRX-200", b.serial, "", 1, "10", order, "op-8", "")
		w.install("RADAR-X1", serial, "PSU-100", psu, "", 1, "20", order, "op-8", "")
		w.install("RADAR-X1", serial, "HOUSING-X1", "", w.draw("HOUSING-X1", 1), 1, "30", order, "op-8", "")
		w.inspect("final", "RADAR-X1", serial, 1, order, "range", 38+w.random.IntN(5), "km", "36", "50", "pass", "VNA-01")
		bad := a.bad || b.bad
		if bad {
			w.truth.BadSystems = append(w.truth.BadSystems, serial)
		}
		if last {
			continue
		}
		c := customers[(number*3+i/10)%len(customers)]
		w.row("shipments", fmt.Sprintf("SH-%04d-%s", number, c.code), w.tick(time.Minute), c.code, "RADAR-X1", serial, "1",
			fmt.Sprintf("%s-%02d", c.system, 1+(first+i)%24), fmt.Sprintf("SO-%05d", number*7), c.name)
		if bad {
			w.truth.ByCustomer[c.code]++
		}
	}
}
