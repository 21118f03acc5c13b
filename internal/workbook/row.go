package workbook

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strconv"
	"strings"

	"lotline/internal/moment"
	"lotline/internal/name"
	"lotline/internal/quantity"
)

// row is one row of a sheet, its cells in canonical form by column.
type row struct {
	sheet  *Sheet
	number int64
	cells  []string
	extra  []string // names and values of properties or parameters, in turn
}

// The cells by the name of their column; not given is the zero value.

func (r *row) text(column string) string { return r.cells[r.sheet.must(column)] }

func (r *row) yes(column string) bool { return r.text(column) == "true" }

func (r *row) integer(column string) int64 {
	n, _ := strconv.ParseInt(r.text(column), 10, 64) // canonical, or empty
	return n
}

func (r *row) amount(column string) quantity.Quantity { return quantity.Quantity(r.integer(column)) }

func (r *row) time(column string) moment.Time { return moment.Time(r.integer(column)) }

// list divides a list at any of the separators.
func (r *row) list(column, separators string) []string {
	var all []string
	for _, piece := range strings.FieldsFunc(r.text(column), func(c rune) bool { return strings.ContainsRune(separators, c) }) {
		if piece = strings.TrimSpace(piece); piece != "" {
			all = append(all, piece)
		}
	}
	return all
}

const (
	anySeparator = " ,;\t\n\r\u00a0"
	listed       = ";\n\r"
)

// extras are the properties or parameters that have a value.
func (r *row) extras() map[string]string {
	if len(r.extra) == 0 {
		return nil
	}
	all := make(map[string]string, len(r.extra)/2)
	for i := 0; i < len(r.extra); i += 2 {
		all[r.extra[i]] = r.extra[i+1]
	}
	return all
}

// encode appends the row for the sort; the sheet and the number stand beside it.
func (r *row) encode(to []byte) []byte {
	for _, cell := range r.cells {
		to = appendText(to, cell)
	}
	for _, text := range r.extra {
		to = appendText(to, text)
	}
	return to
}

func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

var errCut = errors.New("a sorted row is cut off: the disk of temporary files is damaged")

// decode reads what encode wrote.
func decode(sheet *Sheet, number int64, data []byte) (*row, error) {
	r := &row{sheet: sheet, number: number, cells: make([]string, len(sheet.Columns))}
	all := string(data)
	for i := 0; len(all) > 0 || i < len(r.cells); i++ {
		size, n := uvarint(all)
		if n <= 0 || uint64(len(all)-n) < size {
			return nil, errCut
		}
		text := all[n : n+int(size)]
		all = all[n+int(size):]
		if i < len(r.cells) {
			r.cells[i] = text
		} else {
			r.extra = append(r.extra, text)
		}
	}
	return r, nil
}

func uvarint(text string) (uint64, int) {
	var buf [binary.MaxVarintLen64]byte
	n := copy(buf[:], text)
	return binary.Uvarint(buf[:n])
}

// contentKey is a text that only rows with the same content have. It begins
// with the time, so that the keys of an import come in order, and the
// database need not look for their place.
func (r *row) contentKey() string {
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(r.time("at"))^1<<63)
	return inOrder.EncodeToString(at[:]) + r.sheet.Name + "=" + r.content()
}

// inOrder encodes so that texts compare as the bytes do.
var inOrder = base64.NewEncoding("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz").WithPadding(base64.NoPadding)

// content is the hash of what the row says: all but its own number and the
// order of its recording.
func (r *row) content() string {
	id, numbered := r.sheet.at["id"]
	order, ordered := r.sheet.at[recorded]
	var buf [512]byte
	data := append(buf[:0], r.sheet.Name...)
	for i, cell := range r.cells {
		if cell != "" && !(numbered && i == id) && !(ordered && i == order) {
			data = append(data, 0)
			data = append(data, r.sheet.Columns[i].Name...)
			data = append(data, '=')
			data = append(data, cell...)
		}
	}
	for _, text := range r.extra {
		data = append(append(data, 1), text...)
	}
	sum := sha256.Sum256(data)
	return base64.RawURLEncoding.EncodeToString(sum[:contentBytes])
}

// contentBytes of a hash tell any two rows of one instant apart.
const contentBytes = 12

// names gives what the row makes or names, as texts that compare: "unit", its
// part number, its serial.
func (r *row) names(all []ref) []string {
	var names []string
	for _, one := range all {
		key := one.kind
		for _, either := range one.parts {
			cell := ""
			for _, i := range either {
				if cell = r.cells[i]; cell != "" {
					break
				}
			}
			if cell == "" {
				key = ""
				break
			}
			key += "\x00" + cell
		}
		if key != "" {
			names = append(names, r.ranges(key)...)
		}
	}
	return names
}

// ranges gives a unit whose serial is a range as all of its units.
func (r *row) ranges(key string) []string {
	unit, serial, ok := strings.Cut(key, "\x00")
	if !ok || unit != "unit" || !strings.ContainsAny(serial, "-~,;") {
		return []string{key}
	}
	part, serial, _ := strings.Cut(serial, "\x00")
	all, err := name.Serials(serial)
	if err != nil {
		return []string{key}
	}
	for i := range all {
		all[i] = unit + "\x00" + part + "\x00" + all[i]
	}
	return append(all, key)
}
