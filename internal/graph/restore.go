package graph

import (
	"encoding/binary"
	"slices"
)

// restorer reads what a saver wrote; short says that there was too little.
type restorer struct {
	data  []byte
	short bool
}

// take is the next n bytes; nil where there are not so many.
func (r *restorer) take(n int64) []byte {
	if n < 0 || n > int64(len(r.data)) {
		r.short, r.data = true, nil
		return nil
	}
	part := r.data[:n]
	r.data = r.data[n:]
	return part
}

func (r *restorer) number() int64 {
	if part := r.take(8); part != nil {
		return int64(binary.LittleEndian.Uint64(part))
	}
	return 0
}

func (r *restorer) number32() uint32 {
	if part := r.take(4); part != nil {
		return binary.LittleEndian.Uint32(part)
	}
	return 0
}

func (r *restorer) text() string { return string(r.take(r.number())) }

// count is how many elements of at least so many bytes follow.
func (r *restorer) count(size int64) int {
	n := r.number()
	if n < 0 || n > int64(len(r.data))/size {
		r.short, r.data = true, nil
		return 0
	}
	return int(n)
}

func (r *restorer) list32() []uint32 {
	all := make([]uint32, r.count(4))
	part := r.take(4 * int64(len(all)))
	for i := range all {
		all[i] = binary.LittleEndian.Uint32(part[4*i:])
	}
	return all
}

func (r *restorer) list64() []uint64 {
	all := make([]uint64, r.count(8))
	part := r.take(8 * int64(len(all)))
	for i := range all {
		all[i] = binary.LittleEndian.Uint64(part[8*i:])
	}
	return all
}

// restored are codes as they were numbered.
func restored[T comparable](n int, next func() T) codes[T] {
	c := newCodes[T]()
	c.all = c.all[:0]
	for i := range n {
		c.all = append(c.all, next())
		c.index[c.all[i]] = uint32(i)
	}
	return c
}

func (r *restorer) view(v *View) {
	v.words = restored(r.count(8), r.text)
	v.items = restored(r.count(16), func() item { return item{r.number32(), r.number32(), r.number32(), r.number32()} })
	v.traits = restored(r.count(48), func() trait {
		return trait{r.number32(), r.number32(), r.number32(), r.number32(), r.number32(), r.number32(), r.number(), r.number(), r.number()}
	})
	v.deeds = restored(r.count(28), func() deed {
		return deed{r.number32(), r.number32(), r.number32(), r.number32(), r.number32(), r.number32(), r.number32()}
	})
	v.names.n = uint64(r.number())
	for at := uint64(0); at < v.names.n && !r.short; at += arenaPage {
		page := new([arenaPage]byte)
		copy(page[:], r.take(int64(min(arenaPage, v.names.n-at))))
		v.names.pages = append(v.names.pages, page)
	}
	for _, t := range v.tables() {
		t.table.width = t.width
		r.table(t.table)
	}
	for _, l := range []*links{&v.out, &v.in} {
		*l = links{off: r.list32(), ent: r.list64()}
	}
	for _, p := range v.multimaps() {
		if run := r.list64(); len(run) > 0 {
			*p = pairs{runs: [][]uint64{run}}
		}
	}
}

func (r *restorer) table(t *table) {
	t.n = uint32(r.number())
	for first := uint64(0); first < uint64(t.n) && !r.short; first += pageRows {
		p := &page{first: r.number()}
		t.pages = append(t.pages, p)
		if rows := uint64(t.n) - first; rows < pageRows {
			p.raw = make([]int64, int(rows)*t.width, pageRows*t.width)
			for i := range p.raw {
				p.raw[i] = r.number()
			}
			return
		}
		p.cols = make([]column, t.width)
		for i := range p.cols {
			p.cols[i] = column{base: r.number(), scale: r.number(), width: uint8(r.number()), data: slices.Clone(r.take(r.number()))}
		}
	}
}
