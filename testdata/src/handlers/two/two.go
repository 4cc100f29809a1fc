// Two handlers share a helper: one finding, at the helper.
package main

import (
	"net/http"
	"regexp"
)

func valid(path string) bool {
	return regexp.MustCompile(`^/\w+/\d+$`).MatchString(path) // want `regular expression is .* on every request of`
}

func carts(w http.ResponseWriter, r *http.Request)  { valid(r.URL.Path) }
func orders(w http.ResponseWriter, r *http.Request) { valid(r.URL.Path) }

func main() {
	http.HandleFunc("/carts", carts)
	http.HandleFunc("/orders", orders)
	http.ListenAndServe(":8080", nil)
}
