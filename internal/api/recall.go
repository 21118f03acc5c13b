package api

import (
	"net/http"
	"reflect"

	"lotline/internal/recall"
)

// recallRoutes are the questions of recalls.
var recallRoutes = []Route{
	get("recall/plan", "What a trigger reaches; all fields that are given must match", append(triggerParams(), asOf, known, full), func(q *question) (*recall.Answer, error) {
		t, err := recall.ReadTrigger(q.text)
		if err != nil {
			return nil, err
		}
		return plan(q, recall.Question{Any: []recall.Trigger{t}})
	}),
	post(get("recall/plan", `What any of several triggers reaches; the body is {"any": [{…}, …]}, each with the fields of one`, []Param{asOf, known, full}, func(q *question) (*recall.Answer, error) {
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
}

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
