// Package quantity holds exact amounts: whole millionths of an item's unit in one integer. There are no floats
// here, so sums over a million rows are right to the last digit.
package quantity

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"lotline/internal/refuse"
)

// Quantity is an amount in millionths of the item's unit of measure.
type Quantity int64

// One is one whole unit of measure: one piece, one metre, one kilogram.
const One Quantity = 1_000_000

const (
	decimals    = 6
	textMax     = 64 // bytes of an amount as text
	exponentMax = 40 // of a JSON number; beyond it nothing fits or nothing is left
)

// Pieces gives a count of whole units. It panics beyond 9 million million, which no counted list can reach.
func Pieces(n int64) Quantity {
	if n > math.MaxInt64/int64(One) || n < math.MinInt64/int64(One) {
		panic(fmt.Sprintf("quantity: %d pieces do not fit", n))
	}
	return Quantity(n) * One
}

// Parse reads a decimal with at most six decimals: "12", "0.5", "-3.25". Anything else is refused; the error is a
// *refuse.Refusal.
func Parse(text string) (Quantity, error) {
	text = strings.TrimSpace(text)
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if len(text) > textMax || !isDigits(whole) || point && !isDigits(fraction) {
		return 0, unreadable(text)
	}
	if len(fraction) > decimals {
		return 0, refuse.New(refuse.Invalid, "%s has more than six decimals. Round it to six.", shown(text))
	}
	var sum int64 // counted downward, because the smallest integer has no positive twin
	for _, digit := range whole + fraction + strings.Repeat("0", decimals-len(fraction)) {
		d := int64(digit - '0')
		if sum < (math.MinInt64+d)/10 {
			return 0, tooLarge(text)
		}
		sum = sum*10 - d
	}
	if negative {
		return Quantity(sum), nil
	}
	if sum == math.MinInt64 {
		return 0, tooLarge(text)
	}
	return Quantity(-sum), nil
}

// String gives the shortest decimal: "12", "0.5", "-3.25".
func (q Quantity) String() string {
	sign, size := "", uint64(q)
	if q < 0 {
		sign, size = "-", -uint64(q)
	}
	whole, rest := size/uint64(One), size%uint64(One)
	text := sign + strconv.FormatUint(whole, 10)
	if rest == 0 {
		return text
	}
	return text + "." + strings.TrimRight(fmt.Sprintf("%06d", rest), "0")
}

// MarshalJSON gives the decimal as JSON text, because JSON numbers are floats to most readers.
func (q Quantity) MarshalJSON() ([]byte, error) {
	return []byte(`"` + q.String() + `"`), nil
}

// UnmarshalJSON reads a decimal as JSON text or as a JSON number, exactly: the digits are read as they stand.
func (q *Quantity) UnmarshalJSON(data []byte) error {
	token := string(data)
	if token == "null" {
		return nil
	}
	text := token
	if strings.HasPrefix(token, `"`) {
		if err := json.Unmarshal(data, &text); err != nil {
			return unreadable(token)
		}
	} else if strings.ContainsAny(token, "eE") {
		return q.readExponent(token)
	}
	read, err := Parse(text)
	if err == nil {
		*q = read
	}
	return err
}

// readExponent reads JSON numbers such as 1e-3. They are spelt by programs, so they are read only where a
// number token stands and never from text that a person typed.
func (q *Quantity) readExponent(token string) error {
	_, power, _ := strings.Cut(strings.ToLower(token), "e")
	exponent, err := strconv.Atoi(power)
	if err != nil || len(token) > textMax || exponent > exponentMax || exponent < -exponentMax {
		return unreadable(token)
	}
	amount, ok := new(big.Rat).SetString(token)
	if !ok {
		return unreadable(token)
	}
	down, err := FromRat(amount, false)
	if err != nil {
		return err
	}
	if down.Rat().Cmp(amount) != 0 {
		return refuse.New(refuse.Invalid, "%s has more than six decimals. Round it to six.", shown(token))
	}
	*q = down
	return nil
}

// Rat gives the amount in whole units as a fraction, for sums that must not round on the way.
func (q Quantity) Rat() *big.Rat {
	return big.NewRat(int64(q), int64(One))
}

// FromRat rounds a fraction of whole units to a millionth: towards plus infinity when up (what is needed),
// otherwise towards minus infinity (what is there). What does not fit is refused.
func FromRat(r *big.Rat, up bool) (Quantity, error) {
	scaled := new(big.Int).Mul(r.Num(), big.NewInt(int64(One)))
	// Div rounds towards minus infinity for a positive divisor, and Denom is always positive.
	whole, rest := new(big.Int).DivMod(scaled, r.Denom(), new(big.Int))
	if up && rest.Sign() != 0 {
		whole.Add(whole, big.NewInt(1))
	}
	if !whole.IsInt64() {
		return 0, refuse.New(refuse.TooLarge, "The amount does not fit: at most %s of a unit can be recorded.", Quantity(math.MaxInt64))
	}
	return Quantity(whole.Int64()), nil
}

// Add gives the exact sum, and refuses one that does not fit.
func Add(a, b Quantity) (Quantity, error) {
	sum := a + b
	if (sum < a) != (b < 0) {
		return 0, refuse.New(refuse.TooLarge, "The sum of %s and %s does not fit: at most %s of a unit can be recorded.",
			a, b, Quantity(math.MaxInt64))
	}
	return sum, nil
}

func isDigits(text string) bool {
	for _, r := range text {
		if r < '0' || r > '9' {
			return false
		}
	}
	return text != ""
}

func unreadable(text string) error {
	if text == "" {
		return refuse.New(refuse.Invalid, "The amount is empty. Write a number such as 12 or 0.5.")
	}
	if strings.Contains(text, ",") {
		return refuse.New(refuse.Invalid,
			"%s is not an amount. Write the decimals after a point and leave thousands unmarked, such as 1500.25.", shown(text))
	}
	return refuse.New(refuse.Invalid, "%s is not an amount. Write a number such as 12 or 0.5, with at most six decimals.", shown(text))
}

func tooLarge(text string) error {
	return refuse.New(refuse.TooLarge, "%s is too large: at most %s of a unit can be recorded. Choose a larger unit of measure.",
		shown(text), Quantity(math.MaxInt64))
}

func shown(text string) string {
	if len(text) > textMax {
		text = strings.ToValidUTF8(text[:textMax], "") + "…"
	}
	return strconv.Quote(text)
}
