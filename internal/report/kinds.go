package report

// Kinds are the documents there are.
var Kinds []Kind

// The names that documents are asked for by.
var (
	object = Named{"object", "the lot or unit, as PART/NAME"}
	named  = Named{"order", "the order"}
)

func init() { // not where it is declared: what makes a document looks for its kind
	Kinds = []Kind{
		{"unit", "As-built record", "units", []Named{object}, "what a unit is built of against its sealed order BOM, where each part came from, what was done and measured", (*maker).unit},
		{"order", "As-built record", "orders/{order}", []Named{named}, "what an order made: its sealed order BOM, what went in, and each unit with its differences", (*maker).order},
	}
}
