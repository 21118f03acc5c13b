package graph

import "slices"

// pairs lead from a key to values, several to a key: key<<32 | value, sorted,
// in a few runs of which each is much longer than the next. Runs never change.
type pairs struct{ runs [][]uint64 }

// with are the pairs and some more, which it may keep and sort. Their values
// are above all values of before.
func (p pairs) with(more []uint64) pairs {
	if len(more) == 0 {
		return p
	}
	slices.Sort(more)
	runs := append(slices.Clone(p.runs), more)
	for len(runs) > 1 {
		a, b := runs[len(runs)-2], runs[len(runs)-1]
		if len(a) > 2*len(b) {
			break
		}
		runs = append(runs[:len(runs)-2], merge(a, b))
	}
	return pairs{runs}
}

func merge(a, b []uint64) []uint64 {
	all := make([]uint64, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0] <= b[0] {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// each gives f the values of a key, the smallest first.
func (p *pairs) each(key uint32, f func(value uint32)) {
	for _, run := range p.runs {
		i, _ := slices.BinarySearch(run, uint64(key)<<32)
		for ; i < len(run) && uint32(run[i]>>32) == key; i++ {
			f(uint32(run[i]))
		}
	}
}

// has says whether a key leads anywhere.
func (p *pairs) has(key uint32) bool {
	for _, run := range p.runs {
		i, _ := slices.BinarySearch(run, uint64(key)<<32)
		if i < len(run) && uint32(run[i]>>32) == key {
			return true
		}
	}
	return false
}

// last is the last value of a key.
func (p *pairs) last(key uint32) (value uint32, ok bool) {
	p.each(key, func(v uint32) { value, ok = v, true })
	return value, ok
}
