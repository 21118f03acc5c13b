package graph

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
)

// magic begins a snapshot and bears the number of its format.
const magic = "lotline genealogy 1\n"

// ErrDamaged says that a snapshot is not what was written.
var ErrDamaged = errors.New("the snapshot is damaged")

// ErrForeign says that a snapshot is of something else, or of another format.
var ErrForeign = errors.New("the snapshot is of something else")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Save writes a view with what it is bound to, so that it can be loaded again
// instead of made from the tables.
func (v *View) Save(to io.Writer, bound string) error {
	sum := crc32.New(castagnoli)
	w := &saver{Writer: bufio.NewWriterSize(io.MultiWriter(to, sum), 1<<20)}
	_, _ = w.WriteString(magic) // the writer keeps its first error for Flush
	w.text(bound)
	w.number(v.Seq)
	w.view(v)
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := to.Write(binary.LittleEndian.AppendUint32(nil, sum.Sum32()))
	return err
}

// Load makes a graph of a snapshot that is bound to what admits says. It fails
// with ErrDamaged or ErrForeign.
func Load(data []byte, admits func(bound string, seq int64) bool) (*Graph, error) {
	if len(data) < len(magic)+4 {
		return nil, ErrDamaged
	}
	if string(data[:len(magic)]) != magic {
		return nil, ErrForeign
	}
	data, sum := data[:len(data)-4], binary.LittleEndian.Uint32(data[len(data)-4:])
	if crc32.Checksum(data, castagnoli) != sum {
		return nil, ErrDamaged
	}
	r := &restorer{data: data[len(magic):]}
	bound, seq := r.text(), r.number()
	if r.short || !admits(bound, seq) {
		return nil, ErrForeign
	}
	g := New()
	v := *g.View()
	v.Seq, v.Edits = seq, 1
	r.view(&v)
	if r.short || len(r.data) > 0 {
		return nil, fmt.Errorf("%w: it ends too soon or too late", ErrDamaged)
	}
	g.view.Store(&v)
	return g, nil
}

// saver writes numbers in little-endian order.
type saver struct{ *bufio.Writer }

func (w *saver) number(n int64) {
	_, _ = w.Write(binary.LittleEndian.AppendUint64(w.AvailableBuffer(), uint64(n)))
}

func (w *saver) numbers32(all ...uint32) {
	for _, n := range all {
		_, _ = w.Write(binary.LittleEndian.AppendUint32(w.AvailableBuffer(), n))
	}
}

func (w *saver) text(s string) {
	w.number(int64(len(s)))
	_, _ = w.WriteString(s)
}

func (w *saver) list32(all []uint32) {
	w.number(int64(len(all)))
	w.numbers32(all...)
}

func (w *saver) list64(all []uint64) {
	w.number(int64(len(all)))
	for _, n := range all {
		w.number(int64(n))
	}
}

func (w *saver) view(v *View) {
	w.number(int64(len(v.words.all)))
	for _, s := range v.words.all {
		w.text(s)
	}
	w.number(int64(len(v.items.all)))
	for _, i := range v.items.all {
		w.numbers32(i.part, i.revision, i.kind, i.origin)
	}
	w.number(int64(len(v.traits.all)))
	for _, t := range v.traits.all {
		w.numbers32(t.kind, t.certainty, t.position, t.group, t.order, t.deviation)
		w.number(t.line)
		w.number(t.fromOrder)
		w.number(t.before)
	}
	w.number(int64(len(v.deeds.all)))
	for _, d := range v.deeds.all {
		w.numbers32(d.term, d.order, d.customer, d.system, d.shipment, d.location, d.reason)
	}
	w.number(int64(v.names.n))
	for i, page := range v.names.pages {
		_, _ = w.Write(page[:min(arenaPage, v.names.n-uint64(i)*arenaPage)])
	}
	for _, t := range v.tables() {
		w.table(t.table)
	}
	for _, l := range []*links{&v.out, &v.in} {
		folded := l.fold(v.objects.n)
		w.list32(folded.off)
		w.list64(folded.ent)
	}
	for _, p := range v.multimaps() {
		w.list64(p.one())
	}
}

// one are all pairs in one run.
func (p *pairs) one() []uint64 {
	var all []uint64
	for _, run := range slices.Backward(p.runs) {
		all = merge(all, run)
	}
	return all
}

func (w *saver) table(t *table) {
	w.number(int64(t.n))
	for i, p := range t.pages {
		rows := int(min(t.n-uint32(i)<<pageBits, pageRows))
		if rows < pageRows {
			w.number(p.first)
			for _, cell := range p.raw[:rows*t.width] {
				w.number(cell)
			}
			return
		}
		if p.over != nil {
			p = p.packed(nil, t.width)
		}
		w.number(p.first)
		for _, c := range p.cols {
			w.number(c.base)
			w.number(c.scale)
			w.number(int64(c.width))
			w.text(string(c.data))
		}
	}
}
