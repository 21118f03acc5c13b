package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestTheDesignOverTheAPI(t *testing.T) {
	each(t, func(c client) {
		c.record("define-catalog", `{"catalog":"axles","properties":[{"property":"load","type":"number","unit":"kg","required":true},{"property":"price","type":"number","kind":"operative"}]}`)
		c.record("define-item", `{"part_number":"AXLE","name":"Axle","catalog":"axles","properties":{"load":"250","price":"12.5"}}`)
		c.record("define-item", `{"part_number":"SET/1","name":"Axle set","source":"make"}`)
		c.record("define-item", `{"part_number":"CART","name":"Cart","source":"make"}`)
		c.record("define-bom", `{"parent":"SET/1","lines":[{"component":"AXLE","quantity":"2"}]}`)
		c.record("define-bom", `{"parent":"CART","lines":[{"component":"SET/1","quantity":"3","phantom":true}]}`)
		c.record("define-item", `{"part_number":"CART","name":"Cart","source":"make","revision":"B"}`)
		for path, want := range map[string]string{
			"items":                       "map[items:[",
			"items?catalog=axles&limit=1": "part_number:AXLE",
			"items?from=B&limit=1":        "next:SET/1",
			"items/AXLE":                  "properties:map[price:12.5] revisions:[map[bom_lines:0 obsoleted_at: properties:map[load:250]",
			"items/SET%2F1":               "where_used:[map[component:SET/1",
			"catalogs":                    "catalog:axles items:1",
			"partners":                    "partners:[]",
			"bom/explode?part_number=CART&revision=A":              "quantity_per_top:6",
			"bom/flatten?part_number=CART&revision=A&quantity=1.5": "quantity:9 quantity_gross:9",
			"bom/where-used?part_number=AXLE&top=true":             "tops:[map[name:Cart part_number:CART quantity_per:6 revision:A",
			"bom/compare?part_number=CART&from=A&to=B":             "before:3 of SET/1",
		} {
			if status, got := c.do("GET", path, "", ""); status != http.StatusOK || !strings.Contains(fmt.Sprint(got), want) {
				c.Errorf("%s: %d %v, want %s", path, status, got, want)
			}
		}
		for path, want := range map[string]int{
			"items?limit=1001": 422, "items?catalog=nope": 404, "items/NOPE": 404, "bom/explode?part_number=NOPE": 404, "bom/explode": 422,
			"bom/flatten?part_number=CART&quantity=many": 422, "bom/flatten?part_number=CART&quantity=-1": 422, "bom/compare?part_number=CART&from=A": 422,
			"bom/compare?part_number=CART&from=A&to=C": 404, "bom/where-used?part_number=AXLE&revision=C": 404,
		} {
			if status, got := c.do("GET", path, "", ""); status != want {
				c.Errorf("%s: %d %v, want %d", path, status, got, want)
			}
		}
	})
}

func TestABOMFileOverTheAPI(t *testing.T) {
	each(t, func(c client) {
		c.record("define-item", `{"part_number":"BOARD","name":"Board","source":"make"}`)
		const file = "Part,Qty,Places\nR-1,2,R1 R2\nC-1,1,C1\n"
		const path = "import-bom?name=board.csv&parent=BOARD"
		const columns = "&columns=component%3DPart,quantity%3DQty,reference_designators%3DPlaces"
		status, got := c.do("POST", path+columns, "", file)
		if status != http.StatusOK || got["stored"] != false || !strings.Contains(fmt.Sprint(got["problems"]), "Item C-1 is not defined") {
			c.Errorf("%d %v", status, got)
		}
		status, got = c.do("POST", path+columns+"&create_items=true&save_mapping=cad", "", file)
		if status != http.StatusOK || got["stored"] != true || got["placements"] != 3.0 || fmt.Sprint(got["created"]) != "[R-1 C-1]" {
			c.Errorf("%d %v", status, got)
		}
		c.record("define-item", `{"part_number":"OTHER","name":"Other board","source":"make"}`)
		const other = "import-bom?name=board.csv&parent=OTHER&mapping=cad"
		_, first := c.do("POST", other, "k1", file)
		if status, got = c.do("POST", other, "k1", file); status != http.StatusOK || got["repeated"] != true || got["facts"] != first["facts"] || got["stored"] != true {
			c.Errorf("again: %d %v, first %v", status, got, first)
		}
		if status, got = c.do("POST", other, "k1", file+"\n"); status != http.StatusConflict {
			c.Errorf("another file under the same key: %d %v", status, got)
		}
		status, got = c.do("POST", path+"&mapping=cad", "", file)
		if status != http.StatusOK || got["stored"] != true || got["facts"] != 0.0 {
			c.Errorf("%d %v", status, got)
		}
		if status, got = c.do("GET", "mappings", "", ""); !strings.Contains(fmt.Sprint(got), "mapping:cad") {
			c.Errorf("%d %v", status, got)
		}
		if status, got = c.do("POST", "import-bom?name=..&parent=BOARD"+columns, "", file); status != http.StatusUnprocessableEntity || got["field"] != "name" {
			c.Errorf("%d %v", status, got)
		}
		if status, got = c.do("POST", path, "", file); status != http.StatusUnprocessableEntity || got["field"] != "columns" {
			c.Errorf("%d %v", status, got)
		}
	})
}
