// Package catalogue knows the measurands, units and licences. They change with a release only.
package catalogue

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
)

//go:embed measurands.json units.json licenses.json
var files embed.FS

// A Measurand is what a sensor measures.
type Measurand struct {
	ID            int    `json:"id"`
	Name          string `json:"name"`
	DefaultUnitID int    `json:"defaultUnitId"`
}

// A Unit is what the values of a measurand are given in.
type Unit struct {
	ID          int    `json:"id"`
	Name        string `json:"name"`
	MeasurandID int    `json:"measurandId"`
}

// A License says what may be done with the values of a sensor.
type License struct {
	ID            int     `json:"id"`
	ShortName     string  `json:"shortName"`
	FullName      string  `json:"fullName"`
	Version       float64 `json:"version"`
	ReferenceLink string  `json:"referenceLink"`
	Description   string  `json:"description"`
	Terms
}

// Terms are the properties of licences that one can search for.
type Terms struct {
	AllowsRedistribution bool `json:"allowsRedistribution"`
	AllowsDerivatives    bool `json:"allowsDerivatives"`
	RequiresAttribution  bool `json:"requiresAttribution"`
	RequiresShareAlike   bool `json:"requiresShareAlike"`
	RequiresKeepOpen     bool `json:"requiresKeepOpen"`
	RequiresChangeNote   bool `json:"requiresChangeNote"`
}

// ByName returns the terms under the names of the API.
func (t Terms) ByName() map[string]bool {
	return map[string]bool{
		"allowsRedistribution": t.AllowsRedistribution,
		"allowsDerivatives":    t.AllowsDerivatives,
		"requiresAttribution":  t.RequiresAttribution,
		"requiresShareAlike":   t.RequiresShareAlike,
		"requiresKeepOpen":     t.RequiresKeepOpen,
		"requiresChangeNote":   t.RequiresChangeNote,
	}
}

// A Catalogue is all of them, each by id.
type Catalogue struct {
	Measurands []Measurand
	Units      []Unit
	Licenses   []License
}

// Load reads the catalogue.
func Load() (*Catalogue, error) {
	c := &Catalogue{}
	for name, into := range map[string]any{
		"measurands.json": &c.Measurands,
		"units.json":      &c.Units,
		"licenses.json":   &c.Licenses,
	} {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read catalogue: %w", err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			return nil, fmt.Errorf("parse %s: %w", name, err)
		}
	}
	return c, nil
}

// Fits reports whether there are such a measurand, unit and licence, and the unit is one of the measurand.
func (c *Catalogue) Fits(measurand, unit, license int) bool {
	return slices.ContainsFunc(c.Measurands, func(m Measurand) bool { return m.ID == measurand }) &&
		slices.ContainsFunc(c.Units, func(u Unit) bool { return u.ID == unit && u.MeasurandID == measurand }) &&
		slices.ContainsFunc(c.Licenses, func(l License) bool { return l.ID == license })
}

// LicensesWith returns the licences with all of the given terms.
func (c *Catalogue) LicensesWith(terms map[string]bool) []License {
	found := []License{}
	for _, l := range c.Licenses {
		has, fits := l.ByName(), true
		for name, want := range terms {
			fits = fits && has[name] == want
		}
		if fits {
			found = append(found, l)
		}
	}
	return found
}
