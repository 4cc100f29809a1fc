// A function of the standard library compiles inside, and builds nothing that could be kept: no fix.
package main

import (
	"net/http"
	"regexp"
)

func H(w http.ResponseWriter, r *http.Request) {
	_, _ = regexp.MatchString(`^/carts/\d+$`, r.URL.Path) // want `regular expression is .* on every request of H`
	_, _ = regexp.MatchString(r.Header.Get("X-Filter"), r.URL.Path)
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
