package load

import "time"

// purchase is how a bought part comes in.
type purchase struct {
	name     string
	prefix   string // of its lots
	supplier string
	maker    string
	lotSize  int
}

var bought = map[string]purchase{
	BadPart:      {"Capacitor 10 µF 50 V", "C", BadSupplier, "Kaptek", 2_000},
	"RES-10K":    {"Resistor 10 kΩ", "R", "OHMWERK", "Ohmwerk", 10_000},
	"IC-MIX":     {"Mixer 9.4 GHz", "M", "SILICA", "Silica RF", 1_000},
	"MCU-M7":     {"Microcontroller M7", "U", "SILICA", "Silica", 800},
	"PCB-RF":     {"Bare board, RF", "PR", "LAMINA", "Lamina", 500},
	"PCB-CTRL":   {"Bare board, control", "PC", "LAMINA", "Lamina", 500},
	"SHIELD-T2":  {"Shield can T2", "S", "METALLO", "Metallo", 600},
	"HOUSING-X1": {"Housing X1", "H", "METALLO", "Metallo", 200},
	"SCREW-M3":   {"Screw M3×8", "W", "FIXIT", "Fixit", 20_000},
}

// boughtOrder fixes the order in which the bought parts are written.
var boughtOrder = []string{BadPart, "RES-10K", "IC-MIX", "MCU-M7", "PCB-RF", "PCB-CTRL", "SHIELD-T2", "HOUSING-X1", "SCREW-M3"}

// customer takes shipped systems into systems of its own.
type customer struct{ code, name, country, system string }

var customers = []customer{
	{"NORDWIND", "Nordwind Air Traffic", "NO", "TOWER"},
	{"KESTREL", "Kestrel Coast Guard", "GB", "CUTTER"},
	{"ALBATROS", "Albatros Ports", "PT", "PIER"},
	{"SIERRA", "Sierra Met Service", "ES", "STATION"},
}

// definitions writes everything that is there before the first order.
func (w *writer) definitions() {
	for _, s := range [][2]string{{BadSupplier, "Kaptek Components"}, {"OHMWERK", "Ohmwerk AG"}, {"SILICA", "Silica RF"},
		{"LAMINA", "Lamina Boards"}, {"METALLO", "Metallo Parts"}, {"FIXIT", "Fixit Fasteners"}, {"VOLTARA", "Voltara Power"}} {
		w.row("partners", s[0], s[1], "supplier", "quality@"+s[0]+".example", "DE", "")
	}
	for _, c := range customers {
		w.row("partners", c.code, c.name, "customer", "safety@"+c.code+".example", c.country, "")
	}
	w.row("catalogs", "capacitors", "capacitance", "text", "", "designed")
	w.row("catalogs", "capacitors", "voltage", "number", "V", "designed")
	w.items()
	w.boms()
	due := w.plant.Start.AddDate(3, 0, 0).Format(time.RFC3339)
	for _, i := range [][2]string{{"VNA-01", "Network analyser"}, {"DMM-04", "Multimeter"}} {
		w.row("instruments", i[0], i[1], w.plant.Start.Format(time.RFC3339), due, "pass")
	}
}

func (w *writer) items() {
	for _, part := range boughtOrder {
		b := bought[part]
		capacitance, voltage, catalog := "", "", ""
		if part == BadPart {
			catalog, capacitance, voltage = "capacitors", "10 µF", "50"
		}
		w.row("items", part, b.name, catalog, "EA", "lot", "buy", b.supplier, "30", capacitance, voltage)
	}
	w.row("items", "CAP-10U-63V", "Capacitor 10 µF 63 V", "capacitors", "EA", "lot", "buy", BadSupplier, "30", "10 µF", "63")
	w.row("items", "PSU-100", "Power supply 100 W", "", "EA", "serial", "buy", "VOLTARA", "45", "", "")
	w.row("items", "LABEL-X1", "Type label", "", "EA", "none", "buy", "FIXIT", "5", "", "")
	for _, made := range [][2]string{{"RF-BOARD", "RF board"}, {"CTRL-BOARD", "Control board"},
		{"TRX-200", "Transceiver module"}, {"RADAR-X1", "Radar system X1"}} {
		w.row("items", made[0], made[1], "", "EA", "serial", "make", "", "", "", "")
	}
}

func (w *writer) boms() {
	for _, line := range [][6]string{
		{"RF-BOARD", "10", "PCB-RF", "1", "", ""},
		{"RF-BOARD", "20", BadPart, "4", "C1 C2 C3 C4", "CAP-10U-63V"},
		{"RF-BOARD", "30", "RES-10K", "6", "R1 R2 R3 R4 R5 R6", ""},
		{"RF-BOARD", "40", "IC-MIX", "1", "U1", ""},
		{"CTRL-BOARD", "10", "PCB-CTRL", "1", "", ""},
		{"CTRL-BOARD", "20", BadPart, "2", "C1 C2", "CAP-10U-63V"},
		{"CTRL-BOARD", "30", "MCU-M7", "1", "U1", ""},
		{"CTRL-BOARD", "40", "RES-10K", "4", "R1 R2 R3 R4", ""},
		{"TRX-200", "10", "RF-BOARD", "2", "", ""},
		{"TRX-200", "20", "CTRL-BOARD", "1", "", ""},
		{"TRX-200", "30", "SHIELD-T2", "1", "", ""},
		{"TRX-200", "40", "SCREW-M3", "4", "", ""},
		{"RADAR-X1", "10", "TRX-200", "2", "", ""},
		{"RADAR-X1", "20", "PSU-100", "1", "", ""},
		{"RADAR-X1", "30", "HOUSING-X1", "1", "", ""},
		{"RADAR-X1", "40", "SCREW-M3", "8", "", ""},
		{"RADAR-X1", "50", "LABEL-X1", "1", "", ""},
	} {
		w.row("boms", line[:]...)
	}
}
