package report

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// renumbered is a PDF with its objects numbered in the order in which they are
// reached: binding numbers them by chance, and the same documents shall be the
// same bytes.
func renumbered(body []byte) ([]byte, error) {
	read, err := api.ReadContext(bytes.NewReader(body), reading())
	if err != nil {
		return nil, fmt.Errorf("number the objects anew: %w", err)
	}
	n := &numbering{table: read.Table, now: map[int]int{}}
	n.reach(*read.Root)
	if read.Info != nil {
		n.reach(*read.Info)
	}
	table := map[int]*model.XRefTableEntry{0: read.Table[0]}
	for old, now := range n.now {
		entry := read.Table[old]
		entry.Object = n.patched(entry.Object)
		table[now] = entry
	}
	root := n.patched(*read.Root).(types.IndirectRef)
	read.Root = &root
	if read.Info != nil {
		info := n.patched(*read.Info).(types.IndirectRef)
		read.Info = &info
	}
	size := len(table)
	read.Table, read.Size, read.MaxObjNr = table, &size, size-1
	if err := api.ValidateContext(read); err != nil {
		return nil, fmt.Errorf("number the objects anew: %w", err)
	}
	var out bytes.Buffer
	if err := api.WriteContext(read, &out); err != nil {
		return nil, fmt.Errorf("number the objects anew: %w", err)
	}
	return ordered(out.Bytes())
}

// numbering gives objects numbers as they are reached.
type numbering struct {
	table map[int]*model.XRefTableEntry
	now   map[int]int // by the old number
}

// reach numbers an object and all below it, dictionaries by name.
func (n *numbering) reach(o types.Object) {
	waiting := []types.Object{o}
	for len(waiting) > 0 {
		o := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		var below []types.Object
		switch o := o.(type) {
		case types.IndirectRef:
			old := int(o.ObjectNumber)
			entry := n.table[old]
			if _, known := n.now[old]; known || entry == nil || entry.Free {
				continue
			}
			n.now[old] = len(n.now) + 1
			below = []types.Object{entry.Object}
		case types.Array:
			below = o
		default:
			d := dictOf(o)
			for _, name := range slices.Sorted(maps.Keys(d)) {
				below = append(below, d[name])
			}
		}
		for _, o := range slices.Backward(below) {
			waiting = append(waiting, o)
		}
	}
}

// dictOf is the dictionary of an object; nil where it has none.
func dictOf(o types.Object) types.Dict {
	switch o := o.(type) {
	case types.Dict:
		return o
	case types.StreamDict:
		return o.Dict
	case *types.StreamDict:
		return o.Dict
	}
	return nil
}

// patched is an object with the new numbers in what it refers to; a reference
// to nothing is null (ISO 32000-2, 7.3.10).
func (n *numbering) patched(o types.Object) types.Object {
	switch o := o.(type) {
	case types.IndirectRef:
		now, ok := n.now[int(o.ObjectNumber)]
		if !ok {
			return nil
		}
		return *types.NewIndirectRef(now, 0)
	case types.Array:
		for i := range o {
			o[i] = n.patched(o[i])
		}
	default:
		d := dictOf(o)
		for name := range d {
			d[name] = n.patched(d[name])
		}
	}
	return o
}

// ordered is a PDF with its objects in the order of their numbers. It reads the
// table of objects at the end of the file (ISO 32000-2, 7.5.4).
func ordered(body []byte) ([]byte, error) {
	wrong := errors.New("the table of objects of the bound document cannot be read")
	last := bytes.LastIndex(body, []byte("startxref"))
	var at, size int
	if _, err := fmt.Sscanf(string(body[max(last, 0):]), "startxref\n%d", &at); last < 0 || err != nil || at >= last {
		return nil, wrong
	}
	trailer := bytes.Index(body[at:], []byte("trailer"))
	lines := bytes.Fields(bytes.TrimPrefix(body[at:at+max(trailer, 0)], []byte("xref")))
	if len(lines) < 2 {
		return nil, wrong
	}
	size, err := strconv.Atoi(string(lines[1]))
	if err != nil || string(lines[0]) != "0" || len(lines) != 2+3*size {
		return nil, wrong
	}
	from, ends := make([]int, size), []int{at}
	for i := range from {
		if string(lines[2+3*i+2]) == "n" {
			from[i], _ = strconv.Atoi(string(lines[2+3*i])) // ten digits
			ends = append(ends, from[i])
		}
	}
	slices.Sort(ends)
	out := bytes.NewBuffer(slices.Clone(body[:ends[0]]))
	table := fmt.Sprintf("xref\n0 %d\n", size)
	for _, begin := range from {
		if begin == 0 {
			table += "0000000000 65535 f \n"
			continue
		}
		table += fmt.Sprintf("%010d 00000 n \n", out.Len())
		next, _ := slices.BinarySearch(ends, begin)
		out.Write(body[begin:ends[next+1]])
	}
	now := out.Len()
	out.WriteString(table)
	out.Write(body[at+trailer : last])
	fmt.Fprintf(out, "startxref\n%d\n%%%%EOF\n", now)
	return out.Bytes(), nil
}
