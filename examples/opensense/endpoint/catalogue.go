package endpoint

import (
	"net/http"
	"regexp"

	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/store"
)

// named returns a test for a name in any case, where * stands for anything.
func named(pattern string) func(string) bool {
	if pattern == "" {
		return func(string) bool { return true }
	}
	star := regexp.MustCompile(`\\\*`)
	text := star.ReplaceAllString(regexp.QuoteMeta(pattern), ".*")
	// Different for each request, so there is nothing to keep.
	name, err := regexp.Compile("(?i)^" + text + "$")
	if err != nil { // not UTF-8
		return func(string) bool { return false }
	}
	return name.MatchString
}

// choose returns what a test accepts.
func choose[T any](all []T, is func(T) bool) []T {
	chosen := []T{}
	for _, v := range all {
		if is(v) {
			chosen = append(chosen, v)
		}
	}
	return chosen
}

// finishOne answers with the one of an id, in a list as the API always did.
func finishOne[T any](w http.ResponseWriter, r *http.Request, all []T, id func(T) int) {
	want, err := pathID(r)
	found := choose(all, func(v T) bool { return id(v) == want })
	if err == nil && len(found) == 0 {
		err = store.ErrNotFound
	}
	finish(w, r, found, err)
}

// Measurands answers GET /measurands.
func Measurands(w http.ResponseWriter, r *http.Request, cat *catalogue.Catalogue) {
	is := named(r.URL.Query().Get("name"))
	finish(w, r, choose(cat.Measurands, func(m catalogue.Measurand) bool { return is(m.Name) }), nil)
}

// Measurand answers GET /measurands/{id}.
func Measurand(w http.ResponseWriter, r *http.Request, cat *catalogue.Catalogue) {
	finishOne(w, r, cat.Measurands, func(m catalogue.Measurand) int { return m.ID })
}

// Units answers GET /units.
func Units(w http.ResponseWriter, r *http.Request, cat *catalogue.Catalogue) {
	p := &params{Values: r.URL.Query()}
	is, measurand := named(p.Get("name")), p.int("measurandId")
	found := choose(cat.Units, func(u catalogue.Unit) bool {
		return is(u.Name) && (measurand == 0 || u.MeasurandID == measurand)
	})
	finish(w, r, found, p.err)
}

// Unit answers GET /units/{id}.
func Unit(w http.ResponseWriter, r *http.Request, cat *catalogue.Catalogue) {
	finishOne(w, r, cat.Units, func(u catalogue.Unit) int { return u.ID })
}

// Licenses answers GET /licenses.
func Licenses(w http.ResponseWriter, r *http.Request, cat *catalogue.Catalogue) {
	p := &params{Values: r.URL.Query()}
	is := named(p.Get("shortName"))
	found := choose(cat.LicensesWith(p.terms()), func(l catalogue.License) bool { return is(l.ShortName) })
	finish(w, r, found, p.err)
}

// License answers GET /licenses/{id}.
func License(w http.ResponseWriter, r *http.Request, cat *catalogue.Catalogue) {
	finishOne(w, r, cat.Licenses, func(l catalogue.License) int { return l.ID })
}
