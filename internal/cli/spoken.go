package cli

// spoken is a command of the program as the command line spells it. What is
// written in capitals behind its name may stand there instead of behind a flag:
// OBJECT is a lot or unit as PART/NAME, any other the field of that name.
type spoken struct{ use, command, short string }

// The commands that are given one by one; those of an order stand below order,
// those of a recall below recall.
var (
	commands = []spoken{
		{"partner", "define-partner", "Define a supplier or customer"},
		{"catalog", "define-catalog", "Define a catalog and its properties"},
		{"item", "define-item", "Define an item, or a revision of it"},
		{"bom", "define-bom", "Define what a revision of an item is made of"},
		{"mapping", "save-mapping", "Keep by a name which columns of a BOM file give what"},
		{"receive", "receive", "Take in a lot, or units by serial"},
		{"serialize", "serialize", "Give units their serials"},
		{"complete [OBJECT]", "complete", "Complete a unit"},
		{"produce", "produce", "Record a lot that an order made"},
		{"issue", "issue", "Give material to an order, or a finished unit to a rework order"},
		{"give-back", "give-back", "Take back what was issued to an order and is left"},
		{"install [OBJECT]", "install", "Put a component into a unit or lot"},
		{"remove [OBJECT]", "remove", "Take a component out of a unit or lot"},
		{"split", "split", "Make a new lot of part of a lot"},
		{"merge", "merge", "Put a quantity of a lot into another lot of the item"},
		{"move [OBJECT]", "move", "Bring a unit, or a quantity of a lot, to another place"},
		{"adjust [OBJECT]", "adjust", "Correct the stock of a lot after a count"},
		{"scrap [OBJECT]", "scrap", "Scrap a unit, or a quantity of a lot"},
		{"reassign [OBJECT]", "reassign", "Move a unit to another order of its item"},
		{"reidentify [OBJECT]", "reidentify", "Give a unit another serial, or an object a further name"},
		{"hold [OBJECT]", "hold", "Lay a hold on a unit or lot"},
		{"unhold [OBJECT]", "unhold", "End a hold"},
		{"ship [OBJECT]", "ship", "Send a unit, or a quantity of a lot, to a customer"},
		{"return [OBJECT]", "return", "Take back from a customer, or give back to a supplier"},
		{"field [OBJECT]", "field", "Record what happened to a shipped unit at its customer"},
		{"operation [OBJECT]", "perform-operation", "Record work done on an object or a whole order"},
		{"inspect [OBJECT]", "record-inspection", "Record an inspection"},
		{"calibrate", "calibrate", "Record a calibration of an instrument"},
		{"nonconformity [OBJECT]", "raise-nonconformity", "Raise a nonconformity (NCR)"},
		{"dispose [NONCONFORMITY]", "dispose", "Decide what becomes of a nonconforming object"},
		{"sign-disposition [NONCONFORMITY]", "sign-disposition", "Sign the disposition of a nonconformity too"},
		{"follow [NONCONFORMITY]", "follow-nonconformity", "Name the action about a nonconformity (CAPA), its owner, until when, and that it is done"},
		{"deviation", "grant-deviation", "Grant a deviation: a permit before, or a concession after"},
		{"attach [FILE]", "attach", "Attach a document, known by the hash of its bytes, to what it belongs to"},
		{"plan", "define-plan", "Define an inspection plan of an item"},
		{"tracking", "change-tracking", "Change from a date on how an item is followed"},
		{"uom", "define-uom", "Let quantities of an item be given in another unit"},
		{"approve-maker", "approve-maker", "Approve a maker of an item"},
		{"release-revision", "release-revision", "Release a draft revision of an item"},
		{"obsolete-revision", "obsolete-revision", "End the use of a revision in new orders"},
		{"void [FACT]", "void", "Take back a fact that was recorded by mistake"},
	}
	recallCommands = map[string]spoken{
		"open":    {"open NAME", "open-recall", "Open a recall: what its trigger reaches is frozen as its scope"},
		"scope":   {"scope NAME", "scope-recall", "The scope as it was frozen; compared with today, or frozen anew"},
		"exclude": {"exclude NAME OBJECT…", "exclude-from-recall", "Take objects out of a recall's scope by hand"},
		"include": {"include NAME OBJECT…", "include-in-recall", "Put objects into a recall's scope by hand, with all that contains them"},
		"contain": {"contain NAME", "contain-recall", "Hold everything of the scope that is in the house, and block the orders that have affected lots"},
		"notify":  {"notify NAME", "notify-recall", "Tell the customers what they have of the scope"},
		"remind":  {"remind NAME", "remind-recall", "Tell customers again that have not answered"},
		"answer":  {"answer NAME OBJECT STATE", "answer-recall", "Record what a customer says has become of a unit"},
		"close":   {"close NAME", "close-recall", "Close the recall, signed"},
	}
	orderCommands = []spoken{
		{"block [ORDER]", "block-order", "Stop an order: it gets no material and makes nothing"},
		{"unblock [ORDER]", "unblock-order", "Let a blocked order go on"},
		{"plan", "plan-order", "Plan a production order"},
		{"refresh [ORDER]", "refresh-order", "Let the BOM of a planned order follow the design"},
		{"succeed", "succeed-order", "Go on with units of a running order under a new sealed order BOM"},
		{"allocate", "allocate", "Keep a quantity of a lot for an order; 0 gives it free"},
		{"release [ORDER]", "release-order", "Seal the order BOM and let the order begin"},
		{"close [ORDER]", "close-order", "Close an order"},
		{"cancel [ORDER]", "cancel-order", "Cancel an order"},
	}
)
