package api

import (
	"io"
	"net/http"

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
		body, err := io.ReadAll(http.MaxBytesReader(nil, q.Body, BodyMax))
		if err != nil {
			return nil, err
		}
		asked, err := recall.ReadQuestion(body)
		if err != nil {
			return nil, err
		}
		return plan(q, asked)
	})),
}

// post is a question that needs a body.
func post(r Route) Route {
	r.Method = http.MethodPost
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
