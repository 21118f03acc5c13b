package order

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"lotline/internal/bom"
	"lotline/internal/moment"
	"lotline/internal/quantity"

	"github.com/gowebpki/jcs"
)

// OrderBOM is what a seal covers.
type OrderBOM struct {
	Header Header        `json:"header"`
	Lines  []SealedLine  `json:"lines"`
	Totals []SealedTotal `json:"totals"`
}

// Header says what the order makes.
type Header struct {
	Order      string            `json:"order"`
	PartNumber string            `json:"part_number"`
	Revision   string            `json:"revision"`
	Quantity   quantity.Quantity `json:"quantity"`
	Lot        string            `json:"lot"`
	Serialize  string            `json:"serialize"`
	Customer   string            `json:"customer"`
	Project    string            `json:"project"`
	ReleasedAt moment.Time       `json:"released_at"`
	Properties map[string]string `json:"properties"`
	Documents  []string          `json:"documents,omitempty"` // of the order itself: specifications, regulations, validations
	// Of a successor: the order that it succeeds, and the units it took over.
	Predecessor string   `json:"predecessor,omitempty"`
	Units       []string `json:"units,omitempty"`
	Hash        string   `json:"hash,omitempty"`
}

// SealedLine is a line of an order BOM.
type SealedLine struct {
	Line         int64             `json:"line"`
	Level        int64             `json:"level"`
	FindNumber   string            `json:"find_number"`
	Parent       string            `json:"parent"`
	ParentLine   int64             `json:"parent_line"`
	OwnerLine    int64             `json:"owner_line"`
	OwnerPart    string            `json:"owner_part"`
	Position     string            `json:"position"`
	PartNumber   string            `json:"part_number"`
	Name         string            `json:"name"`
	Revision     string            `json:"revision"`
	RevisionRule string            `json:"revision_rule"`
	QuantityPer  quantity.Quantity `json:"quantity_per"`
	PerOwner     quantity.Quantity `json:"per_owner"`
	Quantity     quantity.Quantity `json:"quantity"`
	ScrapPercent quantity.Quantity `json:"scrap_percent"`
	UOM          string            `json:"uom"`
	Tracking     string            `json:"tracking"`
	Source       string            `json:"source"`
	Phantom      bool              `json:"phantom"`
	Optional     bool              `json:"optional"`
	Blown        bool              `json:"blown"`
	Designators  []string          `json:"reference_designators"`
	Substitutes  []bom.Substitute  `json:"substitutes"`
	Properties   map[string]string `json:"properties"`
	Documents    []string          `json:"documents"`
	Inspections  []string          `json:"inspections"`
	Operations   []string          `json:"operations"`
	Hash         string            `json:"hash,omitempty"`
}

// SealedTotal is the total of an item revision over the whole order.
type SealedTotal struct {
	PartNumber    string            `json:"part_number"`
	Revision      string            `json:"revision"`
	Quantity      quantity.Quantity `json:"quantity"`
	QuantityGross quantity.Quantity `json:"quantity_gross"`
	UOM           string            `json:"uom"`
	Source        string            `json:"source"`
	Hash          string            `json:"hash,omitempty"`
}

func designators(text string) []string {
	if text == "" {
		return []string{}
	}
	return strings.Split(text, " ")
}

// hash gives the header and every line and total the hash of its own rest.
func (b *OrderBOM) hash() error {
	var err error
	b.Header.Hash = ""
	if b.Header.Hash, err = hashOf(b.Header); err != nil {
		return err
	}
	for i := range b.Lines {
		b.Lines[i].Hash = ""
		if b.Lines[i].Hash, err = hashOf(b.Lines[i]); err != nil {
			return err
		}
	}
	for i := range b.Totals {
		b.Totals[i].Hash = ""
		if b.Totals[i].Hash, err = hashOf(b.Totals[i]); err != nil {
			return err
		}
	}
	return nil
}

// seal is the hash of the whole order BOM.
func (b *OrderBOM) seal() (string, error) { return hashOf(*b) }

// hashOf is SHA-256 over the RFC 8785 form of a value, as "sha256:" and hex.
func hashOf(v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return hashText(text)
}

func hashText(text []byte) (string, error) {
	canonical, err := jcs.Transform(text)
	if err != nil {
		return "", fmt.Errorf("canonical form (RFC 8785): %w", err)
	}
	sum := sha256.Sum256(canonical)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// NameOf is what people call a row of the sealed order BOM's tables, by its
// key; "" for rows of other tables.
func NameOf(table string, key []string) string {
	switch table {
	case headers.Name():
		return "order BOM of order " + key[0] + ", header"
	case lines.Name():
		return "order BOM of order " + key[0] + ", line " + key[1]
	case totals.Name():
		return "order BOM of order " + key[0] + ", total of " + key[1] + " revision " + key[2]
	}
	return ""
}
