package api

import (
	"bytes"
	"net/http"
	"reflect"

	"lotline/internal/ledger"
	"lotline/internal/recall"
)

// recallRoutes are the questions of recalls.
var recallRoutes = []Route{
	get("recall/plan", "What a trigger reaches; all fields that are given must match", append(triggerParams(), asOf, known, full, counts), func(q *question) (*recall.Answer, error) {
		t, err := recall.ReadTrigger(q.text)
		if err != nil {
			return nil, err
		}
		return plan(q, recall.Question{Any: []recall.Trigger{t}})
	}),
	post(get("recall/plan", `What any of several triggers reaches; the body is {"any": [{…}, …]}, each with the fields of one`, []Param{asOf, known, full, counts}, func(q *question) (*recall.Answer, error) {
		text, err := body(q.Request)
		if err != nil {
			return nil, err
		}
		asked, err := recall.ReadQuestion(text)
		if err != nil {
			return nil, err
		}
		return plan(q, asked)
	}), reflect.TypeFor[recall.Question](), reflect.TypeFor[recall.Trigger]()),
	get("recalls", "All recalls, the open ones first", nil, func(q *question) ([]recall.Summary, error) {
		return recall.List(q.tx, q.company)
	}),
	get("recalls/{recall}", "A recall with what its scope comes to", []Param{recallName}, func(q *question) (*recall.Shown, error) {
		return recall.Show(q.tx, q.company, q.text("recall"))
	}),
	get("recalls/{recall}/scope", "The objects of a recall's scope as it was frozen", []Param{recallName}, func(q *question) (*recall.ScopeShown, error) {
		return recall.ShowScope(q.tx, q.company, q.text("recall"))
	}),
	get("recalls/{recall}/again", "What came into the scope, went or changed since it was frozen, and why", []Param{recallName}, func(q *question) (*recall.Compared, error) {
		return recall.Compare(q.tx, q.company, q.text("recall"))
	}),
	get("recalls/{recall}/why", "One shortest path from what the recall starts from to an object of its scope", []Param{recallName, object}, func(q *question) (*recall.Explained, error) {
		return recall.Why(q.tx, q.company, q.text("recall"), q.text("object"))
	}),
	get("recalls/{recall}/effectiveness", "Who answered, what is accounted for, by customer and by day; what is held, and what is not", []Param{recallName}, func(q *question) (*recall.Effect, error) {
		return recall.Effectiveness(q.tx, q.company, q.text("recall"))
	}),
	get("recalls/{recall}/time-line", "What was done in a recall, in order", []Param{recallName}, func(q *question) ([]recall.Event, error) {
		return recall.TimeLine(q.tx, q.company, q.text("recall"))
	}),
	get("recalls/{recall}/notices/{customer}", "A notice to a customer with its units and their answers",
		[]Param{recallName, {Name: "customer", Doc: "the customer", Kind: Text, Required: true}, {Name: "notice", Doc: "its number; the last when left out", Kind: Number}}, func(q *question) (*recall.Notice, error) {
			return recall.ShowNotice(q.tx, q.company, q.text("recall"), q.text("customer"), q.number("notice"))
		}),
	{Method: http.MethodPost, Path: "recalls/{recall}/answers", Doc: "Record answers from a table (CSV), as a notice's units.csv that was filled in; all, or none", Body: []string{"text/csv"},
		Params: []Param{recallName}, Answer: reflect.TypeFor[ledger.Answer](), command: "answer-table", serve: answerTable},
}

// answerTable records a table of answers.
func answerTable(q *question) (any, error) {
	q.within(bodyTakes)
	text, err := body(q.Request)
	if err != nil {
		return nil, err
	}
	q.within(0)
	said, err := recall.ReadAnswers(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	return q.ledger.Record(q.Context(), q.asker, &recall.Respond{Recall: q.text("recall"), Answers: said})
}

var recallName = Param{Name: "recall", Doc: "the recall", Kind: Text, Required: true}

// post is a question whose body is the JSON of one of the types.
func post(r Route, given ...reflect.Type) Route {
	r.Method, r.Body, r.Given = http.MethodPost, jsonTypes, given
	return r
}

// triggerParams are the fields of a trigger.
func triggerParams() (all []Param) {
	for _, f := range recall.Fields() {
		p := Param{Name: f.Name, Doc: f.Help, Kind: Text}
		if f.Flag {
			p.Kind = YesNo
		}
		all = append(all, p)
	}
	return all
}

func plan(q *question, asked recall.Question) (*recall.Answer, error) {
	at, err := q.about()
	if err != nil {
		return nil, err
	}
	return recall.Plan(q.tx, q.company, asked, at)
}
