package workbook

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	"lotline/internal/refuse"
)

// cells is one row of a file as it stands there.
type cells struct {
	number int64    // of the row; the header is row 1
	texts  []string // valid until the next row is read
	kinds  []kind   // of an .xlsx; nil: all text
}

// kind is what an .xlsx says of a cell.
type kind uint8

const (
	isText   kind = iota
	isNumber      // it may have lost zeros
	isBroken      // an error such as #N/A
)

// rows reads the rows of a file one after the other; the last answer is
// io.EOF. A refusal concerns one row, and reading can go on when it is a
// rowError.
type rows interface {
	next() (cells, error)
	close() error
}

// rowError is a row that cannot be read; those after it can.
type rowError struct{ refusal *refuse.Refusal }

// Error is the refusal's sentence.
func (e rowError) Error() string { return e.refusal.Error() }

// Unwrap is the refusal.
func (e rowError) Unwrap() error { return e.refusal }

// csvRows reads RFC 4180, with any of three delimiters and any line ends. A
// quotation mark inside a cell that does not begin with one stands for itself.
type csvRows struct {
	in        *bufio.Reader
	from      io.Closer
	delimiter byte
	number    int64
	line      []byte
	ends      []int
	texts     []string
	left      int64 // bytes that may still be read
}

const csvBuffer = 64 << 10

// newCSV begins to read; it looks at the first row to find the delimiter.
func newCSV(from io.ReadCloser, known func(name string) bool) (*csvRows, error) {
	r := &csvRows{from: from, left: sheetMax}
	r.in = bufio.NewReaderSize(from, csvBuffer)
	start, err := r.in.Peek(csvBuffer)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the first row: %w", err)
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		start = start[3:]
		if _, err := r.in.Discard(3); err != nil {
			return nil, err
		}
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return nil, refuse.New(refuse.Invalid, "The file is UTF-16 text. Save it as CSV UTF-8.")
	case bytes.IndexByte(start, 0) >= 0:
		return nil, refuse.New(refuse.Invalid, "The file is not text. Save it as CSV UTF-8.")
	}
	if said := excelSays.FindSubmatch(start); said != nil {
		r.delimiter, r.number = said[1][0], 1
		_, err := r.in.Discard(len(said[0]))
		return r, err
	}
	r.delimiter = sniff(start, known)
	return r, nil
}

// excelSays is a first line by which Excel tells the delimiter.
var excelSays = regexp.MustCompile(`(?i)^"?sep=([,;\t])"?(?:\r\n|\r|\n)`)

// sniff finds the delimiter: the one with which most cells of the first row
// are known columns, or, where something stands above the names, of the first
// row that has any; if that decides nothing, the one that stands in the first
// row most.
func sniff(start []byte, known func(name string) bool) byte {
	delimiters := []byte{',', ';', '\t'}
	readers := make([]csvRows, len(delimiters))
	for i, delimiter := range delimiters {
		readers[i] = csvRows{in: bufio.NewReader(bytes.NewReader(start)), delimiter: delimiter, left: sheetMax}
	}
	fallback, most := byte(','), -1
	for row := range headerRowsMax {
		best, bestKnown, bestCells := byte(','), 0, -1
		for i := range readers {
			c, err := readers[i].next()
			if err != nil {
				continue
			}
			n := 0
			for _, text := range c.texts {
				if known(text) {
					n++
				}
			}
			if row == 0 && len(c.texts) > most {
				fallback, most = delimiters[i], len(c.texts)
			}
			if n > bestKnown || n > 0 && n == bestKnown && len(c.texts) > bestCells {
				best, bestKnown, bestCells = delimiters[i], n, len(c.texts)
			}
		}
		if bestKnown > 0 {
			return best
		}
	}
	return fallback
}

func (r *csvRows) close() error { return r.from.Close() }

// next reads a row. Blank rows are counted and passed over.
func (r *csvRows) next() (cells, error) {
	for {
		r.number++
		blank, err := r.read()
		if err != nil {
			return cells{number: r.number}, err
		}
		if !blank {
			break
		}
	}
	text := string(r.line)
	r.texts = r.texts[:0]
	start := 0
	for _, end := range r.ends {
		r.texts = append(r.texts, text[start:end])
		start = end
	}
	return cells{number: r.number, texts: r.texts}, nil
}

// read reads the row into line, its cells end to end.
func (r *csvRows) read() (blank bool, err error) {
	r.line, r.ends = r.line[:0], r.ends[:0]
	for {
		last, err := r.cell()
		if err != nil {
			return false, err
		}
		r.ends = append(r.ends, len(r.line))
		if len(r.ends) > columnsMax {
			return false, refuse.New(refuse.TooLarge, "The row has more than %d cells. Check the delimiter of the file.", columnsMax)
		}
		if last {
			return len(r.line) == 0, nil
		}
	}
}

// cell reads a cell and what ends it; last: the row ends with it.
func (r *csvRows) cell() (last bool, err error) {
	start := len(r.line)
	b, err := r.byte()
	if err != nil {
		if errors.Is(err, io.EOF) && len(r.ends) > 0 {
			return true, nil // an empty cell at the very end
		}
		return false, err
	}
	if b == '"' {
		return r.quoted(start)
	}
	for {
		switch {
		case b == r.delimiter:
			return false, nil
		case b == '\n':
			return true, nil
		case b == '\r':
			return true, r.lineFeed()
		}
		if len(r.line)-start >= cellMax {
			return false, tooLarge()
		}
		r.line = append(r.line, b)
		b, err = r.byte()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// quoted reads the rest of a cell that begins with a quotation mark.
func (r *csvRows) quoted(start int) (last bool, err error) {
	for {
		b, err := r.byte()
		if errors.Is(err, io.EOF) {
			return false, refuse.New(refuse.Invalid, "A quotation mark is opened in this row and never closed. Close it, or write it twice inside a quoted cell.")
		}
		if err != nil {
			return false, err
		}
		if b != '"' {
			if len(r.line)-start >= cellMax {
				return false, tooLarge()
			}
			r.line = append(r.line, b)
			continue
		}
		b, err = r.byte()
		switch {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return false, err
		case b == '"':
			r.line = append(r.line, '"')
		case b == r.delimiter:
			return false, nil
		case b == '\n':
			return true, nil
		case b == '\r':
			return true, r.lineFeed()
		default:
			return false, r.strayQuote()
		}
	}
}

// strayQuote gives the row up and goes to its end.
func (r *csvRows) strayQuote() error {
	for {
		b, err := r.byte()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if err != nil || b == '\n' {
			return rowError{refuse.New(refuse.Invalid, "Text follows a closing quotation mark. Write a quotation mark inside a quoted cell twice.")}
		}
	}
}

// lineFeed passes over the second half of a line end.
func (r *csvRows) lineFeed() error {
	b, err := r.in.ReadByte()
	if err != nil {
		return nil // the end, which the next row finds
	}
	if b != '\n' {
		return r.in.UnreadByte()
	}
	return nil
}

func (r *csvRows) byte() (byte, error) {
	if r.left--; r.left < 0 {
		return 0, refuse.New(refuse.TooLarge, "The file is larger than %d GiB. Divide it.", sheetMax>>30)
	}
	return r.in.ReadByte()
}

func tooLarge() error {
	return refuse.New(refuse.TooLarge,
		"A cell is larger than %d MiB. Shorten it; if it is not so large, a quotation mark in this row is not closed.", cellMax>>20)
}
