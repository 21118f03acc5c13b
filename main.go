// Lotline is the as-built record of everything a company makes.
package main

import (
	"os"

	"lotline/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
