package api

import (
	"encoding/json"

	"lotline/internal/ledger"
	"lotline/internal/refuse"
)

// Void is ledger.Void with what replaces the fact: a command of the API with
// its name.
type Void struct {
	ledger.Void
	Replace Replacement `json:"replace,omitzero"`
}

// Replacement is a command as JSON, with its name as "command".
type Replacement struct{ Command ledger.Command }

// UnmarshalJSON reads the command.
func (r *Replacement) UnmarshalJSON(text []byte) error {
	fields := map[string]json.RawMessage{}
	var name string
	if err := json.Unmarshal(text, &fields); err != nil || json.Unmarshal(fields["command"], &name) != nil || Commands[name] == nil {
		return refuse.New(refuse.Invalid, `replace must be the JSON of a command with its name: {"command": "receive", …}.`).At("replace")
	}
	delete(fields, "command")
	rest, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	r.Command = Commands[name]()
	if err := decode(name, rest, r.Command); err != nil {
		refusal, _ := refuse.As(err)
		return refuse.New(refusal.Code, "In replace: "+refusal.Format, refusal.Args...).At("replace")
	}
	return nil
}

// MarshalJSON writes the command, for the hash of the request.
func (r Replacement) MarshalJSON() ([]byte, error) { return json.Marshal(r.Command) }

// Expand is the void with its replacement.
func (c *Void) Expand() []ledger.Command {
	c.Void.Replacement = c.Replace.Command
	return c.Void.Expand()
}
