package api

// Example is a command as the reference shows it, with the fields that it
// cannot do without.
type Example struct {
	Name, Body string
	Needs      []string
}

// Documented are the examples in the order in which each is possible after those before.
func Documented() (all []Example) {
	for _, a := range commandsInOrder {
		all = append(all, Example{a.name, a.example, a.needs})
	}
	return all
}

// Write writes an answer.
var Write = write
