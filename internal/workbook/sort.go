package workbook

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"lotline/internal/moment"
)

// sortMax is how many records are sorted in memory; more go to temporary
// files, sorted, and are merged.
const sortMax = 200_000

// record is one step of a row in the order of what happened.
type record struct {
	fact  int64 // its number in the journal it was exported from; 0 where time tells the order
	at    moment.Time
	rank  int64 // of the sheet, at one instant
	group string
	seq   int64
	row   int64
	step  int64
	data  []byte
}

func compare(a, b *record) int {
	if c := cmp.Compare(a.fact, b.fact); c != 0 {
		return c
	}
	if c := cmp.Compare(a.at, b.at); c != 0 {
		return c
	}
	if c := cmp.Compare(a.rank, b.rank); c != 0 {
		return c
	}
	return cmp.Or(strings.Compare(a.group, b.group), cmp.Compare(a.seq, b.seq), cmp.Compare(a.row, b.row), cmp.Compare(a.step, b.step))
}

// sorter takes records in any order and gives them back sorted.
type sorter struct {
	max   int
	now   []record
	dir   string
	files []string
	count int64
}

// newSorter keeps at most max records in memory.
func newSorter(max int) *sorter { return &sorter{max: max} }

// close throws the temporary files away.
func (s *sorter) close() error {
	if s.dir == "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}

func (s *sorter) add(r record) error {
	s.now = append(s.now, r)
	s.count++
	if len(s.now) < s.max {
		return nil
	}
	return s.spill()
}

func (s *sorter) sortNow() {
	slices.SortFunc(s.now, func(a, b record) int { return compare(&a, &b) })
}

// spill writes what is in memory to a file of its own.
func (s *sorter) spill() error {
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "lotline-sort-")
		if err != nil {
			return fmt.Errorf("temporary files of the sort: %w", err)
		}
		s.dir = dir
	}
	s.sortNow()
	file, err := os.CreateTemp(s.dir, "run-")
	if err != nil {
		return fmt.Errorf("temporary files of the sort: %w", err)
	}
	s.files = append(s.files, file.Name())
	w := bufio.NewWriterSize(file, runBuffer)
	var buf []byte
	for i := range s.now {
		buf = s.now[i].append(buf[:0])
		if _, err := w.Write(buf); err != nil {
			return errors.Join(fmt.Errorf("write a sorted run: %w", err), file.Close())
		}
	}
	clear(s.now)
	s.now = s.now[:0]
	if err := errors.Join(w.Flush(), file.Close()); err != nil {
		return fmt.Errorf("write a sorted run: %w", err)
	}
	return nil
}

const runBuffer = 256 << 10

func (r *record) append(to []byte) []byte {
	to = binary.AppendVarint(to, int64(r.at))
	to = binary.AppendVarint(to, r.fact)
	to = binary.AppendVarint(to, r.rank)
	to = appendText(to, r.group)
	to = binary.AppendVarint(to, r.seq)
	to = binary.AppendVarint(to, r.row)
	to = binary.AppendVarint(to, r.step)
	return append(binary.AppendUvarint(to, uint64(len(r.data))), r.data...)
}

// run reads one sorted file.
type run struct {
	in   *bufio.Reader
	file *os.File
	next record
}

// advance reads the next record; io.EOF at the end.
func (r *run) advance() error {
	at, err := binary.ReadVarint(r.in)
	if err != nil {
		return err
	}
	var errs [7]error
	r.next.at = moment.Time(at)
	r.next.fact, errs[6] = binary.ReadVarint(r.in)
	r.next.rank, errs[0] = binary.ReadVarint(r.in)
	group, err := r.bytes()
	errs[1] = err
	r.next.group = string(group)
	r.next.seq, errs[2] = binary.ReadVarint(r.in)
	r.next.row, errs[3] = binary.ReadVarint(r.in)
	r.next.step, errs[4] = binary.ReadVarint(r.in)
	r.next.data, errs[5] = r.bytes()
	if errors.Join(errs[:]...) != nil {
		return errCut
	}
	return nil
}

func (r *run) bytes() ([]byte, error) {
	size, err := binary.ReadUvarint(r.in)
	if err != nil || size > 2*columnsMax*cellMax {
		return nil, errCut
	}
	data := make([]byte, size)
	_, err = io.ReadFull(r.in, data)
	return data, err
}

// runs is the heap of open runs, the least record first.
type runs []*run

func (h runs) Len() int           { return len(h) }
func (h runs) Less(i, j int) bool { return compare(&h[i].next, &h[j].next) < 0 }
func (h runs) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push is for container/heap.
func (h *runs) Push(x any) { *h = append(*h, x.(*run)) }

// Pop is for container/heap.
func (h *runs) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// each gives all records in order; it can be called again.
func (s *sorter) each(f func(*record) error) (err error) {
	if len(s.files) == 0 {
		s.sortNow()
		for i := range s.now {
			if err := f(&s.now[i]); err != nil {
				return err
			}
		}
		return nil
	}
	if len(s.now) > 0 {
		if err := s.spill(); err != nil {
			return err
		}
	}
	var open runs
	defer func() {
		for _, r := range open {
			err = errors.Join(err, r.file.Close())
		}
	}()
	for _, name := range s.files {
		file, err := os.Open(name)
		if err != nil {
			return fmt.Errorf("read a sorted run: %w", err)
		}
		r := &run{in: bufio.NewReaderSize(file, runBuffer), file: file}
		if err := r.advance(); err != nil {
			return errors.Join(err, file.Close())
		}
		open = append(open, r)
	}
	heap.Init(&open)
	for len(open) > 0 {
		first := open[0]
		current := first.next
		switch err := first.advance(); {
		case errors.Is(err, io.EOF):
			heap.Pop(&open)
			if err := first.file.Close(); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			heap.Fix(&open, 0)
		}
		if err := f(&current); err != nil {
			return err
		}
	}
	return nil
}
