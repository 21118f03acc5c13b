package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// Reference is the command line as a page of Markdown.
func Reference() string {
	a := &app{stdout: io.Discard, stderr: io.Discard}
	var b strings.Builder
	b.WriteString("# The command line\n\nMade from the program by `go test ./internal/cli -update`. Exit status: 0 done, 1 refused, 2 misused, 3 failed.\n")
	root := a.root()
	root.PersistentFlags().Lookup("db").DefValue = "lotline.db" // whatever the environment says
	queue := []*cobra.Command{root}
	for len(queue) > 0 {
		cmd := queue[0]
		queue = append(cmd.Commands(), queue[1:]...)
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n", cmd.CommandPath(), strings.TrimSuffix(cmd.Short, "."))
		if cmd.Long != "" {
			fmt.Fprintf(&b, "%s\n", cmd.Long)
		}
		if cmd.Runnable() {
			fmt.Fprintf(&b, "\n    %s\n", cmd.UseLine())
		}
		if flags := cmd.LocalFlags().FlagUsages(); flags != "" {
			for line := range strings.Lines(flags) {
				b.WriteString("\n    " + strings.TrimRight(line, " \n"))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}
