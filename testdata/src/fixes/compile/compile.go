// Compile of a constant cannot fail, but its caller asks.
package main

import (
	"net/http"
	"regexp"
)

func H(w http.ResponseWriter, r *http.Request) {
	re, err := regexp.Compile(`^/carts/\d+$`) // want `regular expression is .* on every request of H`
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if !re.MatchString(r.URL.Path) {
		http.NotFound(w, r)
	}
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
