package name

import (
	"fmt"
	"strconv"
	"strings"

	"lotline/internal/refuse"
)

const (
	serialsMax     = 100_000
	serialsTextMax = 4 << 20 // bytes of a pasted list
	counterDigits  = 18      // of a serial number's end; as many always fit an int64
	serialField    = "serial"
)

// Serials reads a list of serial numbers, separated by comma, semicolon, tab or line. A piece is one number or a
// range: "1-50" (digits only), "A001~A010" (first and last), "A001~+9" (first and how many more follow). Leading
// zeros are kept. A piece in double quotes is one number as it stands, for those that look like a range. At most
// 100,000 numbers, none twice; the error is a *refuse.Refusal.
func Serials(text string) ([]string, error) {
	if len(text) > serialsTextMax {
		return nil, refuse.New(refuse.TooLarge, "The list of serial numbers is longer than 4 MiB. Divide it.").At(serialField)
	}
	var all []string
	seen := map[string]bool{}
	for _, piece := range strings.FieldsFunc(text, isSeparator) {
		piece = strings.TrimSpace(piece)
		if piece == "" {
			continue
		}
		some, err := expand(piece, serialsMax-len(all))
		if err != nil {
			return nil, err
		}
		for _, serial := range some {
			if seen[serial] {
				return nil, refuse.New(refuse.Invalid, "Serial number %s is given twice. Remove one.", serial).At(serialField)
			}
			seen[serial] = true
		}
		all = append(all, some...)
	}
	if len(all) == 0 {
		return nil, refuse.New(refuse.Invalid, "Give serial numbers, such as 1-50 or A001, A002.").At(serialField)
	}
	return all, nil
}

func isSeparator(r rune) bool {
	return r == ',' || r == ';' || r == '\n' || r == '\r' || r == '\t'
}

// expand reads one piece of the list, which may make at most room numbers.
func expand(piece string, room int) ([]string, error) {
	if len(piece) >= 2 && piece[0] == '"' && piece[len(piece)-1] == '"' {
		return single(piece[1:len(piece)-1], room)
	}
	if first, last, ok := strings.Cut(piece, "-"); ok && allDigits(first) && allDigits(last) {
		return between(piece, first, last, room)
	}
	first, last, ok := strings.Cut(piece, "~")
	if !ok {
		return single(piece, room)
	}
	first, last = strings.TrimSpace(first), strings.TrimSpace(last)
	if more, ok := strings.CutPrefix(last, "+"); ok {
		n, err := strconv.Atoi(more)
		if err != nil || !allDigits(more) {
			return nil, badRange(piece, "after ~+ write how many more follow, such as A001~+9")
		}
		return count(piece, first, n, room)
	}
	return between(piece, first, last, room)
}

func single(serial string, room int) ([]string, error) {
	clean, err := Clean(serialField, serial)
	if err != nil {
		return nil, err
	}
	if room < 1 {
		return nil, tooMany()
	}
	return []string{clean}, nil
}

// between makes the numbers from first to last, both included.
func between(piece, first, last string, room int) ([]string, error) {
	head, from := split(first)
	lastHead, to := split(last)
	if from == "" || to == "" {
		return nil, badRange(piece, "both ends must end in digits, such as A001~A010")
	}
	if head != lastHead {
		return nil, badRange(piece, "both ends must begin alike, such as A001~A010")
	}
	if len(to) != len(from) && (to[0] == '0' || len(to) < len(from)) {
		return nil, badRange(piece, "write both ends with equally many digits, such as 001-050")
	}
	low, high := number(from), number(to)
	if high < low {
		return nil, badRange(piece, "the last number is smaller than the first")
	}
	if high-low >= serialsMax {
		return nil, tooMany()
	}
	return count(piece, first, int(high-low), room)
}

// count makes first and as many numbers more.
func count(piece, first string, more, room int) ([]string, error) {
	if more >= room {
		return nil, tooMany()
	}
	head, digits := split(first)
	if digits == "" {
		return nil, badRange(piece, "the first number must end in digits, such as A001~+9")
	}
	low := number(digits)
	serials := make([]string, 0, more+1)
	for i := range more + 1 {
		counter := fmt.Sprintf("%0*d", len(digits), low+int64(i))
		if len(counter) > counterDigits {
			return nil, badRange(piece, "it counts past 18 digits")
		}
		serial, err := Clean(serialField, head+counter)
		if err != nil {
			return nil, err
		}
		serials = append(serials, serial)
	}
	return serials, nil
}

// split divides a serial number into what stays and the digits at its end that count.
func split(serial string) (head, digits string) {
	end := len(serial)
	for end > 0 && len(serial)-end < counterDigits && isDigit(serial[end-1]) {
		end--
	}
	return serial[:end], serial[end:]
}

func number(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64) // at most 18 digits: cannot fail
	return n
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func allDigits(text string) bool {
	for i := range len(text) {
		if !isDigit(text[i]) {
			return false
		}
	}
	return text != ""
}

func tooMany() error {
	return refuse.New(refuse.TooLarge, "More than 100,000 serial numbers at once. Divide the list.").At(serialField)
}

func badRange(piece, why string) error {
	if len(piece) > bytesMax {
		piece = strings.ToValidUTF8(piece[:bytesMax], "") + "…"
	}
	return refuse.New(refuse.Invalid, "Serial numbers %s: %s. Put it in double quotes if it is one serial number.",
		strconv.Quote(piece), why).At(serialField)
}
