// A reason silences, on the line or above it.
package main

import (
	"net/http"
	"regexp"
)

func H(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/carts/\d+$`).MatchString(r.URL.Path) //faaslint:ignore reuse measured, too cheap to matter

	//faaslint:ignore reuse measured, too cheap to matter
	regexp.MustCompile(`^/orders/\d+$`).MatchString(r.URL.Path)

	regexp.MustCompile(`^/stock/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of H`
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
