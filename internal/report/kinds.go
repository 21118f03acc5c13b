package report

// Kinds are the documents there are.
var Kinds []Kind

// The names that documents are asked for by.
var (
	object  = Named{"object", "the lot or unit, as PART/NAME"}
	named   = Named{"order", "the order"}
	recalls = Named{"recall", "the recall"}
)

func init() { // not where it is declared: what makes a document looks for its kind
	Kinds = []Kind{
		{"unit", "As-built record", "units", []Named{object}, "what a unit is built of against its sealed order BOM, where each part came from, what was done and measured", (*maker).unit},
		{"order", "As-built record", "orders/{order}", []Named{named}, "what an order made: its sealed order BOM, what went in, and each unit with its differences", (*maker).order},
		{"recall", "Recall dossier", "recalls/{recall}", []Named{recalls}, "what a recall asked, reached and did: trigger, scope, holds, notices, answers, effectiveness, balance, time line", (*maker).recall},
		{"notice", "Recall notice", "recalls/{recall}/notices/{customer}", []Named{recalls, {"customer", "the customer"}}, "a letter to a customer, with exactly its units", (*maker).notice},
		{"drill", "Drill report", "recall/drills/{entry}", []Named{{"entry", "the entry that kept the drill, or last"}}, "what a recall drill found, step by step, and the history of drills", (*maker).drill},
		{"shipment", "Certificate of conformance", "shipments/{shipment}", []Named{{"shipment", "the shipment"}}, "what a shipment held, against which sealed order BOMs, with the certificates of what went in bound behind", (*maker).shipment},
		{"nonconformity", "Nonconformity report", "nonconformities/{nonconformity}", []Named{{"nonconformity", "the nonconformity"}}, "what was found, on what, and what was decided", (*maker).nonconformity},
		{"lot", "Lot history", "lots", []Named{object}, "where a lot came from, where it is, where it went, what was done and measured", (*maker).lot},
	}
}
