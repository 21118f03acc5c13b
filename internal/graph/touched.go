package graph

import "slices"

// touchBits is how many objects share a page of touches, in bits.
const (
	touchBits = 8
	touchRows = 1 << touchBits
)

// touches tell by which edit the arcs out of an object may have changed last;
// nothing is kept of what was there from the beginning.
type touches struct {
	pages  []*touchPage
	shared bool // the list of pages is a view's too
}

type touchPage struct {
	last [touchRows]uint32
	edit uint32 // that has the page to itself
}

// touch notes that an object is not what it was.
func (e *Edit) touch(i uint32) {
	if e.v.Seq == 0 { // nobody has seen it yet
		return
	}
	t := &e.v.touched
	if t.shared {
		t.pages, t.shared = slices.Clone(t.pages), false
	}
	at := int(i >> touchBits)
	for len(t.pages) <= at {
		t.pages = append(t.pages, nil)
	}
	p := t.pages[at]
	if p == nil {
		p = &touchPage{edit: e.v.Edits}
		t.pages[at] = p
	} else if p.edit != e.v.Edits {
		p = &touchPage{last: p.last, edit: e.v.Edits}
		t.pages[at] = p
	}
	p.last[i&(touchRows-1)] = e.v.Edits
	e.v.Touches++
}

// TouchedSince says whether an object may have changed after an edit.
func (v *View) TouchedSince(i, edit uint32) bool {
	at := int(i >> touchBits)
	if at >= len(v.touched.pages) || v.touched.pages[at] == nil {
		return false
	}
	return v.touched.pages[at].last[i&(touchRows-1)] > edit
}
