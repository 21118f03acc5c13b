package web

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/genealogy"
	"lotline/internal/quantity"
	"lotline/internal/store"
)

// thousands parts a number by commas.
func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	var b strings.Builder
	for i, r := range text {
		if i > 0 && (len(text)-i)%3 == 0 && text[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// whole is a quantity in whole pieces, rounded down.
func whole(q quantity.Quantity) int64 { return int64(q / quantity.One) }

func listingOf(sort string, down bool, limit int) store.Listing {
	return store.Listing{Sort: sort, Down: down, Limit: limit}
}

// names are the refs of the objects that rows are about, by their numbers.
func names[T any](a *asked, rows []T, of func(T) int64) (map[int64]string, error) {
	var ids []int64
	for _, r := range rows {
		if n := of(r); n != 0 {
			ids = append(ids, n)
		}
	}
	found, err := genealogy.ByNumbers(a.tx, a.company, ids)
	all := map[int64]string{}
	for n, r := range found {
		all[n] = r.Object().Ref()
	}
	return all, err
}

func sortedKeys(counts map[string]int) []string { return slices.Sorted(maps.Keys(counts)) }
