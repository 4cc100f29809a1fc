// Package data has what its importer opens: a catalogue that comes with the program, and what may be done with it.
package data

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

//go:embed units.json
var text []byte

type Unit struct{ ID, Name string }

type Catalogue struct{ Units []Unit }

// Load fills what it makes.
func Load() (*Catalogue, error) {
	c := &Catalogue{}
	if err := json.Unmarshal(text, &c.Units); err != nil {
		return nil, fmt.Errorf("read units: %w", err)
	}
	return c, nil
}

// Find only looks.
func (c *Catalogue) Find(name string) []Unit {
	found := []Unit{}
	for _, u := range c.Units {
		if strings.HasPrefix(u.Name, name) {
			found = append(found, u)
		}
	}
	return found
}

// Sort changes the order of what it is called on.
func (c *Catalogue) Sort() {
	slices.SortFunc(c.Units, func(a, b Unit) int { return strings.Compare(a.Name, b.Name) })
}

// First hands out a part.
func First(c *Catalogue) *Unit { return &c.Units[0] }

var latest *Catalogue

// Keep keeps it.
func Keep(c *Catalogue) { latest = c }

// Decode decodes what it is given.
func Decode(text []byte) (units []Unit, err error) {
	err = json.Unmarshal(text, &units)
	return units, err
}

// Short is decoded in no time.
func Short() (units []Unit, err error) {
	err = json.Unmarshal([]byte(`[{"ID": "m", "Name": "metre"}]`), &units)
	return units, err
}
