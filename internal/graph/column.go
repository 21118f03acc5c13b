package graph

import (
	"encoding/binary"
	"sort"
)

// column is up to pageRows integers, packed: what they have in common is kept
// once, and the rest in as few bytes as the largest needs.
type column struct {
	base, scale int64
	width       uint8 // bytes of each; sparse: only those that are not the base
	data        []byte
}

// sparse is the width of a column of which few differ from the base, each kept
// as its place (2 bytes) and its value (8).
const (
	sparse     = 255
	sparseSize = 10
)

// scales are what times often are whole numbers of, in microseconds.
var scales = []uint64{1_000_000, 1_000}

func (c *column) get(i int) int64 {
	switch c.width {
	case 0:
		return c.base
	case 1:
		return c.base + int64(c.data[i])*c.scale
	case 2:
		return c.base + int64(binary.LittleEndian.Uint16(c.data[2*i:]))*c.scale
	case 4:
		return c.base + int64(binary.LittleEndian.Uint32(c.data[4*i:]))*c.scale
	case 8:
		return int64(binary.LittleEndian.Uint64(c.data[8*i:]))
	}
	n := len(c.data) / sparseSize
	at := sort.Search(n, func(k int) bool { return int(binary.LittleEndian.Uint16(c.data[k*sparseSize:])) >= i })
	if at < n && int(binary.LittleEndian.Uint16(c.data[at*sparseSize:])) == i {
		return int64(binary.LittleEndian.Uint64(c.data[at*sparseSize+2:]))
	}
	return c.base
}

// pack makes a column of values.
func pack(values []int64) column {
	least, most, set := values[0], values[0], 0
	for _, v := range values {
		least, most = min(least, v), max(most, v)
		if v != 0 {
			set++
		}
	}
	if least == most {
		return column{base: least, scale: 1}
	}
	scale, width := fit(values, least, most)
	if set*sparseSize < len(values)*int(width) {
		return packSparse(values, set)
	}
	c := column{base: least, scale: int64(scale), width: width, data: make([]byte, len(values)*int(width))}
	for i, v := range values {
		part := (uint64(v) - uint64(least)) / scale
		switch width {
		case 1:
			c.data[i] = byte(part)
		case 2:
			binary.LittleEndian.PutUint16(c.data[2*i:], uint16(part))
		case 4:
			binary.LittleEndian.PutUint32(c.data[4*i:], uint32(part))
		default:
			binary.LittleEndian.PutUint64(c.data[8*i:], uint64(v))
		}
	}
	return c
}

// fit is the scale that all values share above the least, and the bytes that
// the largest then needs.
func fit(values []int64, least, most int64) (scale uint64, width uint8) {
	scale = 1
	for _, s := range scales {
		shared := true
		for _, v := range values {
			if (uint64(v)-uint64(least))%s != 0 {
				shared = false
				break
			}
		}
		if shared {
			scale = s
			break
		}
	}
	switch span := (uint64(most) - uint64(least)) / scale; {
	case span < 1<<8:
		return scale, 1
	case span < 1<<16:
		return scale, 2
	case span < 1<<32:
		return scale, 4
	}
	return 1, 8
}

func packSparse(values []int64, set int) column {
	c := column{scale: 1, width: sparse, data: make([]byte, 0, set*sparseSize)}
	for i, v := range values {
		if v != 0 {
			c.data = binary.LittleEndian.AppendUint16(c.data, uint16(i))
			c.data = binary.LittleEndian.AppendUint64(c.data, uint64(v))
		}
	}
	return c
}
