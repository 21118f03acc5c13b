package web

import (
	"slices"
	"strings"

	"lotline/internal/catalog"
	"lotline/internal/genealogy"
	"lotline/internal/order"
	"lotline/internal/quality"
	"lotline/internal/store"
)

// suggestions propose by kind of field what begins like a text.
var suggestions = map[string]func(*asked, string) ([]proposal, error){
	"item": func(a *asked, text string) (all []proposal, err error) {
		found, err := catalog.Named(a.tx, a.company, text, proposalsMax)
		for _, i := range found {
			all = append(all, proposal{i.PartNumber, i.Name})
		}
		return all, err
	},
	"order": func(a *asked, text string) (all []proposal, err error) {
		found, err := order.Named(a.tx, a.company, text, proposalsMax)
		for _, o := range found {
			all = append(all, proposal{o.Order, o.Quantity.String() + " × " + o.PartNumber + ", " + o.State})
		}
		return all, err
	},
	"supplier": partnersLike("supplier"), "customer": partnersLike("customer"),
	"object": func(a *asked, text string) (all []proposal, err error) {
		part, name, slashed := strings.Cut(text, "/")
		rows, err := genealogy.ObjectsNamed(a.tx, a.company, text, proposalsMax)
		if err == nil && slashed {
			rows, _, err = genealogy.ListObjects(a.tx, a.company, store.Listing{Equal: map[string]string{"part_number": part}, Begins: map[string]string{"name": name}, Limit: proposalsMax})
		}
		if err == nil && len(rows) == 0 {
			return matched(a, text)
		}
		for _, r := range rows {
			all = append(all, proposal{short(r.Object().Ref()), r.Kind})
		}
		return all, err
	},
	"nonconformity": func(a *asked, text string) (all []proposal, err error) {
		found, _, err := quality.ListNCRs(a.tx, a.company, "", 0, store.Listing{Begins: map[string]string{"nonconformity": text}, Limit: proposalsMax})
		for _, n := range found {
			all = append(all, proposal{n.Nonconformity, n.Description})
		}
		return all, err
	},
	"deviation": func(a *asked, text string) (all []proposal, err error) {
		found, _, err := genealogy.ListDeviations(a.tx, a.company, store.Listing{Begins: map[string]string{"deviation": text}, Limit: proposalsMax})
		for _, d := range found {
			all = append(all, proposal{d.Deviation, d.Reason})
		}
		return all, err
	},
	"instrument": func(a *asked, text string) (all []proposal, err error) {
		found, err := quality.Instruments(a.tx, a.company)
		for _, i := range found {
			if strings.HasPrefix(i.Instrument, text) {
				all = append(all, proposal{i.Instrument, i.Name})
			}
		}
		return slices.Clip(all[:min(len(all), proposalsMax)]), err
	},
}

func partnersLike(role string) func(*asked, string) ([]proposal, error) {
	return func(a *asked, text string) (all []proposal, err error) {
		found, err := catalog.PartnersNamed(a.tx, a.company, role, text, proposalsMax)
		for _, p := range found {
			all = append(all, proposal{p.Code, p.Name})
		}
		return all, err
	}
}
