package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"lotline/internal/bom"
	"lotline/internal/quantity"
	"lotline/internal/store"

	"github.com/spf13/cobra"
)

// designed adds to the commands that define items, BOMs, catalogs and partners
// the questions about them.
func (a *app) designed(all []*cobra.Command) []*cobra.Command {
	for _, cmd := range all {
		switch cmd.Name() {
		case "bom":
			cmd.AddCommand(a.bomExplode(), a.bomFlatten(), a.bomWhereUsed(), a.bomCompare())
		case "mapping":
			cmd.AddCommand(a.mappingList())
		case "item":
			cmd.AddCommand(a.itemShow(), a.itemList())
		case "catalog":
			cmd.AddCommand(a.catalogList())
		case "partner":
			cmd.AddCommand(a.partnerList())
		}
	}
	return all
}

// answered makes a question of one word: ask finds the answer, show prints it.
func answered[T any](a *app, use, short string, args cobra.PositionalArgs, ask func(tx *store.Tx, company string, words []string) (T, error), show func(io.Writer, *T)) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: usage(args), RunE: func(cmd *cobra.Command, words []string) error {
		return a.ask(cmd.Context(), func(tx *store.Tx, company string) error {
			answer, err := ask(tx, company, words)
			if err != nil {
				return err
			}
			return a.put(answer, func(w io.Writer) { show(w, &answer) })
		})
	}}
}

func (a *app) bomExplode() *cobra.Command {
	var revision string
	var levels uint16
	cmd := answered(a, "explode PART", "What an item is made of, level by level, as it is designed now", cobra.ExactArgs(1),
		func(tx *store.Tx, company string, words []string) (bom.Exploded, error) {
			return bom.AskExplode(tx, company, words[0], revision, int(levels))
		}, printExploded)
	cmd.Flags().StringVar(&revision, "revision", "", "its revision; the released one that was defined last when left out")
	cmd.Flags().Uint16Var(&levels, "levels", 0, "how many levels; 0 for all")
	return cmd
}

func printExploded(w io.Writer, e *bom.Exploded) {
	fmt.Fprintf(w, "%s revision %s (%s), %s: %s, %s.\n\n", e.PartNumber, e.Revision, e.Name, e.Status, plural(len(e.Lines), "line"), plural(e.Levels, "level"))
	rows := make([][]string, len(e.Lines))
	for i, l := range e.Lines {
		rows[i] = []string{strings.Repeat("  ", l.Level-1) + l.FindNumber, l.PartNumber, l.Revision, l.Quantity.String(), l.PerTop.String(), l.UOM,
			strings.Join(l.Designators, " "), strings.Join(l.Notes(), ", ")}
	}
	table(w, []string{"FIND", "ITEM", "REV", "EACH", "IN ONE", "UOM", "DESIGNATORS", ""}, rows)
	if !e.Complete {
		fmt.Fprintln(w, "\nThere is more below these levels.")
	}
}

func (a *app) bomFlatten() *cobra.Command {
	var revision, amount string
	cmd := answered(a, "flatten PART", "What goes into an item over all levels, one row per item; phantoms are blown through", cobra.ExactArgs(1),
		func(tx *store.Tx, company string, words []string) (bom.Flattened, error) {
			q, err := quantity.Parse(amount)
			if err != nil {
				return bom.Flattened{}, err
			}
			return bom.AskFlatten(tx, company, words[0], revision, q)
		}, func(w io.Writer, f *bom.Flattened) {
			fmt.Fprintf(w, "%s %s of %s revision %s (%s), %s: %s.\n\n", f.Quantity, f.UOM, f.PartNumber, f.Revision, f.Name, f.Status, plural(len(f.Items), "item"))
			rows := make([][]string, len(f.Items))
			for i, t := range f.Items {
				rows[i] = []string{t.PartNumber, t.Revision, t.Net.String(), t.Gross.String(), t.UOM, t.Source, strconv.Itoa(t.Lines), t.Name}
			}
			table(w, []string{"ITEM", "REV", "NET", "GROSS", "UOM", "SOURCE", "LINES", "NAME"}, rows)
		})
	cmd.Flags().StringVar(&revision, "revision", "", "its revision; the released one that was defined last when left out")
	cmd.Flags().StringVar(&amount, "quantity", "1", "for how much of the item")
	return cmd
}

func (a *app) bomWhereUsed() *cobra.Command {
	var revision string
	var top bool
	cmd := answered(a, "where-used PART", "Where an item goes as designed, every level up", cobra.ExactArgs(1),
		func(tx *store.Tx, company string, words []string) (bom.Used, error) {
			return bom.AskWhereUsed(tx, company, words[0], revision, top)
		}, func(w io.Writer, u *bom.Used) { printUsed(w, u, top) })
	cmd.Flags().StringVar(&revision, "revision", "", "only where this revision is taken")
	cmd.Flags().BoolVar(&top, "top", false, "only what nothing else takes, with the quantity over all ways")
	return cmd
}

func printUsed(w io.Writer, u *bom.Used, top bool) {
	of := u.PartNumber
	if u.Revision != "" {
		of += " revision " + u.Revision
	}
	if len(u.Tops) == 0 {
		fmt.Fprintf(w, "%s goes into nothing.\n", of)
		return
	}
	if !top {
		fmt.Fprintf(w, "%s goes into %s, on %s up.\n\n", of, plural(len(u.Tops), "top"), plural(len(u.Lines), "step"))
		printUsedLines(w, u.Lines, u.UOM)
		return
	}
	fmt.Fprintf(w, "%s goes into %s.\n\n", of, plural(len(u.Tops), "top"))
	rows := make([][]string, len(u.Tops))
	for i, t := range u.Tops {
		note := ""
		if t.Substitute {
			note = "as a substitute"
		}
		rows[i] = []string{t.PartNumber, t.Revision, t.Status, t.Quantity.String(), u.UOM, t.Name, note}
	}
	table(w, []string{"ITEM", "REV", "STATUS", "IN ONE", "UOM", "NAME", ""}, rows)
}

func printUsedLines(w io.Writer, lines []bom.UsedLine, uom string) {
	rows := make([][]string, len(lines))
	for i, l := range lines {
		var notes []string
		for _, n := range []struct {
			is   bool
			text string
		}{{l.Phantom, "phantom"}, {l.Optional, "optional"}, {l.Substitute, "as a substitute"}, {l.Top, "top"}} {
			if n.is {
				notes = append(notes, n.text)
			}
		}
		rows[i] = []string{strings.Repeat("  ", l.Level-1) + strconv.Itoa(l.Level), l.PartNumber, l.Revision, l.Status, l.FindNumber, l.Component,
			l.Quantity.String(), l.InOne.String(), uom, strings.Join(notes, ", ")}
	}
	table(w, []string{"LEVEL", "ITEM", "REV", "STATUS", "FIND", "TAKES", "EACH", "IN ONE", "UOM", ""}, rows)
}

func (a *app) bomCompare() *cobra.Command {
	var from, to string
	cmd := answered(a, "compare PART --from REVISION --to REVISION", "What differs between two revisions of an item: lines, properties, documents", cobra.ExactArgs(1),
		func(tx *store.Tx, company string, words []string) (bom.Compared, error) {
			return bom.Compare(tx, company, words[0], from, to)
		}, func(w io.Writer, c *bom.Compared) {
			fmt.Fprintf(w, "%s revision %s compared with %s: %s, %s equal.\n", c.PartNumber, c.To, c.From, plural(len(c.Changes), "difference"), plural(c.Same, "line"))
			for _, d := range c.Changes {
				fmt.Fprintln(w, "  "+d.String())
			}
		})
	cmd.Flags().StringVar(&from, "from", "", "the revision of before")
	cmd.Flags().StringVar(&to, "to", "", "the revision of after")
	return cmd
}
