package catalogue

import "testing"

func TestLoad(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Measurands) != 17 || len(c.Units) != 22 || len(c.Licenses) != 6 {
		t.Errorf("%d measurands, %d units, %d licences", len(c.Measurands), len(c.Units), len(c.Licenses))
	}
	for _, m := range c.Measurands {
		if !c.Fits(m.ID, m.DefaultUnitID, 1) {
			t.Errorf("%s: the default unit is not one of its units", m.Name)
		}
	}
	if c.Fits(1, 4, 1) || c.Fits(1, 1, 99) || c.Fits(99, 1, 1) {
		t.Error("what is not in the catalogue fits")
	}
}

func TestLicensesWith(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		terms map[string]bool
		want  int
	}{
		{nil, 6},
		{map[string]bool{"requiresAttribution": false}, 2},
		{map[string]bool{"requiresShareAlike": true}, 1},
		{map[string]bool{"allowsDerivatives": false, "requiresAttribution": false}, 0},
	} {
		if got := c.LicensesWith(test.terms); len(got) != test.want {
			t.Errorf("%v: got %d, want %d", test.terms, len(got), test.want)
		}
	}
}
