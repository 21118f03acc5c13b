package api

import (
	"net/http"
	"reflect"

	"lotline/internal/ledger"
)

// commandRoute is the route of a command.
func commandRoute(name string, make func() ledger.Command) Route {
	return Route{
		Method: http.MethodPost, Path: "commands/" + name, Doc: abouts[name].doc, Params: commandParams, Answer: reflect.TypeFor[ledger.Answer](),
		Body: jsonTypes, command: name, serve: func(q *question) (any, error) { return record(q, name, make()) },
	}
}

// commandParams are the parameters of every command.
var commandParams = []Param{{Name: "as_happened", Doc: "a reason: record what happened in the past though it broke a rule, as a breach", Kind: Text}}

// record reads a command from the body and records it. The Idempotency-Key is
// the request's id.
func record(q *question, name string, command ledger.Command) (any, error) {
	q.within(bodyTakes)
	text, err := body(q.Request)
	if err != nil {
		return nil, err
	}
	q.within(0)
	if err := decode(name, text, command); err != nil {
		return nil, err
	}
	if reason := q.text("as_happened"); reason != "" {
		command = &ledger.AsHappened{Command: command, Reason: reason}
	}
	return q.ledger.Record(q.Context(), q.asker, command)
}
