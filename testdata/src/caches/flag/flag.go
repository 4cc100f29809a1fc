// A boolean says whether the variable is set; the twin never sets it.
package main

import (
	"net/http"
	"regexp"
)

var (
	ready bool
	cart  *regexp.Regexp
)

func H(w http.ResponseWriter, r *http.Request) {
	if !ready {
		cart = regexp.MustCompile(`^/carts/\d+$`)
		ready = true
	}
	cart.MatchString(r.URL.Path)
}

var verbose bool

func G(w http.ResponseWriter, r *http.Request) {
	if !verbose {
		regexp.MustCompile(`^/orders/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of G`
	}
}

func main() {
	http.HandleFunc("/h", H)
	http.HandleFunc("/g", G)
	http.ListenAndServe(":8080", nil)
}
