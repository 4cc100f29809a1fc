// A type with a method ServeHTTP, passed where a handler is wanted.
package main

import (
	"net/http"
	"regexp"
)

type shop struct{ prefix string }

func (s shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/carts/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of .*ServeHTTP`
}

func (s shop) describe() string {
	return regexp.MustCompile(`\s+`).ReplaceAllString(s.prefix, " ")
}

func main() {
	s := shop{"the  shop"}
	println(s.describe())
	http.ListenAndServe(":8080", s)
}
