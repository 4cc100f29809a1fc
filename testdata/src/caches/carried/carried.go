// A cache that is passed on in a struct, beside the request. The struct is the request's; what it points to need not be.
package main

import (
	"net/http"
	"regexp"
)

type long struct{ re *regexp.Regexp }

func (c *long) pattern() *regexp.Regexp {
	if c.re == nil {
		c.re = regexp.MustCompile("a+")
	}
	return c.re
}

type short struct{ re *regexp.Regexp }

func (c *short) pattern() *regexp.Regexp {
	if c.re == nil {
		c.re = regexp.MustCompile("a+") // want `regular expression is built on every request of /`
	}
	return c.re
}

type params struct {
	request *http.Request
	long    *long
}

type freshParams struct {
	request *http.Request
	short   *short
}

func serve(p params) bool           { return p.long.pattern().MatchString(p.request.URL.Path) }
func serveFresh(p freshParams) bool { return p.short.pattern().MatchString(p.request.URL.Path) }

func handler(kept *long) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		serve(params{request: r, long: kept})
		serveFresh(freshParams{request: r, short: &short{}})
	}
}

func main() {
	http.Handle("/", handler(&long{}))
	http.ListenAndServe(":8080", nil)
}
