// Functions that call each other.
package main

import (
	"net/http"
	"regexp"
)

func even(path string, n int) bool {
	if n == 0 {
		return true
	}
	return odd(path, n-1)
}

func odd(path string, n int) bool {
	if n == 0 {
		return regexp.MustCompile(`^/odd/`).MatchString(path) // want `regular expression is .* on every request of H`
	}
	return even(path, n-1)
}

func H(w http.ResponseWriter, r *http.Request) { even(r.URL.Path, len(r.URL.Path)) }

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
