// The neighbours are not formatted, and stay so.
package main

import (
	"net/http"
	"regexp"
)

var   table   = map[string]int{ "a":1,
	"bb" :2 }

func H(w http.ResponseWriter, r *http.Request) {
	re := regexp.MustCompile(`^/carts/\d+$`) // want `regular expression is .* on every request of H`
	if re.MatchString(r.URL.Path) { w.WriteHeader(table["a"]) }
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
