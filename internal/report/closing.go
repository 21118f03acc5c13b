package report

import (
	"strings"

	"lotline/internal/journal"
)

// closing is what stands at the end of every document: who signed, and how what
// it says can be checked.
func (d *Document) closing() []Part {
	parts := []Part{signed(d.Signatures)}
	proof := Part{Title: "How to check this document", Facts: facts("company", d.Company, "journal", plural(int(d.Size), "entry", "entries"), "root hash", d.Root, "shows", d.Shows.String(), "page", d.back()),
		Text: []string{"Everything above follows from the company's journal, in which nothing is changed or deleted. The root hash commits to every entry of it (RFC 6962): whoever holds this document can ask for a proof of any fact, named as entry.line, against it. All times are UTC."}}
	if d.Note == "" {
		proof.Text = append(proof.Text, "The checkpoint is not signed: the program has no key for this company.")
		return append(parts, proof)
	}
	proof.Text = append(proof.Text, "The signed checkpoint (C2SP tlog-checkpoint) is printed below as lotline checkpoint gave it.")
	return append(parts, proof, Part{Text: []string{strings.TrimRight(d.Note, "\n")}, Fine: true})
}

// signed is the table of signatures, with what each shows and binds (21 CFR
// 11.50(a), 11.70).
func signed(all []journal.ShownSignature) Part {
	var rows [][]string
	for _, s := range all {
		who := s.SignedBy
		if !s.Verified {
			who += " (name not verified)"
		}
		rows = append(rows, []string{who, s.Meaning, when(s.At), s.Fact, s.Hash})
	}
	return table("Signatures", "No signature applies to what this document shows.", columns("Signed by", "Meaning", "When", "Fact", "Hash of what was signed"), rows)
}
