package graph

import (
	"maps"
	"slices"
	"sort"
)

// Rows are kept in pages. A page that is full is packed by columns.
const (
	pageBits = 10
	pageRows = 1 << pageBits
	pageMask = pageRows - 1
)

// overMax is how many rows of a packed page may have changed before it is
// packed again.
const overMax = pageRows / 8

// table is rows of integers, of which the first is a number that grows from
// row to row. A table that a view holds never changes: who edits has a copy
// that shares its pages until it changes them.
type table struct {
	width  int
	n      uint32
	pages  []*page
	shared bool // the list of pages is a view's too
}

// page is pageRows rows: packed by columns, or as they are while it fills.
type page struct {
	first int64 // number of its first row
	cols  []column
	over  map[uint16][]int64 // rows that changed since it was packed
	raw   []int64
	owner *Edit
	// copied is the edit that has the raw rows to itself, and not only those
	// beyond what views see.
	copied *Edit
}

func (p *page) get(i, col, width int) int64 {
	if p.raw != nil {
		return p.raw[i*width+col]
	}
	if p.over != nil {
		if row, changed := p.over[uint16(i)]; changed {
			return row[col]
		}
	}
	return p.cols[col].get(i)
}

// get is one cell.
func (t *table) get(i uint32, col int) int64 {
	return t.pages[i>>pageBits].get(int(i&pageMask), col, t.width)
}

// row copies a row into to.
func (t *table) row(i uint32, to []int64) []int64 {
	p := t.pages[i>>pageBits]
	to = to[:t.width]
	for col := range to {
		to[col] = p.get(int(i&pageMask), col, t.width)
	}
	return to
}

// find is the first row that bears a number.
func (t *table) find(number int64) (uint32, bool) {
	after := sort.Search(len(t.pages), func(i int) bool { return t.pages[i].first >= number })
	for at := max(after-1, 0); at <= after && at < len(t.pages); at++ {
		first := uint32(at) << pageBits
		n := int(min(t.n-first, pageRows))
		p := t.pages[at]
		i := sort.Search(n, func(i int) bool { return p.get(i, 0, t.width) >= number })
		if i < n {
			return first + uint32(i), p.get(i, 0, t.width) == number
		}
	}
	return 0, false
}

// last is the number of the last row; 0 for none.
func (t *table) last() int64 {
	if t.n == 0 {
		return 0
	}
	return t.get(t.n-1, 0)
}

// copied is the table for an edit.
func (t *table) copied() table {
	c := *t
	c.shared = true
	return c
}

// append adds a row; its number must be above the last.
func (t *table) append(e *Edit, row []int64) uint32 {
	i := t.n
	if i&pageMask == 0 {
		t.pages = append(t.pages, &page{first: row[0], raw: make([]int64, 0, pageRows*t.width), owner: e, copied: e})
	}
	p := t.pages[i>>pageBits]
	if p.owner != e {
		// Views see the page as long as it was; the rows beyond are ours.
		p = &page{first: p.first, raw: p.raw, owner: e}
		t.change(i>>pageBits, p)
	}
	p.raw = append(p.raw, row...)
	t.n++
	if t.n&pageMask == 0 {
		t.change(i>>pageBits, p.packed(e, t.width))
	}
	return i
}

// change replaces a page in our own list.
func (t *table) change(at uint32, p *page) {
	if t.shared {
		t.pages = slices.Clone(t.pages)
		t.shared = false
	}
	t.pages[at] = p
}

// set changes a row.
func (t *table) set(e *Edit, i uint32, row []int64) {
	at, in := i>>pageBits, int(i&pageMask)
	p := t.pages[at]
	if p.raw != nil {
		if p.copied != e {
			p = &page{first: p.first, raw: append(make([]int64, 0, pageRows*t.width), p.raw...), owner: e, copied: e}
			t.change(at, p)
		}
		copy(p.raw[in*t.width:], row)
		return
	}
	if p.owner != e {
		p = &page{first: p.first, cols: p.cols, over: maps.Clone(p.over), owner: e}
		t.change(at, p)
	}
	if p.over == nil {
		p.over = map[uint16][]int64{}
	}
	p.over[uint16(in)] = slices.Clone(row)
	if len(p.over) > overMax {
		t.change(at, p.packed(e, t.width))
	}
}

// packed is a full page by columns.
func (p *page) packed(e *Edit, width int) *page {
	packed := &page{first: p.first, cols: make([]column, width), owner: e}
	values := make([]int64, pageRows)
	for col := range packed.cols {
		for i := range values {
			values[i] = p.get(i, col, width)
		}
		packed.cols[col] = pack(values)
	}
	return packed
}
