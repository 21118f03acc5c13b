package gs1_test

import (
	"testing"

	"lotline/internal/gs1"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]gs1.Code{
		"]d20109506000134352" + "10LOT-7\x1d21S-0042":                                                 {GTIN: "09506000134352", Lot: "LOT-7", Serial: "S-0042"},
		"]C1010950600013435217261231" + "10A1":                                                        {GTIN: "09506000134352", ExpiresOn: "2026-12-31", Lot: "A1"},
		"0109506000134352" + "21S1":                                                                   {GTIN: "09506000134352", Serial: "S1"},
		"(01)09506000134352(10)L(7)(21)S/1(3103)000250":                                               {GTIN: "09506000134352", Lot: "L(7)", Serial: "S/1"},
		"(01)09506000134352(17)260200":                                                                {GTIN: "09506000134352", ExpiresOn: "2026-02-28"},
		"https://id.example.com/01/9506000134352/10/L%2F7/21/S1?17=261231&x=y":                        {GTIN: "09506000134352", Lot: "L/7", Serial: "S1", ExpiresOn: "2026-12-31"},
		"[)>\x1e06\x1d1PCAP-10U\x1d1TC-1003\x1dQ500\x1d30TKX-77120\x1dVKAPTEK\x1d14D20271231\x1e\x04": {PartNumber: "CAP-10U", Lot: "C-1003", Quantity: "500", SupplierLot: "KX-77120", Supplier: "KAPTEK", ExpiresOn: "2027-12-31"},
		"[)>\x1e06\x1dPBOARD\x1dS0007\x1e\x04":                                                        {PartNumber: "BOARD", Serial: "0007"},
		"]d2241CAP-1\x1d30120\x1d400PO-9":                                                             {PartNumber: "CAP-1", Quantity: "120", Order: "PO-9"},
	} {
		got, ok, err := gs1.Parse(text)
		if err != nil || !ok || got != want {
			t.Errorf("%q: got %+v %v %v, want %+v", text, got, ok, err, want)
		}
	}
}

func TestPlainTextIsNoCode(t *testing.T) {
	for _, text := range []string{"", "000042", "RADAR-X1/000042", "01", "(see drawing)", "https://example.com/units/7", "0109506000134353X", "unit:A/B"} {
		if got, ok, err := gs1.Parse(text); ok || err != nil {
			t.Errorf("%q: got %+v %v %v", text, got, ok, err)
		}
	}
}

func TestDamagedCodesAreRefused(t *testing.T) {
	for _, text := range []string{"]d20109506000134353", "]d201095", "]d2XX", "]C117269932", "(01)09506000134353", "[)>06", "[)>\x1e99\x1dX", "]d21"} {
		if got, ok, err := gs1.Parse(text); !ok || err == nil {
			t.Errorf("%q: got %+v %v %v, want a refusal", text, got, ok, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"]d20109506000134352", "(01)09506000134352(10)A", "[)>\x1e06\x1dS1\x1e\x04", "https://x/01/09506000134352"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if c, ok, err := gs1.Parse(text); !ok && (err != nil || c != gs1.Code{}) {
			t.Errorf("%q: %+v %v", text, c, err)
		}
	})
}
