// A directive that silences nothing is reported; one for another check is left alone.
package main

import (
	"net/http"
	"regexp"
)

var cart = regexp.MustCompile(`^/carts/\d+$`)

func H(w http.ResponseWriter, r *http.Request) {
	/* want `unused|nothing` */ //faaslint:ignore reuse it was compiled here once
	cart.MatchString(r.URL.Path)

	//faaslint:ignore precompute each request needs it
	cart.MatchString(r.URL.Path)
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
