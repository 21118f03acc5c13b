package web

import (
	"encoding/csv"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lotline/internal/moment"
	"lotline/internal/quantity"
	"lotline/internal/refuse"
	"lotline/internal/store"

	"github.com/xuri/excelize/v2"
)

// listing is a list: its columns and rows, how it is sorted and filtered, its
// next page and its export. Its address shows the same again.
type listing struct {
	Title, Kicker, Help string
	Area                string
	Columns             []column
	Rows                [][]listed
	Filters             []filter
	Actions             []action
	Empty               string // what the page is for, when there is nothing
	EmptyActions        []action
	Next, First         string // addresses
	CSV, XLSX           string
	Format              string // of an export: csv or xlsx
	Filtered            bool
	Tabs                []action
	Note                string

	address url.Values
	path    string
}

type column struct {
	Name, Title string
	Number      bool
	Sort        string // the table's column that sorts it; empty: it does not sort
	Link        string // filled in: the address that sorts by it
	Order       string // ascending or descending, when it sorts now
}

// listed is a cell of a list.
type listed struct {
	Text, Link, Class string
	ID                bool // a number to read exactly
	Number            bool
	Tags              []string
	At                moment.Time // shown in the zone of the browser, exported in UTC
}

type filter struct {
	Name, Label, Value string
	Choices            []string
	Begins             bool // what the text begins with
	Suggest            string
}

type action struct {
	Text, Link, Icon string
	First, Current   bool
}

// exportRows is how many rows an export has at most.
const exportRows = 50_000

// list begins a list from the request.
func (a *asked) list(l listing) (*listing, store.Listing) {
	q := a.URL.Query()
	l.address, l.path, l.Format = q, a.URL.Path, q.Get("format")
	if l.Format != "csv" && l.Format != "xlsx" {
		l.Format = ""
	}
	asks := store.Listing{Sort: q.Get("sort"), Down: q.Get("down") != "", After: q.Get("after"), Equal: map[string]string{}, Begins: map[string]string{}}
	if l.Format != "" {
		asks.Limit, asks.After = exportRows, ""
	}
	sortable := map[string]bool{"": true}
	for i := range l.Columns {
		c := &l.Columns[i]
		sortable[c.Sort] = true
		if c.Sort == "" {
			continue
		}
		down := ""
		if asks.Sort == c.Sort {
			c.Order = "ascending"
			if asks.Down {
				c.Order = "descending"
			} else {
				down = "1"
			}
		}
		c.Link = l.at("sort", c.Sort, "down", down, "after", "", "format", "")
	}
	if !sortable[asks.Sort] {
		asks.Sort, asks.Down = "", false
	}
	for i := range l.Filters {
		f := &l.Filters[i]
		f.Value = strings.TrimSpace(q.Get(f.Name))
		l.Filtered = l.Filtered || f.Value != ""
		if f.Begins {
			asks.Begins[f.Name] = f.Value
		} else {
			asks.Equal[f.Name] = f.Value
		}
	}
	l.CSV, l.XLSX = l.at("format", "csv", "after", ""), l.at("format", "xlsx", "after", "")
	return &l, asks
}

// at is the list's own address with some parameters changed.
func (l *listing) at(pairs ...string) string {
	q := url.Values{}
	for name, all := range l.address {
		if name != "recorded" {
			q[name] = all
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return l.path
	}
	return l.path + "?" + q.Encode()
}

// end closes a list with the cursor of its next page.
func (l *listing) end(next string) (page, error) {
	if next != "" && l.Format == "" {
		l.Next = l.at("after", next)
	}
	if l.address.Get("after") != "" {
		l.First = l.at("after", "")
	}
	if next != "" && l.Format != "" {
		return page{}, refuse.New(refuse.TooLarge, "The list has more than %d rows: filter it, or export the workbook.", exportRows)
	}
	return page{Title: l.Title, Area: l.Area, Body: l}, nil
}

func (l *listing) row(cells ...listed) { l.Rows = append(l.Rows, cells) }

func text(s string) listed         { return listed{Text: s} }
func id(s, link string) listed     { return listed{Text: s, Link: link, ID: true} }
func linked(s, link string) listed { return listed{Text: s, Link: link} }
func tags(all ...string) listed {
	return listed{Tags: slices.DeleteFunc(all, func(s string) bool { return s == "" })}
}
func amount(q quantity.Quantity) listed { return listed{Text: q.String(), Number: true} }
func number(n int64) listed             { return listed{Text: strconv.FormatInt(n, 10), Number: true} }
func instant(t moment.Time) listed      { return listed{Text: when(t), At: t} }

// plain is the cell in an export.
func (c *listed) plain() string {
	if len(c.Tags) > 0 {
		return strings.Join(c.Tags, ", ")
	}
	return c.Text
}

// export writes the list as a file, as it is filtered and sorted.
func (l *listing) export(w http.ResponseWriter, r *http.Request) {
	name := strings.Trim(strings.ReplaceAll(l.path, "/", "-"), "-")
	rows := [][]string{nil}
	for _, c := range l.Columns {
		rows[0] = append(rows[0], c.Title)
	}
	for _, cells := range l.Rows {
		row := make([]string, len(cells))
		for i := range cells {
			row[i] = cells[i].plain()
		}
		rows = append(rows, row)
	}
	h := w.Header()
	h.Set("Content-Disposition", `attachment; filename="`+name+"."+l.Format+`"`)
	h.Set("Cache-Control", "no-store")
	if l.Format == "csv" {
		h.Set("Content-Type", "text/csv; charset=utf-8")
		out := csv.NewWriter(w)
		_ = out.WriteAll(rows) // the reader may have gone
		return
	}
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	if err := sheet(w, rows); err != nil {
		slog.Warn("export", "path", r.URL.Path, "error", err)
	}
}

// sheet writes rows as an .xlsx. Every cell is text, so that no zero is lost.
func sheet(w http.ResponseWriter, rows [][]string) error {
	file := excelize.NewFile()
	defer file.Close()
	out, err := file.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	for i, row := range rows {
		cells := make([]any, len(row))
		for j := range row {
			cells[j] = row[j]
		}
		if err := out.SetRow("A"+strconv.Itoa(i+1), cells); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return file.Write(w)
}
