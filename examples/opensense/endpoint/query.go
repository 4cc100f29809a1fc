package endpoint

import (
	"math"
	"net/url"
	"strconv"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/geo"
	"github.com/faaslint/faaslint/examples/opensense/series"
	"github.com/faaslint/faaslint/examples/opensense/store"
)

// params reads the parameters of a query, and keeps the first error.
type params struct {
	url.Values
	err error
}

// param reads a parameter, if it is there.
func param[T any](p *params, name string, parse func(string) (T, error)) (v T, given bool) {
	if p.err != nil || !p.Has(name) || p.Get(name) == "" {
		return v, false
	}
	v, err := parse(p.Get(name))
	if err != nil {
		p.err = badf("%s: %w", name, err)
		return v, false
	}
	return v, true
}

// pointer is param for what may be left out, where zero means something.
func pointer[T any](p *params, name string, parse func(string) (T, error)) *T {
	if v, given := param(p, name, parse); given {
		return &v
	}
	return nil
}

func (p *params) int(name string) int {
	v, _ := param(p, name, parseNatural)
	return v
}

func parseNatural(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0, badf("want a whole number, got %q", s)
	}
	return int(n), nil
}

func parseFloat(s string) (float64, error) {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, badf("want a number, got %q", s)
	}
	return x, nil
}

func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, badf("want a time such as 2019-11-23T01:05:21.0Z, got %q", s)
	}
	return t.UTC(), nil
}

func (p *params) time(name string) time.Time {
	t, _ := param(p, name, parseTime)
	return t
}

// terms reads the terms of licences that were asked for.
func (p *params) terms() map[string]bool {
	terms := map[string]bool{}
	for name := range (catalogue.Terms{}).ByName() {
		if want, given := param(p, name, strconv.ParseBool); given {
			terms[name] = want
		}
	}
	return terms
}

// filter reads which sensors are wanted.
func (p *params) filter(cat *catalogue.Catalogue) store.Filter {
	f := store.Filter{
		MeasurandID: p.int("measurandId"),
		Ref:         pointer(p, "refPoint", geo.ParsePoint),
		MaxDistance: pointer(p, "maxDistance", parseFloat),
		Box:         pointer(p, "boundingBox", geo.ParseBox),
		MaxSensors:  p.int("maxSensors"),
	}
	f.Polygon, _ = param(p, "boundingPolygon", geo.ParsePolygon)
	if terms := p.terms(); len(terms) > 0 {
		f.Licenses = []int{}
		for _, l := range cat.LicensesWith(terms) {
			f.Licenses = append(f.Licenses, l.ID)
		}
	}
	if p.err == nil && f.MaxDistance != nil && f.Ref == nil {
		p.err = badf("maxDistance: want refPoint too")
	}
	return f
}

// series reads which values are wanted.
func (p *params) series() series.Query {
	q := series.Query{
		From:     p.time("minTimestamp"),
		To:       p.time("maxTimestamp"),
		MinValue: pointer(p, "minValue", parseFloat),
		MaxValue: pointer(p, "maxValue", parseFloat),
	}
	q.Type, _ = param(p, "aggregationType", series.ParseType)
	q.Every, _ = param(p, "aggregationRange", series.ParseRange)
	if p.err == nil && q.Every != 0 && q.Type == "" {
		p.err = badf("aggregationRange: want aggregationType too")
	}
	return q
}
